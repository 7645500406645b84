"""Command lines to words, with variables as Compose writes them and every word's place.

The text is read as a POSIX shell reads it (Shell Command Language, 2.2 to 2.6, with bash's ``$'…'``), but nothing is
run: what a shell would put in place of ``$NAME`` Compose puts there as well, so a word is given as Compose text, in
which ``${NAME}`` is a variable and ``$$`` a dollar. Command lines come out of documents, so four things that no shell
knows are read too: placeholders (``<name>``, ``%%NAME%%``), continuation by a backtick (PowerShell) or a caret
(cmd.exe), ``%cd%``, and a backslash with blanks behind it at the end of a line.
"""

from __future__ import annotations

import re

from dlint.from_run.fault import FromRunError, Note
from dlint.lazy import NamedTuple, pattern
from dlint.source import Source, Span

MOST_CHARACTERS = 131_072
"""As long as Linux lets one argument of a program be (``MAX_ARG_STRLEN``)."""

MOST_NESTED = 16
HERE = "${PWD}"
"""The folder the command is given in, as Compose text."""

_CONTINUED = r"\\[ \t]*\r?\n|`[ \t]*\r?\n|\^\r?\n"
_JOINED = pattern(r"\\\r?\n")
_BETWEEN = pattern(rf"(?:[^\S\n]+|{_CONTINUED})+")
_COMMENT = pattern(r"#[^\n]*")
_OPERATOR = pattern(r"&&|\|\||\|&|;;|[;|()]|&(?!>)")
_HEREDOC = pattern(r"\d*<<(-?)(?!<)[ \t]*(?:'([^'\n]*)'|\"([^\"\n]*)\"|\\?([^\s<>|&;()]+))")
_REDIRECT = pattern(r"(?:\d*(?:>>|>\||>&|<<<|<&|<>|>|<)|&>>?)[ \t]*")
_PLACEHOLDER = pattern(r"<([A-Za-z](?:[\w .-]*\w)?)>|%%([A-Za-z_]\w*)%%", re.ASCII)
_DIRECTORY = pattern(r"%cd%", re.IGNORECASE)
_BARE = pattern(r"[^\s\\'\"$`;|&()<>%^]+")
_IN_STRING = pattern(r"[^\"\\$`]+")
_NAME = pattern(r"[A-Za-z_]\w*", re.ASCII)
_POWERSHELL = pattern(r"env:([A-Za-z_]\w*)", re.ASCII)
_BRACED = pattern(r"(?:env:)?([A-Za-z_]\w*)(:?[-=?+])?", re.ASCII)
_SKIP_QUOTED = pattern(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"|\\.", re.DOTALL)
_ANSI = pattern(r"\\(?:([abeEfnrtv\\'\"?])|([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4}))")
_ANSI_NAMED = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip
_IDENTITY = {"id -u": "UID", "id -g": "GID"}


class Word(NamedTuple):
    """One word: ``text`` as Compose reads it, its place, and the places of the commands in it (``$(…)``)."""

    text: str
    span: Span
    commands: tuple[Span, ...] = ()


class Reading(NamedTuple):
    """The commands of a text, each the list of its words; notes; the variables that need a value, with their places."""

    commands: list[list[Word]]
    notes: list[Note]
    variables: list[tuple[str, Span]]


def read(source: Source) -> Reading:
    """The commands of a text. Raises FromRunError where a quote or a brace never closes, or it is no text at all."""
    _check(source.text)
    reading = Reading([], [], [])
    _Reader(source, Span(0, len(source.text)), reading).run()
    return reading


def within(source: Source, span: Span, reading: Reading) -> list[list[Word]]:
    """The commands in ``span``; what is to be said of them goes to ``reading``. Raises FromRunError."""
    inner = Reading([], reading.notes, reading.variables)
    _Reader(source, span, inner).run()
    return inner.commands


