"""The build context: what is copied from it, and what the ignore file keeps out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from dlint.api import Problem, Problems, Related, check
from dlint.api.build import (
    Add,
    Build,
    Copy,
    Stage,
    Word,
    copies_in,
    local_copies,
    local_path,
    path_in_context,
)


@check(on=Build)
def context_without_dockerignore(build: Build) -> Problems:
    """COPY of the whole context without an ignore file that excludes anything."""
    ignore = build.ignore
    if ignore is not None and any(not pattern.negated for pattern in ignore.patterns):
        return
    where = posixpath.join(build.context, ".dockerignore")
    for copy in local_copies(build.graph):
        for word in copy.sources:
            if local_path(word) == ".":
                if ignore is None:
                    message = f"All of the context is copied, and there is no '{where}' to keep anything out"
                else:
                    message = f"All of the context is copied, and '{ignore.source.path}' keeps nothing out"
                yield Problem(word, message)
                return


@check(on=Build)
def context_copies_secrets(build: Build) -> Problems:
    """COPY of a folder in which, on disk, credentials or the repository's history lie."""
    known: dict[str, list[str]] = {}
    for stage in build.graph.stages:
        if not stage.layered:
            continue
        for instruction in stage.instructions:
            if not isinstance(instruction, (Copy, Add)) or (isinstance(instruction, Copy) and instruction.from_):
                continue
            for word in instruction.sources:
                path = local_path(word)
                if path is None or any(c in path for c in "*?["):
                    continue
                if path not in known:
                    known[path] = build.credentials("" if path == "." else path)
                found = known[path]
                if found:
                    rest = f" and {len(found) - 3} more" if len(found) > 3 else ""
                    message = f"This takes {', '.join(found[:3])}{rest} into the image: exclude it in .dockerignore"
                    yield Problem(word, message, hides=())


def _known_path(stage: Stage, copy: Copy | Add, word: Word) -> str | None:
    """The path that a source names, its variables expanded if their values are known."""
    if word.literal is not None:
        return local_path(word)
    value = stage.expand(word, copy).value
    return path_in_context(value) if value else None


def _wildcards(path: str) -> bool:
    """Whether the source has wildcards; then only a pattern whose own ones stand for any text surely covers it."""
    return any(c in path for c in "*?[")


def _sources(build: Build) -> Iterator[tuple[Stage, Copy | Add, Word]]:
    """What COPY and ADD take from the context, word for word."""
    for stage in build.graph.stages:
        for copy in copies_in(stage):
            for word in copy.sources:
                yield stage, copy, word


@check(on=Build)
def copy_ignored_file(build: Build) -> Problems:
    """COPY and ADD of a path that the ignore file excludes."""
    ignore = build.ignore
    if ignore is None or not ignore.patterns or any(pattern.negated for pattern in ignore.patterns):
        return
    for stage, copy, word in _sources(build):
        path = _known_path(stage, copy, word)
        if path is None:
            continue
        pattern = ignore.matching(path)
        if path == ".":
            pattern = next((p for p in ignore.patterns if p.text in ("*", "**", "**/*")), None)
        if pattern is not None and not (_wildcards(path) and re.search(r"[?[\\]", pattern.text)):
            name = "COPY" if isinstance(copy, Copy) else "ADD"
            related = [Related(pattern, "this pattern keeps it out")]
            message = f"{name} finds no '{word.text}': '{pattern.text}' in {ignore.source.path} keeps it out"
            yield Problem(word, message, related=related)
