"""What ``compose-schema.json`` says of the keys in a file: which of them take a boolean."""

from __future__ import annotations

from dlint.model.compose.schema import Resolver, schema
from dlint.syntax.yaml.nodes import YamlMap, YamlScalar, YamlSeq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlint.model.compose.schema import Schema
    from dlint.syntax.yaml.nodes import YamlEntry, YamlNode


def boolean_entries(document: YamlMap) -> Iterator[YamlEntry]:
    """The entries of a document whose key takes a boolean, whatever they hold, each where it is written.

    What an alias or a merge key brings from elsewhere is not among them, nor what stands below ``x-`` keys.
    """
    yield from _Reader(Resolver()).below(document, schema())


class _Reader:
    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver

    def below(self, node: YamlNode, schema: Schema) -> Iterator[YamlEntry]:
        """The entries below a node that the schema is for."""
        if node.alias is not None:
            return
        schema = self.resolver.resolved(schema, node)
        if isinstance(node, YamlSeq):
            for item in node.items if "items" in schema else ():
                yield from self.below(item, schema["items"])
        elif isinstance(node, YamlMap):
            for entry in node.entries:
                yield from self.entry(entry, schema)

    def entry(self, entry: YamlEntry, schema: Schema) -> Iterator[YamlEntry]:
        name, value = entry.key.value, entry.value
        if name == "<<":
            for merged in value.items if isinstance(value, YamlSeq) else (value,):
                yield from self.below(merged, schema)
            return
        below = schema.get("properties", {}).get(name)
        if below is None:
            below = self.resolver.other(name, schema)
        if not isinstance(below, dict):
            return
        if isinstance(value, YamlScalar):
            if value.alias is None and self.resolver.resolved(below, value).get("format") == "boolean":
                yield entry
        else:
            yield from self.below(value, below)
