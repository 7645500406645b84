"""How a pattern of an ignore file is matched, and when the builder refuses it.

A pattern is run as a set of states in the bits of an integer, so no pattern costs more than its length times that
of the path. Sources: Go's ``filepath.Match`` and moby's ``patternmatcher`` (compile).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_SPECIAL = "*?[]\\"


def is_malformed(pattern: str) -> bool:
    """Whether Go's ``filepath.Match`` or the regular expression moby makes of the pattern refuses it."""
    at, end = 0, len(pattern)
    while at < end:
        char = pattern[at]
        at += 1
        if char == "\\":
            if at >= end:
                return True
            at += 1
        elif char == "[":
            _, _, at = _set_of(pattern, at)
            if at < 0:
                return True
    return False


def _set_of(pattern: str, at: int) -> tuple[bool, list[tuple[str, str]], int]:
    """Read ``[…]`` after its ``[``: negated, the ranges, and the index behind it (-1 if it is malformed)."""
    ranges: list[tuple[str, str]] = []
    negated = pattern[at : at + 1] == "^"
    at += negated
    while True:
        if ranges and pattern[at : at + 1] == "]":
            return negated, ranges, at + 1
        low, at = _set_char(pattern, at)
        high = low
        if at > 0 and pattern[at : at + 1] == "-":
            high, at = _set_char(pattern, at + 1)
        if at < 0 or high < low:
            return negated, ranges, -1
        ranges.append((low, high))


def _set_char(pattern: str, at: int) -> tuple[str, int]:
    """One character of a set, and the index behind it (-1 if there is none or the set cannot end)."""
    char = pattern[at : at + 1]
    if char in ("", "-", "]"):
        return "", -1
    if char == "\\":
        at += 1
        char = pattern[at : at + 1]
    return (char, at + 1) if char and at + 1 < len(pattern) else ("", -1)


def matcher(pattern: str) -> Callable[[str], bool]:
    """The matcher of a well-formed pattern, by moby's four kinds: exact, prefix, suffix, and all others."""
    special = [char for char in _SPECIAL if char in pattern]
    if not special:
        return pattern.__eq__
    if special == ["*"]:
        stars = pattern.count("*")
        if stars == 2 and pattern.startswith("**"):
            return _suffix(pattern[2:])
        if stars == 2 and pattern.endswith("**"):
            prefix = pattern[:-2]
            return lambda path: path.startswith(prefix)
        if stars == 1:
            return _one_star(pattern)
        if stars == 3 and pattern.startswith("**/") and "/" not in pattern[3:]:
            return _name_with_star(pattern[3:])
    return _between(pattern)


def _suffix(suffix: str) -> Callable[[str], bool]:
    """``**`` and then no other special character: as moby does it, ``**foo`` takes ``barfoo`` too."""
    return lambda path: path.endswith(suffix) or (suffix[:1] == "/" and path == suffix[1:])


def _one_star(pattern: str) -> Callable[[str], bool]:
    head, tail = pattern.split("*")
    least = len(head) + len(tail)

    def matches(path: str) -> bool:
        end = len(path) - len(tail)
        return (
            len(path) >= least and path.startswith(head) and path.endswith(tail) and path.find("/", len(head), end) < 0
        )

    return matches


def _name_with_star(pattern: str) -> Callable[[str], bool]:
    """``**/`` and then a name with one star: at any depth."""
    matches = _one_star(pattern)
    return lambda path: matches(path[path.rfind("/") + 1 :])


def _between(pattern: str) -> Callable[[str], bool]:
    """Any pattern. What a path has to start and end with is looked at first: few of those that do not match have it."""
    first = next(at for at, char in enumerate(pattern) if char in _SPECIAL)
    # A slash behind ``**`` is part of that.
    head, tail = pattern[:first], pattern[max(map(pattern.rfind, _SPECIAL)) + 1 :].removeprefix("/")
    run = _States(pattern).run
    return lambda path: path.startswith(head) and path.endswith(tail) and run(path)


class _States:
    """A pattern as a machine: bit ``i`` of a state is set when the first ``i`` tokens have matched."""

    __slots__ = ("stay_any", "stay_part", "slash", "skip", "skip_two", "any_part", "chars", "sets", "last")

    def __init__(self, pattern: str) -> None:
        self.stay_any = self.stay_part = self.slash = self.skip = self.skip_two = self.any_part = 0
        self.chars: dict[str, int] = {}
        self.sets: list[tuple[int, bool, list[tuple[str, str]]]] = []
        bit, at, end = 1, 0, len(pattern)
        while at < end:
            char = pattern[at]
            at += 1
            if char == "*" and pattern[at : at + 1] == "*":
                at += 1
                at += pattern[at : at + 1] == "/"
                if at >= end:
                    self.stay_any |= bit
                    self.skip |= bit
                elif not self.skip_two & (bit >> 2):
                    self.skip |= bit
                    self.skip_two |= bit
                    bit <<= 1
                    self.stay_any |= bit
                    self.slash |= bit
                else:
                    continue
            elif char == "*":
                self.stay_part |= bit
                self.skip |= bit
            elif char == "?":
                self.any_part |= bit
            elif char == "[":
                negated, ranges, at = _set_of(pattern, at)
                self.sets.append((bit, negated, ranges))
            else:
                if char == "\\":
                    char = pattern[at : at + 1]
                    at += 1
                self.chars[char] = self.chars.get(char, 0) | bit
            bit <<= 1
        self.last = bit

    def _closed(self, state: int) -> int:
        """The state with the tokens that may match nothing passed over: at most ``**`` and then ``*``."""
        for _ in range(3):
            state |= (state & self.skip) << 1 | (state & self.skip_two) << 2
        return state

    def run(self, path: str) -> bool:
        """Whether the whole of ``path`` matches."""
        state = self._closed(1)
        for char in path:
            step = self.chars.get(char, 0)
            stay = self.stay_any
            if char == "/":
                step |= self.slash
            else:
                step |= self.any_part
                stay |= self.stay_part
            for bit, negated, ranges in self.sets:
                if state & bit and negated != any(low <= char <= high for low, high in ranges):
                    step |= bit
            state = self._closed((state & step) << 1 | (state & stay))
            if not state:
                return False
        return bool(state & self.last)
