"""Ignore files (``.dockerignore``): patterns, and which paths of the build context they leave out.

Reading follows moby's ``patternmatcher/ignorefile`` (ReadAll), matching its ``patternmatcher`` (New, compile,
MatchesOrParentMatches), the syntax check Go's ``filepath.Match``:

- one pattern a line, white space around it dropped; ``#`` in the first column makes a comment; ``!`` turns it round
- the pattern is path-cleaned and loses a leading ``/``
- ``*`` and ``?`` stop at ``/``; ``**`` does not; ``[a-z]`` and ``[^a]`` are sets; ``\\`` protects a character
- a match on a parent directory is a match; the last pattern that matches decides
"""

from __future__ import annotations

import posixpath

from dlint.source import Node, Source, Span
from dlint.syntax.fault import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_LINE_LIMIT = 65_536
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
            from dlint.syntax.ignore_matching import matcher

            self._matcher = matcher(self.text)
        return any(map(self._matcher, paths))

    @staticmethod
    def part_matches(written: str, name: str) -> bool:
        """Whether one part of a pattern, between two slashes, matches a name."""
        from dlint.syntax.ignore_matching import matcher

        return matcher(written)(name)


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
    from dlint.syntax.ignore_matching import is_malformed

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
    if is_malformed(text):
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
