"""apk, Alpine's package manager: its cache, versions, and packages that are only needed for a while."""

from __future__ import annotations

from dlint.api import Command, Edit, Fix, Problem, Problems, Related, Runs, Span, check
from dlint.api.dockerfile import (
    Onbuild,
    Run,
    Script,
    ShellCommand,
    Stage,
    commands_of,
    family,
    has_option_variable,
    is_older,
    kept_out,
    names_package,
    option,
    refreshes,
    removed,
    removes,
    runs_unseen,
    ships,
    without_version,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_CACHE: Final = family("apk").cache_dirs[0]
_NO_CACHE: Final = ("--no-cache", "--cache-dir", "--no-network")
# They ask for a fresh index, as --no-cache does by itself.
_FRESH: Final = ("-U", "--update", "--update-cache")


@check(on=Runs("apk"))
def apk_without_no_cache(
    run: Run, stage: Stage, *, shipped_only: bool = False, every_release: bool = False
) -> Problems:
    """apk commands that leave the package index in the layer; ``shipped_only``: of a shipped image.

    ``every_release``: also on images whose apk does not know the option yet.
    """
    script = stage.script(run)
    if script is None or (shipped_only and not ships(run, stage)):
        return
    if kept_out(run, _CACHE) or kept_out(run, "/etc/apk/cache"):
        return
    if not every_release and is_older(stage.root.image, "apk", "--no-cache"):
        return
    adds = [command for command in script.by_name.get("apk", ()) if command.verb in ("add", "upgrade")]
    update = _left_update(script)
    if update is not None and any(add.verb == "add" and add.index > update.index for add in adds):
        yield _needless(update, [add for add in adds if add.index > update.index], run, stage)
        adds = [add for add in adds if add.index < update.index]
    for add in adds:
        if add.verb == "add" and _keeps_index(add) and not removed(script, add, _CACHE):
            message = "'apk add' leaves its index in the layer; add --no-cache"
            yield Problem(add.subcommand or add, message, fix=_no_cache(add, stage))


def _left_update(script: Script) -> ShellCommand | None:
    """The first command that only fetches the index, if nothing removes that again."""
    for command in script.by_name.get("apk", ()):
        if refreshes(command) and not command.has_flag(*_NO_CACHE) and not removed(script, command, _CACHE):
            return command
    return None


def _keeps_index(command: ShellCommand) -> bool:
    return not command.has_flag(*_NO_CACHE) and not has_option_variable(command)


def _needless(update: ShellCommand, adds: list[ShellCommand], run: Run, stage: Stage) -> Problem:
    """An update whose index stays in the layer, though the commands behind it could fetch one for themselves."""
    bare = [add for add in adds if _keeps_index(add)]
    what = f"apk {bare[0].verb if bare else 'add'} --no-cache"
    advice = f"write '{what}' instead" if bare else f"'{what}' does not use it"
    message = f"'apk update' leaves its index in the layer: {advice}"
    related = [Related(add, "has no --no-cache") for add in bare]
    return Problem(update.subcommand or update, message, fix=_left_out(update, bare, run, stage), related=related)


def _left_out(update: ShellCommand, bare: list[ShellCommand], run: Run, stage: Stage) -> Fix | None:
    """The fix that leaves the update out; it is unsafe where another step may use the index."""
    fixes = [_no_cache(add, stage) for add in bare]
    gone = _without(update, run)
    if gone is None or None in fixes or any(_uses_index(command) for command in _behind(update)):
        return None
    edits = [gone, *(edit for fix in fixes if fix is not None for edit in fix.edits)]
    title = "Write --no-cache instead" if bare else "Leave it out"
    if run.onbuild is None and not _may_need_index(run, stage):
        return Fix(title, *edits)
    return Fix(f"{title}; a later apk add then needs --no-cache too", *edits, safe=False)


def _behind(update: ShellCommand) -> list[ShellCommand]:
    return update.script.commands[update.index + 1 :]


def _uses_index(command: ShellCommand) -> bool:
    """Whether a command of the same step may use the index, other than those that get one of their own."""
    return command.verb not in ("add", "del", "upgrade") if command.name == "apk" else runs_unseen(command)


def _may_need_index(run: Run, stage: Stage) -> bool:
    """Whether a later step of the stage, or one built from it, may use the index that this one leaves."""
    if stage.children or stage.index < 0:
        return True
    for node in stage.instructions[stage.position(run) + 1 :]:
        node = (node.trigger or node) if isinstance(node, Onbuild) else node
        for command in commands_of(node, stage) if isinstance(node, Run) else ():
            if command.name == "apk":
                if command.verb != "del" and not command.has_flag(*_NO_CACHE, *_FRESH):
                    return True
            elif runs_unseen(command):
                return True
    return False


def _no_cache(add: ShellCommand, stage: Stage) -> Fix | None:
    return option(add, stage, "--no-cache", "Add --no-cache", instead_of=_FRESH)


def _without(update: ShellCommand, run: Run) -> Edit | None:
    """The edit that takes a command out of a chain, with the operator behind it; None if comments would go too."""
    following = next((command for command in _behind(update) if command.span[0] >= update.span[1]), None)
    if following is None or update.via or update.conditional or not run.shell_form or update.pipe is not None:
        return None
    between = run.source.text[update.span[1] : following.span[0]]
    words = between.replace(run.escape, " ").split() if run.heredoc is None else between.split()
    if words not in (["&&"], [";"], []) or following.operator_before not in ("&&", ";", "\n"):
        return None
    return Edit(run.source, Span(update.span[0], following.span[0]), "")


@check(on=Command("apk"))
def apk_unpinned(command: ShellCommand) -> Problems:
    """Packages that apk installs in whatever version is current."""
    if command.verb != "add":
        return
    texts = [word.text for word in command.arguments]
    names = [text for text in texts if names_package(text) and _unpinned(text)]
    if names:
        yield Problem(command.subcommand or command, without_version(command, names, "{}=<version>"))


def _unpinned(text: str) -> bool:
    return not any(c in text for c in "=~<>/") and not text.endswith(".apk")


@check(on=Runs("apk"))
def apk_del_without_virtual(run: Run, stage: Stage) -> Problems:
    """Packages that are added and deleted again by their names in one RUN."""
    script = stage.script(run)
    commands = script.by_name.get("apk", ()) if script is not None else ()
    added: set[str] = set()
    for command in commands:
        names = [word.text for word in command.arguments]
        if command.verb == "add" and not command.has_flag("-t", "--virtual"):
            added.update(names)
        elif removes(command):
            again = [name for name in names if name in added]
            if len(again) > 1:
                message = f"{len(again)} packages are added and deleted by name; add them with --virtual .build-deps"
                yield Problem(command.subcommand or command, message)
