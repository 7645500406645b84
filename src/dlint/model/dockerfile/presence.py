"""What may lie at a path of an image when a step starts: it is there, it is not, or nobody knows.

The steps before are looked at from the last one back to the base image, so that the first that decides is the one that
counts. COPY and ADD bring what ``brought`` says, a RUN may put files where ``writes`` says. A base image that is known
has nothing beside the folders of the system, ``scratch`` nothing at all; of another one it is only taken that it has
no folder that a COPY brings whole, outside the folders that images use. Whatever is not understood may bring anything.
"""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple, once, pattern
from dlint.model.dockerfile.brought import Brought, is_below, of_mount, of_transfer
from dlint.model.dockerfile.writes import written_by
from dlint.model.facts.image_families import SYSTEM, top_folders
from dlint.model.facts.images import image_facts
from dlint.syntax.dockerfile.parser import Add, Copy, Run, Workdir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from dlint.model.dockerfile.brought import Contents
    from dlint.model.dockerfile.stage import Stage
    from dlint.model.dockerfile.writes import Written
    from dlint.syntax.dockerfile.parser import Instruction, Mount
    from dlint.syntax.shell.script import ShellCommand

ANY: Final = "any"
"""Whatever makes files may have made it: a program, an archive, a page."""

SOURCE: Final = "source"
"""Source code: the installation of packages does not make it, a build may."""

BY_HAND: Final = "by hand"
"""A script, a manifest: only what fetches or copies files brings it."""

_TAKEN: Final = SYSTEM.union(("app", "media", "mnt", "srv"))
"""The top folders in which a base image that is not known may have files of its own."""

_OWN: Final = ("media", "mnt", "opt", "srv")
"""Top folders of a known image in which a project may have folders of its own."""

_MOST_STAGES: Final = 100
_MOST_LOOKS: Final = 20_000
"""So many instructions are looked at for all questions about a file; people's take a few hundred."""

_DEEPEST: Final = 24
_FETCHES = pattern(r"\b(?:git|tar|unzip|wget|curl|pip|npm|composer|make|cp|mv|ln|rsync|install|python3?|node)\b|>")


class _Spot(NamedTuple):
    """A path and how it may have come there."""

    path: str
    kind: str


