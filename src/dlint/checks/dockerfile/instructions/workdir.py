"""WORKDIR: absolute paths, and paths that are not the image's own."""

from __future__ import annotations

import re

from dlint.api import Fix, Problem, Problems, check, pattern
from dlint.api.dockerfile import Stage, StageGraph, Workdir

_ABSOLUTE = pattern(r"[/\\]|[A-Za-z]:")


def _is_absolute(path: str, stage: Stage, drives: bool) -> bool:
    """Whether a path starts at the root; a drive and a backslash do so on Windows alone, with ``drives`` anywhere."""
    return path.startswith("/") or ((drives or stage.os != "linux") and _ABSOLUTE.match(path) is not None)


def _value(workdir: Workdir, stage: Stage) -> str | None:
    word = workdir.path
    if word is None:
        return None
    if word.literal is not None:
        return word.literal
    value = stage.expand(word, workdir).value
    start = word.text.lstrip("\"'")
    # What a path begins with decides, whatever a variable further back holds.
    return start if value is None and start[:1] not in ("$", "\\", "`") else value


@check(on=StageGraph, words=("workdir",))
def workdir_relative(graph: StageGraph, *, every: bool = False, drives: bool = False) -> Problems:
    """A relative WORKDIR that is added to whatever directory the base image has; with ``every`` any relative one.

    With ``drives`` a path that begins with a drive letter or a backslash is absolute for Linux too.
    """
    settled: set[Stage] = set()
    for stage in (graph.outside, *graph.stages):
        known = stage.base in settled
        for workdir in stage.of(Workdir):
            word, path = workdir.path, _value(workdir, stage)
            if word is None or path is None or _is_absolute(path, stage, drives):
                known = True
            elif (every or not known) and (path or stage.index >= 0 or not word.variables):
                message = f"Write the whole path: {path or 'an empty path'} is taken from the directory before it"
                yield Problem(word, message, fix=_absolute(workdir, stage))
                # Those below are added to this one: fixed here, they are too.
                known = True
        if known:
            settled.add(stage)


_PLAIN = pattern(r"(?>(?:\./)*)([\w.+@-]++(?>(?:/[\w.+@-]++)*))/?")


def _absolute(workdir: Workdir, stage: Stage) -> Fix | None:
    """The path from the root: the same directory where the one before it is known, else most likely."""
    word = workdir.path
    match = _PLAIN.fullmatch(word.raw) if word is not None and word.raw == word.text else None
    if word is None or match is None or ".." in match[1].split("/") or stage.index < 0:
        return None
    before = stage.workdir_at(workdir)
    if isinstance(before, str) and before.startswith("/"):
        path = f"{before.rstrip('/')}/{match[1]}"
        return Fix(f"Write {path}", word.replace(path))
    title = f"Write /{match[1]}, which is another directory if the base image does not start in /"
    return Fix(title, word.replace(f"/{match[1]}"), safe=False)


_SYSTEM = frozenset(("proc", "sys", "boot", "dev", "initrd", "lost+found"))


@check(on=Workdir, onbuild=True)
def workdir_in_system_directory(workdir: Workdir, stage: Stage) -> Problems:
    """A WORKDIR that the kernel or the boot loader owns."""
    word = workdir.path
    path = stage.workdir_at(stage.position(workdir) + 1) if stage.index >= 0 else _value(workdir, stage)
    if word is not None and isinstance(path, str) and path.startswith("/") and path.split("/", 2)[1] in _SYSTEM:
        yield Problem(word, f"Work in a directory of your own: {path} belongs to the system")


@check(on=Workdir, onbuild=True)
def workdir_with_blanks(workdir: Workdir) -> Problems:
    """A WORKDIR with white space that no quotes show to be meant."""
    word = workdir.path
    if word is not None and " " in word.text and not re.search("[\"'\\\\`]", word.text):
        yield Problem(
            word,
            "WORKDIR takes all of this as one path; quote it if the blank is meant, else remove what stands behind it",
        )
