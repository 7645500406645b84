"""How wide a text is: the widths of letters, and names made short enough for a box.

The numbers are those of Helvetica (Adobe's core font metrics, hv.afm), which Arial and Liberation Sans share, in
thousandths of the size.
"""

from __future__ import annotations

import unicodedata
from functools import cache

_GROUPS = {
    191: "'",
    222: "ijl`",
    260: "|",
    278: " !,./:;I[\\]ft",
    333: "()-r",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jckvxyz",
    556: "#$0123456789?L_abdeghnopqu",
    584: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1015: "@",
}
_WIDTHS = {ord(letter): width for width, letters in _GROUPS.items() for letter in letters}
_WIDTHS.update({ord("s"): 500, ord("…"): 1000, ord("→"): 1000, ord("·"): 278, ord("•"): 350})
_BOLD = 1.07
ELLIPSIS = "…"


@cache
def _of_letter(letter: str) -> int:
    known = _WIDTHS.get(ord(letter))
    if known is not None:
        return known
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn", "Me"):
        return 0
    return 1000 if unicodedata.east_asian_width(letter) in "WF" or ord(letter) > 0xFFFF else 722


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide a line of text is."""
    return sum(map(_of_letter, text)) * size / 1000 * (_BOLD if bold else 1)


def shortened(text: str, most: float, size: float, bold: bool = False) -> str:
    """The text, or its beginning and its end around an ellipsis, so that it is no wider than ``most``.

    Paths and names of images differ at their ends, so that more of the end is kept.
    """
    if width(text, size, bold) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        keep = (low + high + 1) // 2
        if width(_around(text, keep), size, bold) <= most:
            low = keep
        else:
            high = keep - 1
    return _around(text, low)


def _around(text: str, keep: int) -> str:
    head = keep * 2 // 5
    return text[:head] + ELLIPSIS + (text[len(text) - (keep - head) :] if keep > head else "")
