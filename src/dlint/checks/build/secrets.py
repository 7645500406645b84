"""Secrets and ssh agents that RUN mounts, and what the build is given of them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.api import NamedTuple, Node, Problem, Problems, Related, check, pattern
from dlint.api.build import Build, Mount, Run, Stage, StageGraph, closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.api.compose import BuildConfig, Reference


class _Wanted(NamedTuple):
    """A mount of a secret or of ssh: its id, the place, and whether the build stops without."""

    name: str
    where: Mount
    required: bool
    stage: Stage
    run: Run


def _mounts(graph: StageGraph, kind: str, *, needed: bool) -> Iterator[_Wanted]:
    for stage in graph.stages:
        if needed and not stage.reachable:
            continue
        for run in stage.runs:
            for mount in run.mounts if run.flags else ():
                if mount.type == kind:
                    name = mount.get("id") or (mount.get("source") if kind == "secret" else None)
                    if not name:
                        name = "default" if kind == "ssh" else posixpath.basename(mount.get("target") or "")
                    required = (mount.get("required") or "").lower() in ("true", "1", "t")
                    yield _Wanted(name, mount, required, stage, run)


def _ids(config: BuildConfig) -> dict[str, Reference] | None:
    """The secrets that a build gives, by the ids it gives them; None if one is unknown."""
    found: dict[str, Reference] = {}
    for reference in config.secrets:
        target = reference.target
        name = target.literal if target is not None else reference.name
        if not name:
            return None
        found[posixpath.basename(name)] = reference
        found[name] = reference
    return found


@check(on=Build, having=("links",))
def build_secret_not_given(build: Build) -> Problems:
    """A secret that a RUN mounts, and that the service's build does not give."""
    wanted = [one for one in _mounts(build.graph, "secret", needed=True) if one.name and "$" not in one.name]
    for link, config in build.asks if wanted else ():
        given = _ids(config)
        if given is None:
            continue
        mounted = {one.name for one in _mounts(build.graph, "secret", needed=False)}
        external = {one.name for one in link.model.secrets if one.external is not False}
        for one in {one.name: one for one in reversed(wanted)}.values():
            entry = given.get(one.name)
            if entry is not None and entry.name not in external:
                continue
            spare = [name for name in given if name not in mounted]
            near = closest(one.name, spare) if entry is None else None
            if near and not one.required and not build.takes_more:
                continue  # build-secret-not-mounted tells that at the same entry.
            at_run_time = any(one.name in (each.name, _literal(each)) for each in link.service.secrets)
            if not (one.required or near or at_run_time or entry is not None or _reads(one)):
                continue
            where: Node = given[near].key if near else (entry.key if entry is not None else build.key(link, config))
            why = f", did you mean {one.name} by {near}?" if near else ""
            if not near and at_run_time:
                why = ": `secrets` of the service are for its container, those of `build` for the build"
            elif entry is not None:
                why = ": an external secret never reaches a build"
            message = f"The build of {link.service.name} does not give the secret {one.name} that a RUN mounts{why}"
            related = [Related(one.where, "mounted here"), *build.origins(link, config.context, config.dockerfile)]
            yield Problem(where, message, related=related, doubtful=not one.required)


_TEST = pattern(r"(?:^|[\s;&|(])(?:\[\[?|test)\s+(?:!\s*)?-\w\s")


def _reads(one: _Wanted) -> bool:
    """Whether the script reads the file of a secret and never asks whether it is there."""
    path = one.where.get("target") or f"/run/secrets/{one.name}"
    script = one.stage.script(one.run)
    return script is not None and path in script.text.text and not _TEST.search(script.text.text)


def _literal(reference: Reference) -> str | None:
    return reference.target.literal if reference.target is not None else None


@check(on=Build, having=("links",))
def build_secret_not_mounted(build: Build) -> Problems:
    """A secret that a build gives and that no RUN mounts."""
    if not build.links or build.takes_more:
        return
    mounts = list(_mounts(build.graph, "secret", needed=False))
    if any("$" in one.name for one in mounts):
        return
    names = [one.name for one in mounts]
    for link, config in build.asks:
        given = _ids(config) or {}
        for reference in {id(one): one for one in given.values()}.values():
            ids = [name for name, one in given.items() if one is reference]
            if any(name in names or build.source.mentions(f"/run/secrets/{name}") for name in ids):
                continue
            near = closest(ids[0], [name for name in names if name not in given])
            if any(one.name == near and one.required and one.stage.reachable for one in mounts):
                continue  # build-secret-not-given tells that, and that the build stops.
            hint = f", did you mean {near}?" if near else ""
            related = [Related(one.where, "mounted here") for one in mounts if one.name == near]
            related = related or [Related(stage.from_.keyword, "what is built") for stage in build.graph.shipped]
            message = f"No RUN of {build.source.path} mounts the secret {ids[0]}{hint}"
            yield Problem(reference.key, message, related=[*related, *build.origins(link, reference.node)])


_SSH = pattern(r"git@[\w.-]+:|ssh://|git\+ssh:")


@check(on=Build, having=("links",))
def build_ssh_not_given(build: Build) -> Problems:
    """An ssh agent or key that a RUN mounts, and that the service's build does not give."""
    wanted = {one.name: one for one in reversed(list(_mounts(build.graph, "ssh", needed=True))) if "$" not in one.name}
    for link, config in build.asks if wanted else ():
        given = [entry.name for entry in config.ssh]
        if any("$" in name for name in given):
            continue
        for one in wanted.values():
            others = _others_give(build, one.name)
            clones = _SSH.search(one.run.raw) is not None
            if one.name in given or not (one.required or clones or others):
                continue
            near = next((entry for entry in config.ssh if closest(one.name, [entry.name])), None)
            where = near.key if near is not None else build.key(link, config)
            advice = f"write `ssh: [{one.name}]`" if link.is_service else "name it under `ssh`"
            message = (
                f"The build of {link.service.name} does not give the ssh agent `{one.name}` that a RUN mounts: {advice}"
            )
            related = [Related(one.where, "mounted here"), *others]
            related += [Related(entry.key, "this one is given") for entry in config.ssh[:1] if entry is not near]
            related += build.origins(link, config.context, config.dockerfile)
            yield Problem(where, message, related=related, doubtful=not (one.required or clones))


def _others_give(build: Build, name: str) -> list[Related]:
    """The entries of other builds of the same Dockerfile that give this ssh id."""
    found = []
    for link in build.workspace.builds_of(build.source.path):
        config = link.service.build
        if config is not None and link not in build.links:
            found += [Related(entry.key, "another build gives it") for entry in config.ssh if entry.name == name]
    return found[:1]
