"""Scripts as ShellCheck is to read them, and what it says about them as places in the file.

A script goes there line by line as the shell reads it. What the script itself does not say is put before its first
command: the dialect, the ARGs and ENVs it names, the shell's ``-e``. The names stand for the number 1: the image's
author decides whether a value may be split, so ShellCheck is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from dlint.lazy import NamedTuple, pattern
from dlint.rule.severity import SEVERITIES, Severity
from dlint.shellcheck.remark import Remark
from dlint.shellcheck.silent import VARIABLE, is_silent
from dlint.source import Edit, Node, Span, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.model.dockerfile.stage import Stage
    from dlint.syntax.dockerfile.parser import Instruction

# The shells ShellCheck knows, by dlint's names for the dialects.
KNOWN: Final = {"sh": "sh", "bash": "bash", "dash": "dash", "ash": "busybox", "busybox": "busybox", "ksh": "ksh"}
PREDEFINED: Final = frozenset(
    name
    for word in ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")
    for name in (word, word.lower())
)
_NAME = pattern(r"[A-Za-z_]\w*")
_SHELL = r"(?:/(?:usr/)?bin/)?(bash|sh|ash|dash|ksh)((?:[ \t]+-[a-z]+)*)"
_FED = pattern(rf"<<-?\S+[ \t]+{_SHELL}[ \t]*|{_SHELL}[ \t]*<<-?[ \t]*\S+[ \t]*")
_FIRST_COMMENTS = pattern(r"(?:[ \t]*(?:#[^\n]*)?\n)*")
_SURROGATE = pattern("[\ud800-\udfff]")


class Replacement(NamedTuple):
    """Characters ShellCheck would replace; lines and columns are 1-based, the end is exclusive, a tab counts as one."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class Comment(NamedTuple):
    """One thing ShellCheck says about a script; places as in Replacement."""

    code: int
    level: str
    message: str
    line: int
    column: int
    end_line: int
    end_column: int
    replacements: tuple[Replacement, ...]


