"""Has ShellCheck read the scripts of the linted files, and shows the rules what it says.

It works while the rules look at everything else: it is given the scripts before, more to do between files, and asked
for its answers after.
"""

from __future__ import annotations

from dlint.shellcheck.remark import Remark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dlint.cache.store import Cache
    from dlint.lint.file_run import FileRun, RunState
    from dlint.shellcheck.process import ShellCheck
    from dlint.shellcheck.scripts import CheckedScript

_KINDS = ("dockerfile", "compose")


class Programs:
    """The ShellChecks of a run, by the program that the configuration names. Without ``patient`` only what was said in
    earlier runs counts, and no process is started.
    """

    def __init__(self, jobs: int, answers: Cache | None, patient: bool = True) -> None:
        self._jobs = jobs
        self._answers = answers
        self._patient = patient
        self._programs: dict[str, ShellCheck] = {}

    def of(self, program: str) -> ShellCheck:
        """The one of that name; empty for the one that comes along."""
        found = self._programs.get(program)
        if found is None:
            from dlint.shellcheck.process import ShellCheck

            found = ShellCheck(program, self._jobs, self._answers, patient=self._patient)
            self._programs[program] = found
        return found

    def start(self) -> None:
        """Start work on all that was found."""
        for shellcheck in self._programs.values():
            shellcheck.start()

    def poll(self) -> None:
        """Give them more to do."""
        for shellcheck in self._programs.values():
            shellcheck.poll()

    @property
    def troubles(self) -> list[str]:
        """Sentences on what went wrong."""
        return [shellcheck.trouble for shellcheck in self._programs.values() if shellcheck.trouble]

    def close(self) -> None:
        """End what still runs and take its files away."""
        for shellcheck in self._programs.values():
            shellcheck.close()


class Scripts:
    """The scripts of some files. ``unread`` are the files with a script that ShellCheck should have read and has not,
    ``waiting`` these scripts with the program that is to read them, both known after ``report``.
    """

    def __init__(self, programs: Programs) -> None:
        self._programs = programs
        self._scripts: dict[str, list[CheckedScript]] = {}
        self._texts: dict[str, list[str]] = {}
        self.unread: frozenset[str] = frozenset()
        self.waiting: list[tuple[str, str]] = []

    def add(self, at: FileRun, scripts: Callable[[FileRun], Iterator[CheckedScript]]) -> None:
        """Find the scripts of one file whose remarks some rule wants to see."""
        setting, plan = at.config["shellcheck"], at.run.plan
        if not setting or not any(plan(at.path, (kind,)).of(Remark) for kind in _KINDS):
            return
        found = [script for script in scripts(at) if plan(at.path, (script.kind,)).of(Remark)]
        if found:
            self._scripts[at.path] = found
            program = setting if isinstance(setting, str) else ""
            texts = [script.content for script in found]
            self._texts.setdefault(program, []).extend(texts)
            self._programs.of(program).add(texts)

    def are_read(self) -> bool:
        """Whether there is nothing to wait for."""
        return all(self._programs.of(program).has_read(texts) for program, texts in self._texts.items())

    def report(self, run: RunState) -> None:
        """Wait for ShellCheck and show the rules what it says."""
        said = {}
        for program, texts in self._texts.items():
            shellcheck = self._programs.of(program)
            shellcheck.wait(texts)
            answers = shellcheck.take(texts)
            said.update(answers)
            self.waiting += ((program, text) for text in dict.fromkeys(texts) if text not in answers)
        self.unread = frozenset(
            path for path, scripts in self._scripts.items() if any(script.content not in said for script in scripts)
        )
        for path, scripts in self._scripts.items():
            for script in scripts:
                entries = run.plan(path, (script.kind,)).of(Remark)
                for remark in script.remarks(said.get(script.content, ())):
                    run.sink.visit(entries, remark, script.context, script.anchor, path)

    def leave(self) -> None:
        """Ask for no answer any more."""
        for program, texts in self._texts.items():
            self._programs.of(program).take(texts)
        self._texts = {}
