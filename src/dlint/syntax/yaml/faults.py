"""What a YAML reader refuses, in one clear sentence each, at the place a person would fix.

Kinds: ``yaml-syntax``, ``tab``, ``bad-character``, ``bad-alias``; ``yamltree`` adds ``duplicate-key``, ``bad-key``,
``non-string-key``, ``bad-merge``, ``too-deep`` and ``too-many-aliases``.
"""

from __future__ import annotations

import re

from dlint.source import Node, Source, Span
from dlint.syntax.fault import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlint.syntax.yaml.events import StopError


def explain(source: Source, text: str, stop: StopError) -> Fault:
    """The fault for the place where a parser stopped."""
    return _Explanation(source, text, stop).fault()


class _Explanation:
    """A parser's complaint, seen from the side of the person who wrote the file."""

    def __init__(self, source: Source, text: str, stop: StopError) -> None:
        self.source = source
        self.text = text
        self.at = stop.index
        self.begun = stop.context_index
        self.context = stop.context
        self.problem = stop.problem

    def fault(self) -> Fault:
        for word, method in _METHODS:
            if word in self.problem:
                found = method(self)
                if found is not None:
                    return found
        return self.here(f"YAML cannot be read here ({self.problem}): check indentation and quotes")

    def make(self, start: int, end: int, message: str, kind: str = "yaml-syntax") -> Fault:
        start = min(start, len(self.text))
        return Fault(self.source, Span(start, min(max(start, end), len(self.text))), kind, message)

    def with_opener(self, fault: Fault) -> Fault:
        """The fault, with the line on which began what it does not fit."""
        if self.begun is not None and self.source.line(self.begun) != fault.line:
            fault.related = self.line_rest(self.begun)
        return fault

    def line_rest(self, at: int) -> Node:
        """From ``at`` to the last character of its line that is no blank."""
        end = self.source.line_span(self.source.line(at)).end
        end = at + len(self.text[at:end].rstrip())
        return Node(self.source, Span(at, max(end, min(at + 1, len(self.text)))))

    def here(self, message: str, kind: str = "yaml-syntax") -> Fault:
        """A fault from the place of the complaint to the end of its line."""
        at = self.at
        if at >= len(self.text) or self.text[at] in "\r\n":
            return self.make(at, at, message, kind)
        return self.make(at, self.line_rest(at).span.end, message, kind)

    def opener(self, message: str) -> Fault:
        """A fault at what was begun and never finished."""
        begun = self.at if self.begun is None else self.begun
        return self.make(begun, min(begun + 1, len(self.text)), message)

    def line_of(self, at: int | None) -> str:
        return f"line {self.source.line(at)}" if at is not None else "above"

    def token(self) -> Fault | None:
        char = self.text[self.at : self.at + 1]
        if char == "\t":
            end = self.at + len(self.text[self.at :]) - len(self.text[self.at :].lstrip("\t"))
            return self.make(self.at, end, "A tab cannot indent YAML: use spaces", "tab")
        return self.make(self.at, self.at + 1, f"`{char}` cannot start a plain value: put the value in quotes")

    def tab(self) -> Fault:
        return self.make(self.at, self.at + 1, "A tab cannot indent YAML: use spaces", "tab")

    def colon(self) -> Fault | None:
        if self.begun is None:
            return None
        line = self.line_rest(self.begun).span
        message = "This line is no `key: value` pair and no list item: add the colon, or a dash, or indent it further"
        return self.make(line.start, line.end, message)

    def value(self) -> Fault:
        line = self.source.line_span(self.source.line(self.at))
        before = self.text[line.start : self.at]
        if re.search(r":[ \t]", before):
            message = "A second `: ` in one line: put the value in quotes, or start a new line"
        else:
            message = "A mapping cannot start here: check the indentation of this line and the one above"
        return self.make(self.at, self.at + 1, message)

    def entry(self) -> Fault:
        message = "A list item cannot start here: put it on its own line, indented under its key"
        return self.make(self.at, self.at + 1, message)

    def key(self) -> Fault:
        return self.make(self.at, self.at + 1, "A `? ` key cannot start here: put it on its own line")

    def block_end(self) -> Fault:
        what = "list" if "collection" in self.context else "mapping"
        where = self.line_of(self.begun)
        message = f"This line does not fit the {what} that starts on {where}: align it, or indent it further"
        return self.with_opener(self.here(message))

    def quote(self) -> Fault:
        return self.opener("This quote is never closed: add the closing quote")

    def separator(self) -> Fault:
        return self.opener("This quote is not closed before the next document: add the closing quote")

    def flow(self) -> Fault:
        begun = self.begun if self.begun is not None else self.at
        sign = self.text[begun : begun + 1]
        close = "]" if sign == "[" else "}"
        if self.at >= len(self.text.rstrip()):
            return self.opener(f"`{sign}` is never closed: add `{close}`")
        return self.with_opener(self.here(f"Expected `,` or `{close}` here, for the `{sign}` on {self.line_of(begun)}"))

    def node(self) -> Fault:
        return self.here("A value is missing before this: write one, or put the text in quotes")

    def escape(self) -> Fault:
        found = re.compile(r"\\?.").match(self.text, max(self.at - 1, 0))
        start = self.at - 1 if self.text[self.at - 1 : self.at] == "\\" else self.at
        shown = found.group() if found and start != self.at else self.text[self.at : self.at + 1]
        message = f"`{shown}` is no escape in double quotes: double the backslash, or use single quotes"
        return self.make(start, start + 2, message)

    def hexadecimal(self) -> Fault:
        return self.make(self.at, self.at + 1, "This escape needs more hexadecimal digits: `\\xHH`, `\\uHHHH`")

    def anchor(self) -> Fault:
        sign = self.text[self.begun : self.begun + 1] if self.begun is not None else "*"
        word = "alias" if sign == "*" else "anchor"
        message = f"`{sign}` starts an {word}, whose name has letters, digits, `-` and `_`: put other text in quotes"
        end = min(self.at + 1, len(self.text))
        begun = self.begun if self.begun is not None else self.at
        return self.make(begun, end, message)

    def document(self) -> Fault:
        return self.here("Text after the end of the document: start the next one with `---`, or check the indentation")

    def version(self) -> Fault:
        return self.here("Compose reads YAML 1.1 with its own rules: remove this `%YAML` line")

    def handle(self) -> Fault:
        return self.here("This tag's prefix is not declared: use `!reset`, `!override` or no tag")

    def tag(self) -> Fault:
        return self.here("A tag ends here, and a blank must follow: put text that starts with `!` in quotes")

    def block_header(self) -> Fault:
        message = "After `|` or `>` only `-`, `+`, an indentation digit or a comment may stand: put the text below"
        return self.make(self.at, self.at + 1, message)