class CheckedScript:
    """A script for ShellCheck: ``content`` is what it reads, equal for scripts about which it would say the same.

    ``kind`` is the kind of rules that get to see the remarks, ``context`` what they see beside one, ``anchor`` the name
    of the stage or service. Without ``fixable`` the file spells characters otherwise, so that nothing is proposed.
    Behind the offset ``replaced`` of the file ``/bin/sh`` is another shell, so that what is said of its dialect is not
    shown.
    """

    __slots__ = (
        "text", "content", "dialect", "replaced", "kind", "context", "anchor", "runs_later", "fixable",
        "_body", "_kept", "_starts", "_prelude",
    )  # fmt: skip

    def __init__(
        self,
        text: Text,
        dialect: str,
        *,
        names: Iterable[str] = (),
        errexit: bool = False,
        kind: str = "dockerfile",
        context: object = None,
        anchor: str = "",
        runs_later: bool = False,
        fixable: bool = True,
        replaced: int | None = None,
    ) -> None:
        self.text = text
        self.dialect = dialect
        self.replaced = replaced
        self.kind = kind
        self.context = context
        self.anchor = anchor
        self.runs_later = runs_later
        self.fixable = fixable
        # The indexes in ``text`` of the characters of ``_body``, None where they are the same.
        self._kept: list[int] | None = None
        body = text.text
        if "\r" in body:
            self._kept = [i for i, char in enumerate(body) if char != "\r" or body[i + 1 : i + 2] not in ("\n", "")]
            body = "".join(body[i] for i in self._kept)
        self._body = body
        self._starts: list[int] | None = None
        self.content = self._with_prelude(errexit, names)

    def _with_prelude(self, errexit: bool, names: Iterable[str]) -> str:
        """The script with lines above it that say the shell, its options and the variables that it is given."""
        body = self._body
        first = _FIRST_COMMENTS.match(body) if body[:1] in "# \t\n" else None
        at = first.end() if first is not None else 0
        before = body.count("\n", 0, at)
        lines = [f"# shellcheck shell={self.dialect}\n"]
        if errexit:
            lines.append("set -e\n")
        if names:
            lines.append("export " + " ".join(f"{name}=1" for name in sorted(names)) + "\n")
        # The lines before the prelude, the first of it and the first after it, 1-based in ``content``.
        self._prelude = (before, before + len(lines))
        content = f"{body[:at]}{''.join(lines)}{body[at:]}\n"
        return content if content.isascii() else _SURROGATE.sub("\ufffd", content)

    def _index(self, line: int, column: int, end: bool = False) -> int | None:
        """The index in ``text`` of a place in ``content``, None for one in the prelude; ``end``: after a character."""
        if self._starts is None:
            starts = [0]
            at = self._body.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = self._body.find("\n", at + 1)
            self._starts = starts
        before, after = self._prelude
        if line > after:
            line -= after - before
        elif line > before:
            return None
        if line > len(self._starts):
            return len(self.text.text)
        index = min(self._starts[line - 1] + column - 1, len(self._body))
        if self._kept is None:
            return index
        if end and index and self._body[index - 1] != "\n":
            return self._kept[index - 1] + 1
        return self._kept[index] if index < len(self._kept) else len(self.text.text)

    def place(self, line: int, column: int, end_line: int, end_column: int) -> Node | None:
        """The node for characters of ``content``, None for what stands in the prelude."""
        start, end = self._index(line, column), self._index(end_line, end_column, end=True)
        if start is None:
            return None
        end = max(start, end if end is not None else start)
        text = self.text.text
        while end > start and text[end - 1] in "\n\r":
            end -= 1
        return self.text.at(start, max(end, start))

    def edit(self, line: int, column: int, end_line: int, end_column: int, new: str) -> Edit | None:
        """The edit for characters of ``content``; None if the file does not have them in one piece, as they are."""
        empty = (line, column) == (end_line, end_column)
        start, end = self._index(line, column, empty), self._index(end_line, end_column, end=True)
        if start is None or end is None or end < start or "\n" in new:
            return None
        text, file = self.text, self.text.source.text
        if start == end:
            # What is written beside a character of the script stays beside it.
            if start and text.text[start - 1] != "\n" and file[text.origin(start - 1)] == text.text[start - 1]:
                offset = text.origin(start - 1) + 1
            elif start < len(text.text) and file[text.origin(start)] == text.text[start]:
                offset = text.origin(start)
            else:
                return None
            return Edit(text.source, Span(offset, offset), new)
        span = text.at(start, end).span
        if file[span[0] : span[1]] != text.text[start:end]:
            return None
        return Edit(text.source, span, new)

    def remark(self, comment: Comment) -> Remark | None:
        """What ShellCheck says of ``content``, in the file; None if it is about the prelude."""
        where = self.place(comment.line, comment.column, comment.end_line, comment.end_column)
        if where is None or (
            self.replaced is not None and comment.code // 1000 == 3 and where.span[0] >= self.replaced
        ):
            return None
        edits: list[Edit] = []
        for replacement in comment.replacements if self.fixable else ():
            edit = self.edit(*replacement)
            if edit is None or any(edit.span == other.span for other in edits):
                edits = []
                break
            edits.append(_neat(edit))
        edits.sort(key=lambda edit: edit.span)
        if any(one.span[1] > two.span[0] for one, two in pairwise(edits)):
            edits = []
        severity = SEVERITIES.get(comment.level, Severity.INFO)
        message = comment.message.strip().removesuffix(".")
        code = f"SC{comment.code}"
        return Remark(where, code, severity, message, tuple(edits), self.text, self.dialect, self.runs_later)

    def remarks(self, comments: Iterable[Comment]) -> list[Remark]:
        """What ShellCheck says of ``content``, in the file."""
        found = [remark for comment in comments if (remark := self.remark(comment)) is not None]
        codes = frozenset(remark.code for remark in found)
        for remark in found:
            remark.beside = codes
        return found


def _neat(edit: Edit) -> Edit:
    """The edit as a person would write it.

    Quotes that it would put beside those of a neighbour take these away instead: ``"a "$X" b"`` becomes ``"a $X b"``.
    Nor does a word that it removes leave two blanks.
    """
    text, (start, end) = edit.source.text, edit.span
    if start < end:
        blank = not edit.text and text[end : end + 1] == " " and text[start - 1 : start].isspace()
        return Edit(edit.source, Span(start, end + 1), "") if blank else edit
    if edit.text != '"':
        return edit
    if text[start - 1 : start] == '"' and start > 1 and text[start - 2] not in "\\$":
        return Edit(edit.source, Span(start - 1, start), "")
    behind = text[start + 1 : start + 2]
    if text[start : start + 1] == '"' and (text[start - 1] in "})" or not (behind.isalnum() or behind in "_[")):
        return Edit(edit.source, Span(start, start + 1), "")
    return edit