def literal(text: str) -> str:
    """Text without variables as Compose writes it."""
    return text.replace("$", "$$")


def _check(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise FromRunError(f"more than {MOST_CHARACTERS:,} characters are no command line", Span(0, 0))
    nul = text.find("\0")
    if nul >= 0:
        raise FromRunError("a NUL character, which no command line can hold", Span(nul, nul + 1))
    for at, char in enumerate(text if not text.isascii() else ""):
        if "\ud800" <= char <= "\udfff":
            raise FromRunError("bytes that are not UTF-8", Span(at, at + 1))


class _Reader:
    """Reads the characters ``span`` of a text."""

    def __init__(self, source: Source, span: Span, reading: Reading, depth: int = 0) -> None:
        self.source = source
        self.text = source.text
        self.at, self.end = span
        self.reading = reading
        self.depth = depth
        self.words: list[Word] = []
        self.heredocs: list[tuple[str, bool]] = []
        self.inner: list[Span] = []

    def run(self) -> None:
        while self.at < self.end:
            if not self._pass_between():
                self._word()
        self._end_command()

    def _pass_between(self) -> bool:
        """Pass what stands between words, if anything does here."""
        text, at = self.text, self.at
        if text[at] == "\n":
            self._end_command()
            self.at += 1
            self._pass_heredocs()
            return True
        if _PLACEHOLDER.match(text, at, self.end):
            return False
        heredoc = _HEREDOC.match(text, at, self.end)
        if heredoc:
            self.heredocs.append((next(name for name in heredoc.groups()[1:] if name is not None), heredoc[1] == "-"))
            self.at = heredoc.end()
            return True
        for skipped in (_BETWEEN, _COMMENT):
            match = skipped.match(text, at, self.end)
            if match:
                self.at = match.end()
                return True
        return self._pass_redirect() or self._pass_operator()

    def _pass_operator(self) -> bool:
        match = _OPERATOR.match(self.text, self.at, self.end)
        if match:
            self._end_command()
            self.at = match.end()
        return match is not None

    def _pass_redirect(self) -> bool:
        match = _REDIRECT.match(self.text, self.at, self.end)
        if match is None:
            return False
        self.at = match.end()
        if self.at < self.end and self.text[self.at] not in "\n;|&<>()":
            self._word()
            self.words.pop()
        span = Span(match.start(), self.at)
        self.reading.notes.append(Note("the redirection is left out: a shell does it, not Compose", span))
        return True

    def _pass_heredocs(self) -> None:
        for name, indented in self.heredocs:
            while self.at < self.end:
                stop = self.text.find("\n", self.at, self.end)
                line = self.text[self.at : stop if stop >= 0 else self.end].rstrip("\r")
                self.at = stop + 1 if stop >= 0 else self.end
                if (line.lstrip("\t") if indented else line) == name:
                    break
        self.heredocs = []

    def _end_command(self) -> None:
        if self.words:
            self.reading.commands.append(self.words)
            self.words = []

    def _word(self) -> None:
        start = self.at
        self.inner = []
        parts: list[str] = []
        while self.at < self.end:
            part = self._part()
            if part is None:
                break
            parts.append(part)
        self.words.append(Word("".join(parts), Span(start, self.at), tuple(self.inner)))

    def _part(self) -> str | None:
        """The next part of a word, None at its end."""
        text, at = self.text, self.at
        char = text[at]
        match = _BARE.match(text, at, self.end)
        if match:
            self.at = match.end()
            return match[0]
        if char in "<%":
            return self._placeholder()
        if char == "\\":
            return self._escaped()
        if char == "'":
            return literal(self._quoted())
        if char == '"':
            return self._string()
        if char == "$":
            return self._dollar(quoted=False)
        if char == "`":
            return None if _BETWEEN.match(text, at, self.end) else self._backquoted()
        if char == "^" and not text.startswith(("^\n", "^\r\n"), at):
            self.at += 1
            return char
        return None

    def _placeholder(self) -> str | None:
        match = _PLACEHOLDER.match(self.text, self.at, self.end)
        if match:
            self.at = match.end()
            return self._variable(_variable_name(match[1] or match[2]), Span(match.start(), match.end()))
        if self.text[self.at] == "<":
            return None
        match = _DIRECTORY.match(self.text, self.at, self.end)
        self.at = match.end() if match else self.at + 1
        return HERE if match else "%"

    def _escaped(self) -> str | None:
        joined = _JOINED.match(self.text, self.at, self.end)
        if joined:
            self.at = joined.end()
            return ""
        if _BETWEEN.match(self.text, self.at, self.end):
            return None
        char = self.text[self.at + 1 : min(self.at + 2, self.end)]
        self.at = min(self.at + 2, self.end)
        return literal(char)

    def _quoted(self) -> str:
        """What stands between single quotes, the first of which is here."""
        close = self.text.find("'", self.at + 1, self.end)
        if close < 0:
            raise self._never_closed("single quote", self.at)
        found = self.text[self.at + 1 : close]
        self.at = close + 1
        return found

    def _string(self) -> str:
        """What stands between double quotes, the first of which is here."""
        start = self.at
        self.at += 1
        parts: list[str] = []
        while self.at < self.end:
            if self.text[self.at] == '"':
                self.at += 1
                return "".join(parts)
            parts.append(self._in_string())
        raise self._never_closed("double quote", start)

    def _in_string(self) -> str:
        match = _IN_STRING.match(self.text, self.at, self.end)
        if match:
            self.at = match.end()
            return match[0]
        char = self.text[self.at]
        if char == "$":
            return self._dollar(quoted=True)
        if char == "`":
            return self._backquoted()
        if char == '"':
            self.at += 1
            return char
        following = self.text[self.at + 1 : min(self.at + 2, self.end)]
        self.at = min(self.at + 2, self.end)
        if following == "\n":
            return ""
        return literal(following if following and following in '$`"\\' else char + following)

    def _dollar(self, *, quoted: bool) -> str:
        text, at = self.text, self.at
        if text.startswith("$(", at):
            return self._substitution()
        if text.startswith("${", at):
            return self._braced()
        if not quoted and text.startswith("$'", at):
            return self._ansi()
        if not quoted and text.startswith('$"', at):
            self.at += 1
            return self._string()
        match = _POWERSHELL.match(text, at + 1, self.end) or _NAME.match(text, at + 1, self.end)
        if match:
            self.at = match.end()
            return self._variable(match[match.lastindex or 0], Span(at, self.at))
        self.at += 1
        if self.at < self.end and text[self.at] in "0123456789@*#?$!":
            self.at += 1
            self._note("a parameter of the shell, which Compose does not have, is left as it stands", at)
            return literal(text[at : self.at])
        return "$$"

    def _ansi(self) -> str:
        start = self.at
        at = start + 2
        while at < self.end and self.text[at] != "'":
            at += 2 if self.text[at] == "\\" else 1
        if at >= self.end:
            raise self._never_closed("quote", start)
        self.at = at + 1
        return literal(_ANSI.sub(_ansi_character, self.text[start + 2 : at]))

    def _substitution(self) -> str:
        start = self.at
        close = self._closing(start + 1)
        self.at = close + 1
        if self.text.startswith("$((", start):
            self._note("arithmetic of the shell, which Compose does not have: set the variable instead", start)
            return self._variable("VALUE", Span(start, self.at))
        return self._output(Span(start + 2, close), start)

    def _backquoted(self) -> str:
        start = self.at
        close = start + 1
        while close < self.end and self.text[close] != "`":
            close += 2 if self.text[close] == "\\" else 1
        if close >= self.end:
            raise self._never_closed("backquote", start)
        self.at = close + 1
        return self._output(Span(start + 1, close), start)

    def _output(self, span: Span, start: int) -> str:
        """The variable that stands for the output of a command: nothing is run."""
        command = self.text[span[0] : span[1]].split()
        words = " ".join(command)
        if words.lower() in ("pwd", "pwd -p", "pwd -l", "get-location"):
            return HERE
        self.inner.append(span)
        name = _IDENTITY.get(words)
        if name is None:
            first = command[0] if command else ""
            name = f"{_variable_name(first)}_OUTPUT" if _NAME.fullmatch(first) else "OUTPUT"
        self._note(f"nothing is run for a Compose file: the output of the command becomes {name}", start)
        return self._variable(name, Span(start, self.at))

    def _braced(self) -> str:
        start = self.at
        close = self._closing(start + 1)
        self.at = close + 1
        match = _BRACED.match(self.text, start + 2, close)
        if match is None:
            self._note("a parameter of the shell, which Compose does not have, is left as it stands", start)
            return literal(self.text[start : self.at])
        name, operator = match[1], (match[2] or "").replace("=", "-")
        if not operator:
            if match.end() != close:
                self._note(f"Compose cannot cut or replace in a variable: only {name} is left", start)
            return self._variable(name, Span(start, self.at))
        argument = self._argument(Span(match.end(), close))
        if argument is None:
            self._note(f"Compose cannot read what stands behind {name}: only the variable is left", start)
            return self._variable(name, Span(start, self.at))
        if "-" not in operator and "+" not in operator:
            self._variable(name, Span(start, self.at))
        return f"${{{name}{operator}{argument}}}"

    def _argument(self, span: Span) -> str | None:
        """What stands behind ``:-`` and its like, as Compose text; None if Compose would read it otherwise."""
        if self.depth >= MOST_NESTED:
            raise FromRunError(f"variables nested more than {MOST_NESTED} deep", span)
        reader = _Reader(self.source, span, self.reading, self.depth + 1)
        parts = []
        while reader.at < reader.end:
            parts.append(reader._in_argument())
        self.inner += reader.inner
        found = "".join(parts)
        bare = re.sub(r"\$\{\w+\}", "", found)
        return None if "\n" in found or (("{" in bare or "}" in bare) and "${" not in bare) else found

    def _in_argument(self) -> str:
        char = self.text[self.at]
        if char == '"':
            return self._string()
        if char == "'":
            return literal(self._quoted())
        return self._in_string()

    def _closing(self, opening: int) -> int:
        """Where the brace or parenthesis that opens at ``opening`` closes, quotes passed over."""
        pairs = {"(": ")", "{": "}"}
        waiting = [pairs[self.text[opening]]]
        at = opening + 1
        while at < self.end:
            char = self.text[at]
            match = _SKIP_QUOTED.match(self.text, at, self.end) if char in "'\"\\" else None
            if match:
                at = match.end()
                continue
            if char in pairs:
                waiting.append(pairs[char])
            elif char == waiting[-1]:
                waiting.pop()
                if not waiting:
                    return at
            at += 1
        raise self._never_closed("parenthesis" if self.text[opening] == "(" else "brace", opening)

    def _variable(self, name: str, span: Span) -> str:
        if name.upper() == "PWD":
            return HERE
        self.reading.variables.append((name, span))
        return f"${{{name}}}"

    def _note(self, message: str, start: int) -> None:
        self.reading.notes.append(Note(message, Span(start, self.at)))

    def _never_closed(self, what: str, at: int) -> FromRunError:
        return FromRunError(f"the {what} that opens here is never closed", Span(at, at + 1))


def _variable_name(text: str) -> str:
    return re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").upper()


def _ansi_character(match: re.Match[str]) -> str:
    if match[1]:
        return _ANSI_NAMED.get(match[1], match[1])
    code = int(match[2], 8) if match[2] else int(match[3] or match[4], 16)
    return chr(code) if code and not 0xD800 <= code <= 0xDFFF else "\ufffd"
