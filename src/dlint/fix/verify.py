"""What linting says of fixes that were applied: whether they fixed what they were meant to, and spoiled nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from dlint.rule.finding import Finding
from dlint.source import Edit, Span

_Identity = tuple[str, str, str, str]


def judged(
    before: Sequence[Finding],
    after: Sequence[Finding],
    fixed: Sequence[Finding],
    edits: Mapping[str, list[Edit]],
    fixable: Callable[[Finding], bool],
) -> str:
    """What linting says against the fixes of ``fixed``; empty if nothing.

    Every fixed finding must be gone, or say less where a fix fixes it in part, and no new one may be there, but for
    what only a file that the builder accepts can be judged for, if all that was fixed is of category validity, and but
    for style that is ``fixable``, if nothing that was fixed is style: its own fixes come in later passes. A finding is
    the same one if rule, stage or service and text are the same, or if it has the same rule and stands where the old
    one stands after the edits: an edit may change the text that another finding stands on. Style that moves (a file is
    too long from another line on) is not new if its rule finds no more of it.
    """
    old = Counter(finding.identity for finding in before)
    old.subtract(finding.identity for finding in fixed)
    still = _found_still(after, fixed, old)
    if still is not None:
        return f"{still.rule.name} still finds it afterwards"
    new = _counting(_not_in(old, after), fixed, fixable)
    found = _unexpected(new, before, after, fixed, _places_left(before, fixed, old, edits)) if new else None
    return f"{found.rule.name} would then find something at {found.path}:{found.line}" if found is not None else ""


def _found_still(after: Sequence[Finding], fixed: Sequence[Finding], old: Counter[_Identity]) -> Finding | None:
    """A finding that its fix did not do away with; of one that fixes a part, one that says the same as before."""
    left = Counter(finding.identity for finding in after)
    said = {(finding.identity, finding.message) for finding in after}
    for finding in fixed:
        stays = left[finding.identity] > old[finding.identity]
        if (finding.identity, finding.message) in said if is_partial(finding) else stays:
            return finding
    return None


def _not_in(old: Counter[_Identity], after: Sequence[Finding]) -> list[Finding]:
    """The findings that were not there before; those that were are taken from ``old``."""
    new: list[Finding] = []
    for finding in after:
        if old[finding.identity] > 0:
            old[finding.identity] -= 1
        else:
            new.append(finding)
    return new


def _counting(new: list[Finding], fixed: Sequence[Finding], fixable: Callable[[Finding], bool]) -> list[Finding]:
    """The new findings that may be the doing of these fixes."""
    if all(finding.rule.category == "validity" for finding in fixed):
        # What the builder could not read is read now, and judged for the first time: that is no damage.
        new = [finding for finding in new if finding.rule.category == "validity"]
    if not any(map(is_style, fixed)):
        new = [finding for finding in new if not is_style(finding) or not fixable(finding)]
    return new


def _places_left(
    before: Sequence[Finding], fixed: Sequence[Finding], old: Counter[_Identity], edits: Mapping[str, list[Edit]]
) -> dict[tuple[str, str], list[Span]]:
    """Where each rule may go on finding something: the places, after the edits, of what was found and not fixed."""
    done = set(map(id, fixed))
    places: dict[tuple[str, str], list[Span]] = {}
    for finding in reversed(before):
        if id(finding) not in done and old[finding.identity] > 0:
            old[finding.identity] -= 1
            span = moved(finding.span, edits.get(finding.path, ()))
            places.setdefault((finding.path, finding.rule.name), []).append(span)
    for finding in filter(is_partial, fixed):
        # One finding of several stands for the places that it names, too.
        here = [related.where.span for related in finding.related if related.where.source.path == finding.path]
        spans = [moved(span, edits.get(finding.path, ())) for span in here]
        places.setdefault((finding.path, finding.rule.name), []).extend(spans)
    return places


def _unexpected(
    new: list[Finding],
    before: Sequence[Finding],
    after: Sequence[Finding],
    fixed: Sequence[Finding],
    places: dict[tuple[str, str], list[Span]],
) -> Finding | None:
    """The first of the new findings that is neither the rest of one nor one that has moved."""
    rest = Counter(finding.identity[:3] for finding in fixed if is_partial(finding))
    grown = _per_file(after) - (_per_file(before) - _per_file(fixed))
    for finding in new:
        if rest[finding.identity[:3]] > 0:
            rest[finding.identity[:3]] -= 1
            continue
        spans = places.get((finding.path, finding.rule.name), [])
        same = next((span for span in spans if span[0] <= finding.span[1] and finding.span[0] <= span[1]), None)
        if same is not None:
            spans.remove(same)
        elif not is_style(finding) or grown[finding.path, finding.rule.name] > 0:
            return finding
    return None


def _per_file(findings: Sequence[Finding]) -> Counter[tuple[str, str]]:
    """How many findings a rule has in a file."""
    return Counter((finding.path, finding.rule.name) for finding in findings)


def is_partial(finding: Finding) -> bool:
    """Whether its fix fixes a part of it only."""
    return finding.fix is not None and finding.fix.partial


def is_style(finding: Finding) -> bool:
    """Whether the finding is about style, which is fixed last."""
    return finding.rule.category == "style"


def moved(span: Span, edits: Sequence[Edit]) -> Span:
    """Where a span lies after ``edits``, which are in order; an end inside an edit takes in the whole new text."""
    start, end = span
    shift_start = shift_end = 0
    for edit in edits:
        first, last = edit.span
        grown = len(edit.replacement) - (last - first)
        if last <= start:
            shift_start += grown
        elif first < start:
            shift_start += first - start
        if last <= end:
            shift_end += grown
        elif first < end:
            shift_end += first + len(edit.replacement) - end
    return Span(start + shift_start, end + shift_end)
