"""Base images: their tags, digests, registries, and whether they are still supported."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.api import Node, Problem, Problems, Related, check
from dlint.api.dockerfile import (
    Copy,
    ImageRef,
    Run,
    Stage,
    StageGraph,
    ended_branch,
    ended_long,
    follows_branch,
    moves,
    parse_image,
)


def _reference(stage: Stage) -> ImageRef | None:
    """The image a stage starts from, if it is known, valid, and neither ``scratch`` nor another stage."""
    if stage.scratch or stage.from_.image is None:
        return None
    image = stage.image
    return image if image is not None and image.valid and not image.has_variable else None


def _elsewhere(stage: Stage) -> ImageRef | None:
    """The image a stage starts from, if only its registry or folder is not known (``$REGISTRY/a:1``)."""
    word = stage.from_.image
    if word is None or stage.base is not None or stage.image is not None or stage.outside is not None:
        return None
    folder, slash, name = word.text.rpartition("/")
    return parse_image(word.text) if slash and "$" in folder and name and "$" not in name else None


def _place(stage: Stage) -> Node:
    return stage.from_.image or stage.from_.keyword


def _judged(stage: Stage, message: str) -> Problem:
    """A problem of the image, where a person would change it: at the argument of a service that decides it."""
    word = stage.from_.image
    for use in word.variables if word is not None else ():
        places = stage.graph.usage.given.get(use.name)
        if places:
            related = [Related(_place(stage), "used here"), *(Related(node, "it is set here") for node in places[1:])]
            return Problem(places[0], message, related=related)
    return Problem(_place(stage), message)


@check(on=Stage)
def base_image_untagged(stage: Stage) -> Problems:
    """FROM an image without tag and digest, which means ``latest``."""
    image = _reference(stage) or _elsewhere(stage)
    if image is not None and image.tag is None and image.digest is None:
        yield _judged(stage, f"Name a version of {image.name}: without a tag the build takes {image.name}:latest")


@check(on=Stage)
def base_image_latest(stage: Stage, *, tags: tuple[str, ...] = ("latest",)) -> Problems:
    """FROM an image by a tag that moves with every release."""
    image = _reference(stage) or _elsewhere(stage)
    if image is not None and image.digest is None and image.tag in tags and image.name != "scratch":
        yield _judged(stage, f"Name a version of {image.name}: the tag {image.tag} moves with every release")


@check(on=Stage)
def base_image_without_version(stage: Stage) -> Problems:
    """FROM an image by a tag that says what is in it, and not which version."""
    image = _reference(stage)
    if image is not None and moves(image):
        message = f"Name a version of {image.name}: {image.tag} alone is whatever is the newest that day"
        if follows_branch(image):
            what = "follows a branch, so it is another image after each change"
            message = f"Name a version of {image.name}: {image.tag} {what}"
        yield _judged(stage, message)


@check(on=Stage)
def base_image_not_pinned_by_digest(stage: Stage) -> Problems:
    """FROM an image without ``@sha256:…``."""
    image = _reference(stage)
    if image is not None and image.digest is None:
        yield Problem(_place(stage), f"Pin {image.text} to a digest: {image.text}@sha256:…")


@check(on=StageGraph, given=("registries",))
def untrusted_registry(graph: StageGraph, *, registries: tuple[str, ...] = ()) -> Problems:
    """An image from a registry that is not on the list of the configuration."""
    for place, text in _images(graph):
        image = parse_image(text)
        if image is not None and not image.has_variable and not _trusted(image, registries):
            yield Problem(place, f"Take {image.name} from a trusted registry; {image.domain} is not one")


def _images(graph: StageGraph) -> Iterator[tuple[Node, str]]:
    """Every image that the stages name, with its place; names of stages are not among them."""
    for stage in graph.stages:
        if stage.base is None and stage.base_text and not stage.scratch:
            yield _place(stage), stage.base_text
    for stage in (graph.outside, *graph.stages):
        for instruction in stage.instructions:
            if isinstance(instruction, Copy):
                word = instruction.from_
                if word is not None and _is_image(word.value, graph):
                    yield word, word.value
            elif isinstance(instruction, Run):
                for mount in instruction.mounts:
                    name = mount.get("from")
                    if name and _is_image(name, graph):
                        yield mount.option("from") or mount, name


def _is_image(name: str, graph: StageGraph) -> bool:
    """Whether a name in COPY --from or a mount is neither a stage nor a named context."""
    return not name.isdigit() and graph.find(name) is None and graph.outside_of(name) is None


_HUB = ("docker.io", "hub.docker.com", "index.docker.io", "registry-1.docker.io")


def _trusted(image: ImageRef, registries: tuple[str, ...]) -> bool:
    return any(_fits(image.domain, pattern) for pattern in registries)


def _fits(domain: str, pattern: str) -> bool:
    if pattern in _HUB:
        return domain in _HUB
    if pattern.startswith("*"):
        return domain.endswith(pattern[1:])
    return domain.startswith(pattern[:-1]) if pattern.endswith("*") else domain == pattern


@check(on=StageGraph)
def base_image_out_of_support(graph: StageGraph) -> Problems:
    """An image of a branch that gets no more fixes, in FROM, COPY --from or a mount."""
    for where, text in _images(graph):
        image = parse_image(text)
        message = ended_branch(image) if image is not None else None
        if message and image is not None:
            yield Problem(where, message, minor=not ended_long(image))
