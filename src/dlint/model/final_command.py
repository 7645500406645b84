"""The server that a command line ends in: behind shells, scripts of ``package.json`` and start scripts of the project.

What stands in between is followed as far as it is in the project's files and surely runs, a few steps deep.
"""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple
from dlint.model.facts.listeners import Listening, listening, may_name_one
from dlint.model.facts.processes import SHELLS, script_of_texts
from dlint.model.facts.script_runners import LEADING, call_of
from dlint.source import Source, Span, Text
from dlint.syntax.shell.commands import MOST, innermost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Final

    from dlint.model.facts.script_runners import Call
    from dlint.source import Node
    from dlint.syntax.shell.script import Script, ShellCommand

_QUOTED = str.maketrans({"'": "'\\''"})
_MOST_STEPS: Final = 5
_MOST_CHARACTERS: Final = 50_000
_PATH: Final = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_SOURCING: Final = (".", "source", "eval")
# With one of these words a script calls itself once more, as another user.
_AGAIN: Final = ("${0}", "${BASH_SOURCE}", "${BASH_SOURCE[0]}")


class Container(NamedTuple):
    """What is known of where a command line runs: the ``value`` of a variable, the file at an absolute path of which
    the project has the text (``read``), and the ``folder`` it starts in; None if unknown.
    """

    value: Callable[[str], str | None]
    read: Callable[[str], Source | None]
    folder: str | None


def _nothing(name: str) -> None:
    return None


UNKNOWN: Final = Container(_nothing, _nothing, None)


class FinalServer(NamedTuple):
    """A server, and the places by which it is started, behind the command line itself."""

    server: Listening
    by: tuple[Node, ...]


def final_server(words: Sequence[str], container: Container = UNKNOWN) -> FinalServer | None:
    """The one server that a command line starts, last and in the foreground; None if it is none that is known."""
    if not may_name_one_of(words, container):
        return None
    return _Search(container).of_words(words, container.folder, 0)


def may_name_one_of(words: Sequence[str], container: Container) -> bool:
    """Whether words may start a server that is known, or a script that does: a cheap look."""
    if any(map(may_name_one, words)):
        return True
    if container is UNKNOWN:
        return False
    return any(any(map(word.__contains__, LEADING)) for word in words)


