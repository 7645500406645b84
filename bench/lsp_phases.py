"""Where the processor time of one keystroke goes in the language server, phase by phase.

    python bench/lsp_phases.py [--edits 100]

The same edits as in lsp_latency.py, in a server that runs in this process. A phase is a function of the server; what a
phase calls that is a phase itself counts there alone. Times are medians of the processor time of the thread at work, in
milliseconds for an edit: other programs on the machine do not matter much.
"""

from __future__ import annotations

import argparse
import functools
import os
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from lsp_latency import Editor, keystrokes, project

from dlint.lint import group_run, passes
from dlint.lint.group_run import LintRun
from dlint.lsp import folder, garbage, main, published, server, steady
from dlint.lsp.documents import Documents
from dlint.lsp.folder import ProjectFolder
from dlint.lsp.protocol import Protocol
from dlint.lsp.roots import Roots

# Owner, name of the function, what it is called here.
PHASES: tuple[tuple[Any, str, str], ...] = (
    (Protocol, "structure_message", "message read"),
    (Documents, "change", "text changed"),
    (Roots, "take", "open documents looked through"),
    (ProjectFolder, "_move", "project taken over"),
    (ProjectFolder, "_stale", "disk looked at"),
    (group_run, "closure", "files that have to do with it"),
    (folder, "closure", "files that have to do with it"),
    (steady.Steady, "completed", "what other files said kept"),
    (steady.Steady, "take", "what is shown kept"),
    (published, "without_news", "what is new in the line left out"),
    (LintRun, "gather", "scripts found"),
    (LintRun, "walk", "rules"),
    (LintRun, "finish", "findings finished"),
    (passes, "redact", "credentials covered"),
    (published, "diagnostics", "diagnostics made"),
    (server.Server, "_publish", "around linting"),
    (server.Server, "text_document_publish_diagnostics", "diagnostics sent"),
    (garbage, "collect", "garbage collected"),
    (server, "prepare", "next key prepared"),
)


Phases = dict[str, float]


class Clock:
    """The processor time of each phase since the last look."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._inside = threading.local()

    def watch(self, owner: Any, name: str, phase: str) -> None:
        """Have the calls of a function counted as a phase."""
        work = getattr(owner, name)

        @functools.wraps(work)
        def timed(*given: Any, **named: Any) -> Any:
            inner = getattr(self._inside, "inner", 0.0)
            self._inside.inner = 0.0
            start = time.thread_time()
            try:
                return work(*given, **named)
            finally:
                taken = time.thread_time() - start
                self.spent[phase] += taken - self._inside.inner
                self._inside.inner = inner + taken

        setattr(owner, name, timed)

    def look(self) -> Phases:
        """What was spent since the last look."""
        spent, self.spent = self.spent, defaultdict(float)
        return spent


class _Inside(Editor):
    """An editor whose server runs in a thread of this process."""

    def _start(self, command: Any, root: Path) -> None:
        to_server, from_editor = os.pipe()
        to_editor, from_server = os.pipe()
        self.stdin, self.stdout = os.fdopen(from_editor, "wb"), os.fdopen(to_editor, "rb")
        streams = os.fdopen(to_server, "rb"), os.fdopen(from_server, "wb")
        threading.Thread(target=main.serve, args=streams, daemon=True).start()


def measure(clock: Clock, root: Path, name: str, language: str, edits: int) -> tuple[Phases, Phases]:
    """The median of each phase over so many edits of a file: until the answer, and while nothing is typed after it."""
    editor = _Inside((), root)
    uri = editor.open(root / name, language)
    time.sleep(3)
    until: list[Phases] = []
    behind: list[Phases] = []
    column = 0
    for text in keystrokes(edits):
        clock.look()
        editor.type(uri, 3, column, text)
        column = column + 1 if text else 0
        until.append(clock.look())
        time.sleep(1)
        behind.append(clock.look())
    return _medians(until), _medians(behind)


def _medians(each: list[Phases]) -> Phases:
    phases = {phase for spent in each for phase in spent}
    return {phase: statistics.median(spent.get(phase, 0.0) for spent in each) * 1000 for phase in phases}


def report(name: str, spent: tuple[Phases, Phases]) -> None:
    """Print the phases of one file."""
    until, behind = spent
    print(f"{name}: {sum(until.values()):.1f} ms until the answer, {sum(behind.values()):.1f} ms behind it")
    for phase in dict.fromkeys(phase for _, _, phase in PHASES):
        if phase in until or phase in behind:
            print(f"  {until.get(phase, 0.0):7.2f} {behind.get(phase, 0.0):7.2f}  {phase}")


def run() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--edits", type=int, default=40)
    parser.add_argument("--only", choices=("Dockerfile", "compose.yaml"))
    arguments = parser.parse_args()
    clock = Clock()
    for owner, name, phase in PHASES:
        clock.watch(owner, name, phase)
    with tempfile.TemporaryDirectory() as place:
        root = Path(place).resolve()
        project(root)
        for name, language in (("Dockerfile", "dockerfile"), ("compose.yaml", "dockercompose")):
            if arguments.only in (None, name):
                report(name, measure(clock, root, name, language, arguments.edits))


if __name__ == "__main__":
    run()
