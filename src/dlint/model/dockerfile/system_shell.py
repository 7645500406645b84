"""Which shell ``/bin/sh`` is at a place of a stage: that of the base image, or one that a RUN put there."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.lazy import NamedTuple
from dlint.model.dockerfile.shells import dialect_of
from dlint.model.facts import system_shells
from dlint.syntax.dockerfile.parser import Instruction, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.model.dockerfile.stage import Stage
    from dlint.syntax.shell.script import ShellCommand

_PLACES: Final = frozenset(("/bin/sh", "/usr/bin/sh"))
_DIALECTS: Final = {"bash": "bash", "dash": "dash", "ash": "busybox", "busybox": "busybox", "ksh": "ksh"}


class Replaced(NamedTuple):
    """A command that puts another shell at ``/bin/sh``: where it ends in the file, and the shell's dialect."""

    end: int
    dialect: str


def at_start(stage: Stage, run: Instruction) -> str:
    """The dialect of ``/bin/sh`` when an instruction starts; ``sh`` where nobody can know it."""
    before = stage.position(run)
    for at in stage.lineage:
        found = [one for one in replacements(at) if at.position_after(one.end) < before]
        if found:
            return found[-1].dialect
        if at.base is not None:
            before = len(at.base.instructions)
    return of_base(stage)


def of_base(stage: Stage) -> str:
    """The dialect of ``/bin/sh`` in the image that a stage is built from in the end."""
    root = stage.root
    if root.system_shell is None:
        known = system_shells.of_image(root.image)
        root.system_shell = known or system_shells.of_managers(_programs(stage)) or "sh"
    return root.system_shell


def _programs(stage: Stage) -> frozenset[str]:
    """The programs that the stages which share a root run, as far as they are package managers."""
    waiting = [stage.root]
    found: set[str] = set()
    while waiting:
        at = waiting.pop()
        waiting += at.children
        for run in at.runs:
            script = at.script(run)
            if script is not None and script.text.source.mentions(*system_shells.MANAGERS):
                found |= script.names & system_shells.MANAGERS
    return frozenset(found)


def replacements(stage: Stage) -> list[Replaced]:
    """The commands of a stage that put another shell at ``/bin/sh``, in order."""
    if not stage.source.mentions("/bin/sh", "dpkg-reconfigure"):
        return []
    return list(_replacements(stage))


def _replacements(stage: Stage) -> Iterator[Replaced]:
    for run in stage.of(Run):
        script = stage.script(run)
        for command in script.commands if script is not None and script.posix else ():
            dialect = _put(command)
            if dialect is not None:
                yield Replaced(command.span[1], dialect)


def _put(command: ShellCommand) -> str | None:
    """The dialect of the shell that a command puts at ``/bin/sh``."""
    if command.name == "dpkg-reconfigure":
        # Debian's dash asks whether it is to be /bin/sh; where somebody answers, the answer is no.
        asked = any(word.text == "dash" for word in command.arguments)
        return "bash" if asked and "dash/sh" in command.script.text.text else None
    words = command.arguments
    if command.name not in ("ln", "cp", "mv") or len(words) != 2 or words[1].text not in _PLACES:
        return None
    return _DIALECTS.get(dialect_of(words[0].text))
