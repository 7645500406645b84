"""Goes through an ignore file: the file, then each pattern."""

from __future__ import annotations

from dlint.source import Node, Span
from dlint.suppress.comments import Scopes
from dlint.syntax import dockerignore
from dlint.workspace.ignore_use import IgnoreUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.lint.file_run import FileRun


def walk(at: FileRun) -> None:
    """Lint one ignore file."""
    plan = at.plan("dockerignore")
    tree = at.workspace.ignore_file(at.path) or dockerignore.parse(at.source)
    if at.config["inline-ignores"]:
        comments = ((comment, comment.raw.lstrip("#")) for comment in tree.comments)
        at.sink.read_comments(comments, Scopes(_below, lambda comment: None))
    visit = at.sink.visit
    visit(plan.of(type(tree)), tree, None, "", at.path)
    wanted = at.plan("build").of(IgnoreUse)
    if wanted:
        visit(wanted, IgnoreUse(at.workspace, tree), None, "", at.path)
    for fault in tree.faults:
        visit(plan.of_fault(fault), fault, tree, "", at.path)
    for pattern in tree.patterns:
        visit(plan.of(type(pattern)), pattern, tree, "", at.path)


def _below(comment: Node) -> Span:
    source = comment.source
    line = min(comment.line + 1, source.line_count)
    return source.full_line_span(line)
