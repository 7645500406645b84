/** dlint in VS Code: starts the server, and starts it anew when what it was started with changes. */

import * as vscode from "vscode";

import { commands } from "./commands";
import { onOtherInterpreter } from "./python";
import { Server } from "./server";
import { Status } from "./status";

// With these another program runs, or the editor asks it at other times. All else the server is told while it runs.
const STARTED_WITH = ["dlint.path", "dlint.run"];

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("dlint", { log: true });
  const status = new Status();
  const own = new Server(output, status);
  server = own;
  context.subscriptions.push(output, status);
  for (const [name, command] of Object.entries(commands(own, output))) {
    context.subscriptions.push(vscode.commands.registerCommand(name, command));
  }
  const again = () => void own.restart();
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (STARTED_WITH.some((name) => event.affectsConfiguration(name))) {
        again();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(again),
  );
  await own.restart();
  const other = await onOtherInterpreter(again);
  if (other) {
    context.subscriptions.push(other);
  }
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}
