"""Stages of Windows images: what their builder and their containers do not have, and paths with backslashes."""

from __future__ import annotations

from dlint.api import Edit, Fix, Problem, Problems, Span, check, pattern
from dlint.api.dockerfile import Add, Copy, Flag, Instruction, Run, Volume, Workdir


@check(on=(Copy, Add), onbuild=True, having=("flags",), inside=("windows",))
def chown_on_windows(node: Copy | Add) -> Problems:
    """``--chown`` or ``--chmod`` in a stage of a Windows image."""
    for flag in node.flags:
        if flag.name in ("chown", "chmod"):
            message = f"Do not count on --{flag.name} in a Windows image; set the rights with icacls in a RUN"
            yield Problem(flag, message, fix=_without(node, flag))


def _without(node: Instruction, flag: Flag) -> Fix | None:
    """The fix that removes a flag with the blanks after it, if something follows on its line."""
    text = node.source.text
    end = flag.span[1]
    while text[end : end + 1] in (" ", "\t"):
        end += 1
    if end == flag.span[1] or text[end : end + 1] in ("", "\n", "\r", node.escape):
        return None
    edit = Edit(node.source, Span(flag.span[0], end), "")
    return Fix("Remove the flag, which the classic builder may have used", edit, safe=False)


_NEVER = {"tmpfs": "Windows has no tmpfs", "ssh": "there is no SSH agent in its builds"}


@check(on=Run, onbuild=True, having=("flags",), inside=("windows",))
def mount_on_windows(run: Run) -> Problems:
    """``RUN --mount`` in a stage of a Windows image."""
    for mount in run.mounts:
        kind = mount.type
        if kind in _NEVER:
            message = f"No builder for Windows makes a mount of type {kind}: {_NEVER[kind]}"
        elif kind == "secret" and mount.option("target") is None:
            message = "Give this secret a target: Windows has no /run/secrets, and only new builders have secrets there"
        else:
            message = f"A mount of type {kind} needs a new BuildKit on Windows; docker build has none there by default"
        yield Problem(mount, message)


_BACKSLASH = pattern(r"(?:\A|[A-Za-z]:)\\(?![\\$\"' ])|(?<=[\w.)-])\\(?=[\w.({-])")


@check(on=(Workdir, Volume, Copy, Add), onbuild=True, inside=("windows",))
def path_loses_backslashes(node: Workdir | Volume | Copy | Add) -> Problems:
    r"""A Windows path with single ``\`` where that is the escape character, which takes it away."""
    if node.escape != "\\" or node.json:
        return
    for word in node.words:
        if "\\" in word.text and _BACKSLASH.search(word.text):
            fix = None
            if word.raw == word.text:
                fix = Fix("Write slashes, which Windows takes as well", word.replace(word.text.replace("\\", "/")))
            message = f"The builder reads {word.value}, as \\ escapes here; write / or begin the file with # escape=`"
            yield Problem(word, message, fix=fix)
            return
