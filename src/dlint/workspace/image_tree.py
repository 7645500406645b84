"""What is known of the files in a stage's image: paths, and folders of which all that is in them is known.

A folder is *closed* if every path in it is known: all of ``scratch``, and a folder that came whole from one COPY and
that no base image has. Any step that is not understood opens everything again, so that what is not known here is never
said to be missing. Source on where COPY puts things: BuildKit, ``frontend/dockerfile/dockerfile2llb/convert.go``.
"""

from __future__ import annotations

import posixpath

from dlint.lazy import pattern
from dlint.model.dockerfile.commands import value_of
from dlint.project.below import LIMIT, SKIPPED
from dlint.syntax.dockerfile.parser import Add, Copy, Run, Workdir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from dlint.model.dockerfile.stage import Stage
    from dlint.syntax.dockerfile.parser import Instruction, Word
    from dlint.workspace.build import Build
    from dlint.workspace.context import Context

_SYSTEM: Final = frozenset(
    "app bin boot dev etc home lib lib32 lib64 media mnt opt proc root run sbin srv sys tmp usr var".split()
)
"""The top folders of the Filesystem Hierarchy Standard, in which a base image has files of its own, and `/app`."""

_HARMLESS: Final = frozenset(
    "adduser addgroup apk apt apt-get chgrp chmod chown dnf groupadd microdnf set useradd yum".split()
)
"""Commands that make no files outside the folders of the system."""

_MOST_STAGES: Final = 100

_WILDCARDS = pattern(r"[*?\[\\]")
_ARCHIVE = pattern(r"\.(?:tar|tgz|tbz2?|txz|tzst|gz|bz2|xz|zst)$")


class ImageTree:
    """The paths that a stage's image is known to have, ``files`` with whether each is a folder."""

    __slots__ = ("closed", "files", "opened")

    def __init__(self) -> None:
        self.files: dict[str, bool] = {}
        self.closed: set[str] = set()
        self.opened: set[str] = set()

    def copy(self) -> ImageTree:
        """One that goes on from here."""
        other = ImageTree()
        other.files, other.closed, other.opened = dict(self.files), set(self.closed), set(self.opened)
        return other

    def open_all(self) -> None:
        """Nothing is known to be missing any more."""
        self.closed.clear()

    def put(self, path: str, folder: bool) -> None:
        """A path that is there, with the folders above it; nothing is known of those of Windows."""
        if not path.startswith("/"):
            return
        self.files[path] = folder
        # What is above a path that is there, is there as well.
        while path != "/" and (path := posixpath.dirname(path)) not in self.files:
            self.files[path] = True

    def knows(self, path: str) -> bool:
        """Whether all is known of what may lie at a path."""
        if not path.startswith("/"):
            return False
        while True:
            if path in self.opened:
                return False
            if path in self.closed:
                return True
            if path == "/":
                return False
            path = posixpath.dirname(path)

    def lacks(self, path: str) -> bool:
        """Whether it is sure that nothing lies at an absolute path."""
        return path not in self.files and self.knows(path)

    def below(self, folder: str) -> list[str]:
        """The names that are known to lie in a folder."""
        return sorted(
            posixpath.basename(path) for path in self.files if path != "/" and posixpath.dirname(path) == folder
        )


def image_trees(build: Build) -> list[ImageTree]:
    """What is known of the files of each stage of a build; nothing if there are more stages than people write."""
    trees: dict[int, ImageTree] = {}
    stages = build.graph.stages
    for stage in stages if len(stages) <= _MOST_STAGES else ():
        trees[stage.index] = _tree(build, stage, trees)
    return list(trees.values())


