/** Stands in for the language client: starts the process as that does, and says that it runs when it lives. */

import type { ChildProcess } from "node:child_process";

export const CloseAction = { DoNotRestart: 1, Restart: 2 };
export const ErrorAction = { Continue: 1, Shutdown: 2 };
export class ResponseError {}

/** What the next requests are answered with. */
export const answers: { given: unknown; refused: string } = { given: undefined, refused: "" };

export const clients: LanguageClient[] = [];

export class LanguageClient {
  initializeResult: { serverInfo: { version: string } } | undefined;
  sent: { method: string; params: unknown }[] = [];
  process: ChildProcess | undefined;

  constructor(
    readonly id: string,
    readonly name: string,
    readonly spawned: () => Promise<ChildProcess>,
    readonly options: Record<string, any>,
  ) {
    clients.push(this);
  }

  async start(): Promise<void> {
    const process = (this.process = await this.spawned());
    const lives = await new Promise((resolve) => {
      process.once("exit", () => resolve(false));
      process.stdout?.once("data", () => resolve(true));
    });
    if (!lives) {
      throw new Error("the connection got closed");
    }
    this.initializeResult = { serverInfo: { version: "9.8.7" } };
  }

  async dispose(): Promise<void> {
    this.process?.kill();
  }

  async sendRequest(method: string, params: unknown): Promise<unknown> {
    this.sent.push({ method, params });
    if (answers.refused) {
      throw new Error(answers.refused);
    }
    return answers.given;
  }
}
