"""The programs that an image starts by a path, and whether anything puts them there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.api import Problem, Problems, Related, check, pattern
from dlint.api.build import (
    Add,
    Build,
    Copy,
    Instruction,
    OwnImage,
    Run,
    Stage,
    StartedPath,
    Word,
    ignored_by_git,
    local_path,
    target_of,
    value_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_WILDCARDS = pattern(r"[*?\[]")
_FETCHES = pattern(r"\b(?:git|tar|unzip|wget|curl|pip|npm|composer|make|cp|mv|ln|install|python|node)\b|>")
# Names of what is copied from another stage to have its content in `/`.
_FOLDERS: Final = frozenset("rootfs out dist output root install target build bin release etc".split())


@check(on=Build)
def program_not_in_image(build: Build) -> Problems:
    """A program that an image of which all files are known does not have."""
    for stage in build.graph.shipped:
        if any(at.graph is not build.graph or at.inherited_triggers for at in stage.lineage):
            continue
        found = _missing_in_scratch(build, stage) if stage.root.scratch else _missing_scripts(build, stage)
        for start, copy, message in found:
            what = f"Nothing puts {start.path} into this image, so that it cannot start"
            yield Problem(start.where, what, related=[Related(copy, message)])


def _missing_in_scratch(build: Build, stage: Stage) -> Iterator[tuple[StartedPath, Instruction, str]]:
    """What an image made from nothing starts first, if nothing brings it there; with the last step of those."""
    steps = [node for at in stage.lineage for node in at.instructions if isinstance(node, Copy | Add | Run)]
    for start in build.starts(stage)[:1] if steps else ():
        if "/" in start.where.raw and not any(_may_bring(build, stage, node, start.path) for node in steps):
            yield start, steps[-1], "This is all that is copied"


def _missing_scripts(build: Build, stage: Stage) -> Iterator[tuple[StartedPath, Instruction, str]]:
    """Scripts that are started from a folder of the project's own, and that nothing brings there; the first COPY."""
    starts = [one for one in build.starts(stage) if one.path.endswith(".sh") and "/" in one.where.raw]
    image = OwnImage.of_stage(stage) if starts else None
    if image is None or image.facts is None or image.system == "windows":
        return
    of_base = [*(image.facts.entrypoint or ()), *(image.facts.cmd or ())]
    steps = [(node, at) for at in stage.lineage for node in at.instructions[1:]]
    first = next((node for node, _ in steps if isinstance(node, Copy | Add)), None)
    for start in starts:
        name = posixpath.basename(start.path)
        known = any(name in word for word in of_base)
        if first is not None and not known and not any(_may_bring_script(build, start.path, *step) for step in steps):
            yield start, first, "This does not bring it"


def _may_bring_script(build: Build, path: str, node: Instruction, stage: Stage) -> bool:
    """Whether an instruction brings a script, or may for all that can be seen."""
    if isinstance(node, Run):
        return posixpath.basename(path) in node.raw or node.heredoc is not None or bool(_FETCHES.search(node.raw))
    if node.name == "ONBUILD":
        return True
    if not isinstance(node, Copy | Add) or node.destination is None:
        return False
    target = target_of(node, stage)
    if target is None or node.heredocs or path == target:
        return True
    if not path.startswith(target.rstrip("/") + "/"):
        return False
    if isinstance(node, Add) or node.from_ is not None:
        return True
    return any(_holds(build, stage, node, word, target, path) for word in node.sources)


def _holds(build: Build, stage: Stage, node: Copy, word: Word, target: str, path: str) -> bool:
    """Whether a source of COPY may be, or may have in it, what lies at ``path`` then."""
    source = local_path(word, node, stage)
    if source is None or _WILDCARDS.search(source):
        return True
    context = build.contents
    file = context.path(source)
    if not build.project.is_dir(file) and source != ".":
        return posixpath.basename(file) == posixpath.basename(path) or not build.project.exists(file)
    inner = posixpath.normpath(posixpath.join(file, posixpath.relpath(path, target)))
    return build.project.exists(inner) or build.project.root is None or ignored_by_git(build.project.text, inner)


def _may_bring(build: Build, stage: Stage, node: Copy | Add | Run, path: str) -> bool:
    """Whether a step may put something at a path of an image made from nothing."""
    if isinstance(node, Run | Add):
        return True
    to = value_of(node.destination, node, stage) if node.destination is not None else None
    if to is None or node.heredocs:
        return True
    folder = stage.workdir if isinstance(stage.workdir, str) else "/"
    target = posixpath.normpath(posixpath.join(folder, to))
    if target == "/":
        return any(_may_fill(build, stage, node, word, path) for word in node.sources)
    return path == target or path.startswith(target + "/")


def _may_fill(build: Build, stage: Stage, node: Copy, word: Word, path: str) -> bool:
    """Whether a source that is copied to ``/`` may bring what lies at a path."""
    written = value_of(word, node, stage)
    name = posixpath.basename((written or "?").rstrip("/"))
    if name in ("", ".", "..", posixpath.basename(path)) or _WILDCARDS.search(name):
        return True
    if node.from_ is not None:
        return "." not in name and (path.count("/") > 1 or name in _FOLDERS)
    local = posixpath.join(build.context, (written or "").lstrip("/"))
    return build.project.is_dir(local) or not build.project.exists(local)
