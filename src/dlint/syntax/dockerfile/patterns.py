"""The patterns of ``${v#p}``, ``${v%p}`` and ``${v/p/r}``: ``*`` and ``?`` only, no sets."""

from __future__ import annotations

import re

from dlint.lazy import NamedTuple
from dlint.syntax.dockerfile.lexer import END_OF_TEXT

_MAX_MATCHING = 1_000_000


def trimmed(operator: str, word: str | None, value: str | None) -> tuple[str | None, str | None]:
    """``${v#p}``, ``${v##p}``, ``${v%p}``, ``${v%%p}``."""
    if word is None:
        return None, None
    longest = word.startswith(operator)
    if longest:
        word = word[1:]
    suffix = operator == "%"
    pattern, error = shell_pattern(_reversed_pattern(word) if suffix else word, longest)
    if pattern is None:
        return None, f"invalid pattern ({word}) in substitution: {error}"
    if value is None or len(value) * len(word) > _MAX_MATCHING:
        return None, None
    cut = max(pattern.end_at(value[::-1] if suffix else value, 0), 0)
    return (value[: len(value) - cut] if suffix else value[cut:]), None


def replaced(
    pattern: str | None, replacement: str | None, value: str | None, every: bool
) -> tuple[str | None, str | None]:
    """``${v/p/r}`` and ``${v//p/r}``."""
    if pattern is None:
        return None, None
    compiled, error = shell_pattern(pattern, True)
    if compiled is None:
        return None, f"invalid pattern ({pattern}) in substitution: {error}"
    if value is None or replacement is None or len(value) * len(pattern) > _MAX_MATCHING:
        return None, None
    if every and "$" in replacement:
        return None, None  # Go would expand it as a template of its own
    parts: list[str] = []
    done, at = 0, 0
    while at <= len(value):
        found = compiled.find(value, at)
        if found is None:
            break
        start, end = found
        if end > start or start != done or not parts:
            parts += (value[done:start], replacement)
            done = end
        if not every:
            break
        at = end if end > start else end + 1
    return "".join(parts) + value[done:], None


def _reversed_pattern(pattern: str) -> str:
    """The pattern that matches reversed text: escapes stay in front of what they protect."""
    units: list[str] = []
    at = 0
    while at < len(pattern):
        step = 2 if pattern[at] == "\\" else 1
        units.append(pattern[at : at + step])
        at += step
    return "".join(reversed(units))


class ShellPattern(NamedTuple):
    """A pattern of ``*`` and ``?``: what stands before the first ``*``, and from there on.

    Every ``*`` but the last takes as little as it can and never gives back: the match ends at the same place, and
    matching stays linear.
    """

    first: re.Pattern[str]
    rest: re.Pattern[str] | None

    def end_at(self, value: str, at: int) -> int:
        """Where the match that starts at index ``at`` ends, -1 without one."""
        match = self.first.match(value, at)
        if match is not None and self.rest is not None:
            match = self.rest.match(value, match.end())
        return match.end() if match is not None else -1

    def find(self, value: str, at: int) -> tuple[int, int] | None:
        """Start and end of the first match from ``at`` on."""
        while (match := self.first.search(value, at)) is not None:
            if self.rest is None:
                return match.span()
            rest = self.rest.match(value, match.end())
            if rest is not None:
                return match.start(), rest.end()
            # What does not follow here follows no later start on this line.
            at = value.find("\n", match.end()) + 1
            if not at:
                break
        return None


def shell_pattern(pattern: str, longest: bool) -> tuple[ShellPattern | None, str | None]:
    """The pattern compiled, or why the builder refuses it. The last ``*`` takes as much as it can if ``longest``."""
    segments = [""]
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*":
            segments.append("")
            continue
        if char == "?":
            segments[-1] += "."
            continue
        if char == "\\":
            char = pattern[at : at + 1]
            if char in ("}", "/") and char:
                continue
            at += 1
            if char not in ("*", "?", "\\") or not char:
                return None, f"invalid escape '\\{char or END_OF_TEXT}'"
        segments[-1] += re.escape(char)
    regex = ""
    for index, segment in enumerate(segments[1:], 1):
        star = ".*" if longest and index == len(segments) - 1 else ".*?"
        regex += f"(?>{star}{segment})"
    return ShellPattern(re.compile(segments[0]), re.compile(regex) if regex else None), None
