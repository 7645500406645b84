"""What COPY and mounts take from other stages, held to the files that these are known to have."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.api import Fix, Problem, Problems, Related, check, pattern
from dlint.api.build import Build, Copy, Run, Stage, Word, closest, value_of

_WILDCARDS = pattern(r"[*?\[\\]")


@check(on=Build, words=("from=",))
def copy_from_path_missing(build: Build) -> Problems:
    """A path that COPY --from or a mount takes from a stage which does not have it."""
    for stage in build.graph.stages:
        for source, word, path in _taken(stage) if stage.reachable else ():
            if source.index < stage.index and build.presence.at(path, source) is False:
                yield _missing(build, source, word, path)


def _taken(stage: Stage) -> Iterator[tuple[Stage, Word, str]]:
    """The stages that are taken from, the place and the absolute path."""
    for node in stage.instructions:
        if isinstance(node, Copy):
            source = stage.source_of(node)
            for word in node.sources if source is not None else ():
                path = value_of(word, node, stage)
                # Flags behind an argument are no paths, and flag-after-argument reports that.
                if source is not None and path and not _WILDCARDS.search(path) and not path.startswith("--"):
                    yield source, word, posixpath.normpath("/" + path.lstrip("/"))
        elif isinstance(node, Run) and node.flags:
            for mount in node.mounts:
                source = stage.source_of(mount) if mount.type == "bind" else None
                option = mount.option("source")
                path = value_of(option.value, node, stage) if option is not None and option.value is not None else None
                if source is not None and option is not None and option.value is not None and path:
                    yield source, option.value, posixpath.normpath("/" + path.lstrip("/"))


def _meant(build: Build, source: Stage, path: str) -> str | None:
    """The path of nearly the same name beside it that the stage has, or the one of the same last part elsewhere."""
    folder, name = posixpath.split(path)
    known = sorted(build.known_paths(source))
    near = closest(name, [posixpath.basename(one) for one in known if posixpath.dirname(one) == folder])
    alike = [one for one in known if posixpath.basename(one) == name]
    return posixpath.join(folder, near) if near else alike[0] if len(alike) == 1 else None


def _missing(build: Build, source: Stage, word: Word, path: str) -> Problem:
    name = source.name or str(source.index)
    meant = _meant(build, source, path)
    fix = None
    if meant is not None and word.raw == path:
        fix = Fix(f"Write {meant}", word.replace(meant), safe=False)
    related = [Related(source.from_.stage_name or source.from_.keyword, "the stage it is taken from")]
    hint = f", did you mean {meant}?" if meant else ""
    message = f"The stage {name} has no {path}{hint}"
    return Problem(word, message, fix=fix, related=[*related, *build.asked_at()])
