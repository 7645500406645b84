"""Labels: how many LABEL instructions hold them, and in which order."""

from __future__ import annotations

from itertools import pairwise

from dlint.api import Fix, Problem, Problems, check
from dlint.api.dockerfile import Label, Stage


@check(on=Label)
def labels_apart(label: Label, stage: Stage, *, most: int = 2) -> Problems:
    """More than ``most`` labels in LABEL instructions that follow each other."""
    index = stage.position(label)
    if label.onbuild is not None or (index > 0 and _follows(stage, index)):
        return
    last = index
    while last + 1 < len(stage.instructions) and _follows(stage, last + 1):
        last += 1
    labels = [node for node in stage.instructions[index : last + 1] if isinstance(node, Label)]
    count = sum(len(node.pairs) for node in labels)
    if last > index and count > most:
        message = f"Write these {count} labels as one LABEL, each on a line of its own"
        yield Problem(label.keyword, message, fix=_joined(labels))


def _joined(labels: list[Label]) -> Fix | None:
    """The LABELs as one; None where one replaces another, or has a form that does not go together."""
    keys = [pair.key for label in labels for pair in label.pairs]
    texts = [key.value for key in keys]
    plain = all(not label.legacy and label.escape == "\\" and "\r" not in label.raw for label in labels)
    if not plain or len(set(texts)) < len(texts) or any(key.variables for key in keys):
        return None
    first = labels[0]
    margin = " " * (first.source.position(first.pairs[0].span[0]).column - 1) if first.pairs else ""
    edits = []
    for before, label in pairwise(labels):
        if not before.pairs or not label.pairs:
            return None
        gap = label.part(before.pairs[-1].span[1], label.pairs[0].span[0])
        if "\\" in gap.raw:
            return None
        edits.append(gap.replace(f" \\\n{margin}"))
    return Fix("Write one LABEL", *edits)


# What registries show first, and what belongs together.
_ANNOTATIONS = (
    "title", "description", "version", "revision", "created", "source", "url", "documentation", "licenses", "authors",
    "vendor", "ref.name", "base.name", "base.digest",
)  # fmt: skip
_OCI = "org.opencontainers.image."


@check(on=Label)
def labels_unsorted(label: Label) -> Problems:
    """Labels of one LABEL that are not in the order of the OCI's list, then other names with dots, then the rest."""
    ranks = [_label_rank(pair.key.value) for pair in label.pairs]
    if (
        label.legacy
        or any("$" in pair.key.text for pair in label.pairs)
        or all(one <= other for one, other in pairwise(ranks))
    ):
        return
    at = next(place for place, (one, other) in enumerate(pairwise(ranks), 1) if other < one)
    pair, before = label.pairs[at], label.pairs[at - 1]
    message = f"{pair.key.value} belongs before {before.key.value}: the OCI's labels in their order, then others"
    yield Problem(label.keyword, message, fix=_in_order(label, ranks))


def _label_rank(key: str) -> tuple[int, int]:
    if key.startswith(_OCI):
        name = key.removeprefix(_OCI)
        return 0, _ANNOTATIONS.index(name) if name in _ANNOTATIONS else len(_ANNOTATIONS)
    if key.startswith("org.label-schema."):
        return 1, 0
    return (2, 0) if "." in key else (3, 0)


def _in_order(label: Label, ranks: list[tuple[int, int]]) -> Fix | None:
    """The labels exchanged where they stand; None if comments stand between them, or one replaces another."""
    pairs = label.pairs
    keys = [pair.key.value for pair in pairs]
    if (
        any(line.lstrip().startswith("#") for line in label.raw.split("\n"))
        or len(set(keys)) < len(keys)
        or any(pair.key.variables for pair in pairs)
    ):
        return None
    ordered = [pair for _, pair in sorted(zip(ranks, pairs, strict=True), key=lambda item: item[0])]
    edits = [old.replace(new.raw) for old, new in zip(pairs, ordered, strict=True) if old is not new]
    return Fix("Sort the labels", *edits)


def _follows(stage: Stage, index: int) -> bool:
    """Whether the instruction is a LABEL right below another, without a comment or a blank line between them."""
    before, node = stage.instructions[index - 1], stage.instructions[index]
    if not isinstance(before, Label) or not isinstance(node, Label):
        return False
    return "#" not in node.source.text[before.span[1] : node.span[0]]
