"""``dlint why``: what is known of a file, a line or a service, and where each fact is from."""

from __future__ import annotations

import os

import click

from dlint.cli.output import UserError, coloured, from_here, say, write, write_exact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dlint.session import Session
    from dlint.why.account import Account


@click.command()
@click.argument("subject", metavar="FILE[:LINE]|SERVICE")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@click.option("--root", metavar="DIR", help="The project's root (default: the git top level, else this folder).")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the text.")
def command(subject: str, form: str, root: str | None, color: str) -> int:
    """Say who builds and uses a file or a service, with what, and where each value is from.

    For a line of a Dockerfile or a Compose file it is what is in effect there. What nobody can know is unknown.
    """
    from dlint.config.keys import ConfigError
    from dlint.why.find import NothingKnownError

    path, line = _split(subject)
    try:
        session, accounts = _asked(path, line, subject, root)
    except NothingKnownError as error:
        raise UserError(str(error)) from error
    except ConfigError as error:
        raise UserError(from_here(str(error))) from error
    for note in (*session.notes, *session.workspace.notes):
        say(note)
    if form == "json":
        from dlint.why.json import render as as_json

        write_exact(as_json(accounts, subject))
    else:
        from dlint.why.text import render

        write(render(accounts, session.shown, coloured(color)))
    return 0


def _split(subject: str) -> tuple[str, int | None]:
    """Path and line; a column behind that is what reports print and says no more."""
    if os.path.exists(subject):
        return subject, None
    head, _, last = subject.rpartition(":")
    before, _, middle = head.rpartition(":")
    if last.isdecimal() and middle.isdecimal() and before:
        return before, int(middle[:9])
    return (head, int(last[:9])) if last.isdecimal() and head else (subject, None)


def _asked(path: str, line: int | None, subject: str, root: str | None) -> tuple[Session, list[Account]]:
    """The session and the accounts. Raises UserError, ConfigError and NothingKnownError."""
    from dlint.session import Session

    if not os.path.lexists(path):
        file, colon, last = path.rpartition(":")
        if colon and os.path.isfile(file):
            raise UserError(f"{path}: {last or 'nothing'} is no number of a line, as in {file}:1")
        if line is not None or os.sep in path:
            raise UserError(f"{path} does not exist")
        return _of_service(Session(["."], root=root, plugins=False), path)
    if os.path.isdir(path):
        return _of_folder(path, root)
    session = Session([path], root=root, plugins=False)
    inside = session.project.path(os.path.abspath(path))
    if inside is None or not session.project.exists(inside):
        raise UserError(f"{path} lies outside of the project {session.root}")
    _check(session, path, inside, line)
    session.notes.clear()
    return _of_file(session, inside, line)


def _of_folder(path: str, root: str | None) -> tuple[Session, list[Account]]:
    """What is known of the service that is called like a folder: most are called like the one they are built from."""
    from dlint.session import Session
    from dlint.why.find import NothingKnownError

    try:
        return _of_service(Session(["."], root=root, plugins=False), path.rstrip(os.sep))
    except NothingKnownError as error:
        hint = f"name a file, a line of it or a service, or see `dlint graph {path}`"
        raise UserError(f"{path} is a folder; {hint}") from error


def _check(session: Session, path: str, inside: str, line: int | None) -> None:
    """Raises UserError if there is no such line."""
    if line is None:
        return
    source = session.project.read(inside)
    if source is None:
        raise UserError(f"{path} cannot be read")
    count = source.line_count - (source.text.endswith("\n") or not source.text)
    if not 1 <= line <= count:
        lines = f"{count} lines" if count != 1 else "1 line"
        raise UserError(f"{path} has no line {line}: it has {lines}")


def _of_service(session: Session, name: str) -> tuple[Session, list[Account]]:
    from dlint.why.find import of_service

    return session, of_service(_context(session), name)


def _of_file(session: Session, path: str, line: int | None) -> tuple[Session, list[Account]]:
    from dlint.why.find import of_file

    return session, of_file(_context(session), path, line)


def _context(session: Session):  # type: ignore[no-untyped-def]
    from dlint.picture.shown import Shown
    from dlint.why.account import Asked

    def given(path: str) -> tuple[Mapping[str, str | None], Sequence[str]]:
        config = session.config_of(path)
        return config["build-args"], config["targets"]

    return Asked(session.workspace, Shown(session.workspace, ()), given)
