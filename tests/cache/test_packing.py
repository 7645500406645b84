"""Long texts in parts: what is taken apart is put together, and what is not whole is nothing."""

from __future__ import annotations

import random
import zlib

import pytest

from dlint.cache import packing
from dlint.cache.packing import PackedText, packed, unpacked

MOST = 40_000_000
LINE = "é\udc80 a line of a report\n"


def text_of(count: int) -> PackedText:
    text = PackedText()
    for _ in range(count):
        text.append(LINE)
    text.end()
    return text


@pytest.mark.parametrize("count", [0, 1, 10_000])
def test_a_text_that_came_in_stretches_is_whole_again(count: int) -> None:
    text = text_of(count)
    assert text.size == count * len(LINE)
    assert unpacked(b"".join(text.parts), MOST).decode("utf-8", "surrogatepass") == LINE * count


def test_little_of_a_long_text_waits_to_be_packed() -> None:
    text = PackedText()
    for number in range(10_000):
        text.append(LINE)
        assert text.size - len(text.parts) * packing.PART < 2 * packing.PART, number
    assert sum(map(len, text.parts)) < text.size / 10


def test_parts_that_are_cut_changed_or_too_many_are_nothing() -> None:
    whole = b"".join(text_of(10_000).parts)
    assert unpacked(whole, MOST)
    chance = random.Random(1)
    for _ in range(50):
        at = chance.randrange(len(whole))
        assert unpacked(whole[:at], MOST) == b"" or at in ends(whole)
        assert unpacked(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], MOST) in (b"", unpacked(whole, MOST))
    assert unpacked(whole + b"x", MOST) == b""
    assert unpacked(whole, len(LINE.encode("utf-8", "surrogatepass")) * 10_000 - 1) == b""
    assert unpacked(packed(["x" * 1_000_000]), 999_999) == b""
    assert unpacked(zlib.compress(b"") * 100_000, MOST) == b""


def ends(whole: bytes) -> set[int]:
    """Where parts end: what is before is whole as well."""
    found, left = set(), whole
    while left:
        unpacker = zlib.decompressobj()
        unpacker.decompress(left)
        left = unpacker.unused_data
        found.add(len(whole) - len(left))
    return found | {0}
