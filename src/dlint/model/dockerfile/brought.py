"""What one COPY, ADD or mount brings to a path: a file of the context, of another stage, or nobody knows.

Source: BuildKit, ``frontend/dockerfile/dockerfile2llb/convert.go`` and docs.docker.com/reference/dockerfile/#copy: a
file keeps its name in a folder, of a folder only the content is copied.
"""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase

from dlint.lazy import NamedTuple
from dlint.model.dockerfile.commands import value_of
from dlint.model.dockerfile.taken import goes_into_folder, local_path, target_of
from dlint.syntax.dockerfile.parser import Add, Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, Protocol

    from dlint.model.dockerfile.stage import Stage
    from dlint.syntax.dockerfile.parser import Mount, Run, Word

    class Contents(Protocol):
        """A folder that is copied from."""

        def brings(self, inner: str) -> bool | None:
            """Whether what lies at a path of the folder is part of it; None if it may come later."""

        def is_folder(self, inner: str) -> bool:
            """Whether a folder lies there."""

        def names(self, inner: str) -> list[str]:
            """The names in a folder of it."""

    class Asking(Protocol):
        """What is asked in turn."""

        @property
        def contents(self) -> Contents | None:
            """The build context."""

        def folder_of(self, node: Copy | Mount) -> Contents | None:
            """The folder that a named context stands for."""

        def at_end(self, other: Stage, path: str) -> bool | None:
            """Whether something lies at a path of an earlier stage."""

        def before(self, path: str) -> bool | None:
            """Whether something lies at a path before the instruction."""


_ARCHIVES: Final = tuple(f".{name}" for name in "tar tgz tbz tbz2 txz tzst gz bz2 xz zst".split())
_LONGEST_ENDING: Final = 7
_FILES: Final = frozenset("Makefile Gemfile Pipfile Dockerfile Procfile Rakefile gradlew mvnw artisan LICENSE".split())
_MOST_MATCHES: Final = 50


class Brought(NamedTuple):
    """Whether something is brought to a path, by an instruction that puts it at ``target`` or below.

    ``whole``: all that is brought is known to be the content of folders.
    """

    answer: bool | None
    target: str
    whole: bool = False


def of_transfer(node: Copy | Add, stage: Stage, path: str, asking: Asking) -> Brought | None:
    """What COPY or ADD brings to a path; None if it may put anything anywhere."""
    if node.destination is None:
        return Brought(False, "")
    target = target_of(node, stage)
    if target is None or node.flag("parents") is not None:
        return None
    if target == path or is_below(target, path):
        return Brought(True, target)
    if not is_below(path, target):
        return Brought(False, target)
    below = path[len(target.rstrip("/")) + 1 :]
    into = goes_into_folder(node, stage)
    taken = [_of_source(word, node, stage, below, asking) for word in node.sources]
    answers = [one.answer for one in taken]
    if below in (*(heredoc.name for heredoc in node.heredocs), *(name for one in taken for name in one.files)):
        # A target that is no folder becomes the file.
        answers.append(True if into else False if asking.before(target) is False else None)
    if True in answers:
        return Brought(None if node.flag("exclude") is not None else True, target)
    whole = not node.heredocs and all(one.is_folder for one in taken)
    return Brought(None if None in answers else False, target, whole)


def of_mount(mount: Mount, run: Run, stage: Stage, path: str, asking: Asking) -> tuple[bool | None, bool]:
    """What a mount of a step brings to a path, and whether that hides all that lies below."""
    folder = stage.workdir_at(run)
    target = mount.get("target") or ("/run/secrets" if mount.type in ("secret", "ssh") else "")
    if "$" in target or not (target.startswith("/") or isinstance(folder, str)):
        return None, True
    place = posixpath.normpath(posixpath.join(str(folder), target))
    if place == path or is_below(place, path):
        return True, True
    if not is_below(path, place):
        return False, False
    source = mount.get("source") or "."
    if mount.type not in ("", "bind") or "$" in source:
        return (False if mount.type == "tmpfs" else None), True
    below = path[len(place.rstrip("/")) + 1 :]
    inner = posixpath.normpath("/" + source)
    origin = stage.source_of(mount)
    if origin is not None:
        return asking.at_end(origin, posixpath.join(inner, below)), True
    contents = asking.contents if mount.get("from") is None else asking.folder_of(mount)
    return (contents.brings(posixpath.join(inner, below)[1:]) if contents is not None else None), True


