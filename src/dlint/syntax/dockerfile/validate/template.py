"""Lines by which a template is known of which a Dockerfile is made."""

from __future__ import annotations

from dlint.syntax.dockerfile.instruction import Instruction, Unknown
from dlint.syntax.dockerfile.instructions import Add, Copy, Expose, From, User, Volume, Workdir
from dlint.syntax.dockerfile.keyvalues import Env
from dlint.syntax.dockerfile.validate.base import OPTION, TEMPLATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

MARKS: Final = ("{{", "{%", "<%")
# Marks that no value of an instruction has by itself. Folders of templates, which are copied whole, have braces in
# their names, and so have values that a program expands when it runs.
_FILLED: Final[dict[type[Instruction], tuple[str, ...]]] = {
    From: MARKS,
    Expose: MARKS,
    User: MARKS,
    Volume: MARKS,
    Workdir: MARKS,
    Add: ("<%",),
    Copy: ("<%",),
    Env: ("<%",),
}


def is_template(node: Instruction) -> bool:
    """Whether the line is one of a template that a Dockerfile is made of: it starts with a mark, or has one where the
    builder takes a value as it stands.
    """
    if OPTION in node.text:
        return True
    if type(node) is Unknown:
        return node.keyword.raw.startswith(TEMPLATE)
    marks = _FILLED.get(type(node))
    return marks is not None and any(map(node.text.__contains__, marks))
