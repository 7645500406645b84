"""What a build may do, and what its RUN instructions need: entitlements and a network."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.api import Problem, Problems, Related, check
from dlint.api.build import (
    SYSTEM_NAMES,
    Build,
    Flag,
    Run,
    ShellCommand,
    Stage,
    StageGraph,
    commands_of,
    loads,
    refreshes,
)


@check(on=Build, having=("links",))
def build_entitlement_not_given(build: Build) -> Problems:
    """A RUN that needs more than a build may do unless the service grants it."""
    wanted: dict[str, Flag] = {}
    for stage in build.graph.stages:
        for run in stage.of(Run) if stage.reachable else ():
            for name, value, entitlement in _ENTITLEMENTS:
                flag = run.flag(name)
                if flag is not None and flag.value is not None and flag.value.value == value:
                    wanted.setdefault(entitlement, flag)
    for link, config in build.asks if wanted else ():
        given = [scalar.literal for scalar in config.entitlements]
        if None in given:
            continue
        privileged = config.privileged
        network = config.network
        for entitlement, flag in wanted.items():
            if entitlement in given:
                continue
            if entitlement == "security.insecure":
                if privileged is not None and privileged.literal not in ("false", "no"):
                    continue
            elif network is not None and network.literal in (None, "host"):
                continue
            message = f"A RUN has {flag.raw}, and the build of {link.service.name} does not grant {entitlement}"
            related = [Related(flag, "asked for here"), *build.origins(link, config.context, config.dockerfile)]
            yield Problem(build.key(link, config), message, related=related)


_ENTITLEMENTS = (("security", "insecure", "security.insecure"), ("network", "host", "network.host"))


@check(on=Build, having=("links",))
def build_without_network(build: Build) -> Problems:
    """A build without network whose RUN fetches something."""
    for link, config in build.asks:
        network = config.network
        if network is None or network.literal != "none":
            continue
        found = next(_fetching(build.graph), None)
        if found is not None:
            message = f"The build has no network, and a RUN of {build.source.path} calls {_words(found)}"
            related = [Related(found, "this needs a network"), *build.origins(link, network)]
            yield Problem(network.place, message, related=related)


@check(on=Build, words=("--network",))
def build_step_without_network(build: Build) -> Problems:
    """A RUN that takes its own network away and fetches something."""
    for stage in build.graph.stages:
        for run in stage.of(Run) if stage.reachable else ():
            flag = run.flag("network")
            if flag is None or flag.value is None or flag.value.value != "none":
                continue
            found = next(_fetches_of(run, stage), None)
            if found is not None and not _may_lie_here(found, run, stage):
                related = [Related(found, "this needs a network")]
                yield Problem(flag, f"This step has no network, and calls {_words(found)}", related=related)


def _words(command: ShellCommand) -> str:
    return f"{command.name} {command.verb}".rstrip()


def _fetching(graph: StageGraph) -> Iterator[ShellCommand]:
    """The commands that need a network, in stages that are built."""
    for stage in graph.stages:
        for run in stage.of(Run) if stage.reachable else ():
            flag = run.flag("network")
            if flag is not None and flag.value is not None and flag.value.value != "default":
                continue
            yield from _fetches_of(run, stage)


def _fetches_of(run: Run, stage: Stage) -> Iterator[ShellCommand]:
    for command in commands_of(run, stage):
        if _fetches(command) and not _is_answered(command):
            yield command


def _is_answered(command: ShellCommand) -> bool:
    """Whether something deals with its failure."""
    around = command.surroundings
    return around.answered if around is not None else command.conditional


# They tell a tool to take what is here (apt-get(8), apk(8), dnf(8), pip.pypa.io, docs.npmjs.com, pnpm.io, yarnpkg.com,
# bundler.io), or to say something about itself.
_OFFLINE = frozenset(
    "--no-index --find-links --offline --prefer-offline --no-network --local --no-download --cacheonly "
    "--immutable --immutable-cache --help --version".split()
)
_HERE = ("://localhost", "://127.", "://[::1]")


def _fetches(command: ShellCommand) -> bool:
    words = [word.text for word in command.given]
    if command.name in ("curl", "wget"):
        return any(_leads_out(word) for word in words)
    if command.name == "git":
        return command.verb in ("clone", "fetch", "pull") and any(_leads_out(word) for word in words)
    if command.verb == "rebuild" or any(word.partition("=")[0] in _OFFLINE or _is_file(word) for word in words):
        return False
    if command.tool in ("go", "cargo", "dotnet", "dpkg", "rpm"):
        return False
    return refreshes(command) or loads(command)


def _leads_out(word: str) -> bool:
    return "://" in word and not word.startswith("file:") and not any(here in word for here in _HERE)


def _is_file(word: str) -> bool:
    return word.startswith((".", "/")) or word.endswith((".deb", ".rpm", ".apk", ".whl", ".tgz", ".gem"))


def _may_lie_here(command: ShellCommand, run: Run, stage: Stage) -> bool:
    """Whether a mount or an earlier step may have filled the cache that a tool takes packages from."""
    if any(mount.type == "cache" for mount in run.mounts):
        return True
    if command.tool in SYSTEM_NAMES:
        return any(word.text in ("--download-only", "-d") for each in _before(run, stage) for word in each.words)
    earlier = (each for each in _before(run, stage) if each.tool == command.tool)
    return any(loads(each) or each.verb in ("fetch", "download") for each in earlier)


def _before(run: Run, stage: Stage) -> Iterator[ShellCommand]:
    """The commands of the steps before one, in its stage and those that it is built from."""
    for at in stage.lineage:
        for each in at.runs:
            if each is run:
                break
            yield from commands_of(each, at)
