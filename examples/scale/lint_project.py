"""Lints projects one after the other, in a process that may be lost, and gives rows for a table.

``rows_of`` is what an engine maps over the parts of its list: Dask in ``lint_fleet.py``, any other the same way. Run as
a program this file is the process that lints: a project a line in, its rows as a line of JSON out.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Any

import dlint

Row = dict[str, Any]
Settings = dict[str, Any]
"""``config``: keys of ``dlint.toml`` for all projects. ``answers``: the folder for what ShellCheck says, which all
share. ``seconds`` and ``megabytes``: what a project may take."""


def rows_of(projects: Iterable[str], settings: Settings) -> Iterator[Row]:
    """The rows of all projects: a row a finding, one for a project without any, and one for each trouble with it."""
    process = None
    for project in projects:
        process = process or Process(settings)
        yield from process.lint(project)
        if process.ended:
            process = None
    if process is not None:
        process.end()


class Process:
    """A process that lints. Whatever a project does to it, the one that asks goes on."""

    def __init__(self, settings: Settings) -> None:
        self._seconds = settings["seconds"]
        self._late = False
        # Clones, and what ShellCheck reads: gone with the process, however it ends.
        self._scratch = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._child = subprocess.Popen(
            [sys.executable, __file__, json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": self._scratch.name},
            process_group=0,
        )
        self.ended = False

    def lint(self, project: str) -> list[Row]:
        """The rows of a project; if the process is lost over it, one that says so."""
        timer = Timer(self._seconds, self._give_up)
        timer.start()
        line = self._ask(project)
        timer.cancel()
        timer.join()
        whole = line.endswith("\n")
        if self._late or not whole:
            self.end()
        if whole:
            return list(json.loads(line))
        said = f"its process ended with {self._child.returncode}"
        return [row(project, trouble=f"took more than {self._seconds} seconds" if self._late else said)]

    def _ask(self, project: str) -> str:
        """The line that comes back; cut off or empty if the process has ended."""
        assert self._child.stdin is not None and self._child.stdout is not None
        try:
            self._child.stdin.write(json.dumps(project) + "\n")
            self._child.stdin.flush()
            return self._child.stdout.readline()
        except BrokenPipeError:
            return ""

    def _give_up(self) -> None:
        self._late = True
        os.killpg(self._child.pid, signal.SIGKILL)

    def end(self) -> None:
        """Let it end, and take its files away."""
        self.ended = True
        self._child.communicate()
        self._scratch.cleanup()


def row(project: str, **values: Any) -> Row:
    """One row; ``trouble`` is what kept a project, or a file of it, from being linted."""
    return {"project": project, **values}


def lint(project: str, settings: Settings) -> list[Row]:
    """Lint one project here and now."""
    try:
        with folder_of(project) as folder:
            report = dlint.lint_paths(
                [folder], root=folder, config=settings["config"], answers=settings["answers"], jobs=1
            )
            rows = [row(project, **finding.row()) for finding in report.visible]
    except Exception as error:
        return [row(project, trouble=f"{type(error).__name__}: {error}")]
    rows += [row(project, path=failure.path, trouble=failure.message) for failure in report.failures]
    rows += [row(project, trouble=note) for note in report.notes]
    return rows or [row(project)]


@contextmanager
def folder_of(project: str) -> Iterator[str]:
    """The folder of a project: one that is there, or for a URL a clone, which goes afterwards."""
    if "://" not in project:
        yield project
        return
    with tempfile.TemporaryDirectory() as folder:
        # Nobody is there to be asked for a password, and nothing that LFS keeps is ever linted.
        quiet = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1"}
        clone = ["git", "clone", "--quiet", "--depth=1", "--", project, folder]
        done = subprocess.run(clone, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode:
            raise OSError(done.stderr.strip())
        yield folder


def main() -> None:
    """Answer until nobody asks any more."""
    settings = json.loads(sys.argv[1])
    most = settings["megabytes"] << 20
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    # What a plug-in prints is no answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        print(json.dumps(lint(json.loads(line), settings)), file=answers, flush=True)


if __name__ == "__main__":
    main()
