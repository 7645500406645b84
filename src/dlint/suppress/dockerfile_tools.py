"""Comments written for other linters that hide findings: what their authors meant, dlint honours.

BuildKit's ``check=skip=``, hadolint's ``ignore=``, ``stage ignore=`` and ``global ignore=``, tally's ``ignore=``,
ShellCheck's ``disable=``, ``trivy:ignore:``, ``checkov:skip=``, ``nosemgrep`` and ``kics-scan``.
Each comment covers what it covers for its own tool, and the rules that have that tool's name for them as an alias.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from dlint.lazy import pattern
from dlint.model.dockerfile.graph import StageGraph
from dlint.source import Node, Span
from dlint.suppress.buildkit import CHECKS, EXPERIMENTAL, FILE_ONLY, comment_options, directive_of, options_of
from dlint.suppress.comments import Suppression
from dlint.syntax.dockerfile.parser import (
    CheckOptions,
    Cmd,
    Comment,
    Dockerfile,
    Entrypoint,
    From,
    Healthcheck,
    Instruction,
)
from dlint.syntax.suggest import closest

_REPEATED = frozenset(
    (
        "MultipleInstructionsDisallowed", "DL4003", "DL4004", "DL3012", "trivy/DS-0016", "trivy/DS-0007",
        "trivy/DS-0023", "semgrep/multiple-cmd-instructions", "semgrep/multiple-entrypoint-instructions",
    )
)  # fmt: skip
"""The names of rules about an instruction that another replaces: comments that hide them stand above the later one."""


def of_dockerfile(tree: Dockerfile, graph: StageGraph) -> list[Suppression]:
    """The comments for other tools in a Dockerfile that hide findings."""
    text = tree.source.text
    found: list[Suppression] = []
    if "skip" in text or "check" in text or graph.build_args.get("BUILDKIT_DOCKERFILE_CHECK"):
        found += buildkit(tree, graph)
    if "hadolint" in text:
        found += hadolint(tree)
    if "tally" in text:
        found += tally(tree)
    if "shellcheck" in text:
        found += shellcheck(tree)
    if "trivy:" in text or "checkov:" in text or "nosemgrep" in text or "kics-scan" in text:
        found += scanners(tree)
    return found


# BuildKit


def buildkit(tree: Dockerfile, graph: StageGraph) -> Iterator[Suppression]:
    """The directive ``check=`` at the top, or the build argument that replaces it, and the comments of that form.

    Of the comments above an instruction only the first such counts. Source: BuildKit, ``frontend/dockerfile/linter``.
    """
    options = options_of(tree, graph)
    if options is not None and options.problem is None:
        everything = Span(0, len(tree.source.text) + 1)
        yield from _skipping(directive_of(tree), CHECKS if options.skip_all else _known(options.skip), everything)
        yield from _unheard(directive_of(tree), options)
    for instruction, comment, options in comment_options(tree):
        if options.problem is not None:
            yield Suppression(comment.source, comment.span, tool="buildkit", malformed=options.problem)
            continue
        yield from _unheard(comment, options)
        names = (CHECKS if options.skip_all else _known(options.skip)) - FILE_ONLY
        # Of what is repeated only the later one's comment counts, and it speaks for the one before.
        yield from _skipping(comment, names - _REPEATED, instruction.span)
        replaced = _replaced(tree, instruction) if names & _REPEATED else None
        if replaced is not None:
            yield from _skipping(comment, names & _REPEATED, replaced)


def _replaced(tree: Dockerfile, instruction: Instruction) -> Span | None:
    """The instruction without effect that this one replaces: rules tell it there, other tools' comments stand here."""
    if not isinstance(instruction, Cmd | Entrypoint | Healthcheck):
        return None
    at = bisect_left(tree.instructions, instruction.span[0], key=lambda node: node.span[0])
    for before in reversed(tree.instructions[:at]):
        if isinstance(before, From):
            return None
        if type(before) is type(instruction):
            return before.span
    return None


def _unheard(where: Node, options: CheckOptions) -> Iterator[Suppression]:
    """What is written to no effect: names BuildKit does not have, and what stands behind a blank."""
    names = (*(() if options.skip_all else options.skip), *(() if options.experimental_all else options.experimental))
    for name in names:
        if name and name not in CHECKS and name not in EXPERIMENTAL and "/" not in name:
            meant = closest(name, sorted(CHECKS | EXPERIMENTAL), 4)
            wrong = f"BuildKit has no check {name}" + (f", did you mean {meant}?" if meant else "")
            yield Suppression(where.source, where.span, tool="buildkit", malformed=wrong)
    if options.lost:
        wrong = f"the list ends at the blank before {options.lost}; write it without blanks"
        yield Suppression(where.source, where.span, tool="buildkit", malformed=wrong)


