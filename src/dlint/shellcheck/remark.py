"""What ShellCheck says, as rules see it."""

from __future__ import annotations

from dlint.source import Edit, Node, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.rule.severity import Severity


class Remark(Node):
    """One thing ShellCheck says: ``code`` such as ``SC2086``, how bad it thinks it is, its sentence, its edits.

    ``runs_later`` says that the script is not one of RUN: it runs in the container. ``dialect`` is the shell that reads
    it, ``beside`` are the codes of all that ShellCheck says about the script.
    """

    __slots__ = ("code", "severity", "message", "edits", "runs_later", "dialect", "beside", "script")

    def __init__(
        self,
        where: Node,
        code: str,
        severity: Severity,
        message: str,
        edits: tuple[Edit, ...],
        script: Text,
        dialect: str,
        runs_later: bool,
    ) -> None:
        super().__init__(where.source, where.span)
        self.code = code
        self.severity = severity
        self.message = message
        self.edits = edits
        self.runs_later = runs_later
        self.dialect = dialect
        self.beside: frozenset[str] = frozenset()
        self.script = script
