"""The instructions of a Dockerfile: one class each, with typed parts.

``read`` makes the instruction for a logical line. What costs (words, pairs, mounts, scripts) is worked out on first use
and kept. Nothing here raises: what the builder refuses is said in ``faults`` (``validate.py``), and the typed parts hold
what can be made of the text.
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

from dlint.source import Node, Source, Span, Text
from dlint.syntax import arguments
from dlint.syntax.fault import Fault
from dlint.syntax.grammar import FLAGS
from dlint.syntax.parts import Comment, Flag, Heredoc, Mount, Pair, Pieces, Word, cut, heredoc_word, word_of
from dlint.syntax.script import script_text
from dlint.syntax.words import SPACE

_HEAD: Final = re.compile(rf"[{SPACE}]*([^{arguments.BLANK}]*)(?:[{arguments.BLANK}]+[{SPACE}]*)?(--)?")
_TYPE: Final = re.compile(rf"([^{SPACE}]+)[{SPACE}]*")


class Instruction(Text):
    """An instruction: ``text`` is its logical line, ``span`` goes from the keyword to the end of its last line.

    The logical line has continuations joined and comment lines dropped; heredoc bodies are not part of it, but of the span.
    ``escape`` is the file's escape character. ``start_line`` and ``end_line`` are 1-based. ``comments`` are the comment
    lines right above, by the builder's rule: those since the previous instruction, from the last bare ``#`` on; blank
    lines between do not matter. ``blank_lines`` are the empty lines inside its continuations. ``onbuild`` is the ONBUILD
    that this instruction is the trigger of.
    """

    __slots__ = (
        "escape", "start_line", "end_line", "comments", "blank_lines", "heredocs", "onbuild", "flags",
        "line_end", "_key", "_rest", "_end", "_words", "_faults",
    )  # fmt: skip

    name: ClassVar[str] = ""
    """The instruction's name in upper case."""

    expands: ClassVar[bool] = False
    """Whether the builder expands variables in the words."""

    def __init__(
        self, source: Source, span: Span, text: str, pieces: Pieces, escape: str, lines: tuple[int, int], head: re.Match[str]
    ) -> None:
        self.source = source
        self.span = span
        self.text = text
        self.pieces = pieces
        self.escape = escape
        self.start_line, self.end_line = lines
        self.line_end = span[1]
        self.comments: list[Comment] = []
        self.blank_lines: list[Node] = []
        self.heredocs: list[Heredoc] = []
        self.onbuild: Onbuild | None = None
        self.flags: list[Flag] = []
        self._key = head.span(1)
        self._end = head.endpos
        self._rest = head.end()
        self._words: list[Word] | None = None
        self._faults: list[Fault] | None = None
        if head[2]:
            self.flags, self._rest = arguments.leading_flags(self, head.start(2), head.endpos)
            rules = FLAGS.get(self.name)
            for flag in self.flags:
                rule = rules.get(flag.name) if rules else None
                if rule is not None and rule.expanded and flag.value is not None:
                    flag.value.escape = escape

    @property
    def keyword(self) -> Node:
        """The instruction's name as written."""
        return self.at(*self._key)

    @property
    def args(self) -> Text:
        """What stands after the keyword and the flags, without white space at either end."""
        span, pieces = cut(self, self._rest, self._end)
        return Text(self.source, span, self.text[self._rest : self._end], pieces)

    @property
    def has_arguments(self) -> bool:
        """Whether anything stands after the keyword and the flags."""
        return self._rest < self._end

    @property
    def words(self) -> list[Word]:
        """The arguments as the builder splits them for this instruction."""
        if self._words is None:
            self._words = self._split()
        return self._words

    @property
    def json(self) -> bool:
        """Whether the arguments are a JSON array of strings, and taken as such."""
        return False

    @property
    def faults(self) -> list[Fault]:
        """What the builder refuses about this instruction alone, in order."""
        if self._faults is None:
            from dlint.syntax.validate import faults_of

            self._faults = faults_of(self)
        return self._faults

    def flag(self, name: str) -> Flag | None:
        """The last flag called ``name`` (without dashes)."""
        for flag in reversed(self.flags):
            if flag.name == name:
                return flag
        return None

    def _split(self) -> list[Word]:
        return arguments.blank_separated(self, self._rest, self._end, self.escape if self.expands else "")

    def _whole(self) -> list[Word]:
        """All the arguments as one word; none if there are none."""
        if self._rest >= self._end:
            return []
        return [word_of(self, self._rest, self._end, self.escape if self.expands else "")]

    def _json_or(self, start: int, otherwise: list[Word] | None) -> list[Word] | None:
        """The strings of the JSON array at ``start``, else ``otherwise``."""
        found = arguments.json_strings(self, start, self._end, self.escape if self.expands else "")
        return otherwise if found is None else found


