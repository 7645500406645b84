"""pygls' protocol, with documents of our own and an answer to every request.

pygls takes texts apart at more line ends than the protocol has, and lets a request that it cannot read go unanswered.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any
from typing import Protocol as Shape

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from dlint.lsp.documents import Documents
from dlint.lsp.positions import Positions


class Listener(Shape):
    """Who hears what happens to documents."""

    def was_opened(self, uri: str) -> None:
        """A document was opened."""

    def was_changed(self, uri: str) -> None:
        """A document was changed."""

    def was_closed(self, uri: str) -> None:
        """A document was closed."""

    def ends(self) -> None:
        """The editor leaves."""


class Protocol(LanguageServerProtocol):
    """The protocol of the language server; ``documents`` and ``places`` are those of the one editor it talks to."""

    def __init__(self, server: Any, converter: Any) -> None:
        super().__init__(server, converter)
        self.documents = Documents()
        self.places = Positions("utf-16")
        self.code = 1

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message read; a request that cannot be read is answered with the reason."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise

    def handle_message(self, message: Any) -> None:
        """A message taken; a request after a shutdown is answered, too, as the protocol wants."""
        if self._shutdown and hasattr(message, "id") and hasattr(message, "method"):
            code = types.ErrorCodes.InvalidRequest
            error = types.ResponseError(code, "the server was told to shut down")
            self._send_response(message.id, error=error)
            return
        super().handle_message(message)

    def _listener(self) -> Listener:
        listener: Listener = self._server  # type: ignore[assignment]
        return listener

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """A document was opened."""
        self.documents.open(params.text_document)
        self._listener().was_opened(params.text_document.uri)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """A document was changed."""
        item = params.text_document
        self.documents.change(item.uri, item.version, params.content_changes, self.places)
        self._listener().was_changed(item.uri)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """A document was closed."""
        self.documents.close(params.text_document.uri)
        self._listener().was_closed(params.text_document.uri)

    @lsp_method(types.EXIT)
    def lsp_exit(self, *args: Any) -> Generator[Any, Any, None]:
        """The editor wants the process to end: cleanly if it asked for a shutdown before."""
        self.code = 0 if self._shutdown else 1
        self._listener().ends()
        yield from super().lsp_exit(*args)
