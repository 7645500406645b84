"""Reporters: a Report to text, without I/O. One module per format; its name is the format's.

Each has ``render(report, *, options…) -> str``. The same report and options give the same text; what it returns ends
in a newline (or is empty) and can be written as UTF-8.
"""

from __future__ import annotations

import os

from dlint.lazy import module_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlint.rule.finding import Report

__all__ = ["CUT", "TAB", "formats", "plural", "render"]

TAB = "    "
"""What a report for people has in the place of a tab."""
CUT = "…"
"""What it has in the place of what does not fit."""


def formats() -> list[str]:
    """The names of the formats, sorted: the modules of this folder."""
    names = os.listdir(os.path.dirname(os.path.abspath(__file__)))
    return sorted(name[:-3] for name in names if name.endswith(".py") and not name.startswith("_"))


def render(name: str, report: Report, **options: Any) -> str:
    """The report in the format called ``name``; options it has no use for are left out. Raises KeyError if unknown."""
    if name not in formats():
        raise KeyError(name)
    reporter = module_named(f"dlint.report.{name}").render
    known = reporter.__kwdefaults__ or {}
    text: str = reporter(report, **{option: value for option, value in options.items() if option in known})
    return text


def plural(count: int, one: str, many: str = "") -> str:
    """``1 finding``, ``2 findings``."""
    return f"{count} {one if count == 1 else many or one + 's'}"
