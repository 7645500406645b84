"""The build context: what is copied from it, and what the ignore file keeps out."""

from __future__ import annotations

import posixpath

from dlint.api import Node, Problem, Problems, Related, Source, Span, check, related_to
from dlint.api.build import Add, Build, Copy, Stage, copies_in, local_path, target_of, value_of


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


@check(on=Build, words=("copy", "add"), having=("has_files",))
def context_copies_secrets(build: Build) -> Problems:
    """COPY of a folder in which credentials, the repository's history or the data of a database lie."""
    known: dict[str, tuple[list[str], dict[str, Related]]] = {}
    for stage in build.graph.stages:
        for instruction in copies_in(stage):
            way = None if stage.layered else _handed_on(instruction, stage)
            if not stage.layered and way is None:
                continue
            for word in instruction.sources:
                path = local_path(word, instruction, stage)
                if path is None or any(c in path for c in "*?["):
                    continue
                if path not in known:
                    folder = "" if path == "." else path
                    data = build.databases(folder)
                    kept = {name: Related(at, f"{one.name} keeps its data there") for name, (one, at) in data.items()}
                    known[path] = [*build.credentials(folder), *kept], kept
                found, kept = known[path]
                if way is not None:
                    found = [name for name in found if not _is_named(name, build)]
                if found:
                    rest = f" and {len(found) - 3} more" if len(found) > 3 else ""
                    message = f"This takes {', '.join(found[:3])}{rest} into the image: exclude it in .dockerignore"
                    if build.misnamed_ignore is not None:
                        message += f", as '{build.misnamed_ignore}' must be called"
                    related = related_to(way, "this copies it on")
                    related += [*_unread(build.misnamed_ignore), *_let_in(build, found[:3], kept)]
                    yield Problem(word, message, hides=(), related=related)


def _handed_on(node: Copy | Add, stage: Stage) -> Copy | None:
    """The COPY of a shipped stage that takes along what a COPY of another stage brings; None if none does."""
    into = target_of(node, stage)
    if into is None:
        return None
    for shipped in stage.graph.stages:
        for copy in shipped.of(Copy) if shipped.layered else ():
            source = shipped.source_of(copy)
            if source is not None and stage in source.lineage:
                places = (value_of(word, copy, shipped) for word in copy.sources)
                if any(place and f"{into}/".startswith(_folder(place)) for place in places):
                    return copy
    return None


def _folder(place: str) -> str:
    """A path in another stage as a folder: with a slash at both ends."""
    return f"{posixpath.normpath(f'/{place}').rstrip('/')}/".replace("//", "/")


def _is_named(name: str, build: Build) -> bool:
    """Whether a step names a file, which it may then remove."""
    return any(posixpath.basename(name) in run.raw for stage in build.graph.stages for run in stage.runs)


def _let_in(build: Build, names: list[str], kept: dict[str, Related]) -> list[Related]:
    """The exceptions that let files in, or the ignore file that does not name them; then the files, and who builds.

    ``kept`` says of the names of folders whose data is kept there.
    """
    related = []
    if build.ignore is not None:
        patterns = [pattern for name in names if (pattern := build.ignore.matching(name)) is not None]
        related = [Related(pattern, "this lets it in") for pattern in dict.fromkeys(patterns)]
        related = related or [Related(Node(build.ignore.source, Span(0, 0)), "this does not keep it out")]
    for name in names:
        if name != ".git":
            place = Node(Source(build.contents.path(name), ""), Span(0, 0))
            related.append(kept.get(name) or Related(place, "this is taken along"))
    return [*related, *build.asked_at()]
