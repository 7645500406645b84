"""Compose's ``$VAR`` and ``${VAR…}``, as compose-go's ``template`` package reads them.

Grammar (Compose Specification, "Interpolation"): ``$$`` is a dollar; ``$NAME``; ``${NAME}``; ``${NAME:-default}``
and ``${NAME-default}``; ``${NAME:+replacement}`` and ``${NAME+replacement}``; ``${NAME:?message}`` and
``${NAME?message}``; defaults, replacements and messages may hold variables again. Any other ``$`` stays as it is,
but ``${`` that starts none of these is refused. A brace must close on its own line.
"""

from __future__ import annotations

from functools import lru_cache

from dlint.lazy import NamedTuple, pattern
from dlint.source import Span, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 40
_DOLLAR = pattern(r"\$(?:(\$)|(\{)?([A-Za-z_][A-Za-z0-9_]*)|\{)")
_OPERATORS = frozenset((":?", ":-", ":+", "?", "-", "+"))

MOST_FILLED_IN = 4_096
"""Characters that variables may put into one value; a longer one is unknown. Variables made of variables grow fast."""


class VariableUse(NamedTuple):
    """One ``$NAME`` or ``${NAME…}``: ``start`` and ``end`` are indexes into the text, half-open.

    ``operator`` is ``""``, ``":-"``, ``"-"``, ``":+"``, ``"+"``, ``":?"`` or ``"?"``; ``argument`` what follows
    it, as written. ``depth`` is 0 outside of any other variable.
    """

    name: str
    operator: str
    argument: str
    start: int
    end: int
    depth: int


class Interpolation(NamedTuple):
    """The outcome: ``value`` is None if it depends on an unknown variable, is too long, or if there is an ``error``.

    ``error`` is one sentence; ``error_span`` the part of the text it is about. ``uses`` are all variables, also
    those in defaults that are not taken. ``required`` are the ``:?`` and ``?`` uses whose variable has no value.
    """

    value: str | None
    error: str | None
    error_span: tuple[int, int]
    uses: list[VariableUse]
    required: list[VariableUse]


def interpolate(text: str, lookup: Callable[[str], str | None], *, unset: str | None = "") -> Interpolation:
    """Fill in the variables of ``text``.

    ``lookup`` gives a variable's value, or None if it is not set. ``unset`` is what a variable that is not set and
    has no default stands for: ``""`` as in Compose, where a required variable is then an error; or None, "unknown",
    for a reader that does not know the environment: then the whole value is unknown.
    """
    if "$" not in text:
        return Interpolation(text, None, (0, 0), [], [])
    state = _State(text, lookup, unset)
    value = state.run(0, len(text), 0)
    if state.error is not None:
        return Interpolation(None, state.error, state.error_span, state.uses, state.required)
    return Interpolation(value, None, (0, 0), state.uses, state.required)


def assume(text: str) -> str | None:
    """The value if no variable is set: defaults are taken, a variable without one makes it unknown (None)."""
    return _assume(text) if "$" in text else text


@lru_cache(maxsize=256)
def _assume(text: str) -> str | None:
    state = _State(text, _nothing, None)
    value = state.run(0, len(text), 0)
    return value if state.error is None else None


def lone_variable(text: str) -> str | None:
    """The name of the variable without a default that is all of ``text``: Compose reads nothing where it is not set."""
    if text[:1] != "$":
        return None
    name = text[2:-1] if text[1:2] == "{" and text[-1] == "}" else text[1:]
    return name if name.isascii() and name.isidentifier() else None


def variables(text: str) -> list[VariableUse]:
    """All variables of ``text``, in order of their start."""
    if "$" not in text:
        return []
    state = _State(text, _nothing, None)
    state.run(0, len(text), 0)
    return sorted(state.uses, key=_start) if len(state.uses) > 1 else state.uses


def _start(use: VariableUse) -> int:
    return use.start


def _nothing(name: str) -> str | None:
    return None


