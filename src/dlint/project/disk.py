"""Bytes on disk: regular files alone are read, and written by renaming."""

from __future__ import annotations

import errno
import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def _opened(path: str) -> int:
    """The descriptor of a regular file. Raises OSError for anything else, though it may have been swapped since."""
    _require_regular(os.stat(path).st_mode)
    # The file may have been swapped for a pipe since: opening one without O_NONBLOCK would wait forever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    return os.open(path, flags)


def read_head(path: str, count: int) -> bytes:
    """The first bytes of a regular file. Raises OSError for anything else."""
    descriptor = _opened(path)
    try:
        _require_regular(os.fstat(descriptor).st_mode)
        return os.read(descriptor, count)
    finally:
        os.close(descriptor)


def read_file(path: str, limit: int) -> bytes | None:
    """The bytes of a regular file; None if there are more than ``limit``. Raises OSError for anything else."""
    return read_stamped(path, limit)[0]


def read_stamped(path: str, limit: int) -> tuple[bytes | None, tuple[int, int]]:
    """The same, and when the file was last changed, in nanoseconds, with its size."""
    descriptor = _opened(path)
    try:
        info = os.fstat(descriptor)
        _require_regular(info.st_mode)
        stamp = (info.st_mtime_ns, info.st_size)
        if info.st_size > limit:
            return None, stamp
        data = os.read(descriptor, info.st_size + 1)
        while len(data) != info.st_size and len(data) <= limit and (more := os.read(descriptor, limit)):
            data += more
    finally:
        os.close(descriptor)
    return data if len(data) <= limit else None, stamp


def listed(entries: Iterable[os.DirEntry[str]]) -> dict[str, bool | None]:
    """What lies in a folder: name → whether it is a folder, None where a symbolic link decides that; sorted."""
    found = {entry.name: None if entry.is_symlink() else entry.is_dir(follow_symlinks=False) for entry in entries}
    return {name: found[name] for name in sorted(found)}


def _require_regular(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder, not a file")
    if not stat.S_ISREG(mode):
        kind = "a named pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
        raise OSError(errno.EINVAL, f"is {kind}, not a regular file")


def write_file(path: str, data: bytes, info: os.stat_result) -> None:
    """Replace a file by one with ``data`` and the mode of ``info``: written beside it, then renamed over it."""
    folder, name = os.path.split(path)
    beside = os.path.join(folder, f".{name}.{os.getpid()}.dlint")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(beside, flags, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if hasattr(os, "chown"):
            _keep_owner(beside, info)
        os.chmod(beside, stat.S_IMODE(info.st_mode))
        os.replace(beside, path)
    except FileExistsError:
        raise
    except BaseException:
        if os.path.exists(beside):
            os.unlink(beside)
        raise


def why_not_replaced(path: str, info: os.stat_result, before: bytes, limit: int) -> str:
    """Why a file is not to be replaced by what was made of ``before``; "" if it may be. Raises OSError."""
    if info.st_nlink > 1:
        return (
            f"the file has {info.st_nlink} names (hard links), of which the others would keep the old text; break the"
            " link, by a copy, and run dlint again"
        )
    if not info.st_mode & 0o222 or not os.access(path, os.W_OK):
        return "the file is read-only"
    return "" if read_file(path, limit) == before else "the file changed after it was read; run dlint again"


def below_root(path: str, roots: tuple[str, str]) -> str | None:
    """An absolute path as one from the root, which has two names; None if it lies outside."""
    for root in roots:
        root = root.replace(os.sep, "/").rstrip("/")
        if path == root:
            return "."
        if path.startswith(root + "/"):
            return path[len(root) + 1 :]
    folder, name = os.path.split(path)
    real = os.path.join(os.path.realpath(folder), name).replace(os.sep, "/")
    if real != path:
        return below_root(real, roots)
    # A link to the root, or to a folder in it; one to a file keeps its name.
    real = os.path.realpath(path).replace(os.sep, "/")
    return below_root(real, roots) if real != path and os.path.isdir(path) else None


def _keep_owner(path: str, info: os.stat_result) -> None:
    """Give the new file the old one's owner, as far as this process is allowed to."""
    try:
        os.chown(path, info.st_uid, info.st_gid)
    except OSError:
        pass


def reason_of(error: OSError) -> str:
    """Why a file cannot be read or written, as the end of a sentence."""
    if isinstance(error, PermissionError):
        return "permission denied; let this user read it, or leave it out with exclude"
    if error.errno == errno.ELOOP:
        return "the symbolic link leads back to itself"
    if error.errno == errno.ENAMETOOLONG:
        return "the name is too long"
    return (error.strerror or str(error)).rstrip(".")


def real_below(path: str, root: str) -> str | None:
    """A path with its symbolic links resolved; None if that is not below ``root``, which is resolved already."""
    try:
        real = os.path.realpath(path)
    except (OSError, ValueError):
        # A name the file system cannot hold: too long, or not encodable.
        return None
    return real if real == root or real.startswith(root if root.endswith(os.sep) else root + os.sep) else None
