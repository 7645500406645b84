"""What a run found: findings, failures and the report that holds them."""

from __future__ import annotations

from collections.abc import Sequence

from dlint.lazy import sha256
from dlint.rule.hidden import Hidden
from dlint.rule.rule import Fix, Related, Rule
from dlint.rule.severity import Severity
from dlint.source import Node, Position, Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Suppressed:
    """Why a finding is hidden: by a ``comment``, the ``config``, the ``baseline`` or as older than ``since``.

    ``reason`` is what the author wrote.
    """

    __slots__ = ("kind", "reason", "where")

    def __init__(self, kind: str, reason: str, where: Node | None = None) -> None:
        self.kind = kind
        self.reason = reason
        self.where = where

    @property
    def is_known(self) -> bool:
        """Whether it is hidden because it was there before, not because somebody accepts it."""
        return self.kind in ("baseline", "since")


class Finding:
    """A problem with its rule's name, its severity and its place, ready for a report.

    One of a rule that speaks once (``once:`` on its page) has in ``apart`` what tells it from others of the rule in its
    file, the stage or the words; None stands for a rule that speaks at each place. ``parts`` are the findings that it
    stands for, its own place first, if there are several.
    """

    __slots__ = (
        "rule",
        "severity",
        "source",
        "span",
        "message",
        "fix",
        "related",
        "suppressed",
        "anchor",
        "nth",
        "hides",
        "gist",
        "area",
        "apart",
        "parts",
        "_key",
    )

    def __init__(
        self,
        rule: Rule,
        severity: Severity,
        source: Source,
        span: Span,
        message: str,
        fix: Fix | None = None,
        related: Sequence[Related] = (),
    ) -> None:
        self.rule = rule
        self.severity = severity
        self.source = source
        self.span = span
        self.message = message
        self.fix = fix
        self.related = related
        self.suppressed: Suppressed | None = None
        self.hides: Sequence[Node] | None = None
        self.gist = ""
        self.area = span
        self.anchor = ""
        self.nth = 0
        self.apart: str | None = None
        self.parts: Sequence[Finding] = ()
        self._key = ""

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """Path, rule, the stage or service around it (``anchor``) and the text it stands on.

        The text of a credential is left out.
        """
        evidence = "" if self.rule.about_secrets else _evidence(self.source.text, *self.span)
        return self.source.path, self.rule.name, self.anchor, evidence

    @property
    def identity_of_all(self) -> tuple[str, str, str, str]:
        """The same of a finding that may stand for several places: it is the same one, whichever these are."""
        if self.apart is None or self.suppressed is not None:
            return self.identity
        is_safe = self.fix is not None and self.fix.safe
        return self.source.path, self.rule.name, self.apart, "safe" if is_safe else ""

    @property
    def key(self) -> str:
        """What makes this finding the same finding in the next run: no line number, no message text.

        A hash of what it is (``identity_of_all``) and of how many equal ones come before it (``nth``).
        """
        if not self._key:
            parts = (*self.identity_of_all, str(self.nth))
            self._key = sha256("\0".join(parts).encode("utf-8", "surrogateescape"))[:32]
        return self._key

    @key.setter
    def key(self, value: str) -> None:
        self._key = value

    @property
    def fingerprint(self) -> str:
        """What it is wherever its file lies, without how many equal ones come before it.

        It outlives a move of the file. A stage counts only where there is no text to know the finding by: stages get
        names and new neighbours without anything about them being better or worse.
        """
        _, rule, anchor, evidence = self.identity
        if self.rule.kind != "compose" and (evidence or anchor.isdecimal()):
            anchor = ""
        parts = (rule, anchor, evidence)
        return sha256("\0".join(parts).encode("utf-8", "surrogateescape"))[:16]

    @property
    def path(self) -> str:
        """The file, relative to the project's root, with ``/``."""
        return self.source.path

    @property
    def start(self) -> Position:
        """Where it starts: 1-based line and column."""
        return self.source.position(self.span[0])

    @property
    def end(self) -> Position:
        """The place just after its last character: 1-based line and column."""
        return self.source.position(self.span[1])

    def row(self) -> dict[str, str | int]:
        """What it says as plain values by name, for a table or for another process; none of the file's text."""
        line, column = self.start
        end_line, end_column = self.end
        return {
            "rule": self.rule.name,
            "severity": self.severity.label,
            "category": self.rule.category,
            "message": self.message,
            "path": self.path,
            "line": line,
            "column": column,
            "end_line": end_line,
            "end_column": end_column,
            "fingerprint": self.key,
        }

    @property
    def line(self) -> int:
        """The 1-based line it starts on."""
        return self.source.line(self.span[0])

    @property
    def column(self) -> int:
        """The 1-based column it starts at, in characters."""
        return self.start.column

    def __repr__(self) -> str:
        return f"<{self.rule.name} {self.path}:{self.line}: {self.message}>"


# Of the text that a finding stands on so much says which it is, and in so much of it that mostly is.
_EVIDENCE = 200
_ENOUGH = 400


def _evidence(text: str, start: int, end: int) -> str:
    """The beginning of a stretch of text, every white space in it one blank."""
    found = " ".join(text[start : min(end, start + _ENOUGH)].split())
    if len(found) < _EVIDENCE and end - start > _ENOUGH:
        found = " ".join(text[start:end].split())
    return found[:_EVIDENCE]


