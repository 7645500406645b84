"""Findings as plain rows of what JSON has, and back. Places are offsets; of the files' text there is none.

A path is left empty where it is that of the place before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from dlint.rule.finding import Finding, Suppressed, joined
from dlint.rule.found import name_of, rule_named
from dlint.rule.hidden import Hidden
from dlint.rule.rule import Fix, Related
from dlint.rule.secrets import Secrets
from dlint.rule.severity import Severity
from dlint.source import Edit, Node, Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Read = Callable[[str], Source | None]


_UNREAD = -1


class UnkeptError(ValueError):
    """What was found cannot be kept."""


def rows_of(findings: Sequence[Finding], hidden: Hidden, read: Read, *, whole: bool = False) -> list[Any]:
    """A row for each finding. Raises UnkeptError for one that stands in a text which ``read`` does not give.

    What a fix writes is left out if a credential is in it, unless the rows are ``whole``, for this run alone.
    """
    writer = _Writer(read, None if whole else Secrets(findings, hidden))
    return [writer.row(finding) for finding in findings]


class _Writer:
    def __init__(self, read: Read, secrets: Secrets | None) -> None:
        self._read = read
        self._secrets = secrets
        # The file of the place before, which ``read`` gives, and how long its text is.
        self._source: Source | None = None
        self._size = 0

    def row(self, finding: Finding) -> list[Any]:
        if finding.parts:
            return [None, finding.nth, [self.row(part) for part in finding.parts]]
        found = [
            name_of(finding.rule),
            int(finding.severity),
            *self.place(finding.source, finding.span),
            finding.message,
            finding.anchor,
            finding.nth,
        ]
        if finding.related or finding.fix or finding.suppressed or finding.hides is not None:
            found += self.more(finding)
        elif finding.apart is not None:
            found.append(finding.apart)
        return found

    def more(self, finding: Finding) -> Iterator[Any]:
        """What half of the findings have none of."""
        suppressed, fix = finding.suppressed, finding.fix
        yield [self.related(related) for related in finding.related]
        yield None if fix is None else self.fix(fix)
        yield None if suppressed is None else self.suppressed(suppressed)
        yield None if finding.hides is None else [self.place(node.source, node.span) for node in finding.hides]
        yield finding.apart

    def place(self, source: Source, span: tuple[int, int]) -> list[Any]:
        start, end = span
        if source is self._source and 0 <= start <= end <= self._size:
            return ["", start, end]
        path, self._source = source.path, None
        if not source.text and span == (0, 0):
            # The top of a file whose text nobody has read.
            return [path, _UNREAD, _UNREAD]
        if self._read(path) is not source or not 0 <= start <= end <= len(source.text):
            raise UnkeptError(f"{path}: not a place in a file")
        self._source, self._size = source, len(source.text)
        return [path, start, end]

    def related(self, related: Related) -> list[Any]:
        return [*self.place(related.where.source, related.where.span), related.message]

    def fix(self, fix: Fix) -> list[Any]:
        withheld = fix.withheld if self._secrets is None else self._secrets.in_fix(fix)
        edits = [[*self.place(edit.source, edit.span), "" if withheld else edit.text] for edit in fix.edits]
        return [fix.title, fix.safe, fix.removes_comments, fix.partial, withheld, edits]

    def suppressed(self, hidden: Suppressed) -> list[Any]:
        where = hidden.where
        return [hidden.kind, hidden.reason, None if where is None else self.place(where.source, where.span)]


def findings_of(rows: Sequence[Any], read: Read) -> list[Finding]:
    """The findings of rows. Raises ValueError, TypeError, KeyError or IndexError for what are none."""
    reader = _Reader(read)
    return [reader.finding(row) for row in rows]


class _Reader:
    def __init__(self, read: Read) -> None:
        self._read = read
        self._path = ""

    def finding(self, row: Sequence[Any]) -> Finding:
        if row[0] is None:
            return self.joined(row)
        name, severity, path, start, end, message, anchor, nth, *more = row
        source, span = self.place((path, start, end))
        finding = Finding(rule_named(name), Severity(severity), source, span, _text(message))
        finding.anchor = _text(anchor)
        finding.nth = int(nth)
        if len(more) == 1:
            finding.apart = _text(more[0])
        elif more:
            self.more(finding, more)
        return finding

    def joined(self, row: Sequence[Any]) -> Finding:
        _, nth, parts = row
        finding = joined([self.finding(part) for part in parts])
        finding.nth = int(nth)
        return finding

    def more(self, finding: Finding, row: Sequence[Any]) -> None:
        related, fix, suppressed, hides, apart = row
        finding.apart = None if apart is None else _text(apart)
        finding.related = [Related(self.node(place), _text(said)) for *place, said in related]
        if fix is not None:
            finding.fix = self.fix(fix)
        if suppressed is not None:
            kind, reason, where = suppressed
            finding.suppressed = Suppressed(_text(kind), _text(reason), None if where is None else self.node(where))
        if hides is not None:
            finding.hides = [self.node(place) for place in hides]

    def fix(self, row: Sequence[Any]) -> Fix:
        title, safe, removes_comments, partial, withheld, edits = row
        made = [Edit(*self.place(place), _text(text)) for *place, text in edits]
        fix = Fix(
            _text(title), *made, safe=safe is True, removes_comments=removes_comments is True, partial=partial is True
        )
        fix.withheld = withheld is True
        return fix

    def node(self, place: Sequence[Any]) -> Node:
        return Node(*self.place(place))

    def place(self, place: Sequence[Any]) -> tuple[Source, Span]:
        path, start, end = place
        self._path = _text(path) or self._path
        return _place((self._path, start, end), self._read)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return value


def _place(place: Sequence[Any], read: Read) -> tuple[Source, Span]:
    path, start, end = place
    if (start, end) == (_UNREAD, _UNREAD):
        return Source(_text(path), ""), Span(0, 0)
    source = read(_text(path))
    if source is None or type(start) is not int or type(end) is not int or not 0 <= start <= end <= len(source.text):
        raise ValueError(f"{path}: not a place in a file")
    return source, Span(start, end)


def hidden_row(hidden: Hidden, read: Read) -> list[Any]:
    """The places of credentials as a row. Raises UnkeptError if the values do not stand there."""
    if not (hidden.spans or hidden.telling or hidden.values):
        return [[], []]
    row = [
        [[path, *span] for path, spans in hidden.spans.items() for span in spans],
        [[path, *span] for path, span in hidden.telling],
    ]
    if sorted(hidden_of(row, read).values) != sorted(hidden.values):
        raise UnkeptError("a credential stands elsewhere")
    return row


def hidden_of(row: Sequence[Any], read: Read) -> Hidden:
    """The credentials of a row. Raises as ``findings_of`` does."""
    known: dict[str, list[Span]] = {}
    values = set()
    where, telling = row
    for place in where:
        source, span = _place(place, read)
        known.setdefault(source.path, []).append(span)
    places = [_place(place, read) for place in telling]
    for source, span in places:
        values.add(source.text[span[0] : span[1]].strip("\"'"))
    return Hidden(known, values, [(source.path, span) for source, span in places])
