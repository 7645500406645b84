"""Build stages: their names and the comments that describe them."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, check
from dlint.api.dockerfile import Arg, From, Instruction, StageGraph, Word


@check(on=StageGraph)
def duplicate_stage_name(graph: StageGraph) -> Problems:
    """A stage with the name of an earlier one."""
    first: dict[str, Word] = {}
    for stage in graph.stages:
        word = stage.from_.stage_name
        if word is None:
            continue
        if stage.name in first:
            message = f"There is already a stage {stage.name}; give this one a name of its own"
            yield Problem(word, message, related=[Related(first[stage.name], "The first stage of that name")])
        else:
            first[stage.name] = word


@check(on=From)
def reserved_stage_name(node: From) -> Problems:
    """A stage called ``scratch`` or ``context``."""
    word = node.stage_name
    if word is not None and word.text.lower() in ("scratch", "context"):
        yield Problem(word, f"{word.text} means something else to the builder; give the stage another name")


@check(on=(Arg, From))
def description_comment_format(node: Instruction) -> Problems:
    """A comment above ARG or a named FROM that does not start with the name it describes."""
    if not node.comments:
        return
    if isinstance(node, From):
        names = [node.stage_name.text.lower()] if node.stage_name is not None else []
    else:
        names = [pair.key.text for pair in node.pairs] if isinstance(node, Arg) else []
    comment = node.comments[-1]
    first = comment.text.split(maxsplit=1)[:1]
    if names and first and first[0] not in names:
        wanted = " or ".join(f"`# {name} …`" for name in names)
        message = f"Start the comment above this {node.name} with the name it describes: {wanted}"
        yield Problem(node.keyword, message, related=[Related(comment, "The comment")])
