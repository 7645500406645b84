"""Graphs of projects in memory, for tests."""

from __future__ import annotations

from collections.abc import Mapping

from dlint.picture.collect import collect
from dlint.picture.graph import ProjectGraph
from dlint.project.files import ProjectFiles
from dlint.project.kinds import kind_of_file
from dlint.workspace.workspace import Workspace


def workspace_of(texts: Mapping[str, str]) -> Workspace:
    files = ProjectFiles.from_files(texts, complete=True)
    kinds = {path: kind for path in texts if (kind := kind_of_file(files, path))}
    return Workspace(files, kinds)


def graph_of(texts: Mapping[str, str], *, only: str | None = None) -> ProjectGraph:
    workspace = workspace_of(texts)
    paths = {path: kind for path, kind in workspace.kinds.items() if only is None or path == only}
    return collect(workspace, paths, lambda path: ({}, ()))


def edges_of(graph: ProjectGraph, *kinds: str) -> list[tuple[str, str, str]]:
    """The edges of some kinds as ids and label, without what all ids begin with."""
    return [
        (edge.start.id.partition(":")[2], edge.end.id.partition(":")[2], edge.label)
        for edge in graph.edges
        if edge.kind in kinds
    ]


HOSTILE = """<script>alert("1")</script>"] --> x["\\N${A}&amp;'`|{}"""