def _known(names: tuple[str, ...]) -> frozenset[str]:
    """The names BuildKit knows, and those with a tool before them, which are written for linters such as this one."""
    return frozenset(name for name in names if name in CHECKS or "/" in name)


def _skipping(where: Node, names: frozenset[str], scope: Span) -> Iterator[Suppression]:
    rules = tuple(name if "/" in name else f"buildkit/{name}" for name in sorted(names))
    if rules:
        yield Suppression(where.source, where.span, tool="buildkit", rules=rules, scope=scope)


# hadolint and tally

_HADOLINT = pattern(
    r"hadolint[ \t]+(?:(global|stage)[ \t]+)?ignore[ \t]*=[ \t]*"
    r"((?:(?:hadolint|shellcheck)/)?[DLSC0-9]+(?:[ \t]*,[ \t]*(?:(?:hadolint|shellcheck)/)?[DLSC0-9]+)*)[ \t]*(?:#.*)?"
)
_MEANT_FOR_HADOLINT = pattern(r"hadolint[ \t]+(?:(?:global|stage)[ \t]+)?ignore[ \t]*=")
_TALLY = pattern(
    r"tally[ \t]+(?:(global)[ \t]+)?ignore[ \t]*=[ \t]*([\w./-]+(?:[ \t]*,[ \t]*[\w./-]+)*)[ \t]*(?:;reason=.*)?"
)


def hadolint(tree: Dockerfile) -> Iterator[Suppression]:
    """hadolint's pragmas, also with tally's form of the codes (``hadolint/DL3006``).

    Its grammar is strict: one bad code voids the comment, which is then said to hide nothing.
    """
    reach = _Reach(tree)
    for comment in tree.comments:
        match = _HADOLINT.fullmatch(comment.text)
        if match is not None and comment.inside is not None and match[1] != "global":
            wrong = "hadolint reads no comment inside an instruction; put it above, or write `dlint: ignore=`"
            yield Suppression(comment.source, comment.span, tool="hadolint", malformed=wrong)
        elif match is not None:
            yield from reach.hiding("hadolint", comment, match)
        elif _MEANT_FOR_HADOLINT.match(comment.text):
            wrong = "hadolint wants codes such as DL3008 and SC2086, parted by commas, and nothing else after ignore="
            yield Suppression(comment.source, comment.span, tool="hadolint", malformed=wrong)


def tally(tree: Dockerfile) -> Iterator[Suppression]:
    """tally's ``ignore=`` and ``global ignore=``, with or without a reason."""
    reach = _Reach(tree)
    for comment in tree.comments:
        match = _TALLY.fullmatch(comment.text)
        if match is not None and comment.inside is not None and match[1] != "global":
            wrong = "tally reads no comment inside an instruction; put it above, or write `dlint: ignore=`"
            yield Suppression(comment.source, comment.span, tool="tally", malformed=wrong)
        elif match is not None:
            yield from reach.hiding("tally", comment, match)


_SHELLCHECK = pattern(r"shellcheck[ \t]+(?:[^\s=]++=\S++[ \t]++)*disable=(all|SC\d{4}(?:,SC\d{4})*)(?:[ \t].*)?")


def shellcheck(tree: Dockerfile) -> Iterator[Suppression]:
    """ShellCheck's ``disable=``, which the builder takes out of a script before ShellCheck could see it.

    It covers the instruction below, inside an instruction the line below, and above the first one the file.
    """
    for comment in tree.comments:
        match = _SHELLCHECK.fullmatch(comment.text)
        if match is None:
            continue
        at = bisect_left(tree.instructions, comment.span.end, key=lambda node: node.span.start)
        if comment.inside is not None:
            line = comment.line + 1
            while comment.source.line_text(min(line, comment.source.line_count)).lstrip().startswith("#"):
                line += 1
            scope = comment.source.full_line_span(min(line, comment.source.line_count))
        elif at == 0:
            scope = Span(0, len(tree.source.text) + 1)
        elif at < len(tree.instructions):
            scope = tree.instructions[at].span
        else:
            continue
        rules = ("shellcheck",) if match[1] == "all" else tuple(match[1].split(","))
        yield Suppression(comment.source, comment.span, tool="shellcheck", rules=rules, scope=scope)


