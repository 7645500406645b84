"""``dlint config show`` and ``dlint config schema``."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from dlint.cli.output import UserError, write


@click.group(no_args_is_help=True)
def command() -> None:
    """Show the configuration that applies to a file, or its JSON Schema."""


@command.command()
@click.argument("file", default=".")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
def show(file: str, form: str) -> int:
    """Show the configuration for FILE and where each value comes from."""
    from dlint import config as settings
    from dlint.lint import root_of

    folder = os.path.abspath(file if os.path.isdir(file) else os.path.dirname(file) or ".")
    if not os.path.exists(file):
        raise UserError(f"{file} does not exist")
    try:
        found = settings.load(folder, root=root_of(folder))
    except settings.ConfigError as error:
        raise UserError(str(error)) from error
    if form == "json":
        rows = {key: {"value": found[key], "from": found.origins.get(key, "default")} for key in settings.KEYS}
        write(json.dumps(rows, indent=2) + "\n")
        return 0
    for key in settings.KEYS:
        if key in ("extends", "rules"):
            continue
        write(f"{key} = {_toml(found[key])}    # {found.origins.get(key, 'default')}\n")
    for name, values in found["rules"].items():
        write(f"\n[rules.{name}]    # {found.origins.get(f'rules.{name}', '')}\n")
        for key, value in values.items():
            write(f"{key} = {_toml(value)}\n")
    return 0


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }" if value else "{}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


@command.command()
def schema() -> int:
    """Print the JSON Schema of dlint.toml, for editors."""
    from dlint.lint import rules
    from dlint.schema import config_schema

    write(json.dumps(config_schema(rules()), indent=2, ensure_ascii=False) + "\n")
    return 0
