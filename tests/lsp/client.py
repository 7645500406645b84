"""An editor as the language server sees it: JSON-RPC over the pipes of a real process."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nursery import CAN_FORK, PYGLS, Forked

PATIENCE = 60.0
MODERN: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-8", "utf-16"]},
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True},
        "codeAction": {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}},
        "diagnostic": {},
        "rename": {"prepareSupport": True},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "hover": {"contentFormat": ["markdown"]},
    },
    "workspace": {
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "configuration": False,
        "diagnostics": {"refreshSupport": True},
    },
    "window": {"showDocument": {"support": True}},
}
PUSHED: dict[str, Any] = {
    "textDocument": {"publishDiagnostics": {"versionSupport": True}},
    "workspace": {"workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]}},
}


def started(folder: Path | str) -> subprocess.Popen[bytes]:
    """A server as an editor starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "dlint", "lsp", "--stdio"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder,
    )  # fmt: skip


def forked(folder: Path | str) -> Any:
    """A server that is there sooner, where processes can be forked."""
    return Forked(folder, ("lsp", "--stdio"), PYGLS) if CAN_FORK else started(folder)


class Client:
    """One server process and what it said."""

    def __init__(
        self,
        root: Path | None,
        capabilities: Mapping[str, Any] | None = None,
        server: Callable[[Path | str], Any] = forked,
        **given: Any,
    ) -> None:
        self.process = server(root or "/")
        self.messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.stderr: list[bytes] = []
        self.seen: list[dict[str, Any]] = []
        self.pushed: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, int] = {}
        self.number = 0
        for work in (self._read, self._read_errors):
            threading.Thread(target=work, daemon=True).start()
        folders = given.pop("folders", [root] if root is not None else [])
        self.capabilities = self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": folders[0].as_uri() if folders else None,
                "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name} for folder in folders],
                "capabilities": dict(PUSHED if capabilities is None else capabilities),
                **given,
            },
        )["capabilities"]
        self.notify("initialized", {})

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not line:
                break
            self.messages.put(json.loads(stream.read(length)))
        self.messages.put(None)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self.stderr.extend(self.process.stderr)

    def send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def send_bytes(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def notify(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def start(self, method: str, params: Any) -> int:
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        return self.number

    def request(self, method: str, params: Any) -> Any:
        answer = self.answer(self.start(method, params))
        assert "error" not in answer, answer
        return answer["result"]

    def answer(self, number: int) -> dict[str, Any]:
        return self.until(lambda message: message.get("id") == number and "method" not in message)

    def until(self, wanted: Callable[[dict[str, Any]], Any], patience: float = PATIENCE) -> dict[str, Any]:
        """The next message for which ``wanted`` is true; others are taken in on the way."""
        end = time.monotonic() + patience
        while True:
            message = self.messages.get(timeout=max(end - time.monotonic(), 0.01))
            assert message is not None, b"".join(self.stderr).decode()
            self._take(message)
            if wanted(message):
                return message

    def _take(self, message: dict[str, Any]) -> None:
        self.seen.append(message)
        if message.get("method") == "textDocument/publishDiagnostics":
            self.pushed[message["params"]["uri"]] = message["params"]
        elif "method" in message and "id" in message:
            result = {"success": True} if message["method"] == "window/showDocument" else None
            self.send({"id": message["id"], "result": result})

    def open(self, path: Path | str, text: str | None = None, language: str = "dockerfile") -> str:
        uri = path if isinstance(path, str) else path.as_uri()
        if text is None:
            assert isinstance(path, Path)
            text = path.read_bytes().decode()
        self.versions[uri] = 1
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return uri

    def change(self, uri: str, *changes: Any, version: int | None = None) -> None:
        self.versions[uri] = version if version is not None else self.versions[uri] + 1
        each = [{"text": change} if isinstance(change, str) else change for change in changes]
        item = {"uri": uri, "version": self.versions[uri]}
        self.notify("textDocument/didChange", {"textDocument": item, "contentChanges": each})

    def diagnostics(self, uri: str, wanted: Callable[[list[str]], bool] = lambda rules: True) -> list[dict[str, Any]]:
        """The diagnostics pushed for the newest version of a document, once their rules are as wanted."""

        def current() -> bool:
            known = self.pushed.get(uri)
            if known is None or known.get("version") not in (None, self.versions[uri]):
                return False
            return wanted([each["code"] for each in known["diagnostics"]])

        if not current():
            self.until(lambda message: current())
        found: list[dict[str, Any]] = self.pushed[uri]["diagnostics"]
        return found

    def rules(self, uri: str, wanted: Callable[[list[str]], bool] = lambda rules: True) -> list[str]:
        return [each["code"] for each in self.diagnostics(uri, wanted)]

    def pulled(self, uri: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["items"]
        return found

    def actions(self, uri: str, range_: Any, only: list[str] | None = None) -> list[dict[str, Any]]:
        context: dict[str, Any] = {"diagnostics": []}
        if only is not None:
            context["only"] = only
        params = {"textDocument": {"uri": uri}, "range": range_, "context": context}
        return self.request("textDocument/codeAction", params) or []

    def close(self) -> int:
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(PATIENCE)


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """A text of ASCII characters with the edits of an answer made."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def offset(position: Mapping[str, int]) -> int:
        return min(starts[min(position["line"], len(starts) - 1)] + position["character"], len(text))

    for edit in sorted(edits, key=lambda edit: offset(edit["range"]["start"]), reverse=True):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text
