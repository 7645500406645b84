/** Stands in for the editor: what the extension asks of it is written down. */

type Listener = (event: unknown) => unknown;

export const said: { kind: string; message: string; choices: string[] }[] = [];
export const done: { command: string; rest: unknown[] }[] = [];
export const registered = new Map<string, (...rest: unknown[]) => unknown>();
export const configuration = new Map<string, unknown>();
export const panels: { title: string; html: string; options: unknown }[] = [];
export const typed: { text: string; execute: boolean }[] = [];
export const listeners: { configuration: Listener[]; trust: Listener[] } = { configuration: [], trust: [] };
export const item = { name: "", text: "", detail: "", severity: -1, busy: false, command: undefined as { command: string } | undefined, dispose() {} };
export const state = { choice: undefined as string | undefined, pick: undefined as string | undefined, diagnostics: [] as unknown[] };

export function forget(): void {
  for (const list of [said, done, panels, typed, listeners.configuration, listeners.trust]) {
    list.length = 0;
  }
  registered.clear();
  configuration.clear();
  Object.assign(workspace, { isTrusted: true, workspaceFolders: undefined });
  Object.assign(state, { choice: undefined, pick: undefined, diagnostics: [] });
  window.activeTextEditor = undefined;
}

function say(kind: string) {
  return async (message: string, ...choices: string[]) => {
    said.push({ kind, message, choices });
    return state.choice;
  };
}

export const LanguageStatusSeverity = { Information: 0, Warning: 1, Error: 2 };
export const ViewColumn = { Beside: -2 };

export class CancellationTokenSource {
  token = {};
}

export const Uri = { parse: (text: string) => ({ text, toString: () => text }) };

export const window = {
  activeTextEditor: undefined as unknown,
  showErrorMessage: say("error"),
  showWarningMessage: say("warning"),
  createOutputChannel: () => ({ info() {}, error() {}, show() {}, dispose() {} }),
  createTerminal: () => ({ show() {}, sendText: (text: string, execute: boolean) => typed.push({ text, execute }) }),
  createWebviewPanel: (_kind: string, title: string, _column: number, options: unknown) => {
    const panel = { title, html: "", options };
    panels.push(panel);
    return { webview: { set html(text: string) { panel.html = text; } } };
  },
  showQuickPick: async () => state.pick,
  showInputBox: async () => state.pick,
};

export const workspace = {
  isTrusted: true,
  workspaceFolders: undefined as { uri: { fsPath: string } }[] | undefined,
  getConfiguration: () => ({ get: (key: string, otherwise: unknown) => configuration.get(key) ?? otherwise }),
  getWorkspaceFolder: () => undefined,
  onDidChangeConfiguration: (listener: Listener) => (listeners.configuration.push(listener), { dispose() {} }),
  onDidGrantWorkspaceTrust: (listener: Listener) => (listeners.trust.push(listener), { dispose() {} }),
};

export const languages = { createLanguageStatusItem: () => item, getDiagnostics: () => state.diagnostics };

export const commands = {
  registerCommand: (name: string, command: (...rest: unknown[]) => unknown) => (registered.set(name, command), { dispose() {} }),
  executeCommand: async (command: string, ...rest: unknown[]) => {
    done.push({ command, rest });
  },
};

export const extensions = { getExtension: () => undefined as unknown };
