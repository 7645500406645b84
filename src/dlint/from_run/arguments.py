"""The words behind a command as its options and operands, as the clients read them.

They read with spf13/pflag: short options cluster, a value may stand in the same word, a boolean takes its value behind
``=`` only, and the first operand ends the options.
"""

from __future__ import annotations

from dlint.from_run.commands import Command
from dlint.from_run.fault import FromRunError, Note
from dlint.from_run.options import OPTIONS, Option
from dlint.from_run.words import Word
from dlint.lazy import NamedTuple, pattern
from dlint.source import Span
from dlint.syntax.suggest import closest

_DASHES = ("\N{EN DASH}", "\N{EM DASH}")
# A variable of this name, or what documents write in the place of options.
_STAND_INS = ("${OPTIONS}", "[OPTIONS]", "[options]")
_SAYABLE = pattern(r"--?[\w-]{1,40}")
# strconv.ParseBool
_TRUE = frozenset("1 t T TRUE true True".split())
_FALSE = frozenset("0 f F FALSE false False".split())


class Argument(NamedTuple):
    """An option with its value and the place of both; ``value`` is ``true`` or ``false`` where it takes none."""

    option: Option
    value: str
    span: Span

    @property
    def name(self) -> str:
        """The option's full spelling."""
        return self.option.name


class Arguments(NamedTuple):
    """The options in their order, the operands, what is to be said, and words that stand for options nobody knows."""

    options: list[Argument]
    operands: list[Word]
    notes: list[Note]
    unknown: list[Span]


def parse(command: Command) -> Arguments:
    """The options and operands of a command. Raises FromRunError for what its program refuses."""
    parser = _Parser(command)
    parser.run()
    return Arguments(parser.found, command.words[parser.at :], parser.notes, parser.unknown)


class _Parser:
    def __init__(self, command: Command) -> None:
        self.words = command.words
        self.table = OPTIONS[command.verb]
        self.interspersed = command.verb in ("network", "volume")
        self.at = 0
        self.found: list[Argument] = []
        self.notes: list[Note] = []
        self.unknown: list[Span] = []

    def run(self) -> None:
        if self.interspersed:
            self._operands_last()
        while self.at < len(self.words):
            word = self.words[self.at]
            text = self._dashed(word)
            if text == "--":
                self.at += 1
                return
            if text in _STAND_INS:
                self.notes.append(Note("which options this stands for is unknown, so it is left out", word.span))
                self.unknown.append(word.span)
                self.at += 1
                continue
            if not text.startswith("-") or text == "-":
                return
            self.at += 1
            if text.startswith("--"):
                self._long(text, word)
            else:
                self._short(text[1:], word)

    def _operands_last(self) -> None:
        """Move the operands behind the options, where the program takes both in any order."""
        options: list[Word] = []
        operands: list[Word] = []
        words = iter(self.words)
        for word in words:
            if not word.text.startswith("-"):
                operands.append(word)
                continue
            options.append(word)
            option = self.table.get(word.text)
            value = next(words, None) if option is not None and option.takes_value else None
            if value is not None:
                options.append(value)
        self.words[:] = [*options, *operands]

    def _dashed(self, word: Word) -> str:
        """The word with hyphens where a word processor has made dashes of them."""
        if not word.text.startswith(_DASHES):
            return word.text
        self.notes.append(Note("a dash where two hyphens are meant", word.span))
        rest = word.text.lstrip("".join(_DASHES) + "-")
        return f"-{rest}" if len(rest) == 1 else f"--{rest}"

    def _long(self, text: str, word: Word) -> None:
        name, equals, value = text.partition("=")
        option = self.table.get(name)
        if option is None:
            raise _unknown(name, self.table, word)
        if not option.takes_value:
            self._add(option, _boolean(name, value if equals else "true", word), word.span)
        elif equals:
            self._add(option, value, word.span)
        else:
            self._add_next(option, name, word)

    def _short(self, letters: str, word: Word) -> None:
        while letters:
            name, letters = f"-{letters[0]}", letters[1:]
            option = self.table.get(name)
            if option is None:
                raise _unknown(name, self.table, word)
            if option.takes_value:
                if letters:
                    self._add(option, letters.removeprefix("="), word.span)
                else:
                    self._add_next(option, name, word)
                return
            if letters.startswith("="):
                self._add(option, _boolean(name, letters[1:], word), word.span)
                return
            self._add(option, "true", word.span)

    def _add(self, option: Option, value: str, span: Span) -> None:
        self.found.append(Argument(option, value, span))

    def _add_next(self, option: Option, name: str, word: Word) -> None:
        if self.at >= len(self.words):
            raise FromRunError(f"{name} needs a value", word.span)
        value = self.words[self.at]
        self.at += 1
        self._add(option, value.text, Span(word.span[0], value.span[1]))


def _boolean(name: str, value: str, word: Word) -> str:
    if value in _TRUE or value in _FALSE:
        return "true" if value in _TRUE else "false"
    raise FromRunError(f"{name} is true or false, nothing else", word.span)


def _unknown(name: str, table: dict[str, Option], word: Word) -> FromRunError:
    if not _SAYABLE.fullmatch(name):
        return FromRunError("no option begins like this word", word.span)
    meant = closest(name, [known for known in table if known.startswith("--")]) if name.startswith("--") else None
    hint = f"; did you mean {meant}?" if meant else ""
    return FromRunError(f"unknown option {name}{hint}", word.span)
