"""Draws the icon of the extension, media/icon.png: the layers of an image, one of them underlined as a finding.

python editors/vscode/media/icon.py
"""

from __future__ import annotations

import math
import struct
import zlib
from pathlib import Path

SIZE = 256
SAMPLES = 3
_Colour = tuple[int, int, int, int]
NOTHING, GROUND, LAYER, FOUND, LINE = (
    (0, 0, 0, 0), (13, 42, 66, 255), (86, 176, 232, 255), (214, 236, 250, 255), (255, 176, 32, 255)
)  # fmt: skip


def in_box(x: float, y: float, left: float, top: float, right: float, bottom: float, radius: float) -> bool:
    """Whether a point lies in a box with round corners."""
    dx = max(left + radius - x, 0, x - right + radius)
    dy = max(top + radius - y, 0, y - bottom + radius)
    return left <= x <= right and top <= y <= bottom and math.hypot(dx, dy) <= radius


def colour(x: float, y: float) -> _Colour:
    """The colour of a point; the picture is 1 wide and 1 high."""
    if not in_box(x, y, 0, 0, 1, 1, 0.2):
        return NOTHING
    if 0.2 < x < 0.8 and abs(y - 0.83 - 0.025 * math.sin((x - 0.2) * 2 * math.pi / 0.12)) < 0.021:
        return LINE
    for number, top in enumerate((0.19, 0.39, 0.59)):
        if in_box(x, y, 0.2, top, 0.8, top + 0.14, 0.035):
            return FOUND if number == 2 else LAYER
    return GROUND


def pixel(column: int, row: int) -> bytes:
    """The mean colour of a pixel."""
    steps = [(number + 0.5) / SAMPLES for number in range(SAMPLES)]
    found = [colour((column + dx) / SIZE, (row + dy) / SIZE) for dx in steps for dy in steps]
    alpha = sum(each[3] for each in found)
    mean = [round(sum(each[part] * each[3] for each in found) / alpha) if alpha else 0 for part in range(3)]
    return bytes((*mean, round(alpha / len(found))))


def png() -> bytes:
    """The picture as a PNG file (https://www.w3.org/TR/png-3/)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"".join(pixel(column, row) for column in range(SIZE)) for row in range(SIZE))
    head = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


if __name__ == "__main__":
    Path(__file__).with_name("icon.png").write_bytes(png())
