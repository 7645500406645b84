"""The scripts of a ``package.json`` (docs.npmjs.com/cli/configuring-npm/package-json#scripts), with their places."""

from __future__ import annotations

from dlint.lazy import NamedTuple, json_text, pattern
from dlint.model.facts.package_json import scripts
from dlint.source import Node, Source, Span

_SCRIPTS = pattern(r'"scripts"\s*:\s*\{')


class PackageScript(NamedTuple):
    """A script, as its shell reads it, and its place."""

    text: str
    where: Node


def script_in(source: Source, name: str) -> PackageScript | None:
    """The script of that name in a ``package.json``; None if there is none."""
    text = (scripts(source.text) or {}).get(name)
    start = _SCRIPTS.search(source.text)
    if text is None or start is None:
        return None
    key = source.text.find(json_text(name), start.end())
    if key < 0:
        return None
    value = source.text.find('"', source.text.find(":", key + len(name) + 2))
    return PackageScript(text, Node(source, Span(value, value + len(json_text(text, for_people=True)))))
