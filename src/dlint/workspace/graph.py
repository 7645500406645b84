"""Which files of a project there are and which of them belong together, as plain data."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence


class ProjectGraph:
    """The files of a project in groups.

    ``kinds`` maps the paths of all files to their kinds, ``groups`` are their paths, each in one group; groups and the
    paths in them are in order. ``images`` maps the names of the images that the project builds to the Compose files
    that have them built. ``whole`` says whether it is known of all builders what they build, ``every`` whether Compose
    files that name no other file were looked at; without it such a file stands alone.
    """

    __slots__ = ("every", "groups", "images", "kinds", "whole")

    def __init__(
        self,
        kinds: Mapping[str, str],
        groups: Sequence[Sequence[str]],
        images: Mapping[str, Sequence[str]],
        whole: bool,
        every: bool,
    ) -> None:
        self.whole = whole
        self.kinds = kinds
        self.groups = groups
        self.images = images
        self.every = every

    def part(self, paths: Collection[str]) -> ProjectGraph:
        """That of some of the files, whole groups of them."""
        kept = [group for group in self.groups if any(path in paths for path in group)]
        images = {name: places for name, places in self.images.items() if all(place in paths for place in places)}
        return ProjectGraph({p: k for p, k in self.kinds.items() if p in paths}, kept, images, self.whole, self.every)


def joined(paths: Iterable[str], bridges: Iterable[Iterable[str]]) -> list[list[str]]:
    """The paths in groups: those of one bridge in one; what else a bridge names is passed over."""
    leader = {path: path for path in paths}

    def find(path: str) -> str:
        while leader[path] != path:
            leader[path] = leader[leader[path]]
            path = leader[path]
        return path

    for bridge in bridges:
        ends = [find(path) for path in bridge if path in leader]
        for end in ends[1:]:
            leader[end] = ends[0]
    found: dict[str, list[str]] = {}
    for path in sorted(leader):
        found.setdefault(find(path), []).append(path)
    return list(found.values())
