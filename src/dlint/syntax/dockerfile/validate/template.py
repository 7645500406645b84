"""Lines by which a template is known of which a Dockerfile is made."""

from __future__ import annotations

from dlint.syntax.dockerfile.instruction import Instruction, Unknown
from dlint.syntax.dockerfile.instructions import From

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.syntax.dockerfile.parser import Dockerfile

MARKS: Final = ("{{", "{%", "<%")
# Dev container templates write their options so, in any instruction.
OPTION: Final = "${templateOption:"
TEMPLATE: Final = ("{{", "{%", "{#", "<%", "<#")


def is_template(node: Instruction) -> bool:
    """Whether the line is one of a template that a Dockerfile is made of: it starts with a mark, or names the image."""
    if OPTION in node.text:
        return True
    if type(node) is Unknown:
        return node.keyword.raw.startswith(TEMPLATE)
    return type(node) is From and any(mark in node.text for mark in MARKS)


def template_line(file: Dockerfile) -> Instruction | None:
    """The first line of a file that is one of a template."""
    if not file.source.mentions(OPTION, *TEMPLATE):
        return None
    return next(filter(is_template, file.instructions), None)
