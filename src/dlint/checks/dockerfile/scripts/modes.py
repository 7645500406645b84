"""The modes that files get: by chmod, by commands that make them, and by COPY."""

from __future__ import annotations

from dlint.api import Command, Fix, Node, Problem, Problems, check, pattern
from dlint.api.dockerfile import Add, Copy, ShellCommand, Stage, value_of

# What is left out of a number on its left is 0; rights may be those of another (chmod(1)).
_OCTAL = pattern(r"[0-7]{1,5}$")
_SYMBOLIC = pattern(r"([ugoa]*)([-+=])([rwxXst]*|[ugo])$")


@check(on=(Copy, Add, Command("chmod", "mkdir", "install")), onbuild=True)
def world_writable_files(node: Copy | Add | ShellCommand, stage: Stage) -> Problems:
    """Modes by which everybody may write."""
    mode: str | None
    where: Node
    written: Node | None
    if isinstance(node, ShellCommand):
        if node.name == "chmod":
            words = [word for word in node.given if not word.text.startswith("-")]
            if len(words) < 2:
                return
            where, mode = words[0], words[0].literal
            written = words[0]
        else:
            option = node.flag("-m", "--mode")
            if option is None:
                return
            where, mode = option, option.value
            written = option.value_word
    else:
        flag = node.flag("chmod")
        if flag is None or flag.value is None:
            return
        where, mode = flag, value_of(flag.value, node, stage)
        written = flag.value
    if mode and _is_open(mode) and not _is_removed(node):
        message = f"The mode {mode} lets every process write: give the files to the user that needs them"
        yield Problem(where, message, fix=_closed(written, mode), minor=not _is_grave(node, mode))


def _closed(written: Node | None, mode: str) -> Fix | None:
    """The fix that takes the right to write from others, where the mode stands there as a number."""
    if written is None or written.raw != mode or not _OCTAL.match(mode):
        return None
    title = "Take the right to write from others; a program that runs as another user then has none"
    return Fix(title, written.replace(f"{mode[:-1]}{int(mode[-1]) & 5}"), safe=False)


_PROGRAMS = pattern(r"/(?:(?:usr/(?:local/)?)?(?:s?bin|lib|lib64|libexec)|etc)(?:/|$)")


def _targets(node: Copy | Add | ShellCommand) -> list[str]:
    """The paths whose mode is set."""
    if not isinstance(node, ShellCommand):
        return [node.destination.text] if node.destination is not None else []
    words = [word.text for word in node.given if not word.text.startswith("-")]
    return words[1:] if node.name == "chmod" else words[-1:]


def _is_grave(node: Copy | Add | ShellCommand, mode: str) -> bool:
    """Whether programs or settings are open to everybody, or whole trees by a number, which hits files and all."""
    if any(_PROGRAMS.match(path) for path in _targets(node)):
        return True
    recursive = isinstance(node, ShellCommand) and node.has_flag("-R", "--recursive")
    return recursive and _OCTAL.match(mode) is not None


def _is_removed(node: Copy | Add | ShellCommand) -> bool:
    """Whether a later command of the step removes all that is open to everybody."""
    if not isinstance(node, ShellCommand):
        return False
    gone = {
        word.text.rstrip("/")
        for command in node.script.by_name.get("rm", ())
        if command.index > node.index
        for word in command.given
    }
    paths = _targets(node)
    return bool(gone) and bool(paths) and all(path.rstrip("/") in gone for path in paths)


def _is_open(mode: str) -> bool:
    """Whether a mode, octal or symbolic, lets everybody write and has no sticky bit."""
    if _OCTAL.match(mode):
        return int(mode, 8) & 0o1002 == 0o2
    found = False
    for part in mode.split(","):
        match = _SYMBOLIC.match(part)
        if not match:
            return False
        who, operator, rights = match.groups()
        everybody = "o" in who or "a" in who
        if "t" in rights and operator != "-":
            return False
        if everybody and "w" in rights:
            found = operator != "-"
        elif everybody and operator == "=":
            found = False
    return found
