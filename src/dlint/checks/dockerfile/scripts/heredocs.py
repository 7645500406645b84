"""Here-documents where chains of commands stand."""

from __future__ import annotations

from dlint.api import Fix, Problem, Problems, check, pattern
from dlint.api.dockerfile import Run, Script, Stage

# What a line of its own would change, or what cannot be cut safely at every ``&&``.
_NOT_PLAIN = pattern(
    r"[(){};#`!]|\\[ \t]+\n|\n[ \t]*\n|\|\||(?<![&>])&(?![&>])|<<|(?<!\S)(?:if|for|while|until|case|set|EOF)(?!\S)"
)


@check(on=Run)
def run_without_heredoc(run: Run, stage: Stage, *, commands: int = 3) -> Problems:
    """A chain of ``commands`` or more, or as many steps in a row, that a here-document would hold line by line."""
    if run.onbuild is not None or stage.os == "windows" or not run.shell_form:
        return
    script = stage.script(run)
    if script is None or not script.posix:
        return
    steps = _steps(stage, stage.position(run))
    if steps >= commands:
        yield Problem(run.keyword, f"These {steps} steps could be one, line by line in a here-document")
    elif not run.heredocs and _links(script) + 1 >= commands:
        fix = _fix(run, script)
        if fix is not None:
            yield Problem(run.keyword, "Write these commands line by line in a here-document", fix=fix)


def _steps(stage: Stage, index: int) -> int:
    """How many steps that could be one begin with the instruction at an index; 0 inside of such a row."""
    if not _joins(stage, index) or _joins(stage, index - 1):
        return 0
    last = index
    while _joins(stage, last + 1):
        last += 1
    return last - index + 1


def _links(script: Script) -> int:
    """How many ``&&`` and ``;`` part the commands of a script."""
    return sum(1 for separator in script.separators if separator.operator in ("&&", ";"))


def _joins(stage: Stage, index: int) -> bool:
    """Whether the instruction at an index is a step that could be a part of one here-document with its neighbours."""
    if not 0 < index < len(stage.instructions):
        return False
    run = stage.instructions[index]
    return isinstance(run, Run) and run.shell_form and not run.flags and "exit" not in run.raw


def _fix(run: Run, script: Script) -> Fix | None:
    """The chain as a here-document; None where it has more in it than commands joined by ``&&``: it may mean more."""
    args = run.args
    text = args.raw
    if script.has_error or run.escape != "\\" or "\r" in text or _NOT_PLAIN.search(text):
        return None
    lines: list[str] = []
    at = args.span[0]
    for separator in script.separators:
        if separator.operator == "&&":
            lines.append(run.source.text[at : separator.span[0]])
            at = separator.span[1]
    lines.append(run.source.text[at : args.span[1]])
    cleaned = [line.strip().removeprefix("\\\n").removesuffix("\\").strip() for line in lines]
    if not all(cleaned) or any("&&" in line for line in cleaned):
        return None
    body = "\n".join(("<<EOF", "set -e", *cleaned, "EOF"))
    return Fix("Use a here-document; needs BuildKit", args.replace(body), safe=False)
