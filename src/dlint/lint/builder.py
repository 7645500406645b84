"""Goes through a file of another builder than Compose: what it asks of builds, and Dockerfiles that stand in it.

Only what is asked of builds is judged: the files themselves have linters of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dlint.model.builders.request import BuilderModel
from dlint.model.compose.model import BuildRequests
from dlint.project.kinds import is_workflow
from dlint.source import Node, Span
from dlint.syntax.compose.service import BuildRequest
from dlint.syntax.compose.views import BuildConfig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.config.dispatch import EnabledRule
    from dlint.lint.file_run import FileRun
    from dlint.shellcheck.scripts import CheckedScript
    from dlint.suppress.comments import Below


def walk(at: FileRun) -> None:
    """Lint one file of a builder."""
    for inner, builds in at.workspace.inline_of(at.path):
        from dlint.lint import dockerfile

        dockerfile.walk_builds(at, inner, builds)
    if at.config["inline-ignores"] and "dlint" in at.source.text:
        builders = at.workspace.builders
        comments, nodes = builders.comments(at.path) if builders is not None else ([], [])
        at.sink.read_comments(((comment, _text(comment)) for comment in comments), _below(nodes))
    for model in at.workspace.builders_of(at.path):
        if at.sink.begins(model):
            _show(at, model)


def _show(at: FileRun, model: BuilderModel) -> None:
    plan, visit, path = at.plan("compose"), at.sink.visit, at.path
    visit(_speaking(plan.of(BuildRequests), path), model, model, "", path)
    for request in model.requests:
        visit(_speaking(plan.of(BuildRequest), path), request, model, request.name, path)
        if request.build is not None:
            visit(_speaking(plan.of(BuildConfig), path), request.build, request, request.name, path)


def _speaking(entries: Iterable[EnabledRule], path: str) -> list[EnabledRule]:
    """The rules that may speak in a file."""
    workflow = is_workflow(path)
    return [entry for entry in entries if entry.rule.page.workflows or not workflow]


def scripts(at: FileRun) -> Iterator[CheckedScript]:
    """The scripts of Dockerfiles in the file that ShellCheck is to read."""
    for inner, builds in at.workspace.inline_of(at.path):
        from dlint.lint import dockerfile

        yield from dockerfile.scripts_in(at, inner, builds)


def _text(comment: Node) -> str:
    """What stands in a comment, whichever signs it begins with."""
    return comment.raw.removeprefix("/*").removesuffix("*/").lstrip("#/")


def _below(nodes: list[Node]) -> Below:
    def below(comment: Node) -> Span:
        source = comment.source
        line = comment.line
        if source.text[source.line_span(line).start : comment.span[0]].strip():
            return source.full_line_span(line)
        line = source.line(max(comment.span[1] - 1, comment.span[0])) + 1
        while line < source.line_count and source.line_text(line).lstrip()[:2] in ("", "//", "/*"):
            line += 1
        start = source.full_line_span(min(line, source.line_count)).start
        end = next((node.span[1] for node in nodes if node.line == line), start)
        return Span(start, max(end, source.line_span(min(line, source.line_count)).end))

    return below
