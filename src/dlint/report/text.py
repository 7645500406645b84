"""``text``: for people. Each finding with its place, as terminals and editors open it, and the characters underlined.

A long report ends in what it comes to: a table of rules and its errors, so that they fit on the last screen.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from operator import attrgetter

from dlint.report import CUT, plural
from dlint.report._escape import columns, is_plain, one_line
from dlint.report._excerpt import excerpt
from dlint.report._places import by_path, by_rule, chosen, shown_path
from dlint.report._summary import Summary
from dlint.rule.finding import Finding, Report
from dlint.rule.secrets import Secrets
from dlint.rule.severity import Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.report._quotes import Quotes

_NARROWEST = 40
# So many findings on the same characters, all of rules that have been explained, are shown in one row.
_MANY = 3
# So many findings fill more than a screen: what they come to is said at the end, in tables of so many rows.
_LONG = 30
# Of a finding that stands for several so many other places are named.
_PLACES = 8
# So many lines become one text.
_FOLDED = 1000
_ROWS = 15
_ERRORS = 10
_LABEL = {severity: severity.label for severity in Severity}
_BOLD, _DIM, _CYAN, _GREEN = "1", "2", "36", "32"
# Of the colours every terminal has, blue cannot be read on black and bright cyan not on white.
_SEVERITY = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "36", Severity.STYLE: "35"}
# The address of a place in a file: path, line and column.
Link = Callable[[str, int, int], str]


def render(
    report: Report,
    *,
    color: bool = False,
    width: int = 100,
    quiet: bool = False,
    shown: Callable[[str], str] = str,
    show_suppressed: bool = False,
    group_by: str = "file",
    only_statistics: bool = False,
    link: Link | None = None,
    quotes: Quotes | None = None,
    hand_on: Callable[[str], None] | None = None,
    unconfigured: bool = False,
) -> str:
    """The findings with their lines, then what went wrong with the run, its notes and, unless ``quiet``, the summary.

    ``width`` is the number of columns to fill; messages wrap there and long lines are cut around the finding.
    ``shown`` gives a path as the reader of the report would write it, ``link`` what a place links to. ``group_by`` is
    ``file``, or ``rule`` for the places of each rule; ``only_statistics`` leaves the findings to the table of rules.
    ``quotes`` takes where lines of files are repeated. ``hand_on`` takes the beginning of a long report while the rest
    is made; what it was given is not in the result. ``unconfigured`` says that nobody chose a preset, so that the
    summary names the one with more advice.
    """
    page = _Page(color, max(width, _NARROWEST), shown, Secrets(report.findings, report.hidden), link, quotes, hand_on)
    findings = chosen(report, show_suppressed)
    if only_statistics:
        page.table(findings, len(findings))
    elif group_by == "rule":
        for group in by_rule(findings):
            page.rule(group)
    else:
        for of_file in by_path(findings).values():
            page.file(of_file)
    for failure in report.failures:
        place = f"{shown_path(shown, failure.path)}: " if failure.path else ""
        page.remark(page.paint("failed", _SEVERITY[Severity.ERROR]) + f"  {place}{one_line(failure.message)}")
    for note in report.notes:
        page.remark(page.paint("note", _CYAN) + f"  {one_line(note)}")
    if report.failures or report.notes:
        page.lines.append("")
    if quiet:
        del page.lines[-1:]
    else:
        if len(findings) > _LONG and not only_statistics:
            page.overview(findings, group_by)
        page.summary(report, None if only_statistics else findings, unconfigured)
    return page.text()


class _Page:
    """What is written so far, and how to write more."""

    def __init__(
        self,
        color: bool,
        width: int,
        shown: Callable[[str], str],
        secrets: Secrets,
        link: Link | None,
        quotes: Quotes | None,
        hand_on: Callable[[str], None] | None,
    ) -> None:
        # The last lines, and those before them as texts of many, unless somebody takes those.
        self.lines: list[str] = []
        self.done: list[str] = []
        self.hand_on = hand_on or self.done.append
        self.color = color
        self.width = width
        self.shown = shown
        self.secrets = secrets
        self.link = link
        self.quotes = quotes
        # How the paths of files are shown, and how many columns that takes.
        self.paths: dict[str, tuple[str, int]] = {}
        self.reported: set[str] = set()
        self.explained: set[tuple[str, Severity]] = set()

    def fold(self) -> None:
        """Make one text of the lines so far: a report of thousands of files has too many to hold each."""
        if self.quotes is not None:
            self.quotes.take(self.lines)
        self.hand_on("\n".join([*self.lines, ""]))
        self.lines.clear()

    def text(self) -> str:
        """The report, or the rest of it."""
        self.hand_on = self.done.append
        self.fold()
        return "".join(self.done)

    def paint(self, text: str, code: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self.color and text else text

    def place(self, finding: Finding) -> str:
        """``path:line:column``."""
        return self.measured(finding)[0]

    def measured(self, finding: Finding) -> tuple[str, int]:
        """``path:line:column``, and how many columns that takes."""
        path = finding.source.path
        if path not in self.paths:
            text = shown_path(self.shown, path)
            self.paths[path] = text, columns(text)
        text, size = self.paths[path]
        line, column = finding.start
        place = f"{text}:{line}:{column}"
        return place, size + len(place) - len(text)

    def linked(self, finding: Finding, text: str, code: str) -> str:
        """``text`` in a colour, as a link to where the finding is."""
        painted = self.paint(text, code) if self.color else text
        if self.link is None:
            return painted
        line, column = finding.start
        # https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
        return f"\033]8;;{self.link(finding.path, line, column)}\033\\{painted}\033]8;;\033\\"

    def file(self, findings: list[Finding]) -> None:
        if len(self.lines) > _FOLDED:
            self.fold()
        last = max([finding.span[0] for finding in findings])
        gutter = len(str(findings[0].source.line(last)))
        for _, group in groupby(findings, key=attrgetter("span")):
            self.together(list(group), gutter)
        findings[0].source.forget_lines()

    def together(self, findings: list[Finding], gutter: int) -> None:
        """Findings on the same characters, which are shown once.

        Several of rules that have been explained above are only named, in one row: a Compose file may lack the same
        six things at each of its services.
        """
        known: list[Finding] = []
        rest = findings
        if len(findings) >= _MANY:
            known, rest = [], []
            for finding in findings:
                (known if self.is_explained(finding) else rest).append(finding)
            if len(known) < _MANY:
                known, rest = [], findings
        for at, finding in enumerate(rest):
            self.headline(finding, f"{self.message(finding)} [{finding.rule.name}]")
            self.explained.add((finding.rule.name, finding.severity))
            if finding.source.text and not at:
                self.excerpt(finding, gutter)
            self.hints(finding, gutter)
        if known:
            self.headline(known[0], f"Here too: {', '.join(finding.rule.name for finding in known)}")
            if not rest:
                self.excerpt(known[0], gutter)
            safe = sum(finding.fix.safe for finding in known if finding.fix is not None)
            unsafe = sum(not finding.fix.safe for finding in known if finding.fix is not None)
            for count, what, option in ((safe, "fix", "--fix"), (unsafe, "unsafe fix", "--unsafe-fixes")):
                if count:
                    words = f"{plural(count, what, what + 'es')} ({option})"
                    self.hint(words, words, _GREEN, gutter)
        self.lines.append("")

    def message(self, finding: Finding) -> str:
        """What is wrong, and what to do: of information the latter is said once, if the next one of its rule says the
        same.
        """
        what, semicolon, advice = one_line(finding.message).partition("; ")
        reported = f"{finding.rule.name}; {advice}"
        if semicolon and finding.severity <= Severity.INFO and reported in self.reported:
            return what
        self.reported.add(reported)
        return what + semicolon + advice

    def is_explained(self, finding: Finding) -> bool:
        """Whether its rule's name says all, as a finding above has said the rest."""
        reported = (finding.rule.name, finding.severity) in self.explained
        return reported and finding.severity <= Severity.INFO and not finding.related and finding.suppressed is None

    def headline(self, finding: Finding, text: str) -> None:
        """Place, severity and text; beside a long place no text fits, so that it stands below."""
        place, size = self.measured(finding)
        label = _LABEL[finding.severity]
        size += len(label) + 4
        beside = size <= self.width * 2 // 5
        indent = size if beside else 4
        rows = _rows(text, self.width - indent)
        if self.color:
            last, _, rule = rows[-1].rpartition(" ")
            rows[-1] = last + " " * bool(last) + (self.paint(rule, _DIM) if rule[:1] == "[" else rule)
            label = self.paint(label, _SEVERITY[finding.severity])
        head = f"{self.linked(finding, place, _BOLD)}  {label}"
        self.lines.append(f"{head}  {rows.pop(0)}" if beside else head)
        self.lines += [" " * indent + row for row in rows]

    def rule(self, findings: list[Finding]) -> None:
        """A rule with the places of its findings."""
        rule = findings[0].rule
        worst = max(finding.severity for finding in findings)
        label = self.paint(_LABEL[worst], _SEVERITY[worst])
        self.lines.append(f"{self.paint(rule.name, _BOLD)}  {label}  {plural(len(findings), 'finding')}")
        for finding in findings:
            place, size = self.measured(finding)
            beside = size + 4 <= self.width * 2 // 5
            indent = size + 4 if beside else 4
            rows = wrapped(one_line(finding.message), self.width - indent)
            head = f"  {self.linked(finding, place, '')}"
            self.lines.append(f"{head}  {rows.pop(0)}" if beside else head)
            self.lines += [" " * indent + row for row in rows]
        self.lines.append("")

    def table(self, findings: list[Finding], most: int) -> None:
        """The rules with how much each found, the worst first; at most ``most`` of them."""
        from dlint.report._statistics import statistics

        rows = statistics(findings)
        if not rows:
            return
        digits = len(str(max(row.found for row in rows)))
        for row in rows[:most]:
            label = self.paint(f"{_LABEL[row.severity]:<7}", _SEVERITY[row.severity])
            fixes = self.paint(f"  {row.fixable} with --fix", _GREEN) if row.fixable else ""
            self.lines.append(f"  {row.found:>{digits}}  {label}  {row.rule.name}{fixes}")
        if len(rows) > most:
            left = sum(row.found for row in rows[most:])
            self.lines.append(
                f"  {plural(left, 'finding')} of {plural(len(rows) - most, 'other rule')}; --statistics lists all"
            )
        self.lines.append("")

    def overview(self, findings: list[Finding], group_by: str) -> None:
        """What a long report comes to: the rules, then the errors."""
        self.lines.append(self.paint("By rule", _BOLD))
        self.table(findings, _ROWS)
        errors = by_rule(finding for finding in findings if finding.severity is Severity.ERROR)
        if not errors or group_by == "rule":
            return
        self.lines.append(self.paint("Errors", _BOLD))
        # Each rule has its share: a hundred findings of one would hide what else there is.
        share = max(_ERRORS // len(errors), 1)
        shown = [finding for group in errors[:_ERRORS] for finding in group[:share]]
        for finding in shown:
            self.lines.append(f"  {self.linked(finding, self.place(finding), '')}  {finding.rule.name}")
        left = sum(map(len, errors)) - len(shown)
        if left:
            self.lines.append(f"  {left} more; --severity error shows them alone")
        self.lines.append("")

    def excerpt(self, finding: Finding, gutter: int) -> None:
        """The line and the marks under it."""
        room = self.width - gutter - 8
        number, text, before, width, more = excerpt(finding.source, finding.span, self.secrets, room)
        line, bar, marks = f"{number:>{gutter}}", "│", "^" * width + (CUT if more else "")
        if self.color:
            line, bar, marks = (
                self.paint(line, _DIM),
                self.paint(bar, _DIM),
                self.paint(marks, _SEVERITY[finding.severity]),
            )
        row = f"    {line} {bar} {text}".rstrip()
        if self.quotes is not None:
            self.quotes.note(len(self.lines), row, text, finding.source, finding.span, self.secrets, room)
        self.lines += (row, f"    {' ' * gutter} {bar} {' ' * before}{marks}")

    def hints(self, finding: Finding, gutter: int) -> None:
        """Related places, the fix, and who suppressed it."""
        if not finding.related and finding.fix is None and finding.suppressed is None:
            return
        said: list[tuple[str, str, str]] = []
        for related in finding.parts[0].related if finding.parts else finding.related:
            line, column = related.where.source.position(related.where.span[0])
            path = related.where.source.path
            place = f"{line}:{column}" if path == finding.path else f"{shown_path(self.shown, path)}:{line}:{column}"
            said.append((f"see {place}: {one_line(related.message)}", place, _CYAN))
        if finding.parts:
            shown = ", ".join(f"{line}:{column}" for line, column in (p.start for p in finding.parts[1 : _PLACES + 1]))
            left = len(finding.parts) - 1 - _PLACES
            said.append((f"see also {shown}{f' and {left} more' if left > 0 else ''}", shown, _CYAN))
        if finding.fix is not None:
            words = "fix available (--fix)" if finding.fix.safe else "unsafe fix (--unsafe-fixes)"
            # What a fix does is said once; the next one of its kind is only offered.
            title = finding.fix.title
            if title not in self.reported:
                title = one_line(title)
            said.append((words if title in self.reported else f"{words}: {title}", words, _GREEN))
            self.reported.add(title)
        if finding.suppressed is not None:
            reason = one_line(finding.suppressed.reason) or "no reason given"
            said.append((f"suppressed ({finding.suppressed.kind}): {reason}", "", ""))
        for text, stressed, code in said:
            self.hint(text, stressed, code, gutter)

    def hint(self, text: str, stressed: str, code: str, gutter: int) -> None:
        """A row below the marks, with the words ``stressed`` in a colour."""
        margin = " " * (gutter + 5)
        first, *rest = _rows(text, self.width - gutter - 7)
        mark = "╰"
        if self.color:
            first, mark = first.replace(stressed, self.paint(stressed, code), 1), self.paint(mark, _DIM)
        self.lines.append(f"{margin}{mark} {first}")
        self.lines += [f"{margin}  {row}" for row in rest]

    def remark(self, text: str) -> None:
        self.lines += wrapped(text, self.width, "  ")

    def summary(self, report: Report, findings: list[Finding] | None, unconfigured: bool) -> None:
        """The figures, and where to read on about the worst of ``findings``."""
        figures = Summary(report)
        worst = figures.worst
        if findings:
            name = by_rule(findings)[0][0].rule.name
            hint = wrapped(f"Why, and what to do: dlint explain {name}", self.width, "  ")
            self.lines += [self.paint(row, _DIM) for row in hint]
            if unconfigured:
                more = "More advice, on hardening, limits, ports and health: dlint --preset strict"
                self.lines += [self.paint(row, _DIM) for row in wrapped(more, self.width, "  ")]
        code = _SEVERITY[worst] if worst else "1;32"
        self.lines += [self.paint(row, code) for row in wrapped(figures.sentence(), self.width)]
        fixes = figures.fixes()
        if fixes:
            self.lines.append(self.paint(fixes, _GREEN))


def _rows(text: str, room: int) -> list[str]:
    """The same as ``wrapped`` for what ``one_line`` has made and no colour was put into."""
    if not text.isascii():
        return wrapped(text, room)
    return _cut(text, room, "") if len(text) > room else [text]


def wrapped(text: str, room: int, indent: str = "") -> list[str]:
    """``text`` in rows of at most ``room`` columns, cut at blanks; rows after the first start with ``indent``.

    A word that is longer than a row stands alone and whole, so that it can be copied.
    """
    if is_plain(text):
        return _cut(text, room, indent) if len(text) > room else [text]
    if columns(text) <= room:
        return [text]
    rows: list[str] = []
    row: list[str] = []
    used = -1
    for word in text.split(" "):
        size = columns(word) + 1
        if row and used + size > room:
            rows.append(" ".join(row))
            row, used = [indent + word], len(indent) + size - 1
        else:
            row.append(word)
            used += size
    return [*rows, " ".join(row)]


def _cut(text: str, room: int, indent: str) -> list[str]:
    """The same for text of which every character takes one column."""
    rows: list[str] = []
    head = ""
    while len(head) + len(text) > room:
        at = text.rfind(" ", 0, max(room - len(head), 0) + 1)
        at = text.find(" ") if at < 0 else at
        if at < 0:
            break
        rows.append(head + text[:at])
        text, head = text[at + 1 :], indent
    return [*rows, head + text]
