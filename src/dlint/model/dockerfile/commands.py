"""What is known of a command in its stage: its RUN, its environment, what follows it, and what an image starts.

Also what becomes of a step where one of its commands fails: whether that is always reached, and whether the step stops.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from dlint.lazy import NamedTuple, pattern
from dlint.model.dockerfile.shells import dialect_by_shebang, options_at_start
from dlint.model.facts.processes import script_of_words
from dlint.source import Node
from dlint.syntax.dockerfile.parser import Add, Arg, Cmd, Copy, Entrypoint, Env, Instruction, Onbuild, Run, Word
from dlint.syntax.shell import steps as shell_steps
from dlint.syntax.shell.commands import MOST, innermost
from dlint.syntax.shell.walk import parse
from dlint.syntax.shell.wrappers import is_shell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, TypeVar

    from dlint.model.dockerfile.stage import Stage
    from dlint.syntax.shell.script import Script, ShellCommand
    from dlint.syntax.shell.words import ShellWord

    _T = TypeVar("_T")


# What holds operands, by its name: a package, a version, a path.
_OPERANDS = pattern(
    r"pkg|pack|dep|vers|req|mod|lib|prog|tool|name|list|file|path|dir|url|repo|app|plugin|ext|gem", re.I
)
_OPTIONS = pattern(r"opt|flag|arg|param|yes", re.IGNORECASE)
_BRACES = pattern(r"\{([^{}$,]*+,[^{}$]*+)\}")


def recent(items: Sequence[_T]) -> Sequence[_T]:
    """The last of the items, ``MOST`` of them: enough for any file that people write."""
    return items[-MOST:]


def value_of(word: Word, at: Instruction, stage: Stage) -> str | None:
    """The value of a word of an instruction, its variables expanded; None if it is not known."""
    literal = word.literal
    return literal if literal is not None else stage.expand(word, at).value


def run_of(command: ShellCommand, stage: Stage) -> Run | None:
    """The RUN (perhaps the trigger of an ONBUILD) that a command stands in."""
    at = command.span[0]
    instruction: Instruction | None
    if stage.index < 0:
        before = stage.graph.preamble
        index = bisect_right(before, at, key=lambda node: node.span[0]) - 1
        instruction = before[index] if index >= 0 else None
    else:
        instruction = stage.instructions[max(stage.position_after(at), 0)]
    if isinstance(instruction, Onbuild):
        instruction = instruction.trigger
    return instruction if isinstance(instruction, Run) else None


def commands_of(instruction: Instruction, stage: Stage, *, posix: bool = False) -> Sequence[ShellCommand]:
    """The commands of what a shell reads of an instruction, if one does; with ``posix`` only if it is a POSIX shell."""
    script = stage.script(instruction)
    return script.commands if script is not None and (script.posix or not posix) else ()


def scripts_run(run: Run, stage: Stage) -> list[Script]:
    """The scripts that a RUN executes: its own, and those it calls that here-documents of this stage have written."""
    own = stage.script(run)
    if own is None:
        return []
    written = _written_before(run, stage)
    called = {_last_part(word) for command in own.commands[:MOST] for word in _called(command)} if written else ()
    return [own, *(script for name, script in written.items() if name in called)]


def _written_before(run: Run, stage: Stage) -> dict[str, Script]:
    """The scripts that COPY and ADD of a stage write before a RUN, by the names of their files."""
    found: dict[str, Script] = {}
    if stage.index < 0 or "<<" not in stage.source.text:
        return found
    for node in recent(stage.instructions[: stage.position(run)]):
        if isinstance(node, Copy | Add) and len(node.heredocs) == 1 and node.destination is not None:
            body = node.heredocs[0].body
            dialect = dialect_by_shebang(body.text)
            if dialect is not None:
                found[_last_part(node.destination.text)] = parse(body, dialect=dialect)
    return found


def _called(command: ShellCommand) -> list[str]:
    """What a command may run: the program it names, or the file that a shell reads."""
    reads = is_shell(command.name) or command.name in (".", "source")
    first = next((word.text for word in command.arguments), None) if reads else None
    return [command.name, first] if first else [command.name]


def _last_part(path: str) -> str:
    """The last part of a path."""
    return path.rstrip("/").rpartition("/")[2]


def ships(run: Run | None, stage: Stage) -> bool:
    """Whether the layer of a RUN may be in an image: a shipped stage's or one it is built on, a trigger's for later."""
    return stage.index < 0 or stage.layered or (run is not None and run.onbuild is not None)


def made_by(stage: Stage) -> Iterator[tuple[Instruction, Stage]]:
    """The instructions of a stage and of those it is built from, each with its stage, last ones first; without FROM."""
    for at in stage.lineage:
        for node in at.instructions[MOST:0:-1]:
            yield node, at


def made_before(instruction: Instruction, stage: Stage) -> Iterator[Instruction]:
    """What is done to the image before an instruction, in the stages it is built from too; as far as ``MOST`` goes."""
    return itertools.islice(_all_before(instruction, stage), MOST)


def _all_before(instruction: Instruction, stage: Stage) -> Iterator[Instruction]:
    end: int | None = stage.position(instruction)
    for at in stage.lineage:
        yield from itertools.islice(at.instructions, 1, end)
        end = None


def environment(command: ShellCommand, stage: Stage, name: str) -> str | None:
    """The value of an environment variable for a command: set before it, exported above it, or by ENV or ARG.

    The empty string if it is not set, None if its value is not known.
    """
    for assignment in command.assignments:
        if assignment.name == name:
            return assignment.value
    for earlier in reversed(_last(command.script, "export", "declare")):
        for word in earlier.words if earlier.index < command.index else ():
            key, equals, value = word.text.partition("=")
            if key == name and equals:
                return value if word.literal is not None else None
    if stage.index < 0:
        pairs = [pair for node in stage.graph.preamble[:MOST] if isinstance(node, Env) for pair in node.pairs]
        return next((pair.value.value for pair in reversed(pairs) if pair.key.value == name and pair.value), "")
    run = run_of(command, stage)
    if run is not None and run.onbuild is not None:
        # ENV wins over ARG, and the last one of each over those before it.
        for node in reversed([*stage.left_before(run, Arg), *stage.left_before(run, Env)]):
            for pair in reversed(node.pairs):
                if pair.key.value == name and pair.value is not None:
                    return pair.value.literal
    binding = stage.history.get(name, stage.position_after(command.span[0]))
    if binding is None:
        return ""
    return binding.value if binding.value is None or isinstance(binding.value, str) else ""


def expanded(word: ShellWord) -> list[str]:
    """The words that brace expansion makes of a word: ``/var/{a,b}/*`` gives two. At most 100."""
    found = [word.text]
    for _ in range(4):
        following: list[str] = []
        for text in found:
            match = _BRACES.search(text)
            if match is None or (match.start() and text[match.start() - 1] == "$"):
                following.append(text)
            else:
                following += [text[: match.start()] + part + text[match.end() :] for part in match[1].split(",")]
        if following == found or len(following) > 100:
            break
        found = following
    return found


def removed(script: Script, after: ShellCommand, folder: str) -> bool:
    """Whether a command behind ``after`` removes what is in a folder, given from the root, with ``rm -r`` or ``find``.

    The home folder is taken for ``/root``.
    """
    for command in _last(script, "rm", "find"):
        if command.index < after.index:
            continue
        if command.name == "rm":
            if command.has_flag("-r", "-R", "--recursive") and any(
                _covers(path, folder) for word in command.arguments for path in expanded(word)
            ):
                return True
        else:
            texts = [word.text for word in command.given]
            if ("-delete" in texts or "rm" in texts) and any(_covers(text, folder) for text in texts):
                return True
    return False


def _last(script: Script, *names: str) -> list[ShellCommand]:
    """The last commands of these names, in order."""
    found = [command for name in names for command in recent(script.by_name.get(name, ()))]
    return sorted(found, key=lambda command: command.index)


def followed_by(command: ShellCommand, verb: str) -> bool:
    """Whether a later command of the script calls the same tool with a subcommand (``cache purge``)."""
    same = _last(command.script, command.tool)
    return any(later.index > command.index and later.verb == verb for later in same)


def _covers(path: str, folder: str) -> bool:
    for home in ("~", "${HOME}"):
        if path.startswith(home):
            path = "/root" + path[len(home) :]
    path = path.replace("//", "/").rstrip("/")
    while path.endswith("*"):
        path = path.rstrip("*").rstrip("/")
    return path.startswith("/") and (folder == path or folder.startswith(path + "/"))


def always_runs(command: ShellCommand, run: Run, stage: Stage) -> bool | None:
    """Whether a command runs whenever the step succeeds, and nothing else deals with its failure.

    None where the script cannot be read for sure.
    """
    around = command.surroundings
    if around is None:
        return None
    if around.answered or around.in_loop:
        return False
    from dlint.syntax.shell.status import always_reached

    try:
        return always_reached(_read(command.script, run, stage), around.step)
    except shell_steps.UnclearError:
        return None


def stops_the_step(command: ShellCommand, run: Run, stage: Stage) -> bool:
    """Whether the step surely fails where a command does, however its tests and its other commands end."""
    around = command.surroundings
    if around is None or around.in_loop:
        return False
    from dlint.syntax.shell.status import always_fails

    try:
        return always_fails(_read(command.script, run, stage), around.step)
    except shell_steps.UnclearError:
        return False


def _read(script: Script, run: Run, stage: Stage) -> shell_steps.Program:
    """Raises UnclearError."""
    if script.steps is None:
        raise shell_steps.UnclearError
    return shell_steps.Program(script.steps, *options_at_start(run, script.text.text, stage.shell_at(run)))


def has_option_variable(command: ShellCommand) -> bool:
    """Whether a variable of unknown value among the words may well hold options.

    It stands before the verb, or right behind it and before a word, and no name of operands; or its name says so.
    """
    verb = command.subcommand
    if verb is not None and verb.text.startswith("$"):
        return True
    words = command.given
    for index, word in enumerate(words):
        text = word.text
        if not text.startswith("$") or word.quoted:
            continue
        if _OPTIONS.search(text) or (verb is not None and word.start < verb.start):
            return True
        if not _OPERANDS.search(text) and _among_options(words[:index], verb) and index + 1 < len(words):
            return True
    return False


def _among_options(before: Sequence[ShellWord], verb: ShellWord | None) -> bool:
    """Whether nothing but options stands between the verb and what follows these words."""
    behind = list(itertools.takewhile(lambda word: word is not verb, reversed(before)))
    return len(behind) < len(before) and all(word.text.startswith("-") for word in behind)


def answered(command: ShellCommand) -> bool:
    """Whether another command answers its questions: ``yes | command``, or a word or text on its standard input."""
    pipe = command.pipe
    if pipe is not None and pipe.stages[0] and command.index > pipe.stages[0][-1].index:
        return any(first.name in ("yes", "echo", "printf") for first in pipe.stages[0][:MOST])
    return any(redirect.operator.startswith("<") for redirect in command.redirects)


class Program(NamedTuple):
    """A program that an image starts: its name without path and version, the words it is given, and where it stands."""

    name: str
    words: tuple[str, ...]
    place: Node


_VERSION = pattern(r"(?<=[A-Za-z])[-.]?[0-9][0-9.]*$")


def program_name(path: str) -> str:
    """The name of a program without its path, ``.exe`` and version: ``php-fpm`` for ``/usr/sbin/php-fpm8.2``."""
    return _VERSION.sub("", path.replace("\\", "/").rpartition("/")[2].removesuffix(".exe"))


def start_of(stage: Stage) -> list[tuple[Cmd | Entrypoint, Stage]]:
    """What a stage starts, each with the stage it stands in: its ENTRYPOINT, its CMD, or both.

    An ENTRYPOINT clears the CMD of the stages before it.
    """
    found: list[tuple[Cmd | Entrypoint, Stage]] = []
    entrypoint, command = stage.last(Entrypoint), stage.last(Cmd)
    if entrypoint is None and command is None:
        return found
    for at in stage.lineage:
        if command is not None and not found and command in at.instructions:
            found.append((command, at))
        if entrypoint is not None and entrypoint in at.instructions:
            return [(entrypoint, at), *found]
        if entrypoint is None and found:
            break
    return found


def start_words(node: Cmd | Entrypoint) -> list[str]:
    """The words that a CMD or ENTRYPOINT is written in; those of a shell form as they stand, quotes included."""
    return [word.text for word in node.words] if node.json else node.args.text.split()


def started(stage: Stage) -> list[Program]:
    """The programs that a stage's image starts, behind a shell, ``exec`` and other programs that run a command.

    Those of ENTRYPOINT come first, then those of CMD, which a program of ENTRYPOINT may start in its turn.
    """
    found: list[Program] = []
    for node, at in start_of(stage):
        script = at.command_line(node)
        for command in innermost(script.commands[:MOST] if script is not None else ()):
            words = tuple(word.text for word in command.words)
            found.append(Program(program_name(command.name), words, command.name_node))
    return found


def start_script(node: Cmd | Entrypoint, at: Stage) -> Script | None:
    """The script that a CMD or ENTRYPOINT starts: its shell form, or what a shell in its words reads."""
    return script_of_words(node.words) if node.json else at.script(node)


_QUOTES: Final = "\"'\u2018\u2019\u201c\u201d"
_WORD: Final = (
    r"""(?:"[^"\\]*"|'[^'\\]*'|[\u201c\u201d][^\u201c\u201d\\]*[\u201c\u201d]|"""
    r"""[\u2018\u2019][^\u2018\u2019\\]*[\u2018\u2019])"""
)
_LISTED = pattern(rf"\[\s+{_WORD}(?>(?:(?:\s*,)?\s*{_WORD})*)(?:\s*,)?\s*\]")
_QUOTED = pattern(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')


def meant_as_array(text: str) -> bool:
    """Whether text that starts with ``[`` is an array gone wrong, and no test of the shell and no PowerShell type."""
    second = text[1:2]
    if second == "[":
        return False
    if second.isspace() and (listed := _LISTED.match(text)):
        # One word alone, and something behind it, may be a test; several in a row are none.
        return len(re.findall(_WORD, listed[0])) > 1 or not text[listed.end() :].strip()
    if second in _QUOTES and second:
        return True
    if not text.endswith("]") or text.count("]") > 1 + second.count("]"):
        return False
    if second.isspace():
        return "," in _QUOTED.sub("", text)
    return "::" not in text
