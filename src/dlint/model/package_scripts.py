"""The scripts of a ``package.json`` (docs.npmjs.com/cli/configuring-npm/package-json#scripts), with their places."""

from __future__ import annotations

import json

from dlint.lazy import NamedTuple, pattern
from dlint.source import Node, Source, Span

_SCRIPTS = pattern(r'"scripts"\s*:\s*\{')


class PackageScript(NamedTuple):
    """A script, as its shell reads it, and its place."""

    text: str
    where: Node


def script_in(source: Source, name: str) -> PackageScript | None:
    """The script of that name in a ``package.json``; None if there is none."""
    try:
        data = json.loads(source.text)
    except (ValueError, RecursionError):
        return None
    scripts = data.get("scripts") if isinstance(data, dict) else None
    text = scripts.get(name) if isinstance(scripts, dict) else None
    start = _SCRIPTS.search(source.text)
    if not isinstance(text, str) or start is None:
        return None
    key = source.text.find(json.dumps(name), start.end())
    if key < 0:
        return None
    value = source.text.find('"', source.text.find(":", key + len(name) + 2))
    return PackageScript(text, Node(source, Span(value, value + len(json.dumps(text, ensure_ascii=False)))))