_METHODS = (
    ("cannot start any token", _Explanation.token),
    ("tab character", _Explanation.tab),
    ("could not find expected ':'", _Explanation.colon),
    ("mapping values are not allowed", _Explanation.value),
    ("sequence entries are not allowed", _Explanation.entry),
    ("mapping keys are not allowed", _Explanation.key),
    ("expected <block end>", _Explanation.block_end),
    ("did not find expected key", _Explanation.block_end),
    ("did not find expected '-' indicator", _Explanation.block_end),
    ("unexpected end of stream", _Explanation.quote),
    ("unexpected document", _Explanation.separator),
    ("expected ',' or", _Explanation.flow),
    ("node content", _Explanation.node),
    ("unknown escape", _Explanation.escape),
    ("hexdecimal", _Explanation.hexadecimal),
    ("alphabetic or numeric", _Explanation.anchor),
    ("document start", _Explanation.document),
    ("content after document end", _Explanation.document),
    ("incompatible YAML document", _Explanation.version),
    ("undefined tag handle", _Explanation.handle),
    ("expected whitespace or line break", _Explanation.tag),
    ("indentation indicator", _Explanation.block_header),
    ("expected comment or line break", _Explanation.block_header),
    ("or a line break", _Explanation.block_header),
)


def bad_characters(source: Source, pattern: re.Pattern[str]) -> list[Fault]:
    """One fault for the first byte that is not UTF-8, and one for the first character YAML does not take.

    A byte order mark counts where a line starts.
    """
    faults: list[Fault] = []
    kinds: set[str] = set()
    for match in pattern.finditer(source.text):
        char = match.group()
        at = match.start()
        if char == "\ufeff":
            kind, text = "mark", "A byte order mark inside the file: remove it"
            if at and source.text[at - 1] not in "\r\n":
                continue
        elif "\udc80" <= char <= "\udcff":
            kind, text = "byte", f"Byte 0x{ord(char) - 0xDC00:02X} is not UTF-8: save the file as UTF-8"
        else:
            kind, text = "control", f"Control character U+{ord(char):04X} is not allowed in YAML: remove it"
        if kind not in kinds:
            kinds.add(kind)
            faults.append(Fault(source, Span(at, at + 1), "bad-character", text))
    return faults


def unknown_alias(source: Source, span: Span, name: str, anchors: Iterable[str]) -> Fault:
    """The fault for an alias without an anchor before it."""
    from difflib import get_close_matches

    close = get_close_matches(name, list(anchors)[:1000], 1)
    if close:
        message = f"No anchor `&{name}` stands above this alias: did you mean `*{close[0]}`?"
        return Fault(source, span, "bad-alias", message, f"*{close[0]}")
    message = f"No anchor `&{name}` stands above this alias: define it, or put the text in quotes"
    return Fault(source, span, "bad-alias", message)
