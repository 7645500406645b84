"""What a shell reads of an instruction, kept in step with the file character by character.

The builder joins continued lines and drops comment lines before a shell sees anything. A shell that reads the lines as
they stand would stumble over comments, blank lines and a foreign escape character, so these are replaced in place: the
text keeps its length, its lines and its meaning.
"""

from __future__ import annotations

from collections.abc import Sequence

from dlint.source import Source, Span, Text
from dlint.syntax.dockerfile.lexer import SPACE

_BARE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:=@%+,-"


def script_text(source: Source, start: int, line_end: int, escape: str, end: int | None = None) -> Text:
    """The script from offset ``start`` to ``line_end``, the end of the instruction's last line before any heredoc.

    With ``end`` the heredocs between ``line_end`` and ``end`` follow, without carriage returns before newlines: a shell
    would not know its terminator otherwise.
    """
    if start >= line_end:
        return Text(source, Span(start, start), "", [(0, start)])
    raw = source.text[start:line_end]
    command = _joined(raw, escape) if "\n" in raw or raw.rstrip(" \t\r").endswith(escape) else raw
    if end is None or end <= line_end:
        return Text(source, Span(start, line_end), command, [(0, start)])
    rest = source.text[line_end:end]
    if "\r" not in rest:
        return Text(source, Span(start, end), command + rest, [(0, start)])
    parts = [command]
    pieces = [(0, start)]
    length, at = len(command), line_end
    for line in rest.split("\n"):
        body = line.rstrip("\r") + "\n"
        pieces.append((length, at))
        if len(body) <= len(line):
            pieces.append((length + len(body) - 1, at + len(line)))
        parts.append(body)
        length += len(body)
        at += len(line) + 1
    return Text(source, Span(start, end), "".join(parts)[:-1], pieces)


def _joined(raw: str, escape: str) -> str:
    """The lines with what only the builder understands replaced: same length, a backslash ends every continued line.

    A comment or blank line becomes blanks and a backslash; an empty one has no room for it, so its newline turns into a
    blank as well. An escape character with nothing after it turns into a blank.
    """
    if escape == "\\" and _is_plain(raw):
        return raw
    lines = raw.split("\n")
    last = len(lines) - 1
    out: list[str] = []
    for index, line in enumerate(lines):
        first = line.lstrip(SPACE)[:1]
        if index and (not first or first == "#"):
            if index == last:
                out.append(" " * len(line))
            elif line:
                out.append(" " * (len(line) - 1) + "\\\n")
            else:
                out.append(" ")
            continue
        tail = line.rstrip("\r").rstrip(" \t")
        # One escape character at the end of a line makes it go on in the next.
        if tail[-1:] == escape and tail[-2:-1] != escape:
            out.append(tail[:-1] + " " * (len(line) - len(tail)) + ("\\\n" if index < last else " "))
        else:
            out.append(line + "\n" if index < last else line)
    return "".join(out)


def _is_plain(raw: str) -> bool:
    """Whether a shell reads the lines as the builder does: a backslash ends all but the last, and none is a comment."""
    ends = raw.count("\\\n")
    if ends != raw.count("\n") or "#" in raw or "\\\\\n" in raw:
        return False
    return not raw.rstrip(" \t\r").endswith("\\")


def continues(line: str, escape: str) -> bool:
    """Whether a line, blanks and tabs at its end taken off, goes on in the next: one escape character ends it."""
    return line.endswith(escape) and line[-2:-1] != escape


def exec_text(words: Sequence[Text]) -> Text:
    """The command line that a shell would need to run the words of an exec form (not empty) just as they are.

    Words that a shell would read otherwise stand between single quotes; every character of a word keeps its place.
    """
    parts: list[str] = []
    pieces: list[tuple[int, int]] = []
    length = 0

    def add(text: str, offset: int) -> None:
        nonlocal length
        parts.append(text)
        pieces.append((length, offset))
        length += len(text)

    for word in words:
        if parts:
            add(" ", word.span[0])
        if word.text and not word.text.strip(_BARE):
            pieces += [(length + index, offset) for index, offset in word.pieces]
            parts.append(word.text)
            length += len(word.text)
            continue
        add("'", word.origin(0))
        at = 0
        for piece in word.text.split("'"):
            if at:
                add("'\\''", word.origin(at - 1))
            pieces += [(length + index - at, offset) for index, offset in word.pieces if at < index < at + len(piece)]
            add(piece, word.origin(at))
            at += len(piece) + 1
        add("'", word.origin(len(word.text)))
    pieces.sort()
    first, last = words[0], words[-1]
    return Text(first.source, Span(first.span[0], last.span[1]), "".join(parts), pieces)
