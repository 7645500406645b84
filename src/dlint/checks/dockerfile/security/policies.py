"""What a team asks of its own Dockerfiles."""

from __future__ import annotations

from collections.abc import Mapping

from dlint.api import Fix, Problem, Problems, check
from dlint.api.dockerfile import Mount, Run, Stage, StageGraph, flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_NONE: Final[Mapping[str, str]] = {}


@check(on=StageGraph, given=("commands",))
def command_without_secret_mount(graph: StageGraph, *, commands: Mapping[str, str] = _NONE) -> Problems:
    """A command that is to have a secret, in a RUN that does not mount it; ``commands`` maps names to mount options."""
    for stage in graph.stages:
        for run in stage.runs:
            yield from _without_mount(run, stage, commands)


def _without_mount(run: Run, stage: Stage, commands: Mapping[str, str]) -> Problems:
    script = stage.script(run)
    if script is None or not script.posix:
        return
    for name in commands:
        calls = script.by_name.get(name)
        if not calls:
            continue
        wanted = _options(commands[name])
        if any(given.type == "secret" and _fits(given, wanted) for given in run.mounts):
            continue
        mount = ",".join(("--mount=type=secret", *(f"{key}={value}" for key, value in wanted.items())))
        fix = Fix("Mount the secret; the build then needs it", flag(run, mount), safe=False)
        yield Problem(calls[0].name_node, f"{name} is to have its secret here: add {mount}", fix=fix)


def _options(text: str) -> dict[str, str]:
    """``id=a,target=/b`` as a mapping; ``type=secret`` goes without saying."""
    pairs = (part.strip().partition("=") for part in text.split(","))
    return {key: value for key, _, value in pairs if key and key != "type"}


def _fits(mount: Mount, wanted: Mapping[str, str]) -> bool:
    return all(mount.get(key) == value for key, value in wanted.items())