class _Search:
    """One walk from a command line to the server."""

    __slots__ = ("by", "container", "set")

    def __init__(self, container: Container) -> None:
        self.container = container
        self.by: list[Node] = []
        # Variables that something on the way gives a value.
        self.set: set[str] = set()

    def of_words(self, words: Sequence[str], folder: str | None, depth: int) -> FinalServer | None:
        """The server of a command line as a program gets it."""
        script = script_of_texts(words)
        if script is None:
            return self.of_text(_joined(words), folder, depth)
        return self.of_script(script, folder, depth)

    def of_text(self, text: str, folder: str | None, depth: int) -> FinalServer | None:
        """The server of a text that a shell reads."""
        from dlint.syntax.shell.walk import parse

        script = parse(Text.plain(Source("", text), Span(0, len(text))), dialect="sh")
        return self.of_script(script, folder, depth)

    def of_script(
        self, script: Script, folder: str | None, depth: int, handed: Sequence[str] | None = None
    ) -> FinalServer | None:
        """The server of a script, to which ``handed`` are given."""
        last = self._last(script)
        if last is None:
            return None
        folder = _folder_of(last, script, folder)
        if last.called.strip('"') in ("$@", "${@}"):
            return self.of_words([*handed, *_words(last)[1:]], folder, depth) if handed else None
        words = _words(last)
        call = call_of(words) if depth < _MOST_STEPS else None
        package = self._read("package.json", folder) if call is not None else None
        if call is not None and package is not None:
            return self._of_package(call, package, folder, depth)
        found = listening(words)
        if found is not None:
            return FinalServer(found, (*self.by,)) if self.set.isdisjoint(found.server.variables) else None
        return self._followed(words, folder, depth) if depth < _MOST_STEPS else None

    def _last(self, script: Script) -> ShellCommand | None:
        """The last command of a script, if it surely runs in the foreground, and no server or ``exec`` before it."""
        if any(separator.operator == "&" for separator in script.separators):
            return None
        sourcing = not script.names.isdisjoint(_SOURCING)
        script.variable = (lambda name, command: None) if sourcing else lambda name, command: self._value(name)
        commands = [*innermost(script.commands[:MOST])]
        self.set |= {one.name for command in script.commands for one in command.assignments} | script.assigned
        if not commands or any(listening(_words(command)) for command in commands[:-1]):
            return None
        if any(_replaces(command) for command in commands[:-1]):
            return None
        return commands[-1]

    def _value(self, name: str) -> str | None:
        return None if name in self.set else self.container.value(name)

    def _followed(self, words: Sequence[str], folder: str | None, depth: int) -> FinalServer | None:
        """The server behind a command that is none: one that runs a script of the project."""
        path, rest = words[0], words[1:]
        places = [path] if "/" in path else [f"{place}/{path}" for place in _PATH]
        if posixpath.basename(path) in SHELLS:
            at = next((at for at, word in enumerate(rest) if not word.startswith("-")), len(rest))
            path, rest = (rest[at], rest[at + 1 :]) if at < len(rest) else ("", [])
            places = [path] if path else []
        elif not any(map(path.__contains__, LEADING)) and "/" not in path:
            return None
        from dlint.model.dockerfile.shells import dialect_by_shebang

        source = next((one for place in places if (one := self._read(place, folder)) is not None), None)
        dialect = dialect_by_shebang(source.text) if source is not None else None
        if source is None or (dialect not in SHELLS and not (dialect is None and path.endswith(".sh"))):
            return None
        return self._of_file(source, dialect or "sh", rest, folder, depth)

    def _of_file(
        self, source: Source, dialect: str, rest: Sequence[str], folder: str | None, depth: int
    ) -> FinalServer | None:
        from dlint.syntax.shell.walk import parse

        script = parse(Text.plain(source, Span(0, len(source.text))), dialect=dialect)
        if script.has_error or not script.commands or _sets_words(script) or not _is_sure(script.commands[-1]):
            return None
        last = script.commands[-1].name_node
        if last.raw.strip('"') not in ("$@", "${@}"):
            self.by.append(last)
        return self.of_script(script, folder, depth + 1, rest)

    def _of_package(self, call: Call, package: Source, folder: str | None, depth: int) -> FinalServer | None:
        """The server of a script in a ``package.json``, or of the program that is called instead where it has none."""
        from dlint.model.package_scripts import script_in

        found = script_in(package, call.name)
        if found is None:
            return self.of_text(_joined((call.name, *call.rest)), folder, depth + 1) if call.may_be_program else None
        self.by.append(found.where)
        return self.of_text(f"{found.text} {_joined(call.rest)}", folder, depth + 1)

    def _read(self, path: str, folder: str | None) -> Source | None:
        if not path.startswith("/") and folder is None:
            return None
        source = self.container.read(posixpath.normpath(posixpath.join(folder or "/", path)))
        return source if source is not None and len(source.text) < _MOST_CHARACTERS else None


def _folder_of(last: ShellCommand, script: Script, folder: str | None) -> str | None:
    """The folder in which the last command of a script runs; None if that is not known."""
    if script.names.isdisjoint(("cd", "pushd", "popd")):
        return folder
    from dlint.model.dockerfile.writes import moves_surely, with_folders

    if not moves_surely(script):
        return None
    return next((at for command, at in with_folders(script, folder) if command is last), None)


def _joined(words: Sequence[str]) -> str:
    return " ".join(f"'{word.translate(_QUOTED)}'" for word in words)


def _words(command: ShellCommand) -> list[str]:
    called = command.called if "/" in command.called and "$" not in command.called else command.name
    return [called.strip("\"'"), *(word.text for word in command.given)]


def _is_sure(command: ShellCommand) -> bool:
    """Whether a command surely runs: it stands in no branch, loop or function."""
    around = command.surroundings
    # A command that another one runs stands where that does.
    on_top = around is None or around.on_top
    return on_top and not command.conditional and command.operator_before != "||"


def _replaces(command: ShellCommand) -> bool:
    """Whether a command may take the place of its script, so that what follows does not run."""
    calls_itself = command.name in _AGAIN or any(word.text in _AGAIN for word in command.words)
    return "exec" in command.via and not calls_itself


def _sets_words(script: Script) -> bool:
    """Whether a script changes the words that it was given."""
    return "shift" in script.names or any(
        word.text in ("--", "-") or not word.text.startswith(("-", "+"))
        for command in script.by_name.get("set", ())
        for word in command.words[:1]
    )
