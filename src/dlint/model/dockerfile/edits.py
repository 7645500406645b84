"""Where fixes of a Dockerfile put instructions, flags, options and commands of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlint.lazy import pattern
from dlint.model.dockerfile.commands import run_of
from dlint.rule.rule import Fix
from dlint.source import Edit, Node, Span

if TYPE_CHECKING:
    from dlint.model.dockerfile.stage import Stage
    from dlint.syntax.dockerfile.parser import Instruction, Run
    from dlint.syntax.shell.script import Script, ShellCommand

_JOINT = pattern(r"[ \t]*(?:[\\`][ \t]*\r?\n[ \t]*)?(&&|;)[ \t]*(?:[\\`][ \t]*\r?\n[ \t]*)?")
_ENDING = pattern(r"(?:\s|\)|\}|\bfi\b|\bdone\b|\besac\b|[0-9&]*>{1,2}\s*&?[\w/.-]+)*")


def below_from(stage: Stage, text: str) -> Edit:
    """The edit that writes an instruction on a line of its own below the FROM of a stage."""
    return stage.from_.insert_after(_newline(stage) + text)


def above(instruction: Instruction, text: str) -> Edit:
    """The edit that writes an instruction on a line of its own above another, as far in as that one."""
    source = instruction.source
    start = source.text.rfind("\n", 0, instruction.span[0]) + 1
    indent = source.text[start : instruction.span[0]].lstrip("\ufeff")
    at = instruction.span[0]
    return Edit(source, Span(at, at), text + _newline(instruction) + (indent if not indent.strip() else ""))


def flag(instruction: Instruction, text: str) -> Edit:
    """The edit that writes a flag behind those an instruction has."""
    last: Node = instruction.flags[-1] if instruction.flags else instruction.keyword
    return last.insert_after(f" {text}")


def _newline(node: Node) -> str:
    return "\r\n" if node.source.mentions("\r\n") else "\n"


def option(command: ShellCommand, stage: Stage, text: str, title: str, *, safe: bool = True) -> Fix | None:
    """The fix that writes an option right after the verb; None in an exec form, or where quotes are in the way."""
    verb = command.subcommand
    run = run_of(command, stage)
    if verb is None or run is None or not run.shell_form or verb.raw != verb.text:
        return None
    return Fix(title, verb.insert_after(f" {text}"), safe=safe)


def appended(script: Script, run: Run, text: str, title: str, *, safe: bool = True) -> Fix | None:
    """The fix that adds a command at the end of a RUN, joined as the last two commands are.

    None for exec forms and heredocs, and where the end of the script is not plain enough to go on from.
    """
    if not run.shell_form or run.heredocs or script.has_error or not script.commands:
        return None
    source = run.source
    own = [command for command in script.commands if not command.via]
    if not own or "#" in source.text[own[-1].span[1] : run.span[1]]:
        return None
    last = own[-1]
    end = run.span[0] + len(run.raw.rstrip())
    if end < last.span[1] or _ENDING.fullmatch(source.text[last.span[1] : end]) is None:
        return None
    if any(separator.operator == "&" for separator in script.separators):
        return None
    return Fix(title, run.part(end, end).insert_after(_joint(script, run) + text), safe=safe)


def _joint(script: Script, run: Run) -> str:
    """How the last two commands are joined, white space and line break included."""
    text = run.source.text
    for separator in reversed(script.separators):
        start, end = separator.span
        if start < run.span[0] or end > run.span[1] or separator.operator not in ("&&", ";"):
            continue
        while start > run.span[0] and text[start - 1] in " \t\r\n" + run.escape:
            start -= 1
        while end < run.span[1] and text[end] in " \t\r\n" + run.escape:
            end += 1
        joint = text[start:end]
        return joint.replace("\r", "") if _JOINT.fullmatch(joint) else " && "
    return " && "
