"""What is said at once while somebody types, and what waits until the keys rest.

A word is wrong at each of its letters but the last, and so is a command until its flags are written. What is gone is
gone at once; what is new in the instruction or the line at hand is shown when nothing was typed for a moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from lsprotocol import types

from dlint.lsp.positions import lines_of
from dlint.lsp.view import View

_UNREADABLE = "yaml-syntax-error"


class Pace(IntEnum):
    """How long ago a document was typed in: a moment ago; long enough to look at other files; long enough to be told
    what is wrong with the line one is in, which is also that of a document that was opened or saved.
    """

    TYPING = 0
    RESTING = 1
    SETTLED = 2


def without_news(
    view: View, found: Sequence[types.Diagnostic], shown: Sequence[types.Diagnostic]
) -> list[types.Diagnostic]:
    """What is found, without what is new where somebody writes; ``shown`` is what they see by now."""
    if view.buffer.line is None:
        return [*found]
    first, last = _written(view, view.buffer.line)

    def is_there(one: types.Diagnostic) -> bool:
        # A bracket that is not closed yet is missed further down.
        return first <= one.range.start.line <= last or one.code == _UNREADABLE

    known = {one.code for one in shown if is_there(one)}
    return [one for one in found if not is_there(one) or one.code in known]


def _written(view: View, line: int) -> tuple[int, int]:
    """The first and the last line of what is being written: the instruction around a line; elsewhere the line and the
    one above, for which it may be the value.
    """
    lines = lines_of(view.source.text)
    if view.kind == "dockerfile":
        tree = view.workspace.tree(view.source)
        places = map(view.range, tree.instructions)
        # At the end of the file what goes on in the next line has none yet.
        goes_on = 0 < line < len(lines) and lines[line - 1].rstrip().endswith(tree.escape)
        around = ((place.start.line, place.end.line + goes_on) for place in places)
        return next(((first, last) for first, last in around if first <= line <= last), (line, line))
    above = (at for at in range(min(line, len(lines)) - 1, -1, -1) if lines[at].strip())
    return next(above, line), line
