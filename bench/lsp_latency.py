"""How long language servers take from a keystroke to their diagnostics, and what memory many edits take.

    python bench/lsp_latency.py [--edits 200] [--long 5000] [--beside 'docker-langserver --stdio' ...]

dlint's own server, and others beside it on the same edits: `tally lsp`, and those of the npm packages
dockerfile-language-server-nodejs (`docker-langserver --stdio`) and @microsoft/compose-language-service
(`docker-compose-langserver --stdio`). A server is only asked about files that it has diagnostics for.

A Dockerfile of 200 lines and a Compose file of 30 services, ten of which build Dockerfiles of their own, are opened in
one project; then characters are typed, one at a time, each when the answer to the last has come. Memory is the
resident set of the process after 500 edits and after the last. On a machine with other work the times say more about
that work than about dlint; the processor time that the server takes from a key to its answer does not.
"""

from __future__ import annotations

import argparse
import json
import queue
import shlex
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

# Seconds after which a server that says nothing is taken to have nothing to say of such files.
_PATIENCE = 20.0
# Seconds for which somebody looks at a file before they type.
_LOOKED_AT = 2.0
_STEP = r"""# step {n}
ARG TOOL_{n}_VERSION=1.{n}
ENV TOOL_{n}_HOME=/opt/tool{n}
RUN set -eux; \
    apt-get update; \
    apt-get install -y --no-install-recommends \
        ca-certificates \
        curl \
        make \
    ; \
    rm -rf /var/lib/apt/lists/*
COPY src{n}/ /srv/src{n}/
WORKDIR /srv/src{n}
RUN curl -fsSL -o tool.tar.gz "https://example.com/tool-$TOOL_{n}_VERSION.tar.gz"; \
    tar -xzf tool.tar.gz -C /opt; \
    rm tool.tar.gz; \
    make -j4; \
    make install PREFIX="$TOOL_{n}_HOME"
"""


def dockerfile(lines: int) -> str:
    """A Dockerfile of so many lines."""
    steps = "".join(_STEP.format(n=number) for number in range(lines // _STEP.count("\n") + 1)).splitlines()
    return "\n".join(
        ("# syntax=docker/dockerfile:1", "FROM debian:12.5 AS build", *steps[: lines - 3], "USER nobody", "")
    )


def compose(services: int) -> str:
    """A Compose file of so many services; every third builds a Dockerfile."""
    found = ["services:"]
    for number in range(services):
        source = f"    build: ./s{number}" if number % 3 == 0 else f"    image: example.com/team/s{number}:1.{number}"
        found += [
            f"  s{number}:",
            source,
            "    restart: unless-stopped",
            f'    ports: ["127.0.0.1:{8000 + number}:80"]',
            f"    environment: {{MODE: production, NUMBER: '{number}'}}",
            "    volumes:",
            f"      - data{number}:/data",
            *(["    depends_on:", f"      - s{number - 1}"] if number else []),
        ]
    return "\n".join((*found, "volumes:", *(f"  data{number}:" for number in range(services)), ""))


class Editor:
    """One editor with one server."""

    def __init__(self, command: Sequence[str], root: Path) -> None:
        self._start(command, root)
        self.versions: dict[str, int] = {}
        self.messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        capabilities = {"textDocument": {"publishDiagnostics": {"versionSupport": True}}}
        self._send({"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": root.as_uri(),
                    "workspaceFolders": None, "capabilities": capabilities}})  # fmt: skip
        while self._receive().get("id") != 1:
            pass
        self._send({"method": "initialized", "params": {}})

    def _start(self, command: Sequence[str], root: Path) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root
        )
        assert self.process.stdin is not None and self.process.stdout is not None
        self.stdin: IO[bytes] = self.process.stdin
        self.stdout: IO[bytes] = self.process.stdout

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.stdin.flush()

    def _listen(self) -> None:
        while True:
            length = 0
            while (line := self.stdout.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            if not line:
                self.messages.put(None)
                return
            self.messages.put(json.loads(self.stdout.read(length)))

    def _receive(self) -> dict[str, Any]:
        message = self.messages.get(timeout=_PATIENCE)
        if message is None:
            raise RuntimeError("the server has ended")
        if "id" in message and "method" in message:
            self._send({"id": message["id"], "result": None})
        return message

    def _wait(self, uri: str) -> None:
        """Wait for the diagnostics of the newest version; those without a version are taken for it."""
        while True:
            message = self._receive()
            params = message.get("params") or {}
            if message.get("method") != "textDocument/publishDiagnostics" or params.get("uri") != uri:
                continue
            if params.get("version") in (None, self.versions[uri]):
                return

    def open(self, path: Path, language: str) -> str:
        """Open a file and wait for its diagnostics."""
        uri = path.as_uri()
        self.versions[uri] = 1
        item = {"uri": uri, "languageId": language, "version": 1, "text": path.read_text()}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": item}})
        self._wait(uri)
        return uri

    def type(self, uri: str, line: int, character: int, text: str) -> float:
        """Write a text at a place, or, without one, take away all before it; the seconds until the diagnostics for it
        have come.
        """
        self.versions[uri] += 1
        place = {"line": line, "character": character}
        start = place if text else {"line": line, "character": 0}
        change = {"range": {"start": start, "end": place}, "text": text}
        item = {"uri": uri, "version": self.versions[uri]}
        before = time.perf_counter()
        self._send({"method": "textDocument/didChange", "params": {"textDocument": item, "contentChanges": [change]}})
        self._wait(uri)
        return time.perf_counter() - before

    def memory(self) -> float:
        """The resident memory of the server once it has nothing to do, in MB; 0 where /proc does not say."""
        time.sleep(_LOOKED_AT)
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return 0.0
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))

    def work(self) -> float:
        """The seconds of processor time that the threads of the server have taken; 0 where /proc does not say."""
        tasks = Path(f"/proc/{self.process.pid}/task")
        try:
            return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9
        except OSError:
            return 0.0

    def close(self) -> None:
        """End the server."""
        self._send({"id": 2, "method": "shutdown", "params": None})
        self._send({"method": "exit", "params": None})
        self.process.wait(10)