class Unknown(Instruction):
    """A line that starts with no instruction the builder knows."""

    __slots__ = ()

    @property
    def name(self) -> str:  # type: ignore[override]
        """The first word of the line in upper case."""
        return self.text[self._key[0] : self._key[1]].upper()


class From(Instruction):
    """``FROM [--platform=…] image [AS name]``."""

    __slots__ = ()
    name = "FROM"
    expands = True

    def _split(self) -> list[Word]:
        found = super()._split()
        for word in found[1:]:
            word.escape = ""
        return found

    @property
    def image(self) -> Word | None:
        """The image or the earlier stage it starts from."""
        return self.words[0] if self.words else None

    @property
    def platform(self) -> Word | None:
        """The value of ``--platform``."""
        flag = self.flag("platform")
        return flag.value if flag else None

    @property
    def as_keyword(self) -> Word | None:
        """The word ``AS``, in whatever case, if it is where it belongs."""
        found = self.words
        return found[1] if len(found) > 1 and found[1].text.lower() == "as" else None

    @property
    def stage_name(self) -> Word | None:
        """The name after ``AS``."""
        return self.words[2] if self.as_keyword is not None and len(self.words) > 2 else None


class _WithPairs(Instruction):
    """ARG, ENV, LABEL: keys and values."""

    __slots__ = ("_pairs",)
    expands = True

    def __init__(self, *parts: object) -> None:
        super().__init__(*parts)  # type: ignore[arg-type]
        self._pairs: list[Pair] | None = None

    @property
    def pairs(self) -> list[Pair]:
        """The keys with their values, in order; words the builder refuses give no pair."""
        if self._pairs is None:
            self._pairs = self._find_pairs()
        return self._pairs

    def _split(self) -> list[Word]:
        return arguments.quoted_words(self, self._rest, self._end, self.escape)

    def _find_pairs(self) -> list[Pair]:
        return [_pair(word) for word in self.words if "=" in word.text]


def _pair(word: Word) -> Pair:
    at = word.text.find("=")
    if at < 0:
        return Pair(word, None)
    key = word_of(word, 0, at, word.escape)
    return Pair(key, word_of(word, at + 1, len(word.text), word.escape))


class Arg(_WithPairs):
    """``ARG name[=value] …``."""

    __slots__ = ()
    name = "ARG"

    def _find_pairs(self) -> list[Pair]:
        return [_pair(word) for word in self.words]


class _KeyValues(_WithPairs):
    """ENV and LABEL, which also know the old form ``KEY value``."""

    __slots__ = ("_legacy",)

    def __init__(self, *parts: object) -> None:
        super().__init__(*parts)
        self._legacy = False

    @property
    def legacy(self) -> bool:
        """Whether this is the old form ``KEY value``: the first word has no ``=``."""
        self.words  # noqa: B018
        return self._legacy

    def _split(self) -> list[Word]:
        found = super()._split()
        self._legacy = bool(found) and "=" not in found[0].text
        return self._key_and_rest() if self._legacy else found

    def _key_and_rest(self) -> list[Word]:
        match = _BLANKS.search(self.text, self._rest, self._end)
        if match is None:
            return self._whole()
        key = word_of(self, self._rest, match.start(), self.escape)
        return [key, word_of(self, match.end(), self._end, self.escape)]

    def _find_pairs(self) -> list[Pair]:
        if not self.legacy:
            return super()._find_pairs()
        found = self.words
        return [Pair(found[0], found[1])] if len(found) > 1 else []


_BLANKS: Final = re.compile(f"[{arguments.BLANK}]+")


class Env(_KeyValues):
    """``ENV name=value …`` or, the old way, ``ENV name value``."""

    __slots__ = ()
    name = "ENV"


class Label(_KeyValues):
    """``LABEL name=value …`` or, the old way, ``LABEL name value``."""

    __slots__ = ()
    name = "LABEL"


class _Json(Instruction):
    """Instructions that take a JSON array or something else."""

    __slots__ = ("_json",)

    def __init__(self, *parts: object) -> None:
        super().__init__(*parts)  # type: ignore[arg-type]
        self._json = False

    @property
    def json(self) -> bool:
        """Whether the arguments are a JSON array of strings, and taken as such."""
        if self._words is None:
            self.words  # noqa: B018
        return self._json

    def _split(self) -> list[Word]:
        found = self._json_or(self._rest, None)
        self._json = found is not None
        return self._plain_words() if found is None else found

    def _plain_words(self) -> list[Word]:
        """The words of the form that is not JSON."""
        return self._whole()


