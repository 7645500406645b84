"""User accounts: the commands that create them and put them into groups, on Linux and on Windows.

useradd(8), adduser(8), usermod(8), gpasswd(1); `net user`, `net localgroup` and Microsoft.PowerShell.LocalAccounts on
learn.microsoft.com.
"""

from __future__ import annotations

from dlint.lazy import NamedTuple
from dlint.model.facts.users import uid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.syntax.shell.script import ShellCommand

CREATORS: Final = ("useradd", "adduser", "net", "new-localuser")
"""The commands that may create a user, by the names they have in ``ShellCommand.name``."""

GROUP_CREATORS: Final = ("groupadd", "addgroup", "new-localgroup")
"""The commands that do nothing but create groups, or put users into them."""

GROUPERS: Final = ("useradd", "usermod", "adduser", "addgroup", "gpasswd", "net", "add-localgroupmember")
"""The commands that may put users into groups."""

OF_LINUX: Final = ("useradd", "usermod", "groupadd", "groupmod")
"""The commands of shadow-utils that no shell of Windows has; ``adduser`` is also a word of others."""

_ADMINISTRATORS: Final = frozenset(("containeradministrator", "administrator", "system", "localsystem"))


class Membership(NamedTuple):
    """A user that a command gives further groups."""

    user: str
    groups: tuple[str, ...]


def created_by(command: ShellCommand) -> str | None:
    """The name of the user that a command creates; None if it does something else."""
    arguments = [word.text for word in command.arguments]
    if command.name == "useradd":
        return arguments[-1] if arguments else None
    if command.name == "adduser":
        # With two names it puts a user into a group.
        return arguments[0] if len(arguments) == 1 else None
    if command.name == "net":
        return _net(command, "user", 1)
    if command.name == "new-localuser":
        flag = command.flag("-name")
        return (flag.value if flag is not None else None) or next(iter(arguments), None)
    return None


def number_of(command: ShellCommand, user: str) -> int | None:
    """The number with which a command creates a user; None if it creates another one, or does not say."""
    flag = command.flag("-u", "--uid") if command.name in ("useradd", "adduser") else None
    number = flag.value if flag is not None and created_by(command) == user else None
    return uid(number) if number is not None else None


def membership(command: ShellCommand) -> Membership | None:
    """The user to whom a command gives further groups, and these; None if it gives none."""
    arguments = [word.text for word in command.arguments]
    if command.name in ("useradd", "usermod"):
        more, first = command.flag("-G", "--groups"), command.flag("-g", "--gid")
        groups = ",".join(flag.value for flag in (first, more) if flag is not None and flag.value)
        return Membership(arguments[-1], tuple(groups.split(","))) if more is not None and arguments else None
    if command.name == "net":
        group, user = _net(command, "localgroup", 1), _net(command, "localgroup", 2)
        return Membership(user, (group,)) if group and user else None
    if command.name == "add-localgroupmember":
        group, user = (_valued(command, *names) for names in (("-group", "-name"), ("-member",)))
        return Membership(user, (group,)) if group and user else None
    if command.name == "gpasswd" and not command.has_flag("-a", "--add"):
        return None
    return Membership(arguments[0], tuple(arguments[1].split(","))) if len(arguments) == 2 else None


def is_administrator(user: str) -> bool:
    """Whether a user of a Windows container is the one who may do everything there."""
    return user.rpartition("\\")[2].lower() in _ADMINISTRATORS


def _net(command: ShellCommand, what: str, place: int) -> str | None:
    """The operand at a place behind ``net user`` or ``net localgroup``, if the command adds something."""
    words = [word.text for word in command.words]
    operands = [word for word in words if word[:1] != "/"]
    adds = "/add" in (word.lower() for word in words)
    return operands[place] if adds and len(operands) > place and operands[0].lower() == what else None


def _valued(command: ShellCommand, *names: str) -> str | None:
    flag = command.flag(*names)
    return flag.value if flag is not None else None
