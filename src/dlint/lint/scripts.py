"""Has ShellCheck read the scripts of the linted files, and shows the rules what it says.

It works while the rules look at everything else: ``start`` comes before them, ``tend`` between files, ``show`` after.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dlint.shellcheck.scripts import CheckedScript, Remark

if TYPE_CHECKING:
    from dlint.config.dispatch import Active
    from dlint.lint import run as engine
    from dlint.shellcheck.process import ShellCheck


class Scripts:
    """The scripts of one run."""

    def __init__(self, run: engine.Run) -> None:
        self._run = run
        self._scripts: dict[str, list[CheckedScript]] = {}
        self._shellchecks: list[ShellCheck] = []

    def start(self, walks: Mapping[str, Any], links: Mapping[str, Any]) -> None:
        """Find the scripts and start ShellCheck on them; ``walks`` has the walk for each kind of file."""
        run = self._run
        programs: dict[str, ShellCheck] = {}
        for path, kind in run.targets.items():
            setting = run.config_of(path)["shellcheck"]
            if not setting or kind not in ("dockerfile", "compose"):
                continue
            found = list(self._find(walks[kind], path, links))
            if found:
                self._scripts[path] = found
                program = setting if isinstance(setting, str) else ""
                if program not in programs:
                    from dlint.shellcheck.process import ShellCheck

                    programs[program] = ShellCheck(program, run.jobs, run.cache)
                    self._shellchecks.append(programs[program])
                programs[program].add(script.content for script in found)
        for shellcheck in self._shellchecks:
            shellcheck.start()

    def _entries(self, path: str, kind: str) -> tuple[Active, ...]:
        """The rules of one kind that want to see what ShellCheck says about a file's scripts."""
        return self._run.plan(path, (kind,)).of(Remark)

    def _find(self, walk: Any, path: str, links: Mapping[str, Any]) -> Iterator[CheckedScript]:
        """The scripts of one file whose remarks some rule wants to see."""
        source = self._run.project.read(path)
        if source is not None and any(self._entries(path, kind) for kind in ("dockerfile", "compose")):
            for script in walk.scripts(self._run, path, source, links):
                if self._entries(path, script.kind):
                    yield script

    def tend(self) -> None:
        """Give ShellCheck more to do."""
        for shellcheck in self._shellchecks:
            shellcheck.tend()

    def show(self) -> None:
        """Wait for ShellCheck and show the rules what it says."""
        said: dict[str, Any] = {}
        for shellcheck in self._shellchecks:
            said.update(shellcheck.collect())
            if shellcheck.trouble:
                self._run.notes.append(shellcheck.trouble)
        for path, scripts in self._scripts.items():
            for script in scripts:
                entries = self._entries(path, script.kind)
                for comment in said.get(script.content, ()):
                    remark = script.remark(comment)
                    if remark is not None:
                        self._run.sink.visit(entries, remark, script.context, script.anchor, path)

    def close(self) -> None:
        """End what still runs and take its files away."""
        for shellcheck in self._shellchecks:
            shellcheck.close()
