"""Puts tables of the rules into a wheel, which save each run the reading of all pages and the import of most checks.

``dlint.rule.table`` reads them. A hash of all that is in the wheel tells its results from those of another
(``dlint.cache.identity``). An editable install goes without: there pages and checks may change at any time.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Tables(BuildHookInterface):  # type: ignore[type-arg]
    """Makes the tables, and removes its copy of them when they are in the wheel."""

    _made: tempfile.TemporaryDirectory[str] | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before the wheel is written."""
        if version == "editable":
            return
        self._made = tempfile.TemporaryDirectory()
        tables = texts(os.path.join(self.root, "src"))
        modules = {f"rule/{name}": text for name, text in tables.items()}
        modules["cache/built.py"] = _built(self.root, tables)
        for name, text in modules.items():
            path = os.path.join(self._made.name, os.path.basename(name))
            with open(path, "w", encoding="utf-8", newline="\n") as handle:
                handle.write(text)
            build_data["force_include"][path] = f"dlint/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """After the wheel is written."""
        if self._made is not None:
            self._made.cleanup()


def _built(root: str, tables: dict[str, str]) -> str:
    """The module with the hash of all sources, pages and tables."""
    made = hashlib.blake2b(digest_size=16)
    for folder in ("src/dlint", "rules"):
        for path in sorted(Path(root, folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                made.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    for text in tables.values():
        made.update(text.encode())
    return f'"""Made by hatch_build.py of what is in the wheel."""\n\nHASH = {made.hexdigest()!r}\n'


def texts(source: str) -> dict[str, str]:
    """The tables' modules by their file names; ``source`` is the folder that the package lies in."""
    sys.path.insert(0, source)
    try:
        from dlint.report._sarif_rules import described
        from dlint.rule.sources import from_sources
        from dlint.rule.table import row
        from dlint.rule.words import KINDS

        found = {}
        for kind in KINDS:
            rules = from_sources(kind)
            found[f"table_{kind}.py"] = _text({name: row(rule) for name, rule in rules.items()})
            found[f"aliases_{kind}.py"] = _text({name: rule.page.all_aliases for name, rule in rules.items()})
            found[f"described_{kind}.py"] = _text({name: described(rule) for name, rule in rules.items()})
        return found
    finally:
        sys.path.remove(source)


def _text(rows: dict[str, Any]) -> str:
    from dlint import __version__
    from dlint.rule.severity import Severity

    lines = "".join(f"    {name!r}: {_written(row)},\n" for name, row in rows.items())
    return (
        '"""Made by hatch_build.py of the pages and the checks."""\n\n'
        "from dlint.rule.severity import Severity\n\n"
        f"{', '.join(severity.name for severity in Severity)} = Severity\n"
        f"VERSION = {__version__!r}\n"
        f"ROWS = {{\n{lines}}}\n"
    )


def _written(value: Any) -> str:
    """A value as Python writes it; a severity is the name that the table's module gives it."""
    from dlint.rule.severity import Severity

    if isinstance(value, Severity):
        return value.name
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple):
        return "(" + "".join(f"{_written(item)}, " for item in value) + ")"
    return repr(value)
