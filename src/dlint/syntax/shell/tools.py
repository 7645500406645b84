"""How to read the words of a command line tool: the facts of ``tool_table.py``, made ready on first use."""

from __future__ import annotations

from functools import lru_cache

from dlint.lazy import pattern
from dlint.syntax.shell.tool_table import TABLE, Entry
from dlint.syntax.shell.wrappers import WRAPPERS

_VERSIONED = pattern(r"(pip|python|pypy|easy_install|gem|ruby|bundle|rake|php)-?[0-9][0-9.]*t?\Z")
# The last character of a version; "" of no name.
_ENDINGS = frozenset("0123456789.")
_OTHER_NAMES = {"bundler": "bundle", "yarnpkg": "yarn", "nodejs": "node", "apk.static": "apk", "dnf-3": "dnf"}


class Tool:
    """How to read the words of one tool."""

    __slots__ = ("values", "verbs", "groups", "aliases", "single_dash", "pairs", "old_style", "ends")

    def __init__(self, entry: Entry) -> None:
        self.values = frozenset(entry.values.split())
        self.verbs = {verb: frozenset(options.split()) for verb, options in (entry.verbs or {}).items()}
        self.groups = None if entry.groups is None else frozenset(entry.groups.split())
        pairs = (alias.split("=", 1) for alias in entry.aliases.split())
        self.aliases = {short.replace("_", " "): full.replace("_", " ") for short, full in pairs}
        self.single_dash = entry.single_dash
        self.pairs = entry.pairs
        self.old_style = entry.old_style
        self.ends = frozenset("" if verb == "-" else verb for verb in entry.ends.split())

    def takes_value(self, option: str, verb: str) -> bool:
        """Whether ``option`` (``-t``, ``--target``) of the subcommand ``verb`` takes the next word as its value."""
        if self.verbs:
            for key in (verb, verb.partition(" ")[0]):
                own = self.verbs.get(key)
                if own is not None:
                    if option in own:
                        return True
                    if "!" + option in own:
                        return False
        return option in self.values


_PLAIN = Tool(Entry())
_read: dict[str, Tool] = {}


@lru_cache(maxsize=512)
def canonical(name: str) -> str:
    """The name the table has for a command: ``pip`` for ``pip3.11``, ``bundle`` for ``bundler``."""
    if name in _OTHER_NAMES:
        return _OTHER_NAMES[name]
    match = _VERSIONED.match(name) if name.removesuffix("t")[-1:] in _ENDINGS else None
    return match.group(1) if match else name


def tool(name: str) -> Tool:
    """How to read the words of the command ``name``; for one that is not in the table, the plain convention."""
    known = _read.get(name)
    if known is None:
        key = canonical(name)
        if key in TABLE:
            known = Tool(TABLE[key])
        elif key in WRAPPERS:
            wrapper = WRAPPERS[key]
            known = Tool(Entry(f"{wrapper.values} {wrapper.script}", ends="" if key == "su" else "-"))
        else:
            return _PLAIN
        _read[name] = known
    return known
