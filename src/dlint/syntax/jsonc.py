"""JSON to the same positioned tree as YAML; comments and trailing commas, as editors allow them, are passed over.

Sources: RFC 8259; "JSON with Comments" of Visual Studio Code, in which devcontainer.json is written.
"""

from __future__ import annotations

import re

from dlint.lazy import pattern
from dlint.source import Node, Source, Span
from dlint.syntax.yaml.nodes import DOUBLE, PLAIN, YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

MOST_DEPTH = 100
"""How deep values may be nested: what goes deeper is not read."""

_TOKEN = pattern(
    r"[ \t\r\n\ufeff]+|//[^\n]*|/\*.*?(?:\*/|\Z)|(\"(?:[^\"\\\n]|\\.)*\")|([{}\[\],:])|([^\s{}\[\],:\"/]+)",
    re.S,
)
_WORD = pattern(r"true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_ESCAPE = pattern(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.S)
_SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class JsonText(Node):
    """What a JSON file holds: ``root`` is None if it has no value; ``broken`` says that not all of it was read."""

    def __init__(self, source: Source) -> None:
        super().__init__(source, Span(0, len(source.text)))
        self.root: YamlNode | None = None
        self.comments: list[Node] = []
        self.broken = False


def parse(source: Source) -> JsonText:
    """Read a JSON text. Never raises: what comes after the first mistake is left out."""
    found = JsonText(source)
    reader = _Reader(source, found)
    try:
        found.root = reader.value(0)
        reader.skip()
        found.broken = found.broken or reader.at < len(source.text)
    except _MistakeError:
        found.broken = True
        found.root = reader.outermost
    return found


class _MistakeError(Exception):
    """What is no JSON."""


class _Reader:
    def __init__(self, source: Source, found: JsonText) -> None:
        self.source = source
        self.text = source.text
        self.at = 0
        self.found = found
        self.outermost: YamlNode | None = None

    def skip(self) -> re.Match[str] | None:
        """The next token that is neither white space nor a comment; None at the end, or where there is none."""
        while True:
            match = _TOKEN.match(self.text, self.at)
            if match is None or match.lastindex:
                return match
            if match.group().startswith("/"):
                self.found.comments.append(Node(self.source, Span(*match.span())))
            self.at = match.end()

    def take(self) -> re.Match[str]:
        token = self.skip()
        if token is None:
            raise _MistakeError
        self.at = token.end()
        return token

    def peek(self) -> str:
        token = self.skip()
        return token.group() if token is not None else ""

    def value(self, depth: int) -> YamlNode:
        if depth > MOST_DEPTH:
            raise _MistakeError
        token = self.take()
        if token[1] is not None or (token[3] is not None and _WORD.fullmatch(token[3])):
            return self.scalar(token)
        if token[2] == "{":
            return self.object(token.start(), depth)
        if token[2] == "[":
            return self.array(token.start(), depth)
        raise _MistakeError

    def scalar(self, token: re.Match[str]) -> YamlScalar:
        span = Span(*token.span())
        if token[1] is None:
            return YamlScalar(self.source, span, token.group(), PLAIN)
        return YamlScalar(self.source, span, decoded(token.group()[1:-1]), DOUBLE)

    def object(self, start: int, depth: int) -> YamlMap:
        entries: list[YamlEntry] = []
        found = YamlMap(self.source, Span(start, len(self.text)), entries, True)
        self.outermost = self.outermost or found
        while self.peek() != "}":
            key = self.take()
            if key[1] is None or self.take()[2] != ":":
                raise _MistakeError
            entries.append(YamlEntry(self.scalar(key), self.value(depth + 1)))
            if not self.comma():
                break
        if self.take()[2] != "}":
            raise _MistakeError
        found.span = Span(start, self.at)
        return found

    def array(self, start: int, depth: int) -> YamlSeq:
        items: list[YamlNode] = []
        found = YamlSeq(self.source, Span(start, len(self.text)), items, True)
        self.outermost = self.outermost or found
        while self.peek() != "]":
            items.append(self.value(depth + 1))
            if not self.comma():
                break
        if self.take()[2] != "]":
            raise _MistakeError
        found.span = Span(start, self.at)
        return found

    def comma(self) -> bool:
        if self.peek() != ",":
            return False
        self.take()
        return True


def decoded(inner: str) -> str:
    """The text of a string literal, given without its quotes; also what HCL writes between them."""
    if "\\" not in inner:
        return inner
    text = _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else _SHORT.get(m[2], m[2]), inner)
    if "\\ud" not in inner.lower():
        return text
    # Two escapes are one character beyond the first 65,536.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
