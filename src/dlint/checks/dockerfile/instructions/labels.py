"""LABEL: keys that registries accept, and labels of the image that go out of date."""

from __future__ import annotations

import re

from dlint.api import Problem, Problems, Related, check
from dlint.api.dockerfile import Label, Pair, Stage

_DIGEST = "org.opencontainers.image.base.digest"
_REVISION = "org.opencontainers.image.revision"
_RESERVED = ("com.docker.", "io.docker.", "org.dockerproject.")
# What Docker asks of the images of its extensions, and what Buildx writes itself.
_GRANTED = ("com.docker.extension.", "com.docker.desktop.extension.", "com.docker.image.source.entrypoint")


@check(on=Label, onbuild=True)
def label_key_invalid(label: Label) -> Problems:
    """A key against Docker's guidelines for labels."""
    for pair in label.pairs:
        reason = _fault(pair.key.value)
        if reason:
            yield Problem(pair.key, f"Rename the label {pair.key.value}: {reason}")


@check(on=Stage, words=("label",))
def label_set_twice(stage: Stage) -> Problems:
    """A label that an earlier LABEL of the stage sets as well."""
    first: dict[str, Pair] = {}
    for label in stage.of(Label):
        for pair in label.pairs:
            key = pair.key.value
            if key in first and not pair.key.variables:
                dead = first[key]
                related = [Related(pair, "Replaces it")]
                message = f"Set the label {key} once: line {pair.line} replaces this value"
                yield Problem(dead.key, message, related=related)
            first[key] = pair


def _fault(key: str) -> str | None:
    prefix = next((prefix for prefix in _RESERVED if key.startswith(prefix)), None)
    if prefix and not key.startswith(_GRANTED):
        return f"{prefix}* is reserved for Docker itself"
    if not re.fullmatch(r"[a-z0-9./_-]+", key):
        return "keys have lower-case letters, digits, '.', '-', '_' and '/' only"
    if not key[0].isalpha():
        return "keys begin with a letter"
    if not key[-1].isalnum():
        return "keys end in a letter or a digit"
    if ".." in key or "--" in key:
        return "no two dots or dashes may follow each other"
    return None


@check(on=Stage, words=(_REVISION,), having=("shipped",))
def revision_label_fixed(stage: Stage) -> Problems:
    """A shipped label with the revision as fixed text, which no commit can hold rightly."""
    pair = _in_force(stage, _REVISION) if stage.source.mentions(_REVISION) else None
    if pair is not None and pair.value is not None and pair.value.literal:
        yield Problem(pair, "No commit knows its own hash: hand the revision in as a build argument")


@check(on=Stage, words=(_DIGEST,), having=("shipped",))
def base_digest_label_stale(stage: Stage) -> Problems:
    """A label with the base image's digest that is not the one FROM names."""
    if not stage.source.mentions(_DIGEST):
        return
    pair, image = _in_force(stage, _DIGEST), stage.root.image
    if pair is None or image is None:
        return
    written = pair.value.literal if pair.value is not None else ""
    if image.digest is None:
        message = "FROM names no digest, so this label goes stale with the next base image; add the digest to FROM too"
        yield Problem(pair, message)
    elif written is not None and written.strip("\"'") != image.digest:
        related = [Related(stage.root.from_.image or stage.root.from_.keyword, "The base image")]
        yield Problem(pair, "FROM names another digest than this label", related=related)


def _in_force(stage: Stage, key: str) -> Pair | None:
    """The last label of that key in the stage, or in the ones it is built from."""
    for at in stage.lineage:
        pairs = [pair for label in at.of(Label) for pair in label.pairs if pair.key.value == key]
        if pairs:
            return pairs[-1]
    return None
