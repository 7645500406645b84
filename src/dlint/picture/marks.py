"""Findings at the nodes that they are about."""

from __future__ import annotations

from bisect import bisect_right

from dlint.picture.graph import GraphNode, ProjectGraph, Remark
from dlint.source import Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlint.rule.finding import Finding


def mark(graph: ProjectGraph, findings: Iterable[Finding]) -> None:
    """Give each finding to the stage, service, volume or network that it stands in, or to none of them."""
    stages = _by_path(graph.of_kind("stage"))
    others = _by_path(graph.of_kind("service", "builder", "volume", "network"))
    for finding in findings:
        remark = Remark(finding.rule.name, finding.severity, finding.message, Node(finding.source, finding.span))
        node = _compose_node(others.get(finding.path, ()), finding) or _stage_node(
            stages.get(finding.path, ()), finding
        )
        (node.remarks if node is not None else graph.elsewhere).append(remark)


def _by_path(nodes: Iterable[GraphNode]) -> dict[str, list[GraphNode]]:
    found: dict[str, list[GraphNode]] = {}
    for node in nodes:
        found.setdefault(node.path, []).append(node)
    for listed in found.values():
        listed.sort(key=_start)
    return found


def _start(node: GraphNode) -> int:
    return node.where.span[0] if node.where is not None else 0


def _compose_node(nodes: Iterable[GraphNode], finding: Finding) -> GraphNode | None:
    """The service that a finding names; else the service, volume or network on whose key it stands."""
    if finding.rule.kind == "dockerfile":
        return None
    if finding.anchor:
        named = [node for node in nodes if node.kind in ("service", "builder") and node.name == finding.anchor]
        if named:
            return named[0]
    return next((node for node in nodes if node.where is not None and node.where.span == finding.span), None)


def _stage_node(nodes: Iterable[GraphNode], finding: Finding) -> GraphNode | None:
    """The stage around a finding; what stands above the first is about that one."""
    listed = list(nodes)
    if not listed or finding.rule.kind not in ("dockerfile", "build"):
        return None
    at = bisect_right([_start(node) for node in listed], finding.span[0]) - 1
    return listed[max(at, 0)]
