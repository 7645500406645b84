"""Paths that are written in a document, as links to the files they lead to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lsprotocol import types

from dlint.lsp.view import View
from dlint.model.compose.model import ComposeModel
from dlint.model.dockerfile.taken import copies_in, local_path
from dlint.source import Node
from dlint.syntax.compose.file import ComposeFile
from dlint.syntax.compose.service import Service
from dlint.syntax.compose.values import scalar
from dlint.syntax.yaml.nodes import YamlMap, YamlScalar
from dlint.workspace.build import builds_of
from dlint.workspace.service_build import service_build


def links(view: View) -> list[types.DocumentLink]:
    """The links of a document."""
    return [types.DocumentLink(view.range(node), target=view.uri(path)) for node, path in _targets(view)]


def target_at(view: View, offset: int) -> str | None:
    """The file that the path at an offset leads to."""
    return next((path for node, path in _targets(view) if node.span[0] <= offset <= node.span[1]), None)


def _targets(view: View) -> Iterator[tuple[Node, str]]:
    """Each path that is written, with the file of the project that it leads to, if there is one."""
    found = _of_dockerfile(view) if view.kind == "dockerfile" else _of_compose(view) if view.kind == "compose" else ()
    files = view.workspace.files
    for node, path in found:
        if node.source is view.source and path and files.exists(path) and not files.is_dir(path):
            yield node, path


def _of_dockerfile(view: View) -> Iterator[tuple[Node, str]]:
    workspace = view.workspace
    way = workspace.configured(view.source, workspace.builds_of(view.path), {}, ())[0]
    build = builds_of(workspace, way, view.folder.is_excluded)[0]
    for stage in way.graph.stages:
        for copy in copies_in(stage):
            for word in copy.sources:
                path = local_path(word, copy, stage)
                if path is not None:
                    yield word, posixpath.normpath(posixpath.join(build.context, path))


def _of_compose(view: View) -> Iterator[tuple[Node, str]]:
    model = view.workspace.model_of(view.path)
    file = view.workspace.compose_file(view.path)
    if model is None or file is None:
        return
    for include in file.include:
        yield from (_leads(model, node) for node in (*include.paths, *include.env_files))
    for kind in ("secrets", "configs"):
        for definition in getattr(file, kind):
            node = definition.scalar("file")
            if node is not None:
                yield _leads(model, node)
    for service in file.services:
        yield from _of_service(service, model, file)


def _of_service(service: Service, model: ComposeModel, file: ComposeFile) -> Iterator[tuple[Node, str]]:
    for env in service.env_files:
        if env.path is not None and env.path.literal:
            yield env.path, model.path(env.path, env.path.literal) or ""
    for label in service.label_files:
        yield _leads(model, label)
    extended = service.extends
    if isinstance(extended, YamlMap):
        node = scalar(extended.get("file"))
        if node is not None:
            yield _leads(model, node)
    build = service.build
    merged = model.service(service.name)
    found = service_build(model, merged) if build is not None and merged is not None else None
    if build is not None and found is not None and found.inline is None:
        for node in (build.dockerfile, build.context):
            if node is not None:
                yield node, found.dockerfile


def _leads(model: ComposeModel, node: YamlScalar) -> tuple[Node, str]:
    return node, (model.path(node, node.literal) or "") if node.literal else ""
