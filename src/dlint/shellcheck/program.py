"""Where ShellCheck is, how it is called, and what tells one from another."""

from __future__ import annotations

import os
import sys

from dlint.lazy import blake2b

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# What it cannot know, as the files a script sources are not here, and that ash is read as dash.
_EXCLUDED = "SC1090,SC1091,SC2187"
OPTIONS = ("--norc", "--format=json1", "--severity=style", f"--exclude={_EXCLUDED}")


def find(program: str = "") -> str:
    """The path of ShellCheck: ``program`` if given, else the one beside this Python, else on PATH; "" without one."""
    name = program or "shellcheck"
    if os.path.dirname(name):
        return name
    for folder in _folders(beside=not program):
        for ending in (".exe", "") if os.name == "nt" else ("",):
            path = os.path.join(folder, name + ending)
            if os.path.isfile(path) and os.access(path, os.X_OK):
                return path
    return ""


def _folders(*, beside: bool) -> Iterator[str]:
    if beside:
        yield os.path.dirname(sys.executable)
    # It imports warnings, so PATH is asked only where ShellCheck is not beside Python.
    yield from os.get_exec_path()


def identity(path: str, *, everywhere: bool = False) -> str:
    """What tells one ShellCheck and its options from another: "" for a program that is not there.

    One that counts ``everywhere`` is the same on each machine that has the same program.
    """
    try:
        info = os.stat(path)
        here = (path, str(info.st_size), str(info.st_mtime_ns))
        return "\0".join(((_digest(here),) if everywhere else here) + OPTIONS)
    except OSError:
        return ""


_digests: dict[tuple[str, str, str], str] = {}


def _digest(program: tuple[str, str, str]) -> str:
    """A hash of a program's content, which is read once; its path, size and time say whether it is the same."""
    found = _digests.get(program)
    if found is None:
        with open(program[0], "rb") as handle:
            found = _digests[program] = blake2b(handle.read(), digest_size=20).hexdigest()
    return found


def cores() -> int:
    """How many cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
