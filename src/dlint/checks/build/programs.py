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
    local_path,
    target_of,
    tree_lacking,
    written_by,
)

_WILDCARDS = pattern(r"[*?\[]")
# What is written by hand; a JAR or a DLL is built.
_SOURCES = (".py", ".js", ".mjs", ".cjs", ".rb", ".php", ".pl", ".sh", ".bash")
_FETCHES = pattern(r"\b(?:git|tar|unzip|wget|curl|pip|npm|composer|make|cp|mv|ln|install|python|node)\b|>")


@check(on=Build, having=("starts_by_path",))
def program_not_in_image(build: Build) -> Problems:
    """A program that is started by its path, and that nothing puts there."""
    for stage in build.graph.shipped:
        if any(at.graph is not build.graph or at.inherited_triggers for at in stage.lineage):
            continue
        for start, copy in [*_missing_scripts(build, stage), *_missing_programs(build, stage)][:1]:
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
    """What is started from a folder of which all files are known, and is not there; the first COPY."""
    starts = [one for one in build.starts(stage) if not one.searched]
    starts += [one for one in build.interpreted(stage) if one not in starts]
    first = next((node for at in stage.lineage for node in at.instructions if isinstance(node, Copy | Add)), None)
    if first is None or not starts or stage.os == "windows":
        return
    yield from ((start, first) for start in starts if tree_lacking(build, stage, start.path) is not None)


def _missing_scripts(build: Build, stage: Stage) -> Iterator[tuple[StartedPath, Instruction]]:
    """Scripts that are started from a folder of the project's own, and that nothing brings there; the first COPY."""
    starts = [one for one in build.starts(stage) if one.path.endswith(".sh") and not one.searched]
    starts += [one for one in build.interpreted(stage) if one not in starts and _is_meant_to_come(build, one, stage)]
    image = OwnImage.of_stage(stage) if starts else None
    if image is None or image.facts is None or image.system == "windows":
        return
    of_base = [*(image.facts.entrypoint or ()), *(image.facts.cmd or ())]
    steps = [(node, at) for at in stage.lineage for node in at.instructions[1:]]
    first = next((node for node, _ in steps if isinstance(node, Copy | Add)), None)
    for start in starts:
        name = posixpath.basename(start.path)
        known = any(name == posixpath.basename(word) for word in of_base)
        if first is not None and not known and not any(_may_bring_script(build, start.path, *step) for step in steps):
            yield start, first


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


def _may_fetch(stage: Stage, run: Run, path: str) -> bool:
    """Whether a RUN fetches or makes files where a script is to be; packages bring none outside their own folders."""
    # Any tool may make a source file of another one.
    if path.endswith((".sh", ".bash")) and run.heredoc is None and not _FETCHES.search(run.raw):
        return False
    places = written_by(run, stage, hooks=False)
    return places is None or any(path == place or path.startswith(place.rstrip("/") + "/") for place, _ in places)


def _may_bring_script(build: Build, path: str, node: Instruction, stage: Stage) -> bool:
    """Whether an instruction brings a script, or may for all that can be seen."""
    if isinstance(node, Run):
        built = path.endswith((".js", ".mjs", ".cjs")) and _builds_at_install(build, node)
        return built or posixpath.basename(path) in node.raw or _may_fetch(stage, node, path)
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


_HOOKS = ('"prepare"', '"install"', '"preinstall"', '"postinstall"')


def _builds_at_install(build: Build, run: Run) -> bool:
    """Whether a step installs packages of Node.js where a package.json has scripts that run then."""
    if not any(name in run.raw for name in ("npm", "yarn", "bun")):
        return False
    files = (build.contents.path(one) for one in build.project.below(build.context).named("package.json"))
    return any(hook in build.project.text(file) for file in files for hook in _HOOKS)


def _holds(build: Build, stage: Stage, node: Copy, word: Word, target: str, path: str) -> bool:
    """Whether a source of COPY may be, or may have in it, what lies at ``path`` then."""
    source = local_path(word, node, stage)
    if source is None or _WILDCARDS.search(source):
        return True
    context = build.contents
    file = context.path(source)
    if not build.project.is_dir(file) and source != ".":
        return posixpath.basename(file) == posixpath.basename(path) or not build.project.exists(file)
    return not context.lacks(posixpath.normpath(posixpath.join(source, posixpath.relpath(path, target))))
