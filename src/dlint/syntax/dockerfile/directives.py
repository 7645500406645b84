"""Parser directives at the top of a Dockerfile (``# syntax=``, ``# escape=``, ``# check=``) and check options.

Source: BuildKit, ``frontend/dockerfile/parser/directives.go`` and ``linter``.
"""

from __future__ import annotations

from dlint.lazy import pattern
from dlint.source import Node, Source, Span
from dlint.syntax.dockerfile.grammar import DIRECTIVES
from dlint.syntax.dockerfile.lexer import SPACE
from dlint.syntax.fault import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_JSON_SYNTAX = pattern(r'(?s)\{(?:[^"\\]|\\.)*"syntax"\s*:\s*"([^"\\]*)"')
_BLANK: Final = " \t\f\r"
_TRUE: Final = frozenset(("1", "t", "T", "TRUE", "true", "True"))
_FALSE: Final = frozenset(("0", "f", "F", "FALSE", "false", "False"))


class Directive(Node):
    """One directive line, from its ``#``. ``name`` is in lower case, ``value`` without white space at its ends."""

    __slots__ = ("name", "value", "value_node")

    def __init__(self, source: Source, span: Span, name: str, value: str, value_span: Span) -> None:
        super().__init__(source, span)
        self.name = name
        self.value = value
        self.value_node = Node(source, value_span)


class CheckOptions:
    """The options of ``check=``: names of build checks to skip, experimental ones to enable, and ``error``.

    ``skip_all`` and ``experimental_all`` stand for the value ``all``. ``error`` is ``None`` if not given. ``problem``
    says what the builder refuses about the options, or is ``None``. ``lost`` is the name behind a comma and a blank,
    where the builder stops to read.
    """

    __slots__ = ("skip", "skip_all", "experimental", "experimental_all", "error", "problem", "lost")

    def __init__(self, value: str) -> None:
        self.skip: tuple[str, ...] = ()
        self.skip_all = False
        self.experimental: tuple[str, ...] = ()
        self.experimental_all = False
        self.error: bool | None = None
        self.problem: str | None = None
        read, _, remark = value.partition(" ")
        self.lost = remark.split(maxsplit=1)[0].strip(",;") if read[-1:] in (",", ";") and remark.strip() else ""
        for option in read.split(";", 2):
            name, equals, setting = option.partition("=")
            names = tuple(part.strip() for part in setting.split(","))
            if name.strip() == "skip" and equals:
                self.skip, self.skip_all = names, setting.strip() == "all"
            elif name.strip() == "experimental" and equals:
                self.experimental, self.experimental_all = names, setting.strip() == "all"
            elif name.strip() == "error" and equals:
                if setting.strip() in _TRUE or setting.strip() in _FALSE:
                    self.error = setting.strip() in _TRUE
                else:
                    self.problem = f"error={setting} is neither true nor false"
            else:
                self.problem = f"{option!r} is no check option; there are skip=, experimental= and error="


class FailedChecks(Node):
    """The directive that makes warnings errors in a file that has some; ``found`` maps checks to their first place."""

    __slots__ = ("found",)

    def __init__(self, where: Node, found: dict[str, Node]) -> None:
        super().__init__(where.source, where.span)
        self.found = found


class Directives:
    """What stands at the top: the directives, what follows from them, and the faults in them."""

    __slots__ = ("found", "escape", "syntax", "foreign", "check", "faults")

    def __init__(self) -> None:
        self.found: list[Directive] = []
        self.escape = "\\"
        self.syntax: str | None = None
        self.foreign = False
        self.check: CheckOptions | None = None
        self.faults: list[Fault] = []


def read_directives(source: Source) -> Directives:
    """The directives of a file.

    The builder reads the top of the file twice. Once as it parses: indented lines count, and only ``escape`` matters.
    And once for ``syntax`` and ``check``: indented lines do not count, but a first line ``#!…`` is stepped over.
    """
    result = Directives()
    text = source.text
    if text[:1] not in "#/{ \t\v\f\r\x85\xa0" and text[:1].isascii():
        return result
    at = 0
    for_parser = for_frontend = True
    if text.startswith("#!"):
        at = text.find("\n") + 1 or len(text)
        for_parser = False
    start = at
    seen: dict[str, Directive] = {}
    while at < len(text) and (for_parser or for_frontend):
        line = _line(text, at, "#")
        if line is None:
            break
        mark, name, span, end = line
        for_frontend = for_frontend and mark == at
        directive = Directive(source, Span(mark, span.end), name, text[span.start : span.end], span)
        if name in seen:
            if for_parser:
                message = f"The {name} directive may stand only once; keep one of the two"
                result.faults.append(Fault(source, directive.span, "bad-directive", message, related=seen[name]))
        elif for_parser if name == "escape" else for_frontend:
            _take(result, directive)
        seen.setdefault(name, directive)
        at = end + 1
    if result.syntax is None:
        _read_foreign(result, text, start)
    return result


def _line(text: str, at: int, mark: str) -> tuple[int, str, Span, int] | None:
    """The line ``mark name=value`` that starts there: where the mark stands, the name, the value's place, its end."""
    end = text.find("\n", at)
    end = end if end >= 0 else len(text)
    line = text[at:end].lstrip(SPACE)
    head, _, value = line.partition("=")
    name = head.removeprefix(mark).strip(_BLANK).lower()
    if not head.startswith(mark) or not head.isascii() or name not in DIRECTIVES or not value.strip(_BLANK):
        return None
    return end - len(line), name, Span(end - len(value.lstrip(_BLANK)), at + len(text[at:end].rstrip(_BLANK))), end


def _take(result: Directives, directive: Directive) -> None:
    """Act on one directive."""
    result.found.append(directive)
    value = directive.value_node
    if directive.name == "escape":
        if directive.value in ("\\", "`"):
            result.escape = directive.value
        else:
            message = f"The escape character can only be \\ or `, not {directive.value}"
            result.faults.append(Fault(value.source, value.span, "bad-directive", message))
    elif directive.name == "syntax":
        result.syntax = directive.value.partition(" ")[0]
    else:
        result.check = CheckOptions(directive.value)
        if result.check.problem is not None:
            message = f"The builder refuses this check directive: {result.check.problem}"
            result.faults.append(Fault(value.source, value.span, "bad-directive", message))


def _read_foreign(result: Directives, text: str, at: int) -> None:
    """``// syntax=`` lines or a JSON object: files of other frontends, which this parser cannot know."""
    if text.startswith("{", at):
        match = _JSON_SYNTAX.match(text, at)
        if match is not None:
            result.syntax, result.foreign = match[1], True
        return
    while text.startswith("//", at):
        line = _line(text, at, "//")
        if line is None:
            return
        _, name, value, end = line
        if name == "syntax":
            result.syntax, result.foreign = text[value.start : value.end].partition(" ")[0], True
            return
        at = end + 1
