"""What stops a build before its first step: an ignore file or a target the builder does not accept."""

from __future__ import annotations

from dlint.api import Fix, Node, Problem, Problems, Related, check, pattern
from dlint.api.build import Build, closest, local_copies

_NAME = pattern(r"[a-z][a-z0-9_.-]*")


@check(on=Build, having=("ignore.faults",))
def ignore_file_refused(build: Build) -> Problems:
    """A Dockerfile whose ignore file has a line that the builder refuses; reported here if that file is not linted."""
    ignore = build.ignore
    if ignore is None or not ignore.faults or build.ignore_linted or not build.graph.stages:
        return
    fault = ignore.faults[0]
    copy = next(local_copies(build.graph), None)
    if copy is None:
        return  # Nothing asks for the context, and the builder does not read the file.
    message = f"The builder refuses {fault.source.path} and so this {copy.name}, for its line {fault.line}: "
    yield Problem(copy.keyword, message + fault.message, related=[Related(fault, "This line")])


@check(on=Build, having=("graph.missing_targets",))
def build_target_missing(build: Build) -> Problems:
    """A target to build, of the configuration or of a Compose service, that no stage is called."""
    graph = build.graph
    if not graph.stages:
        return
    names = [stage.name for stage in graph.stages if stage.name]
    stages = [
        Related(stage.from_.stage_name or stage.from_.keyword, "a stage of the Dockerfile")
        for stage in graph.stages[-6:]
    ]
    if build.service is None:
        for target in graph.missing_targets:
            yield _missing(graph.stages[-1].from_.keyword, target, names, "targets in the configuration", False)
    for link, config in build.asks:
        written = config.target
        if written is not None and link.target and link.target in graph.missing_targets:
            who = f"the {link.service.noun} {link.service.name}"
            problem = _missing(written.place, link.target, names, who, written.raw == link.target)
            origins = build.origins(link, written, config.context, config.dockerfile)
            problem.related = [*stages, *origins, *_elsewhere(written.place, config.context, config.dockerfile)]
            yield problem


def _elsewhere(place: Node, *nodes: Node | None) -> list[Related]:
    """Those of the nodes that stand in another file, such as an override that says what is built."""
    return [
        Related(node, "this says what is built")
        for node in nodes
        if node is not None and node.source is not place.source
    ]


def _missing(where: Node, target: str, names: list[str], who: str, fixes: bool) -> Problem:
    # The builder refuses other names, and they may be no YAML where they would be written.
    meant = closest(target, [name for name in names if _NAME.fullmatch(name)])
    known = f"; its stages are {', '.join(names[:6])}" if names else "; none of its stages has a name"
    hint = f", did you mean {meant}?" if meant else known
    fix = (
        Fix(f"Write {meant}, a guess at what was meant", where.replace(meant), safe=False) if meant and fixes else None
    )
    return Problem(where, f"The Dockerfile has no stage {target}, which {who} builds{hint}", fix=fix)
