"""How long dlint's language server takes from a keystroke to its own diagnostics, and what memory many edits take.

    python bench/lsp_latency.py [--edits 200] [--long 5000]

A Dockerfile of 200 lines and a Compose file of 30 services, ten of which build Dockerfiles of their own, are opened in
one project; then characters are typed, one at a time, each when the answer to the last has come. Memory is the
resident set of the process after 500 edits and after the last. On a machine with other work the times say more about
that work than about dlint; the processor time of an edit, the start of ShellCheck and other files in it, does not.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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

    def __init__(self, root: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dlint", "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root
        )
        assert self.process.stdin is not None and self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        self.versions: dict[str, int] = {}
        capabilities = {"textDocument": {"publishDiagnostics": {"versionSupport": True}}}
        self._send({"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": root.as_uri(),
                    "workspaceFolders": None, "capabilities": capabilities}})  # fmt: skip
        while self._receive().get("id") != 1:
            pass
        self._send({"method": "initialized", "params": {}})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        length = 0
        while (line := self.stdout.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            length = int(value) if name == b"Content-Length" else length
        message: dict[str, Any] = json.loads(self.stdout.read(length))
        return message

    def _wait(self, uri: str) -> None:
        while True:
            params = self._receive().get("params") or {}
            if params.get("uri") == uri and params.get("version") == self.versions[uri]:
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
        """Write a text at a place; the seconds until the diagnostics for it have come."""
        self.versions[uri] += 1
        place = {"line": line, "character": character}
        change = {"range": {"start": place, "end": place}, "text": text}
        item = {"uri": uri, "version": self.versions[uri]}
        start = time.perf_counter()
        self._send({"method": "textDocument/didChange", "params": {"textDocument": item, "contentChanges": [change]}})
        self._wait(uri)
        return time.perf_counter() - start

    def memory(self) -> float:
        """The resident memory of the server, in MB; 0 where /proc does not say."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return 0.0
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))

    def work(self) -> float:
        """The seconds of processor time that the server has taken; 0 where /proc does not say."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End the server."""
        self._send({"id": 2, "method": "shutdown", "params": None})
        self._send({"method": "exit", "params": None})
        self.process.wait(10)


def keystrokes(count: int) -> Iterator[str]:
    """What is typed at the start of a line: words of a comment, a line at a time."""
    for number in range(count):
        yield "\n" if number % 60 == 59 else "# typed by somebody "[number % 20]


def measure(editor: Editor, uri: str, edits: int) -> tuple[list[float], float]:
    """The times of so many keystrokes in the fourth line, and the processor time of one."""
    times = []
    before = editor.work()
    column = 0
    for text in keystrokes(edits):
        times.append(editor.type(uri, 3, column, text))
        column = 0 if text == "\n" else column + 1
    return times, (editor.work() - before) / edits


def shown(name: str, measured: tuple[list[float], float]) -> str:
    """One line of the result."""
    times, work = measured
    milliseconds = sorted(time * 1000 for time in times)
    p95 = milliseconds[int(len(milliseconds) * 0.95)]
    median = statistics.median(milliseconds)
    return (
        f"{name:<28} median {median:6.1f} ms   p95 {p95:6.1f} ms   most {milliseconds[-1]:6.1f} ms"
        f"   processor {work * 1000:5.1f} ms"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--long", type=int, default=5000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        (root / ".git").mkdir()
        (root / "Dockerfile").write_text(dockerfile(200))
        (root / "compose.yaml").write_text(compose(30))
        for number in range(0, 30, 3):
            (root / f"s{number}").mkdir()
            (root / f"s{number}" / "Dockerfile").write_text(dockerfile(40))
        editor = Editor(root)
        first, second = editor.open(root / "Dockerfile", "dockerfile"), editor.open(root / "compose.yaml", "yaml")
        print(shown("Dockerfile of 200 lines", measure(editor, first, arguments.edits)))
        print(shown("Compose file of 30 services", measure(editor, second, arguments.edits)))
        if arguments.long:
            small = editor.open(root / "s0" / "Dockerfile", "dockerfile")
            measure(editor, small, 500)
            before = editor.memory()
            measure(editor, small, arguments.long - 500)
            print(f"memory after 500 edits {before:.1f} MB, after {arguments.long} edits {editor.memory():.1f} MB")
        editor.close()


if __name__ == "__main__":
    main()