def _tree(build: Build, stage: Stage, trees: dict[int, ImageTree]) -> ImageTree:
    base = stage.base
    tree = ImageTree()
    if base is not None and base.graph is stage.graph and base.index in trees:
        tree = trees[base.index].copy()
    elif stage.scratch:
        tree.closed.add("/")
    if base is not None and (base.graph is not stage.graph or stage.inherited_triggers):
        tree.open_all()
    for node in stage.instructions:
        if isinstance(node, Copy | Add):
            _transfer(build, stage, node, tree, trees)
        elif isinstance(node, Run):
            _run(stage, node, tree)
        elif isinstance(node, Workdir):
            folder = stage.workdir_at(stage.position(node) + 1)
            if isinstance(folder, str):
                tree.put(posixpath.normpath(folder), True)
    return tree


def _run(stage: Stage, run: Run, tree: ImageTree) -> None:
    script = stage.script(run)
    names = script.names - {""} if script is not None and script.posix and not script.has_error else {"?"}
    redirected = script is not None and any(command.redirects for command in script.commands)
    if not names <= _HARMLESS or redirected or run.heredocs:
        tree.open_all()


def _transfer(build: Build, stage: Stage, node: Copy | Add, tree: ImageTree, trees: dict[int, ImageTree]) -> None:
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
    origin = stage.source_of(node) if isinstance(node, Copy) else None
    if isinstance(node, Copy) and node.from_ is not None and (origin is None or origin.index not in trees):
        named = build.folder_of(node, stage)
        if named is None:
            _open(tree, into)
            return
    else:
        named = None
    for word in node.sources:
        if origin is not None and origin.index in trees:
            _from_tree(trees[origin.index], _path(word, node, stage), into, many, tree)
        else:
            _from_folder(named or build.contents, _path(word, node, stage), node, into, many, tree)


def _path(word: Word, node: Instruction, stage: Stage) -> str | None:
    text = value_of(word, node, stage)
    if not text or _WILDCARDS.search(text) or "://" in text or text.startswith("git@"):
        return None
    return posixpath.normpath("/" + text.lstrip("/"))


def _open(tree: ImageTree, into: str) -> None:
    tree.put(into, True)
    tree.opened.add(into)


def _from_tree(source: ImageTree, path: str | None, into: str, many: bool, tree: ImageTree) -> None:
    if path is None or path not in source.files:
        _open(tree, into)
        return
    if not source.files[path]:
        tree.put(posixpath.join(into, posixpath.basename(path)) if many else into, False)
        return
    whole = source.knows(path) and not any(_is_below(one, path) for one in source.opened)
    below = {one: is_folder for one, is_folder in source.files.items() if _is_below(one, path)}
    _fill(tree, into, {one[len(path.rstrip("/")) + 1 :]: is_folder for one, is_folder in below.items()}, whole)


def _from_folder(context: Context, path: str | None, node: Instruction, into: str, many: bool, tree: ImageTree) -> None:
    inner = path[1:] or "." if path is not None else ""
    if not inner or (inner != "." and not context.has(inner)) or (isinstance(node, Add) and _ARCHIVE.search(inner)):
        _open(tree, into)
        return
    if inner != "." and not context.project.is_dir(context.path(inner)):
        tree.put(posixpath.join(into, posixpath.basename(inner)) if many else into, False)
        return
    top = "" if inner == "." else inner
    names = context.kinds(top)
    _fill(tree, into, names, len(names) < LIMIT and context.project.complete)
    for name, is_folder in names.items():
        if is_folder and posixpath.basename(name) in SKIPPED:
            tree.opened.add(posixpath.join(into, name))


def _fill(tree: ImageTree, into: str, names: Mapping[str, bool], whole: bool) -> None:
    """Put the content of a folder into another one, which is closed if it is new and all of it is known."""
    new = into not in tree.files and into.split("/")[1] not in _SYSTEM and into != "/"
    tree.put(into, True)
    for name, is_folder in names.items():
        tree.put(posixpath.join(into, name), is_folder)
    if not whole:
        tree.opened.add(into)
    elif new:
        tree.closed.add(into)


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/") and path != folder
