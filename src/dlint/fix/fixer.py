"""Applies fixes, lints what came of it, and keeps only what made things better and nothing worse.

A pass takes the fixes that do not meet, applies them, and verifies: every fixed finding is gone, no rule finds
anything new, no file lost its validity, no comment is gone. A batch that fails is halved until the fix at fault stands
alone; that one is dropped and said. Passes repeat until nothing is left to do. As every accepted fix takes a finding
away and brings none, they come to an end. One thing a fix may bring: a finding about style that has a fix which may be
applied as well. Style is fixed last, in valid files alone, and its fixes bring nothing.

Files that have no bearing on one another are fixed in step: each group of files has passes of its own, and what all
of them want to try is linted at once. So a bad fix in one file costs the others nothing.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from itertools import pairwise

from dlint.fix.verify import is_style, judged
from dlint.lazy import NamedTuple
from dlint.rule.finding import Finding
from dlint.rule.rule import Fix
from dlint.source import Edit, Source, Span, spliced

Sources = Mapping[str, Source]
Lint = Callable[[Sources], list[Finding]]

MAX_PASSES = 20
# How many times a group may be linted to find out which fixes are at fault.
MAX_TRIALS = 200


class Dropped(NamedTuple):
    """A fix that was left out, by the finding it belongs to, and a sentence that says why."""

    finding: Finding
    reason: str


class FixResult:
    """What came of fixing.

    ``sources`` has every source it was given, changed or not (the unchanged are the same objects), and ``findings``
    what linting them finds and no suppression hides. ``applied`` counts the fixes applied for each rule, ``by_file``
    those in each file, ``dropped`` lists those that were tried and left out, ``passes`` counts the passes that changed
    something.
    """

    __slots__ = ("applied", "by_file", "dropped", "findings", "passes", "sources")

    def __init__(
        self,
        sources: dict[str, Source],
        findings: list[Finding],
        applied: dict[str, int],
        by_file: dict[str, int],
        dropped: list[Dropped],
        passes: int,
    ) -> None:
        self.sources = sources
        self.findings = findings
        self.applied = applied
        self.by_file = by_file
        self.dropped = dropped
        self.passes = passes


def fix(
    sources: Sources,
    lint: Lint,
    *,
    unsafe: bool | Callable[[Finding], bool],
    wanted: Callable[[Finding], bool],
    accepts: Callable[[Source], bool],
    comments: Callable[[Source], list[str]] | None = None,
    hides: Callable[[Source, Source], bool] | None = None,
    groups: Sequence[Collection[str]] | None = None,
) -> FixResult:
    """Apply the fixes of what ``lint`` finds in ``sources`` (path → source), to a fixed point.

    ``lint`` gives the findings of changed sources, made from those very Source objects; what it raises for a changed
    text speaks against the fix. ``unsafe`` allows unsafe fixes, all or those of certain findings; ``wanted`` says of
    which findings to apply the fix.
    ``accepts`` says whether a file is valid for what reads it: a valid file stays so. ``comments`` lists a file's
    comments: none is lost, unless the fix says so of itself. ``hides`` says whether a step of a changed file may
    succeed where it failed before: no fix does that. ``groups`` are paths, each in one of them, such that what is
    found in one group depends on no other; without it all is one. Raises what the first ``lint`` raises.
    """
    found = _by_path(lint(sources))
    keeps = _Keeps(accepts, comments, hides)
    allowed = unsafe if callable(unsafe) else lambda finding: unsafe
    fixers = [_Fixer(_part(sources, paths), found, allowed, wanted, keeps) for paths in groups or [sources]]
    _run_together(dict(sources), lint, fixers)
    applied: Counter[str] = Counter()
    by_file: Counter[str] = Counter()
    findings: list[Finding] = []
    dropped: list[Dropped] = []
    after = dict(sources)
    for fixer in fixers:
        applied.update(fixer.applied)
        by_file.update(fixer.by_file)
        findings += fixer.state.findings
        dropped += fixer.dropped
        after.update(fixer.state.sources)
    findings.sort(key=lambda finding: finding.path)
    dropped.sort(key=lambda item: item.finding.path)
    passes = max((fixer.passes for fixer in fixers), default=0)
    return FixResult(after, findings, dict(applied), dict(by_file), dropped, passes)


def _part(sources: Sources, paths: Collection[str]) -> dict[str, Source]:
    return {path: sources[path] for path in sorted(paths) if path in sources}


def _by_path(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.path, []).append(finding)
    return found


def _run_together(current: dict[str, Source], lint: Lint, fixers: Sequence[_Fixer]) -> None:
    """Run all fixers to their ends; ``current`` is the project as they last asked to see it."""
    waiting: list[tuple[_Fixer, Asking, dict[str, Source]]] = []
    for fixer in fixers:
        work = fixer.run()
        asked = next(work, None)
        if asked is not None:
            waiting.append((fixer, work, asked))
    while waiting:
        answers = _answers(current, lint, [asked for _, _, asked in waiting])
        still: list[tuple[_Fixer, Asking, dict[str, Source]]] = []
        for (fixer, work, _), answer in zip(waiting, answers, strict=True):
            try:
                still.append((fixer, work, work.send(answer)))
            except StopIteration:
                current.update(fixer.state.sources)
        waiting = still


def _answers(current: dict[str, Source], lint: Lint, wishes: Sequence[dict[str, Source]]) -> list[Answer]:
    """What is found in each group as it is wished for, or why it cannot be linted."""
    together = dict(current)
    for wish in wishes:
        together.update(wish)
    try:
        found = _by_path(lint(together))
    except Exception as error:
        if len(wishes) == 1:
            return [f"linting the changed text failed: {type(error).__name__}: {error}"]
        return [answer for wish in wishes for answer in _answers(current, lint, [wish])]
    return [found for _ in wishes]


# What a fixer is given: the findings of all files by path, or a sentence on why there are none. What it asks for are
# the sources of its group as they would be.
Answer = dict[str, list[Finding]] | str
Asking = Generator[dict[str, Source], Answer, None]


class _State:
    """The sources of a group and what linting them finds."""

    __slots__ = ("findings", "sources")

    def __init__(self, sources: dict[str, Source], found: Mapping[str, list[Finding]]) -> None:
        self.sources = sources
        self.findings = [f for path in sources for f in found.get(path, ()) if f.suppressed is None]


class _Keeps(NamedTuple):
    """What a fix must keep, as ``fix`` has it."""

    accepts: Callable[[Source], bool]
    comments: Callable[[Source], list[str]] | None
    hides: Callable[[Source, Source], bool] | None


class _Fixer:
    """Fixes the files of one group; others lint for it."""

    def __init__(
        self,
        sources: dict[str, Source],
        found: Mapping[str, list[Finding]],
        unsafe: Callable[[Finding], bool],
        wanted: Callable[[Finding], bool],
        keeps: _Keeps,
    ) -> None:
        self.unsafe = unsafe
        self.wanted = wanted
        self.keeps = keeps
        self.state = _State(sources, found)
        self.dropped: list[Dropped] = []
        self.applied: Counter[str] = Counter()
        self.by_file: Counter[str] = Counter()
        # Findings of which a place was fixed.
        self.joined: set[object] = set()
        # Fixes that failed, with the reason and the number of the pass whose text they were tried on.
        self.refused: dict[tuple[object, ...], tuple[Finding, str, int]] = {}
        self.passes = 0
        self.trials = MAX_TRIALS

    def run(self) -> Asking:
        """Passes until nothing more can be done; ``state``, ``applied`` and ``dropped`` then say what came of them."""
        while self.passes < MAX_PASSES and self.trials > 0:
            eligible = self._eligible()
            # Style comes last: what fixes anything else may disturb it.
            batch = apart([finding for finding in eligible if not is_style(finding)]) or apart(eligible)
            if batch:
                yield from self._pass(batch)
                continue
            if all(tried == self.passes for _, _, tried in self.refused.values()):
                break
            # The text has changed since some of these failed. All get another chance, so that the last round starts
            # as a second run would, and a second run finds no work.
            self.refused.clear()
        self.dropped = self._dropped()

    def _eligible(self) -> list[Finding]:
        found: list[Finding] = []
        for finding in self.state.findings:
            fix = finding.fix
            if (
                fix is None
                or not (fix.safe or self.unsafe(finding))
                or not self.wanted(finding)
                or _mark(finding) in self.refused
            ):
                continue
            reason = self._unfit(fix) or self._unread(finding)
            if reason:
                self._refuse(finding, reason)
            else:
                found.append(finding)
        return found

    def _unfit(self, fix: Fix) -> str:
        """Why a fix cannot be applied whatever comes of it; empty if it can."""
        if fix.withheld:
            return "what it writes is not at hand"
        places: list[tuple[str, Span]] = []
        for edit in fix.edits:
            source = self.state.sources.get(edit.source.path)
            if source is None:
                return f"it changes {edit.source.path}, which is not among the files to fix"
            start, end = edit.span
            if source.text != edit.source.text or not 0 <= start <= end <= len(source.text):
                return "its edits do not fit the text"
            places.append((source.path, edit.span))
        places.sort()
        if any(a[0] == b[0] and a[1][1] > b[1][0] for a, b in pairwise(places)):
            return "its edits overlap"
        if all(edit.source.text[edit.span[0] : edit.span[1]] == edit.replacement for edit in fix.edits):
            return "it changes nothing"
        return ""

    def _unread(self, finding: Finding) -> str:
        """Why a fix of style cannot be applied: nobody knows how lines should be laid out that are no instructions."""
        source = self.state.sources[finding.path]
        try:
            return "" if not is_style(finding) or self.keeps.accepts(source) else f"{finding.path} is not valid yet"
        except Exception as error:
            return f"reading {finding.path} failed: {type(error).__name__}: {error}"

    def _pass(self, batch: list[Finding]) -> Asking:
        """Apply what of ``batch`` holds together; the state moves on if anything did."""
        before = self.state
        accepted: list[Finding] = []
        waiting = [batch]
        while waiting:
            part = waiting.pop()
            outcome = yield from self._tried(before, accepted + part)
            if isinstance(outcome, _State):
                accepted += part
                self.state = outcome
            elif len(part) > 1:
                half = len(part) // 2
                waiting += [part[half:], part[:half]]
            else:
                self._refuse(part[0], outcome, self.passes if not accepted else -1)
        if accepted:
            self.passes += 1
            fixed = [finding for finding in accepted if self._is_first(finding)]
            self.applied.update(finding.rule.name for finding in fixed)
            self.by_file.update(finding.path for finding in fixed)

    def _is_first(self, finding: Finding) -> bool:
        """Whether no other place of the same finding was fixed: one that stands for several counts once."""
        if finding.apart is None:
            return True
        known = len(self.joined)
        self.joined.add(finding.identity_of_all)
        return len(self.joined) > known

    def _tried(self, before: _State, chosen: Sequence[Finding]) -> Generator[dict[str, Source], Answer, _State | str]:
        """The state after the fixes of ``chosen``, or a sentence that says what is wrong with it."""
        if self.trials <= 0:
            return "it was not tried, as too many other fixes failed"
        self.trials -= 1
        edits = edits_of(chosen)
        sources = dict(before.sources)
        for path, changes in edits.items():
            sources[path] = sources[path].with_text(spliced(sources[path].text, changes))
        reason = self._damage(before.sources, sources, chosen, edits)
        if reason:
            return reason
        found = yield sources
        if isinstance(found, str):
            return found
        after = _State(sources, found)
        return judged(before.findings, after.findings, chosen, edits, self._fixable) or after

    def _fixable(self, finding: Finding) -> bool:
        """Whether a later pass may fix it."""
        return finding.fix is not None and (finding.fix.safe or self.unsafe(finding)) and self.wanted(finding)

    def _damage(
        self, before: Sources, after: Sources, chosen: Sequence[Finding], edits: Mapping[str, list[Edit]]
    ) -> str:
        """What the files themselves lost: validity, the failure of a step, or comments; empty if nothing."""
        lost: Counter[str] = Counter()
        for path in edits:
            try:
                if not self.keeps.accepts(after[path]) and self.keeps.accepts(before[path]):
                    return f"{path} would no longer be valid"
                if self.keeps.hides is not None and self.keeps.hides(before[path], after[path]):
                    return f"a step of {path} could then succeed where it fails now"
                if self.keeps.comments is not None:
                    lost.update(map(str.strip, self.keeps.comments(before[path])))
                    lost.subtract(map(str.strip, self.keeps.comments(after[path])))
            except Exception as error:
                return f"reading the changed {path} failed: {type(error).__name__}: {error}"
        gone = [comment for comment, count in lost.items() if count > 0]
        if gone:
            meant = [
                edit.source.text[edit.span[0] : edit.span[1]]
                for finding in chosen
                if finding.fix is not None and finding.fix.removes_comments
                for edit in finding.fix.edits
            ]
            for comment in gone:
                if not any(comment in removed for removed in meant):
                    return "a comment would be lost"
        return ""

    def _refuse(self, finding: Finding, reason: str, tried: int | None = None) -> None:
        self.refused[_mark(finding)] = (finding, reason, self.passes if tried is None else tried)

    def _dropped(self) -> list[Dropped]:
        """The fixes left out, with the finding as it stands in the final text, in the order of the findings."""
        for finding in self._eligible():
            self._refuse(finding, f"it was left after {self.passes} passes; run again to apply it")
        current = {_mark(finding): finding for finding in reversed(self.state.findings)}
        order = {id(finding): number for number, finding in enumerate(self.state.findings)}
        dropped = [Dropped(current[mark], why) for mark, (_, why, _) in self.refused.items() if mark in current]
        return sorted(dropped, key=lambda item: order[id(item.finding)])


def apart(findings: Sequence[Finding]) -> list[Finding]:
    """From the front of the files on, the findings whose fixes do not meet: each fix is in whole or out.

    Two replacements may stand side by side; an insertion keeps away from every other fix's edit, as their order
    would be a guess.
    """
    taken: dict[str, list[Span]] = {}
    chosen: list[Finding] = []
    for finding in sorted(findings, key=_order):
        edits = finding.fix.edits if finding.fix else ()
        if any(_meets(edit.span, taken.get(edit.source.path, [])) for edit in edits):
            continue
        chosen.append(finding)
        for edit in edits:
            insort(taken.setdefault(edit.source.path, []), edit.span)
    return chosen


def _order(finding: Finding) -> tuple[str, Span, str, str]:
    edits = finding.fix.edits if finding.fix else ()
    path, span = min(((edit.source.path, edit.span) for edit in edits), default=(finding.path, finding.span))
    return path, span, finding.rule.name, finding.key


def _meets(span: Span, taken: Sequence[Span]) -> bool:
    """Whether ``span`` overlaps one of ``taken``, or touches one where either is an insertion.

    ``taken`` is sorted and its spans do not overlap, so their ends are sorted too.
    """
    at = bisect_left(taken, (span[0], span[0]))
    while at and taken[at - 1][1] >= span[0]:
        at -= 1
    while at < len(taken) and taken[at][0] <= span[1]:
        start, end = taken[at]
        if start == end or span[0] == span[1] or (start < span[1] and span[0] < end):
            return True
        at += 1
    return False


def edits_of(findings: Sequence[Finding]) -> dict[str, list[Edit]]:
    """The edits of the findings' fixes for each path, in the order of the text; edits at one point keep theirs."""
    edits: dict[str, list[Edit]] = {}
    for finding in findings:
        for edit in finding.fix.edits if finding.fix else ():
            edits.setdefault(edit.source.path, []).append(edit)
    return {path: sorted(found, key=lambda edit: edit.span) for path, found in sorted(edits.items())}


def _mark(finding: Finding) -> tuple[object, ...]:
    """What tells a fix from another, whatever pass it is offered in."""
    fix = finding.fix
    title = fix.title if fix else ""
    edits = fix.edits if fix else ()
    texts = tuple((e.source.path, e.source.text[e.span[0] : e.span[1]], e.text) for e in edits)
    return *finding.identity, title, texts
