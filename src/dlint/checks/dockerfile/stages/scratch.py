"""Stages built from nothing: they have no shell, no users, and no files but those that are copied in."""

from __future__ import annotations

import posixpath

from dlint.api import Fix, Problem, Problems, check
from dlint.api.dockerfile import Add, Copy, Instruction, Run, Shell, Stage, User, Word, made_before, value_of

_PEOPLE = ("passwd", "group")


@check(on=Run, inside=("root.scratch",))
def shell_in_scratch(run: Run, stage: Stage) -> Problems:
    """RUN through a shell in an image that has no file at all."""
    if run.json or not run.has_arguments or run.mounts or stage.os == "windows":
        return
    if not any(_may_bring_shell(node, stage) for node in made_before(run, stage)):
        message = "There is no shell in scratch; copy one in, or run this in an earlier stage"
        yield Problem(run.keyword, message, area=run)


def _may_bring_shell(node: Instruction, stage: Stage) -> bool:
    """Whether there may be a shell in ``/bin`` or ``/usr`` afterwards, or one that SHELL names elsewhere."""
    if isinstance(node, Shell):
        program = node.words[0].value if node.words else ""
        return program.startswith("/") and not program.startswith(("/bin/", "/usr/"))
    if not isinstance(node, (Add, Copy)):
        return False
    path = value_of(node.destination, node, stage) if node.destination is not None else None
    # A relative path starts at the WORKDIR, which may be anywhere.
    if path is None or not path.startswith("/"):
        return True
    return posixpath.normpath(path).lstrip("/").partition("/")[0] in ("", "bin", "usr")


@check(on=(User, Copy, Add), inside=("root.scratch",))
def named_user_in_scratch(node: User | Copy | Add, stage: Stage) -> Problems:
    """A user or group by name where no ``/etc/passwd`` says which number it has."""
    if stage.os == "windows":
        return
    word = node.user if isinstance(node, User) else _owner(node)
    text = value_of(word, node, stage) if word is not None else None
    if word is None or not text:
        return
    names = [name for name in text.split(":") if name and not name.isdecimal() and name != "root"]
    if not names or any(_brings_users(before, stage) for before in made_before(node, stage)):
        return
    if any(isinstance(before, Shell) for before in made_before(node, stage)):
        return
    message = (
        f"Nothing in this image says who {names[0]} is; write the number, or copy /etc/passwd and /etc/group first"
    )
    number = ":".join("65532" if name in names else name for name in text.split(":"))
    fix = Fix("Write 65532, the number that images without users have agreed on", word.replace(number), safe=False)
    yield Problem(word, message, fix=fix)


def _owner(node: Copy | Add) -> Word | None:
    flag = node.flag("chown")
    return flag.value if flag is not None else None


def _brings_users(node: Instruction, stage: Stage) -> bool:
    """Whether an instruction may put ``/etc/passwd`` into the image: it copies it, a whole ``/etc``, or a root."""
    if not isinstance(node, (Add, Copy)) or node.destination is None:
        return isinstance(node, Run)
    to = value_of(node.destination, node, stage)
    if to is None:
        return True
    to = posixpath.normpath("/" + to.lstrip("/"))
    if to.startswith("/etc/"):
        return to[5:] in _PEOPLE
    if to not in ("/", "/etc"):
        return False
    sources = [value_of(source, node, stage) for source in node.sources]
    if None in sources or isinstance(node, Add):
        return True
    bases = {posixpath.basename(posixpath.normpath(source or "")) for source in sources}
    return bool(bases & {*_PEOPLE, "etc", "", ".", "rootfs"}) or (to == "/" and any("." not in base for base in bases))
