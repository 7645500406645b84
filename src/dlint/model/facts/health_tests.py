"""What the command of a health test asks: ports of its own container."""

from __future__ import annotations

from dlint.lazy import pattern

_ASKED = pattern(
    r"(?<![\w.-])(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0):(\d{1,5})(?![\w.:-])"
    r"|(?<![\w.-])nc(?:[ \t]+-\w+)*[ \t]+(?:localhost|127\.0\.0\.1)[ \t]+(\d{1,5})(?![\w.-])"
)


def ports_on_loopback(text: str) -> list[tuple[int, tuple[int, int]]]:
    """The ports that a command asks on the loopback address, each with its place in the text."""
    found = ((match, 1 if match[1] else 2) for match in _ASKED.finditer(text))
    return [(int(match[group]), match.span(group)) for match, group in found]
