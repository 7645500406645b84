"""A rule of one team: base images come from its own mirror."""

from __future__ import annotations

from dlint.api import Problem, Problems, check
from dlint.api.dockerfile import Stage


@check(on=Stage)
def base_image_not_from_mirror(stage: Stage, *, mirror: str = "mirror.example.org") -> Problems:
    """A stage whose base image is pulled from anywhere but the mirror."""
    image = stage.image
    if stage.base is None and not stage.scratch and image is not None and image.registry != mirror:
        yield Problem(stage.from_.image or stage.from_, f"Pull {image.familiar} through {mirror}")
