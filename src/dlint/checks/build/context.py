"""The build context: what is copied from it, and what the ignore file keeps out."""

from __future__ import annotations

import posixpath

from dlint.api import Problem, Problems, Related, check, is_credential_file
from dlint.api.build import Build, Copy, local_copies, local_path


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
                    message = f"all of the context is copied, and there is no '{where}' to keep anything out"
                else:
                    message = f"all of the context is copied, and '{ignore.source.path}' keeps nothing out"
                yield Problem(word, message)
                return


@check(on=Build)
def context_copies_secrets(build: Build) -> Problems:
    """COPY of a folder in which, on disk, credentials or the repository's history lie."""
    for copy in local_copies(build.graph):
        stage = next(s for s in reversed(build.graph.stages) if s.span[0] <= copy.span[0])
        if not stage.layered:
            continue
        for word in copy.sources:
            path = local_path(word)
            if path is None or any(c in path for c in "*?["):
                continue
            folder = "" if path == "." else path
            if not build.project.is_dir(posixpath.join(build.context, folder)) or build.excludes(folder or "."):
                continue
            found = [name for name in build.files(folder) if name == ".git" or is_credential_file(name)]
            if found:
                shown = ", ".join(sorted(found, key=lambda name: (name.count("/"), name))[:3])
                rest = f" and {len(found) - 3} more" if len(found) > 3 else ""
                message = f"this takes {shown}{rest} into the image: exclude it in .dockerignore"
                yield Problem(word, message, hides=())


@check(on=Build)
def copy_ignored_file(build: Build) -> Problems:
    """COPY and ADD of a path that the ignore file excludes."""
    ignore = build.ignore
    if ignore is None or not ignore.patterns or any(pattern.negated for pattern in ignore.patterns):
        return
    for copy in local_copies(build.graph):
        for word in copy.sources:
            path = local_path(word)
            if path is None or any(c in path for c in "*?["):
                continue
            pattern = ignore.matching(path)
            if path == ".":
                pattern = next((p for p in ignore.patterns if p.text in ("*", "**", "**/*")), None)
            if pattern is not None:
                name = "COPY" if isinstance(copy, Copy) else "ADD"
                related = [Related(pattern, "this pattern keeps it out")]
                message = f"{name} finds no '{word.text}': '{pattern.text}' in {ignore.source.path} keeps it out"
                yield Problem(word, message, related=related)