class _Command(_Json):
    """RUN, CMD, ENTRYPOINT: a command line for the shell, or a JSON array."""

    __slots__ = ("_script",)

    def __init__(self, *parts: object) -> None:
        super().__init__(*parts)
        self._script: Text | None = None

    @property
    def shell_form(self) -> bool:
        """Whether a shell reads the arguments."""
        return not self.json

    @property
    def script(self) -> Text | None:
        """What the shell reads, in step with the file (``script.py``); ``None`` for the JSON form."""
        if self._script is None and not self.json:
            self._script = self._find_script()
        return self._script

    def _find_script(self) -> Text:
        start = self.origin(self._rest) if self._rest < self._end else self.line_end
        return script_text(self.source, start, self.line_end, self.escape)


class Run(_Command):
    """``RUN [flags] command``, also with heredocs."""

    __slots__ = ("_mounts",)
    name = "RUN"

    def __init__(self, *parts: object) -> None:
        super().__init__(*parts)
        self._mounts: list[Mount] | None = None

    @property
    def mounts(self) -> list[Mount]:
        """The mounts of its ``--mount`` flags, in order."""
        if self._mounts is None:
            self._mounts = [
                Mount(flag.value, self.escape)
                for flag in self.flags
                if flag.name == "mount" and flag.value is not None
            ]
        return self._mounts

    @property
    def heredoc(self) -> Heredoc | None:
        """The heredoc that is the whole script: ``RUN <<EOF`` with nothing else."""
        found = self.heredocs
        if len(found) == 1 and heredoc_word(self.text[self._rest : self._end]) is not None:
            return found[0]
        return None

    def _find_script(self) -> Text:
        alone = self.heredoc
        if alone is not None:
            return alone.body
        if not self.heredocs:
            return super()._find_script()
        return script_text(self.source, self.origin(self._rest), self.line_end, self.escape, self.span[1])


class Cmd(_Command):
    """``CMD command`` or ``CMD ["program", "argument"]``."""

    __slots__ = ()
    name = "CMD"


class Entrypoint(_Command):
    """``ENTRYPOINT command`` or ``ENTRYPOINT ["program", "argument"]``."""

    __slots__ = ()
    name = "ENTRYPOINT"


class Shell(_Json):
    """``SHELL ["program", "argument"]``."""

    __slots__ = ()
    name = "SHELL"


class _Transfer(_Json):
    """COPY and ADD. ``words`` holds all arguments; ``sources`` leaves heredocs out."""

    __slots__ = ()
    expands = True

    def _plain_words(self) -> list[Word]:
        return arguments.blank_separated(self, self._rest, self._end, self.escape)

    @property
    def sources(self) -> list[Word]:
        """The paths, URLs and git references that are copied; heredoc words are not among them."""
        found = self.words[:-1] if len(self.words) > 1 else self.words
        return [word for word in found if not ("<<" in word.text and heredoc_word(word.text))]

    @property
    def destination(self) -> Word | None:
        """Where they go: the last of at least two words."""
        return self.words[-1] if len(self.words) > 1 else None


class Copy(_Transfer):
    """``COPY [flags] source … destination``."""

    __slots__ = ()
    name = "COPY"

    @property
    def from_(self) -> Word | None:
        """The value of ``--from``, if there is one and it is not empty."""
        flag = self.flag("from")
        return flag.value if flag and flag.value and flag.value.text else None


class Add(_Transfer):
    """``ADD [flags] source … destination``."""

    __slots__ = ()
    name = "ADD"


class Expose(Instruction):
    """``EXPOSE port …``."""

    __slots__ = ()
    name = "EXPOSE"
    expands = True

    @property
    def ports(self) -> list[Word]:
        """The ports as written, one word each."""
        return self.words


class Volume(_Json):
    """``VOLUME path …`` or ``VOLUME ["path", …]``."""

    __slots__ = ()
    name = "VOLUME"
    expands = True

    def _plain_words(self) -> list[Word]:
        return arguments.blank_separated(self, self._rest, self._end, self.escape)

    @property
    def paths(self) -> list[Word]:
        """The mount points."""
        return self.words


