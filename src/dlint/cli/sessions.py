"""The session that the options of a command ask for: which files, with which configuration."""

from __future__ import annotations

import os
import sys

from dlint.cli.output import UserError
from dlint.cli.trust import trusts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlint.session import Session

# What people name to have a text read that is in no file; a shell makes /dev/fd/63 of `<(command)`.
_NO_FILES = ("/dev/stdin", "/dev/fd/", "/proc/self/fd/")


def session_of(options: dict[str, Any]) -> Session:
    """The session that the options of ``dlint check`` ask for. Raises ConfigError, PluginError and UserError."""
    from dlint.project.kinds import name_for
    from dlint.session import Session

    overrides, named = _overrides(options)
    stdin = None
    paths = list(options["paths"])
    if "-" in paths:
        if paths != ["-"]:
            raise UserError("- (standard input) goes alone; name the file it stands for with --stdin-filename")
        paths = []
        if os.path.isdir(options["stdin_filename"] or ""):
            raise UserError(f"--stdin-filename names a file, and {options['stdin_filename']} is a folder")
        data = sys.stdin.buffer.read()
        stdin = (options["stdin_filename"] or name_for(data.decode("utf-8", "replace")), data)
    elif options["stdin_filename"]:
        raise UserError("--stdin-filename goes with - as path")
    elif not paths:
        paths = ["."]
    for path in paths:
        if os.path.abspath(path).startswith(_NO_FILES):
            raise UserError(f"{path} is no file of a project; `dlint -` reads standard input")
    if options["root"] is not None and not os.path.isdir(options["root"]):
        raise UserError(f"--root {options['root']}: no such folder")
    session = Session(
        paths,
        root=options["root"],
        overrides=overrides,
        config_file=named,
        stdin=stdin,
        plugins=not options["no_plugins"],
        trusts=(lambda root: True) if options["trust"] else trusts,
        jobs=options["jobs"],
        cache=not options["no_cache"],
    )
    if options["since"] is not None:
        _only_since(session, options["since"])
    return session


def _only_since(session: Session, revision: str) -> None:
    """Let the session hide what was there in a Git revision already. Raises UserError."""
    from dlint.cli.git import change_since, content
    from dlint.lint.known import Since
    from dlint.project.before import Before
    from dlint.project.files import MAX_BYTES

    root = session.root

    def read(path: str) -> bytes | None:
        found = session.project.first_bytes(path, MAX_BYTES + 1)
        return found if found is not None and len(found) <= MAX_BYTES else None

    change = change_since(root, revision, read)
    before = Before(root, old=change.old, added=change.added, fetch=lambda path: content(change.old[path], MAX_BYTES))
    session.hiders.append(Since(session, before, revision, {*change.old, *change.added}).hide)


def _overrides(options: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """What the command line says in the configuration's keys, and the configuration file it names."""
    from dlint.config.keys import KEYS

    values: dict[str, Any] = {}
    named: str | None = None
    for item in options["config"]:
        key, equals, value = item.partition("=")
        if equals and (key.split(".")[0] in KEYS or not os.path.exists(item)):
            _set(values, key, value)
        elif named:
            raise UserError("--config names one file at most; let it extend the other")
        else:
            named = item
    for key in ("select", "ignore", "enable", "exclude"):
        words = [word.strip() for item in options[key] for word in item.split(",") if word.strip()]
        if words:
            values[key] = words
    for key in ("preset", "severity", "fail_on"):
        if options[key]:
            values[key.replace("_", "-")] = options[key]
    if options["baseline"]:
        values["baseline"] = os.path.abspath(options["baseline"])
    if options["no_inline_ignores"]:
        values["inline-ignores"] = False
    return values, named


def _set(values: dict[str, Any], key: str, text: str) -> None:
    """Set ``rules.NAME.option`` or a plain key to a TOML value, or to the text itself where it is none."""
    value = _toml_value(text)
    *parents, last = key.split(".")
    table = values
    for part in parents:
        table = table.setdefault(part, {})
        if not isinstance(table, dict):
            raise UserError(f"--config {key}: {part} is not a table")
    table[last] = value


def _toml_value(text: str) -> Any:
    # What most say so; the import of tomllib is a quarter of a run that finds nothing changed.
    if text in ("true", "false"):
        return text == "true"
    import tomllib

    try:
        return tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError:
        return text
