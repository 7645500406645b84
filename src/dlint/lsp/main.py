"""Starts the language server."""

from __future__ import annotations

import logging
import sys
from typing import BinaryIO

from pygls.exceptions import JsonRpcInvalidParams

from dlint.lsp import garbage
from dlint.lsp.features import register
from dlint.lsp.server import Server
from dlint.lsp.settings import own_rules


def _warm_up() -> None:
    """Load all rules, which stay."""
    own_rules()
    garbage.settle()


def _is_no_refusal(record: logging.LogRecord) -> bool:
    """Whether pygls has more to log than that a request was refused, which the server says itself in one line."""
    return record.exc_info is None or not isinstance(record.exc_info[1], JsonRpcInvalidParams)


def serve(stdin: BinaryIO, stdout: BinaryIO) -> int:
    """Serve the editor at the other end of these streams until it leaves; gives the exit code."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_is_no_refusal)
    server = Server()
    register(server)
    server.worker.do(_warm_up)
    try:
        server.start_io(stdin, stdout)
    finally:
        server.shell.stop()
    return server.protocol.code
