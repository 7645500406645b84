"""Goes through an ignore file: the file, then each pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlint.source import Node, Source, Span
from dlint.suppress.comments import Scopes
from dlint.syntax import dockerignore

if TYPE_CHECKING:
    from dlint.lint import run as engine


def walk(run: engine.Run, path: str, source: Source, links: dict[str, Any]) -> None:
    """Lint one ignore file."""
    plan = run.plan(path, ("dockerignore",))
    tree = dockerignore.parse(source)
    run.comments(path, ((c, c.raw.lstrip("#")) for c in tree.comments), Scopes(_below, lambda comment: None))
    visit = run.sink.visit
    visit(plan.of(type(tree)), tree, None, "", path)
    for fault in tree.faults:
        visit(plan.of_fault(fault), fault, tree, "", path)
    for pattern in tree.patterns:
        visit(plan.of(type(pattern)), pattern, tree, "", path)


def _below(comment: Node) -> Span:
    source = comment.source
    line = min(comment.line + 1, source.line_count)
    return source.full_line_span(line)
