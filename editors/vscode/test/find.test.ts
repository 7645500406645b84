import assert from "node:assert/strict";
import { test } from "node:test";

import { find, type Surroundings } from "../src/find";

function around(programs: string[], given: Partial<Surroundings> = {}): Surroundings {
  return {
    setting: "",
    folders: ["/work/shop"],
    trusted: true,
    environment: { PATH: "/usr/bin:/usr/local/bin", HOME: "/home/ada" },
    windows: false,
    isProgram: (file) => programs.includes(file),
    ...given,
  };
}

function command(programs: string[], given: Partial<Surroundings> = {}): string {
  const found = find(around(programs, given));
  return "command" in found ? found.command : found.reason;
}

const ALL = ["/env/bin/dlint", "/work/shop/.venv/bin/dlint", "/work/shop/venv/bin/dlint", "/active/bin/dlint", "/usr/local/bin/dlint"];
const EVERYTHING = {
  interpreter: "/env/bin/python",
  environment: { PATH: "/usr/bin:/usr/local/bin", VIRTUAL_ENV: "/active", HOME: "/home/ada" },
};

test("the nearest one wins, and without it the next", () => {
  for (let gone = 0; gone < ALL.length; gone++) {
    assert.equal(command(ALL.slice(gone), EVERYTHING), ALL[gone]);
  }
});

test("the setting wins over all, as a path or as a name", () => {
  assert.equal(command([...ALL, "/opt/dlint"], { ...EVERYTHING, setting: "/opt/dlint" }), "/opt/dlint");
  assert.equal(command([...ALL, "/home/ada/bin/dlint"], { setting: "~/bin/dlint" }), "/home/ada/bin/dlint");
  assert.equal(command([...ALL, "/work/shop/tools/dlint"], { setting: "${workspaceFolder}/tools/dlint" }), "/work/shop/tools/dlint");
  assert.equal(command([...ALL, "/work/shop/tools/dlint"], { setting: "tools/dlint" }), "/work/shop/tools/dlint");
  assert.equal(command([...ALL, "/usr/bin/dlint-next"], { setting: "dlint-next" }), "/usr/bin/dlint-next");
  assert.equal(command([...ALL, "/x/dlint"], { setting: "${env:TOOLS}/dlint", environment: { TOOLS: "/x" } }), "/x/dlint");
});

test("a setting that leads nowhere is said, and nothing else is run instead", () => {
  assert.match(command(ALL, { setting: "/opt/dlint" }), /dlint\.path is \/opt\/dlint/);
  assert.match(command(ALL, { setting: "dlnt" }), /not on PATH/);
});

test("nothing inside a folder that is not trusted is run", () => {
  const inside = ["/work/shop/.venv/bin/dlint", "/work/shop/venv/bin/dlint", "/work/shop/bin/dlint", "bin/dlint"];
  const given = {
    trusted: false,
    interpreter: "/work/shop/.venv/bin/python",
    environment: { PATH: "bin:/work/shop/bin:/usr/bin" },
  };
  assert.match(command(inside, given), /not trusted/);
  assert.equal(command([...inside, "/usr/bin/dlint"], given), "/usr/bin/dlint");
});

test("where there is none, it is said where was looked", () => {
  assert.match(command([]), /\.venv.*PATH/);
});

test("on Windows it is an .exe", () => {
  const found = find(around([], { windows: true, environment: { Path: "C:/tools;C:/bin" }, isProgram: (file) => file.includes("C:/bin") }));
  assert.ok("command" in found && found.command.endsWith("dlint.exe"));
});