def number(findings: Sequence[Finding]) -> None:
    """Tell equal findings apart by how many come before each."""
    alike: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        alike.setdefault((finding.source.path, finding.rule.name, finding.anchor), []).append(finding)
    for group in alike.values():
        if len(group) == 1:
            # As most do: to read what a finding stands on takes a while.
            group[0].nth = 0
            continue
        counts: dict[tuple[str, str, str, str], int] = {}
        for finding in group:
            identity = finding.identity_of_all
            finding.nth = counts.get(identity, 0)
            counts[identity] = finding.nth + 1


def joined(parts: Sequence[Finding]) -> Finding:
    """One finding for all ``parts``, which are ``apart`` alike: the first, with the places and fixes of the others."""
    parts = sorted(parts, key=lambda part: part.span)
    if len(parts) == 1:
        return parts[0]
    first, *rest = parts
    here = [Related(Node(other.source, other.span), _said_of(other, first)) for other in rest]
    message = f"{first.message} (and {len(rest)} more like it)"
    made = Finding(first.rule, first.severity, first.source, first.span, message, _all(parts), [*first.related, *here])
    made.anchor, made.gist, made.area = first.anchor, first.gist, first.area
    made.apart, made.nth = first.apart, first.nth
    if first.rule.about_secrets or any(part.hides is not None for part in parts):
        made.hides = [node for part in parts for node in _hidden_by(part)]
    made.parts = parts
    return made


def _said_of(other: Finding, first: Finding) -> str:
    return "Here too" if other.message == first.message else other.message


def _hidden_by(part: Finding) -> Sequence[Node]:
    if part.hides is not None:
        return part.hides
    return [Node(part.source, part.span)] if part.rule.about_secrets else ()


def _all(parts: Sequence[Finding]) -> Fix | None:
    fixes = [part.fix for part in parts if part.fix is not None]
    if not fixes:
        return None
    partial = len(fixes) < len(parts) or any(fix.partial for fix in fixes)
    edits = [edit for fix in fixes for edit in fix.edits]
    safe = all(fix.safe for fix in fixes)
    loses = any(fix.removes_comments for fix in fixes)
    made = Fix(fixes[0].title, *edits, safe=safe, removes_comments=loses, partial=partial)
    made.withheld = any(fix.withheld for fix in fixes)
    return made


class Gathered(Node):
    """What the rules that another one gathers (``gathers:`` on its page) found in one stage or service.

    ``name`` is that of the stage or service, ``parts`` are the findings that nothing hides, in the order of the page.
    It stands where most of them stand.
    """

    __slots__ = ("name", "parts")

    def __init__(self, name: str, parts: Sequence[Finding]) -> None:
        places = [(part.source, part.span) for part in parts]
        source, span = places[0] if places.count(places[0]) * 2 > len(places) else max(places, key=places.count)
        super().__init__(source, span)
        self.name = name
        self.parts = parts


class Failure:
    """Something that went wrong with the run itself: an unreadable file, a rule that raised.

    ``path`` is the file at hand, ``message`` one sentence with the remedy, ``detail`` a traceback for ``-v``.
    """

    __slots__ = ("path", "message", "rule", "detail")

    def __init__(self, path: str, message: str, *, rule: str = "", detail: str = "") -> None:
        self.path = path
        self.message = message
        self.rule = rule
        self.detail = detail


class Report:
    """All that a run found: the input of every reporter.

    ``findings`` are sorted by path, place and rule, suppressed ones included. ``linted`` maps each linted path to
    its kind. ``rules`` are the enabled rules, sorted by name, with the severity each has in this run.
    ``notes`` are sentences about the run a user must not miss (a tool that is absent, a part left out). ``unread`` are
    the files with a script that ShellCheck should have read and has not. ``hidden`` are the credentials that stand in
    the files, whichever rules ran. ``pages`` is where the site with the rules' pages is, if the configuration says so.
    """

    __slots__ = ("findings", "failures", "linted", "_rules", "notes", "fixed", "unread", "hidden", "pages")

    def __init__(
        self,
        findings: list[Finding],
        failures: list[Failure],
        linted: dict[str, str],
        rules: list[tuple[Rule, Severity]] | Callable[[], list[tuple[Rule, Severity]]],
        notes: Sequence[str] = (),
        fixed: int = 0,
        unread: frozenset[str] = frozenset(),
        hidden: Hidden | None = None,
        pages: str = "",
    ) -> None:
        self.findings = findings
        self.failures = failures
        self.linted = linted
        self._rules = rules
        self.notes = notes
        self.fixed = fixed
        self.unread = unread
        self.hidden = hidden or Hidden({})
        self.pages = pages

    @property
    def rules(self) -> list[tuple[Rule, Severity]]:
        """The enabled rules; worked out when somebody asks."""
        if not isinstance(self._rules, list):
            self._rules = self._rules()
        return self._rules

    def __reduce__(self) -> tuple[Any, ...]:
        """Which rules are on is worked out before it is sent to another process: there nobody can."""
        kept = (self.findings, self.failures, self.linted, self.rules, self.notes, self.fixed, self.unread)
        return Report, (*kept, self.hidden, self.pages)

    @property
    def visible(self) -> list[Finding]:
        """The findings that no suppression hides."""
        return [finding for finding in self.findings if finding.suppressed is None]
