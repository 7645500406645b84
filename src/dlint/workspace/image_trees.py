"""What the instructions of a stage put into the tree of its image.

A folder is *closed* if every path in it is known: all of ``scratch``, what lies beside the system's folders in a known
base image, and a folder that came whole from one COPY and that no base image has. A step that may write somewhere opens
that place, and one that is not understood opens everything, so that what is not known here is never said to be
missing. Source on where COPY puts things: BuildKit, ``frontend/dockerfile/dockerfile2llb/convert.go``.
"""

from __future__ import annotations

import posixpath

from dlint.lazy import pattern
from dlint.model.dockerfile.commands import value_of
from dlint.model.dockerfile.writes import written_by
from dlint.model.facts.image_families import SYSTEM, top_folders
from dlint.project.below import LIMIT, SKIPPED
from dlint.syntax.dockerfile.parser import Add, Copy, Run, Workdir
from dlint.workspace.image_tree import ImageTree, is_inside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from dlint.model.dockerfile.stage import Stage
    from dlint.syntax.dockerfile.parser import Instruction, Word
    from dlint.workspace.build import Build
    from dlint.workspace.context import Context

_SYSTEM: Final = SYSTEM.union(("app", "media", "mnt", "srv"))
"""The top folders in which a base image that is not known may have files of its own."""

_OWN: Final = ("media", "mnt", "opt", "srv")
"""Top folders of a known image in which a project may have folders of its own."""

_MOST_STAGES: Final = 100

_WILDCARDS = pattern(r"[*?\[\\]")
_ARCHIVE = pattern(r"\.(?:tar|tgz|tbz2?|txz|tzst|gz|bz2|xz|zst)$")


def image_tree(build: Build, stage: Stage) -> ImageTree | None:
    """What is known of the files of a stage of a build; None if there are more stages than people write."""
    return _known_tree(build, stage, False)


def tree_lacking(build: Build, stage: Stage, path: str) -> ImageTree | None:
    """What is known of the files of a stage, if it is sure that nothing lies at an absolute path; None otherwise.

    The folders that were copied are only looked into where all else is known: some have thousands of files.
    """
    sketch = _known_tree(build, stage, True) if may_lack(stage, path) else None
    if sketch is None or not sketch.knows(path):
        return None
    tree = image_tree(build, stage)
    return tree if tree is not None and tree.lacks(path) else None


def _known_tree(build: Build, stage: Stage, sketch: bool) -> ImageTree | None:
    if len(build.graph.stages) > _MOST_STAGES:
        return None
    tree = build.trees.get((stage.index, sketch))
    if tree is None:
        tree = build.trees[stage.index, sketch] = _tree(build, stage, sketch)
    return tree


def may_lack(stage: Stage, path: str) -> bool:
    """Whether the tree of a stage may say that nothing lies at an absolute path: a cheap look, before it is made.

    What a system has in its own folders nobody knows.
    """
    top = path[1:].partition("/")[0]
    return stage.root.scratch or top not in SYSTEM or top in _OWN


def _earlier(build: Build, stage: Stage, other: Stage | None, sketch: bool) -> ImageTree | None:
    """What is known of the files of a stage that stands above another one; None if it does not."""
    above = other is not None and other.graph is stage.graph and other.index < stage.index
    return _known_tree(build, other, sketch) if other is not None and above else None


def _tree(build: Build, stage: Stage, sketch: bool) -> ImageTree:
    base = stage.base
    below = _earlier(build, stage, base, sketch)
    tree = below.copy() if below is not None else ImageTree(sketch)
    if below is None and stage.scratch:
        tree.closed.add("/")
    elif below is None:
        _known_base(stage, tree)
    if base is not None and (base.graph is not stage.graph or stage.inherited_triggers):
        tree.open_all()
    for node in stage.instructions:
        if type(node) is Copy or type(node) is Add:
            _transfer(build, stage, node, tree)
        elif type(node) is Run:
            _run(stage, node, tree)
        elif type(node) is Workdir:
            folder = stage.workdir_at(stage.position(node) + 1)
            if isinstance(folder, str):
                _make(tree, posixpath.normpath(folder))
    return tree


def _known_base(stage: Stage, tree: ImageTree) -> None:
    """Close what lies beside the system's folders, if the base is an image of which all top folders are known."""
    image = stage.image if stage.outside is None and stage.base is None else None
    folders = top_folders(image.familiar) if image is not None and stage.os != "windows" else None
    if folders is not None:
        tree.base_known = True
        tree.closed.add("/")
        tree.opened.update("/" + name for name in folders)


