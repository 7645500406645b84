"""The picture of what a document has to do with, and what is known of a line of it: commands for editors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dlint.lsp.view import View
from dlint.rule.finding import Finding

GRAPH = "dlint.showGraph"
WHY = "dlint.why"


def graph(view: View) -> str:
    """The project around the document as SVG, with what is found in open files; empty if there is nothing to draw."""
    from dlint.picture.collect import collect
    from dlint.picture.folders import folded
    from dlint.picture.marks import mark
    from dlint.picture.svg import render

    if not view.kind:
        return ""
    drawn = collect(view.workspace, {view.path: view.kind}, lambda path: _given(view, path))
    mark(drawn, _findings(view))
    return render(folded(drawn)) if drawn.nodes else ""


def why(view: View, line: int) -> str:
    """What is known of a line (from 1) of the document, as text; one sentence if that is nothing."""
    from dlint.picture.shown import Shown
    from dlint.why.account import Asked
    from dlint.why.find import NothingKnownError, of_file
    from dlint.why.text import render

    if not 1 <= line <= view.source.line_count:
        return f"{view.path} has no line {line}."
    asked = Asked(view.workspace, Shown(view.workspace, ()), lambda path: _given(view, path))
    try:
        return render(of_file(asked, view.path, line), lambda path: path)
    except NothingKnownError as error:
        text = str(error)
        return f"{text[:1].upper()}{text[1:]}."


def _given(view: View, path: str) -> tuple[Mapping[str, str | None], Sequence[str]]:
    config = view.folder.configs.of(path)
    return config["build-args"], config["targets"]


def _findings(view: View) -> list[Finding]:
    """What nothing hides in the open files of the project."""
    linted = [found for path in view.folder.targets if (found := view.folder.lint(path)) is not None]
    return [finding for one in linted for finding in one.findings if finding.suppressed is None]
