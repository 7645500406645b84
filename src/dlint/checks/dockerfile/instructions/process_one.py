"""Process 1 of a container, which has to look after the children of others."""

from __future__ import annotations

from dlint.api import Node, Problem, Problems, check
from dlint.api.dockerfile import (
    ENTRYPOINTS,
    UNREAPED,
    Cmd,
    Entrypoint,
    OwnImage,
    Stage,
    is_shell,
    names_init,
    start_of,
    start_words,
    started,
)


@check(on=Stage, having=("shipped",))
def init_missing(stage: Stage) -> Problems:
    """A process 1 that reaps no children, where no init program is put before it."""
    if stage.os == "windows" or stage.graph.usage.init_given:
        return
    start = start_of(stage)
    if not start or any(names_init(start_words(node)) for node, _ in start):
        return
    first = start[0][0]
    if isinstance(first, Cmd) and not _hands_over(stage):
        return
    programs = started(stage)
    shell = not first.json or any(is_shell(word) for word in start_words(first)[:2])
    program = (programs[-1] if shell and len(start) == 1 else programs[0]) if programs else None
    if program is not None and program.name in UNREAPED and not _ends(program.words):
        yield Problem(
            _word(first),
            f"{program.name} as process 1 reaps no children of others, and no init program starts it: put tini or"
            " dumb-init before it, or say `init: true` in Compose",
        )


def _hands_over(stage: Stage) -> bool:
    """Whether CMD becomes process 1: there is no entrypoint, or the usual script of a known image that runs it."""
    entrypoint = OwnImage.of_stage(stage).entrypoint
    if entrypoint is None:
        return False
    words = entrypoint.value.words
    return not words or words[-1].rpartition("/")[2] in ENTRYPOINTS


def _ends(words: tuple[str, ...]) -> bool:
    """Whether a program is called for an answer only."""
    return any(word in ("--version", "-v", "--help", "-version", "test", "build", "install") for word in words[:2])


def _word(node: Cmd | Entrypoint) -> Node:
    return node.words[0] if node.json and node.words else node.keyword
