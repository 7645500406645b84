"""The instructions of a Dockerfile: one class each, with typed parts.

``read`` makes the instruction for a logical line. What costs (words, pairs, mounts, scripts) is worked out on first use
and kept. Nothing here raises: what the builder refuses is found by ``validate``, and the typed parts
hold what can be made of the text.
"""

from __future__ import annotations

import re

from dlint.source import Span, Text
from dlint.syntax.dockerfile import tokens as arguments
from dlint.syntax.dockerfile.commands import Cmd, Entrypoint, Healthcheck, JsonForm, Run, Shell
from dlint.syntax.dockerfile.instruction import Instruction, Line, Unknown
from dlint.syntax.dockerfile.keyvalues import Arg, Env, Label
from dlint.syntax.dockerfile.lexer import NO_SPACE, SPACE
from dlint.syntax.dockerfile.nodes import Word, cut, heredoc_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_HEAD: Final = re.compile(rf"[^{NO_SPACE}]*([^{arguments.BLANK}]*)(?:[{arguments.BLANK}]+(?=(--)?)[^{NO_SPACE}]*)?")


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
        found = self.words
        return found[0] if found else None

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
        found = self.words
        return found[2] if len(found) > 2 and found[1].text.lower() == "as" else None


class Transfer(JsonForm):
    """COPY and ADD. ``words`` holds all arguments; ``sources`` leaves heredocs out."""

    __slots__ = ("_sources",)
    expands = True

    def __init__(self, line: Line, head: re.Match[str]) -> None:
        super().__init__(line, head)
        self._sources: list[Word] | None = None

    def _plain_words(self) -> list[Word]:
        return arguments.blank_separated(self, self._rest, self._end, self.escape)

    @property
    def sources(self) -> list[Word]:
        """The paths, URLs and git references that are copied; heredoc words are not among them."""
        if self._sources is None:
            found = self.words[:-1] or self.words
            self._sources = [word for word in found if not ("<<" in word.text and heredoc_word(word.text))]
        return self._sources

    @property
    def destination(self) -> Word | None:
        """Where they go: the last of at least two words."""
        found = self.words
        return found[-1] if len(found) > 1 else None


class Copy(Transfer):
    """``COPY [flags] source … destination``."""

    __slots__ = ()
    name = "COPY"

    @property
    def from_(self) -> Word | None:
        """The value of ``--from``, if there is one and it is not empty."""
        flag = self.flag("from") if self.flags else None
        return flag.value if flag and flag.value and flag.value.text else None


class Add(Transfer):
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


class Volume(JsonForm):
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


class WholeRest(Instruction):
    """Instructions whose whole rest is one argument."""

    __slots__ = ()
    expands = True

    def _split(self) -> list[Word]:
        return self._whole()


class Stopsignal(WholeRest):
    """``STOPSIGNAL signal``."""

    __slots__ = ()
    name = "STOPSIGNAL"

    @property
    def signal(self) -> Word | None:
        """The signal's name or number."""
        found = self.words
        return found[0] if found else None


class User(WholeRest):
    """``USER user[:group]``."""

    __slots__ = ()
    name = "USER"

    @property
    def user(self) -> Word | None:
        """User and group, as written."""
        found = self.words
        return found[0] if found else None

    @property
    def may_name_group(self) -> bool:
        """Whether a group stands there, or may come out of a variable."""
        return ":" in self.text or "$" in self.text


class Workdir(WholeRest):
    """``WORKDIR path``."""

    __slots__ = ()
    name = "WORKDIR"

    @property
    def path(self) -> Word | None:
        """The directory."""
        found = self.words
        return found[0] if found else None


class Maintainer(WholeRest):
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

    __slots__ = ("_trigger",)
    name = "ONBUILD"

    def __init__(self, line: Line, head: re.Match[str]) -> None:
        super().__init__(line, head)
        self._trigger: Instruction | None = None

    @property
    def trigger(self) -> Instruction | None:
        """The instruction that is kept for later; ``None`` if there is none."""
        if self._trigger is None and self._rest < self._end:
            span, pieces = cut(self, self._rest, self._end)
            rest = self.text[self._rest : self._end]
            span = Span(span[0], self.span[1])
            self._trigger = read(Line(self.source, span, rest, pieces, self.escape, self.start_line, self.end_line))
            self._trigger.onbuild = self
        return self._trigger

    def _split(self) -> list[Word]:
        return self._whole()


CLASSES: Final[dict[str, type[Instruction]]] = {
    cls.name.lower(): cls
    for cls in (
        Add, Arg, Cmd, Copy, Entrypoint, Env, Expose, From, Healthcheck, Label, Maintainer, Onbuild, Run, Shell,
        Stopsignal, User, Volume, Workdir,
    )
}  # fmt: skip


def read(line: Line) -> Instruction:
    """The instruction that a logical line is."""
    head = _HEAD.match(line.text, 0, len(line.text.rstrip(SPACE)))
    assert head is not None
    return CLASSES.get(head[1].lower(), Unknown)(line, head)
