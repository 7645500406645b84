"""The projects of an editor's workspace: which open document belongs to which."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from pygls.uris import to_fs_path

from dlint.lsp.documents import Buffer
from dlint.lsp.folder import CONFIGS, ProjectFolder, files_below, untitled
from dlint.lsp.settings import Settings
from dlint.project.kinds import kind_by_name
from dlint.project.roots import root_of


class Place:
    """Where a document belongs: the root of its project and its path there; no root for a text without a file."""

    __slots__ = ("root", "path", "whole")

    def __init__(self, root: str, path: str, whole: bool) -> None:
        self.root = root
        self.path = path
        self.whole = whole


class Roots:
    """The projects by root. Only the worker's thread asks for them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.workspace_folders: Sequence[str] = ()
        self.folders: dict[str, ProjectFolder] = {}
        self._places: dict[tuple[str, str], Place | None] = {}

    def set_folders(self, folders: Sequence[str]) -> None:
        """Take the folders that the editor has open."""
        self.workspace_folders = [os.path.realpath(folder) for folder in folders]
        self._places.clear()

    def set_settings(self, settings: Settings) -> None:
        """Take other settings."""
        self.settings = settings
        for folder in self.folders.values():
            folder.set(settings)

    def place(self, buffer: Buffer) -> Place | None:
        """Where a document belongs; None for one that is of no concern here."""
        key = (buffer.uri, buffer.language)
        if not buffer.uri.startswith("file:"):
            return self._find(buffer)
        if key not in self._places:
            self._places[key] = self._find(buffer)
        return self._places[key]

    def _find(self, buffer: Buffer) -> Place | None:
        path = to_fs_path(buffer.uri) if buffer.uri.startswith("file:") else None
        if path is None:
            name = untitled(buffer.language, buffer.text)
            return Place("", name, False) if name else None
        return self.place_of(path)

    def place_of(self, path: str) -> Place | None:
        """Where a file on the disk belongs; None for a path that cannot be one."""
        try:
            folder = os.path.realpath(os.path.dirname(os.path.abspath(path)))
            around = [one for one in self.workspace_folders if _is_below(folder, one)]
            inside = max(around, key=len, default=None)
            root = os.path.realpath(root_of(folder, inside))
        except (OSError, ValueError):
            return None
        inner = os.path.relpath(os.path.join(folder, os.path.basename(path)), root).replace(os.sep, "/")
        if inner.startswith("../") or inner in ("", "."):
            return None
        return Place(root, inner, inside is not None or root != folder)

    def whole(self, path: str) -> tuple[ProjectFolder, str] | None:
        """The project of a folder on the disk, with all its files, and the folder's path there; None if it is none."""
        place = self.place_of(os.path.join(path, "Dockerfile")) if os.path.isdir(path) else None
        if place is None:
            return None
        folder = self.folders.get(place.root) or ProjectFolder(place.root, self.settings)
        if folder.found is None:
            folder.discovered(files_below(place.root, folder.configs.of("")["exclude"]))
        return folder, os.path.dirname(place.path)

    def take(self, buffers: Mapping[str, Buffer], changed: Mapping[str, set[str]]) -> list[ProjectFolder]:
        """Take the open documents as they are now, and by root the paths that changed on the disk.

        Gives the projects in which something is different.
        """
        texts: dict[str, dict[str, Buffer]] = {root: {} for root in self.folders}
        for uri, buffer in buffers.items():
            place = self.place(buffer)
            if place is not None:
                # Texts without a file know nothing of one another.
                root = place.root or uri
                texts.setdefault(root, {})[place.path] = buffer
        different = []
        for root, each in texts.items():
            folder = self.folders.get(root)
            if folder is None:
                folder = self.folders[root] = ProjectFolder("" if root in buffers else root, self.settings)
            if folder.take(each, changed.get(root, set())):
                different.append(folder)
        for root in [root for root, folder in self.folders.items() if not folder.open]:
            del self.folders[root]
        self._places = {key: place for key, place in self._places.items() if key[0] in buffers}
        return different

    def view_of(self, buffer: Buffer) -> tuple[ProjectFolder, str] | None:
        """The project of an open document and its path there."""
        place = self.place(buffer)
        if place is None:
            return None
        folder = self.folders.get(place.root or buffer.uri)
        return (folder, place.path) if folder is not None and place.path in folder.open else None


def concerns(path: str) -> bool:
    """Whether a change of this file on the disk may change what files of a project there are."""
    return kind_by_name(path) is not None or os.path.basename(path) in (".gitignore", ".env", *CONFIGS)


def _is_below(folder: str, top: str) -> bool:
    return folder == top or folder.startswith(top.rstrip(os.sep) + os.sep)
