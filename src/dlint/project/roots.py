"""Where a project begins: the folder that its files are looked for in."""

from __future__ import annotations

import os

from dlint.project.disk import read_file
from dlint.project.files import MAX_BYTES
from dlint.project.kinds import COMPOSE, DOCKERIGNORE, USUAL


def root_of(folder: str, here: str | None = None) -> str:
    """The project's root for a folder.

    The nearest folder upwards with ``.git``; else the nearest with a configuration of dlint; else ``here``, the working
    directory, if the folder lies below it; else the folder itself. A home, and what homes lie in, is no project of its
    own: from there it is the folder in it. A home with a file that speaks about folders in it is one, as in a container
    whose user has no other folder.
    """
    folder = os.path.abspath(folder)
    for marks in ((".git",), ("dlint.toml", ".dlint.toml", "pyproject.toml")):
        current = folder
        while True:
            if any(_marks_root(current, mark) for mark in marks):
                return current
            parent = os.path.dirname(current)
            if parent == current:
                break
            current = parent
    if here is None or not _lies_in(folder, here):
        return folder
    first = os.path.relpath(folder, here).split(os.sep)[0]
    if first == "." or not _lies_in(os.path.expanduser("~"), here) or _speaks_of_folders(here):
        return here
    return os.path.join(here, first)


def _speaks_of_folders(folder: str) -> bool:
    """Whether a Compose file lies there, or a list of what is left out of a build context, under its usual name."""
    names = [name for name, kind in USUAL.items() if kind in (COMPOSE, DOCKERIGNORE)]
    return any(os.path.isfile(os.path.join(folder, name)) for name in names)


def _lies_in(folder: str, other: str) -> bool:
    return os.path.join(folder, "").startswith(os.path.join(other, ""))


def _marks_root(folder: str, name: str) -> bool:
    path = os.path.join(folder, name)
    if name != "pyproject.toml":
        return os.path.exists(path)
    try:
        return os.path.isfile(path) and b"[tool.dlint" in (read_file(path, MAX_BYTES) or b"")
    except OSError:
        return False
