"""Has ShellCheck read the scripts of the linted files, and shows the rules what it says.

It works while the rules look at everything else: ``start`` comes before them, ``poll`` between files, ``report`` after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dlint.shellcheck.scripts import CheckedScript, Remark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlint.cache.store import Cache
    from dlint.config.dispatch import Dispatch
    from dlint.lint.file_run import FileRun
    from dlint.lint.sink import Sink
    from dlint.shellcheck.process import ShellCheck

_KINDS = ("dockerfile", "compose")


class Scripts:
    """The scripts of one run. ``plan`` gives the rules of a kind for a path; ``unread`` are the files with a script
    that ShellCheck should have read and has not, ``waiting`` these scripts with the program that is to read them, both
    known after ``report``. Without ``patient`` only what was said earlier counts, and no process is started.
    """

    def __init__(
        self,
        plan: Callable[[str, tuple[str, ...]], Dispatch],
        sink: Sink,
        jobs: int,
        answers: Cache | None,
        patient: bool = True,
    ) -> None:
        self._plan = plan
        self._sink = sink
        self._jobs = jobs
        self._answers = answers
        self._scripts: dict[str, list[CheckedScript]] = {}
        self._programs: dict[str, ShellCheck] = {}
        self._patient = patient
        self.unread: frozenset[str] = frozenset()
        self.waiting: list[tuple[str, str]] = []

    def add(self, at: FileRun, scripts: Callable[[FileRun], Iterator[CheckedScript]]) -> None:
        """Find the scripts of one file whose remarks some rule wants to see."""
        setting = at.config["shellcheck"]
        if not setting or not any(self._plan(at.path, (kind,)).of(Remark) for kind in _KINDS):
            return
        found = [script for script in scripts(at) if self._plan(at.path, (script.kind,)).of(Remark)]
        if found:
            self._scripts[at.path] = found
            program = setting if isinstance(setting, str) else ""
            if program not in self._programs:
                from dlint.shellcheck.process import ShellCheck

                self._programs[program] = ShellCheck(program, self._jobs, self._answers, patient=self._patient)
            self._programs[program].add(script.content for script in found)

    def start(self) -> None:
        """Start ShellCheck on what was found."""
        for shellcheck in self._programs.values():
            shellcheck.start()

    def poll(self) -> None:
        """Give ShellCheck more to do."""
        for shellcheck in self._programs.values():
            shellcheck.poll()

    def report(self) -> list[str]:
        """Wait for ShellCheck and show the rules what it says; sentences on what went wrong."""
        said: dict[str, Any] = {}
        for shellcheck in self._programs.values():
            said.update(shellcheck.collect())
        for program, shellcheck in self._programs.items():
            self.waiting += ((program, text) for text in shellcheck.asked if text not in said)
        self.unread = frozenset(
            path for path, scripts in self._scripts.items() if any(script.content not in said for script in scripts)
        )
        for path, scripts in self._scripts.items():
            for script in scripts:
                entries = self._plan(path, (script.kind,)).of(Remark)
                for remark in script.remarks(said.get(script.content, ())):
                    self._sink.visit(entries, remark, script.context, script.anchor, path)
        return [shellcheck.trouble for shellcheck in self._programs.values() if shellcheck.trouble]

    def close(self) -> None:
        """End what still runs and take its files away."""
        for shellcheck in self._programs.values():
            shellcheck.close()
