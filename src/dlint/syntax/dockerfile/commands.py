"""RUN, CMD, ENTRYPOINT, SHELL and HEALTHCHECK: command lines for a shell, or JSON arrays."""

from __future__ import annotations

import re

from dlint.lazy import pattern
from dlint.source import Text
from dlint.syntax.dockerfile.instruction import Instruction, Line
from dlint.syntax.dockerfile.nodes import Heredoc, Mount, Word, cut, heredoc_word, word_of
from dlint.syntax.dockerfile.script import script_text
from dlint.syntax.dockerfile.tokens import BLANK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_TYPE: Final = pattern(f"([^{BLANK}]+)[{BLANK}]*")


class JsonForm(Instruction):
    """Instructions that take a JSON array or something else."""

    __slots__ = ("_json",)

    def __init__(self, line: Line, head: re.Match[str]) -> None:
        super().__init__(line, head)
        self._json = False

    @property
    def json(self) -> bool:
        """Whether the arguments are a JSON array of strings, and taken as such."""
        if self._words is None:
            if not self.text.startswith("[", self._rest, self._end):
                return False
            self.words  # noqa: B018
        return self._json

    def _split(self) -> list[Word]:
        found = self._json_or(self._rest, None)
        self._json = found is not None
        return self._plain_words() if found is None else found

    def _plain_words(self) -> list[Word]:
        """The words of the form that is not JSON."""
        return self._whole()


class CommandForm(JsonForm):
    """RUN, CMD, ENTRYPOINT: a command line for the shell, or a JSON array."""

    __slots__ = ("_script",)

    def __init__(self, line: Line, head: re.Match[str]) -> None:
        super().__init__(line, head)
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


class Run(CommandForm):
    """``RUN [flags] command``, also with heredocs."""

    __slots__ = ("_mounts",)
    name = "RUN"

    def __init__(self, line: Line, head: re.Match[str]) -> None:
        super().__init__(line, head)
        self._mounts: list[Mount] | None = None

    @property
    def mounts(self) -> list[Mount]:
        """The mounts of its ``--mount`` flags, in order."""
        if self._mounts is None:
            self._mounts = [
                Mount(flag.value, self.escape) for flag in self.flags if flag.name == "mount" and flag.value is not None
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


class Cmd(CommandForm):
    """``CMD command`` or ``CMD ["program", "argument"]``."""

    __slots__ = ()
    name = "CMD"


class Entrypoint(CommandForm):
    """``ENTRYPOINT command`` or ``ENTRYPOINT ["program", "argument"]``."""

    __slots__ = ()
    name = "ENTRYPOINT"


class Shell(JsonForm):
    """``SHELL ["program", "argument"]``."""

    __slots__ = ()
    name = "SHELL"


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

    def __init__(self, line: Line, head: re.Match[str]) -> None:
        super().__init__(line, head)
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
