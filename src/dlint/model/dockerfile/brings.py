"""What the instructions of a stage may put into its image: programs, users. Whatever cannot be seen may bring anything.

Package managers bring what a package depends on, scripts whatever they like: these answers are about "surely not".
"""

from __future__ import annotations

import posixpath
import re

from dlint.lazy import pattern
from dlint.model.dockerfile.commands import start_of, value_of
from dlint.model.facts.packages import MANAGERS, SYSTEM_NAMES, installs, removes
from dlint.model.facts.processes import PROGRAM_FOLDERS, RUNNERS_OF_SCRIPTS, holds_programs
from dlint.model.facts.unneeded import packages_with
from dlint.syntax.dockerfile.parser import Add, Copy, Run
from dlint.syntax.shell.commands import innermost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.model.dockerfile.stage import Stage
    from dlint.syntax.dockerfile.parser import Instruction, Word
    from dlint.syntax.shell.script import Script, ShellCommand

# Packages that bring curl or wget along.
_BRINGS: Final = tuple(
    "chrom alpine-sdk abuild playwright install-deps devscripts snapd ansible texlive libreoffice".split()
)
_PACKAGE_FILE: Final = pattern(r"\.deb\b")
# They fetch packages without an install command.
_RUNNERS: Final = ("corepack", "npx")
_SYSTEM: Final = tuple(f"{folder}/" for folder in PROGRAM_FOLDERS)
# ``conf.d`` and its like are folders.
_ENDING: Final = pattern(r"(?<=.)\.(?!d$)[A-Za-z][A-Za-z0-9]{0,6}$")
_PACKED: Final = pattern(r"\.(?:tar|t[bgx]z2?|gz|bz2|xz|zst|zip)$", re.I)
_NAME: Final = pattern(r"\w[\w-]*")
_SILENT: Final = frozenset(
    "HEALTHCHECK CMD ENTRYPOINT LABEL EXPOSE ENV ARG WORKDIR STOPSIGNAL VOLUME SHELL USER FROM MAINTAINER".split()
)
# Programs and files that make users, and everything that takes a name from elsewhere while doing so.
_PEOPLE: Final = pattern(r"\b(?:useradd|adduser|groupadd|addgroup|usermod|groupmod|addnewuser|sysusers|newusers)\b")
_FILES: Final = pattern(r"/etc/(?:passwd|group|shadow)|fixuid|/etc/?\s*$")


def may_bring_program(node: Instruction, stage: Stage, program: str, but: tuple[str, ...] = ()) -> bool:
    """Whether an instruction puts a program into the image, or may for all that can be seen.

    ``but`` are package managers of which the caller knows what they install.
    """
    if node.name in _SILENT:
        return False
    if isinstance(node, (Copy, Add)):
        return _names(node.raw, program) or _is_for_programs(node, stage)
    if not isinstance(node, Run):
        return False
    script = stage.script(node)
    if script is None or not script.posix or script.has_error:
        return True
    if _names(node.raw, program):
        return not _takes_away(script, program)
    systems = any(command.tool in SYSTEM_NAMES for command in innermost(script.commands))
    if systems and any(_names(node.raw, name) for name in packages_with(program)):
        return True
    return any(
        _is_script(command.name_node.raw, [word.text for word in command.words])
        or "xargs" in command.via
        or (
            (command.tool in MANAGERS or command.name in _RUNNERS)
            and command.tool not in but
            and ("$" in command.raw or any(word in command.raw for word in _BRINGS) or _is_file(command.raw))
        )
        for command in script.commands
    )


def _takes_away(script: Script, program: str) -> bool:
    """Whether a script has the package of a program for a while only: whatever it installs of it, it removes."""
    there = gone = False
    groups: set[str] = set()
    for command in innermost(script.commands):
        names = {word.text.partition("=")[0] for word in command.arguments}
        if command.tool not in MANAGERS:
            if command.name != program and _may_place(command, program):
                return False
        elif removes(command) and not command.conditional and (program in names or groups & names):
            there, gone = there and program not in names, True
            groups -= names
        elif installs(command):
            if "$" in command.raw or _is_file(command.raw) or any(word in command.raw for word in _BRINGS):
                return False
            group = command.flag("-t", "--virtual") if command.tool == "apk" else None
            if program in names and group is not None and group.value:
                groups.add(group.value)
            there = there or (program in names and group is None) or bool(names & set(packages_with(program)))
    return gone and not there and not groups


