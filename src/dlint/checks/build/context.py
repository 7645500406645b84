"""The build context: what is copied from it, and what the ignore file keeps out."""

from __future__ import annotations

import posixpath

from dlint.api import Node, Problem, Problems, Related, Source, Span, check
from dlint.api.build import Build, copies_in, local_path


@check(on=Build, words=("copy", "add"))
def context_without_dockerignore(build: Build) -> Problems:
    """COPY of the whole context without an ignore file that excludes anything."""
    ignore = build.ignore
    if ignore is not None and any(not pattern.negated for pattern in ignore.patterns):
        return
    where = posixpath.join(build.context, ".dockerignore")
    copies = ((copy, stage) for stage in build.graph.stages for copy in copies_in(stage))
    for copy, stage in copies:
        for word in copy.sources:
            if local_path(word, copy, stage) == ".":
                misnamed = build.misnamed_ignore
                if ignore is not None:
                    message = f"All of the context is copied, and '{ignore.source.path}' keeps nothing out"
                elif misnamed is not None:
                    message = (
                        f"All of the context is copied, and the builder does not read '{misnamed}': call it '{where}'"
                    )
                else:
                    message = f"All of the context is copied, and there is no '{where}' to keep anything out"
                related = [Related(Node(ignore.source, Span(0, 0)), "this file")] if ignore is not None else []
                yield Problem(word, message, related=[*related, *_unread(misnamed), *build.asked_at()])
                return


def _unread(misnamed: str | None) -> list[Related]:
    return [Related(Node(Source(misnamed, ""), Span(0, 0)), "no builder reads this")] if misnamed is not None else []


@check(on=Build, words=("copy", "add"))
def context_copies_secrets(build: Build) -> Problems:
    """COPY of a folder in which, on disk, credentials or the repository's history lie."""
    known: dict[str, list[str]] = {}
    for stage in build.graph.stages:
        if not stage.layered:
            continue
        for copy in copies_in(stage):
            for word in copy.sources:
                path = local_path(word, copy, stage)
                if path is None or any(c in path for c in "*?["):
                    continue
                if path not in known:
                    known[path] = build.credentials("" if path == "." else path)
                found = known[path]
                if found:
                    rest = f" and {len(found) - 3} more" if len(found) > 3 else ""
                    message = f"This takes {', '.join(found[:3])}{rest} into the image: exclude it in .dockerignore"
                    if build.misnamed_ignore is not None:
                        message += f", as '{build.misnamed_ignore}' must be called"
                    related = [*_unread(build.misnamed_ignore), *_let_in(build, found[:3])]
                    yield Problem(word, message, hides=(), related=related)


def _let_in(build: Build, names: list[str]) -> list[Related]:
    """The exceptions that let files in, or the ignore file that does not name them; then the files, and who builds."""
    related = []
    if build.ignore is not None:
        patterns = [pattern for name in names if (pattern := build.ignore.matching(name)) is not None]
        related = [Related(pattern, "this lets it in") for pattern in dict.fromkeys(patterns)]
        related = related or [Related(Node(build.ignore.source, Span(0, 0)), "this does not keep it out")]
    places = [Node(Source(build.contents.path(name), ""), Span(0, 0)) for name in names if name != ".git"]
    return [*related, *(Related(place, "this is taken along") for place in places), *build.asked_at()]
