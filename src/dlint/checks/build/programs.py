"""Programs that an image starts by their paths, held to the files that it is known to have."""

from __future__ import annotations

import posixpath

from dlint.api import Node, Problem, Problems, Related, check, pattern
from dlint.api.build import (
    Add,
    Build,
    Copy,
    Instruction,
    OwnImage,
    Run,
    Stage,
    Word,
    image_trees,
    path_in_context,
    starts_in,
    value_of,
    written_by,
)


@check(on=Build)
def program_not_in_image(build: Build) -> Problems:
    """A program that is started by its path, and that nothing puts there."""
    for stage in build.graph.shipped:
        if any(at.graph is not build.graph or at.inherited_triggers for at in stage.lineage):
            continue
        found = _missing_script(build, stage) or _missing_program(build, stage)
        if found is not None:
            where, path, copy = found
            related = [Related(copy, "This does not bring it")]
            yield Problem(where, f"Nothing puts {path} into this image, so that it cannot start", related=related)


_Missing = tuple[Node, str, Node]
"""The word that starts a program, its path, and what is copied in its place."""


def _missing_program(build: Build, stage: Stage) -> _Missing | None:
    """A program that is started from a folder of which all files are known."""
    starts = [(where, path) for where, path in starts_in(build, stage) if "/" in where.raw]
    trees = image_trees(build) if starts and stage.os != "windows" else []
    if stage.index >= len(trees):
        return None
    tree = trees[stage.index]
    for where, path in starts:
        copies = [node for at in stage.lineage for node in at.instructions if isinstance(node, (Copy, Add))]
        if copies and tree.lacks(path):
            return where, path, copies[0]
    return None


def _missing_script(build: Build, stage: Stage) -> _Missing | None:
    """A script that is started from a folder of the project's own, and that nothing brings there."""
    image = OwnImage.of_stage(stage)
    if image.facts is None or image.system == "windows":
        return None
    of_base = [*(image.facts.entrypoint or ()), *(image.facts.cmd or ())]
    for where, path in starts_in(build, stage):
        name = posixpath.basename(path)
        if (
            not name.endswith(".sh")
            or "/" not in where.raw
            or any(name == posixpath.basename(word) for word in of_base)
        ):
            continue
        nodes = [(node, at) for at in stage.lineage for node in at.instructions[1:]]
        copies = [node for node, _ in nodes if isinstance(node, (Copy, Add))]
        if copies and not any(_may_bring_script(build, at, node, path) for node, at in nodes):
            return where, path, copies[0]
    return None


_FETCHES = pattern(r"\b(?:git|tar|unzip|wget|curl|pip|npm|composer|make|cp|mv|ln|install|python|node)\b|>")


def _may_fetch(stage: Stage, run: Run, path: str) -> bool:
    """Whether a RUN fetches or makes files where a script is to be; packages bring none outside their own folders."""
    if run.heredoc is None and not _FETCHES.search(run.raw):
        return False
    places = written_by(run, stage, hooks=False)
    return places is None or any(path == place or path.startswith(place.rstrip("/") + "/") for place, _ in places)


def _may_bring_script(build: Build, stage: Stage, node: Instruction, path: str) -> bool:
    """Whether an instruction brings a script, or may for all that can be seen."""
    name = posixpath.basename(path)
    if isinstance(node, Run):
        return name in node.raw or _may_fetch(stage, node, path)
    if node.name == "ONBUILD":
        return True
    if not isinstance(node, (Copy, Add)) or node.destination is None:
        return False
    to = value_of(node.destination, node, stage)
    folder = stage.workdir_at(node)
    if to is None or node.heredocs or (not to.startswith("/") and not isinstance(folder, str)):
        return True
    target = posixpath.normpath(posixpath.join(folder if isinstance(folder, str) else "/", to))
    if path != target and not path.startswith(target.rstrip("/") + "/"):
        return False
    if path == target or isinstance(node, Add) or node.from_ is not None:
        return True
    return any(_holds(build, stage, node, word, target, path) for word in node.sources)


def _holds(build: Build, stage: Stage, node: Copy, word: Word, target: str, path: str) -> bool:
    """Whether a source of COPY may be, or may have in it, what lies at ``path`` then."""
    written = value_of(word, node, stage)
    source = path_in_context(written) if written else None
    if source is None or any(c in source for c in "*?["):
        return True
    file = posixpath.normpath(posixpath.join(build.context, source))
    if not build.project.is_dir(file) and source != ".":
        return posixpath.basename(file) == posixpath.basename(path) or not build.project.exists(file)
    return not build.contents.lacks(posixpath.normpath(posixpath.join(source, posixpath.relpath(path, target))))
