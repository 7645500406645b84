"""The ``dlint`` command: picks the subcommand and imports only that one.

Exit codes: 0 clean, 1 findings at or above the threshold, 2 a wrong call, a wrong configuration or an internal error,
3 nothing to lint.
"""

from __future__ import annotations

import errno
import gc
import os
import sys

from dlint.cli.commands import COMMANDS, DEFAULT, load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    import click

_VERSION = (["--version"], ["-V"])
_CLICK: dict[str, Any] = {"standalone_mode": False, "help_option_names": ["--help", "-h"]}


def main() -> NoReturn:
    """Run the command line and end the process.

    It ends at once: to take the trees of a long run apart, as Python does on its way out, is a quarter of its time.
    """
    _open_closed_streams()
    _find_own_modules()
    try:
        if sys.argv[1:] not in _VERSION:
            _heed_signals()
        code = call(sys.argv[1:])
    except _ToldToEnd as ended:
        code = 128 + ended.number
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            # Gone or closed: nobody is left to tell.
            pass
    os._exit(code)


def _open_closed_streams() -> None:
    """Point the standard streams that the caller has closed at nothing; Python leaves None in their place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def _find_own_modules() -> None:
    """Spare the search for dlint's modules. The command alone does: whoever imports the library keeps his finders."""
    try:
        from dlint.finder import Finder
    except ImportError:
        # Another Python than CPython.
        return
    sys.meta_path.insert(0, Finder)


class _ToldToEnd(BaseException):
    """The system or a person told the process by a signal to end."""

    def __init__(self, number: int) -> None:
        self.number = number


def _heed_signals() -> None:
    """Leave as by an exception when told to end, so that ShellCheck's processes and files, and half reports, go too."""
    from dlint.lazy import signal

    signals = [number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None]

    def leave(number: int, frame: object) -> NoReturn:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise _ToldToEnd(number)

    for number in signals:
        # Who starts us with nohup wants us to go on.
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, leave)


def call(arguments: list[str]) -> int:
    """Run a command line; gives the exit code. A closed pipe and Ctrl-C end it quietly."""
    # A run builds trees that live to its end, so that frequent collections find nothing and cost a tenth of the time.
    gc.set_threshold(500_000, 50, 100)
    try:
        code = _dispatch(arguments)
    except KeyboardInterrupt:
        from dlint.cli.output import say

        say("interrupted")
        code = 130
    except BrokenPipeError:
        # The reader of our output has gone; point stdout at nothing so that the interpreter's own flush is quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    return code


def _dispatch(arguments: list[str]) -> int:
    from dlint.cli.output import UserError, flush, say

    try:
        if arguments in _VERSION:
            code = _version()
        else:
            options = plain(arguments)
            code = _command(arguments) if options is None else _lint(options)
        flush()
        return code
    except UserError as error:
        say(str(error))
        return 2
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except Exception as error:
        if "--verbose" in arguments or "-v" in arguments:
            raise
        if isinstance(error, OSError) and not _has_folder():
            say("the working directory does not exist any more; change to another one")
            return 2
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            say(f"cannot write: {error.strerror}")
            return 2
        say(f"internal error: {type(error).__name__}: {error}; please report it with what --verbose adds")
        return 2


def _version() -> int:
    from dlint import __version__
    from dlint.cli.output import write

    write(f"dlint {__version__}\n")
    return 0


def _has_folder() -> bool:
    try:
        os.getcwd()
    except OSError:
        return False
    return True


def plain(arguments: list[str]) -> dict[str, Any] | None:
    """The options of a call that lints and is written plainly; None for any other call, which is click's."""
    name, words = choose(arguments)
    if name != DEFAULT:
        return None
    from dlint.cli.options import quick

    return quick(words)


def _lint(options: dict[str, Any]) -> int:
    from dlint.cli.run import run

    return run(options)


def _command(arguments: list[str]) -> int:
    import click

    from dlint.cli.output import aside

    name, rest = choose(arguments)
    try:
        result = load(name).main(args=rest, prog_name=f"dlint {name}", **_CLICK)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.Abort as error:
        raise KeyboardInterrupt from error
    except SystemExit as error:
        # So click ends where the reader of our output has gone, by the exit code that means findings here.
        raise BrokenPipeError from error
    except click.exceptions.NoArgsIsHelpError as error:
        aside(f"{error.format_message()}\n")
        return 2
    except click.UsageError as error:
        hint = f"\nTry '{error.ctx.command_path} --help'." if error.ctx else ""
        said = _number(error) or _joined(" ".join(error.format_message().split()), _guess(error))
        aside(f"dlint: {said}{hint}\n")
        return 2
    return result if isinstance(result, int) else 0


def _joined(sentence: str, guess: str) -> str:
    return f"{sentence.removesuffix('.')}{guess}" if guess else sentence


def _number(error: click.UsageError) -> str:
    """What an option takes that wants a number; empty if it wants something else."""
    import click

    if isinstance(error, click.BadParameter) and error.param and isinstance(error.param.type, click.IntRange):
        return f"{error.param.opts[0]} takes a whole number from 0 on"
    return ""


def _guess(error: click.UsageError) -> str:
    """`` (did you mean X?)`` where one of several words was wanted; or nothing."""
    import click

    kind = error.param.type if isinstance(error, click.BadParameter) and error.param else None
    if not isinstance(kind, click.Choice):
        return ""
    from dlint.config.keys import did_you_mean

    given = error.message.partition("'")[2].partition("'")[0]
    return did_you_mean(given, map(str, kind.choices))


def choose(arguments: list[str]) -> tuple[str, list[str]]:
    """The subcommand and its arguments; ``dlint PATH`` means ``dlint check PATH``, ``dlint --help`` lists commands."""
    if arguments and arguments[0] in COMMANDS:
        return arguments[0], arguments[1:]
    if arguments[:1] == ["help"] and arguments[1:2] and arguments[1] in COMMANDS:
        return arguments[1], [*arguments[2:], "--help"]
    if arguments[:1] == ["help"]:
        return "overview", arguments[1:]
    if not arguments or arguments[0] in ("--help", "-h", "help"):
        return "overview", []
    return DEFAULT, arguments
