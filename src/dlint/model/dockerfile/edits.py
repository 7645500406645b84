"""Where fixes of a Dockerfile put instructions, flags, options and commands of their own.

What is written into a RUN leaves the step failing where it failed before.
"""

from __future__ import annotations

from dlint.lazy import NamedTuple
from dlint.model.dockerfile.commands import always_runs, run_of
from dlint.model.dockerfile.shells import stops_at_failures
from dlint.rule.rule import Fix
from dlint.source import Edit, Node, Span
from dlint.syntax.shell.steps import Step, UnclearError
from dlint.syntax.shell.tools import canonical
from dlint.syntax.shell.words import Code, Stretch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from typing import Final

    from dlint.model.dockerfile.stage import Stage
    from dlint.syntax.dockerfile.parser import Instruction, Run
    from dlint.syntax.shell.script import Script, ShellCommand

# What gives a command the rights it has; behind anything else here another root or user would have to be named too.
_BECOMING_ROOT: Final = frozenset(("sudo", "doas"))
_ELSEWHERE: Final = frozenset(
    ("su", "runuser", "gosu", "su-exec", "setuser", "setpriv", "chpst", "chroot", "fakechroot", "fakeroot", "unshare")
)
_BLANK: Final = frozenset(" \t\\`\n")


def below_from(stage: Stage, text: str) -> Edit:
    """The edit that writes an instruction on a line of its own below the FROM of a stage."""
    return stage.from_.insert_after(_newline(stage) + text)


def above(instruction: Instruction, text: str) -> Edit:
    """The edit that writes an instruction on a line of its own above another and the comments right above that.

    It is as far in as the other one, and stands between it and no comment that says something of it.
    """
    source = instruction.source
    start = source.text.rfind("\n", 0, instruction.span[0]) + 1
    indent = source.text[start : instruction.span[0]].lstrip("\ufeff")
    for comment in reversed(instruction.comments):
        line = source.text.rfind("\n", 0, comment.span[0]) + 1
        if source.text[comment.span[1] : start].strip(" \t\r") != "\n":
            break
        start = line
    return Edit(source, Span(start, start), (indent if not indent.strip() else "") + text + _newline(instruction))


def flag(instruction: Instruction, text: str) -> Edit:
    """The edit that writes a flag behind those an instruction has."""
    last: Node = instruction.flags[-1] if instruction.flags else instruction.keyword
    return last.insert_after(f" {text}")


def _newline(node: Node) -> str:
    return "\r\n" if node.source.mentions("\r\n") else "\n"


def option(
    command: ShellCommand, stage: Stage, text: str, title: str, *, instead_of: Container[str] = (), safe: bool = True
) -> Fix | None:
    """The fix that writes an option right after the verb; None in an exec form, or where quotes are in the way.

    ``instead_of`` are options that it makes needless: it is written in place of the first of them.
    """
    verb = command.subcommand
    run = run_of(command, stage)
    if verb is None or run is None or not run.shell_form or verb.raw != verb.text:
        return None
    for given in command.flags if instead_of else ():
        if given.name in instead_of and given.word.raw == given.name:
            return Fix(title, given.word.replace(text), safe=safe)
    return Fix(title, verb.insert_after(f" {text}"), safe=safe)


def letter(command: ShellCommand, text: str) -> Edit:
    """The edit that gives a command a one-letter option: with those that stand right behind its name, or before all.

    ``-f`` makes ``curl -fsSL`` of ``curl -sSL``.
    """
    first = command.words[0] if command.words else None
    if first is not None and first.raw == first.text and first.raw[:1] == "-" and first.raw[1:].isalpha():
        at = first.span[0] + 1
        return Edit(first.source, Span(at, at), text[1:])
    return command.name_node.insert_after(f" {text}")


class Appended(NamedTuple):
    """A command that is written behind those of a RUN.

    ``safe``: nothing else changes, whatever the commands before it do; if not, ``doubt`` is the clause that says what.
    """

    edit: Edit
    safe: bool = True
    doubt: str = ""


def appended(stage: Stage, run: Run, text: str, after: ShellCommand) -> Appended | None:
    """Write the command ``text`` where it runs last in a RUN, with the rights that the command ``after`` has.

    It runs only if all before it went well, so it hides no failure. None for the exec form, for scripts fed to other
    programs and those that cannot be read for sure, where something runs in the background, where the shell may have
    ended by then, and where ``after`` runs as another user or in another root.
    """
    script = stage.script(run)
    prefix = _rights(after)
    if script is None or prefix is None or not run.shell_form or (run.heredocs and run.heredoc is None):
        return None
    code = Code(script.text)
    try:
        step = script.steps
        if step is None or not step.parts or _goes_elsewhere(step):
            return None
        doubt = "" if text.startswith("rm ") else _doubt(after, run, stage)
    except UnclearError:
        return None
    edit = _before_exit(run, code, step, prefix + text) or _behind(stage, run, code, step.parts[-1], prefix + text)
    return Appended(edit, not doubt, doubt) if edit is not None else None


def clean_up(
    stage: Stage, run: Run, text: str, after: ShellCommand, title: str = "", *, safe: bool = True
) -> Fix | None:
    """The fix that runs a command at the end of a RUN, after and as the command that makes it necessary."""
    found = appended(stage, run, text, after)
    if found is None:
        return None
    title = title or f"Run '{text}' in the same RUN"
    return Fix(f"{title}; {found.doubt}" if found.doubt else title, found.edit, safe=safe and found.safe)


