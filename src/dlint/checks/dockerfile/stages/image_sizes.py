"""Base images of which their makers have a smaller one."""

from __future__ import annotations

from dlint.api import Problem, Problems, check
from dlint.api.dockerfile import From, Stage, for_development, is_database, is_for_builds, smaller


@check(on=From, inside=("layered",))
def base_image_larger_than_needed(node: From, stage: Stage) -> Problems:
    """The base of a shipped image, where its publisher has the same version with less in it."""
    image, word = stage.image, node.image
    if image is None or word is None or stage.os == "windows" or for_development(stage):
        return
    # Who ships a compiler has another rule's finding.
    if is_for_builds(image) or is_database(image):
        return
    other = smaller(image)
    if other is not None:
        what = ", on another system" if "alpine" in other else ""
        advice = "ship that, and build in a stage of its own what needs more"
        yield Problem(word, f"There is less in {other}{what}: {advice}")
