"""Layers: how many an image gets, what stays in them, and in which order they are built anew."""

from __future__ import annotations

import posixpath

from dlint.api import Edit, Fix, Node, Problem, Problems, Related, Span, check
from dlint.api.dockerfile import (
    MOST,
    SYSTEM_NAMES,
    Add,
    Copy,
    Instruction,
    Run,
    ShellCommand,
    ShellWord,
    Stage,
    downloads_in,
    installs,
    names_package,
    removes,
    value_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final


@check(on=Run)
def consecutive_runs(run: Run, stage: Stage) -> Problems:
    """RUN right after RUN, both of one command and with the same flags."""
    index = stage.position(run)
    previous = stage.instructions[index - 1] if index > 0 else None
    if (
        isinstance(previous, Run)
        and _flags(previous) == _flags(run)
        and _single(previous, stage)
        and _single(run, stage)
    ):
        message = f"Join this RUN with the one on line {previous.start_line} to save a layer"
        script = stage.script(run)
        joins = script is None or script.dialect != "powershell"
        yield Problem(run.keyword, message, fix=_joined(previous, run, joins))


def _flags(run: Run) -> set[str]:
    return {",".join(sorted(flag.text.split(","))) for flag in run.flags}


def _single(run: Run, stage: Stage) -> bool:
    script = stage.script(run)
    if script is None:
        return True
    readable = script.posix or script.dialect in _OF_WINDOWS
    return readable and sum(bool(command.name) and not command.via for command in script.commands) <= 1


def _joined(first: Run, second: Run, joins: bool) -> Fix | None:
    """Both commands in one RUN, where nothing but line ends stands between them and the shell ``joins`` with ``&&``."""
    if first.heredocs or second.heredocs or not first.shell_form or not second.shell_form or not joins:
        return None
    if not second.has_arguments or not first.has_arguments:
        return None
    start, end = first.args.span[1], second.args.span[0]
    between = first.source.text[start : second.span[0]]
    if between.strip() or first.text.rstrip().endswith(("&", ";", "\\")) or "#" in first.args.raw:
        return None
    edit = Edit(first.source, Span(start, end), f" {first.escape}\n    && ")
    return Fix("Join both RUNs in one layer, which is built anew when either changes", edit, safe=False)


@check(on=Stage)
def removed_in_later_layer(stage: Stage) -> Problems:
    """A step that removes what an earlier step of a shipped stage has put into a layer."""
    if not stage.layered:
        return
    nodes = stage.instructions[1 : MOST + 1]
    removed = {at: found for at, node in enumerate(nodes) if (found := _removals(node, stage))}
    last = max(removed, default=0)
    packages = any(name in SYSTEM_NAMES for found in removed.values() for name, _ in found)
    brought: dict[str, Node] = {}
    for at, node in enumerate(nodes[: last + 1] if last else ()):
        for _, names in removed.get(at, ()) if brought else ():
            keys = [(word, key) for word, key in names if key in brought]
            if keys:
                yield _stays(keys, brought)
        brought.update(_brought(node, stage, packages) if at < last else ())


def _path(text: str | None, node: Instruction, stage: Stage) -> str | None:
    """A path in the image; None where that is not sure."""
    if not text or any(sign in text for sign in "$*"):
        return None
    folder = stage.workdir_at(node)
    known = folder if isinstance(folder, str) else ""
    if stage.os == "windows":
        return _on_windows(text, known)
    return posixpath.normpath(posixpath.join(known, text)) if known or text.startswith("/") else None


def _on_windows(text: str, folder: str) -> str | None:
    """A path of Windows with its drive, in lower case; None where that is not sure."""
    if any(sign in text for sign in "%?[~"):
        return None
    path, known = (each.replace("\\", "/").lower() for each in (text, folder))
    if path[1:2] != ":":
        path = path if path.startswith("/") else f"{known}/{path}" if known else ""
    if path.startswith("/"):
        path = f"c:{path}"
    return posixpath.normpath(path) if path[1:3] == ":/" else None


def _brought(node: Instruction, stage: Stage, packages: bool) -> Iterator[tuple[str, Node]]:
    """What an instruction puts into its layer: paths and, if wanted, packages, each with the word that says so."""
    if isinstance(node, Copy | Add):
        yield from ((path, node.keyword) for path in _written(node, stage))
    script = stage.script(node) if isinstance(node, Run) else None
    if script is None or not (script.posix or script.dialect in _OF_WINDOWS):
        return
    for command in script.commands[:MOST] if packages else ():
        yield from ((name, command.name_node) for name in _installed(command))
    for one in downloads_in(script):
        path = _path(one.target, node, stage)
        if path is not None:
            yield path, one.command.name_node


def _written(node: Copy | Add, stage: Stage) -> Iterator[str]:
    """The files that a COPY of single files writes."""
    to = value_of(node.destination, node, stage) if node.destination is not None else None
    target = _path(to, node, stage)
    if to is None or target is None:
        return
    into = to.endswith(("/", "\\")) or to in (".", "./") or len(node.sources) > 1
    for word in node.sources:
        source = value_of(word, node, stage) or word.text
        name = posixpath.basename(source)
        name = name.lower() if stage.os == "windows" else name
        if "." in name.strip(".") and "*" not in name and "$" not in name and "://" not in source:
            yield posixpath.join(target, name) if into else target


def _installed(command: ShellCommand) -> list[str]:
    """The names of what a package manager installs, and of the group that apk makes of it."""
    if command.name not in SYSTEM_NAMES or not installs(command):
        return []
    group = command.flag("-t", "--virtual") if command.name == "apk" else None
    names = [word.text for word in command.arguments if names_package(word.text)]
    return [f"{command.name} {name}" for name in [*names, *([group.value] if group and group.value else [])]]


def _removals(node: Instruction, stage: Stage) -> list[tuple[str, list[tuple[ShellWord, str]]]]:
    """The names of the commands of a RUN that remove something of which the name is sure, and what they remove."""
    script = stage.script(node) if type(node) is Run else None
    if script is None:
        return []
    if script.dialect in _OF_WINDOWS:
        commands = [command for command in script.commands[:MOST] if command.name in _WINDOWS_REMOVERS]
        return [("rm", found) for command in commands if (found := _deleted(command, node, stage))]
    if not script.posix:
        return []
    removers = [
        command
        for command in script.commands[:MOST]
        if (command.name == "rm" and _names_paths(command))
        or (command.name in SYSTEM_NAMES and _may_remove(command) and removes(command))
    ]
    return [(command.name, found) for command in removers if (found := _removed(command, node, stage))]


_OF_WINDOWS: Final = ("cmd", "powershell")
_WINDOWS_REMOVERS: Final = ("remove-item", "rm", "del", "erase", "rd", "rmdir")
# Parameters of Remove-Item by which only some of what is named goes.
_FILTERS: Final = ("-i", "-ex", "-fi", "-w", "-s")

# What stands in each subcommand by which package managers of distributions remove something, and in pacman's option.
_REMOVE: Final = ("remove", "purge", "del", "erase", "rm", "R", "$")


def _names_paths(command: ShellCommand) -> bool:
    """A cheap look whether an rm may name a path for sure: most name all that is in a folder."""
    return any(word[0] != "-" and "*" not in word for word in command.written.split()[1:])


def _may_remove(command: ShellCommand) -> bool:
    """A cheap look before the words are read."""
    return any(map(command.written.__contains__, _REMOVE))


def _removed(command: ShellCommand, node: Instruction, stage: Stage) -> list[tuple[ShellWord, str]]:
    """What a command removes, as ``_brought`` names it."""
    if command.name != "rm":
        return [(word, f"{command.name} {word.text}") for word in command.arguments]
    return _paths_of(command.arguments, node, stage)


def _paths_of(words: Sequence[ShellWord], node: Instruction, stage: Stage) -> list[tuple[ShellWord, str]]:
    """Words that name paths for sure, with these."""
    found = [(word, _path(word.literal, node, stage)) for word in words]
    return [(word, path) for word, path in found if path is not None]


def _deleted(command: ShellCommand, node: Instruction, stage: Stage) -> list[tuple[ShellWord, str]]:
    """What a command of cmd or PowerShell removes; nothing where a filter chooses among it."""
    words: list[ShellWord] = []
    wants = True
    for word in command.words:
        option = word.text.lower()
        if option.startswith(_FILTERS):
            return []
        if option[:1] == "-" or (command.script.dialect == "cmd" and option[:1] == "/"):
            wants = option[:2] != "-e"
        elif wants:
            words.append(word)
        else:
            wants = True
    return _paths_of(words, node, stage)


def _stays(keys: list[tuple[ShellWord, str]], brought: dict[str, Node]) -> Problem:
    """What a command removes of what was brought; each is reported once."""
    word, key = keys[0]
    what = f"{word.text} and {len(keys) - 1} more stay" if len(keys) > 1 else f"{word.text} stays"
    message = f"{what} in the layer that brought it: remove it in the step that needs it, or mount it there"
    return Problem(word, message, related=[Related(brought.pop(key), "It is brought here")])


# The subcommands that load what a project's own files name, and those files.
_LOADS: Final = {
    "npm": (("ci", "install"), "package.json and package-lock.json"),
    "yarn": (("", "install"), "package.json and yarn.lock"),
    "pnpm": (("install",), "package.json and pnpm-lock.yaml"),
    "bun": (("install",), "package.json and bun.lock"),
    "pip": (("install",), "the file of requirements"),
    "pipenv": (("install", "sync"), "Pipfile and Pipfile.lock"),
    "poetry": (("install",), "pyproject.toml and poetry.lock"),
    "bundle": (("install", ""), "Gemfile and Gemfile.lock"),
    "composer": (("install",), "composer.json and composer.lock"),
    "go": (("mod download",), "go.mod and go.sum"),
}


@check(on=(Copy, Add))
def source_copied_before_dependencies(copy: Copy | Add, stage: Stage) -> Problems:
    """COPY or ADD of the whole context before the step that installs what a few files of it name."""
    if (
        copy.flag("from") is not None
        or stage.index < 0
        or all(value_of(word, copy, stage) not in (".", "./") for word in copy.sources)
    ):
        return
    index = stage.position(copy)
    for node in stage.instructions[index + 1 : index + 20]:
        if isinstance(node, Copy | Add) or not isinstance(node, Run):
            continue
        script = stage.script(node)
        for command in script.commands if script is not None and script.posix else ():
            if _is_load(command):
                kept = any(mount.type in ("cache", "bind") for mount in node.mounts)
                if not kept and not _is_loaded_before(command.tool, stage, index):
                    files = _LOADS[command.tool][1]
                    message = f"Copy {files} first, install, then copy the rest: now each change installs all anew"
                    yield Problem(copy.keyword, message, related=[Related(command.name_node, "It installs here")])
                return


def _is_loaded_before(tool: str, stage: Stage, index: int) -> bool:
    """Whether a tool has loaded packages before an instruction of a stage."""
    return any(tool in _loaded(at, 1, index if at is stage else MOST) for at in stage.lineage)


def _loaded(stage: Stage, start: int, end: int) -> Iterator[str]:
    """The tools that load packages in a part of a stage."""
    for node in stage.instructions[start:end]:
        script = stage.script(node) if isinstance(node, Run) else None
        for command in script.commands if script is not None and script.posix else ():
            if _is_load(command):
                yield command.tool


def _is_load(command: ShellCommand) -> bool:
    verbs, _ = _LOADS.get(command.tool, ((), ""))
    if command.verb not in verbs:
        return False
    if command.tool == "pip":
        return command.has_flag("-r", "--requirement")
    return not command.arguments and not command.has_flag("-g", "--global", "--version", "-v", "--help")
