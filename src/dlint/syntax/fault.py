"""A fault: something in a file that its reader (builder, Compose, dlint) refuses."""

from __future__ import annotations

from dlint.source import Node, Source, Span


class Fault(Node):
    """A refused stretch of text.

    ``kind`` is an id from the small closed set of the module that made it (``unknown-flag``, ``duplicate-key``…);
    checks choose by it. ``message`` is one sentence that names the remedy. ``suggestion`` is text that would stand
    well in place of the node ("did you mean"), or None. ``doubtful``: a reader that dlint does not know decides.
    ``minor``: the file is not read as it stands.
    """

    __slots__ = ("kind", "message", "suggestion", "related", "doubtful", "minor")

    def __init__(
        self,
        source: Source,
        span: Span,
        kind: str,
        message: str,
        suggestion: str | None = None,
        related: Node | None = None,
    ) -> None:
        super().__init__(source, span)
        self.kind = kind
        self.message = message
        self.suggestion = suggestion
        self.related = related
        self.doubtful = False
        self.minor = False
