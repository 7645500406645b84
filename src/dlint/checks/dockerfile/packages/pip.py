"""pip, pipx and uv: the download cache, and versions."""

from __future__ import annotations

from dlint.api import Command, Problem, Problems, check
from dlint.api.dockerfile import ShellCommand, Stage
from dlint.checks.dockerfile.packages import naming as packages

_YES = frozenset(("1", "true", "t", "yes", "y", "on"))
_CACHE = "/root/.cache/pip"
_PINS = ("==", ">=", "<=", "~=", "!=", "===", "<", ">")
_ARCHIVES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz")


@check(on=Command("pip"))
def pip_without_no_cache_dir(command: ShellCommand, stage: Stage, *, shipped_only: bool = False) -> Problems:
    """A pip install that leaves downloaded packages in the layer; ``shipped_only``: of a shipped image."""
    if command.verb != "install" or packages.has_option_variable(command):
        return
    if shipped_only and not packages.ships(packages.run_of(command, stage), stage):
        return
    if command.has_flag("--no-cache-dir", "--no-cache", "--cache-dir", "--help", "-h", "--dry-run"):
        return
    value = packages.environment(command, stage, "PIP_NO_CACHE_DIR")
    if value is None or value.lower() in _YES or _cleaned(command) or _kept_out(command, stage):
        return
    if packages.is_written(command.source, r"global\.no-cache-dir"):
        return
    fix = packages.option(command, stage, "--no-cache-dir", "Add --no-cache-dir")
    message = "'pip install' leaves its downloads in the layer; add --no-cache-dir or mount a cache"
    yield Problem(command.subcommand or command, message, fix=fix)


def _cleaned(command: ShellCommand) -> bool:
    return packages.removed(command.script, command, _CACHE) or packages.followed_by(command, "cache purge")


def _kept_out(command: ShellCommand, stage: Stage) -> bool:
    run = packages.run_of(command, stage)
    if run is None or not run.flags:
        return False
    own = packages.environment(command, stage, "PIP_CACHE_DIR")
    places = (_CACHE, ".cache/pip", own) if own else (_CACHE, ".cache/pip")
    return own is None or any(packages.kept_out(run, place) for place in places)


_INSTALLING = {"pip": ("install",), "pipx": ("install",), "uv": ("pip install", "tool install")}
_DECIDED_ELSEWHERE = (
    "-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints", "--group", "--require-hashes",
)  # fmt: skip


@check(on=Command(*_INSTALLING))
def pip_unpinned(command: ShellCommand) -> Problems:
    """Packages that pip, pipx or uv install in whatever version is current."""
    if command.verb not in _INSTALLING[command.tool] or packages.has_option_variable(command):
        return
    if command.has_flag(*_DECIDED_ELSEWHERE):
        return
    for word in command.arguments:
        if _moving(word.text):
            yield Problem(word, f"'{word.text}' follows a branch; add @<tag or commit>")
    names = [word.text for word in command.arguments if _unpinned(word.text)]
    yield from packages.without_version(command, names, "{}==<version>")


def _unpinned(text: str) -> bool:
    if text == "." or not packages.names_package(text.partition("[")[0]) or "/" in text or "$" in text:
        return False
    return not any(pin in text for pin in _PINS) and "@" not in text and not text.endswith(_ARCHIVES)


def _moving(text: str) -> bool:
    scheme, colon, rest = text.partition("://")
    if not colon or scheme.rpartition(" ")[2].partition("+")[0] not in ("git", "hg", "svn", "bzr") or "$" in text:
        return False
    return "@" not in rest.partition("#")[0].partition("/")[2]
