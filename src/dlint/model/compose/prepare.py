"""A YAML document as Compose's loader takes it: merge keys applied, ``!reset`` taken out, variables filled in."""

from __future__ import annotations

from dlint.syntax.interpolation import interpolate
from dlint.syntax.yaml.nodes import MERGE_KEY, YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlint.model.compose.faults import FaultList

Path = tuple[str, ...]


class Document:
    """A prepared document. ``removed`` are the paths that ``!reset`` and ``!override`` clear in what came before."""

    __slots__ = ("map", "removed")

    def __init__(self, fields: YamlMap, removed: list[Path]) -> None:
        self.map = fields
        self.removed = removed


def prepare(document: YamlMap, variables: Mapping[str, str], faults: FaultList) -> Document:
    """Prepare one document; scalars keep their place and know the variables.

    Where none is known the scalars of the document serve: a file and its model then share what is made of them.
    """
    if not document.source.mentions("$", MERGE_KEY, "!", "\\"):
        # No variable, no merge key, no tag, and no escape that may stand for a dollar.
        return Document(document, [])
    # Where no alias can stand either, what has no dollar within its span stays as it is.
    text = "" if document.source.mentions(MERGE_KEY, "!", "\\", "*") else document.source.text
    work = _Preparation(variables, faults, text)
    fields = work.node(document, ())
    assert isinstance(fields, YamlMap)
    return Document(fields, work.removed)


class _Preparation:
    def __init__(self, variables: Mapping[str, str], faults: FaultList, text: str) -> None:
        self.text = text
        self.variables = variables
        self.faults = faults
        self.removed: list[Path] = []

    def node(self, node: YamlNode, path: Path) -> YamlNode | None:
        """The node as the loader sees it, the same object if nothing changes; None if it is reset."""
        if self.text and self.text.find("$", *node.span) < 0:
            return node
        properties = node.properties
        if properties is not None and path:
            if properties.tag == "!reset":
                self.removed.append(path)
                return None
            if properties.tag == "!override":
                self.removed.append(path)
        if isinstance(node, YamlScalar):
            return self.scalar(node) if "$" in node.value else node
        if isinstance(node, YamlMap):
            return self.map(node, path)
        if isinstance(node, YamlSeq):
            items = [self.node(item, (*path, f"[{index}]")) for index, item in enumerate(node.items)]
            if all(new is old for new, old in zip(items, node.items, strict=True)):
                return node
            return node.with_items([item for item in items if item is not None])
        return node

    def map(self, node: YamlMap, path: Path) -> YamlMap:
        whole = node.effective()
        entries: list[YamlEntry] = []
        changed = False
        for entry in whole.entries:
            value = entry.value
            new = self.node(value, (*path, entry.key.value))
            if new is value:
                entries.append(entry)
                continue
            changed = True
            if new is not None:
                entries.append(YamlEntry(entry.key, new, entry.span))
        return whole.with_entries(entries) if changed else whole

    def scalar(self, node: YamlScalar) -> YamlScalar:
        result = interpolate(node.value, self.variables.get, unset=None)
        if result.error is not None:
            where = node.at(*result.error_span)
            message = f"{result.error}; write `$$` for a plain dollar" if "`$$`" not in result.error else result.error
            self.faults.add(where, "bad-interpolation", message)
        for use in result.required:
            why = _reason(use.argument)
            self.faults.demands(
                node.at(use.start, use.end),
                use.name,
                f"Required variable {use.name} has no value here{why}: set it in `.env` or in the environment",
            )
        return node.filled_in(self.variables, result.value)


_LONGEST_REASON = 80


def _reason(argument: str) -> str:
    text = " ".join(argument.split())
    if len(text) > _LONGEST_REASON:
        text = f"{text[:_LONGEST_REASON].rpartition(' ')[0] or text[:_LONGEST_REASON]} …"
    return f" ({text})" if text else ""


def without(fields: YamlMap, paths: list[Path]) -> YamlMap:
    """The mapping with what stands at ``paths`` taken out."""
    for path in paths:
        new = _removed(fields, path)
        fields = new if isinstance(new, YamlMap) else fields
    return fields


def _removed(node: YamlNode, path: Path) -> YamlNode | None:
    if not path:
        return None
    if not isinstance(node, YamlMap):
        return node
    entries: list[YamlEntry] = []
    changed = False
    for entry in node.entries:
        if entry.key.value != path[0]:
            entries.append(entry)
            continue
        new = _removed(entry.value, path[1:])
        if new is entry.value:
            entries.append(entry)
            continue
        changed = True
        if new is not None:
            entries.append(YamlEntry(entry.key, new, entry.span))
    return node.with_entries(entries) if changed else node
