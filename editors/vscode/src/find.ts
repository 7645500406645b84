/** Where `dlint` is: what the setting says, else the Python environment in use, else the folder's own, else PATH. */

import * as path from "node:path";

/** What there is to look at. */
export interface Surroundings {
  /** The setting `dlint.path`. */
  setting: string;
  /** The folders of the workspace; none of them counts unless the user trusts them. */
  folders: readonly string[];
  trusted: boolean;
  /** The interpreter that the Python extension has in use, if there is one. */
  interpreter?: string;
  environment: Readonly<Record<string, string | undefined>>;
  windows: boolean;
  isProgram(file: string): boolean;
}

export interface Found {
  command: string;
  /** In words: why this one. */
  origin: string;
}

export interface Missing {
  /** What was looked for, and where. */
  reason: string;
}

export function find(around: Surroundings): Found | Missing {
  const said = around.setting.trim();
  if (said) {
    return bySetting(said, around);
  }
  for (const [folder, origin] of environments(around)) {
    const command = programIn(folder, "dlint", around);
    if (command) {
      return { command, origin };
    }
  }
  const command = onPath("dlint", around);
  return command ? { command, origin: "PATH" } : { reason: `There is no dlint in ${places(around)}.` };
}

function bySetting(said: string, around: Surroundings): Found | Missing {
  const file = expanded(said, around);
  if (!file.includes("/") && !file.includes(path.sep)) {
    const command = onPath(file, around);
    return command ? { command, origin: "the setting dlint.path" } : { reason: `dlint.path is ${said}, which is not on PATH.` };
  }
  const command = path.resolve(around.folders[0] ?? ".", file);
  return around.isProgram(command)
    ? { command, origin: "the setting dlint.path" }
    : { reason: `dlint.path is ${said}, which is not there or is no program.` };
}

function expanded(said: string, around: Surroundings): string {
  const home = around.environment.HOME ?? around.environment.USERPROFILE ?? "~";
  return said
    .replace(/^~(?=$|[\\/])/, () => home)
    .replace(/\$\{workspaceFolder\}/g, () => around.folders[0] ?? ".")
    .replace(/\$\{env:(\w+)\}/g, (_, name: string) => around.environment[name] ?? "");
}

/** The folders with the programs of Python environments, and how to call each. */
function* environments(around: Surroundings): Generator<[string, string]> {
  if (around.interpreter && (around.trusted || !isInside(around.interpreter, around.folders))) {
    yield [path.dirname(around.interpreter), "the Python environment in use"];
  }
  const inner = around.windows ? "Scripts" : "bin";
  for (const folder of around.trusted ? around.folders : []) {
    for (const name of [".venv", "venv"]) {
      yield [path.join(folder, name, inner), `${name} of ${path.basename(folder)}`];
    }
  }
  const active = around.environment.VIRTUAL_ENV;
  if (active) {
    yield [path.join(active, inner), "the active virtual environment"];
  }
}

function isInside(file: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const way = path.relative(folder, file);
    return way !== "" && !way.startsWith("..") && !path.isAbsolute(way);
  });
}

/** A folder of PATH that lies in the workspace, or that is no absolute one, is as little trusted as the workspace. */
function onPath(name: string, around: Surroundings): string | undefined {
  const folders = (around.environment.PATH ?? around.environment.Path ?? "").split(around.windows ? ";" : ":");
  for (const folder of folders) {
    if (folder && (around.trusted || (path.isAbsolute(folder) && !isInside(path.join(folder, name), around.folders)))) {
      const command = programIn(folder, name, around);
      if (command) {
        return command;
      }
    }
  }
  return undefined;
}

function programIn(folder: string, name: string, around: Surroundings): string | undefined {
  const names = around.windows && !/\.(exe|cmd|bat)$/i.test(name) ? [`${name}.exe`] : [name];
  return names.map((each) => path.join(folder, each)).find(around.isProgram);
}

function places(around: Surroundings): string {
  return around.trusted
    ? "the Python environment in use, in .venv and venv of the folder, or on PATH"
    : "the Python environment in use or on PATH (this folder is not trusted, so its own environments do not count)";
}
