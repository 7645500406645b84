"""What a Dockerfile says about BuildKit's own checks: which experimental ones to run, and whether warnings are errors.

Source: BuildKit, ``frontend/dockerfile/linter``: the ``check`` directive, the build argument that replaces it and the
comments of that form above an instruction.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator

from dlint.model.dockerfile.graph import StageGraph
from dlint.rule.finding import Finding
from dlint.source import Embedded, Node, Span
from dlint.suppress.comments import Suppression
from dlint.syntax.dockerfile.directives import FailedChecks
from dlint.syntax.dockerfile.parser import CheckOptions, Cmd, Comment, Dockerfile, Entrypoint, From, Instruction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

FILE_ONLY: Final = frozenset(
    (
        "NoEmptyContinuation", "ConsistentInstructionCasing", "DuplicateStageName", "ReservedStageName",
        "InvalidDefaultArgInFrom",
    )
)  # fmt: skip
"""Checks that no comment above an instruction can skip, only the directive at the top."""

EXPERIMENTAL: Final = frozenset(("InvalidDefinitionDescription",))
"""Checks that run only if asked for, and that are never skipped."""

CHECKS: Final = (
    frozenset(
        (
            "StageNameCasing", "FromAsCasing", "JSONArgsRecommended", "MaintainerDeprecated", "UndefinedArgInFrom",
            "FromPlatformFlagConstDisallowed", "RedundantTargetPlatform", "InvalidBaseImagePlatform",
            "WorkdirRelativePath", "UndefinedVar", "MultipleInstructionsDisallowed", "LegacyKeyValueFormat",
            "SecretsUsedInArgOrEnv", "CopyIgnoredFile", "ExposeProtoCasing", "ExposeInvalidFormat",
        )
    )
    | FILE_ONLY
)  # fmt: skip
"""The checks that run always and can be skipped; their case counts."""

_COMMENT = re.compile(r"check\s*=\s*(\S.*)", re.IGNORECASE)


def options_of(tree: Dockerfile, graph: StageGraph) -> CheckOptions | None:
    """The options in force for the file: those of the build argument if it is given, else the directive's."""
    given = graph.build_args.get("BUILDKIT_DOCKERFILE_CHECK")
    return CheckOptions(given) if given else tree.check


def directive_of(tree: Dockerfile) -> Node:
    """Where the file's options stand: the directive, else the start of the file."""
    return next((node for node in tree.directives if node.name == "check"), tree.part(0, 0))


def comment_options(tree: Dockerfile) -> Iterator[tuple[Instruction, Comment, CheckOptions]]:
    """The options in comments above instructions; of those above one instruction the first counts."""
    for instruction in tree.instructions:
        for comment in instruction.comments:
            match = _COMMENT.fullmatch(comment.text) if not comment.indented else None
            if match is not None:
                yield instruction, comment, CheckOptions(match[1])
                break


class RequestedChecks:
    """What the file asks for beyond the configuration.

    ``everywhere`` are checks to run on the whole file, ``inside`` those to run on the instructions with these spans
    only. ``fatal`` says that the builder takes what its checks find for an error.
    """

    __slots__ = ("everywhere", "inside", "fatal", "skipped")

    def __init__(self, tree: Dockerfile, graph: StageGraph) -> None:
        self.everywhere: frozenset[str] = frozenset()
        self.inside: dict[str, list[Span]] = {}
        self.fatal = False
        self.skipped: frozenset[str] = frozenset()
        options = options_of(tree, graph)
        if options is not None and options.problem is None:
            self.everywhere = _experimental(options)
            self.fatal = options.error is True
            self.skipped = CHECKS if options.skip_all else frozenset(options.skip)
        if self.fatal:
            self.everywhere |= CHECKS - self.skipped
        for instruction, _, own in comment_options(tree):
            if own.problem is None:
                for name in _experimental(own) - self.everywhere:
                    self.inside.setdefault(name, []).append(instruction.span)

    @property
    def rules(self) -> frozenset[str]:
        """The names of all these checks, with the tool before them."""
        return frozenset(f"buildkit/{name}" for name in (*self.everywhere, *self.inside))


def _experimental(options: CheckOptions) -> frozenset[str]:
    return EXPERIMENTAL if options.experimental_all else EXPERIMENTAL.intersection(options.experimental)


class BuildKitOutcome:
    """Says after a run, with suppressions applied, whether the builder would stop at what its checks find."""

    __slots__ = ("path", "graph", "wishes", "configured")

    def __init__(self, path: str, graph: StageGraph, wishes: RequestedChecks, configured: Collection[str]) -> None:
        self.path = path
        self.graph = graph
        self.wishes = wishes
        # The rules that run whatever the file says.
        self.configured = configured

    def allowed(self, findings: list[Finding]) -> list[Finding]:
        """The findings without those of checks that were asked for on other instructions only."""
        return [finding for finding in findings if finding.path != self.path or self._is_wanted(finding)]

    def _is_wanted(self, finding: Finding) -> bool:
        if finding.rule.name in self.configured:
            return True
        names = [alias.removeprefix("buildkit/") for alias in finding.rule.aliases]
        spans = [span for name in names for span in self.wishes.inside.get(name, ())]
        return not spans or any(start <= finding.span[0] < end for start, end in spans)

    def judge(self, findings: Iterable[Finding]) -> FailedChecks | None:
        """The checks that fail, ``None`` if none does. Comments for dlint hide nothing from the builder."""
        if not self.wishes.fatal:
            return None
        found: dict[str, Node] = {}
        wanted = {*self.wishes.everywhere, *self.wishes.inside}
        source = self.graph.source
        start, end = source.place(self.graph).span if isinstance(source, Embedded) else self.graph.span
        own = [f for f in findings if f.path == self.path and start <= f.span[0] <= end]
        for finding in sorted(own, key=lambda f: f.span):
            hidden = finding.suppressed.where if finding.suppressed is not None else None
            if isinstance(hidden, Suppression) and hidden.tool == "buildkit":
                continue
            for alias in finding.rule.aliases:
                name = alias.removeprefix("buildkit/")
                if name in wanted and name != alias and name not in found and self._is_meant(name, finding):
                    found[name] = Node(finding.source, finding.span)
        return FailedChecks(directive_of(self.graph.dockerfile), found) if found else None

    def _is_meant(self, name: str, finding: Finding) -> bool:
        """Whether BuildKit's check finds it too: its one on JSON arrays is for what starts without a SHELL only."""
        if name != "JSONArgsRecommended":
            return True
        instructions = self.graph.dockerfile.instructions
        at = bisect_right(instructions, finding.span[0], key=lambda node: node.span[0]) - 1
        node = instructions[at] if at >= 0 else None
        if not isinstance(node, Cmd | Entrypoint):
            return isinstance(node, From)
        starts = bisect_right(self.graph.stages, node.span[0], key=lambda stage: stage.span[0])
        return starts > 0 and self.graph.stages[starts - 1].shell_at(node).node is None
