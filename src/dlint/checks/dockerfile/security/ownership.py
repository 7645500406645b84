"""Users that an image creates, what they are used for, and who owns what is copied."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import islice

from dlint.api import Fix, Problem, Problems, Related, check, pattern
from dlint.api.dockerfile import (
    MOST,
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
    flag,
    for_development,
    innermost,
    is_root,
    is_script,
    made_by,
    mentions_step_down,
    roots_own,
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
# Runtimes that stay what they were started as.
_STAYING = frozenset(
    "node nodejs npm npx yarn pnpm bun deno python uvicorn hypercorn flask streamlit java dotnet ruby bundle rails puma"
    " rackup elixir mix".split()
)
_STARTERS = (".sh", "entrypoint", "supervisord", "init", "sshd", "run-parts", "s6-")
# What commands of Windows that create a user have in them: `net user` and PowerShell's.
_OF_WINDOWS = (" user ", "new-localuser")
# A name that is no part of a path: a folder is often called like the user.
_NAME = pattern(r"(?<![\w./-])[A-Za-z_][\w-]*(?![\w/-])")
_MODE = pattern(r"0?[0-7]{3,4}")
_ANY_MODE = pattern(r"0?[0-7]{3,4}|[ugoa]*[-+=][rwxXst]+(?:,[ugoa]*[-+=][rwxXst]+)*")


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


@check(on=User)
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
    return first is not None and first.name in _STAYING


@check(on=Run)
def copy_then_chmod(run: Run, stage: Stage) -> Problems:
    """RUN chmod right after the COPY of the same file, which keeps the file twice."""
    index = stage.position(run)
    copy = stage.instructions[index - 1] if index > 0 else None
    if not isinstance(copy, (Copy, Add)) or run.flags or len(copy.words) != 2:
        return
    script = stage.script(run)
    commands = [each for each in innermost(script.commands) if each.name not in ("", "set")] if script else []
    changes = [command for command in commands if command.name == "chmod" and not command.has_flag("-R", "--recursive")]
    if len(changes) != 1 or changes[0].conditional:
        return
    words = [word.text for word in changes[0].given]
    if len(words) != 2 or not _ANY_MODE.fullmatch(words[0]) or not words[1].startswith("/"):
        return
    name = posixpath.basename(words[1])
    if words[1] != _copied_to(copy, stage) or any(name in each.raw for each in commands if each is not changes[0]):
        return
    fix = None
    if (
        len(changes[0].script.commands) == 1
        and run.heredoc is None
        and copy.flag("chmod") is None
        and _MODE.fullmatch(words[0])
        and isinstance(copy, Copy)
    ):
        between = copy.source.text[copy.span[1] : run.span[0]]
        if not between.strip():
            fix = Fix(
                "Set the mode with COPY; needs BuildKit",
                copy.keyword.insert_after(f" --chmod={words[0]}"),
                run.part(copy.span[1], run.span[1]).replace(""),
                safe=False,
            )
    message = f"This keeps {words[1]} in two layers; write {copy.name} --chmod={words[0]} instead"
    yield Problem(copy.keyword, message, fix=fix, related=[Related(run, "The mode is set here")])


def _copied_to(copy: Copy | Add, stage: Stage) -> str | None:
    """The path of the one file that is copied; None if it is unknown or may be several."""
    source = value_of(copy.sources[0], copy, stage) if copy.sources else copy.heredocs[0].name
    target = value_of(copy.destination, copy, stage) if copy.destination is not None else None
    if not source or not target or any(c in source for c in "*?[") or "://" in source:
        return None
    folder = stage.workdir_at(copy)
    if not target.startswith("/"):
        if not isinstance(folder, str):
            return None
        into = target.endswith("/") or target in (".", "..")
        target = posixpath.join(folder, target) + ("/" if into else "")
    if target.endswith("/"):
        target = posixpath.join(target, posixpath.basename(source))
    return posixpath.normpath(target)


@check(on=(Copy, Add))
def copy_owned_by_root(node: Copy | Add, stage: Stage) -> Problems:
    """COPY without --chown after USER, which leaves the files to root."""
    if node.flag("chown") is not None or stage.os == "windows":
        return
    word = stage.user_at(node)
    if not isinstance(word, Word):
        return
    user = value_of(word, node, stage)
    if not user or is_root(user):
        return
    if node.destination is None or _owner_is_changed(node, stage):
        return
    if isinstance(node, Copy) and node.from_ is not None and not roots_own(stage.source_of(node)):
        return
    message = f"This is root's in spite of USER {user}; if the program is to write to it, add --chown={user}"
    fix = Fix(f"Give the files to {user}, who can then change them", flag(node, f"--chown={user}"), safe=False)
    yield Problem(node.keyword, message, fix=fix)


def _owner_is_changed(node: Copy | Add, stage: Stage) -> bool:
    to = value_of(node.destination, node, stage) if node.destination is not None else None
    folder = stage.workdir_at(node)
    path = posixpath.normpath(posixpath.join(folder if isinstance(folder, str) else "/", to or "."))
    at = stage.position(node)
    for later in islice(stage.instructions, at + 1, at + 1 + MOST):
        script = stage.script(later) if isinstance(later, Run) else None
        for command in script.commands if script is not None else ():
            if command.name == "chown":
                for word in command.arguments[1:]:
                    if to is None or path == word.text or path.startswith(word.text.rstrip("/") + "/"):
                        return True
    return False
