"""Puts new text in the place of a file on disk, or says in one sentence why not."""

from __future__ import annotations

import os

from dlint.project import disk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.source import Source


class WriteError(OSError):
    """A file that could not be written; the message is one sentence that names it and the reason."""


def replace(real: str | None, before: Source | None, after: Source, most: int, *, is_lossy: bool) -> None:
    """Put ``after`` in the place of ``before``, which was read at ``real`` and has at most ``most`` bytes.

    ``is_lossy`` says that the file has bytes of which no text was made. Raises WriteError.
    """
    key = after.path
    if before is None or real is None:
        raise WriteError(f"{key}: not written, since it was never read")
    if is_lossy:
        raise WriteError(f"{key}: not written, since it is not well-formed {after.encoding.upper()}")
    try:
        data = after.encode()
        info = os.stat(real)
        if why := disk.why_not_replaced(real, info, before.encode(), most):
            raise WriteError(f"{key}: not written, since {why}")
        disk.write_file(real, data, info)
    except WriteError:
        raise
    except OSError as error:
        raise WriteError(f"{key}: not written: {disk.reason_of(error)}") from error
    except UnicodeEncodeError as error:
        raise WriteError(f"{key}: not written, since the new text cannot be put in {after.encoding}") from error