class _Taken(NamedTuple):
    """What one source brings: whether something comes to the path that is asked for, as the content of a folder.

    ``files`` are those that keep their names beside it; ``is_folder``: there are only folders.
    """

    answer: bool | None
    files: tuple[str, ...] = ()
    is_folder: bool = False


_UNKNOWN: Final = _Taken(None)


def _of_source(word: Word, node: Copy | Add, stage: Stage, below: str, asking: Asking) -> _Taken:
    text = value_of(word, node, stage)
    if not text:
        return _UNKNOWN
    contents = asking.contents
    if isinstance(node, Copy) and node.from_ is not None:
        origin = stage.source_of(node)
        if origin is not None:
            return _of_stage(origin, text, below, asking)
        contents = asking.folder_of(node)
        if contents is None:
            return _UNKNOWN
    inner = local_path(word, node, stage)
    if inner is None or (isinstance(node, Add) and inner.endswith(_ARCHIVES)):
        return _UNKNOWN
    return _of_folder(contents, inner, below) if contents is not None else _by_name(inner, below)


def _of_stage(origin: Stage, text: str, below: str, asking: Asking) -> _Taken:
    if _is_pattern(text):
        return _UNKNOWN
    source = posixpath.normpath("/" + text.lstrip("/"))
    answer = asking.at_end(origin, posixpath.join(source, below))
    if answer is False and (below == posixpath.basename(source) or asking.at_end(origin, source) is False):
        return _UNKNOWN  # It is the file itself, or a folder that has no such file, or what the build stops at.
    return _Taken(answer, (), True)


def _by_name(inner: str, below: str) -> _Taken:
    """What a source may bring of which only the name is known: by its ending it is a file, or a folder of anything."""
    name = posixpath.basename(inner)
    if inner == "." or "[^" in name or not (name in _FILES or _has_ending(name)):
        return _UNKNOWN
    if not _is_pattern(name):
        return _Taken(False, (name,))
    return _Taken(None if fnmatchcase(below, name) else False)


def _of_folder(contents: Contents, inner: str, below: str) -> _Taken:
    if not _is_pattern(inner):
        return _of_plain(contents, inner, below)
    folder, name = posixpath.split(inner)
    if _is_pattern(folder) or "\\" in name or "[^" in name:
        return _UNKNOWN
    names = (one for one in contents.names(folder or ".") if fnmatchcase(one, name))
    fitting = [one for one in names if contents.brings(posixpath.join(folder, one)) is not False]
    first = below.partition("/")[0]
    if first not in fitting and fnmatchcase(first, name) and contents.brings(posixpath.join(folder, first)) is None:
        return _UNKNOWN
    found = [_of_plain(contents, posixpath.join(folder, one), below) for one in fitting[:_MOST_MATCHES]]
    answers = [one.answer for one in found]
    if not found or len(fitting) > _MOST_MATCHES:
        return _UNKNOWN
    files = tuple(name for one in found for name in one.files)
    return _Taken(True if True in answers else None if None in answers else False, files, not files)


def _of_plain(contents: Contents, inner: str, below: str) -> _Taken:
    if inner == "." or contents.is_folder(inner):
        return _Taken(contents.brings(posixpath.normpath(posixpath.join(inner, below))), (), True)
    if contents.brings(inner) is True:
        return _Taken(False, (posixpath.basename(inner),))
    # What is not there is made before the build, or copy-source-missing reports it.
    return _UNKNOWN


def _is_pattern(path: str) -> bool:
    return "*" in path or "?" in path or "[" in path or "\\" in path


def _has_ending(name: str) -> bool:
    """Whether a name ends as that of a file: ``conf.d`` and its like are folders."""
    stem, _, ending = name.rpartition(".")
    return bool(stem) and ending.isalnum() and ending[0].isalpha() and ending != "d" and len(ending) <= _LONGEST_ENDING


def is_below(path: str, folder: str) -> bool:
    """Whether an absolute path lies in a folder."""
    return path != folder and path.startswith(folder.rstrip("/") + "/")
