"""The picture of a project, or of what a document has to do with: a command for editors."""

from __future__ import annotations

from collections.abc import Mapping

from dlint.lsp.folder import ProjectFolder
from dlint.lsp.view import View
from dlint.rule.finding import Finding

GRAPH = "dlint.showGraph"


def around(view: View, form: str) -> str:
    """The project around a document, with what is found in open files; empty if there is nothing to draw."""
    folder = view.folder
    findings = [finding for path in folder.targets for finding in folder.lint(path) or ()]
    return _drawn(folder, {view.path: view.kind}, findings, form) if view.kind else ""


def whole(folder: ProjectFolder, below: str, form: str) -> str:
    """All files of a project in the folder ``below`` of it (``""`` for the root), with what is found in them."""
    kinds = folder.workspace.kinds
    inside = (path for path in kinds if not below or path.startswith(f"{below}/"))
    targets = {path: kinds[path] for path in inside if not folder.is_excluded(path)}
    outcome = folder.run(folder.workspace, targets, patient=False)
    return _drawn(folder, targets, outcome.findings, form)


def _drawn(folder: ProjectFolder, paths: Mapping[str, str], findings: list[Finding], form: str) -> str:
    from dlint.picture.collect import collect
    from dlint.picture.folders import folded
    from dlint.picture.formats import render
    from dlint.picture.marks import mark

    graph = collect(folder.workspace, paths, folder.given)
    mark(graph, [finding for finding in findings if finding.suppressed is None])
    return render(folded(graph), form) if graph.nodes else ""