def of_instruction(
    stage: Stage, instruction: Instruction, anchor: str, *, plain_sh: bool = False
) -> Iterator[CheckedScript]:
    """The scripts of RUN, CMD, ENTRYPOINT or HEALTHCHECK, if ShellCheck knows the shell.

    ``plain_sh``: take ``/bin/sh`` for one that has what POSIX has, whatever the base image is. Where nobody knows what
    it is, it is taken for bash, which refuses least.
    """
    from dlint.model.dockerfile.system_shell import at_start, replacements

    later, json = instruction.name != "RUN", getattr(instruction, "json", False)
    for text, dialect, stops in _texts_of(stage, instruction, json):
        replaced: int | None = None
        if dialect == "sh" and not plain_sh:
            dialect = at_start(stage, instruction)
            dialect = "bash" if dialect == "sh" else dialect
            ends = (one.end for one in replacements(stage))
            replaced = next((end for end in ends if text.span[0] <= end <= text.span[1]), None)
        known = KNOWN.get(dialect)
        names = _declared(stage, instruction, text.text) if known is not None else ()
        if known is not None and text.text.strip() and not is_silent(text.text, known, names):
            yield CheckedScript(
                text,
                known,
                names=names,
                errexit=stops,
                context=stage,
                anchor=anchor,
                runs_later=later,
                fixable=not json,
                replaced=replaced,
            )


def _texts_of(stage: Stage, instruction: Instruction, json: bool) -> Iterable[tuple[Text, str, bool]]:
    """What shells read of an instruction: text, dialect, whether it stops at the first failure."""
    if json:
        return script_of_shell(getattr(instruction, "command", instruction).words)
    script = stage.script(instruction)
    if script is None:
        return ()
    # A heredoc that names its shell is run by that, without SHELL's options.
    errexit = stage.shell_at(instruction).errexit and not script.text.text.startswith("#!")
    return [(script.text, script.dialect, errexit), *_fed_to_shells(instruction, script.posix)]


def script_of_shell(words: Sequence[Text]) -> Iterator[tuple[Text, str, bool]]:
    """The script in words such as ``bash -ec "…"``, if there is one: text, dialect, whether it has ``-e``."""
    from dlint.model.dockerfile.shells import dialect_of

    options = ""
    for index, word in enumerate(words[1:-1], 1):
        if word.text.startswith("-") and not word.text.startswith("--"):
            options += word.text
            if "c" in word.text:
                yield words[index + 1], dialect_of(words[0].text), "e" in options
                return
        elif not options.endswith("o"):
            return
        elif word.text == "errexit":
            options += "e"


def _fed_to_shells(instruction: Instruction, posix: bool) -> Iterator[tuple[Text, str, bool]]:
    """The script of ``RUN <<'EOF' bash``: text, dialect, whether it has ``-e``.

    Only with quotes: else the outer shell has put values in the place of names before the inner one reads it.
    """
    if len(instruction.heredocs) == 1 and posix and instruction.heredocs[0].quoted:
        match = _FED.fullmatch(instruction.text, instruction.args_start)
        if match is not None:
            yield instruction.heredocs[0].body, match[1] or match[3], "e" in (match[2] or match[4] or "")


def _left_by_triggers(stage: Stage, trigger: Instruction) -> set[str]:
    """The names that the ONBUILDs above a trigger declare where it runs."""
    from dlint.syntax.dockerfile.keyvalues import Arg, Env

    declared = (*stage.left_before(trigger, Arg), *stage.left_before(trigger, Env))
    return {pair.key.value for node in declared for pair in node.pairs}


def _declared(stage: Stage, instruction: Instruction, text: str) -> set[str]:
    """The names in a script that ARG, ENV, the builder or a secret mount declares for it."""
    if "$" not in text:
        return set()
    at = stage.position(instruction)
    history = stage.history
    found = set()
    left = _left_by_triggers(stage, instruction) if instruction.onbuild is not None else ()
    # Arithmetic names its variables without a dollar sign.
    for name in set((_NAME if "((" in text else VARIABLE).findall(text)):
        if name in PREDEFINED or name in left or history.get(name, at) is not None:
            found.add(name)
    for mount in getattr(instruction, "mounts", ()):
        name = mount.get("env")
        if name and name in text and _NAME.fullmatch(name):
            found.add(name)
    return found
