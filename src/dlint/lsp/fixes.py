"""All safe fixes of one document at once, and the ways to hide a finding, as changes of text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from dlint.fix.fixer import fix
from dlint.fix.keeps import accepts, comments
from dlint.lsp.diagnostics import visible
from dlint.lsp.offer import Hiding
from dlint.lsp.view import View
from dlint.rule.finding import Finding
from dlint.rule.joined import places
from dlint.source import Source, Span
from dlint.syntax.dockerfile.parser import From, Instruction

REASON = "say why here"


def all_safe(view: View) -> list[tuple[Source, Span, str]]:
    """The changes of the document by all its safe fixes, verified one by one; fixes of other files are left."""
    before = {view.path: view.source}
    result = fix(
        before,
        lambda sources: _relint(view, sources),
        unsafe=False,
        wanted=lambda finding: finding.path == view.path,
        accepts=accepts,
        comments=comments,
    )
    after = result.sources[view.path].text
    return [(view.source, span, text) for span, text in difference(view.source.text, after)]


def _relint(view: View, sources: Mapping[str, Source]) -> list[Finding]:
    """The visible findings of the document with other text. Raises RuntimeError if the run fails for it."""
    workspace = view.workspace.with_texts(sources) if sources[view.path] is not view.source else view.workspace
    outcome = view.folder.run(workspace, {view.path: view.kind}, patient=True)
    if outcome.failures and workspace is not view.workspace:
        raise RuntimeError(outcome.failures[-1].message)
    found = [finding for finding in outcome.findings if finding.suppressed is None and finding.path == view.path]
    return places(found)


def difference(before: str, after: str) -> Iterator[tuple[Span, str]]:
    """The changes that make one text of another: by lines, and of these no more than what differs."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    for tag, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield _trimmed(before, Span(starts[first], starts[last]), "".join(new[begin:end]))


def _trimmed(text: str, span: Span, new: str) -> tuple[Span, str]:
    old = text[span[0] : span[1]]
    front = _same(old, new)
    back = _same(old[front:][::-1], new[front:][::-1])
    return Span(span[0] + front, span[1] - back), new[front : len(new) - back]


def _same(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def hidings(view: View, finding: Finding) -> Iterator[Hiding]:
    """The comments that hide a finding and nothing else; each has been tried, once for one state of the project."""
    place = (view.path, finding.rule.name, finding.span, finding.message)
    tried = view.folder.tried
    if place not in tried:
        tried[place] = [*_tried(view, finding)]
    yield from tried[place]


def _tried(view: View, finding: Finding) -> Iterator[Hiding]:
    name = finding.rule.name
    newline = view.source.newline
    for what, verb, offset in _comment_places(view, finding):
        indent = _indent(view.source, offset) if verb == "ignore" else ""
        at = offset + len(indent)
        text = f"# dlint: {verb}={name} -- {REASON}{newline}{indent}"
        if _hides(view, finding, at, text):
            yield Hiding(f"Ignore {name} for {what}", at, text)


def _comment_places(view: View, finding: Finding) -> Iterator[tuple[str, str, int]]:
    source, start = view.source, finding.span[0]
    line = source.starts()[source.line(start) - 1]
    if view.kind != "dockerfile":
        yield "this line", "ignore", line
        yield "this file", "ignore-file", 0
        return
    tree = view.workspace.tree(source)
    around = [one for one in tree.instructions if one.span[0] <= start <= one.span[1]]
    if around:
        yield "this instruction", "ignore", _line_start(source, around[-1])
    froms = [one for one in tree.instructions if isinstance(one, From) and one.span[0] <= start]
    if froms:
        yield "this stage", "ignore-stage", _line_start(source, froms[-1])
    yield "this file", "ignore-file", _below_directives(view)


def _line_start(source: Source, instruction: Instruction) -> int:
    return source.starts()[instruction.line - 1]


def _below_directives(view: View) -> int:
    """Where the first comment may stand: one above ``# syntax=`` would make that a comment too."""
    directives = view.workspace.tree(view.source).directives
    return view.source.full_line_span(directives[-1].line).end if directives else 0


def _indent(source: Source, offset: int) -> str:
    found = re.compile(r"[ \t]*").match(source.text, offset)
    return found[0] if found is not None else ""


def _hides(view: View, finding: Finding, at: int, text: str) -> bool:
    """Whether the text, written there, hides the finding and brings none."""
    changed = view.source.with_text(view.source.text[:at] + text + view.source.text[at:])
    workspace = view.workspace.with_texts({view.path: changed})
    before = visible(view, alone=True)
    # What another file has to say of it takes a run over both.
    own_only = any(one.rule is finding.rule and one.span == finding.span for one in before)
    before = before if own_only else visible(view)
    outcome = view.folder.run(workspace, {view.path: view.kind}, patient=False, own_only=own_only)
    left = [one for one in outcome.findings if one.suppressed is None and one.path == view.path]
    same = sum(one.rule.name == finding.rule.name for one in places(before))
    gone = same - sum(one.rule.name == finding.rule.name for one in places(left))
    # What ShellCheck says may have come in between, and is none of the comment's doing.
    new = {one.rule.name for one in left if not one.rule.page.family} - {one.rule.name for one in before}
    return gone > 0 and not new


def in_configuration(text: str, name: str, table: str) -> tuple[int, str]:
    """The offset and the text that add a rule to ``ignore`` in a configuration; ``table`` is "" or ``tool.dlint``."""
    start, end = 0, len(text)
    if table:
        header = re.search(rf"^[ \t]*\[[ \t]*{re.escape(table)}[ \t]*\][^\n]*(?:\n|$)", text, re.M)
        start = header.end() if header is not None else len(text)
    following = re.compile(r"^[ \t]*\[", re.M).search(text, start)
    end = following.start() if following is not None else end
    known = re.compile(r"^[ \t]*ignore[ \t]*=[ \t]*\[", re.M).search(text, start, end)
    if known is not None:
        rest = text[known.end() : end].lstrip()
        return known.end(), f'"{name}"' if rest.startswith("]") else f'"{name}", '
    single = re.compile(r"^[ \t]*ignore[ \t]*=", re.M).search(text, start, end)
    if single is not None:
        return -1, ""
    line = f'ignore = ["{name}"]\n'
    return start, line if not start or text[start - 1] == "\n" else "\n" + line
