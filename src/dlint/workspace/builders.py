"""Who asks for builds besides Compose: the Bake files, workflows and dev containers of a project, read and joined.

Bake reads ``docker-bake.json``, ``.hcl`` and their ``.override`` files of a folder together (buildx,
``bake/bake.go``); any other file of that kind is called by hand, alone or on top of these.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Sequence

from dlint.model.builders.request import BuilderModel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.model.builders.bake import Overrides
    from dlint.model.builders.request import Request
    from dlint.project.files import ProjectFiles
    from dlint.source import Node
    from dlint.syntax.bake.blocks import BakeFile
    from dlint.syntax.yaml.nodes import YamlMap

_DEFAULT = ("docker-bake.json", "docker-bake.hcl", "docker-bake.override.json", "docker-bake.override.hcl")


class Builders:
    """The builders of a project besides Compose. ``notes`` are sentences on files that nobody can read here."""

    def __init__(self, files: ProjectFiles, paths: Sequence[str], note: Callable[[str], None]) -> None:
        self.files = files
        self.paths = paths
        self._note = note
        self._parsed: dict[str, BakeFile] = {}
        self._models: list[BuilderModel] | None = None

    @property
    def models(self) -> list[BuilderModel]:
        """One for each set of files that a builder reads together."""
        if self._models is None:
            self._models = [*self._read()]
        return self._models

    def _read(self) -> Iterator[BuilderModel]:
        bake = [
            path for path in self.paths if path.endswith((".hcl", "bake.json")) or "bake" in posixpath.basename(path)
        ]
        if bake:
            yield from self._bake(bake)

    # Bake

    def _bake(self, paths: Sequence[str]) -> Iterator[BuilderModel]:
        from dlint.model.builders.bake import Overrides

        overrides = Overrides()
        for group in self._groups(paths):
            yield self._bake_model(group, overrides)

    def bake_file(self, path: str) -> BakeFile | None:
        """The Bake file at ``path``, parsed once; None if it cannot be read."""
        source = self.files.read(path)
        if source is None:
            return None
        if path not in self._parsed:
            from dlint.syntax.bake import file

            found = self._parsed[path] = file.parse(source)
            if found.unread:
                self._note(
                    f"{path}: not read, since tree-sitter-hcl is not installed: `pip install 'dlint-docker[hcl]'`"
                )
        return self._parsed[path]

    def comments(self, path: str) -> tuple[list[Node], list[Node]]:
        """The comments of a file, and the nodes that they may stand above, outer before inner."""
        file = self._parsed.get(path)
        if file is None:
            return [], []
        return file.comments, [node for block in file.blocks for node in (block, *_inner(block.fields))]

    def _groups(self, paths: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """The files that are read together."""
        folders: dict[str, list[str]] = {}
        for path in paths:
            folders.setdefault(posixpath.dirname(path), []).append(path)
        for folder, found in folders.items():
            usual = tuple(path for name in _DEFAULT if (path := posixpath.join(folder, name)) in found)
            if usual:
                yield usual
            for path in found:
                if path not in usual:
                    yield (*usual, path) if usual and self._leans_on(path, usual) else (path,)

    def _leans_on(self, path: str, usual: Sequence[str]) -> bool:
        """Whether a file only makes sense on top of those that are read by default."""
        file = self.bake_file(path)
        below = [one for each in usual if (one := self.bake_file(each)) is not None]
        if file is None:
            return False
        own = {block.label.value for block in file.of("target")}
        others = {block.label.value for each in below for block in each.of("target")}
        return bool(own & others) or any(name in file.source.text for name in others - own if len(name) > 2)

    def _bake_model(self, group: Sequence[str], overrides: Overrides) -> BuilderModel:
        from dlint.model.builders.bake import Bake

        files = [file for path in group if (file := self.bake_file(path)) is not None]
        bake = Bake(files, overrides)
        requests = [*bake.requests()]
        folder, sure = self._folder_of(group[-1], requests)
        return BuilderModel(
            [file.source for file in files], folder, requests, self.files, whole=bake.whole, sure=sure, other=group
        )

    def _folder_of(self, path: str, requests: Sequence[Request]) -> tuple[str, bool]:
        """The folder in which Bake is called, where paths start, and whether that is known.

        A file of a usual name is found in the folder of the call. Others are named, mostly from further up.
        """
        own = posixpath.dirname(path)
        if posixpath.basename(path) in _DEFAULT and not own:
            return own, True
        best, most = own, -1
        folder = own
        while True:
            there = sum(self._lies_there(folder, one) for one in requests)
            if there > most:
                best, most = folder, there
            if not folder:
                break
            folder = posixpath.dirname(folder)
        return best, most > 0 or posixpath.basename(path) in _DEFAULT

    def _lies_there(self, folder: str, one: Request) -> bool:
        build = one.build
        if build is None or build.dockerfile_inline is not None:
            return False
        context = build.context.literal if build.context is not None else "."
        name = build.dockerfile.literal if build.dockerfile is not None else "Dockerfile"
        if context is None or name is None or "://" in context:
            return False
        return self.files.exists(posixpath.normpath(posixpath.join(folder, context, name)))


def _inner(fields: YamlMap) -> Iterator[Node]:
    """The entries of a mapping, outer before inner."""
    from dlint.syntax.yaml.nodes import YamlMap

    for entry in fields.entries:
        yield entry
        if isinstance(entry.value, YamlMap):
            yield from _inner(entry.value)
