"""Where a value of the effective model comes from besides its own place, so that a report can name these places too."""

from __future__ import annotations

import posixpath

from dlint.rule.rule import Related
from dlint.source import Node
from dlint.syntax.compose import dotenv
from dlint.syntax.interpolation import variables
from dlint.syntax.yaml.nodes import YamlScalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.model.compose.model import ComposeModel
    from dlint.syntax.compose.service import Service


def origins(model: ComposeModel, service: Service | None, *nodes: Node | None) -> list[Related]:
    """The lines of ``.env`` that the values of ``nodes`` use, and the keys by which they come into the project.

    A value in a file that was extended or included has such a key; one of an override file stands for itself.
    """
    found: dict[tuple[str, tuple[int, int]], Related] = {}
    for node in nodes:
        if node is None:
            continue
        for related in (*_variables(model, node), *_ways_in(model, service, node)):
            found.setdefault((related.where.source.path, related.where.span), related)
    return list(found.values())


def _variables(model: ComposeModel, node: Node) -> list[Related]:
    """The lines of the ``.env`` beside the first file whose variables a value uses."""
    text = node.value if isinstance(node, YamlScalar) else node.raw
    if "$" not in text or not model.files or model.project is None:
        return []
    names = {use.name for use in variables(text)} & model.variables.keys()
    path = posixpath.join(posixpath.dirname(model.files[0].source.path), ".env")
    source = model.project.read(path) if names and model.project.exists(path) else None
    if source is None:
        return []
    entries = {entry.name: entry for entry in dotenv.parse(source).entries if entry.name in names}
    return [Related(entry, f"{name} is set here") for name, entry in sorted(entries.items())]


def _ways_in(model: ComposeModel, service: Service | None, node: Node) -> list[Related]:
    """The ``extends`` or ``include`` by which the file of a value comes in; nothing for the files Compose is given."""
    path = node.source.path
    if not model.files or any(path == file.source.path for file in model.files):
        return []
    if path in model.included:
        entry = model.map.entry("include")
        return [Related(entry.key, "it is included here")] if entry is not None else []
    name = service.name if service is not None else ""
    for file in model.files:
        own = next((one for one in file.services if one.name == name), None)
        extends = own.map.entry("extends") if own is not None else None
        if extends is not None:
            return [Related(extends.key, "it is extended here")]
    return []


def other_files(place: Node, *nodes: Node | None) -> list[Related]:
    """Those of ``nodes`` that stand in another file than ``place``: an override's, say, that changes what counts."""
    return [
        Related(Node(node.source, node.span), "this counts too")
        for node in nodes
        if node is not None and node.source.path != place.source.path
    ]
