"""The programs of packages that a command surely runs: by ``npx``, by their paths, by scripts of ``package.json``."""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple
from dlint.model.facts.script_runners import call_of
from dlint.model.package_scripts import script_in
from dlint.source import Source, Span, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    from dlint.source import Node
    from dlint.syntax.shell.script import Script, ShellCommand

_MOST_STEPS: Final = 5
_MOST_COMMANDS: Final = 30
_BIN: Final = "node_modules/.bin/"
_FETCHING: Final = ("npx", "bunx")
# Options of Node.js that load a module before the program (nodejs.org/api/cli.html).
_LOADING: Final = ("-r", "--require", "--import", "--loader", "--experimental-loader")


class PackageCall(NamedTuple):
    """A program of a package that is run, or a ``module`` that Node.js is told to load.

    ``fetched``: where it is missing, the newest package of its name is fetched. ``by`` are the scripts of
    ``package.json`` that run it.
    """

    name: str
    module: bool = False
    fetched: bool = False
    by: tuple[Node, ...] = ()


def of_words(words: Sequence[str], package: Source, *, found: bool = False) -> Iterator[PackageCall]:
    """The calls of one command, of which all that counts must not fail; ``found``: programs of packages are found by
    their names, as in scripts of ``package.json``.
    """
    yield from _of_words([*words], package, (), found, set())


def of_script(name: str, package: Source) -> Iterator[PackageCall]:
    """The calls of a script of ``package.json``."""
    yield from _of_script(name, package, (), True, set())


def of_start(words: Sequence[str], package: Source) -> Iterator[PackageCall]:
    """The calls of a command line by which a container starts."""
    seen: set[str] = set()
    for called in surely_started(words):
        yield from _of_words(called, package, (), False, seen)


def surely_started(words: Sequence[str]) -> Iterator[list[str]]:
    """The commands, as words, that a command line runs and without which it fails."""
    from dlint.model.facts.processes import script_of_texts

    script = script_of_texts(words) or _parsed(" ".join("'" + word.replace("'", "'\\''") + "'" for word in words))
    for command in _surely_run(script):
        yield words_of(command)


def _surely_run(script: Script) -> Iterator[ShellCommand]:
    """The commands of a script without which it fails."""
    for command in script.commands[:_MOST_COMMANDS]:
        if command.name and _stops(command):
            yield command


def words_of(command: ShellCommand) -> list[str]:
    """The words of a command as a program gets them; what is not known is ``$``."""
    return [command.called.strip("\"'"), *(word.literal if word.literal is not None else "$" for word in command.given)]


def _of_words(
    words: list[str], package: Source, by: tuple[Node, ...], found: bool, seen: set[str]
) -> Iterator[PackageCall]:
    """The calls of a command; scripts that were ``seen`` say nothing more."""
    name = posixpath.basename(words[0]) if words else ""
    if _BIN in words[0] if words else False:
        yield PackageCall(name, by=by)
    elif name in _FETCHING or (name in ("npm", "pnpm", "yarn", "bun") and words[1:2] == ["exec"]):
        called = _given(words[1:] if name in _FETCHING else words[2:])
        if called is not None:
            yield PackageCall(called, fetched=name not in ("pnpm", "yarn") and "--no-install" not in words, by=by)
    elif name in ("node", "nodejs"):
        yield from _of_node(words[1:], by)
    elif (call := call_of(words)) is not None and len(by) < _MOST_STEPS:
        if script_in(package, call.name) is not None:
            yield from _of_script(call.name, package, by, name in ("npm", "yarn"), seen)
        elif call.may_be_program:
            yield PackageCall(call.name, by=by)
    elif found and name and "/" not in words[0] and "$" not in name:
        yield PackageCall(name, by=by)


def _given(words: list[str]) -> str | None:
    """The program that ``npx`` is given; None if it is told which package or version to take."""
    for at, word in enumerate(words):
        if word == "--":
            return _given(words[at + 1 :])
        if not word.startswith("-"):
            return word if "@" not in word and "/" not in word and "$" not in word else None
        if word.partition("=")[0] in ("-p", "--package", "-c", "--call", "-w", "--workspace", "--prefix"):
            return None
    return None


def _of_node(words: list[str], by: tuple[Node, ...]) -> Iterator[PackageCall]:
    """The modules that Node.js loads first, and the program of a package that it is given by its path."""
    waiting = iter(words)
    for word in waiting:
        option, equals, value = word.partition("=")
        if option in _LOADING:
            module = value if equals else next(waiting, "")
            if module[:1] not in (".", "/", "$", ""):
                parts = module.split("/")
                yield PackageCall("/".join(parts[: 2 if module[0] == "@" else 1]), module=True, by=by)
        elif not word.startswith("-"):
            path = word.removeprefix("./")
            if path.startswith(_BIN):
                yield PackageCall(path[len(_BIN) :], by=by)
            elif path.startswith("node_modules/"):
                parts = path.split("/")[1:]
                yield PackageCall("/".join(parts[: 2 if parts[0][:1] == "@" else 1]), module=True, by=by)
            return


def _of_script(name: str, package: Source, by: tuple[Node, ...], around: bool, seen: set[str]) -> Iterator[PackageCall]:
    """The calls of a script, and with ``around`` of those that npm runs before and after it."""
    for one in (f"pre{name}", name, f"post{name}") if around else (name,):
        script = script_in(package, one) if one not in seen else None
        if script is None:
            continue
        seen.add(one)
        parsed = _parsed(script.text)
        for command in _surely_run(parsed):
            yield from _of_words(words_of(command), package, (*by, script.where), True, seen)


def _parsed(text: str) -> Script:
    from dlint.syntax.shell.walk import parse

    return parse(Text.plain(Source("", text), Span(0, len(text))), dialect="sh")


def _stops(command: ShellCommand) -> bool:
    """Whether a script of ``package.json`` fails where a command does: nothing looks at its failure, none follows."""
    around, steps = command.surroundings, command.script.steps
    if around is None or steps is None or around.in_loop or command.script.has_error:
        return False
    from dlint.syntax.shell.status import always_fails
    from dlint.syntax.shell.steps import Program, UnclearError

    try:
        return always_fails(Program(steps), around.step)
    except UnclearError:
        return False