class Presence:
    """What lies where in the images of one Dockerfile.

    ``contents`` is the build context, None if nothing is to be taken from what is known of it; ``folder_of`` finds the
    folder that a named context stands for. ``hooks`` says whether packages have scripts that may make source code.
    """

    __slots__ = ("_contents", "_folder_of", "_found", "_hooks", "_looks", "_written")

    def __init__(
        self,
        contents: Contents | None = None,
        folder_of: Callable[[Copy | Mount, Stage], Contents | None] | None = None,
        hooks: Callable[[Run], bool] | None = None,
    ) -> None:
        self._contents = contents
        self._folder_of = folder_of
        self._hooks = hooks
        self._found: dict[tuple[Stage, int, _Spot], bool | None] = {}
        self._written: dict[tuple[Run, bool], list[Written] | None] = {}
        self._looks = 0

    def at(
        self,
        path: str,
        stage: Stage,
        before: Instruction | None = None,
        kind: str = ANY,
        *,
        command: ShellCommand | None = None,
    ) -> bool | None:
        """Whether something lies at an absolute path when a step of a stage starts, or at the stage's end.

        The mounts of that step count, and its commands before ``command``. None if it is not known.
        """
        if not path.startswith("/") or stage.os == "windows" or len(stage.graph.stages) > _MOST_STAGES:
            return None
        spot = _Spot(posixpath.normpath(path), kind)
        if kind == ANY and spot.path != "/" and not _may_be_known(spot.path, stage):
            return None
        answer, decides = None, False
        if isinstance(before, Run):
            for mount in reversed(before.mounts):
                answer, decides = of_mount(mount, before, stage, spot.path, self._asking(stage, before, spot.kind, 0))
                if decides:
                    break
        if not decides:
            end = stage.position(before) if before is not None else len(stage.instructions)
            answer = self._before(stage, end, spot, 0)
        if answer is False and command is not None and isinstance(before, Run):
            return None if _may_write(command, before, stage, spot.path) else False
        return answer

    def _before(self, stage: Stage, end: int, spot: _Spot, depth: int) -> bool | None:
        if spot.path == "/" or depth > _DEEPEST:
            return True if spot.path == "/" else None
        key = (stage, end, spot)
        if key not in self._found:
            self._found[key] = None
            self._found[key] = self._back(stage, end, spot, depth)
        return self._found[key]

    def _back(self, stage: Stage, end: int, spot: _Spot, depth: int) -> bool | None:
        """The answer of the last step that decides, else that of the base image."""
        back = _Back(spot, _is_known_base(stage))
        for at in stage.lineage:
            if at.graph is not stage.graph:
                return None
            for index in range((end if at is stage else len(at.instructions)) - 1, 0, -1):
                node = at.instructions[index]
                self._looks += 1
                if self._looks > _MOST_LOOKS:
                    return None
                if isinstance(node, Copy | Add):
                    brought = of_transfer(node, at, spot.path, self._asking(at, node, spot.kind, depth))
                    done = back.unclear() if brought is None else back.bring(brought)
                elif isinstance(node, Run):
                    done = self._of_run(node, at, index, back, depth)
                elif isinstance(node, Workdir):
                    folder = at.workdir_at(index + 1)
                    done = back.make(posixpath.normpath(folder)) if isinstance(folder, str) else False
                else:
                    continue
                if done:
                    return back.answer
            if at.inherited_triggers and back.unclear():
                return None
        return self._of_base(stage, back)

    def _of_run(self, run: Run, stage: Stage, index: int, back: _Back, depth: int) -> bool:
        """Looks at a RUN: whether it is the one that decides."""
        path, kind = back.spot
        if kind != ANY and posixpath.basename(path) in run.raw:
            return True
        if kind == BY_HAND and run.heredoc is None and not _FETCHES.search(run.raw):
            return False
        key = (run, kind == ANY or (kind == SOURCE and self._hooks is not None and self._hooks(run)))
        if key not in self._written:
            self._written[key] = written_by(run, stage, hooks=key[1])
        written = self._written[key]
        if written is None:
            return back.unclear()
        for place, made in reversed(written):
            if made == "any" and is_below(path, place) and is_below(back.owner, place) and not back.unclear():
                continue
            if place == path or is_below(place, path) or (made == "any" and is_below(path, place)):
                return True
            if made == "folder":
                back.make(place)
                continue
            back.touch(place)
            if is_below(path, place) and self._before(stage, index, _Spot(place, ANY), depth + 1) is not False:
                return True  # It is a folder perhaps, in which the file is put.
        return False

    def _asking(self, stage: Stage, node: Instruction, kind: str, depth: int) -> _Asking:
        return _Asking(self, stage, node, kind, depth)

    def _of_base(self, stage: Stage, back: _Back) -> bool | None:
        root, path = stage.root, back.spot.path
        if root.scratch:
            return False
        if root.outside is not None or root.image is None:
            return None
        top = path[1:].partition("/")[0]
        if back.spot.kind != ANY and _has_no_project(root, path):
            return False
        if back.known:
            return False if top not in (top_folders(root.image.familiar) or ()) or back.owner else None
        return False if back.owner and top not in _TAKEN else None


@once
def whatever_the_context(stage: Stage) -> Presence:
    """What holds for the images of a stage's file with any build context."""
    return Presence()


class _Asking:
    """What an instruction that is looked at may ask in turn: about the context, and about other stages."""

    __slots__ = ("_depth", "_kind", "_node", "_presence", "_stage")

    def __init__(self, presence: Presence, stage: Stage, node: Instruction, kind: str, depth: int) -> None:
        self._presence = presence
        self._stage = stage
        self._node = node
        self._kind = kind
        self._depth = depth

    @property
    def contents(self) -> Contents | None:
        """The build context."""
        return self._presence._contents

    def folder_of(self, node: Copy | Mount) -> Contents | None:
        """The folder that a named context stands for."""
        find = self._presence._folder_of
        return find(node, self._stage) if find is not None else None

    def at_end(self, other: Stage, path: str) -> bool | None:
        """Whether something lies at a path of an earlier stage."""
        if other.graph is not self._stage.graph or other.index >= self._stage.index:
            return None
        return self._presence._before(other, len(other.instructions), _Spot(path, self._kind), self._depth + 1)

    def before(self, path: str) -> bool | None:
        """Whether something lies at a path before the instruction."""
        end = self._stage.position(self._node)
        return self._presence._before(self._stage, end, _Spot(path, ANY), self._depth + 1)


