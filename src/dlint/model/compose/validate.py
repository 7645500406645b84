"""Everything Compose would refuse about a project, in one list of faults."""

from __future__ import annotations

from dlint.model.compose.consistency import check_consistency
from dlint.model.compose.faults import FaultList
from dlint.model.compose.schema import check_schema
from dlint.syntax.yaml.nodes import YamlMap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dlint.model.compose.model import ComposeModel
    from dlint.syntax.fault import Fault

_SAYS_NOTHING = frozenset(("version", "include"))
_EMPTY = "The file has no services: add some under `services`"
_SECTIONS = frozenset("services networks volumes secrets configs models include".split())


def validate(model: ComposeModel, exists: Callable[[str], bool]) -> list[Fault]:
    """The faults of putting the files together, of the schema and of consistency, in the loader's order.

    ``exists`` says whether a path below the project's root is there. YAML faults stay with the files; a model with
    such (``model.broken``) is not looked at further, since parts of it may be missing.
    """
    faults = FaultList()
    for fault in model.faults:
        faults.add(fault, fault.kind, fault.message, fault.suggestion, fault.related)
    if model.broken:
        return faults.found
    if not _shaped(model, faults) or _first_format(model, faults):
        return faults.found
    if check_schema(model.map, faults):
        check_consistency(model, exists, faults)
    if model.whole and not faults.found and model.map.index.keys() <= _SAYS_NOTHING:
        faults.add(model.map.entries[0].key if model.map.entries else model.map, "empty-file", _EMPTY)
    return faults.found


def _shaped(model: ComposeModel, faults: FaultList) -> bool:
    """Whether there is a mapping to look at; what else stands there is reported. An override file may be empty."""
    documents = [document for file in model.files for document in file.stream.documents]
    if not documents and model.files:
        file = model.files[0]
        place = file.part(0, min(1, len(file.source.text)))
        faults.add(place, "empty-file", _EMPTY)
    for document in documents:
        if not isinstance(document, YamlMap):
            source = document.source
            start, end = document.span
            end = min(max(end, start), source.line_span(source.line(start)).end)
            message = "A Compose file is a mapping, this document is not: start it with `services:`, or remove it"
            faults.add(document.part(start, end), "wrong-type", message)
    return any(isinstance(document, YamlMap) for document in documents)


def _first_format(model: ComposeModel, faults: FaultList) -> bool:
    """Whether it is a file of Compose's first format, with the services at the top: then one fault says so."""
    if any(name in _SECTIONS for name in model.map.index):
        return False
    services = [
        entry
        for entry in model.map.entries
        if isinstance(entry.value, YamlMap) and ("image" in entry.value or "build" in entry.value)
    ]
    if not services:
        return False
    message = "Services stand at the top level, as in Compose's first format: move them under `services:`"
    faults.add(services[0].key, "first-format", message)
    return True
