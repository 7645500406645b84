"""The version of the syntax that a Dockerfile pins, and what it uses."""

from __future__ import annotations

from dlint.api import Edit, Fix, Problem, Problems, Related, Span, check
from dlint.api.dockerfile import Directive, Dockerfile, StageGraph


@check(on=Dockerfile, inside=("newer",))
def syntax_version_too_old(file: Dockerfile, graph: StageGraph) -> Problems:
    """Something that the pinned version of the Dockerfile syntax does not know; each thing once."""
    directive = next((node for node in file.directives if node.name == "syntax"), None)
    if directive is None:
        return
    reported: set[str] = set()
    for newer in graph.newer:
        if newer.what in reported:
            continue
        reported.add(newer.what)
        message = f"{newer.what} needs syntax {newer.wanted} or later, and this file pins {newer.pinned}"
        fix = _raised(directive, newer.wanted)
        yield Problem(newer.where, message, fix=fix, related=[Related(directive, "Pinned here")])


def _raised(directive: Directive, wanted: str) -> Fix:
    """The fix that pins a version that will do."""
    node = directive.value_node
    image, _, _ = directive.value.partition(" ")[0].partition("@")[0].rpartition(":")
    end = node.span[0] + len(directive.value.partition(" ")[0])
    edit = Edit(node.source, Span(node.span[0], end), f"{image}:{wanted}")
    return Fix(f"Pin syntax {wanted}, which may read other lines differently", edit, safe=False)
