"""What COPY, ADD and bind mounts take from a folder, and what lies there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.api import Fix, NamedTuple, Node, Problem, Problems, Related, Source, Span, check, pattern
from dlint.api.build import (
    Add,
    Build,
    Context,
    Copy,
    Instruction,
    Mount,
    Run,
    Stage,
    Word,
    path_in_context,
    value_of,
)

_WILDCARDS = pattern(r"[*?\[\\]")
# Wildcards, and the marks of templates.
_SPECIAL = ("*", "?", "[", "\\", "<", ">", "{{", "}}", "@@")

_MOST_HINTS = 20
"""For so many paths a likely other one is looked for; more would cost too much in a file made to be slow."""

_SEVERAL = 3
"""Of so many different sources one at least lies in a context that is the right one."""


class _Taken(NamedTuple):
    """One thing that an instruction takes: the path as written, the place of that, and the folder it is in."""

    path: str
    word: Word
    instruction: Instruction
    context: Context
    stage: Stage


def _taken(build: Build) -> Iterator[_Taken]:
    """What the stages take from the context and from named folders, as far as the paths are known."""
    main = build.contents
    for stage in build.graph.stages:
        for node in stage.instructions:
            if type(node) is Copy or type(node) is Add:
                yield from _copied(build, stage, node, main)
            elif type(node) is Run and node.flags:
                for mount in node.mounts:
                    yield from _mounted(build, stage, node, mount, main)


def _copied(build: Build, stage: Stage, node: Copy | Add, main: Context) -> Iterator[_Taken]:
    context: Context | None = main
    if isinstance(node, Copy) and node.from_ is not None:
        context = build.contents.folder_of(node, stage)
    for word in node.sources if context is not None else ():
        text = value_of(word, node, stage)
        path = path_in_context(text) if text else None
        # What leads out of the context is copy-source-outside-context.
        if path is not None and context is not None and not path.startswith(".."):
            yield _Taken(_inside(path), word, node, context, stage)


def _mounted(build: Build, stage: Stage, run: Run, mount: Mount, main: Context) -> Iterator[_Taken]:
    source = mount.option("source")
    if mount.type != "bind" or source is None or source.value is None or mount.csv_error:
        return
    context = main if not mount.get("from") else build.contents.folder_of(mount, stage)
    text = value_of(source.value, run, stage)
    if context is not None and text:
        yield _Taken(_inside(text), source.value, run, context, stage)


def _inside(path: str) -> str:
    """The path inside its context: whatever stands before it, it does not lead out."""
    return posixpath.normpath("/" + path).lstrip("/") or "."


@check(on=Build, having=("has_files",))
def copy_source_missing(build: Build) -> Problems:
    """A source of COPY, ADD or a bind mount that is not in its folder."""
    taken = [one for one in _taken(build) if one.stage.reachable and not _is_special(one.path)]
    elsewhere = _lie_elsewhere(build, taken)
    looked = 0
    for one in taken:
        if one.path == "." or not one.context.lacks(one.path) or not one.context.is_there:
            continue
        if one.context.kept_out_by(one.path) is not None:
            continue  # copy-ignored-file reports that.
        looked += 1
        if (elsewhere and one.context.folder == build.context) or (not build.is_settled and _lies_above(one)):
            continue
        near = one.context.nearest(one.path) if looked <= _MOST_HINTS else None
        if not build.is_settled and (
            (near is None and not _confirmed(one, taken)) or _begins_above_the_root(one, near)
        ):
            continue
        yield _missing(build, one, near)


def _is_special(path: str) -> bool:
    """Whether it is a pattern, or what a template leaves a place for."""
    return any(map(path.__contains__, _SPECIAL))


def _lie_elsewhere(build: Build, taken: list[_Taken]) -> bool:
    """Whether nothing of what is taken from the context lies in it, so that it is filled or chosen elsewhere.

    Such are the templates of generators, and packages that are built from the root of a larger repository.
    """
    plain = (one for one in taken if one.path != "." and not _is_special(one.path))
    inside = {one.path: one.context for one in plain if one.context.folder == build.context}
    return len(inside) >= _SEVERAL and not any(context.has(path) for path, context in inside.items())


def _begins_above_the_root(one: _Taken, near: str | None) -> bool:
    """Whether the path leads from above all that dlint sees to a file beside the Dockerfile, or down in its context."""
    path, project = one.path, one.context.project
    if near is not None and "/" in near and path.endswith(f"/{near}"):
        return not project.exists(one.context.path(path.partition("/")[0]))
    folder = posixpath.dirname(one.instruction.source.path)
    above, _, inner = f"/{path}".rpartition(f"/{folder}/") if folder else ("", "", "")
    return bool(above) and project.exists(posixpath.join(folder, inner))


def _confirmed(one: _Taken, taken: list[_Taken]) -> bool:
    """Whether a guessed context is likely: the other files that are named lie in it."""
    others = {other.path for other in taken if other.context.folder == one.context.folder} - {one.path, "."}
    return bool(others) and all(one.context.has(path) for path in others)


def _lies_above(one: _Taken) -> bool:
    """Whether the file lies in a folder above, which may be the context just as well."""
    folder = posixpath.dirname(one.instruction.source.path)
    while True:
        if one.context.project.exists(posixpath.join(folder, one.path)):
            return True
        if not folder:
            return False
        folder = posixpath.dirname(folder)


def _missing(build: Build, one: _Taken, near: str | None) -> Problem:
    name = "The mount" if isinstance(one.instruction, Run) else one.instruction.name
    where = f"the context '{one.context.folder}'" if one.context.folder else "the context"
    if one.context.folder != build.context:
        where = f"'{one.context.folder}'"
    hint = f", did you mean {near}?" if near else ""
    related = build.asked_at()
    fix = None
    if near is not None:
        related.append(Related(Node(Source(one.context.path(near), ""), Span(0, 0)), "this is there"))
        if one.word.raw == one.word.text and one.word.literal is not None:
            fix = Fix(f"Write {near}", one.word.replace(near), safe=False)
    return Problem(one.word, f"{name} finds no '{one.path}' in {where}{hint}", fix=fix, related=related)


@check(on=Build, having=("has_files",))
def copy_ignored_file(build: Build) -> Problems:
    """COPY, ADD or a bind mount of a path of which the ignore file leaves nothing in the context."""
    if build.ignore is None and not build.graph.contexts:
        return
    taken = list(_taken(build))
    if not build.is_settled and _lie_elsewhere(build, taken):
        return
    for one in taken:
        pattern = one.context.kept_out_by(one.path)
        ignore = one.context.ignore
        if pattern is None or ignore is None:
            continue
        if _WILDCARDS.search(one.path) and (
            _WILDCARDS.search(pattern.text.replace("*", "")) or any(other.negated for other in ignore.patterns)
        ):
            continue
        name = "The mount" if isinstance(one.instruction, Run) else one.instruction.name
        related = [Related(pattern, "this pattern keeps it out"), *build.asked_at()]
        message = f"{name} finds no '{one.word.text}': '{pattern.text}' in {ignore.source.path} keeps it out"
        yield Problem(one.word, message, related=related)