class _Back:
    """The way back through the steps.

    ``owner`` is the folder around the path that the earliest of them made, or ``whole``: brought, if no base image has
    it.
    """

    __slots__ = ("answer", "known", "owner", "spot", "whole")

    def __init__(self, spot: _Spot, known: bool) -> None:
        self.spot = spot
        self.known = known
        self.owner = ""
        self.whole = False
        self.answer: bool | None = None

    def bring(self, brought: Brought) -> bool:
        """Takes what COPY or ADD brings: whether that decides."""
        if brought.answer is not False:
            self.answer = brought.answer
            return True
        if brought.whole and self._may_own(brought.target):
            self.owner, self.whole = brought.target, True
        else:
            self.touch(brought.target)
        return False

    def make(self, folder: str) -> bool:
        """Takes a folder that is made: whether it is the path, or lies below it."""
        if folder == self.spot.path or is_below(folder, self.spot.path):
            self.answer = True
            return True
        if self.known and self._may_own(folder):
            self.owner, self.whole = folder, False
        elif not self.known:
            self.touch(folder)
        return False

    def unclear(self) -> bool:
        """Takes a step that may do anything: it is not taken to have made a folder that is only brought later.

        Whether that leaves the answer unknown.
        """
        return not (self.owner and self.whole) or _top(self.owner) in _TAKEN

    def touch(self, place: str) -> None:
        """Something is put at a place: a folder that is there before it is brought whole may be the base image's."""
        if self.owner and (place == self.owner or is_below(place, self.owner)):
            self.owner = ""

    def _may_own(self, folder: str) -> bool:
        """Whether the path lies in a folder that no base image has: none of the system, nor a known application's."""
        if folder == "/" or not is_below(self.spot.path, folder):
            return False
        return _top(folder) not in _TAKEN or (self.known and _top(folder) in _OWN and folder.count("/") > 1)


def _may_write(command: ShellCommand, run: Run, stage: Stage, path: str) -> bool:
    """Whether one of the commands before another one in its step may make what lies at a path."""
    written = written_by(run, stage, hooks=False, until=command)
    return written is None or any(
        one.path == path or is_below(one.path, path) or (one.kind == "any" and is_below(path, one.path))
        for one in written
    )


def _top(path: str) -> str:
    return path[1:].partition("/")[0]


def _may_be_known(path: str, stage: Stage) -> bool:
    """Whether it may be sure that nothing lies there, or that something does: a cheap look.

    What a system has in its own folders nobody knows.
    """
    top = _top(path)
    return stage.root.scratch or top not in SYSTEM or top in _OWN


def _is_known_base(stage: Stage) -> bool:
    """Whether all top folders of the base image are known."""
    root = stage.root
    image = root.image if root.outside is None else None
    return image is not None and top_folders(image.familiar) is not None


def _has_no_project(root: Stage, path: str) -> bool:
    """Whether a base image is known, and so that it has no file of a project's at a path.

    One that is an application has that in the folder it starts in.
    """
    image = root.image
    facts = image_facts(image, _platform(root)) if image is not None else None
    plain = image is not None and top_folders(image.familiar) is not None
    if facts is None or facts.onbuild:
        return plain and facts is None
    if not plain and facts.workdir not in (None, "/") and is_below(path, facts.workdir):
        return False
    name = posixpath.basename(path)
    return all(posixpath.basename(word) != name for word in (*(facts.entrypoint or ()), *(facts.cmd or ())))


def _platform(root: Stage) -> str | None:
    word = root.from_.platform
    return root.graph.globals.expand(word).value if word is not None else None
