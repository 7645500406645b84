"""Files that a template engine makes others of: known by their path, or by a mark in their text.

Cookiecutter and Copier give folders and files names of ``{{…}}``, Nx and Yeoman such of ``__tmpl__``. In YAML the marks
are those of Jinja (``{{…}}``, ``{%…%}``, ``{#…#}``) where they break it, and of ERB and EJS (``<%…%>``) anywhere.
"""

from __future__ import annotations

from dlint.lazy import pattern
from dlint.source import Node, Source, Span
from dlint.syntax.fault import Fault

_IN_A_PATH = pattern(r"\{\{|\{%|<%|__(?:tmpl|template)__")
# Where YAML wants a line's key, an item or a value; within a plain scalar the marks break nothing.
_WHERE_A_NODE_STARTS = pattern(r"(?m)^[ \t]*+(?:-[ \t]++)*+(?:[\w.$-]++:[ \t]++)?(\{[{%#]|<%)")
_TAG = pattern(r"<%[^\n%]*+%>")


def is_templated(path: str) -> bool:
    """Whether a path is one of a template: no build and no start ever sees the file as it stands."""
    return ("{" in path or "_" in path or "<" in path) and _IN_A_PATH.search(path) is not None


def mark_in_yaml(source: Source, *, broken: bool) -> Node | None:
    """The mark by which YAML is known to be a template; ``broken``: whether it cannot be read as it stands."""
    text = source.text
    if broken and (found := _WHERE_A_NODE_STARTS.search(text)) is not None:
        return Node(source, Span(found.start(1), found.end(1)))
    found = _TAG.search(text) if "<%" in text else None
    return Node(source, Span(*found.span())) if found is not None else None


def template_fault(mark: Node) -> Fault:
    """The one fault of a template in YAML; Compose never sees it."""
    message = f"{mark.raw[:40]} belongs to a template; check the Compose file that is made of it"
    fault = Fault(mark.source, mark.span, "yaml-syntax", message)
    fault.minor = True
    return fault
