"""What may be printed: texts of the project without the credentials in them."""

from __future__ import annotations

from dlint.lint import redaction
from dlint.model.facts.secrets import looks_secret_name
from dlint.rule.hidden import MASK, Hidden
from dlint.source import Node, Span
from dlint.syntax.interpolation import variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlint.source import Source
    from dlint.workspace.workspace import Workspace


class Shown:
    """Masks credentials: those that stand in the files at ``paths``, and all that a name says is one."""

    __slots__ = ("_hidden", "_known", "_workspace")

    def __init__(self, workspace: Workspace, paths: Iterable[str]) -> None:
        self._workspace = workspace
        self._known: set[str] = set()
        self._hidden = Hidden({})
        self.know(paths)

    def know(self, paths: Iterable[str]) -> None:
        """Look at more files."""
        new = {path for path in paths if path not in self._known}
        if not new:
            return
        self._known |= new
        spans: dict[str, list[Span]] = {path: list(found) for path, found in self._hidden.spans.items()}
        values = set(self._hidden.values)
        for path in sorted(new):
            source = self._workspace.files.read(path) if self._workspace.files.exists(path) else None
            if source is None:
                continue
            for place in self._places(source):
                spans.setdefault(path, []).append(Span(*place.node.span))
                if place.telling:
                    values.add(place.node.raw.strip("\"'"))
        self._hidden = Hidden(spans, {value for value in values if value})

    def _places(self, source: Source) -> list[redaction.Place]:
        """The credentials of a file, from the tree that there is of it."""
        kind = self._workspace.kinds.get(source.path, "")
        if kind == "dockerfile":
            from dlint.model.dockerfile import graph as stages

            return redaction.of_dockerfile(stages.build(self._workspace.tree(source)))
        file = self._workspace.compose_file(source.path) if kind == "compose" else None
        if file is not None:
            return redaction.of_yaml(source, file.stream.documents)
        return redaction.places(source, kind)

    def text(self, text: str, where: Node | None = None) -> str:
        """A text that is shown, ``where`` it stands if it is a value of a file."""
        if where is not None and self._holds(where):
            return MASK
        return self._hidden.without(text)

    def line(self, source: Source, line: int) -> str:
        """A line of a file."""
        start, end = source.line_span(line)
        text = source.text[start:end]
        for first, last in reversed(self._hidden.spans.get(source.path, ())):
            if first < end and start < last:
                text = text[: max(first - start, 0)] + MASK + text[max(last - start, 0) :]
        return self._hidden.without(text)

    def value(self, name: str, text: str | None, where: Node | None = None, written: str = "") -> str | None:
        """The value of a variable called ``name``; ``written`` is it before variables were filled in."""
        if not text:
            return text
        if looks_secret_name(name) or any(looks_secret_name(use.name) for use in variables(written)):
            return MASK
        return self.text(text, where)

    def _holds(self, where: Node) -> bool:
        """Whether a credential stands in a place."""
        start, end = where.span
        return any(span.start < end and start < span.end for span in self._hidden.spans.get(where.source.path, ()))
