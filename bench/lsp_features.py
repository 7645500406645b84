"""What language servers answer, feature by feature, on the same files: the table of docs/editors.md.

    python bench/lsp_features.py 'docker-langserver --stdio' 'docker-compose-langserver --stdio' 'tally lsp'

dlint's own server, and beside it those of the commands. A feature is there if the answer to a question that has one is
not empty, about files of the kind that the server is for. "across files" means an answer that lies in, or comes from, a
file that is not the one that is asked about.
"""

from __future__ import annotations

import argparse
import json
import queue
import shlex
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

_PATIENCE = 15.0
FILES = {
    "Dockerfile": "ARG TAG=12.5\nFROM debian:$TAG AS base\nMAINTAINER Ada\nFROM base AS web\nARG VERSION\n"
    "RUN echo $VERSION && \\\n    id\nCOPY app.py /srv/\nuser nobody\n",
    "compose.yaml": "x-log: &log {driver: json-file}\nservices:\n  web:\n"
    "    build: {context: ., target: wbe, args: {MODE: fast}}\n"
    "    image: team/web:${TAG}\n    logging: *log\n    networks: [front]\n    env_file: web.env\n  db:\n"
    "    image: postgres:18\n    environment:\n      PGDATA: /data\n    depends_on: [web]\nnetworks:\n  front:\n",
    "compose.override.yaml": "services:\n  web:\n    image: team/web:dev\n",
    "web.env": "A=1\n",
    ".env": "TAG=7\n",
    ".dockerignore": "*.py\n",
    "app.py": "\n",
}
# What servers that are for one kind of file are given.
ONLY = {
    "docker-langserver": ("Dockerfile",),
    "docker-compose-langserver": ("compose.yaml", "compose.override.yaml"),
    "tally": ("Dockerfile",),
}
CAPABILITIES: dict[str, Any] = {
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source.fixAll"]}}},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "hover": {"contentFormat": ["markdown"]},
        "rename": {"prepareSupport": True},
    },
    "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}, "workspaceFolders": True},
}
Question = Callable[["Client"], Any]