def keystrokes(count: int) -> Iterator[str]:
    """What is typed at the start of a line: words of a comment, which are taken away again after each sixty."""
    for number in range(count):
        yield "" if number % 60 == 59 else "# typed by somebody "[number % 20]


def measure(editor: Editor, uri: str, edits: int, rest: float = 0.0) -> tuple[list[float], list[float]]:
    """The times of so many keystrokes in the fourth line, and their processor times; ``rest`` are the seconds between
    an answer and the next key.
    """
    times, works = [], []
    column = 0
    for text in keystrokes(edits):
        before = editor.work()
        times.append(editor.type(uri, 3, column, text))
        works.append(editor.work() - before)
        column = column + 1 if text else 0
        if rest:
            time.sleep(rest)
    return times, works


def shown(name: str, measured: tuple[list[float], list[float]]) -> str:
    """One line of the result."""
    return f"{name:<28} {_spread(measured[0])}   processor {_spread(measured[1])}"


def _spread(seconds: Sequence[float]) -> str:
    each = sorted(one * 1000 for one in seconds)
    p95 = each[int(len(each) * 0.95)]
    return f"median {statistics.median(each):6.1f} ms   p95 {p95:6.1f} ms   most {each[-1]:6.1f} ms"


def project(root: Path) -> None:
    """Write the project."""
    (root / ".git").mkdir()
    (root / "Dockerfile").write_text(dockerfile(200))
    (root / "compose.yaml").write_text(compose(30))
    for number in range(0, 30, 3):
        (root / f"s{number}").mkdir()
        (root / f"s{number}" / "Dockerfile").write_text(dockerfile(40))


def measure_server(command: Sequence[str], root: Path, edits: int, rest: float) -> None:
    """Measure one server on both files; on each with a server that has just started."""
    for name, language, what in (
        ("Dockerfile", "dockerfile", "Dockerfile of 200 lines"),
        ("compose.yaml", "dockercompose", "Compose file of 30 services"),
    ):
        editor = Editor(command, root)
        try:
            uri = editor.open(root / name, language)
            time.sleep(_LOOKED_AT)
            print(shown(what, measure(editor, uri, edits, rest)))
            editor.close()
        except queue.Empty:
            print(f"{what:<28} no diagnostics")
        finally:
            editor.process.kill()


def first_answer(root: Path, others: int) -> float:
    """Seconds from opening the first file to its diagnostics, in a project with so many other Dockerfiles."""
    (root / ".git").mkdir(parents=True)
    for number in range(others):
        (root / f"d{number}").mkdir()
        (root / f"d{number}" / "Dockerfile").write_text(dockerfile(40))
    (root / "Dockerfile").write_text(dockerfile(40))
    editor = Editor([sys.executable, "-m", "dlint", "lsp"], root)
    start = time.perf_counter()
    editor.open(root / "Dockerfile", "dockerfile")
    taken = time.perf_counter() - start
    editor.close()
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--rest", type=float, default=0.0, help="seconds between an answer and the next key")
    parser.add_argument("--long", type=int, default=5000)
    parser.add_argument("--beside", action="append", default=[], help="the command of another server")
    arguments = parser.parse_args()
    own = [sys.executable, "-m", "dlint", "lsp"]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        project(root)
        for command in (own, *map(shlex.split, arguments.beside)):
            print("dlint lsp" if command is own else shlex.join(command))
            measure_server(command, root, arguments.edits, arguments.rest)
        alone, among = (first_answer(root / f"of{others}", others) for others in (0, 300))
        print(f"dlint: first answer {alone * 1000:.0f} ms, among 300 Dockerfiles {among * 1000:.0f} ms")
        if arguments.long:
            editor = Editor(own, root)
            small = editor.open(root / "s0" / "Dockerfile", "dockerfile")
            for more in (500, (arguments.long - 500) // 2, (arguments.long - 500) // 2):
                measure(editor, small, more)
                print(f"dlint: memory after {more} more edits {editor.memory():.1f} MB")
            editor.close()


if __name__ == "__main__":
    main()
