"""Goes through an ignore file: the file, then each pattern."""

from __future__ import annotations

from dlint.model.dockerfile.taken import takes_from_context
from dlint.rule.rule import Related
from dlint.source import Node, Span
from dlint.syntax import dockerignore
from dlint.workspace.ignore_use import IgnoreUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlint.lint.file_run import FileRun
    from dlint.syntax.dockerignore import IgnoreFile

_MOST_STOPPED = 10
"""How many Dockerfiles a finding names."""


def walk(at: FileRun) -> None:
    """Lint one ignore file."""
    plan = at.plan("dockerignore")
    tree = at.workspace.ignore_file(at.path) or dockerignore.parse(at.source)
    if at.config["inline-ignores"]:
        comments = ((comment, comment.raw.lstrip("#")) for comment in tree.comments)
        at.sink.read_comments(comments, _below)
    visit = at.sink.visit
    visit(plan.of(type(tree)), tree, None, "", at.path)
    wanted = at.plan("build").of(IgnoreUse)
    if wanted:
        visit(wanted, IgnoreUse(at.workspace, tree), None, "", at.path)
    if tree.faults:
        _faults(at, tree)
    for pattern in tree.patterns:
        visit(plan.of(type(pattern)), pattern, tree, "", at.path)


def _faults(at: FileRun, tree: IgnoreFile) -> None:
    """Show what the builder refuses, and name the Dockerfiles whose builds it stops."""
    start = len(at.sink.findings)
    for fault in tree.faults:
        at.sink.visit(at.plan("dockerignore").of_fault(fault), fault, tree, "", at.path)
    for finding in at.sink.findings[start:]:
        finding.related = [*finding.related, *_stopped(at, tree)]


def _stopped(at: FileRun, tree: IgnoreFile) -> Iterator[Related]:
    """The first instruction that needs the context in each Dockerfile whose build reads the ignore file."""
    for path in IgnoreUse(at.workspace, tree).stopped[:_MOST_STOPPED]:
        file = at.workspace.dockerfile(path)
        first = next(filter(takes_from_context, file.instructions), None) if file is not None else None
        if first is not None:
            yield Related(first.keyword, f"the build of this file stops at its {first.name}")


def _below(comment: Node) -> Span:
    source = comment.source
    line = min(comment.line + 1, source.line_count)
    return source.full_line_span(line)
