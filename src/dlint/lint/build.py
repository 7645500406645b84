"""Goes through the builds of a Dockerfile: the file with its context, for each service that builds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlint.config.dispatch import Plan
from dlint.model.dockerfile.graph import StageGraph
from dlint.workspace.build import Build, builds_of

if TYPE_CHECKING:
    from dlint.lint import run as engine
    from dlint.workspace.service_build import ServiceBuild


def walk(run: engine.Run, path: str, graph: StageGraph, builds: Sequence[ServiceBuild], plan: Plan) -> None:
    """Show each build of the Dockerfile at ``path`` to the rules across files."""
    entries = plan.of(Build)
    if not entries:
        return
    for build in builds_of(run.project, graph, builds):
        build.ignore_linted = build.ignore is not None and build.ignore.source.path in run.targets
        run.sink.visit(entries, build, graph, build.service.name if build.service is not None else "", path)
