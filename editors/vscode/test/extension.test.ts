import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, test } from "node:test";

import manifest from "../package.json";
import { activate, deactivate } from "../src/extension";
import { answers, clients } from "./client";
import * as editor from "./vscode";

const context = { subscriptions: [] as unknown[] } as never;
const before = { ...process.env };
let folder = "";

beforeEach(() => {
  editor.forget();
  clients.length = 0;
  Object.assign(answers, { given: undefined, refused: "" });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "dlint-"));
  process.env.PATH = `${folder}:/usr/bin:/bin`;
  delete process.env.VIRTUAL_ENV;
});

afterEach(async () => {
  await deactivate();
  process.env = { ...before };
  fs.rmSync(folder, { recursive: true });
});

/** A program called dlint, which does what a line of shell does. */
function dlint(script: string): void {
  fs.writeFileSync(path.join(folder, "dlint"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

const LIVES = 'echo up; exec cat >/dev/null';

async function until(comes: () => boolean): Promise<void> {
  for (let waited = 0; !comes() && waited < 20_000; waited += 10) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function command(name: string): Promise<unknown> {
  return Promise.resolve(editor.registered.get(name)?.());
}

test("what is in the manifest is there, and the other way round", async () => {
  dlint(LIVES);
  await activate(context);
  assert.deepEqual([...editor.registered.keys()].sort(), manifest.contributes.commands.map((each) => each.command).sort());
});

test("each setting of the manifest is told to the server or is the extension's own", async () => {
  dlint(LIVES);
  await activate(context);
  const told = Object.keys(clients[0]?.options.initializationOptions).map((key) => `dlint.${key}`);
  assert.deepEqual([...told, "dlint.path", "dlint.trace.server"].sort(), Object.keys(manifest.contributes.configuration.properties).sort());
  const asked = clients[0]?.options.middleware.workspace.configuration({ items: [{ section: "dlint" }] });
  assert.deepEqual(asked, [clients[0]?.options.initializationOptions]);
});

test("the server that runs is shown", async () => {
  dlint(LIVES);
  await activate(context);
  assert.equal(editor.item.text, "dlint 9.8.7");
  assert.equal(editor.item.detail, path.join(folder, "dlint"));
  assert.deepEqual(editor.said, []);
});

test("a dlint that is missing is said once, with how to get it and what to do", async () => {
  editor.state.choice = "How to Install";
  await activate(context);
  assert.equal(editor.said.length, 1);
  assert.match(editor.said[0]?.message ?? "", /no dlint.*python -m pip install/);
  assert.deepEqual(editor.said[0]?.choices, ["How to Install", "Set the Path", "Try Again"]);
  assert.deepEqual(editor.done, [{ command: "dlint.install", rest: [] }]);
  assert.equal(editor.item.severity, editor.LanguageStatusSeverity.Error);
  assert.equal(clients.length, 0);
});

test("the way to install is written into a terminal and not started", async () => {
  await activate(context);
  await command("dlint.install");
  assert.deepEqual(editor.typed, [{ text: "python -m pip install 'dlint-docker[lsp]'", execute: false }]);
});

test("a server that does not start says why, once", async () => {
  dlint("echo \"dlint: the language server needs pygls: pip install 'dlint-docker[lsp]'\" >&2; exit 2");
  await activate(context);
  assert.equal(editor.said.length, 1);
  assert.match(editor.said[0]?.message ?? "", /what its language server needs is not/);
  assert.equal(editor.item.text, "dlint does not run");
});

test("what a server says is waited for, though its end is known before", async () => {
  dlint("{ sleep 0.3; echo \"dlint: the language server needs pygls\" >&2; } & exit 2");
  await activate(context);
  assert.match(editor.said[0]?.message ?? "", /what its language server needs is not/);
});

test("a server that ends later is not started without end", async () => {
  dlint(LIVES);
  await activate(context);
  clients[0]?.process?.kill();
  assert.equal(clients[0]?.options.errorHandler.closed().action, 1);
  await until(() => editor.item.text === "dlint does not run");
  assert.equal(editor.said.length, 1);
  assert.equal(clients.length, 1);
});

test("it starts anew when asked, with another path, and when the folder becomes trusted", async () => {
  dlint(LIVES);
  await activate(context);
  await command("dlint.restart");
  assert.equal(clients.length, 2);
  const change = (name: string) => editor.listeners.configuration[0]?.({ affectsConfiguration: (each: string) => each === name });
  change("dlint.preset");
  change("dlint.path");
  editor.listeners.trust[0]?.(undefined);
  await command("dlint.restart");
  assert.equal(clients.length, 5);
});

test("a linter that runs on save is not asked at each change", async () => {
  dlint(LIVES);
  editor.configuration.set("run", "onSave");
  await activate(context);
  assert.deepEqual(clients[0]?.options.diagnosticPullOptions, { onChange: false, onSave: true, onTabs: true });
});

test("the rule at the cursor is explained", async () => {
  dlint(LIVES);
  await activate(context);
  const at = (inside: boolean) => ({ contains: () => inside });
  editor.state.diagnostics = [
    { source: "dlint", code: "sudo", range: at(true) },
    { source: "other", code: "x", range: at(true) },
    { source: "dlint", code: { value: "no-user" }, range: at(false) },
  ];
  editor.window.activeTextEditor = { document: { uri: "" }, selection: { active: {} } };
  await command("dlint.explainRule");
  assert.deepEqual(clients[0]?.sent.map((each) => each.params), [{ command: "dlint.explain", arguments: ["sudo"] }]);
});

test("a rule's page is shown as what it is, anything else by the editor", async () => {
  dlint(LIVES);
  await activate(context);
  const show = clients[0]?.options.middleware.window.showDocument;
  const next = async () => ({ success: false });
  assert.deepEqual(await show({ uri: "file:///rules/sudo.md" }, next), { success: true });
  assert.equal(editor.done.at(-1)?.command, "markdown.showPreview");
  assert.deepEqual(await show({ uri: "https://example.com", external: true }, next), { success: false });
});

test("the graph is that of the project, drawn by the server", async () => {
  dlint(LIVES);
  editor.workspace.workspaceFolders = [{ uri: { fsPath: folder, toString: () => `file://${folder}` } }];
  await activate(context);
  answers.given = "<svg>here</svg>";
  await command("dlint.graph");
  const asked = { command: "dlint.showGraph", arguments: [`file://${folder}`, "svg"] };
  assert.deepEqual(clients[0]?.sent, [{ method: "workspace/executeCommand", params: asked }]);
  const data = /base64,([^"]+)"/.exec(editor.panels[0]?.html ?? "")?.[1] ?? "";
  assert.equal(Buffer.from(data, "base64").toString().trim(), "<svg>here</svg>");
  assert.deepEqual(editor.panels[0]?.options, { enableScripts: false });
});

test("a graph that there is not is said in one sentence", async () => {
  dlint(LIVES);
  editor.workspace.workspaceFolders = [{ uri: { fsPath: folder, toString: () => `file://${folder}` } }];
  await activate(context);
  answers.given = "";
  await command("dlint.graph");
  answers.refused = "the server has ended";
  await command("dlint.graph");
  assert.deepEqual(
    editor.said.map((each) => each.message),
    ["dlint shows no graph: there is no Dockerfile and no Compose file", "dlint shows no graph: the server has ended"],
  );
  assert.equal(editor.panels.length, 0);
});

test("without a server there is no graph, and that is said", async () => {
  editor.workspace.workspaceFolders = [{ uri: { fsPath: folder } }];
  await activate(context);
  await command("dlint.graph");
  assert.equal(editor.said.at(-1)?.message, "dlint does not run.");
});