_TRIVY = pattern(r"trivy:ignore:(?:AVD-)?DS-?0*(\d{1,4})(?::\S*)?(?:\s.*)?", re.IGNORECASE)
_CHECKOV = pattern(r"checkov:skip=(CKV2?_DOCKER_\d+)\s*(?::\s*(.*))?", re.IGNORECASE)
SEMGREP = pattern(r"nosemgrep(?::\s*([\w.-]+(?:\s*,\s*[\w.-]+)*))?(?:\s.*)?")
KICS = pattern(r"kics-scan\s+(ignore-line|ignore-block|ignore|disable\s*=\s*\S.*|enable\s*=\s*\S.*)\s*")


def scanners(tree: Dockerfile) -> Iterator[Suppression]:
    """Trivy's, Semgrep's and KICS's comments, for the instruction right below, and Checkov's, for the file."""
    reach = _Reach(tree)
    for comment in tree.comments:
        text = comment.text
        if match := _CHECKOV.fullmatch(text):
            rules, reason = (f"checkov/{match[1].upper()}",), match[2] or ""
            scope = reach.everything
            yield Suppression(comment.source, comment.span, tool="checkov", rules=rules, scope=scope, reason=reason)
        elif match := _TRIVY.fullmatch(text):
            yield from reach.over_next("trivy", comment, (f"trivy/DS-{int(match[1]):04}",))
        elif match := SEMGREP.fullmatch(text):
            yield from reach.over_next("semgrep", comment, semgrep_rules(match[1]))
        elif match := KICS.fullmatch(text):
            yield from _kics(comment, match[1], reach)


def semgrep_rules(written: str | None) -> tuple[str, ...]:
    """The rules that a comment for Semgrep names by their whole or their last name; without any, all of Semgrep's."""
    if written is None:
        return ("semgrep/*",)
    return tuple(f"semgrep/{name.strip().rpartition('.')[2]}" for name in written.split(","))


def kics_unread(word: str) -> str:
    """Why a comment for KICS hides nothing here."""
    verb = word.partition("=")[0].strip()
    return f"{verb}= names queries of KICS by numbers, which dlint does not know; write `dlint: ignore-file=RULE`"


def _kics(comment: Comment, word: str, reach: _Reach) -> Iterator[Suppression]:
    """KICS's comments: for the file, and for the line or the instruction right below."""
    if word == "ignore":
        yield Suppression(comment.source, comment.span, tool="kics", rules=("kics/*",), scope=reach.everything)
    elif word in ("ignore-line", "ignore-block"):
        yield from reach.over_next("kics", comment, ("kics/*",))
    else:
        yield Suppression(comment.source, comment.span, tool="kics", malformed=kics_unread(word))


class _Reach:
    """What such comments cover: the file; the stage below, its FROM left out; or the instruction right below."""

    __slots__ = ("everything", "lines", "stages", "tree")

    def __init__(self, tree: Dockerfile) -> None:
        self.tree = tree
        self.everything = Span(0, len(tree.source.text) + 1)
        self.lines = {node.start_line: node for node in tree.instructions}
        self.stages = [node.span.start for node in tree.instructions if isinstance(node, From)]

    def hiding(self, tool: str, comment: Comment, match: re.Match[str]) -> Iterator[Suppression]:
        """The suppression for a comment: groups 1 and 2 of ``match`` are its reach and the names of rules."""
        scope = self._scope(comment, match[1])
        if scope is not None:
            rules = tuple(name.strip() for name in match[2].split(","))
            yield from self._over(tool, comment, rules, scope)

    def over_next(self, tool: str, comment: Comment, rules: tuple[str, ...]) -> Iterator[Suppression]:
        """The suppression of ``rules`` in the instruction right below the comment, if there is one."""
        scope = self._scope(comment, None)
        if scope is not None:
            yield from self._over(tool, comment, rules, scope)

    def _over(self, tool: str, comment: Comment, rules: tuple[str, ...], scope: Span) -> Iterator[Suppression]:
        yield Suppression(comment.source, comment.span, tool=tool, rules=rules, scope=scope)
        repeated = tuple(name for name in rules if name in _REPEATED)
        below = self.lines.get(comment.line + 1)
        if repeated and below is not None and below.span == scope:
            replaced = _replaced(self.tree, below)
            if replaced is not None:
                yield Suppression(comment.source, comment.span, tool=tool, rules=repeated, scope=replaced)

    def _scope(self, comment: Comment, reach: str | None) -> Span | None:
        if reach == "global":
            return self.everything
        # A comment counts for the very next line only.
        below = self.lines.get(comment.line + 1) if comment.inside is None else None
        if reach is None:
            return below.span if below is not None else None
        if comment.inside is not None:
            return None
        # In the middle of a stage it works from the second line below on.
        start = below.span.end if isinstance(below, From) else comment.source.offset(comment.line + 2)
        at = bisect_left(self.stages, start)
        return Span(start, self.stages[at] if at < len(self.stages) else self.everything.end)
