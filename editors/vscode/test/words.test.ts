import assert from "node:assert/strict";
import { test } from "node:test";

import { failure } from "../src/failure";
import { graphPage, isSvg } from "../src/graph";
import { serverSettings } from "../src/settings";

test("a server that lacks its packages says how to get them", () => {
  const message = failure("/usr/bin/dlint", 2, "dlint: the language server needs pygls: pip install 'dlint-docker[lsp]'\n");
  assert.match(message, /python -m pip install 'dlint-docker\[lsp\]'/);
});

test("a dlint without the command is called too old", () => {
  assert.match(failure("dlint", 2, "Usage: dlint\n\nError: No such command 'lsp'.\n"), /too old/);
});

test("any other end is told with its last words", () => {
  assert.equal(failure("dlint", 1, "Traceback\nValueError: x\n\n"), "dlint ended with 1: ValueError: x");
  assert.equal(failure("dlint", null, ""), "dlint was ended.");
});

test("the graph is shown as a picture that can neither run nor load anything", () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
  const page = graphPage(svg);
  assert.ok(!page.includes("<script"));
  assert.match(page, /default-src 'none'; img-src data:/);
  const data = /base64,([^"]+)"/.exec(page)?.[1] ?? "";
  assert.equal(Buffer.from(data, "base64").toString(), svg);
});

test("only a picture is a picture", () => {
  assert.ok(isSvg('<?xml version="1.0"?>\n<svg width="1">'));
  assert.ok(isSvg("<svg>"));
  assert.ok(!isSvg("") && !isSvg("Usage: dlint") && !isSvg("<html><svg>"));
});

test("without trust in the folder no code of the project runs, whatever the setting says", () => {
  const values = new Map<string, unknown>([["trust", true], ["run", "onSave"], ["preset", "strict"]]);
  const reader = { get: <T>(key: string, otherwise: T) => (values.get(key) as T) ?? otherwise };
  assert.deepEqual(serverSettings(reader, true), { run: "onSave", preset: "strict", shellcheck: true, buildkit: true, trust: true });
  assert.equal(serverSettings(reader, false).trust, false);
});
