"""pip, pipx and uv: the download cache, and versions."""

from __future__ import annotations

from dlint.api import Command, Problem, Problems, check
from dlint.api.dockerfile import (
    ShellCommand,
    Stage,
    environment,
    family,
    followed_by,
    has_option_variable,
    installs,
    is_older,
    kept_out,
    names_package,
    option,
    removed,
    run_of,
    ships,
    without_version,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_YES = frozenset(("1", "true", "t", "yes", "y", "on"))
_CACHE: Final = family("pip").cache_dirs[0]
_PINS = ("==", ">=", "<=", "~=", "!=", "===", "<", ">")
_ARCHIVES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz")


@check(on=Command("pip"), windows=True)
def pip_without_no_cache_dir(
    command: ShellCommand, stage: Stage, *, shipped_only: bool = False, every_release: bool = False
) -> Problems:
    """A pip install that leaves downloaded packages in the layer; ``shipped_only``: of a shipped image.

    ``every_release``: also on images whose pip does not know the option yet.
    """
    if command.verb != "install" or has_option_variable(command):
        return
    if shipped_only and not ships(run_of(command, stage), stage):
        return
    if not every_release and is_older(stage.root.image, "pip", "--no-cache-dir"):
        return
    if command.has_flag("--no-cache-dir", "--no-cache", "--cache-dir", "--help", "-h", "--dry-run"):
        return
    value = environment(command, stage, "PIP_NO_CACHE_DIR")
    if value is None or value.lower() in _YES or _cleaned(command) or _kept_out(command, stage):
        return
    if command.source.writes(r"global\.no-cache-dir"):
        return
    fix = option(command, stage, "--no-cache-dir", "Add --no-cache-dir")
    message = "'pip install' leaves its downloads in the layer; add --no-cache-dir or mount a cache"
    yield Problem(command.subcommand or command, message, fix=fix)


def _cleaned(command: ShellCommand) -> bool:
    return removed(command.script, command, _CACHE) or followed_by(command, "cache purge")


def _kept_out(command: ShellCommand, stage: Stage) -> bool:
    run = run_of(command, stage)
    if run is None or not run.flags:
        return False
    own = environment(command, stage, "PIP_CACHE_DIR")
    places = (_CACHE, ".cache/pip", own) if own else (_CACHE, ".cache/pip")
    return own is None or any(kept_out(run, place) for place in places)


_DECIDED_ELSEWHERE = (
    "-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints", "--group", "--require-hashes",
)  # fmt: skip


@check(on=Command("pip", "pipx", "uv"), windows=True)
def pip_unpinned(command: ShellCommand) -> Problems:
    """Packages that pip, pipx or uv install in whatever version is current."""
    # What uv adds to a project, its lock file pins.
    if not installs(command) or command.verb == "add" or has_option_variable(command):
        return
    if command.has_flag(*_DECIDED_ELSEWHERE):
        return
    for word in command.arguments:
        if _moving(word.text):
            yield Problem(word, f"'{word.text}' follows a branch; add @<tag or commit>")
    names = [word.text for word in command.arguments if _unpinned(word.text)]
    if names:
        yield Problem(command.subcommand or command, without_version(command, names, "{}==<version>"))


def _unpinned(text: str) -> bool:
    if text == "." or not names_package(text.partition("[")[0]) or "/" in text or "$" in text:
        return False
    return not any(pin in text for pin in _PINS) and "@" not in text and not text.endswith(_ARCHIVES)


def _moving(text: str) -> bool:
    scheme, colon, rest = text.partition("://")
    if not colon or scheme.rpartition(" ")[2].partition("+")[0] not in ("git", "hg", "svn", "bzr") or "$" in text:
        return False
    return "@" not in rest.partition("#")[0].partition("/")[2]
