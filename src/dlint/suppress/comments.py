"""Comments that hide findings: ``# dlint: ignore=rule[,rule] -- reason`` and its relatives.

    # dlint: ignore=RULE[,RULE]        the instruction, YAML entry or line below; at the end of a YAML line: that line
    # dlint: ignore-stage=RULE[,RULE]  the build stage it stands in, or above whose FROM it stands
    # dlint: ignore-file=RULE[,RULE]   the whole file

A date may follow, ``until=2027-01-31``, and a reason, after ``--``. A rule is named by its name or an alias.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from dlint.lazy import pattern
from dlint.rule.finding import Finding, Suppressed
from dlint.source import Embedded, Node, Source, Span

# What a comment covers.
Below = Callable[[Node], Span]
Stage = Callable[[Node], Span | None]

_DIRECTIVE = pattern(r"[ \t]*dlint[ \t]*:[ \t]*(?P<rest>.*)", re.S)
_WITHOUT_COLON = pattern(r"[ \t]*dlint[ \t]+(?P<verb>ignore(?:-stage|-file)?)[ \t]*=")
_FORM = pattern(
    r"(?P<verb>ignore|ignore-stage|ignore-file)[ \t]*=[ \t]*(?P<rules>[\w./*-]+(?:[ \t]*,[ \t]*[\w./*-]+)*)"
    r"(?:[ \t]+until[ \t]*=[ \t]*(?P<until>\d{4}-\d\d-\d\d))?"
    r"(?:[ \t]*--[ \t]*+(?P<reason>(?:.*\S)?))?[ \t]*$"
)


class Suppression(Node):
    """One comment that hides findings.

    ``rules`` are the names as written, empty for every rule; ``scope`` the characters of the file in which findings
    must start to be hidden. ``malformed`` says what is wrong with it; such a one hides nothing. ``tool`` is whose
    comment it is.
    """

    __slots__ = ("tool", "rules", "scope", "reason", "until", "malformed", "used", "unknown", "expired", "judged")

    def __init__(
        self,
        source: Source,
        span: Span,
        *,
        tool: str = "dlint",
        rules: tuple[str, ...] = (),
        scope: Span = Span(0, 0),
        reason: str = "",
        until: str = "",
        malformed: str = "",
    ) -> None:
        super().__init__(source, span)
        self.tool = tool
        self.rules = rules
        self.scope = scope
        self.reason = reason
        self.until = until
        self.malformed = malformed
        self.used: set[str] = set()
        self.unknown: list[tuple[str, str]] = []
        self.expired = False
        # Whether every rule it names runs here, so that "hides nothing" means something.
        self.judged = False

    def move_out(self) -> None:
        """If it stands in an embedded text, make it one of the file around that."""
        inner = self.source
        if isinstance(inner, Embedded):
            self.scope = inner.place(Node(inner, self.scope)).span
            self.span = inner.place(self).span
            self.source = inner.outer.source


def read(comments: Iterable[tuple[Node, str]], below: Below, stage: Stage | None = None) -> list[Suppression]:
    """The suppressions among ``comments``: pairs of the comment's node and its text after ``#``.

    What a comment can cover the file's syntax knows: ``below`` gives the span that one at a node covers, ``stage`` that
    of the stage, or None where there is none.
    """
    found = []
    for node, text in comments:
        if "dlint" in text:
            match = _DIRECTIVE.match(text)
            slip = _WITHOUT_COLON.match(text)
            if match:
                found.append(_one(node, match["rest"].strip(), below, stage))
            elif slip:
                wrong = f"a colon is missing; write `dlint: {slip['verb']}=`"
                found.append(Suppression(node.source, node.span, malformed=wrong))
    return found


def _one(node: Node, rest: str, below: Below, stage: Stage | None) -> Suppression:
    source = node.source
    form = _FORM.match(rest)
    if not form:
        return Suppression(source, node.span, malformed=_what_is_wrong(rest))
    verb = form["verb"]
    scope: Span | None
    if verb == "ignore":
        scope = below(node)
    elif verb == "ignore-file":
        scope = Span(0, len(source.text) + 1)
    else:
        scope = stage(node) if stage is not None else None
    if scope is None:
        return Suppression(source, node.span, malformed="ignore-stage belongs in a Dockerfile, inside or above a stage")
    return Suppression(
        source,
        node.span,
        rules=tuple(name.strip() for name in form["rules"].split(",")),
        scope=scope,
        reason=(form["reason"] or "").strip(),
        until=form["until"] or "",
    )


def _what_is_wrong(rest: str) -> str:
    verb = re.split(r"[\s=]", rest, maxsplit=1)[0]
    if verb not in ("ignore", "ignore-stage", "ignore-file"):
        return f"unknown directive {verb!r}; write ignore=, ignore-stage= or ignore-file="
    return f"cannot be read; write `dlint: {verb}=RULE,RULE until=YYYY-MM-DD -- reason`"


# A suppression with the names of the rules it hides.
_Wanted = tuple[Suppression, set[str]]


def apply(
    findings: Sequence[Finding], suppressions: Sequence[Suppression], names: Callable[[str], set[str]], today: str
) -> None:
    """Mark the findings that a suppression hides. ``names`` turns a written name into rule names; ``today`` is ISO."""
    if not suppressions:
        return
    wanted: list[_Wanted] = []
    for suppression in suppressions:
        suppression.expired = bool(suppression.until) and suppression.until < today
        if suppression.malformed or suppression.expired:
            continue
        covered: set[str] = set()
        for written in suppression.rules:
            covered |= names(written)
        wanted.append((suppression, covered))
    places: dict[str, list[_Wanted]] = {}
    for item in wanted:
        places.setdefault(item[0].source.path, []).append(item)
    found: dict[str, list[Finding]] = {path: [] for path in places}
    for finding in findings:
        if finding.source.path in found:
            found[finding.source.path].append(finding)
    for path, items in places.items():
        _hide(found[path], items)


def _hide(findings: list[Finding], wanted: list[_Wanted]) -> None:
    """Mark the findings of one file, going once through it: at each finding few suppressions are open."""
    order = {id(item): number for number, item in enumerate(wanted)}
    waiting = sorted(wanted, key=lambda item: item[0].scope[0], reverse=True)
    opened: list[_Wanted] = []
    for finding in sorted(findings, key=lambda finding: finding.span[0]):
        start = finding.span[0]
        if waiting and waiting[-1][0].scope[0] <= start:
            while waiting and waiting[-1][0].scope[0] <= start:
                opened.append(waiting.pop())
            opened.sort(key=lambda item: order[id(item)])
        opened = [item for item in opened if start < max(item[0].scope[1], item[0].scope[0] + 1)]
        for suppression, covered in opened:
            if finding.rule.name in covered or not suppression.rules:
                suppression.used.add(finding.rule.name)
                if finding.suppressed is None:
                    finding.suppressed = Suppressed("comment", suppression.reason, suppression)
