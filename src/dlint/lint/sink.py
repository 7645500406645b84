"""Makes findings of what checks report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from time import monotonic

from dlint.config.dispatch import EnabledRule
from dlint.rule.finding import Failure, Finding
from dlint.rule.rule import Problem, Related
from dlint.rule.severity import Severity
from dlint.source import Embedded, Node, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlint.rule.rule import Rule
    from dlint.suppress.buildkit import BuildKitOutcome
    from dlint.suppress.comments import Below, Stage, Suppression

_NEVER = float("inf")


class Sink:
    """Takes what checks yield and makes findings of it.

    ``suppressions`` are the comments read on the way, ``outcomes`` what files say about the builder's own checks. One
    made with ``above`` gathers findings that are handed to that one later; failures go there at once. From the time
    ``until`` on (of the monotonic clock) no rule is asked any more; ``unfinished`` are the files that come short by it.
    """

    __slots__ = (
        "findings", "failures", "suppressions", "outcomes", "until", "unfinished", "_seen", "_shown", "_broken",
    )  # fmt: skip

    def __init__(self, above: Sink | None = None, until: float = _NEVER) -> None:
        self.until: float = until if above is None else above.until
        self.unfinished: dict[str, None] = {} if above is None else above.unfinished
        self.findings: list[Finding] = []
        self.failures: list[Failure] = above.failures if above is not None else []
        self.suppressions: list[Suppression] = []
        self.outcomes: list[BuildKitOutcome] = []
        self._seen: set[tuple[str, str, Span, str]] = set()
        self._shown: set[int] = set()
        self._broken: set[tuple[str, str]] = above._broken if above is not None else set()

    def begins(self, model: object) -> bool:
        """Whether this model is shown for the first time."""
        first = id(model) not in self._shown
        self._shown.add(id(model))
        return first

    def keep(self, start: int, wanted: Callable[[Finding], bool]) -> None:
        """Of the findings from index ``start`` on keep those that are wanted; the others may be found again."""
        kept = []
        for finding in self.findings[start:]:
            if wanted(finding):
                kept.append(finding)
            else:
                self._seen.discard(_place(finding))
        self.findings[start:] = kept

    def read_comments(self, comments: Iterable[tuple[Node, str]], below: Below, stage: Stage | None = None) -> None:
        """Read the suppressions among the comments of one file, see ``suppress.comments.read``; few files have one."""
        ours = [(node, text) for node, text in comments if "dlint" in text]
        if ours:
            from dlint.suppress.comments import read

            self.suppressions.extend(read(ours, below, stage))

    def take(self, findings: Iterable[Finding]) -> None:
        """Add findings that were gathered elsewhere, each once."""
        for finding in findings:
            seen = _place(finding)
            if seen not in self._seen:
                self._seen.add(seen)
                self.findings.append(finding)

    def visit(self, entries: Collection[EnabledRule], node: Any, context: Any, anchor: str, path: str) -> None:
        """Show ``node`` to each rule of ``entries``; ``anchor`` names the stage or service around it."""
        if not entries:
            return
        if self.until != _NEVER and monotonic() > self.until:
            self.unfinished[path] = None
            return
        for entry in entries:
            try:
                # As ``EnabledRule.concerns``, without the call.
                if (has := entry.having) is not None and not has(node):
                    continue
                if (has := entry.inside) is not None and not has(context):
                    continue
                for problem in entry.call(node, context) if entry.context else entry.call(node):
                    self.add(entry, problem, anchor)
            except Exception as error:
                self.crashed(entry, path, error)

    def add(self, entry: EnabledRule, problem: Problem, anchor: str) -> None:
        """Make a finding of a problem, once."""
        where = problem.where
        if isinstance(where.source, Embedded):
            if where.source.is_unknown(where):
                return
            problem = _outside(problem, where.source)
            where = problem.where
        elif problem.related:
            problem.related = [_in_file(related) for related in problem.related]
        if problem.code is not None and entry.codes is not None:
            one = entry.codes.active(problem.code)
            if one is None:
                return
            entry = one
        message = problem.message or entry.rule.title
        known = len(self._seen)
        self._seen.add((entry.rule.name, where.source.path, where.span, message))
        if len(self._seen) == known:
            return
        less = problem.doubtful or (problem.minor and not entry.firm)
        most = Severity.INFO if less else problem.at_most
        severity = entry.severity if most is None else min(entry.severity, most)
        finding = Finding(entry.rule, severity, where.source, where.span, message, problem.fix, problem.related)
        finding.hides = problem.hides
        finding.gist = problem.gist
        if problem.area is not None:
            finding.area = problem.area.span
        finding.anchor = anchor
        self.findings.append(finding)

    def crashed(self, entry: EnabledRule, path: str, error: Exception) -> None:
        """Note, once a file, that a rule raised."""
        import traceback

        name = entry.rule.name
        if (name, path) in self._broken:
            return
        self._broken.add((name, path))
        place = _raised_at(error, entry.rule)
        what = f"{type(error).__name__}: {error}"
        ours = entry.rule.check.function.__module__.startswith("dlint.checks.")
        remedy = "please report it, or ignore the rule" if ours else "fix it in its plug-in, or ignore the rule"
        message = f"the rule {name} failed here (at {place}): {what}; {remedy}"
        self.failures.append(Failure(path, message, rule=name, detail="".join(traceback.format_exception(error))))


def _raised_at(error: Exception, rule: Rule) -> str:
    """The line of the rule's own code at which it raised, or that called what did: ``registries.py:12``."""
    import traceback

    code = rule.check.function.__code__
    line = code.co_firstlineno
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == code.co_filename and frame.lineno is not None:
            line = frame.lineno
    return f"{code.co_filename.replace(chr(92), '/').rpartition('/')[2]}:{line}"


def _place(finding: Finding) -> tuple[str, str, Span, str]:
    return finding.rule.name, finding.source.path, finding.span, finding.message


def _in_file(related: Related) -> Related:
    """The same place in the file that holds it, if it stands in an embedded text."""
    inner = related.where.source
    return Related(inner.place(related.where), related.message) if isinstance(inner, Embedded) else related


def _outside(problem: Problem, inner: Embedded) -> Problem:
    """A problem of an embedded text as one of the file around it; a fix that has no counterpart there is left out."""
    fix = problem.fix
    if fix is not None:
        edits = inner.edits(fix.edits)
        fix = fix.moved(edits) if edits else None
    return Problem(
        inner.place(problem.where),
        problem.message,
        fix=fix,
        related=[Related(inner.place(related.where), related.message) for related in problem.related],
        hides=None if problem.hides is None else [inner.place(node) for node in problem.hides],
        doubtful=problem.doubtful,
        at_most=problem.at_most,
        code=problem.code,
        minor=problem.minor,
        gist=problem.gist,
        area=None if problem.area is None else inner.place(problem.area),
    )