def _run(stage: Stage, run: Run, tree: ImageTree) -> None:
    written = written_by(run, stage)
    if written is None:
        tree.open_all()
    for path, kind in written or ():
        if kind == "folder":
            _make(tree, path)
        elif kind == "file" and not tree.files.get(path, False):
            tree.put(path, False)
        else:
            tree.leave_open(path)


def _transfer(build: Build, stage: Stage, node: Copy | Add, tree: ImageTree) -> None:
    target = node.destination
    text = value_of(target, node, stage) if target is not None else None
    folder = stage.workdir_at(node)
    if text is None or not (text.startswith("/") or isinstance(folder, str)) or node.flag("parents") is not None:
        tree.open_all()
        return
    into = posixpath.normpath(posixpath.join(folder if isinstance(folder, str) else "/", text))
    many = text.endswith(("/", "/.")) or text == "." or len(node.words) > 2 or tree.files.get(into, False)
    for heredoc in node.heredocs:
        tree.put(posixpath.join(into, heredoc.name) if many else into, False)
    origin = _earlier(build, stage, stage.source_of(node) if isinstance(node, Copy) else None, tree.sketch)
    if isinstance(node, Copy) and node.from_ is not None and origin is None:
        named = build.folder_of(node, stage)
        if named is None:
            tree.leave_open(into)
            return
    else:
        named = None
    for word in node.sources:
        if origin is not None:
            _from_tree(origin, _path(word, node, stage), into, many, tree)
        else:
            _from_folder(named or build.contents, _path(word, node, stage), node, into, many, tree)


def _path(word: Word, node: Instruction, stage: Stage) -> str | None:
    text = value_of(word, node, stage)
    if not text or _WILDCARDS.search(text) or "://" in text or text.startswith("git@"):
        return None
    return posixpath.normpath("/" + text.lstrip("/"))


def _from_tree(source: ImageTree, path: str | None, into: str, many: bool, tree: ImageTree) -> None:
    if path is not None and tree.sketch and not source.files.get(path):
        # It may be a folder of which all is known.
        _fill(tree, into, {}, True)
        if into in tree.files:
            tree.files[into] = False
        return
    if path is None or path not in source.files:
        tree.leave_open(into)
        return
    if not source.files[path]:
        tree.put(posixpath.join(into, posixpath.basename(path)) if many else into, False)
        return
    whole = tree.sketch or (source.knows(path) and not any(is_inside(one, path) for one in source.opened))
    below = {one: is_folder for one, is_folder in source.files.items() if is_inside(one, path)}
    _fill(tree, into, {one[len(path.rstrip("/")) + 1 :]: is_folder for one, is_folder in below.items()}, whole)


def _from_folder(context: Context, path: str | None, node: Instruction, into: str, many: bool, tree: ImageTree) -> None:
    inner = path[1:] or "." if path is not None else ""
    if not inner or (inner != "." and not context.has(inner)) or (isinstance(node, Add) and _ARCHIVE.search(inner)):
        tree.leave_open(into)
        return
    if inner != "." and not context.project.is_dir(context.path(inner)):
        tree.put(posixpath.join(into, posixpath.basename(inner)) if many else into, False)
        return
    if tree.sketch:
        _fill(tree, into, {}, True)
        return
    top = "" if inner == "." else inner
    tree.copied.append((into, context, inner))
    names = context.kinds(top)
    _fill(tree, into, names, len(names) < LIMIT and context.project.complete)
    for name, is_folder in names.items():
        if is_folder and posixpath.basename(name) in SKIPPED:
            tree.leave_open(posixpath.join(into, name))


def _fill(tree: ImageTree, into: str, names: Mapping[str, bool], whole: bool) -> None:
    """Put the content of a folder into another one, which is closed if it is new and all of it is known."""
    new = into not in tree.files and into != "/" and _is_own(into, tree)
    tree.put(into, True)
    if into in tree.files:
        # The folders on the way are among the names.
        top = into.rstrip("/")
        tree.files.update((f"{top}/{name}", is_folder) for name, is_folder in names.items())
    if not whole:
        tree.leave_open(into)
    elif new:
        tree.closed.add(into)


def _make(tree: ImageTree, folder: str) -> None:
    """Make a folder, which is empty if a known image has none there."""
    if tree.base_known and folder not in tree.files and _is_own(folder, tree):
        tree.closed.add(folder)
    tree.put(folder, True)


def _is_own(folder: str, tree: ImageTree) -> bool:
    """Whether no base image has a folder: it is none of the system, nor an application's of a known image."""
    top, _, below = folder[1:].partition("/")
    return top not in _SYSTEM or (tree.base_known and top in _OWN and below != "")
