"""Where reports go: standard output, files, a terminal's colour and width; and the one kind of error a user sees."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, TextIO


class UserError(Exception):
    """What the user can fix: printed as one sentence, exit code 2."""


class AsUserError:
    """``with AsUserError():`` raises a UserError where a configuration or a plug-in turns out to be unusable."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, ValueError):
            return
        from dlint.config.keys import ConfigError
        from dlint.rule.errors import PluginError

        if isinstance(error, ConfigError | PluginError):
            raise UserError(from_here(str(error))) from error


# What the text report draws with, for an output that knows ASCII only.
_PLAIN = str.maketrans({"│": "|", "╰": "`", "…": "...", "·": "-", "—": "-"})


def write(text: str) -> None:
    """Print to standard output; characters its encoding lacks are escaped rather than refused. Raises UserError."""
    try:
        try:
            sys.stdout.write(text)
        except UnicodeEncodeError:
            encoding = sys.stdout.encoding or "ascii"
            sys.stdout.write(text.translate(_PLAIN).encode(encoding, "backslashreplace").decode(encoding))
    except OSError as error:
        _refused(error)


def takes_parts() -> bool:
    """Whether standard output has all characters, so that no part of a text is written otherwise than the rest."""
    return (sys.stdout.encoding or "").lower() in ("utf-8", "utf8")


def write_shown(text: str) -> None:
    """Print text with what stands in files: as it is to a program, fit to be seen on a terminal. Raises UserError."""
    write_exact(_fit(text) if sys.stdout.isatty() else text)


def write_exact(text: str) -> None:
    """Print what programs read: in UTF-8 whatever the locale says, and bytes that are none stay. Raises UserError."""
    if sys.stdout.isatty():
        write(text)
    else:
        write_bytes(_exact(text))


def _exact(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        # Half a pair, as an escape of JSON or YAML may make it, is in no encoding.
        return text.encode("utf-8", "backslashreplace")


def _fit(text: str) -> str:
    """Lines as a terminal may have them."""
    from dlint.report._escape import is_plain, visible

    return text if is_plain(text.replace("\n", "")) else "\n".join(map(visible, text.split("\n")))


def flush() -> None:
    """Hand on what was printed to standard output. Raises UserError."""
    try:
        sys.stdout.flush()
    except OSError as error:
        _refused(error)


def _refused(error: OSError) -> NoReturn:
    if isinstance(error, BrokenPipeError):
        raise error
    # What is left in the buffer would be refused again.
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    raise UserError(f"cannot write to standard output: {error.strerror}") from error


def write_bytes(data: bytes) -> None:
    """Print to standard output as it is. Raises UserError."""
    flush()
    try:
        sys.stdout.buffer.write(data)
    except OSError as error:
        _refused(error)


def say(message: str) -> None:
    """Print one line about the run, not a finding, to standard error."""
    from dlint.report._escape import visible

    aside_report(f"dlint: {visible(message)}\n")


def aside(text: str) -> None:
    """Print lines to standard error, fit to be seen on a terminal."""
    aside_report(_fit(text))


def aside_report(text: str) -> None:
    """Print a report, which is fit to be seen, to standard error; if it cannot take it, nobody is left to tell."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, UnicodeError):
        pass


def write_file(path: str, text: str) -> None:
    """Write a report to a file by rename, so that no half report is ever seen. Raises UserError.

    A symbolic link stays one; a device or a pipe is written to.
    """
    try:
        if _is_stream(path):
            with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
                stream.write(text)
        else:
            _replace(os.path.realpath(path), text)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from error


def _is_stream(path: str) -> bool:
    """Whether the path is no file that another one can take the place of, such as ``/dev/stderr``."""
    return os.path.exists(path) and (not os.path.isfile(path) or os.path.abspath(path).startswith(("/dev/", "/proc/")))


def _replace(path: str, text: str) -> None:
    """Put a file with ``text`` in place of the one at ``path``, with its mode. Raises OSError."""
    import tempfile

    try:
        mode = os.stat(path).st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".dlint-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.write(text)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def from_here(text: str) -> str:
    """The text with paths below the working directory as a person there would write them."""
    return text.replace(os.getcwd().rstrip(os.sep) + os.sep, "")


def coloured(choice: str, stream: TextIO | None = None) -> bool:
    """Whether to colour: ``always``, ``never``, or ``auto`` — a terminal, and neither NO_COLOR nor TERM=dumb.

    ``stream`` is where the text goes (default: standard output).
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return (stream or sys.stdout).isatty() and os.environ.get("TERM") != "dumb"


def width(stream: TextIO | None = None) -> int:
    """The width of the terminal ``stream`` goes to (default: standard output) in columns, 100 where there is none."""
    if not (stream or sys.stdout).isatty():
        return 100
    import shutil

    return shutil.get_terminal_size((100, 24)).columns
