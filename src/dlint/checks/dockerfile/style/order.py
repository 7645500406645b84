"""The order of packages, and how commands and instructions are laid out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from dlint.api import Command, Edit, Fix, Node, Problem, Problems, Span, check, pattern
from dlint.api.dockerfile import (
    SYSTEM_NAMES,
    Add,
    Copy,
    Healthcheck,
    Instruction,
    Label,
    Run,
    ShellCommand,
    ShellWord,
    Stage,
    Word,
    installs,
    names_package,
    value_of,
)  # fmt: skip

_BREAK = pattern(r"(?:[ \t]*\\[ \t]*\n[ \t]*&&[ \t]*|[ \t]*&&[ \t]*\\[ \t]*\n[ \t]*)\Z")


# The managers of packages that have names, not paths, and whose order means nothing.
_MANAGERS = (*SYSTEM_NAMES, "bun", "composer", "gem", "npm", "pip", "pnpm", "uv", "yarn")


@check(on=Command(*_MANAGERS))
def packages_unsorted(command: ShellCommand) -> Problems:
    """Packages that are not in the order of the alphabet; words with variables part the list."""
    if not installs(command):
        return
    written = [word for word in command.arguments if not word.raw.strip('"').startswith("$")]
    words = [word for word in written if names_package(word.text)]
    if len(words) < 2 or len(words) < len([word for word in written if "$" not in word.text]):
        return
    for word, following in pairwise(words):
        if _package(following) < _package(word):
            message = (
                f"{following.text} belongs before {word.text}: packages in the order of the alphabet are easy to find"
            )
            yield Problem(following, message, fix=_sorted(command, words))
            return


def _package(word: ShellWord) -> str:
    return re.split(r"[=@<>~!:\[]", word.text, maxsplit=1)[0].lower()


def _sorted(command: ShellCommand, words: list[ShellWord]) -> Fix | None:
    """The words exchanged where they stand; None if comments or variables stand between them."""
    source = words[0].source
    between = source.text[words[0].span[0] : words[-1].span[1]]
    if "#" in between or "$" in between or any(word.raw != word.text for word in words):
        return None
    ordered = sorted(words, key=_package)
    edits = [old.replace(new.raw) for old, new in zip(words, ordered, strict=True) if old is not new]
    return Fix(
        "Sort the packages; the step is then built anew, and its tool gets them in another order", *edits, safe=False
    )


@check(on=(Run, Label, Healthcheck))
def commands_share_line(run: Run | Label | Healthcheck, stage: Stage, *, commands: int = 2) -> Problems:
    """A command after ``&&`` or ``||`` on the line of the one before; several mounts or labels on one line.

    Chains of less than ``commands`` commands are left alone.
    """
    parts = run.pairs if isinstance(run, Label) else [flag for flag in run.flags if flag.name == "mount"]
    if any(_last_line(one) == other.line for one, other in pairwise(parts)):
        what = "label" if isinstance(run, Label) else "mount"
        yield Problem(parts[1], f"Give each {what} a line of its own", fix=_apart(run, parts))
        return
    if isinstance(run, Label) or run.heredocs or (isinstance(run, Run) and not run.shell_form):
        return
    script = stage.script(run)
    if script is None or not script.posix:
        return
    outer = [command for command in script.commands if not command.via]
    if len(outer) < commands:
        return
    for one, other in pairwise(outer):
        if other.operator_before not in ("&&", "||") or _last_line(one) != other.line or _is_answer(other):
            continue
        between = run.source.text[one.span[1] : other.span[0]]
        around = one.surroundings if between.strip() in ("&&", "||") else None
        if around is not None and not around.nested:
            yield Problem(other, "Give each command of the chain a line of its own", fix=_split(run, outer))
            return


def _is_answer(command: ShellCommand) -> bool:
    """Whether it only says what the step makes of a failure: ``|| true``, ``|| exit 1``."""
    return command.operator_before == "||" and command.name in ("true", ":", "false", "exit")


def _last_line(node: Node) -> int:
    return node.source.line(max(node.span[1] - 1, node.span[0]))


def _apart(node: Instruction, parts: Sequence[Node]) -> Fix | None:
    """Each of the parts on a line of its own, below the first."""
    if node.escape != "\\" or "\r" in node.raw:
        return None
    margin = "\\\n" + " " * (node.source.position(parts[0].span[0]).column - 1)
    gaps = [node.part(one.span[1], other.span[0]) for one, other in pairwise(parts)]
    edits = [gap.replace(f" {margin}") for gap in gaps if not gap.raw.strip() and "\n" not in gap.raw]
    return Fix("Give each a line of its own", *edits) if edits else None


def _split(run: Run | Healthcheck, commands: list[ShellCommand]) -> Fix | None:
    """Each command on a line of its own, broken as the chain is broken elsewhere."""
    gaps = [(run.part(one.span[1], other.span[0]), other) for one, other in pairwise(commands)]
    usual = next((gap.raw for gap, _ in gaps if _BREAK.match(gap.raw)), " \\\n    && ")
    edits = []
    for gap, other in gaps:
        operator = gap.raw.strip()
        if operator in ("&&", "||") and "\n" not in gap.raw and not _is_answer(other):
            edits.append(gap.replace(usual.replace("&&", operator)))
    if "\r\n" in run.raw or run.escape != "\\" or not edits:
        return None
    return Fix("Give each command a line", *edits)


@check(on=Stage)
def instructions_not_spaced(stage: Stage, *, mode: str = "grouped") -> Problems:
    """Different instructions without a blank line between them, or equal ones with one.

    ``mode`` is ``grouped``, ``always`` for a blank line between any two instructions, or ``never``.
    """
    for before, node in pairwise(stage.instructions):
        between = node.source.text[before.span[1] : node.span[0]]
        blank = any(not line.strip() for line in between.split("\n")[1:-1])
        below = before.span[1] + between.find("\n") + 1
        parted = before.name != node.name if mode == "grouped" else mode == "always"
        if parted and not blank:
            newline = "\r\n" if "\r\n" in between else "\n"
            fix = Fix("Leave a blank line", Edit(node.source, Span(below, below), newline))
            yield Problem(node.keyword, f"Leave a blank line between {before.name} and {node.name}", fix=fix)
        elif not parted and blank and "#" not in between:
            above = node.source.text.rfind("\n", 0, node.span[0]) + 1
            fix = Fix("Remove blank lines", Edit(node.source, Span(below, above), ""))
            other = "the one" if before.name == node.name else f"the {before.name}"
            message = f"Keep this {node.name} together with {other} above: no blank line between them"
            yield Problem(node.keyword, message, fix=fix)


@check(on=(Copy, Add))
def consecutive_copies(node: Copy | Add, stage: Stage) -> Problems:
    """COPY followed by COPY, both into one folder and with the same flags."""
    if node.onbuild is not None:
        return
    index = stage.position(node)
    if _same_folder(stage.instructions[index - 1], node, stage):
        return
    last = index
    while last + 1 < len(stage.instructions) and _same_folder(
        stage.instructions[last], stage.instructions[last + 1], stage
    ):
        last += 1
    if last > index and node.destination is not None:
        many = "the next one" if last == index + 1 else f"the next {last - index}"
        to = value_of(node.destination, node, stage) or node.destination.value
        if not to.endswith("/") and to.strip("./"):
            # Unless it is there as a folder, each writes that one file.
            message = f"Unless {to} is a folder already, the next {node.name} replaces this file: write {to}/"
            yield Problem(node.keyword, message)
            return
        yield Problem(node.keyword, f"Join this {node.name} with {many}: all put files into {to}")


def _same_folder(before: Instruction, node: Instruction, stage: Stage) -> bool:
    """Whether two copies in a row could be one: same flags, same folder, and single files."""
    if not isinstance(before, (Copy, Add)) or not isinstance(node, (Copy, Add)) or before.name != node.name:
        return False
    if before.heredocs or node.heredocs or {flag.text for flag in before.flags} != {flag.text for flag in node.flags}:
        return False
    if "#" in node.source.text[before.span[1] : node.span[0]] or any("://" in word.value for word in node.sources):
        return False
    if before.destination is None or node.destination is None:
        return False
    to, *sources = _values(before.destination, before, stage)
    other, *more = _values(node.destination, node, stage)
    # Copied together, the contents of folders would be mixed.
    if to != other or not to or not all("." in name.strip("./") for name in (*sources, *more)):
        return False
    return to.endswith("/") or to in (".", "..") or "." not in to.rpartition("/")[2]


def _values(destination: Word, node: Copy | Add, stage: Stage) -> list[str]:
    """The destination and the sources, with the values of variables as far as they are known."""
    return [value_of(word, node, stage) or word.value for word in (destination, *node.sources)]
