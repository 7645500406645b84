"""Who asks for builds besides Compose: the Bake files, workflows and dev containers of a project, read and joined.

Bake reads ``docker-bake.json``, ``.hcl`` and their ``.override`` files of a folder together (buildx,
``bake/bake.go``); any other file of that kind is called by hand, alone or on top of these.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterator, Sequence

from dlint.lazy import pattern
from dlint.model.builders.request import BuilderModel
from dlint.model.compose.files import BASES
from dlint.project.kinds import is_workflow
from dlint.source import Node
from dlint.syntax.yaml.nodes import YamlMap, YamlNode, YamlSeq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.model.builders.bake import Overrides
    from dlint.model.builders.request import Request
    from dlint.model.builders.workflow import BakeCall, Workflow
    from dlint.model.compose.model import ComposeModel
    from dlint.model.image import Image
    from dlint.project.files import ProjectFiles
    from dlint.syntax.bake.blocks import BakeFile
    from dlint.syntax.compose.file import ComposeFile
    from dlint.syntax.compose.service import Service
    from dlint.syntax.compose.views import BuildConfig
    from dlint.workspace.built_image import BuiltImage
    from dlint.workspace.trees import Trees

UNREAD = "not read, since tree-sitter-hcl is not installed: pip install 'dlint-docker[hcl]'"
_DEFAULT = ("docker-bake.json", "docker-bake.hcl", "docker-bake.override.json", "docker-bake.override.hcl")
# Where people call Bake by hand, with ``--set``.
_SCRIPTS = ("Makefile", "justfile", "Taskfile.yml", "Taskfile.yaml", ".gitlab-ci.yml")
_SET = pattern(r"--set[ =]+[\"']?([\w*?-]+)\.([\w.*-]+)\+?=")
MOST_WORKFLOWS = 200
"""How many workflows are read."""


class _Read:
    """A file that was read: its comments, and the nodes that they may stand above, outer before inner."""

    def __init__(self, comments: Sequence[Node], roots: Sequence[Node]) -> None:
        self.comments = comments
        self.roots = roots

    @property
    def nodes(self) -> list[Node]:
        return [*_nodes(self.roots)]


class Builders:
    """The builders of a project besides Compose: ``paths`` are their files; ``note`` takes what to say of one.

    ``built`` and ``image`` say what image a request gets, as for services; ``compose_file`` reads a Compose file.
    ``trees`` has what was read before, and takes what is read.
    """

    def __init__(
        self,
        files: ProjectFiles,
        paths: Sequence[str],
        note: Callable[[str], object],
        built: Callable[[ComposeModel, Service], BuiltImage | None],
        image: Callable[[ComposeModel, Service], Image | None],
        compose_file: Callable[[str], ComposeFile | None],
        trees: Trees,
    ) -> None:
        self._compose_file = compose_file
        self._trees = trees
        self._built = built
        self._image = image
        self.files = files
        self._note = note
        self._workflows = [path for path in paths if is_workflow(path)][:MOST_WORKFLOWS]
        self._containers = [path for path in paths if posixpath.basename(path).endswith("devcontainer.json")]
        self._bakes = [path for path in paths if not is_workflow(path) and path not in self._containers]
        self._known = {*paths}
        self._read: dict[str, _Read] = {}
        self._models: list[BuilderModel] | None = None
        self._paths: set[str] | None = None
        self._together: list[tuple[str, ...]] = []
        self._unread = False

    @property
    def paths(self) -> Collection[str]:
        """The files that are read."""
        if self._paths is None:
            self._paths = self._known.union(*(model.paths for model in self.models))
        return self._paths

    @property
    def together(self) -> Sequence[tuple[str, ...]]:
        """Compose files that dev containers name, in their order."""
        return self._together if self.models is not None else ()

    @property
    def models(self) -> list[BuilderModel]:
        """One for each set of files that a builder reads together."""
        if self._models is None:
            calls: list[BakeCall] = []
            self._models = [*self._of_workflows(calls), *self._of_containers(), *self._of_bakes(calls)]
            self._say_unread()
            for model in self._models:
                model.built = lambda service, model=model: self._built(model, service)  # type: ignore[misc]
                model.image = lambda service, model=model: self._image(model, service)  # type: ignore[misc]
        return self._models

    def is_unread(self, path: str) -> bool:
        """Whether it is a Bake file that cannot be read for want of a package."""
        return path in self._bakes and (file := self.bake_file(path)) is not None and file.unread

    @property
    def whole(self) -> bool:
        """Whether it is known of all of them what they build."""
        return all(model.whole for model in self.models) and not self._unread

    def comments(self, path: str) -> tuple[list[Node], list[Node]]:
        """The comments of a file, and the nodes that they may stand above, outer before inner."""
        found = self._read.get(path)
        return ([*found.comments], found.nodes) if found is not None else ([], [])

    def trees(self, path: str) -> list[YamlNode]:
        """What a file holds, as values."""
        found = self._read.get(path)
        roots = found.roots if found is not None else ()
        return [root for one in roots if isinstance(root := getattr(one, "fields", one), YamlNode)]

    # Workflows

    def _of_workflows(self, calls: list[BakeCall]) -> Iterator[BuilderModel]:
        for path in self._workflows:
            workflow = self._workflow(path)
            if workflow is None:
                continue
            calls += workflow.calls
            self._unread = self._unread or not workflow.whole
            source = self.files.read(path)
            # That of a template is run where the template is put.
            folder = path.partition(".github/")[0].rstrip("/")
            for job in workflow.jobs if source is not None else ():
                if job and source is not None:
                    yield BuilderModel([source], folder, job, self.files, whole=workflow.whole, sure=not folder)

    def _workflow(self, path: str) -> Workflow | None:
        from dlint.model.builders.workflow import Workflow
        from dlint.syntax.yaml import parser

        source = self.files.read(path)
        if source is None:
            return None
        stream = self._trees.of(source, parser.parse)
        self._read[path] = _Read(stream.comments, stream.documents)
        return Workflow(stream.documents)

    # Dev containers

    def _of_containers(self) -> Iterator[BuilderModel]:
        from dlint.model.builders import devcontainer
        from dlint.syntax import jsonc

        for path in self._containers:
            source = self.files.read(path)
            if source is None:
                continue
            text = self._trees.of(source, jsonc.parse)
            self._read[path] = _Read(text.comments, [text.root] if text.root is not None else [])
            folder = posixpath.dirname(path)
            names = devcontainer.compose_files(text.root) or []
            together = tuple(one for name in names if (one := self.files.path(posixpath.join(folder, name))))
            if len(together) > 1 and len(together) == len(names) and all(map(self.files.exists, together)):
                self._together.append(together)
            asked = devcontainer.requested(text.root, folder)
            if asked is not None:
                yield BuilderModel([source], folder, [asked], self.files, whole=_is_known(asked))

    # Bake

    def _of_bakes(self, calls: Sequence[BakeCall]) -> Iterator[BuilderModel]:
        if not self._bakes:
            return
        from dlint.model.builders.bake import Overrides

        overrides = Overrides()
        named: dict[tuple[str, ...], str] = {}
        for call in calls:
            self._take_call(call, overrides, named)
        for path in (*self._workflows, *_SCRIPTS):
            for match in _SET.finditer(self.files.text(path)) if self.files.exists(path) else ():
                overrides.fields.setdefault(match[1], set()).add(match[2])
        for group, folder in named.items():
            yield self._bake_model(group, overrides, folder)
        seen = {path for group in named for path in group}
        for group in self._groups(self._bakes):
            if not seen.issuperset(group):
                yield self._bake_model(group, overrides)

    def _take_call(self, call: BakeCall, overrides: Overrides, named: dict[tuple[str, ...], str]) -> None:
        """Take from a call what it changes, and which files it reads if it names some."""
        overrides.targets |= set(call.targets or ())
        for target, field in call.fields:
            overrides.fields.setdefault(target, set()).add(field)
        if call.folder is None or not call.files:
            return
        folder = self.files.path(call.folder)
        paths = [self.files.path(posixpath.join(call.folder, name)) for name in call.files if "://" not in name]
        found = tuple(path for path in paths if path and path in self._bakes)
        if folder is not None and found:
            named.setdefault(found, folder)

    def bake_file(self, path: str) -> BakeFile | None:
        """The Bake file at ``path``, parsed once; None if it cannot be read."""
        source = self.files.read(path)
        if source is None:
            return None
        from dlint.syntax.bake import file

        found = self._trees.of(source, file.parse)
        if path not in self._read:
            self._read[path] = _Read(found.comments, found.blocks)
        return found

    def _say_unread(self) -> None:
        paths = [path for path in self._bakes if self.is_unread(path)]
        if paths:
            more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
            self._note(f"{paths[0]}{more}: {UNREAD}")

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
        if file is None:
            return False
        own = {block.label.value for block in file.of("target")}
        below = [one for each in usual if (one := self.bake_file(each)) is not None]
        others = {block.label.value for each in below for block in each.of("target")}
        if any(each.unread for each in below):
            return True  # It may, and alone it would be read as if it did not.
        return bool(own & others) or any(f'"{name}"' in file.source.text for name in others)

    def _bake_model(self, group: Sequence[str], overrides: Overrides, folder: str | None = None) -> BuilderModel:
        from dlint.model.builders.bake import Bake

        files = [file for path in group if (file := self.bake_file(path)) is not None]
        bake = Bake(files, overrides, self._services(group))
        # What a file that cannot be read says changes what the others ask for.
        requests = [] if any(file.unread for file in files) else [*bake.requests()]
        sure = True
        if folder is None:
            folder, sure = self._folder_of(group[-1], requests)
        sources = [file.source for file in files]
        whole = bake.whole and all(map(_is_known, requests))
        return BuilderModel(sources, folder, requests, self.files, whole=whole, sure=sure, other=group)

    def _services(self, group: Sequence[str]) -> dict[str, BuildConfig]:
        """The builds of the Compose file that Bake reads before those of the usual names."""
        folder, name = posixpath.split(group[0])
        paths = [posixpath.join(folder, base) for base in BASES] if name in _DEFAULT else []
        path = next((path for path in paths if self.files.exists(path)), None)
        file = self._compose_file(path) if path is not None else None
        return {one.name: one.build for one in file.services if one.build is not None} if file is not None else {}

    def _folder_of(self, path: str, requests: Sequence[Request]) -> tuple[str, bool]:
        """The folder in which Bake is called, where paths start, and whether that is known.

        A file of a usual name is found in the folder of the call. Others are named, mostly from further up.
        """
        best, most = posixpath.dirname(path), -1
        usual = posixpath.basename(path) in _DEFAULT
        if usual and not best:
            return best, True
        folder = best
        while True:
            there = sum(self._lies_there(folder, one) for one in requests)
            if there > most:
                best, most = folder, there
            if not folder:
                break
            folder = posixpath.dirname(folder)
        return best, most > 0

    def _lies_there(self, folder: str, one: Request) -> bool:
        build = one.build
        if build is None or build.dockerfile_inline is not None:
            return False
        context = build.context.literal if build.context is not None else "."
        name = build.dockerfile.literal if build.dockerfile is not None else "Dockerfile"
        if context is None or name is None or "://" in context:
            return False
        return self.files.exists(posixpath.normpath(posixpath.join(folder, context, name)))


def _is_known(one: Request) -> bool:
    """Whether it is known which Dockerfile a request is about, and which stage."""
    build = one.build
    written = (build.context, build.dockerfile, build.target) if build is not None else ()
    return all(scalar is None or scalar.literal is not None for scalar in written)


def _nodes(roots: Sequence[Node]) -> Iterator[Node]:
    """The nodes and all entries and items in them, outer before inner."""
    stack: list[Node] = list(reversed(roots))
    while stack:
        node = stack.pop()
        yield node
        inner: YamlNode | None = getattr(node, "fields", None) or getattr(node, "value", None) or node  # type: ignore[assignment]
        if isinstance(inner, YamlMap):
            stack.extend(reversed(inner.entries))
        elif isinstance(inner, YamlSeq):
            stack.extend(reversed(inner.items))
