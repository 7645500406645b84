"""Ignore files (``.dockerignore``): patterns, and which paths of the build context they leave out.

Reading follows moby's ``patternmatcher/ignorefile`` (ReadAll), matching its ``patternmatcher`` (New, compile,
MatchesOrParentMatches), the syntax check Go's ``filepath.Match``:

- one pattern a line, white space around it dropped; ``#`` in the first column makes a comment; ``!`` turns it round
- the pattern is path-cleaned and loses a leading ``/``
- ``*`` and ``?`` stop at ``/``; ``**`` does not; ``[a-z]`` and ``[^a]`` are sets; ``\\`` protects a character
- a match on a parent directory is a match; the last pattern that matches decides

A pattern is run as a set of states in the bits of an integer, so no pattern costs more than its length times that
of the path.
"""

from __future__ import annotations

import posixpath

from dlint.source import Node, Source, Span
from dlint.syntax.fault import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_LINE_LIMIT = 65_536
_SPECIAL = "*?[]\\"
_BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


class IgnorePattern(Node):
    """One pattern. The span holds it as written, ``!`` included; ``text`` is the pattern cleaned, without ``!``."""

    __slots__ = ("text", "negated", "_matcher")

    def __init__(self, source: Source, span: Span, text: str, negated: bool) -> None:
        super().__init__(source, span)
        self.text = text
        self.negated = negated
        self._matcher: Callable[[str], bool] | None = None

    def matches(self, path: str) -> bool:
        """Whether the pattern itself matches ``path`` or a directory above it (``/`` between the parts)."""
        return self._matches(_and_above(path))

    def _matches(self, paths: list[str]) -> bool:
        if self._matcher is None:
            self._matcher = _compile(self.text)
        return any(map(self._matcher, paths))

    @staticmethod
    def part_matches(written: str, name: str) -> bool:
        """Whether one part of a pattern, between two slashes, matches a name."""
        return _compile(written)(name)


class IgnoreFile(Node):
    """A whole ignore file. A line that the builder refuses is a fault and no pattern."""

    __slots__ = ("patterns", "comments", "faults")

    def __init__(self, source: Source) -> None:
        super().__init__(source, Span(0, len(source.text)))
        self.patterns: list[IgnorePattern] = []
        self.comments: list[Node] = []
        self.faults: list[Fault] = []

    def matching(self, path: str) -> IgnorePattern | None:
        """The pattern that decides about ``path`` (relative to the context, ``/`` between the parts), if any."""
        paths = _and_above(path)
        return next((pattern for pattern in reversed(self.patterns) if pattern._matches(paths)), None)

    def excludes(self, path: str) -> bool:
        """Whether ``path`` is kept out of the build context; the context itself never is."""
        pattern = self.matching(path)
        return pattern is not None and not pattern.negated


def parse(source: Source) -> IgnoreFile:
    """Read an ignore file. Never raises."""
    file = IgnoreFile(source)
    text = source.text
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end]
        if len(line) >= _LINE_LIMIT // 4 and len(line.encode("utf-8", "surrogatepass")) >= _LINE_LIMIT:
            message = f"the builder reads lines of less than {_LINE_LIMIT} bytes: shorten this one"
            file.faults.append(Fault(source, Span(at, end), "line-too-long", message))
        elif line[:1] == "#":
            file.comments.append(Node(source, Span(at, at + len(line.rstrip("\r")))))
        else:
            _pattern(file, line, at)
        at = end + 1
    return file


def _pattern(file: IgnoreFile, line: str, start: int) -> None:
    """Read one line that is no comment; ``start`` is its offset."""
    written = line.strip(_BLANKS)
    if not written:
        return
    at = start + len(line) - len(line.lstrip(_BLANKS))
    span = Span(at, at + len(written))
    negated = written[0] == "!"
    text = written[1:].strip(_BLANKS) if negated else written
    if not text:
        message = "'!' needs a pattern after it: name what is to be kept, or drop the line"
        file.faults.append(Fault(file.source, span, "empty-exception", message))
        return
    text = _clean(text)
    if len(text) > 1 and text[0] == "/":
        text = text[1:]
    if _is_malformed(text):
        message = f"'{text}' is no pattern: a set needs '[', characters and ']', and '\\' a character after it"
        file.faults.append(Fault(file.source, span, "bad-pattern", message))
        return
    file.patterns.append(IgnorePattern(file.source, span, text, negated))


def _clean(path: str) -> str:
    """The path as Go's ``filepath.Clean`` writes it."""
    path = posixpath.normpath(path)
    return path[1:] if path[:2] == "//" else path


def _and_above(path: str) -> list[str]:
    """The cleaned path with the directories above it, the outermost first; nothing for the context itself."""
    path = _clean(path)
    if path == ".":
        return []
    paths = []
    at = path.find("/", 1)
    while at > 0:
        paths.append(path[:at])
        at = path.find("/", at + 1)
    return [*paths, path]


def _is_malformed(pattern: str) -> bool:
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


def _compile(pattern: str) -> Callable[[str], bool]:
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
