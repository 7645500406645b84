"""The formats of a picture: a module each, loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.picture.graph import ProjectGraph

FORMATS = ("mermaid", "dot", "svg", "json")


def render(graph: ProjectGraph, form: str) -> str:
    """The graph in one of ``FORMATS``."""
    text: str = import_module(f"dlint.picture.{form}").render(graph)
    return text
