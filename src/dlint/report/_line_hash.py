"""GitHub's ``primaryLocationLineHash``: how code scanning knows an alert again when lines have moved.

The algorithm is that of github/codeql-action (``src/fingerprints.ts``): a polynomial hash over the 100 UTF-16 units
from the start of a line on, blanks and tabs skipped, line endings read as LF, the text closed by the unit 65535 and
padded with zeros; then the number of the line among those with the same hash.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from dlint.source import Source

_WINDOW = 100
_FACTOR = 37
_MASK = (1 << 64) - 1
_END = "\uffff"
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_BLANKS = str.maketrans("", "", " \t")


def line_hashes(source: Source, lines: Collection[int]) -> dict[int, str]:
    """``hash:occurrence`` for each of the 1-based ``lines`` of a file."""
    return text_hashes(source.encode().decode("utf-8", "replace"), lines)


def text_hashes(text: str, lines: Collection[int]) -> dict[int, str]:
    """``hash:occurrence`` for each of the 1-based ``lines`` that ``text`` has."""
    units = text.replace("\r\n", "\n").replace("\r", "\n").translate(_BLANKS)
    units = _ASTRAL.sub(_surrogates, units) + _END
    seen: dict[str, int] = {}
    hashes: dict[int, str] = {}
    last = max(lines, default=0)
    start, line = 0, 1
    while line <= last:
        window = units[start : start + _WINDOW]
        seen[window] = seen.get(window, 0) + 1
        if line in lines:
            hashes[line] = f"{_hash(window):x}:{seen[window]}"
        start = units.find("\n", start) + 1
        if not start:
            break
        line += 1
    return hashes


def _hash(window: str) -> int:
    value = 0
    for unit in window:
        value = (value * _FACTOR + ord(unit)) & _MASK
    return value * pow(_FACTOR, _WINDOW - len(window), 1 << 64) & _MASK


def _surrogates(match: re.Match[str]) -> str:
    high, low = divmod(ord(match[0]) - 0x10000, 0x400)
    return chr(0xD800 + high) + chr(0xDC00 + low)