class _State:
    """One run over a text. Positions are indexes into the whole text, also for nested parts."""

    __slots__ = ("text", "lookup", "unset", "uses", "required", "error", "error_span", "line_end")

    def __init__(self, text: str, lookup: Callable[[str], str | None], unset: str | None) -> None:
        self.text = text
        self.lookup = lookup
        self.unset = unset
        self.uses: list[VariableUse] = []
        self.required: list[VariableUse] = []
        self.error: str | None = None
        self.error_span = (0, 0)
        self.line_end = -1

    def run(self, start: int, end: int, depth: int) -> str | None:
        """The value of ``text[start:end]``; None if unknown or wrong."""
        text = self.text
        out: list[str] = []
        known = True
        filled = 0
        at = start
        while self.error is None:
            match = _DOLLAR.search(text, at, end)
            if match is None:
                break
            out.append(text[at : match.start()])
            at = match.end()
            if match.group(1):
                out.append("$")
                continue
            name = match.group(3)
            if name and not match.group(2):
                value = self._plain(name, "", "", match.start(), at, depth)
            else:
                value, at = self._braced(name, match.start(), at, end, depth)
            filled += len(value) if value is not None else 0
            if value is None or filled > MOST_FILLED_IN:
                known = False
            else:
                out.append(value)
        if not known or self.error is not None:
            return None
        out.append(text[at:end])
        return "".join(out)

    def _plain(self, name: str, operator: str, argument: str, start: int, end: int, depth: int) -> str | None:
        self.uses.append(VariableUse(name, operator, argument, start, end, depth))
        value = self.lookup(name)
        return self.unset if value is None else value

    def _braced(self, name: str | None, start: int, at: int, end: int, depth: int) -> tuple[str | None, int]:
        """The value of the ``${`` at ``start``, whose name ends at ``at``, and the index after its closing brace."""
        text = self.text
        if name is None:
            return self._fail(start, end, "names no variable: write `$$` for a plain dollar")
        if text.startswith("}", at) and at < end:
            return self._plain(name, "", "", start, at + 1, depth), at + 1
        operator = text[at : min(at + 2, end)]
        if operator not in _OPERATORS:
            operator = operator[:1]
        if operator not in _OPERATORS:
            if at >= end:
                return self._fail(start, end, "has no closing brace: add `}`")
            return self._fail(start, end, f"has `{text[at]}` after the name: use one of `:-` `-` `:+` `+` `:?` `?`")
        line_end = min(self._line_end(at), end)
        close = _closing(text, start, line_end)
        if close < 0:
            close = text.rfind("}", at, line_end)
        if close < 0:
            return self._fail(start, end, "has no closing brace on its line: add `}`")
        if depth >= MAX_DEPTH:
            return self._fail(start, end, f"nests more than {MAX_DEPTH} levels deep: use fewer defaults in defaults")
        begin = at + len(operator)
        use = VariableUse(name, operator, text[begin:close], start, close + 1, depth)
        self.uses.append(use)
        return self._operate(use, begin, close, depth), close + 1

    def _line_end(self, at: int) -> int:
        """The index of the line break after ``at``, or the length of the text."""
        if at > self.line_end:
            found = self.text.find("\n", at)
            self.line_end = len(self.text) if found < 0 else found
        return self.line_end

    def _operate(self, use: VariableUse, begin: int, close: int, depth: int) -> str | None:
        value = self.lookup(use.name)
        present = value is not None and (value != "" or use.operator[0] != ":")
        kind = use.operator[-1]
        if kind == "+":
            if present:
                return self.run(begin, close, depth + 1)
            self._visit(begin, close, depth)
            return ""
        if present:
            self._visit(begin, close, depth)
            return value
        if kind == "-":
            return self.run(begin, close, depth + 1)
        message = self.run(begin, close, depth + 1)
        self.required.append(use)
        if self.unset is not None and self.error is None:
            self.error = f"Required variable {use.name} has no value" + (f": {message}" if message else "")
            self.error_span = (use.start, use.end)
        return None

    def _visit(self, begin: int, close: int, depth: int) -> None:
        """Note the variables of a part that is not taken; what is wrong with it does not count."""
        if "$" not in self.text[begin:close]:
            return
        quiet = _State(self.text, _nothing, None)
        quiet.line_end = self.line_end
        quiet.run(begin, close, depth + 1)
        self.uses += quiet.uses

    def _fail(self, start: int, end: int, why: str) -> tuple[None, int]:
        if self.error is None:
            close = self.text.find("}", start, end)
            stop = close + 1 if close >= 0 else end
            self.error = f"`{_short(self.text[start:stop])}` {why}"
            self.error_span = (start, stop)
        return None, end


def _closing(text: str, start: int, end: int) -> int:
    """The brace that closes the one at ``start + 1``; as in compose-go a ``{`` opens and hides its next character."""
    close = text.find("}", start, end)
    if text.find("{", start + 2, end if close < 0 else close) < 0:
        return close
    level = 0
    at = start
    while at < end:
        char = text[at]
        if char == "}":
            level -= 1
            if level == 0:
                return at
        elif char == "{":
            level += 1
            at += 1
        at += 1
    return -1


def _short(text: str) -> str:
    line = text.split("\n", 1)[0]
    return line if len(line) <= 40 else line[:39] + "…"


def assumed(text: Text) -> Text:
    """The text of a value with ``$$`` undone and the defaults of variables filled in; other variables stay."""
    return interpolated(text, assume)[0]


def interpolated(text: Text, expand: Callable[[str], str | None]) -> tuple[Text, list[Span]]:
    """The text as Compose hands it on, with the way back, and the spans in it of variables that are unknown."""
    value = text.text
    if "$" not in value:
        return text, []
    parts: list[str] = []
    pieces: list[tuple[int, int]] = []
    unknown: list[Span] = []
    size = 0

    def keep(start: int, end: int) -> None:
        nonlocal size
        pieces.append((size, text.origin(start)))
        pieces.extend((size + at - start, offset) for at, offset in text.pieces if start < at < end)
        parts.append(value[start:end])
        size += end - start

    at = 0
    for start, end, dollar in _marks(value):
        keep(at, start)
        at = end
        known = "$" if dollar else expand(value[start:end])
        if known is None:
            unknown.append(Span(size, size + end - start))
            keep(start, end)
        else:
            # All of the value leads to where its writing starts, but its last character to where that ends.
            first, last = text.origin(start), text.origin(end - 1)
            pieces.extend((size + index, first) for index in range(max(len(known) - 1, 1)))
            if len(known) > 1:
                pieces.append((size + len(known) - 1, last))
            parts.append(known)
            size += len(known)
    keep(at, len(value))
    return Text(text.source, text.span, "".join(parts), pieces), unknown


def _marks(value: str) -> list[tuple[int, int, bool]]:
    """Where ``$$`` (marked true) and variables (false) stand outside of other variables, in order."""
    uses = [(use.start, use.end, False) for use in variables(value) if use.depth == 0]
    marks: list[tuple[int, int, bool]] = []
    at = 0
    for start, end, _ in (*uses, (len(value), len(value), False)):
        double = value.find("$$", at, start)
        while double >= 0:
            marks.append((double, double + 2, True))
            double = value.find("$$", double + 2, start)
        if start < end:
            marks.append((start, end, False))
        at = end
    return marks
