"""What a container starts and how it is watched, at the end of its stage."""

from __future__ import annotations

from dlint.api import Edit, Fix, Problem, Problems, Span, check
from dlint.api.dockerfile import MOST, Cmd, Entrypoint, Healthcheck, Instruction, Onbuild, Shell, Stage, Stopsignal

_SETTINGS = (Stopsignal, Healthcheck, Entrypoint, Cmd)


@check(on=Stage)
def settings_not_last(stage: Stage) -> Problems:
    """STOPSIGNAL, HEALTHCHECK, ENTRYPOINT and CMD that do not end the stage, in this order."""
    if not stage.shipped and (stage.children or stage in stage.graph.drawn_from):
        return
    wrong: list[Instruction] = []
    rank = -1
    for node in reversed(stage.instructions[1:]):
        own = _rank(node)
        if own < 0:
            if not isinstance(node, Onbuild):
                rank = -2
        elif rank == -2 or (rank >= 0 and own > rank):
            wrong.append(node)
        else:
            rank = own
    fix = _moved(stage) if wrong else None
    for node in wrong:
        message = f"Put {node.name} at the end of the stage, in the order STOPSIGNAL, HEALTHCHECK, ENTRYPOINT, CMD"
        yield Problem(node.keyword, message, fix=fix)


def _rank(node: Instruction) -> int:
    return next((at for at, kind in enumerate(_SETTINGS) if isinstance(node, kind)), -1)


def _moved(stage: Stage) -> Fix | None:
    """The settings behind all else, with the comments right above them.

    None where one is there twice, where SHELL or a variable might mean something else at the end, where comments below
    one of them go on about it, or where lines end in another way.
    """
    source, text = stage.source, stage.source.text
    nodes = [node for node in stage.instructions[1:] if _rank(node) >= 0]
    kinds = {type(node) for node in nodes}
    if len(kinds) < len(nodes) or len(stage.instructions) > MOST or source.mentions("\r") or stage.of(Shell):
        return None
    if any((isinstance(node, Stopsignal) and "$" in node.raw) or _is_explained_below(node) for node in nodes):
        return None
    spans = [_block(node) for node in nodes]
    start, end = spans[0].start, _line_end(stage.instructions[-1])
    kept: list[str] = []
    at = start
    for span in spans:
        before = text[at : span.start]
        kept.append(before.removeprefix("\n") if kept and kept[-1].endswith("\n\n") else before)
        at = span.end
    rest = text[at:end]
    kept.append(rest.removeprefix("\n") if kept[-1].endswith("\n\n") or not kept[-1] else rest)
    body = "".join(kept).strip("\n")
    ordered = sorted(zip(nodes, spans, strict=True), key=lambda item: _rank(item[0]))
    blocks = [text[span.start : span.end].rstrip("\n") for _, span in ordered]
    gap = "\n\n" if "\n\n" in text[stage.span[0] : end] else "\n"
    parted = all(text.endswith("\n\n", 0, span.start) for span in spans)
    lines = ("\n\n" if parted else "\n").join(blocks)
    new = f"{body}{gap}{lines}" if body else lines
    return Fix("Put them at the end", Edit(source, Span(start, end), new + "\n" * text[end - 1 : end].count("\n")))


def _block(node: Instruction) -> Span:
    """The lines of an instruction with those of the comments right above it, the last newline included."""
    text = node.source.text
    start = text.rfind("\n", 0, node.span[0]) + 1
    while start > 0:
        above = text.rfind("\n", 0, start - 1) + 1
        if not text[above:start].lstrip(" \t").startswith("#"):
            break
        start = above
    return Span(start, _line_end(node))


def _is_explained_below(node: Instruction) -> bool:
    """Whether comments stand right below an instruction, and no other instruction right below them."""
    lines = node.source.text[_line_end(node) :].split("\n", 50)
    count = next((at for at, line in enumerate(lines) if not line.lstrip().startswith("#")), len(lines))
    return count > 0 and (count == len(lines) or not lines[count].strip())


def _line_end(node: Instruction) -> int:
    end = node.source.text.find("\n", max(node.span[1] - 1, node.span[0]))
    return len(node.source.text) if end < 0 else end + 1
