"""Which of the commands of a script do the work."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    from dlint.syntax.shell.script import ShellCommand

MOST: Final = 200
"""How many instructions or commands are looked at: keeps the work linear for files of any length."""


def innermost(commands: Sequence[ShellCommand]) -> Iterator[ShellCommand]:
    """The commands that run no other one: not ``sudo``, ``env`` or ``sh -c``, but what they run."""
    for at, command in enumerate(commands):
        following = commands[at + 1] if at + 1 < len(commands) else None
        if command.name and (following is None or len(following.via) <= len(command.via)):
            yield command
