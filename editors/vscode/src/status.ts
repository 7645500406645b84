/** The status item, and the words when something is amiss. */

import * as vscode from "vscode";

import { SELECTOR } from "./documents";
import { INSTALL } from "./failure";

const HOW = "How to Install";
const SET = "Set the Path";
const AGAIN = "Try Again";
const OUTPUT = "Show the Output";

export class Status {
  private readonly item = vscode.languages.createLanguageStatusItem("dlint.status", SELECTOR);

  constructor() {
    this.item.name = "dlint";
  }

  starting(): void {
    this.show("dlint", "starting", vscode.LanguageStatusSeverity.Information, "dlint.showOutput", OUTPUT);
    this.item.busy = true;
  }

  running(version: string, command: string): void {
    this.show(`dlint ${version}`.trim(), command, vscode.LanguageStatusSeverity.Information, "dlint.restart", "Restart");
  }

  missing(reason: string): void {
    this.show("dlint is missing", reason, vscode.LanguageStatusSeverity.Error, "dlint.install", HOW);
    const message = `${reason} To install it: ${INSTALL}`;
    void vscode.window.showErrorMessage(message, HOW, SET, AGAIN).then(answer);
  }

  failed(reason: string): void {
    this.show("dlint does not run", reason, vscode.LanguageStatusSeverity.Error, "dlint.restart", AGAIN);
    void vscode.window.showErrorMessage(`dlint does not run: ${reason}`, OUTPUT, SET, AGAIN).then(answer);
  }

  dispose(): void {
    this.item.dispose();
  }

  private show(text: string, detail: string, severity: vscode.LanguageStatusSeverity, command: string, title: string): void {
    this.item.busy = false;
    this.item.text = text;
    this.item.detail = detail;
    this.item.severity = severity;
    this.item.command = { command, title };
  }
}

function answer(chosen: string | undefined): void {
  const commands: Record<string, string[]> = {
    [HOW]: ["dlint.install"],
    [SET]: ["workbench.action.openSettings", "dlint.path"],
    [AGAIN]: ["dlint.restart"],
    [OUTPUT]: ["dlint.showOutput"],
  };
  const [command, ...rest] = chosen ? commands[chosen] ?? [] : [];
  if (command) {
    void vscode.commands.executeCommand(command, ...rest);
  }
}
