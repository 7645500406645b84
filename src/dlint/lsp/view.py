"""What a feature is given: one open document in its project, and how places are told to the editor."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache

from lsprotocol import types
from pygls.uris import from_fs_path

from dlint.lsp.documents import Buffer
from dlint.lsp.folder import ProjectFolder
from dlint.lsp.positions import Positions
from dlint.source import Edit, Node, Source, Span
from dlint.workspace.workspace import Workspace


@lru_cache(maxsize=1024)
def _uri(root: str, path: str) -> str:
    return from_fs_path(os.path.join(root, *path.split("/"))) or ""


class View:
    """One open document: its project, its path there and the state it was in when the editor asked."""

    __slots__ = ("folder", "path", "buffer", "places", "source", "versioned")

    def __init__(
        self, folder: ProjectFolder, path: str, buffer: Buffer, places: Positions, versioned: bool = True
    ) -> None:
        self.folder = folder
        self.path = path
        self.buffer = buffer
        self.places = places
        self.source = folder.workspace.files.read(path) or Source(path, "")
        self.versioned = versioned

    @property
    def kind(self) -> str:
        """``dockerfile``, ``compose`` or ``dockerignore``; "" for a text that is none of these."""
        return self.folder.targets.get(self.path, "")

    @property
    def workspace(self) -> Workspace:
        """The project's files and what is known of them."""
        return self.folder.workspace

    def offset(self, position: types.Position) -> int:
        """The offset of a position in the document."""
        return self.places.offset(self.source.text, position)

    def span(self, range_: types.Range) -> Span:
        """The span of a range of the document."""
        return self.places.span(self.source.text, range_)

    def range(self, node: Node) -> types.Range:
        """The range of a node of any file."""
        return self.places.range(node.source, node.span)

    def uri(self, path: str) -> str:
        """The URI of a file of the project, as the editor wrote it if it is open."""
        buffer = self.folder.open.get(path)
        if buffer is not None:
            return buffer.uri
        return _uri(self.folder.root, path)

    def location(self, node: Node) -> types.Location:
        """The place of a node of any file."""
        return types.Location(self.uri(node.source.path), self.range(node))

    def workspace_edit(self, edits: Mapping[str, Sequence[tuple[Source, Span, str]]]) -> types.WorkspaceEdit:
        """Changes of files by path; those of open files say for which version of the text they are."""
        changes = {
            path: [types.TextEdit(self.places.range(source, span), text) for source, span, text in each]
            for path, each in edits.items()
        }
        if not self.versioned:
            return types.WorkspaceEdit(changes={self.uri(path): each for path, each in changes.items()})
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(
                    types.OptionalVersionedTextDocumentIdentifier(self.uri(path), self._version(path)), [*each]
                )
                for path, each in changes.items()
            ]
        )

    def _version(self, path: str) -> int | None:
        buffer = self.folder.open.get(path)
        return buffer.version if buffer is not None else None

    def edit(self, edits: Sequence[Edit]) -> types.WorkspaceEdit:
        """The edits of a fix."""
        found: dict[str, list[tuple[Source, Span, str]]] = {}
        for edit in sorted(edits, key=lambda edit: (edit.source.path, edit.span)):
            found.setdefault(edit.source.path, []).append((edit.source, edit.span, edit.replacement))
        return self.workspace_edit(found)
