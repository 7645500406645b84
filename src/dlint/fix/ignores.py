"""Where a comment that hides a finding can stand: the edits that put it there, the narrowest first."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from dlint.project.kinds import kind_by_name
from dlint.rule.finding import Finding
from dlint.rule.rule import Fix
from dlint.source import Edit, Source, Span

MOST_PLACES = 4
"""How many places there are for a finding at most."""

# What stands before a comment at the end of a line, and the columns such a line may have; a longer one goes above.
_GAP = "  "
_WIDEST = 120


class _Place:
    """``offset`` is where text goes in; ``before`` and ``after`` stand around the comment there."""

    __slots__ = ("after", "before", "offset", "verb")

    def __init__(self, offset: int, before: str, after: str, verb: str = "ignore") -> None:
        self.offset = offset
        self.before = before
        self.after = after
        self.verb = verb


def attach(findings: Iterable[Finding], wanted: Collection[int], number: int, tail: str) -> None:
    """Make the fix of each finding a comment at its place of that ``number``; findings at one place share it.

    ``wanted`` are the ids of the findings to hide; the others get no fix. ``tail`` is what follows the names of rules.
    """
    groups: dict[tuple[str, int, str], tuple[_Place, list[Finding]]] = {}
    for finding in findings:
        finding.fix = None
        if id(finding) not in wanted:
            continue
        places = list(_places(finding))
        if number < len(places):
            place = places[number]
            groups.setdefault((finding.path, place.offset, place.verb), (place, []))[1].append(finding)
    for place, group in groups.values():
        names = ",".join(sorted({finding.rule.name for finding in group}))
        text = f"{place.before}# dlint: {place.verb}={names}{tail}{place.after}"
        if place.before == _GAP and len(group[0].source.line_text(group[0].line)) + len(text) > _WIDEST:
            place = _above(group[0].source, group[0].line)
            text = f"{place.before}{text.strip()}{place.after}"
        edit = Edit(group[0].source, Span(place.offset, place.offset), text)
        group[0].fix = Fix("Ignore it", edit)


def _places(finding: Finding) -> Iterator[_Place]:
    kind = kind_by_name(finding.path) or ("compose" if finding.path.endswith((".yml", ".yaml")) else "dockerfile")
    if finding.path.endswith(".json"):
        return iter(())  # JSON has no comments.
    if kind == "compose":
        return _in_yaml(finding)
    return _in_dockerfile(finding) if kind == "dockerfile" else iter([_above(finding.source, finding.line)])


def _in_dockerfile(finding: Finding) -> Iterator[_Place]:
    """Above the instruction, for its stage, for the file: a finding that stands for several is hidden with all of them.

    What stands in no instruction, such as a directive, is only reached from the file as a whole.
    """
    from dlint.syntax.dockerfile import parser

    source = finding.source
    start = finding.span[0]
    first: int | None = None
    for instruction in parser.parse(source).instructions:
        if first is None:
            first = instruction.line
        if instruction.span[0] <= start <= instruction.span[1]:
            yield _above(source, instruction.line)
            yield _above(source, instruction.line, "ignore-stage")
            break
    yield _above(source, first or 1, "ignore-file")


def _in_yaml(finding: Finding) -> Iterator[_Place]:
    """At the end of the line, above it, above the line that it hangs under, for the file."""
    source = finding.source
    line = finding.line
    text = source.line_text(line)
    if not re.search(r"(^|\s)#", text):
        yield _Place(source.line_span(line).end, _GAP, "")
    yield _above(source, line)
    indent = _indent(text)
    for above in range(line - 1, 0, -1):
        text = source.line_text(above)
        if text.strip() and not text.lstrip().startswith("#") and len(_indent(text)) < len(indent):
            yield _above(source, above)
            break
    yield _above(source, 1, "ignore-file")


def _above(source: Source, line: int, verb: str = "ignore") -> _Place:
    return _Place(source.line_span(line).start, _indent(source.line_text(line)), "\n", verb)


def _indent(text: str) -> str:
    return text[: len(text) - len(text.lstrip(" \t"))]
