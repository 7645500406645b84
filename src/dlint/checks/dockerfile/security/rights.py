"""Rights that an image hands out: root without a password, setuid programs, steps that reach the host, open secrets."""

from __future__ import annotations

import posixpath
import re

from dlint.api import Command, Node, Problem, Problems, check, pattern
from dlint.api.dockerfile import (
    Add,
    Copy,
    Run,
    ShellCommand,
    Stage,
    Volume,
    Word,
    commands_of,
    for_development,
    is_root,
    run_of,
    ships,
    start_of,
    value_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

_NOPASSWD: Final = pattern(r"NOPASSWD\s*:\s*ALL\b")


@check(on=(Run, Copy), onbuild=True, words=("nopasswd",), inside=("layered",))
def sudo_without_password(node: Run | Copy, stage: Stage) -> Problems:
    """A line for sudoers by which somebody becomes root without a password."""
    match = _NOPASSWD.search(node.raw)
    if match is None or for_development(stage) or re.search(r"\brm\s[^&|;\n]*sudoers\.d|userdel", node.raw):
        return
    where = node.part(node.span[0] + match.start(), node.span[0] + match.end())
    message = "Whoever gets into the container is root with this: leave sudo out, and let USER say who runs what"
    yield Problem(where, message)


_LOGIN: Final = pattern(r"PermitRootLogin[ \t=]{1,20}[\"']?yes\b", re.I)


def _login(text: str) -> re.Match[str] | None:
    """Where a text lets root log in, other than in a comment."""
    for match in _LOGIN.finditer(text):
        if not text[max(match.start() - 20, 0) : match.start()].rstrip(" \t").endswith("#"):
            return match
    return None


@check(on=(Run, Copy), onbuild=True, words=("permitrootlogin",), inside=("layered",))
def root_login_by_ssh(node: Run | Copy, stage: Stage) -> Problems:
    """A setting of sshd by which root may log in with a password."""
    if isinstance(node, Run):
        for command in commands_of(node, stage):
            if command.name in ("sed", "echo", "printf", "perl") and any(_allows(w.text) for w in command.given):
                yield Problem(command.name_node, _NO_LOGIN)
                return
    for heredoc in node.heredocs:
        match = _login(heredoc.body.text)
        if match is not None:
            yield Problem(heredoc.body.at(match.start(), match.end()), _NO_LOGIN)


_NO_LOGIN: Final = "With this root logs in over the network: leave sshd out, or write PermitRootLogin no"


def _allows(text: str) -> bool:
    """Whether a text for a file, or what a substitution of sed puts in, lets root log in."""
    for part in re.split(r"[;\n]", text[:4000]):
        stripped = part.strip()
        if re.match(r"s[^\w\s]", stripped):
            pieces = stripped[1:].split(stripped[1])
            if len(pieces) > 2 and _login(pieces[2].replace("\\", "")):
                return True
        elif _login(stripped):
            return True
    return False


@check(on=(Copy, Add, Command("chmod", "install")), onbuild=True)
def setuid_program(node: Copy | Add | ShellCommand, stage: Stage) -> Problems:
    """A mode by which a program runs with the rights of its owner or group."""
    if isinstance(node, ShellCommand):
        if not ships(run_of(node, stage), stage):
            return
        words = [word for word in node.given if not word.text.startswith("-")]
        option = node.flag("-m", "--mode")
        if node.name == "chmod" and len(words) > 1:
            where: Node = words[0]
            mode, path = words[0].text, words[1].text
        elif node.name == "install" and option is not None and words:
            where, mode, path = option, option.value or "", words[-1].text
        else:
            return
    else:
        flag = node.flag("chmod")
        if flag is None or flag.value is None or not stage.layered:
            return
        where, mode = flag, value_of(flag.value, node, stage) or ""
        path = node.destination.text if node.destination is not None else ""
    kind = _setuid(mode, path)
    if kind is not None:
        message = f"Whoever starts {path} gets the rights of its {_OWNERS[kind]} ({kind}): leave that bit out"
        yield Problem(where, message)


_OWNERS: Final = {"setuid": "owner", "setgid": "group"}


def _setuid(mode: str, path: str) -> str | None:
    octal = re.fullmatch(r"0?([2-7])[0-7]{3}", mode)
    if octal is not None:
        bits = int(octal[1])
        # On a folder, setgid only says whose group new files have.
        return "setuid" if bits & 4 else "setgid" if bits & 2 and "bin/" in path else None
    for part in mode.split(","):
        match = re.fullmatch(r"([ugoa]*)[+=][rwxXt]*s[rwxXst]*", part)
        if match is not None and ("u" in match[1] or match[1] in ("", "a")):
            return "setuid"
        if match is not None and "g" in match[1] and "bin/" in path:
            return "setgid"
    return None


@check(on=Run, onbuild=True, having=("flags",))
def step_with_rights_of_host(run: Run) -> Problems:
    """A RUN that has all rights, or the network of the machine that builds."""
    for name, value, what in (
        ("security", "insecure", "has all rights on the machine that builds"),
        ("network", "host", "reaches what listens on the machine that builds"),
    ):
        flag = run.flag(name)
        if flag is not None and flag.value is not None and flag.value.text.lower() == value:
            yield Problem(flag, f"This step {what}: give it a mount or a device instead")


@check(on=Run, onbuild=True, having=("flags",))
def secret_mount_readable(run: Run) -> Problems:
    """A secret or an SSH agent that other users of the step may read."""
    for mount in run.mounts:
        option, mode = mount.option("mode"), mount.get("mode") or ""
        for_others = re.fullmatch(r"0?[0-7]{3}", mode) is not None and int(mode, 8) & 0o007
        if mount.type in ("secret", "ssh") and option is not None and for_others:
            yield Problem(option, f"Any user of the step may use it with mode {mode}: name the one with uid= instead")


_SYSTEM: Final = pattern(r"/+(?:proc|sys|dev)(?:/|$)")


@check(on=Volume, onbuild=True)
def system_directory_as_volume(volume: Volume, stage: Stage) -> Problems:
    """A VOLUME over what the kernel shows of itself."""
    for word in volume.words:
        path = value_of(word, volume, stage) or ""
        if _SYSTEM.match(path):
            yield Problem(word, f"{path} is the kernel's, not a place for data: name a folder of your own")


@check(on=(Copy, Add), onbuild=True)
def git_folder_copied(node: Copy | Add, stage: Stage) -> Problems:
    """COPY of a folder .git into a shipped image."""
    if not stage.layered or (isinstance(node, Copy) and node.from_ is not None):
        return
    for word in node.sources:
        if posixpath.basename((value_of(word, node, stage) or "").rstrip("/")) == ".git":
            message = "The whole history of the project ships with this: give what is needed as a build argument"
            yield Problem(word, message)


@check(on=(Copy, Add), having=("flags",))
def program_owned_by_its_user(node: Copy | Add, stage: Stage) -> Problems:
    """COPY --chown of the program that is started, to the user who runs it."""
    flag = node.flag("chown")
    owner = value_of(flag.value, node, stage) if flag is not None and flag.value is not None else None
    if not owner or is_root(owner) or stage.os == "windows" or node.destination is None:
        return
    written = _targets(node, stage)
    for shipped in stage.graph.shipped if written else ():
        if stage not in shipped.lineage:
            continue
        user = shipped.user_at(len(shipped.instructions))
        runs = (
            (user.literal or shipped.expand(user, len(shipped.instructions)).value) if isinstance(user, Word) else None
        )
        path = next((path for path in _started(shipped) if path in written), None)
        if runs and runs.partition(":")[0] == owner.partition(":")[0] and path is not None and flag is not None:
            message = f"{runs} can change {path}, which it runs: leave the file to root, and let {runs} read it"
            yield Problem(flag, message)
            return


def _started(stage: Stage) -> Iterator[str]:
    """The files that an image starts by their paths."""
    for node, at in start_of(stage):
        folder = at.workdir if isinstance(at.workdir, str) else "/"
        words = [word.text for word in node.words] if node.json else node.args.text.split()
        for word in words[:4]:
            if "/" in word and not word.startswith("-"):
                yield posixpath.normpath(posixpath.join(folder, word))


def _targets(node: Copy | Add, stage: Stage) -> set[str]:
    """The files that an instruction writes, as far as its words say."""
    to = value_of(node.destination, node, stage) if node.destination is not None else None
    folder = stage.workdir_at(node)
    if to is None or (not to.startswith("/") and not isinstance(folder, str)):
        return set()
    target = posixpath.normpath(posixpath.join(folder if isinstance(folder, str) else "/", to))
    sources = [value_of(word, node, stage) or word.text for word in node.sources]
    names = {posixpath.join(target, posixpath.basename(source)) for source in sources}
    return names if to.endswith("/") or to in (".", "./") or len(names) > 1 else {target, *names}