def _may_place(command: ShellCommand, program: str) -> bool:
    """Whether a command that is no package manager's may put a program somewhere: it names it, or is a script."""
    words = [word.text for word in command.words]
    targets = [one.target.text for one in command.redirects if one.target is not None]
    return (
        "xargs" in command.via
        or _is_script(command.name_node.raw, words)
        or any(posixpath.basename(word) == program for word in (*words, *targets))
    )


def _is_file(raw: str) -> bool:
    return ".deb" in raw and _PACKAGE_FILE.search(raw) is not None


def _names(raw: str, program: str) -> bool:
    """Whether a text names a program; a short name counts as a word of its own only, a long one wherever it stands."""
    if len(program) > 3:
        return program in raw
    return re.search(rf"(?<![\w.-]){re.escape(program)}(?![\w.-])", raw) is not None


def _is_for_programs(node: Copy | Add, stage: Stage) -> bool:
    """Whether a whole folder, or a packed file, goes where programs lie, or may for all that can be seen."""
    to = value_of(node.destination, node, stage) if node.destination is not None else None
    if to is None:
        return True
    return holds_programs(posixpath.normpath(to)) and not all(_is_one_file(word, node, stage) for word in node.sources)


def _is_one_file(word: Word, node: Copy | Add, stage: Stage) -> bool:
    """Whether a source is surely a file that stays one: by its ending, or since the image starts it."""
    text = value_of(word, node, stage) or ""
    name = posixpath.basename(text)
    if _ENDING.search(name):
        return not isinstance(node, Add) or not _PACKED.search(name)
    if not _NAME.fullmatch(name) or "://" in text:
        return False
    started = re.compile(rf"/{re.escape(name)}(?![\w./-])").search
    return any(started(start.raw) for start, _ in start_of(stage))


def _is_script(name: str, words: list[str]) -> bool:
    """Whether a command runs a script that lies outside of the Dockerfile."""
    if name.endswith((".sh", ".bash")) or name.startswith(("./", "$")) or name == "ansible-playbook":
        return True
    if name.startswith("/") and not name.startswith(_SYSTEM):
        return True
    return name.rpartition("/")[2] in RUNNERS_OF_SCRIPTS and "-c" not in words


def may_create_user(node: Instruction, stage: Stage, name: str) -> bool:
    """Whether an instruction creates a user or a group of this name, or may for all that can be seen."""
    if node.name in _SILENT:
        return False
    raw = node.raw
    if isinstance(node, (Copy, Add)):
        return _FILES.search(raw) is not None or _is_root_folder(node, stage)
    if not isinstance(node, Run):
        return False
    named = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])").search
    script = stage.script(node)
    if named(raw) or (script is not None and any(named(w.text) for each in script.commands for w in each.given)):
        return True
    if script is None or not script.posix or script.has_error or _FILES.search(raw):
        return True
    if _PEOPLE.search(raw) and any(
        "$" in word.text for command in script.commands if _PEOPLE.fullmatch(command.name) for word in command.given
    ):
        return True
    return any(_is_script(command.name_node.raw, [word.text for word in command.words]) for command in script.commands)


def _is_root_folder(node: Copy | Add, stage: Stage) -> bool:
    """Whether a folder that may hold ``etc`` goes to the image's top."""
    to = value_of(node.destination, node, stage) if node.destination is not None else None
    if to is None or posixpath.normpath("/" + to.lstrip("/")) not in ("/", "/etc"):
        return to is None
    return any("." not in posixpath.basename(source.text.rstrip("/")) for source in node.sources)
