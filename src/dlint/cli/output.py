"""Where reports go: standard output, files, a terminal's colour and width; and the one kind of error a user sees."""

from __future__ import annotations

import os
import sys


class UserError(Exception):
    """What the user can mend: printed as one sentence, exit code 2."""


def write(text: str) -> None:
    """Print to standard output; characters its encoding lacks are escaped rather than refused."""
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "ascii"
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def say(message: str) -> None:
    """Print one line about the run, not a finding, to standard error."""
    print(f"dlint: {message}", file=sys.stderr)


def write_file(path: str, text: str) -> None:
    """Write a report to a file by rename, so that no half report is ever seen. Raises UserError."""
    import tempfile

    folder = os.path.dirname(os.path.abspath(path))
    try:
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".dlint-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
                stream.write(text)
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from error


def coloured(choice: str) -> bool:
    """Whether to colour: ``always``, ``never``, or ``auto`` — a terminal, and neither NO_COLOR nor TERM=dumb."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def width() -> int:
    """The terminal's width in columns, 100 where there is none."""
    if not sys.stdout.isatty():
        return 100
    import shutil

    return shutil.get_terminal_size((100, 24)).columns
