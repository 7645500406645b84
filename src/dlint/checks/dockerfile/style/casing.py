"""Upper and lower case of instructions and of AS."""

from __future__ import annotations

from dlint.api import Fix, Node, Problem, Problems, check
from dlint.api.dockerfile import (
    From,
    Healthcheck,
    StageGraph,
    Unknown,
    Word,
)


@check(on=From)
def from_as_casing(node: From) -> Problems:
    """AS in another case than its FROM."""
    if len(node.words) < 3 or node.as_keyword is None:
        return
    keyword, written = node.keyword.raw, node.as_keyword
    if keyword.isupper() or keyword.islower():
        wanted = "AS" if keyword.isupper() else "as"
        if written.text != wanted:
            message = f"{written.text} and {keyword} differ in case; write {wanted}"
            yield Problem(written, message, fix=_respelled(written, wanted))


def _respelled(word: Word, text: str) -> Fix | None:
    """The fix that writes a word in another case; none if a continuation breaks it."""
    if word.raw.lower() != text.lower():
        return None
    return Fix(f"Write {text}", word.replace(text))


@check(on=StageGraph)
def instruction_casing(graph: StageGraph, *, case: str = "majority") -> Problems:
    """Instructions in another case than the others of the file, or than ``case``: ``upper`` or ``lower``."""
    keywords: list[Node] = []
    for stage in graph.stages:
        for node in stage.instructions:
            if not isinstance(node, Unknown):
                keywords.append(node.keyword)
            if isinstance(node, Healthcheck) and node.command is not None:
                keywords.append(node.args.at(0, len("CMD")))
    words = [keyword.raw for keyword in keywords]
    lower = case == "lower"
    if case == "majority":
        lower = sum(word.islower() for word in words) > sum(word.isupper() for word in words)
    for keyword, word in zip(keywords, words, strict=True):
        wanted = word.lower() if lower else word.upper()
        # A continuation inside the keyword leaves more than letters here.
        if word != wanted and word.isalpha():
            what = "lower" if lower else "upper"
            like = " like the other instructions" if case == "majority" else ""
            message = f"Write {word} in {what} case{like}"
            yield Problem(keyword, message, fix=Fix(f"Write {wanted}", keyword.replace(wanted)))
