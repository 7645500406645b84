"""What is known of the files in an image: paths, and folders of which all that is in them is known."""

from __future__ import annotations

import posixpath

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.workspace.context import Context


class ImageTree:
    """The paths that a stage's image is known to have, ``files`` with whether each is a folder.

    A ``sketch`` has nothing of what lies in folders that were copied, and knows all that a whole tree does, or more.
    """

    __slots__ = ("base_known", "closed", "copied", "files", "opened", "sketch")

    def __init__(self, sketch: bool = False) -> None:
        self.sketch = sketch
        self.files: dict[str, bool] = {}
        # Whether it starts from an image of which all top folders are known, and no step may have written anywhere.
        self.base_known = False
        self.closed: set[str] = set()
        self.opened: set[str] = set()
        # The folders that folders of a context were copied into, with these: git may leave out some of what they have.
        self.copied: list[tuple[str, Context, str]] = []

    def copy(self) -> ImageTree:
        """One that goes on from here."""
        other = ImageTree(self.sketch)
        other.files, other.closed, other.opened = dict(self.files), set(self.closed), set(self.opened)
        other.copied, other.base_known = list(self.copied), self.base_known
        return other

    def open_all(self) -> None:
        """Nothing is known to be missing any more."""
        self.closed.clear()
        self.base_known = False

    def leave_open(self, path: str) -> None:
        """Something may lie at a path, and anything below it."""
        self.put(path, True)
        self.opened.add(path)
        if path == "/":
            self.base_known = False
        self.closed = {one for one in self.closed if one != path and not is_inside(one, path)}

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
        return path != "/" and path not in self.files and self.knows(path) and not self._may_be_copied(path)

    def _may_be_copied(self, path: str) -> bool:
        """Whether a folder that was copied has this path where the image is built, though it is not in the tree."""
        return any(
            is_inside(path, into) and not context.lacks(posixpath.join(inner, path[len(into.rstrip("/")) + 1 :]))
            for into, context, inner in self.copied
        )

    def below(self, folder: str) -> list[str]:
        """The names that are known to lie in a folder."""
        return sorted(
            posixpath.basename(path) for path in self.files if path != "/" and posixpath.dirname(path) == folder
        )


def is_inside(path: str, folder: str) -> bool:
    """Whether an absolute path lies in a folder."""
    return path.startswith(folder.rstrip("/") + "/") and path != folder
