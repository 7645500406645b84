"""Joins what is found in one Dockerfile under its several builds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from dlint.rule.finding import Finding
from dlint.rule.rule import Related
from dlint.source import Embedded, Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.model.dockerfile.graph import StageGraph
    from dlint.workspace.configured import Configured

_MOST_NAMES = 3
_MOST_PLACES = 100
_Key = tuple[str, str, int, int, str]


def joined(ways: Sequence[tuple[Configured, Sequence[Finding]]]) -> list[Finding]:
    """The findings of all builds, equal ones once.

    Of the builds those count that need the stage a finding stands in. If all of them have it, its text is that of a
    single build; else it ends with the services in whose build it shows. What is found only where the stage is not
    needed (that nobody needs it, say) must be found in every build.
    """
    found: dict[_Key, list[tuple[Configured, Finding]]] = {}
    for way, findings in ways:
        for finding in findings:
            found.setdefault(_key(finding), []).append((way, finding))
    kept = []
    for same in found.values():
        first = same[0][1]
        if not _stands_in(first, ways[0][0].graph):
            kept.append(first)
            continue
        needing = [way for way, _ in ways if _needs(way, first)]
        having = [way for way, _ in same if way in needing]
        if not having:
            if len(same) == len(ways):
                kept.append(first)
            continue
        if len(having) < len(needing):
            first = next(finding for way, finding in same if way is having[0])
            _name_builds(first, having)
        kept.append(first)
    return kept


def _key(finding: Finding) -> _Key:
    return finding.rule.name, finding.source.path, *finding.span, finding.message


def _stands_in(finding: Finding, graph: StageGraph) -> bool:
    """Whether a finding stands in the Dockerfile itself, not in a file that has it built."""
    source = graph.source
    if not isinstance(source, Embedded):
        return finding.source is source
    start, end = source.place(graph).span
    return finding.path == source.outer.source.path and start <= finding.span[0] <= end


def _needs(way: Configured, finding: Finding) -> bool:
    """Whether a build needs the stage around a finding; of what stands above the stages, every build does."""
    source, stages = way.graph.source, way.graph.stages
    starts = [source.place(stage).span[0] if isinstance(source, Embedded) else stage.span[0] for stage in stages]
    at = bisect_right(starts, finding.span[0]) - 1
    return at < 0 or stages[at].reachable


def _name_builds(finding: Finding, ways: Sequence[Configured]) -> None:
    """Say in which builds a finding shows; the services are related."""
    builds = [build for way in ways for build in way.builds]
    names = list(dict.fromkeys(build.service.name for build in builds))
    if not names:
        finding.message += " (in a build that the configuration names)"
        return
    shown = ", ".join(names[:_MOST_NAMES])
    rest = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    word = "services" if all(build.is_service for build in builds) else "builds of"
    word = "in the build of" if len(names) == 1 else word
    finding.message += f" ({word} {shown}{rest})"
    known = {(related.where.source.path, related.where.span) for related in finding.related}
    places = [build.service.build for build in builds[:_MOST_PLACES]]
    finding.related = [
        *finding.related,
        *(
            Related(Node(place.source, place.span), "this build")
            for place in places
            if place is not None and (place.source.path, place.span) not in known
        ),
    ]
