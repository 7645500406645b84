"""The packages of Python that the steps of a build install, by the files of the project that name them."""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple
from dlint.model.dockerfile.commands import environment
from dlint.model.dockerfile.writes import moves_surely, with_folders
from dlint.model.facts.python_packages import Locked, Named, locked_by, requirement, requirements
from dlint.model.facts.python_programs import brings, is_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.model.dockerfile.stage import Stage
    from dlint.source import Source
    from dlint.syntax.dockerfile.parser import Run
    from dlint.syntax.shell.script import ShellCommand
    from dlint.workspace.context import Context
    from dlint.workspace.sources import Sources

_MOST_FILES: Final = 20
_OTHERS: Final = frozenset("conda mamba micromamba pdm hatch easy_install pixi rye".split())
_LOCKS: Final = {"poetry": "poetry.lock", "uv": "uv.lock", "pipenv": "Pipfile.lock"}
_WITH_MORE: Final = (
    "--extra", "--all-extras", "--group", "--all-groups", "--with", "-E", "--extras", "--dev", "-d", "--categories",
    "--all-packages", "--package", "--only-group", "--with-requirements", "--script",
)  # fmt: skip


class Install(NamedTuple):
    """What one command installs, by the ``file`` that names it: packages ``named``, or those of a ``locked`` file.

    ``whole``: nothing else comes with the named ones. ``main``: without those for development.
    """

    command: ShellCommand
    file: Source | None
    named: tuple[Named, ...] = ()
    whole: bool = False
    locked: Locked | None = None
    main: bool = False

    def brings(self, package: str) -> bool | None:
        """Whether a package is installed by it; None if that is not known."""
        if self.locked is not None:
            if package not in self.locked.every:
                return False
            return (package in self.locked.main if self.locked.main is not None else None) if self.main else True
        answers = {brings(one.name, one.extras, package) for one in self.named}
        if True in answers:
            return True
        return None if None in answers and not self.whole else False


def installs(run: Run, stage: Stage, sources: Sources, context: Context) -> list[Install] | None:
    """What a step installs; None if that is not known."""
    script = stage.script(run)
    if script is None or script.has_error or not script.posix or not moves_surely(script):
        return None
    found: list[Install] = []
    for command, folder in with_folders(script, stage.workdir_at(run)):
        reader = _Reader(command, folder, run, stage, sources, context)
        more = reader.read()
        if more is None:
            return None
        found += more
    return found


class _Reader:
    """Reads what one command installs."""

    def __init__(
        self, command: ShellCommand, folder: str, run: Run, stage: Stage, sources: Sources, context: Context
    ) -> None:
        self.command = command
        self.folder = folder
        self.run = run
        self.stage = stage
        self.sources = sources
        self.context = context

    def read(self) -> list[Install] | None:
        """What it installs; None if that is not known."""
        command = self.command
        tool, verb = command.tool, command.verb
        if tool in _OTHERS or (tool == "python" and any("setup.py" in word.text for word in command.words)):
            return None
        if tool == "pip" or (tool == "uv" and verb.startswith("pip ")):
            return self._of_pip(verb.removeprefix("pip "))
        if tool in ("pipx", "uv") and verb in ("install", "tool install", "add"):
            return self._of_names()
        if (tool, verb) in (("poetry", "install"), ("poetry", "sync"), ("uv", "sync"), ("uv", "run")):
            return self._of_lock()
        if tool == "pipenv" and verb in ("install", "sync"):
            return None if command.arguments or command.has_flag("-r", "-e") else self._of_lock()
        return None if tool in ("poetry", "pipenv") and verb in ("add", "update", "upgrade") else []

    def _of_pip(self, verb: str) -> list[Install] | None:
        if verb not in ("install", "sync", "wheel", "download"):
            return []
        if self.command.has_flag("-e", "--editable", "--group"):
            return None
        found = self._of_names() if verb != "sync" else []
        paths = [flag.value for flag in self.command.flags if flag.name in ("-r", "--requirement", "--requirements")]
        if verb == "sync":
            paths += [word.literal for word in self.command.arguments]
        for path in paths:
            more = self._of_requirements(path)
            if found is None or more is None:
                return None
            found += more
        return found

    def _of_names(self) -> list[Install] | None:
        named: list[Named] = []
        for word in self.command.arguments:
            text = word.literal or "$"
            if "wheel" in text and "/" in text:
                continue  # What a step has built of requirements that are read there.
            one = requirement(text) if "/" not in text and "$" not in text else None
            if one is None:
                return None
            named.append(one)
        return [Install(self.command, None, tuple(named))] if named else []

    def _of_requirements(self, path: str | None) -> list[Install] | None:
        """What a requirements file and those that it includes name."""
        if path is None or "$" in path or "://" in path:
            return None
        waiting = [posixpath.normpath(posixpath.join(self.folder, path))]
        seen: set[str] = set()
        found: list[Install] = []
        while waiting:
            one = waiting.pop()
            file = self._file(one)
            if one in seen or file is None or len(seen) > _MOST_FILES:
                return None
            seen.add(one)
            read = requirements(file.text)
            if not read.known or not (read.named or read.included):
                return None  # A file that asks for nothing is filled in by somebody.
            waiting += [posixpath.normpath(posixpath.join(posixpath.dirname(one), more)) for more in read.included]
            pinned = all(each.pinned for each in read.named) and is_whole(frozenset(each.name for each in read.named))
            found.append(Install(self.command, file, read.named, read.compiled or pinned))
        return found

    def _of_lock(self) -> list[Install] | None:
        """What a lock file has, as the options leave it."""
        command, tool = self.command, self.command.tool
        if command.has_flag("--no-sync", "--no-project", "--isolated") and command.verb == "run":
            return []
        if command.has_flag("--directory", "--project", "-C", "-P", "--skip-lock"):
            return None
        file = self._file(posixpath.join(self.folder, _LOCKS[tool]))
        locked = locked_by(tool, file.text) if file is not None else None
        if file is None or locked is None:
            return None
        return [Install(command, file, locked=locked, main=self._leaves_out() and not command.has_flag(*_WITH_MORE))]

    def _leaves_out(self) -> bool:
        """Whether what is for development is left out, by the tool itself or as it is told to."""
        command = self.command
        if command.tool == "pipenv":
            return environment(command, self.stage, "PIPENV_DEV") == ""
        if command.tool == "uv":
            told = command.has_flag("--no-dev", "--no-default-groups")
            return told or environment(command, self.stage, "UV_NO_DEV") in ("1", "true")
        only, without = command.flag("--only"), command.flag("--without")
        return (
            command.has_flag("--no-dev")
            or (only is not None and only.value == "main")
            or (without is not None and "dev" in (without.value or "").split(","))
        )

    def _file(self, path: str) -> Source | None:
        name = self.sources.file_in(path, self.stage, self.run)
        return self.context.project.read(name) if name is not None else None
