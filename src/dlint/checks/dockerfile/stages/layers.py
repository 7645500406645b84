"""How many layers an image gets."""

from __future__ import annotations

from dlint.api import Edit, Fix, Problem, Problems, Span, check
from dlint.api.dockerfile import Run, Stage


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
        yield Problem(run.keyword, message, fix=_joined(previous, run))


def _flags(run: Run) -> set[str]:
    return {",".join(sorted(flag.text.split(","))) for flag in run.flags}


def _single(run: Run, stage: Stage) -> bool:
    script = stage.script(run)
    if script is None:
        return True
    return script.posix and sum(bool(command.name) and not command.via for command in script.commands) <= 1


def _joined(first: Run, second: Run) -> Fix | None:
    """Both commands in one RUN, where nothing but line ends stands between them."""
    if first.heredocs or second.heredocs or not first.shell_form or not second.shell_form:
        return None
    if not second.has_arguments or not first.has_arguments:
        return None
    start, end = first.args.span[1], second.args.span[0]
    between = first.source.text[start : second.span[0]]
    if between.strip() or first.text.rstrip().endswith(("&", ";", "\\")) or "#" in first.args.raw:
        return None
    edit = Edit(first.source, Span(start, end), f" {first.escape}\n    && ")
    return Fix("Join both RUNs in one layer, which is built anew when either changes", edit, safe=False)
