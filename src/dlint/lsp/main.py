"""Starts the language server."""

from __future__ import annotations

import logging
import sys
from typing import BinaryIO

from dlint.lsp import garbage
from dlint.lsp.features import register
from dlint.lsp.server import Server
from dlint.lsp.settings import own_rules


def _warm_up() -> None:
    """Load all rules, which stay."""
    own_rules()
    garbage.settle()


def serve(stdin: BinaryIO, stdout: BinaryIO) -> int:
    """Serve the editor at the other end of these streams until it leaves; gives the exit code."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    server = Server()
    register(server)
    server.worker.do(_warm_up)
    try:
        server.start_io(stdin, stdout)
    finally:
        server.shell.stop()
    return server.protocol.code
