"""Base images whose makers no longer fix them."""

from __future__ import annotations

from dlint.api import Problem, Problems, check
from dlint.api.dockerfile import From, Stage, ended_branch, ended_long


@check(on=From)
def base_image_out_of_support(node: From, stage: Stage) -> Problems:
    """A base image of a branch that gets no more fixes."""
    image, word = stage.image, node.image
    message = ended_branch(image) if image is not None else None
    if message and image is not None and word is not None:
        yield Problem(word, message, minor=not ended_long(image))