def has_plain_end(run: Run, script: Script) -> bool:
    """Whether the script of a RUN can be gone on with behind its last character."""
    if not run.shell_form or run.heredocs or script.has_error or not script.commands:
        return False
    last = max(command.span[1] for command in script.commands if not command.via)
    return not run.source.text[last : run.span[1]].strip()


def _rights(after: ShellCommand) -> str | None:
    """``sudo`` where the command has it; None where it runs as another user than root or in another root."""
    if any(program.partition(" ")[0] in _ELSEWHERE for program in after.via):
        return None
    for outer in after.script.commands[: after.index]:
        if outer.name in _BECOMING_ROOT and outer.span[0] <= after.span[0] < outer.span[1]:
            options = [flag.name for flag in outer.flags]
            return f"{outer.name} " if set(options) <= {"-E", "-H", "-n", "--preserve-env", "--set-home"} else None
    return ""


def _steps(step: Step, *, behind_or: bool = False) -> Iterator[tuple[Step, bool]]:
    """What may end the shell or go on without it: the steps outside subshells and ``sh -c``.

    Each with whether it runs only if another failed.
    """
    for index, part in enumerate(step.parts):
        after_or = behind_or or (step.kind == "chain" and index > 0 and step.words[index - 1] == "||")
        yield part, after_or
        if part.kind not in ("script", "subshell"):
            yield from _steps(part, behind_or=after_or)


def _goes_elsewhere(step: Step) -> bool:
    """Whether what stands at the end may not be reached, or not be the last to run, though all goes well."""
    last = _last(step)
    for part, behind_or in _steps(step):
        if part.kind == "background":
            return True
        if part.name == "exec" and len(part.words) > 1:
            return True
        if part.name in ("exit", "return") and not behind_or and part is not last and not _fails(part):
            return True
    return last is not None and last.name in ("exit", "return") and not _may_precede(step)


def _fails(step: Step) -> bool:
    """Whether ``exit`` is given a status that says failure."""
    return len(step.words) > 1 and step.words[1].isdecimal() and step.words[1].strip("0") != ""


def _last(step: Step) -> Step | None:
    """The command at the very end, if it is the last of a chain or stands alone."""
    last = step.parts[-1]
    if last.kind == "chain":
        last = last.parts[-1]
    return last if last.kind == "run" else None


def _may_precede(step: Step) -> bool:
    """Whether the script ends with ``&& exit`` or ``|| exit``, before or behind which another command can stand."""
    last = step.parts[-1]
    if last.kind != "chain":
        return False
    return last.words[-1] == "||" or not _fails(last.parts[-1])


def _before_exit(run: Run, code: Code, step: Step, text: str) -> Edit | None:
    """The edit before the ``exit 0`` that ends a script."""
    last = step.parts[-1]
    if last.kind != "chain" or last.parts[-1].name not in ("exit", "return") or last.words[-1] != "&&":
        return None
    at = Stretch(code, last.parts[-1].start, last.parts[-1].end).span[0]
    return Edit(run.source, Span(at, at), f"{text} && ")


def _behind(stage: Stage, run: Run, code: Code, last: Step, text: str) -> Edit | None:
    """The edit behind the last statement."""
    script = stage.script(run)
    start, at = Stretch(code, last.start, last.end).span
    stops = script is not None and stops_at_failures(script, run, stage.shell_at(run))
    if run.heredoc is not None:
        return None if "<<" in code.code else _line_behind(run, start, at, text, stops)
    joint = _joint(script, run) if script is not None else " && "
    if not stops:
        joint = joint.replace(";", "&&" if joint[:1] in _BLANK else " &&", 1)
    return Edit(run.source, Span(at, at), joint + text)


def _line_behind(run: Run, start: int, at: int, text: str, stops: bool) -> Edit:
    """The edit in a heredoc: a line of its own where the shell stops at failures, else behind ``&&``."""
    if not stops:
        return Edit(run.source, Span(at, at), f" && {text}")
    written = run.source.text
    first, end = written.rfind("\n", 0, start) + 1, written.find("\n", at)
    end -= written[end - 1] == "\r"
    line = written[first:end]
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    return Edit(run.source, Span(end, end), f"{run.source.newline}{indent}{text}")


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
        before, _, behind = joint.partition(separator.operator)
        joint = joint.replace("\r", "") if _breaks_once(before) and _breaks_once(behind) else " && "
        return joint if joint[-1].isspace() else joint + " "
    return " && "


def _breaks_once(blank: str) -> bool:
    """Whether there are blanks and at most one continued line end."""
    rest = blank.strip(" \t")
    return not rest or (rest[0] in "\\`" and rest[1:].lstrip(" \t") in ("\n", "\r\n"))


def _doubt(after: ShellCommand, run: Run, stage: Stage) -> str:
    """What may go wrong where ``after`` need not have run, or may fail; empty if it cannot. Raises UnclearError."""
    sure = always_runs(after, run, stage)
    if sure is None:
        raise UnclearError
    return "" if sure else f"it fails where {canonical(after.name)} is not there"
