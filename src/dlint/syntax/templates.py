"""Files that a template engine makes others of: known by their path, or by a mark in their text.

Cookiecutter and Copier give folders and files names of ``{{…}}``, Nx and Yeoman such of ``__tmpl__``. In YAML the marks
are those of Jinja (``{{…}}``, ``{%…%}``, ``{#…#}``), ERB and EJS (``<%…%>``): where they break it, and in the name or
the image of a service. In a comment, or in a text that a service is given, they make no template.
"""

from __future__ import annotations

from dlint.lazy import pattern
from dlint.source import Node, Span
from dlint.syntax.fault import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.syntax.compose.file import ComposeFile

_IN_A_PATH = ("{{", "{%", "<%", "__tmpl__", "__template__")
# Where YAML wants a line's key, an item or a value; within a plain scalar the marks break nothing.
_WHERE_A_NODE_STARTS = pattern(r"(?m)^[ \t]*+(?>(?:-[ \t]++)*)(?:[\w.$-]++:[ \t]++)?(\{[{%#]|<%)")


def is_templated(path: str) -> bool:
    """Whether a path is one of a template: no build and no start ever sees the file as it stands."""
    return any(map(path.__contains__, _IN_A_PATH))


def mark_in(file: ComposeFile) -> Node | None:
    """The mark by which a Compose file is known to be a template; None if it is none."""
    if file.faults:
        wrong = {fault.line for fault in file.faults}
        for found in _WHERE_A_NODE_STARTS.finditer(file.source.text):
            mark = Node(file.source, Span(found.start(1), found.end(1)))
            if mark.line in wrong:
                return mark
    if "<%" in file.source.text:
        for service in file.services:
            for node in (service.key, service.image):
                if node is not None and "<%" in node.raw:
                    return node
    return None


def template_fault(mark: Node) -> Fault:
    """The one fault of a template in YAML; Compose never sees it."""
    message = f"{mark.raw[:40]} belongs to a template; check the Compose file that is made of it"
    fault = Fault(mark.source, mark.span, "yaml-syntax", message)
    fault.minor = True
    return fault
