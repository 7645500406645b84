"""Users that an image creates: what they are used for, and the groups they are given."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from dlint.api import Fix, Problem, Problems, Related, check, pattern
from dlint.api.dockerfile import (
    MOST,
    RUNTIMES,
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Instruction,
    OwnImage,
    Run,
    ShellCommand,
    Stage,
    User,
    Word,
    accounts,
    for_development,
    innermost,
    is_root,
    is_script,
    made_by,
    mentions_step_down,
    scripts_run,
    started,
    value_of,
)

_OWNERS = ("chown", "chgrp")
# Servers that start as root and change to the user their settings name.
_CHANGING = pattern(
    r"\b(?:nginx|openresty|httpd|apache2|apachectl|php-fpm|haproxy|squid|varnishd|named|unbound|dnsmasq|mysqld|mariadbd"
    r"|postfix|dovecot|vsftpd|memcached|rsyslogd|crond?|tor|openvpn|sshd|smbd|slapd|cupsd|chronyd|ntpd)\b"
)
# What commands of Windows that create a user have in them: `net user` and PowerShell's.
_OF_WINDOWS = (" user ", "new-localuser")
# A name that is no part of a path: a folder is often called like the user.
_NAME = pattern(r"(?<![\w./-])[A-Za-z_][\w-]*(?![\w/-])")


def _commands(stage: Stage, names: tuple[str, ...], before: Instruction | None = None) -> Iterator[ShellCommand]:
    """The commands of these names in the RUNs of a stage and of those it is built from, ``before`` an instruction."""
    at: Stage | None = stage
    end = stage.position(before) if before is not None else None
    left = MOST
    while at is not None and left > 0:
        for node in islice(at.instructions, end):
            left -= 1
            if left < 0:
                return
            if isinstance(node, Run):
                for script in scripts_run(node, at):
                    yield from (command for command in script.commands if command.name in names)
        at, end = at.base, None


@check(on=User, having=("may_name_group",))
def user_group_drops_others(user: User, stage: Stage) -> Problems:
    """``USER name:group`` for a user that was given further groups."""
    word = user.user
    if word is None:
        return
    value = value_of(word, user, stage)
    name, _, group = (value or "").partition(":")
    if not name or not group or name.isdecimal() or is_root(name):
        return
    fix = None
    if word.literal is not None and word.raw == word.literal:
        title = f"Write {name} alone; the process then has all groups of the user"
        fix = Fix(title, word.replace(name), safe=False)
    if stage.os == "windows":
        message = f"Windows takes {value} for the name of one user, and none is called so: write USER {name}"
        yield Problem(word, message, fix=fix)
        return
    for command in _commands(stage, accounts.GROUPERS, user):
        found = accounts.membership(command)
        lost = [each for each in found.groups if each != group] if found is not None else []
        if found is not None and found.user == name and lost:
            message = f"With a group here, {name} loses the groups {','.join(lost)} it was given; write USER {name}"
            yield Problem(word, message, fix=fix, related=[Related(command, "The groups are given here")])
            return


@check(on=Stage, words=(*accounts.CREATORS[:2], *_OF_WINDOWS), having=("shipped",))
def created_user_unused(stage: Stage) -> Problems:
    """A user that the shipped image creates, while it runs as root and at most files are the user's."""
    if not stage.source.mentions(*accounts.CREATORS[:2]) and not (stage.os == "windows" and _mentions_account(stage)):
        return
    if for_development(stage) or _changes_user(stage):
        return
    found = [(command, accounts.created_by(command)) for command in _commands(stage, accounts.CREATORS)]
    created = [(command, name) for command, name in found if name is not None]
    if not created:
        return
    starts = [start for at in stage.lineage for start in (*at.of(Entrypoint)[-1:], *at.of(Cmd)[-1:])]
    if not starts or any(is_script(start) or _CHANGING.search(start.args.text) for start in starts):
        return
    if mentions_step_down("\n".join(node.raw for at in stage.lineage for node in at.instructions[1:])):
        return
    used, owners = _used(stage)
    owned = _stays(stage)
    for command, name in created:
        if _NAME.fullmatch(name) and name not in used and (owned or name not in owners):
            what = "owns files" if name in owners else "is created"
            root = "ContainerAdministrator" if stage.os == "windows" else "root"
            yield Problem(command, f"The user {name} {what}, and the container runs as {root}; add USER {name}")


def _mentions_account(stage: Stage) -> bool:
    """Whether a file may create a user as Windows has them."""
    return stage.source.mentions_in_any_case(_OF_WINDOWS)


def _used(stage: Stage) -> tuple[set[str], set[str]]:
    """The names that the instructions of a stage use, and those that own files; what creates users is no use.

    ARG is none either: only what takes its value is.
    """
    used: set[str] = set()
    owners: set[str] = set()
    for node, at in made_by(stage):
        script = at.script(node) if isinstance(node, Run) else None
        if script is not None and (script.posix or script.windows) and not script.has_error:
            for command in innermost(script.commands):
                words = [word.text for word in command.given]
                if command.name == "icacls":
                    owners.update(_NAME.findall(" ".join(words)))
                    continue
                if command.name in _OWNERS and command.arguments:
                    owners.update(_NAME.findall(command.arguments[0].text))
                    words.remove(command.arguments[0].text)
                if command.name and not _is_about_accounts(command):
                    used.update(_NAME.findall(" ".join(words)))
        elif isinstance(node, Copy | Add):
            flag = node.flag("chown")
            if flag is not None and flag.value is not None:
                owners.update(_NAME.findall(value_of(flag.value, node, at) or flag.value.text))
            used.update(_NAME.findall(" ".join(word.text for word in node.words)))
        elif not isinstance(node, Arg):
            used.update(_NAME.findall(node.raw))
    return used, owners


def _is_about_accounts(command: ShellCommand) -> bool:
    """Whether a command creates users or groups, or puts users into groups on Windows."""
    if command.name in ("net", "add-localgroupmember"):
        return accounts.created_by(command) is not None or accounts.membership(command) is not None
    return command.name in (*accounts.CREATORS, *accounts.GROUP_CREATORS)


def _changes_user(stage: Stage) -> bool:
    """Whether the image starts as another user than the one who may do everything, or may."""
    effective = stage.user
    if isinstance(effective, Word):
        if effective.variables:
            return True  # Who builds the image says who runs it.
        name = stage.expand(effective, len(stage.instructions)).value
        return name is None or not (accounts.is_administrator(name) if stage.os == "windows" else is_root(name))
    if stage.os == "windows":
        # Nano Server starts as ContainerUser, and so may what others have built on it.
        base = stage.root.base_text or ""
        return "nanoserver" in base or not ("windowsservercore" in base or base.startswith("mcr.microsoft.com/"))
    if stage.root.image is not None and OwnImage.of_stage(stage).as_root is False:
        return True
    return bool(stage.graph.usage.run_as) and all(user is not None for user in stage.graph.usage.run_as)


def _stays(stage: Stage) -> bool:
    """Whether what is started is a runtime that stays the user it was started as."""
    first = next(iter(started(stage)), None)
    return first is not None and first.name in RUNTIMES