class Client:
    """One editor with one server that has the files open."""

    def __init__(self, command: Sequence[str], root: Path) -> None:
        self.root = root
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=quiet, cwd=root
        )  # fmt: skip
        self.messages: queue.Queue[dict[str, Any]] = queue.Queue()
        self.shown: dict[str, list[dict[str, Any]]] = {}
        self.number = 0
        threading.Thread(target=self._listen, daemon=True).start()
        folders = [{"uri": root.as_uri(), "name": "project"}]
        self.able = (
            self.request(
                "initialize",
                {
                    "processId": None,
                    "rootUri": root.as_uri(),
                    "workspaceFolders": folders,
                    "capabilities": CAPABILITIES,
                },
            )
            or {}
        ).get("capabilities", {})
        self._send({"method": "initialized", "params": {}})
        self.names = ONLY.get(Path(command[0]).name, ("Dockerfile", "compose.yaml", "compose.override.yaml"))
        for name in self.names:
            self.open(name, FILES[name])
        self.settle()

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        while True:
            length = 0
            while (line := self.process.stdout.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            if not line:
                return
            self.messages.put(json.loads(self.process.stdout.read(length)))

    def _next(self, seconds: float) -> dict[str, Any]:
        message = self.messages.get(timeout=seconds)
        if "id" in message and "method" in message:
            self._send({"id": message["id"], "result": None})
        elif message.get("method") == "textDocument/publishDiagnostics":
            self.shown[message["params"]["uri"].rpartition("/")[2]] = message["params"]["diagnostics"]
        return message

    def settle(self) -> None:
        """Wait until nothing has come for a while."""
        try:
            while True:
                self._next(4.0)
        except queue.Empty:
            pass

    def request(self, method: str, params: Any) -> Any:
        """The result; None for an error, and where no answer comes."""
        self.number += 1
        self._send({"id": self.number, "method": method, "params": params})
        try:
            while True:
                message = self._next(_PATIENCE)
                if message.get("id") == self.number and "method" not in message:
                    return message.get("result")
        except queue.Empty:
            return None

    def open(self, name: str, text: str) -> None:
        """Open a file, or a text as that file."""
        language = "dockerfile" if name == "Dockerfile" else "dockercompose"
        item = {"uri": (self.root / name).as_uri(), "languageId": language, "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": item}})

    def ask(self, method: str, name: str, word: str = "", inside: int = 1, **more: Any) -> Any:
        """A question about a file, at a word if one is given; None for a file that the server is not for."""
        if name not in self.names:
            return None
        params: dict[str, Any] = {"textDocument": {"uri": (self.root / name).as_uri()}, **more}
        if word:
            before = FILES[name][: FILES[name].index(word) + inside]
            character = len(before) - before.rfind("\n") - 1
            params["position"] = {"line": before.count("\n"), "character": character}
        return self.request(f"textDocument/{method}", params)

    def offers(self, name: str, added: str) -> list[str]:
        """What is offered behind a text that is added to a file."""
        if name not in self.names:
            return []
        text = FILES[name] + added
        item = {"uri": (self.root / name).as_uri(), "version": 2}
        changes = [{"text": text}]
        self._send({"method": "textDocument/didChange", "params": {"textDocument": item, "contentChanges": changes}})
        position = {"line": text.count("\n"), "character": len(text) - text.rfind("\n") - 1}
        found = self.request("textDocument/completion", {"textDocument": item, "position": position})
        items = found.get("items", []) if isinstance(found, dict) else found or []
        return [str(each["label"]).strip() for each in items]

    def shows(self, name: str, text: str) -> bool:
        """Whether anything is found in a file that is opened with another text."""
        if name not in self.names:
            return False
        self.open(name, text)
        self.settle()
        found = bool(self.shown.get(name))
        self.open(name, FILES[name])
        self.settle()
        return found

    def says(self, name: str, word: str, text: str) -> bool:
        """Whether hover at a word has a text in it."""
        return text in json.dumps(self.ask("hover", name, word))

    def elsewhere(self, found: Any, name: str) -> bool:
        """Whether an answer has a place in another file than that."""
        places = found if isinstance(found, list) else [found] if found else []
        uris = [each.get("uri") or each.get("targetUri") or "" for each in places if isinstance(each, dict)]
        return any(not uri.endswith("/" + name) for uri in uris)


def _actions(client: Client, name: str, only: str) -> list[dict[str, Any]]:
    context = {"diagnostics": client.shown.get(name, []), "only": [only]}
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": FILES[name].count("\n"), "character": 0}}
    found = client.ask("codeAction", name, range=whole, context=context) or []
    # A bare command is a quick fix.
    return [each for each in found if str(each.get("kind", "quickfix")).startswith(only)]


_WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
_REFERENCES = {"includeDeclaration": False}
FEATURES: dict[str, Question] = {
    "findings in Dockerfiles": lambda c: c.shown.get("Dockerfile"),
    "errors of YAML": lambda c: c.shows("compose.override.yaml", "services: [\n"),
    "findings in Compose files": lambda c: c.shown.get("compose.yaml"),
    "findings across files": lambda c: "wbe" in json.dumps(c.shown.get("compose.yaml")),
    "quick fixes": lambda c: any("edit" in each or "command" in each for each in _actions(c, "Dockerfile", "quickfix")),
    "fix all": lambda c: _actions(c, "Dockerfile", "source.fixAll"),
    "hover: instruction": lambda c: c.ask("hover", "Dockerfile", "COPY"),
    "hover: Compose key": lambda c: c.ask("hover", "compose.yaml", "depends_on"),
    "hover: value of a variable": lambda c: c.says("Dockerfile", "$TAG", "12.5")
    or c.says("compose.yaml", "${TAG}", "7"),
    "hover: what an image is like": lambda c: c.says("compose.yaml", "postgres:18", "5432"),
    "hover: who builds it": lambda c: c.says("Dockerfile", "FROM debian", "compose.yaml"),
    "definition in a Dockerfile": lambda c: c.ask("definition", "Dockerfile", "base AS web"),
    "definition in a Compose file": lambda c: c.ask("definition", "compose.yaml", "[front]", 2),
    "definition across files": lambda c: c.elsewhere(c.ask("definition", "compose.yaml", "TAG}"), "compose.yaml"),
    "references across files": lambda c: c.elsewhere(
        c.ask("references", "compose.override.yaml", "web", context=_REFERENCES), "compose.override.yaml"
    ),
    "rename": lambda c: c.ask("rename", "Dockerfile", "base AS web", newName="other"),
    "rename across files": lambda c: len(
        {each["textDocument"]["uri"] for each in (c.ask("rename", "compose.yaml", "web:", newName="x") or {}).get(
            "documentChanges", []
        )} | {*(c.ask("rename", "compose.yaml", "web:", newName="x") or {}).get("changes", {})}
    ) > 1,
    "outline": lambda c: c.ask("documentSymbol", "Dockerfile") or c.ask("documentSymbol", "compose.yaml"),
    "folding": lambda c: c.ask("foldingRange", "Dockerfile") or c.ask("foldingRange", "compose.yaml"),
    "links": lambda c: c.ask("documentLink", "Dockerfile") or c.ask("documentLink", "compose.yaml"),
    "links to files": lambda c: "web.env" in json.dumps(c.ask("documentLink", "compose.yaml")),
    "inlay hints": lambda c: c.ask("inlayHint", "Dockerfile", range=_WHOLE),
    "completion: instructions": lambda c: "HEALTHCHECK" in " ".join(c.offers("Dockerfile", "HEA")),
    "completion: stages": lambda c: "base" in c.offers("Dockerfile", "COPY --from="),
    "completion: Compose keys": lambda c: "command" in " ".join(c.offers("compose.override.yaml", "    ")),
    "completion: stages of `target:`": lambda c: "base" in c.offers(
        "compose.override.yaml", "    build:\n      target: "
    ),
    "completion: images": lambda c: "postgres" in c.offers("compose.override.yaml", "  x:\n    image: postg"),
    "completion: an image's variables": lambda c: "POSTGRES_DB" in c.offers(
        "compose.override.yaml", "  x:\n    image: postgres:18\n    environment:\n      POST"
    ),
    "completion: values of Compose": lambda c: "unless-stopped" in " ".join(
        c.offers("compose.override.yaml", "    restart: ")
    ),
    "completion: files": lambda c: "web.env" in " ".join(c.offers("Dockerfile", "COPY we"))
    or "web.env" in " ".join(c.offers("compose.override.yaml", "    env_file: we")),
    "completion: build arguments": lambda c: "MODE" in c.offers("Dockerfile", "ARG "),
    "formatting": lambda c: c.able.get("documentFormattingProvider"),
    "semantic tokens": lambda c: c.able.get("semanticTokensProvider"),
    "signature help": lambda c: c.able.get("signatureHelpProvider"),
}  # fmt: skip


def answers(command: Sequence[str]) -> dict[str, bool]:
    """Which features a server has."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "project"
        root.mkdir()
        (root / ".git").mkdir()
        for name, text in FILES.items():
            (root / name).write_text(text)
        client = Client(command, root)
        try:
            return {feature: bool(question(client)) for feature, question in FEATURES.items()}
        finally:
            client.process.kill()


def main() -> None:
    """Ask, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("commands", nargs="*", help="the commands of other servers")
    arguments = parser.parse_args()
    servers = {"dlint": [sys.executable, "-m", "dlint", "lsp"]}
    servers.update({Path(shlex.split(command)[0]).name: shlex.split(command) for command in arguments.commands})
    found = {name: answers(command) for name, command in servers.items()}
    print(f"| | {' | '.join(found)} |\n|---|{'---|' * len(found)}")
    for feature in FEATURES:
        print(f"| {feature} | {' | '.join('yes' if each[feature] else 'no' for each in found.values())} |")


if __name__ == "__main__":
    main()
