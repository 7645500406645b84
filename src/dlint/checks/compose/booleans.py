"""Booleans in spellings that only YAML 1.1 has."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.api import Fix, Problem, Problems, check
from dlint.api.compose import ComposeFile, YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

_SPELLINGS = {"y": "true", "yes": "true", "on": "true", "n": "false", "no": "false", "off": "false"}
# Keys of the Compose Specification whose value is a boolean.
_KEYS = frozenset(
    "attachable create_host_path disable enable_ipv4 enable_ipv6 external init initial_sync internal no_cache nocopy"
    " oom_kill_disable privileged pull read_only required stdin_open tty use_api_socket".split()
)
# Below these keys names are the user's own.
_FREE = frozenset(
    "environment labels annotations args sysctls driver_opts options extra_hosts additional_contexts ssh storage_opt"
    " ulimits".split()
)
_NAMED = frozenset("services networks volumes secrets configs models depends_on".split())
_DEEPEST = 12


@check(on=ComposeFile)
def boolean_in_old_spelling(file: ComposeFile) -> Problems:
    """``yes``, ``on``, ``no`` and the like where a boolean is due."""
    for document in file.documents:
        for entry in _entries(document, 0):
            value = entry.value
            if entry.key.value not in _KEYS or not isinstance(value, YamlScalar) or value.alias is not None:
                continue
            wanted = _SPELLINGS.get(value.value.lower())
            if wanted is not None:
                yield Problem(
                    value,
                    f"Compose warns of {value.raw} for {entry.key.value}: write {wanted}",
                    fix=Fix(f"Write {wanted}", value.replace(wanted)),
                )


def _entries(node: YamlNode, depth: int, named: bool = False) -> Iterator[YamlEntry]:
    """The entries whose key is a word of the specification; ``named``: the keys of this mapping are the user's."""
    if depth > _DEEPEST or node.alias is not None:
        return
    if isinstance(node, YamlSeq):
        for item in node.items:
            yield from _entries(item, depth + 1)
    elif isinstance(node, YamlMap):
        for entry in node.entries:
            key = entry.key.value
            if not named:
                yield entry
            if named or (key not in _FREE and not (depth == 0 and key.startswith("x-"))):
                yield from _entries(entry.value, depth + 1, not named and key in _NAMED)
