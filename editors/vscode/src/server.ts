/** The server and what the editor shows of it. */

import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";

import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  ResponseError,
} from "vscode-languageclient/node";

import { SELECTOR } from "./documents";
import { failure } from "./failure";
import { find, type Found, type Missing } from "./find";
import { interpreter } from "./python";
import { serverSettings } from "./settings";
import type { Status } from "./status";

const MOST_KEPT = 4_000;
const PATIENCE = 10_000;

/** One process of the server. */
interface Run {
  readonly process: ChildProcess;
  /** The last of what it said, whole once it has `ended`. */
  stderr: string;
  /** It is gone and its words are read, which may be a moment after it has an exit code. */
  readonly ended: Promise<void>;
}

export class Server {
  client: LanguageClient | undefined;
  private run: Run | undefined;
  private running = false;
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly output: vscode.LogOutputChannel,
    private readonly status: Status,
  ) {}

  /** Starts it, or starts it anew. One call after the other. */
  restart(): Promise<void> {
    this.turn = this.turn.then(async () => {
      await this.end();
      await this.begin();
    });
    return this.turn;
  }

  stop(): Promise<void> {
    this.turn = this.turn.then(() => this.end());
    return this.turn;
  }

  private async begin(): Promise<void> {
    this.status.starting();
    const found = await locate();
    if ("reason" in found) {
      this.output.error(found.reason);
      this.status.missing(found.reason);
      return;
    }
    this.output.info(`${found.command}, by ${found.origin}`);
    const client = this.made(found);
    try {
      await client.start();
    } catch {
      await this.tell(found);
      return;
    }
    this.client = client;
    this.running = true;
    this.status.running(client.initializeResult?.serverInfo?.version ?? "", found.command);
  }

  private async end(): Promise<void> {
    this.running = false;
    const client = this.client;
    this.client = undefined;
    await client?.dispose(PATIENCE).catch(() => this.run?.process.kill());
  }

  /** Why it did not start or ended, once all that it said is there. */
  private async tell(found: Found): Promise<void> {
    const run = this.run;
    await Promise.race([run?.ended, new Promise((resolve) => setTimeout(resolve, PATIENCE).unref())]);
    const message = failure(found.command, run?.process.exitCode ?? null, run?.stderr ?? "");
    this.output.error(message);
    this.status.failed(message);
  }

  private made(found: Found): LanguageClient {
    const options: LanguageClientOptions = {
      documentSelector: SELECTOR,
      outputChannel: this.output,
      initializationOptions: settings(),
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this.closed(found),
      },
      synchronize: { configurationSection: "dlint" },
      diagnosticPullOptions: { onChange: settings().run === "onType", onSave: true, onTabs: true },
      middleware: {
        workspace: { configuration: (params) => params.items.map(() => settings()) },
        window: { showDocument },
      },
    };
    return new LanguageClient("dlint", "dlint", () => this.spawned(found), options);
  }

  private spawned(found: Found): Promise<ChildProcess> {
    const process = spawn(found.command, ["lsp"], { cwd: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath });
    const ended = new Promise<void>((resolve) => process.once("close", () => resolve()).once("error", () => resolve()));
    const run: Run = { process, stderr: "", ended };
    this.run = run;
    process.stderr.on("data", (data: Buffer) => {
      run.stderr = (run.stderr + data.toString()).slice(-MOST_KEPT);
    });
    return new Promise((resolve, reject) => {
      process.once("spawn", () => resolve(process));
      process.once("error", (error) => {
        run.stderr = error.message;
        reject(error);
      });
    });
  }

  /** It ended by itself. Whoever kills it, or a fault in it, must not make it start without end. */
  private closed(found: Found): { action: CloseAction; handled: boolean } {
    if (this.running) {
      this.running = false;
      this.client = undefined;
      void this.tell(found);
    }
    return { action: CloseAction.DoNotRestart, handled: true };
  }
}

/** The settings as they are now. */
export function settings() {
  return serverSettings(vscode.workspace.getConfiguration("dlint"), vscode.workspace.isTrusted);
}

/** Shows a rule's page as what it is, and leaves anything else to the editor. */
const showDocument: NonNullable<NonNullable<Middleware["window"]>["showDocument"]> = async (params, next) => {
  if (params.external || !params.uri.endsWith(".md")) {
    const answer = await next(params, new vscode.CancellationTokenSource().token);
    return answer instanceof ResponseError ? { success: false } : answer;
  }
  try {
    await vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.parse(params.uri));
    return { success: true };
  } catch {
    return { success: false };
  }
};

export async function locate(): Promise<Found | Missing> {
  return find({
    setting: vscode.workspace.getConfiguration("dlint").get("path", ""),
    folders: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
    trusted: vscode.workspace.isTrusted,
    interpreter: await interpreter(),
    environment: process.env,
    windows: process.platform === "win32",
    isProgram,
  });
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
