"""``dlint --watch``: lint again whenever a file of the project changes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from dlint.cli.output import UserError, aside, flush, say, write
from dlint.cli.sessions import session_of
from dlint.lazy import Any
from dlint.project.files import ProjectFiles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

# Seconds between two looks, and how many files and folders are looked at.
_PACE = 0.5
_MOST = 20_000
_CLEAR = "\033[2J\033[H"


def watch(options: dict[str, Any], once: Callable[[dict[str, Any]], int]) -> NoReturn:
    """Lint and report by ``once``, then again after each change, until interrupted. Raises UserError."""
    for option in ("fix", "diff", "list_files"):
        if options[option]:
            raise UserError(f"--watch goes without --{option.replace('_', '-')}")
    if "-" in options["paths"]:
        raise UserError("--watch takes files and folders, not standard input")
    while True:
        before = _state(options)
        if sys.stdout.isatty():
            write(_CLEAR)
        try:
            once(options)
        except UserError as error:
            # Half a configuration is nothing unusual while somebody writes it.
            say(str(error))
        flush()
        aside("dlint: watching; Ctrl-C ends it\n")
        _wait(options, before)


def _wait(options: dict[str, Any], before: dict[str, tuple[int, int]]) -> None:
    """Come back when something has changed; to look takes a fifth of the time at most, however large the project."""
    while True:
        start = time.monotonic()
        if _state(options) != before:
            return
        time.sleep(max(_PACE, 4 * (time.monotonic() - start)))


def _state(options: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """What tells a change: the times and sizes of the files that are linted and of what lies beside them."""
    from dlint.config.keys import ConfigError
    from dlint.rule.errors import PluginError

    folders = {os.path.abspath(path) for path in options["paths"] or (".",)}
    folders |= {os.path.dirname(path) for path in folders}
    try:
        session = session_of({**options, "since": None})
        folders.add(session.root)
        for path in session.workspace.kinds:
            folders.add(os.path.dirname(os.path.join(session.root, path)))
    except (ConfigError, PluginError, UserError):
        # What is wrong with it is said by the run.
        pass
    reports = {os.path.abspath(item.partition("=")[2] or item) for item in options["output"]}
    streams = [info for stream in (sys.stdout, sys.stderr) if (info := _info_of(stream.fileno())) is not None]
    found: dict[str, tuple[int, int]] = {}
    for folder in sorted(folders):
        project = ProjectFiles.on_disk(folder)
        for name, is_folder in project.entries():
            path = os.path.join(folder, name)
            if is_folder or path in reports or len(found) >= _MOST:
                continue
            info = _info_of(path)
            # What we write ourselves is no change: to lint again would write it again.
            if info is not None and not any(os.path.samestat(info, stream) for stream in streams):
                found[path] = (info.st_mtime_ns, info.st_size)
    return found


def _info_of(file: str | int) -> os.stat_result | None:
    try:
        return os.stat(file)
    except OSError:
        return None
