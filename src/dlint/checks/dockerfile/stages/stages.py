"""Build stages: their names and the comments that describe them."""

from __future__ import annotations

from dlint.api import Edit, Fix, Problem, Problems, Related, Span, check
from dlint.api.dockerfile import Arg, Copy, From, Instruction, Onbuild, Run, Stage, StageGraph


@check(on=StageGraph, having=("has_names",))
def duplicate_stage_name(graph: StageGraph) -> Problems:
    """A stage with the name of an earlier one."""
    earlier: dict[str, Stage] = {}
    for stage in graph.stages:
        word = stage.from_.stage_name
        if word is None:
            continue
        before = earlier.get(stage.name)
        if before is not None and before.from_.stage_name is not None:
            message = f"There is already a stage {stage.name}; give this one a name of its own"
            related = [Related(before.from_.stage_name, "The stage before it of that name")]
            yield Problem(word, message, fix=_unnamed(before, stage), related=related)
        earlier[stage.name] = stage


_MOST_BETWEEN = 50
"""With so many stages between two of one name nobody looks for uses of it; that would be slow in files made to be."""


def _unnamed(before: Stage, stage: Stage) -> Fix | None:
    """The fix that takes the name from the earlier stage, if nothing above the later one uses it."""
    from_ = before.from_
    image, name = from_.image, from_.stage_name
    if image is None or name is None or "\n" in from_.raw or stage.index - before.index > _MOST_BETWEEN:
        return None
    between = before.graph.stages[before.index + 1 : stage.index]
    bases = [other.from_.image for other in (*between, stage)]
    if any(word is not None and ("$" in word.text or word.text.lower() == stage.name) for word in bases):
        return None
    if any(_uses(other, stage.name) for other in between):
        return None
    edit = Edit(from_.source, Span(image.span[1], name.span[1]), "")
    return Fix("Take the name from the earlier stage, where nothing uses it", edit)


def _uses(stage: Stage, name: str) -> bool:
    """Whether COPY or a mount in a stage takes something from the stage called ``name``."""
    for instruction in stage.instructions:
        inner = instruction.trigger if isinstance(instruction, Onbuild) else instruction
        if isinstance(inner, Copy) and inner.from_ is not None and inner.from_.text.lower() == name:
            return True
        if isinstance(inner, Run) and any((mount.get("from") or "").lower() == name for mount in inner.mounts):
            return True
    return False


@check(on=From, having=("stage_name",))
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


@check(on=From, having=("stage_name",))
def stage_name_not_lowercase(node: From) -> Problems:
    """Stage names with capital letters, which the builder makes small."""
    if len(node.words) != 3:
        return
    name = node.words[2]
    lower = name.text.lower()
    if name.text != lower:
        # A continuation that breaks the name leaves more than that here.
        fix = Fix(f"Write {lower}", name.replace(lower)) if name.raw.lower() == lower else None
        yield Problem(name, f"Write the stage name {name.text} in lower case", fix=fix)
