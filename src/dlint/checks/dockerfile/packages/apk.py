"""apk, Alpine's package manager: its cache, versions, and packages that are only needed for a while."""

from __future__ import annotations

from dlint.api import Command, Problem, Problems, Runs, check
from dlint.api.dockerfile import (
    Run,
    ShellCommand,
    Stage,
    family,
    has_option_variable,
    is_older,
    kept_out,
    names_package,
    option,
    removed,
    removes,
    run_of,
    ships,
    without_version,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_CACHE: Final = family("apk").cache_dirs[0]


@check(on=Command("apk"))
def apk_without_no_cache(
    command: ShellCommand, stage: Stage, *, shipped_only: bool = False, every_release: bool = False
) -> Problems:
    """An apk add that leaves the package index in the layer; ``shipped_only``: of a shipped image.

    ``every_release``: also on images whose apk does not know the option yet.
    """
    if (
        command.verb != "add"
        or command.has_flag("--no-cache", "--cache-dir", "--no-network")
        or has_option_variable(command)
        or (not every_release and is_older(stage.root.image, "apk", "--no-cache"))
    ):
        return
    if removed(command.script, command, _CACHE):
        return
    run = run_of(command, stage)
    if shipped_only and not ships(run, stage):
        return
    if kept_out(run, _CACHE) or kept_out(run, "/etc/apk/cache"):
        return
    fix = option(command, stage, "--no-cache", "Add --no-cache")
    yield Problem(command.subcommand or command, "'apk add' leaves its index in the layer; add --no-cache", fix=fix)


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
