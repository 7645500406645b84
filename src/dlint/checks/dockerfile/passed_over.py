"""What the builder passes over in silence, though somebody meant something by it."""

from __future__ import annotations

import re

from dlint.api import Edit, Fix, Problem, Problems, Span, check
from dlint.api.dockerfile import (
    Add,
    Arg,
    Copy,
    Healthcheck,
    Instruction,
    Onbuild,
    Run,
    Stage,
    Stopsignal,
    Unknown,
    Volume,
)


@check(on=(Add, Arg, Copy, Volume), onbuild=True)
def comment_as_argument(node: Instruction) -> Problems:
    """A comment at the end of a line, whose words are taken for paths or names."""
    if node.json or "#" not in node.text:
        return
    for word in node.words[1:]:
        if word.text == "#" or (word.text.startswith("#") and re.match(r"#+[A-Za-z]", word.text)):
            last = node.words[-1]
            what = "names" if isinstance(node, Arg) else "paths"
            comment = word.part(word.span[0], last.span[1])
            message = f"Put the comment on a line of its own: {node.name} takes its words for {what}"
            fix = None
            if "\n" not in comment.raw and node.onbuild is None and node.source.line_text(node.line) == node.raw:
                start = node.words[node.words.index(word) - 1].span[1]
                above = Edit(node.source, Span(node.span[0], node.span[0]), f"# {comment.raw.lstrip('# ')}\n")
                title = "Write the comment above the line, so that its words are no arguments"
                fix = Fix(title, above, Edit(node.source, Span(start, last.span[1]), ""), safe=False)
            yield Problem(comment, message, fix=fix)
            return


@check(on=(Arg, Stopsignal, Healthcheck), onbuild=True)
def flag_without_effect(node: Arg | Stopsignal | Healthcheck) -> Problems:
    """A flag where the builder looks at none."""
    if not node.flags or (isinstance(node, Healthcheck) and not node.none):
        return
    what = "HEALTHCHECK NONE" if isinstance(node, Healthcheck) else node.name
    for flag in node.flags:
        yield Problem(flag, f"Leave {flag.raw} out: {what} has no flags, and the builder passes over it in silence")


@check(on=Run, onbuild=True)
def run_without_command(run: Run, stage: Stage) -> Problems:
    """A RUN that runs nothing."""
    if run.has_arguments and not (run.json and not run.words):
        return
    if not run.heredocs and not any(fault.kind == "bad-json" for fault in stage.graph.faults_at(run)):
        yield Problem(run.keyword, "This RUN has no command: write one, or drop the line")


@check(on=Onbuild)
def onbuild_trigger_refused(node: Onbuild, stage: Stage) -> Problems:
    """A trigger that the builder keeps, and refuses in every build from the image."""
    trigger = node.trigger
    if trigger is None or isinstance(trigger, Unknown):
        return
    told = {(fault.kind, fault.span) for fault in stage.graph.faults_at(node)}
    for fault in stage.graph.faults_at(trigger):
        if (fault.kind, fault.span) not in told and fault.kind not in ("unterminated-heredoc", "bad-onbuild"):
            message = f"{fault.message}; every build from this image will fail"
            if "?" in fault.message:
                message = f"Every build from this image will fail: {fault.message[0].lower()}{fault.message[1:]}"
            yield Problem(fault, message)
