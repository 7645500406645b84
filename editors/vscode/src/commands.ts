/** The commands. The client registers the server's own, such as `dlint.showGraph`, under their names. */

import * as path from "node:path";

import * as vscode from "vscode";

import { INSTALL } from "./failure";
import { graphPage, isSvg } from "./graph";
import type { Server } from "./server";

export function commands(server: Server, output: vscode.LogOutputChannel): Record<string, () => unknown> {
  return {
    "dlint.restart": () => server.restart(),
    "dlint.showOutput": () => output.show(),
    "dlint.install": install,
    "dlint.fixAll": fixAll,
    "dlint.explainRule": () => explain(server),
    "dlint.graph": () => showGraph(server),
  };
}

/** The command is written into a terminal, and left to the user to start. */
function install(): void {
  const terminal = vscode.window.createTerminal("dlint");
  terminal.show();
  terminal.sendText(INSTALL, false);
}

function fixAll(): Thenable<unknown> {
  return vscode.commands.executeCommand("editor.action.sourceAction", { kind: "source.fixAll.dlint", apply: "first" });
}

async function explain(server: Server): Promise<void> {
  const rule = await askedRule();
  if (rule && server.client) {
    await server.client.sendRequest("workspace/executeCommand", { command: "dlint.explain", arguments: [rule] });
  } else if (rule) {
    void vscode.window.showWarningMessage("dlint does not run.");
  }
}

/** The rule found at the cursor; else one that the user chooses from those of the file, or writes. */
async function askedRule(): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const own = editor ? vscode.languages.getDiagnostics(editor.document.uri).filter((each) => each.source === "dlint") : [];
  const here = names(own.filter((each) => editor && each.range.contains(editor.selection.active)));
  if (here.length === 1) {
    return here[0];
  }
  const choice = here.length ? here : names(own);
  const other = "Another one…";
  const chosen = choice.length ? await vscode.window.showQuickPick([...choice, other], { title: "Explain a rule" }) : other;
  return chosen === other ? vscode.window.showInputBox({ title: "Explain a rule", prompt: "Its name or code", placeHolder: "DL3008" }) : chosen;
}

function names(diagnostics: readonly vscode.Diagnostic[]): string[] {
  const codes = diagnostics.map(({ code }) => String(typeof code === "object" ? code.value : code ?? ""));
  return [...new Set(codes)].filter(Boolean);
}

/** Drawn by the server, which knows the unsaved texts. */
async function showGraph(server: Server): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const folder = (document && vscode.workspace.getWorkspaceFolder(document.uri)) ?? vscode.workspace.workspaceFolders?.[0];
  const place = folder?.uri ?? document?.uri;
  if (!place || !server.client) {
    void vscode.window.showWarningMessage(place ? "dlint does not run." : "Open a folder: the graph is that of a project.");
    return;
  }
  const drawn = await server.client
    .sendRequest("workspace/executeCommand", { command: "dlint.showGraph", arguments: [place.toString(), "svg"] })
    .catch((error: Error) => error);
  if (typeof drawn !== "string" || !isSvg(drawn)) {
    const reason = drawn instanceof Error ? drawn.message : "there is no Dockerfile and no Compose file";
    void vscode.window.showErrorMessage(`dlint shows no graph: ${reason}`);
    return;
  }
  const title = `dlint: ${path.basename(place.fsPath)}`;
  const panel = vscode.window.createWebviewPanel("dlint.graph", title, vscode.ViewColumn.Beside, { enableScripts: false });
  panel.webview.html = graphPage(drawn);
}
