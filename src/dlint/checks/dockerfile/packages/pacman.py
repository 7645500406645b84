"""pacman, Arch Linux's package manager: questions, its cache, versions."""

from __future__ import annotations

from dlint.api import Command, Fix, Problem, Problems, Related, Runs, check
from dlint.api.dockerfile import (
    Run,
    Script,
    ShellCommand,
    Stage,
    action,
    answered,
    clean_up,
    cleans,
    family,
    has_option_variable,
    installs,
    kept_out,
    names_package,
    operation,
    removed,
    ships,
    without_version,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_MANAGER: Final = family("pacman")
_CACHE: Final = _MANAGER.cache_dirs[0]


@check(on=Command("pacman"))
def pacman_without_noconfirm(command: ShellCommand) -> Problems:
    """A pacman command that asks before it acts, with nobody there to answer."""
    if action(command) not in _MANAGER.asking or command.has_flag(*_MANAGER.assume_yes, *_MANAGER.idle):
        return
    if has_option_variable(command) or answered(command):
        return
    word = operation(command)
    if word is not None:
        fix = Fix("Add --noconfirm", word.insert_after(" --noconfirm")) if word.raw == word.text else None
        message = f"'pacman {word.text}' asks before it acts, and a build cannot answer; add --noconfirm"
        yield Problem(word, message, fix=fix)


@check(on=Runs("pacman"))
def pacman_cache_left(run: Run, stage: Stage) -> Problems:
    """The packages that pacman keeps in a layer of a shipped image."""
    script = stage.script(run)
    if script is None or not ships(run, stage):
        return
    found = [command for command in script.by_name["pacman"] if _keeps(command)]
    if not found or _cleaned(script, found[-1]) or kept_out(run, _CACHE):
        return
    clean = "pacman -Scc --noconfirm"
    fix = clean_up(stage, run, clean, found[-1])
    message = f"pacman leaves its downloads in the layer; run '{clean}' in this RUN or mount a cache"
    yield Problem(run.keyword, message, fix=fix, related=[Related(found[-1], "fills the cache")])


def _keeps(command: ShellCommand) -> bool:
    return command.has_flag("-S", "--sync") and action(command) in _MANAGER.fetching and not _elsewhere(command)


def _elsewhere(command: ShellCommand) -> bool:
    return command.has_flag("--cachedir", "-r", "--root", "--sysroot", *_MANAGER.idle)


def _cleaned(script: Script, after: ShellCommand) -> bool:
    """Whether ``-Scc`` follows (``-Sc`` keeps what is installed), ``paccache`` with none to keep, or a removal."""
    for command in script.commands[after.index + 1 :]:
        if cleans(command) and command.name == "pacman":
            twice = sum(flag.name in ("-c", "--clean") for flag in command.flags) > 1
            if twice or has_option_variable(command):
                return True
        if command.name == "paccache":
            return True
    return removed(script, after, _CACHE)


@check(on=Command("pacman"))
def pacman_unpinned(command: ShellCommand) -> Problems:
    """Packages that pacman installs in whatever version is current."""
    if installs(command) and command.has_flag("-S", "--sync"):
        texts = [word.text for word in command.arguments]
        names = [text for text in texts if names_package(text) and not any(c in text for c in "=<>")]
        if names:
            yield Problem(operation(command) or command, without_version(command, names, "{}=<version>"))
