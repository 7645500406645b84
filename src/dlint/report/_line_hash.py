"""GitHub's ``primaryLocationLineHash``: how code scanning knows an alert again when lines have moved.

The algorithm is that of github/codeql-action (``src/fingerprints.ts``): a polynomial hash over the 100 UTF-16 units
from the start of a line on, blanks and tabs skipped, line endings read as LF, the text closed by the unit 65535 and
padded with zeros; then the number of the line among those with the same hash.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import accumulate

from dlint.lazy import pattern
from dlint.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

_WINDOW = 100
_FACTOR = 37
_MASK = (1 << 64) - 1
_END = "\uffff"
_ASTRAL = pattern("[\U00010000-\U0010ffff]")
# How wide neighbours are, every second of them, and what the first of two counts; sums take less room than there is.
_LEVELS = [
    (bits, sum(((1 << bits) - 1) << at for at in range(0, 2048, 2 * bits)), _FACTOR ** (bits // 16))
    for bits in (16, 32, 64, 128, 256, 512, 1024)
]


def line_hashes(source: Source, lines: Collection[int]) -> dict[int, str]:
    """``hash:occurrence`` for each of the 1-based ``lines`` of a file."""
    return text_hashes(source.encode().decode("utf-8", "replace"), lines)


def text_hashes(text: str, lines: Collection[int]) -> dict[int, str]:
    """``hash:occurrence`` for each of the 1-based ``lines`` that ``text`` has."""
    units = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    if not units.isascii():
        units = _ASTRAL.sub(_surrogates, units)
    units += _END
    before = units.split("\n")[:-1][: max(lines, default=1) - 1]
    starts = accumulate([len(line) + 1 for line in before], initial=0)
    seen: dict[str, int] = {}
    hashes: dict[int, str] = {}
    for line, start in enumerate(starts, 1):
        window = units[start : start + _WINDOW]
        seen[window] = occurrence = seen.get(window, 0) + 1
        if line in lines:
            hashes[line] = f"{_hash(window):x}:{occurrence}"
    return hashes


def _hash(window: str) -> int:
    """The hash of a window, by adding up two and two neighbours all at once, then two and two of these, and so on."""
    value = int.from_bytes(window.ljust(_WINDOW, "\0").encode("utf-16-be", "surrogatepass"), "big")
    for bits, mask, factor in _LEVELS:
        value = (value >> bits & mask) * factor + (value & mask)
    return value & _MASK


def _surrogates(match: re.Match[str]) -> str:
    high, low = divmod(ord(match[0]) - 0x10000, 0x400)
    return chr(0xD800 + high) + chr(0xDC00 + low)
