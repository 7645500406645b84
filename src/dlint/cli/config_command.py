"""``dlint config show``, ``dlint config migrate`` and ``dlint config schema``."""

from __future__ import annotations

import json
import os

import click

from dlint.cli import toml
from dlint.cli.output import UserError, from_here, say, write_file, write_shown
from dlint.cli.trust import add, trusts, withheld
from dlint.why.words import listed


@click.group(
    no_args_is_help=True, short_help="Show the configuration or its JSON Schema, or take over another linter's."
)
def command() -> None:
    """Show the configuration that applies to a file or its JSON Schema, or take over another linter's."""


@command.command()
@click.argument("file", default=".")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
def show(file: str, form: str) -> int:
    """Show the configuration for FILE and where each value comes from."""
    from dlint.config import load as settings
    from dlint.config.keys import KEYS, ConfigError
    from dlint.project.roots import root_of

    folder = os.path.abspath(file if os.path.isdir(file) else os.path.dirname(file) or ".")
    if not os.path.exists(file):
        raise UserError(f"{file} does not exist")
    root = root_of(folder)
    try:
        found = settings.load(folder, root=root, trusted=trusts(root))
    except ConfigError as error:
        raise UserError(from_here(str(error))) from error

    for sentence in withheld(found):
        say(sentence)

    def origin(key: str) -> str:
        return found.origins.get(key, "default")

    if form == "json":
        rows = {key: {"value": found[key], "from": from_here(origin(key))} for key in KEYS}
        write_shown(json.dumps(rows, indent=2) + "\n")
        return 0
    for key in KEYS:
        if key in ("extends", "rules"):
            continue
        write_shown(f"{key} = {toml.value(found[key])}    # {from_here(origin(key))}\n")
    for name, values in found["rules"].items():
        write_shown(f"\n[rules.{toml.key(name)}]    # {from_here(origin(f'rules.{name}'))}\n")
        for key, value in values.items():
            write_shown(f"{toml.key(key)} = {toml.value(value)}\n")
    return 0


@command.command(short_help="Write a dlint.toml from other linters' files.")
@click.argument("folder", default=".")
@click.option("--stdout", is_flag=True, help="Print the configuration and write nothing.")
def migrate(folder: str, stdout: bool) -> int:
    """Write a dlint.toml that says what .hadolint.yaml, .tally.toml, .dclintrc and .compose-lint.yml in FOLDER say.

    The files stay as they are, and a configuration of dlint's that is there already is left alone.
    """
    from dlint.cli.migrate import migrate

    if not os.path.isdir(folder):
        raise UserError(f"{folder} is not a folder")
    made = migrate(folder, beside_own=stdout)
    if stdout:
        write_shown(made.text)
        return 0
    path = os.path.normpath(os.path.join(folder, "dlint.toml"))
    write_file(path, made.text)
    write_shown(f"wrote {path} from {listed(made.files)}\n")
    for sentence in made.left:
        write_shown(f"left out: {sentence}\n")
    return 0


@command.command(short_help="Let the code that a project names run.")
@click.argument("folder", default=".")
def trust(folder: str) -> int:
    """Let the plug-ins and the ShellCheck that the project in FOLDER names run from now on: they are code."""
    from dlint.project.roots import root_of

    if not os.path.isdir(folder):
        raise UserError(f"{folder} is not a folder")
    root = root_of(folder)
    write_shown(
        f"{add(root)} lists {os.path.realpath(root)} from now on: what its dlint.toml names runs with your rights\n"
    )
    return 0


@command.command()
def schema() -> int:
    """Print the JSON Schema of dlint.toml, for editors."""
    from dlint.config.schema import config_schema
    from dlint.library import rules

    write_shown(json.dumps(config_schema(rules()), indent=2, ensure_ascii=False) + "\n")
    return 0