class HealthCommand(Text):
    """The command of ``HEALTHCHECK CMD``: like CMD, a line for the shell or a JSON array."""

    __slots__ = ("words", "json", "escape", "_line_end")

    def __init__(self, place: Text, words: list[Word], json: bool, escape: str, line_end: int) -> None:
        super().__init__(place.source, place.span, place.text, place.pieces)
        self.words = words
        self.json = json
        self.escape = escape
        self._line_end = line_end

    @property
    def shell_form(self) -> bool:
        """Whether a shell reads the command."""
        return not self.json

    @property
    def script(self) -> Text | None:
        """What the shell reads; ``None`` for the JSON form."""
        return None if self.json else script_text(self.source, self.span[0], self._line_end, self.escape)


class Healthcheck(Instruction):
    """``HEALTHCHECK NONE`` or ``HEALTHCHECK [flags] CMD command``."""

    __slots__ = ("_command",)
    name = "HEALTHCHECK"

    def __init__(self, *parts: object) -> None:
        super().__init__(*parts)  # type: ignore[arg-type]
        self._command: HealthCommand | None = None

    @property
    def type(self) -> Word | None:
        """The first word: CMD or NONE, as written."""
        return self.words[0] if self.words else None

    @property
    def none(self) -> bool:
        """Whether this switches the check of the base image off."""
        return bool(self.words) and self.words[0].text.upper() == "NONE"

    @property
    def json(self) -> bool:
        """Whether the command is a JSON array."""
        return bool(self.words) and self._command is not None and self._command.json

    @property
    def command(self) -> HealthCommand | None:
        """What stands after CMD."""
        return self._command if self.words and self.words[0].text.upper() == "CMD" else None

    def _split(self) -> list[Word]:
        match = _TYPE.match(self.text, self._rest, self._end)
        if match is None:
            return []
        start = match.end()
        first = word_of(self, *match.span(1), "")
        if start >= self._end:
            return [first]
        span, pieces = cut(self, start, self._end)
        place = Text(self.source, span, self.text[start : self._end], pieces)
        strings = self._json_or(start, None)
        rest = [word_of(self, start, self._end, "")] if strings is None else strings
        self._command = HealthCommand(place, rest, strings is not None, self.escape, self.line_end)
        return [first, *rest]


class _Single(Instruction):
    """Instructions whose whole rest is one argument."""

    __slots__ = ()
    expands = True

    def _split(self) -> list[Word]:
        return self._whole()


class Stopsignal(_Single):
    """``STOPSIGNAL signal``."""

    __slots__ = ()
    name = "STOPSIGNAL"

    @property
    def signal(self) -> Word | None:
        """The signal's name or number."""
        return self.words[0] if self.words else None


class User(_Single):
    """``USER user[:group]``."""

    __slots__ = ()
    name = "USER"

    @property
    def user(self) -> Word | None:
        """User and group, as written."""
        return self.words[0] if self.words else None


class Workdir(_Single):
    """``WORKDIR path``."""

    __slots__ = ()
    name = "WORKDIR"

    @property
    def path(self) -> Word | None:
        """The directory."""
        return self.words[0] if self.words else None


class Maintainer(_Single):
    """``MAINTAINER name``, deprecated."""

    __slots__ = ()
    name = "MAINTAINER"
    expands = False

    @property
    def value(self) -> Text:
        """The maintainer, as written; empty text if there is none."""
        return self.args


class Onbuild(Instruction):
    """``ONBUILD instruction``."""

    __slots__ = ("trigger",)
    name = "ONBUILD"

    def __init__(self, *parts: object) -> None:
        super().__init__(*parts)  # type: ignore[arg-type]
        self.trigger: Instruction | None = None
        if self._rest < self._end:
            span, pieces = cut(self, self._rest, self._end)
            rest = self.text[self._rest : self._end]
            lines = (self.start_line, self.end_line)
            self.trigger = read(self.source, Span(span[0], self.span[1]), rest, pieces, self.escape, lines)
            self.trigger.onbuild = self

    def _split(self) -> list[Word]:
        return self._whole()


CLASSES: Final[dict[str, type[Instruction]]] = {
    cls.name.lower(): cls
    for cls in (
        Add, Arg, Cmd, Copy, Entrypoint, Env, Expose, From, Healthcheck, Label, Maintainer, Onbuild, Run, Shell,
        Stopsignal, User, Volume, Workdir,
    )
}  # fmt: skip


def read(source: Source, span: Span, text: str, pieces: Pieces, escape: str, lines: tuple[int, int]) -> Instruction:
    """The instruction that a logical line is. ``span`` is that of the line in the file, ``lines`` its first and last line."""
    head = _HEAD.match(text, 0, len(text.rstrip(SPACE)))
    assert head is not None
    return CLASSES.get(head[1].lower(), Unknown)(source, span, text, pieces, escape, lines, head)
