"""Long texts packed by zlib in parts, each with its own checksum: a whole one need not be in memory."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

PART = 64_000
"""Characters that make a part: little is won by more, as zlib looks back no further than half of that."""


class PackedText:
    """A text that is packed as it comes. ``size`` is how many characters it has, ``parts`` are the parts so far."""

    __slots__ = ("_loose", "_waiting", "parts", "size")

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0
        self._loose: list[str] = []
        # How many characters wait to be packed.
        self._waiting = 0

    def append(self, text: str) -> None:
        """Take the next stretch of the text."""
        self._loose.append(text)
        self._waiting += len(text)
        self.size += len(text)
        if self._waiting > PART:
            self.end()

    def end(self) -> None:
        """Pack what is still to be packed."""
        if self._waiting:
            self.parts.append(packed(self._loose))
            self._loose, self._waiting = [], 0


def bytes_of(text: str) -> bytes:
    """The bytes that are kept for a text, which may hold bytes of a file that are no characters."""
    return text.encode("utf-8", "surrogatepass")


def packed(texts: Iterable[str]) -> bytes:
    """One part that holds these texts, one behind the other."""
    import zlib

    # The quickest there is: records are much alike, and so are lines of a report.
    packer = zlib.compressobj(1)
    found = []
    for text in texts:
        for start in range(0, len(text), PART):
            found.append(packer.compress(bytes_of(text[start : start + PART])))
    found.append(packer.flush())
    return b"".join(found)


def unpacked(body: bytes, most: int) -> bytes:
    """What parts hold; nothing if one is not whole, or they hold more than ``most`` bytes."""
    import zlib

    found: list[bytes] = []
    # What is behind a part is copied each time.
    parts = 4 * most // PART
    while body and parts:
        unpacker = zlib.decompressobj()
        try:
            found.append(unpacker.decompress(body, max(most, 1)))
        except zlib.error:
            return b""
        if not unpacker.eof:
            return b""
        body = unpacker.unused_data
        most -= len(found[-1])
        parts -= 1
    return b"" if body or most < 0 else b"".join(found)
