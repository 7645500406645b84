"""Who owns what is copied, and with which mode."""

from __future__ import annotations

import posixpath
from itertools import islice

from dlint.api import Fix, Problem, Problems, Related, check, pattern
from dlint.api.dockerfile import (
    MOST,
    Add,
    Copy,
    Run,
    Stage,
    Word,
    commands_of,
    flag,
    innermost,
    is_root,
    roots_own,
    value_of,
)

_MODE = pattern(r"0?[0-7]{3,4}")
_ANY_MODE = pattern(r"0?[0-7]{3,4}|[ugoa]*[-+=][rwxXst]+(?:,[ugoa]*[-+=][rwxXst]+)*")


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
    changed = (
        word.text
        for later in islice(stage.instructions, at + 1, at + 1 + MOST)
        for command in (commands_of(later, stage) if isinstance(later, Run) else ())
        if command.name == "chown"
        for word in command.arguments[1:]
    )
    return any(to is None or path == one or path.startswith(one.rstrip("/") + "/") for one in changed)
