/** What to tell the user when the server does not start, from how it ended. */

export const INSTALL = "python -m pip install 'dlint-docker[lsp]'";

const LONGEST = 300;

/** `code` is what the process ended with, null if a signal ended it; `stderr` is what it said. */
export function failure(command: string, code: number | null, stderr: string): string {
  const said = lastLine(stderr);
  if (/pygls/.test(said)) {
    return `${command} is there, but what its language server needs is not: ${INSTALL}`;
  }
  if (/No such command/i.test(stderr)) {
    return `${command} is too old: it has no language server.`;
  }
  const how = code === null ? "was ended" : `ended with ${code}`;
  return said ? `${command} ${how}: ${said}` : `${command} ${how}.`;
}

function lastLine(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  return (lines.at(-1) ?? "").slice(0, LONGEST);
}
