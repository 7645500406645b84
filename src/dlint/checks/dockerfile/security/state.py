"""What an image keeps, and what it leaves out: data as root, sockets and stages."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.api import Problem, Problems, Related, check, pattern
from dlint.api.dockerfile import (
    Add,
    Cmd,
    Copy,
    Entrypoint,
    Instruction,
    OwnImage,
    Run,
    Stage,
    Volume,
    Word,
    Workdir,
    is_root,
    is_script,
    value_of,
)

_STATE = ("/data", "/srv", "/var/lib", "/var/log", "/var/cache", "/var/run", "/var/spool")


# What the system keeps there is no data of the application's.
_OWN_DATA = pattern(
    r"/var/lib/(?!(?:apt|aptitude|dpkg|rpm|dnf|yum|pacman|apk|systemd|dbus|alternatives|locales)(?:/|$))."
)


@check(on=Stage)
def stage_unused(stage: Stage) -> Problems:
    """A stage that no target needs."""
    if not stage.reachable and not _asked_for(stage):
        shipped = stage.graph.shipped[-1]
        related = [Related(shipped.from_.keyword, "This is what is built")]
        yield Problem(
            stage.from_.stage_name or stage.from_.keyword,
            "Nothing that is built needs this stage; name it as a target in the configuration, or remove it",
            related=related,
        )


_MOST_LATER = 20


def _asked_for(stage: Stage) -> bool:
    """Whether another builder of the project names the stage as a target, or one that needs it; so may the last do.

    Somebody who is not seen here may build that.
    """
    waiting, seen = [stage], {stage}
    later = stage.graph.stages[stage.index + 1 :][:_MOST_LATER]
    while waiting:
        current = waiting.pop()
        if current is stage.graph.stages[-1] or (current.name and stage.graph.usage.names_target(current.name)):
            return True
        for other in later:
            if other not in seen and (other.base is current or current in other.copied_from | other.mounted_from):
                seen.add(other)
                waiting.append(other)
    return False


@check(on=Volume, onbuild=True)
def docker_socket_volume(volume: Volume, stage: Stage) -> Problems:
    """VOLUME of the engine's control socket."""
    for word in volume.paths:
        if "docker.sock" in (value_of(word, volume, stage) or word.value):
            yield Problem(word, "VOLUME mounts nothing of the host, and the engine's socket would be root on it")


@check(on=Stage)
def state_as_root(stage: Stage) -> Problems:
    """Data that lasts, in an image whose program runs as root."""
    if not stage.shipped or stage.os == "windows" or stage.root.scratch:
        return
    user = stage.user
    if isinstance(user, Word):
        name = stage.expand(user, len(stage.instructions)).value
        if name is None or not is_root(name):
            return
    elif stage.root.image is None or OwnImage.of_stage(stage).as_root is False:
        return
    if stage.graph.usage.run_as and all(name is not None and not is_root(name) for name in stage.graph.usage.run_as):
        return
    start = stage.last(Entrypoint) or stage.last(Cmd)
    if stage.steps_down or (start is not None and is_script(start)):
        return
    for at in stage.lineage:
        for node in at.instructions[1:]:
            path = _state(node, at)
            if path:
                message = f"The image keeps data in {path}, and its program runs as root; give it a user of its own"
                yield Problem(node.keyword, message)
                return


def _made(run: Run, stage: Stage) -> Iterator[str]:
    """The folders of an application's own that a RUN makes below /var/lib."""
    script = stage.script(run)
    for name in ("mkdir", "install") if script is not None else ():
        for command in script.by_name.get(name, ()) if script is not None else ():
            if name == "mkdir" or command.has_flag("-d", "--directory"):
                yield from (word.text for word in command.arguments if _OWN_DATA.match(word.text))


def _state(node: Instruction, stage: Stage) -> str | None:
    """The path an instruction keeps data in, if it does."""
    if isinstance(node, Volume):
        return value_of(node.paths[0], node, stage) or node.paths[0].value if node.paths else None
    if isinstance(node, Workdir):
        folder = stage.workdir_at(stage.position(node) + 1)
        path = folder if isinstance(folder, str) else None
    elif isinstance(node, (Copy, Add)) and node.destination is not None:
        folder, to = stage.workdir_at(node), value_of(node.destination, node, stage)
        known = to is not None and (to.startswith("/") or isinstance(folder, str))
        path = (
            posixpath.normpath(posixpath.join(folder if isinstance(folder, str) else "/", to or "")) if known else None
        )
    elif isinstance(node, Run):
        made = list(_made(node, stage))
        path = made[0] if made else None
    else:
        return None
    return path if path and any(path == top or path.startswith(top + "/") for top in _STATE) else None
