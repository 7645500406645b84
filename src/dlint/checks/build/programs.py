"""The programs that an image starts by a path, and whether anything puts them there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from dlint.api import Problem, Problems, Related, check
from dlint.api.build import (
    ANY,
    BY_HAND,
    SOURCE,
    Add,
    Build,
    Copy,
    Instruction,
    OwnImage,
    Stage,
    StartedPath,
    local_path,
    target_of,
)

# What is written by hand; a JAR or a DLL is built.
_SOURCES = (".py", ".js", ".mjs", ".cjs", ".rb", ".php", ".pl", ".sh", ".bash")


@check(on=Build, having=("starts_by_path",))
def program_not_in_image(build: Build) -> Problems:
    """A program that is started by its path, and that nothing puts there."""
    for stage in build.graph.shipped:
        for start, copy in islice(_missing_programs(build, stage), 1):
            what = f"Nothing puts {start.path} into this image, so that it cannot start"
            related = [Related(copy, "This does not bring it"), *_looked_for(build, start.path)]
            yield Problem(start.where, what, related=related)


def _looked_for(build: Build, path: str) -> Iterator[Related]:
    """Where a service says that its programs are to be looked for, and so this one."""
    for service in build.services:
        folder = service.working_dir
        if folder is not None and folder.literal and path.startswith(folder.literal.rstrip("/") + "/"):
            yield Related(folder, "It is looked for in this folder")


def _missing_programs(build: Build, stage: Stage) -> Iterator[tuple[StartedPath, Instruction]]:
    """What is started, and surely does not lie there; the first COPY."""
    starts = [one for one in build.starts(stage) if not one.searched]
    starts += [one for one in build.interpreted(stage) if one not in starts]
    first = next((node for at in stage.lineage for node in at.instructions if isinstance(node, Copy | Add)), None)
    for start in starts:
        answers = (build.presence.at(start.path, stage, kind=kind) for kind in _kinds(build, start, stage))
        if first is not None and any(answer is False for answer in answers):
            yield start, first


def _kinds(build: Build, start: StartedPath, stage: Stage) -> Iterator[str]:
    """How a file that is started may have come into an image."""
    yield ANY
    if start.path.endswith(".sh"):
        yield BY_HAND
    elif start in build.interpreted(stage) and _is_meant_to_come(build, start, stage):
        yield SOURCE


def _is_meant_to_come(build: Build, start: StartedPath, stage: Stage) -> bool:
    """Whether a source file is to come by a COPY of a folder of the context into the image's own WORKDIR."""
    image = OwnImage.of_stage(stage)
    workdir = image.workdir
    if workdir is None or not workdir.own or not start.path.endswith(_SOURCES):
        return False
    if not start.path.startswith(workdir.value.rstrip("/") + "/"):
        return False
    volumes = image.volumes
    if volumes is None or any(f"{start.path}/".startswith(one.value.rstrip("/") + "/") for one in volumes):
        return False
    copies = [(node, at) for at in stage.lineage for node in at.instructions if isinstance(node, Copy)]
    return any(_copies_folder_over(build, node, at, start.path) for node, at in copies if node.from_ is None)


def _copies_folder_over(build: Build, node: Copy, stage: Stage, path: str) -> bool:
    target = target_of(node, stage)
    if target is None or not path.startswith(target.rstrip("/") + "/"):
        return False
    sources = (local_path(word, node, stage) for word in node.sources)
    return any(one == "." or (one and build.project.is_dir(build.contents.path(one))) for one in sources)
