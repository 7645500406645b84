"""Packages that a step installed, and folders of the context that are copied over them."""

from __future__ import annotations

import posixpath

from dlint.api import Problem, Problems, Related, check
from dlint.api.build import FILLERS, Add, Build, Copy, Filled, Run, Stage, comes_later, filled_by, local_path, target_of


@check(on=Build, words=FILLERS, having=("has_files",))
def context_overwrites_packages(build: Build) -> Problems:
    """COPY of a folder that brings the host's packages over those that a step above installed."""
    for stage in build.graph.stages:
        if not stage.reachable or stage.os == "windows":
            continue
        installed: list[Filled] = []
        for node in stage.instructions:
            if type(node) is Run:
                installed += filled_by(node, stage)
            elif installed and (type(node) is Add or (type(node) is Copy and not node.from_)):
                yield from _overwritten(build, stage, node, installed)


def _overwritten(build: Build, stage: Stage, copy: Copy | Add, installed: list[Filled]) -> Problems:
    into = target_of(copy, stage)
    if into is None or copy.flag("exclude") is not None:
        return
    for word in copy.sources:
        source = local_path(word, copy, stage)
        if source is None or any(char in source for char in "*?["):
            continue
        for one in installed:
            inner = posixpath.relpath(one.path, into)
            host = posixpath.normpath(posixpath.join(source, inner))
            if not inner.startswith("..") and _is_brought(build, host, source):
                what = posixpath.basename(one.path)
                message = f"This copies {host} of the context over what {one.command.name} has put into {one.path}"
                message += f": exclude {what} in .dockerignore"
                related = [Related(one.command, "installed here"), *build.asked_at()]
                if build.ignore is not None:
                    related.append(Related(build.ignore.part(0, 0), "this does not keep it out"))
                yield Problem(word, message, related=related)
                return


def _is_brought(build: Build, host: str, source: str) -> bool:
    """Whether the host has the folder, or will have it where somebody works, and no ignore file keeps it out."""
    context = build.contents
    if context.kept_out_by(host) is not None or build.excludes(host):
        return False
    path = context.path(host)
    if context.project.is_dir(path):
        return True
    if source != "." and not context.project.is_dir(context.path(source)):
        return False
    ignored = comes_later(context.project.text, path)
    return ignored and any(context.has(posixpath.join(posixpath.dirname(host), name)) for name in _MANIFESTS)


_MANIFESTS = ("package.json", "composer.json", "pyproject.toml", "requirements.txt")
