"""``dlint lsp``: the language server for editors."""

from __future__ import annotations

import os
import sys

import click

from dlint.cli.output import UserError


@click.command()
@click.option("--stdio", is_flag=True, help="Talk over standard input and output, which is the only way there is.")
def command(stdio: bool) -> int:
    """Serve an editor: findings, fixes and more while you type (Language Server Protocol)."""
    try:
        from dlint.lsp.main import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol", "attrs", "cattrs"):
            raise
        raise UserError("the language server needs pygls: pip install 'dlint-docker[lsp]'") from error
    # What is printed by mistake must not come between the messages.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return serve(sys.stdin.buffer, out)
