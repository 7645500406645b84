"""What a change since a Git revision did to the files of a project, asked of ``git``.

Only plumbing is called that neither reads files through filters nor runs hooks, pagers, external diffs or monitors; the
revision is turned into a hash before anything else gets it. Nothing is fetched.
"""

from __future__ import annotations

import os
import subprocess

from dlint.cli.output import UserError
from dlint.lazy import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[[str], bytes | None]

# Settings of a repository that name programs to run, and those that let it fetch what it lacks.
_SAFE = (
    "-c", "core.fsmonitor=false",
    "-c", f"core.hooksPath={os.devnull}",
    "-c", "core.pager=cat",
    "-c", "diff.external=",
    "-c", "protocol.allow=never",
    "-c", "submodule.recurse=false",
)  # fmt: skip
_ENVIRONMENT = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
_SECONDS = 120
_LINK, _MODULE = "120000", "160000"
_NOWHERE = "000000"
# Characters of a hash where a repository does not use SHA-1.
_SHA256 = 64


class Blob(NamedTuple):
    """The content of a file as it was: its ``name`` in the repository at ``folder``."""

    folder: str
    name: str


class Change(NamedTuple):
    """What differs between a revision and the files on disk, by path from the root asked about.

    ``revision`` is what to call the old state. ``old`` maps files that were altered or deleted to what they were,
    ``added`` are files and folders that were not there. A renamed file is one that was deleted and one that was added.
    A submodule is held to the commit that the revision names for it; where that is not here, all of it counts as added.
    """

    revision: str
    old: dict[str, Blob]
    added: frozenset[str]


def change_since(root: str, revision: str, read: Read) -> Change:
    """What changed in ``root`` since ``revision``, or since HEAD left it where both went on from a common commit.

    What is not committed counts, and so do new files that are not ignored. ``read`` gives the bytes of a file on disk,
    None if it cannot. Raises UserError.
    """
    if "\0" in revision or not revision:
        raise UserError("--since takes a Git revision, such as origin/main or HEAD~1")
    commit = _one(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if not commit:
        raise UserError(_unknown(root, revision))
    # A shallow clone may not reach back to the common commit.
    base = _one(root, "merge-base", commit, "HEAD").partition("\n")[0] or commit
    old, added = _since(root, base, read)
    return Change(revision, old, frozenset(added))


def _since(root: str, commit: str, read: Read) -> tuple[dict[str, Blob], set[str]]:
    """What was altered or deleted since a commit of the repository at ``root``, and what was added."""
    differing, added = _differing(_output(root, "diff-index", *_RAW, commit, "--"), read)
    old = {path: Blob(root, name) for path, name in differing.items()}
    added.update(path for path in _output(root, "ls-files", "--others", "--exclude-standard", "-z").split("\0") if path)
    folders, modules = _folders(_output(root, "ls-tree", "-r", "-d", "-z", commit))
    added |= _new_folders(added, folders)
    for path, link in modules.items():
        _add_module(root, path, link, read, old, added)
    return old, added


def _folders(tree: str) -> tuple[set[str], dict[str, str]]:
    """The folders in what ``git ls-tree -d -z`` says, and the submodules with their commits."""
    folders: set[str] = set()
    modules: dict[str, str] = {}
    for line in filter(None, tree.split("\0")):
        about, _, path = line.partition("\t")
        mode, _, name = about.split(" ")
        folders.add(path)
        if mode == _MODULE:
            modules[path] = name
    return folders, modules


def _add_module(root: str, path: str, link: str, read: Read, old: dict[str, Blob], added: set[str]) -> None:
    """Add what changed in a submodule since the commit ``link``; nothing where it is not checked out."""
    home = os.path.join(root, path)
    if not _is_checked_out(root, home):
        return
    if not _one(home, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{link}^{{commit}}"):
        added.add(path)
        return
    inner, new = _since(home, link, lambda name: read(f"{path}/{name}"))
    old.update({f"{path}/{name}": blob for name, blob in inner.items()})
    added.update(f"{path}/{name}" for name in new)


def _is_checked_out(root: str, home: str) -> bool:
    """Whether a repository lies at ``home``, below the one at ``root`` and not behind a link."""
    inside = os.path.realpath(home) == os.path.join(os.path.realpath(root), os.path.relpath(home, root))
    return inside and os.path.lexists(os.path.join(home, ".git"))


_RAW = (
    "--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv", "--relative",
    "--ignore-submodules=all",
)  # fmt: skip


def _differing(raw: str, read: Read) -> tuple[dict[str, str], set[str]]:
    """The old files with their blobs, and the added ones, in what ``git diff-index --raw -z`` says.

    It names files as well that were copied or touched since Git last looked, whatever is in them.
    """
    old: dict[str, str] = {}
    added: set[str] = set()
    parts = iter(raw.split("\0"))
    for head in parts:
        if not head.startswith(":"):
            continue
        mode, new_mode, blob, _, _ = head[1:].split(" ")
        path = next(parts, "")
        if mode == _NOWHERE:
            added.add(path)
        elif mode in (_LINK, _MODULE) or new_mode == _MODULE:
            continue
        elif mode != new_mode or _named(read(path), blob) != blob:
            old[path] = blob
    return old, added


def _named(data: bytes | None, like: str) -> str:
    """What Git calls a file with these bytes, in a repository where another one is called ``like``."""
    from hashlib import sha1, sha256

    if data is None:
        return ""
    made = sha256 if len(like) == _SHA256 else sha1
    return made(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _new_folders(added: set[str], folders: set[str]) -> set[str]:
    """The folders of added files that were not there."""
    found: set[str] = set()
    for path in added:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def content(blob: Blob, most: int) -> bytes | None:
    """The content of a blob; None if there is none or it has more than ``most`` bytes."""
    size = _one(blob.folder, "cat-file", "-s", blob.name)
    if not size.isdecimal() or int(size) > most:
        return None
    done = _run(blob.folder, "cat-file", "blob", blob.name)
    return done.stdout if done.returncode == 0 else None


def _unknown(root: str, revision: str) -> str:
    inside = _run(root, "rev-parse", "--is-inside-work-tree")
    if inside.returncode != 0:
        reason = inside.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
        return f"--since needs a Git repository: {reason}"
    if not _one(root, "rev-parse", "--verify", "--quiet", "HEAD"):
        return f"--since {revision!r}: nothing has been committed here yet"
    return f"--since {revision!r}: no such revision here; a shallow clone has to fetch it first"


def _one(root: str, *arguments: str) -> str:
    done = _run(root, *arguments)
    return os.fsdecode(done.stdout).strip() if done.returncode == 0 else ""


def _output(root: str, *arguments: str) -> str:
    done = _run(root, *arguments)
    if done.returncode != 0:
        reason = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise UserError(f"git {arguments[0]} failed: {reason}")
    return os.fsdecode(done.stdout)


def _run(root: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "--no-pager", *_SAFE, "-C", root, *arguments]
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**os.environ, **_ENVIRONMENT},
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise UserError("--since needs git, which is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise UserError(f"git {arguments[0]} took more than {_SECONDS} seconds") from error
    except (OSError, ValueError) as error:
        raise UserError(f"git could not be started: {error}") from error
