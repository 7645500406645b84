"""Puts tables of the rules into a wheel, which save each run the reading of all pages and the import of most checks.

``dlint.rule.table`` reads them. An editable install goes without: there pages and checks may change at any time.
"""

from __future__ import annotations

import os
import sys
import tempfile
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
        for name, text in texts(os.path.join(self.root, "src")).items():
            path = os.path.join(self._made.name, name)
            with open(path, "w", encoding="utf-8", newline="\n") as handle:
                handle.write(text)
            build_data["force_include"][path] = f"dlint/rule/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """After the wheel is written."""
        if self._made is not None:
            self._made.cleanup()


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
