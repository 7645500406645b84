/** The Python environment in use, as the Python extension knows it. */

import * as vscode from "vscode";

interface Environments {
  getActiveEnvironmentPath(): { path: string };
  resolveEnvironment(path: { path: string }): Promise<{ executable?: { uri?: vscode.Uri } } | undefined>;
  onDidChangeActiveEnvironmentPath?: vscode.Event<unknown>;
}

async function environments(): Promise<Environments | undefined> {
  const python = vscode.extensions.getExtension<{ environments?: Environments }>("ms-python.python");
  return (await python?.activate())?.environments;
}

/** Its interpreter; undefined without that extension, and whenever it cannot say. */
export async function interpreter(): Promise<string | undefined> {
  try {
    const known = await environments();
    const environment = await known?.resolveEnvironment(known.getActiveEnvironmentPath());
    return environment?.executable?.uri?.fsPath;
  } catch {
    return undefined;
  }
}

/** Calls `changed` when another environment is chosen. */
export async function onOtherInterpreter(changed: () => void): Promise<vscode.Disposable | undefined> {
  try {
    return (await environments())?.onDidChangeActiveEnvironmentPath?.(changed);
  } catch {
    return undefined;
  }
}
