"""The credentials in a command: in its options, operands, headers and URLs, before its name, and in what it writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise

from dlint.lazy import pattern
from dlint.model.facts.credential_options import TAKES, TOOLS, Takes, names_tool, signs_of
from dlint.model.facts.credential_text import (
    Credential,
    in_settings,
    in_text,
    is_drawn,
    keeps_credentials,
    may_name_credential,
)
from dlint.model.facts.secrets import hints_of, looks_secret_name
from dlint.model.facts.worth import Worth, worth
from dlint.source import Node
from dlint.syntax.shell.script import Redirect, Script, ShellCommand
from dlint.syntax.shell.words import Code, ShellWord, Stretch

Lookup = Callable[[str], "str | None"]
"""The value of a variable by its name, None if nobody knows it."""


def of_command(command: ShellCommand, lookup: Lookup | None = None) -> Iterator[Credential]:
    """The credentials of one command, each once; ``lookup`` knows the variables that the file sets."""
    if command in takers(command.script):
        yield from of_taker(command, lookup)


def of_taker(command: ShellCommand, lookup: Lookup | None = None) -> Iterator[Credential]:
    """The same for one of the ``takers``."""
    found: dict[tuple[int, int], Credential] = {}
    for credential in _Reader(command, lookup or _unknown).read():
        span = (credential.where.span[0], credential.where.span[1])
        if credential.worth is not Worth.NOTHING and not any(a < span[1] and span[0] < b for a, b in found):
            found[span] = credential
    yield from found.values()


def takers(script: Script) -> list[ShellCommand]:
    """The commands of a script that may take a credential, last first: a cheap look before they are read by words.

    What a command runs, such as ``exec`` and ``env`` do, stands after it and knows its words better.
    """
    text = script.text.text
    fed = "<<" in text
    if "\n" in text:
        text = text.replace("\\\r\n", "").replace("\\\n", "")
    named = may_name_credential(text)
    if not (named or fed or script.is_read or names_tool(text)):
        return []
    return [
        command
        for command in reversed(script.commands)
        if _may_be_given(command)
        or (named and may_name_credential(command.written))
        or (fed and any(redirect.body is not None for redirect in command.redirects))
    ]


def _may_be_given(command: ShellCommand) -> bool:
    """Whether a tool of the table may be given a credential as the table says."""
    # What Windows starts may have an ending to its name.
    name = command.name.removesuffix(".exe")
    if name not in TOOLS:
        return False
    written = command.written
    if command.script.windows or command.via[-1:] in _WINDOWS_SHELLS or " $" in written or '"$' in written:
        # There options have other forms; here a variable may hold one.
        return True
    letters, words = signs_of(name)
    if any(map(written.__contains__, words)):
        return True
    return bool(letters) and any(
        word[:1] in _QUOTED_DASH and word.lstrip("\"'\\")[:2] != "--" and not letters.isdisjoint(word)
        for word in written.split()
    )


def _unknown(name: str) -> None:
    return None


class _Word:
    """A word of a command: its text without quotes, commands in it read as a variable."""

    __slots__ = ("text", "_word", "_code")

    def __init__(self, word: ShellWord) -> None:
        self._word = word
        self._code: Code | None = None
        self.text = word.text
        if "$" in self.text or "`" in self.text:
            self.text = self.code.code

    @property
    def code(self) -> Code:
        if self._code is None:
            self._code = Code.within(self._word.code, self._word.segments())
        return self._code

    def place(self, start: int, end: int) -> Node:
        """The place in the file of the characters ``start`` to ``end`` of the text."""
        return Stretch(self.code, start, end)


_ASSIGNED = pattern(r"(?:^|(?<=[,=]))([A-Za-z_][\w.\[\]-]{0,80})=((?:(?!,[A-Za-z_][\w.\[\]-]{0,80}=).)*)", 16)
_OPTION = pattern(r"(-{1,2})([DPeE](?=[\w.-]+=))?([A-Za-z_][\w.-]*)")
_VARIABLE = pattern(r"\$\{?([A-Za-z_]\w*)\}?$")
# An option may stand in quotes.
_QUOTED_DASH = frozenset("-\"'\\")
_WINDOWS_SHELLS = (("powershell -c",), ("pwsh -c",), ("cmd -c",))
_OF_CMD = pattern(r"%[\w:~,-]+%|![\w:~,-]+!|^[*@(]")
# An option of a program of Windows, and what of `net use` is no password: the drive and the share.
_SLASHED = pattern(r"/([A-Za-z]{1,40}):")
_SHARE = pattern(r"[A-Za-z]:$|\\\\|\*$|lpt\d", 2)
# Settings of package managers and git that are a credential without a word for it (getcomposer.org/doc/06-config.md).
_SETTING = pattern(r"(?:github|gitlab|bitbucket)-(?:oauth|token)\b|bearer\.", 2)
# Bundler's settings for building, for local copies and mirrors have dots in their names as well.
_HOST = pattern(r"(?!(?:build|local|mirror|plugin)\.)(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:[:/]\S*)?$")
_SCHEME = pattern(r"(?:Bearer|Basic|Token|Digest|ApiKey|Key)\s+(?:token\s?=\s?)?|token\s?=\s?", 2)
_HEADER = pattern(r"\s*([A-Za-z0-9_-]{1,60}):\s*")
_HEADER_NAMES = pattern(r"(?:proxy-)?authorization$|.*(?:key|token|secret|password|auth)$", 2)
_WRITERS = frozenset(("echo", "printf", "cat", "tee", "sh", "bash"))


def _as_written(command: ShellCommand) -> list[ShellWord]:
    """The words of a command, with an option in the place of a variable that holds just that.

    Any other variable stays: what it holds is hidden where it gets its value.
    """
    if "$" not in command.written or all(word.text[:1] != "$" for word in command.words):
        return command.words
    options = {word.start: word for word in command.given if word.text[:1] == "-"}
    number = Counter(word.start for word in command.given)
    return [
        options[word.start] if word.text[:1] == "$" and number[word.start] == 1 and word.start in options else word
        for word in command.words
    ]


class _Reader:
    """Reads the words of one command."""

    def __init__(self, command: ShellCommand, lookup: Lookup) -> None:
        self.command = command
        self.lookup = lookup
        words = _as_written(command)
        name = command.name
        if name.startswith("-"):
            # The command of a service whose image brings the program.
            words = [ShellWord(command.code, *_extent(command.name_node)), *words]
            name = ""
        self.name = name.removesuffix(".exe")
        self.words = [_Word(word) for word in words]
        self.takes = self._takes()
        self.login = self.name in ("useradd", "usermod", "groupadd") or self._is_net_user()
        self.hints = hints_of(command.source)
        # Only an escape brings into a word what does not stand in the file.
        self.escaped = command.source.mentions("\\u", "\\x", "\\U")
        self.windows = command.script.windows or command.via[-1:] in _WINDOWS_SHELLS

    def _takes(self) -> Takes:
        verb = next((word.text for word in self.words if word.text[:1] != "-"), "")
        return TAKES.get(f"{self.name} {verb}") or TAKES.get(self.name) or _NOTHING

    def read(self) -> Iterator[Credential]:
        """Everything; the surest first, as of two that overlap the first one counts."""
        for word in self.words:
            yield from self.in_word(word)
        yield from self.assigned()
        yield from self.options()
        yield from self.operands()
        if self.takes.setting:
            yield from self._setting(*self.takes.setting.split())
        if self.windows:
            yield from self._of_windows()
        if self.name in ("chpasswd", "passwd"):
            yield from self.fed()
        yield from self.written()

    def value(self, word: _Word, start: int, end: int, name: str, what: str) -> Iterator[Credential]:
        """The part of a word that stands where a credential called ``name`` is taken."""
        text = word.text[start:end]
        stripped = text.strip("\"'")
        start += text.find(stripped) if stripped else 0
        variable = _VARIABLE.match(stripped)
        if variable is not None:
            known = self.lookup(variable[1])
            if known is not None and not looks_secret_name(variable[1]):
                place = word.place(start, start + len(stripped))
                yield Credential(place, what, worth(known, name), through=variable[1], login=self.login)
        elif "$" not in stripped and "`" not in stripped and not (self.windows and _OF_CMD.search(stripped)):
            place = word.place(start, start + len(stripped))
            yield Credential(place, what, worth(stripped, name), login=self.login)

    def in_word(self, word: _Word) -> Iterator[Credential]:
        """What tells by itself, whatever the command."""
        if len(word.text) > 7:
            shaped = self.escaped or any(map(word.text.__contains__, self.hints))
            for found in in_text(word.text, shaped):
                yield Credential(word.place(found.start, found.end), found.what, found.worth, found.known)

    def assigned(self) -> Iterator[Credential]:
        """Assignments before the name, of ``export`` and its kin, and ``NAME=value`` among the words."""
        for assignment in self.command.assignments if "=" in self.command.code.code else ():
            if looks_secret_name(assignment.name) and assignment.word is not None:
                word = _Word(assignment.word)
                yield from self.value(word, 0, len(word.text), assignment.name, f"the variable {assignment.name}")
        for word in self.words:
            if word.text[:1] != "-" and "=" in word.text:
                yield from self._pairs(word, 0)

    def _pairs(self, word: _Word, start: int) -> Iterator[Credential]:
        for match in _ASSIGNED.finditer(word.text, start):
            if looks_secret_name(match[1]):
                yield from self.value(word, *match.span(2), match[1], f"the setting {match[1]}")

    def options(self) -> Iterator[Credential]:
        """The values of options."""
        takes = self.takes
        kinds = _kinds(takes)
        # Where options are words behind one dash, none has its value attached.
        glued = not any(option[1] != "-" and len(option) > 2 for option in kinds if option != "-hp")
        words = iter(enumerate(self.words))
        for at, word in words:
            text = word.text
            if text == "--" or (takes.ends and text[:1] != "-"):
                return
            if (text[:1] != "-" and text not in kinds) or len(text) < 2:
                continue
            option, equals, _ = text.partition("=")
            kind = kinds.get(option)
            if kind and equals:
                yield from self._taken(kind, word, len(option) + 1, option)
            elif kind == "attached":
                continue
            elif kind and at + 1 < len(self.words):
                yield from self._taken(kind, self.words[at + 1], 0, option)
                next(words)
            elif glued and text[1] != "-" and kinds.get(text[:2]):
                yield from self._taken(kinds[text[:2]], word, 2, text[:2])
            elif self.name in ("curl", "wget"):
                yield from self._clustered(word, at, kinds)
            elif not kind and option not in takes.no.split():
                yield from self._named(word, at, equals)

    def _clustered(self, word: _Word, at: int, kinds: dict[str, str]) -> Iterator[Credential]:
        """``-sSu bot:x``: the last letter of a cluster takes the next word."""
        option = "-" + word.text[-1]
        if word.text[1] == "-":
            yield from self._named(word, at, "=" if "=" in word.text else "")
        elif word.text[1:].isalpha() and option in kinds and at + 1 < len(self.words):
            yield from self._taken(kinds[option], self.words[at + 1], 0, option)

    def _named(self, word: _Word, at: int, equals: str) -> Iterator[Credential]:
        """An option whose own name promises a credential."""
        match = _OPTION.match(word.text)
        if match is None:
            return
        name, end = match[3], match.end()
        if equals and word.text.startswith("=", end):
            if looks_secret_name(name):
                yield from self.value(word, end + 1, len(word.text), name, self._option(match[0]))
            else:
                yield from self._pairs(word, end + 1)
        elif end == len(word.text) and (match[1] == "--" or len(name) > 3) and looks_secret_name(name):
            following = self.words[at + 1] if at + 1 < len(self.words) else None
            if following is not None and following.text[:1] != "-":
                yield from self.value(following, 0, len(following.text), name, self._option(match[0]))

    def _taken(self, kind: str, word: _Word, start: int, option: str) -> Iterator[Credential]:
        """What an option of the table takes, from ``start`` of a word on."""
        text, what = word.text, self._option(option)
        if kind == "login":
            at = text.find(self.takes.between, start)
            if at >= 0:
                yield from self._second(word, start, at, what)
        elif kind == "header":
            yield from self._header(word, start)
        elif kind == "marked":
            if text.startswith("pass:", start):
                yield from self.value(word, start + 5, len(text), "password", what)
        else:
            start += text.startswith("=", start) and start == 2
            yield from self.value(word, start, len(text), "password", what)

    def _option(self, option: str) -> str:
        return f"the option {option} of {self.name}" if self.name else f"the option {option}"

    def _second(self, word: _Word, start: int, at: int, what: str) -> Iterator[Credential]:
        """The password of ``user:password``; one that is the user's name can be guessed."""
        user, end = word.text[start:at], len(word.text)
        for credential in self.value(word, at + 1, end, "password", what):
            same = user == word.text[at + 1 : end]
            yield credential._replace(worth=min(credential.worth, Worth.GUESSABLE)) if same else credential

    def _header(self, word: _Word, start: int) -> Iterator[Credential]:
        match = _HEADER.match(word.text, start)
        if match is None or not _HEADER_NAMES.match(match[1]):
            return
        first = match.end()
        scheme = _SCHEME.match(word.text, first)
        first = scheme.end() if scheme is not None else first
        value = word.text[first:]
        if match[1].lower().endswith("key") and not looks_secret_name(match[1]) and not is_drawn(value):
            return
        yield from self.value(word, first, len(word.text), "token", f"the header {match[1]}")

    def operands(self) -> Iterator[Credential]:
        """The credential among the operands of commands that take one there."""
        if self.name == "htpasswd":
            yield from self._htpasswd()
        if not self.takes.operands:
            return
        operands = [word for word in self.words if word.text[:1] != "-" and not self._is_switch(word)]
        for form in self.takes.operands:
            parts = form.split()
            if len(operands) >= len(parts) and all(map(_fits, parts, operands)):
                word, what = operands[len(parts) - 1], f"`{' '.join((self.name, *_spoken(parts)))}`"
                if parts[-1] == "_:*":
                    at = word.text.find(":")
                    if at >= 0 and not word.text.startswith("//", at + 1):
                        yield from self._second(word, 0, at, what)
                else:
                    yield from self.value(word, 0, len(word.text), "password", what)

    def _htpasswd(self) -> Iterator[Credential]:
        """``htpasswd -b FILE USER PASSWORD``; with ``-n`` there is no file."""
        letters = "".join(word.text[1:] for word in self.words if word.text[:1] == "-" and word.text[:2] != "--")
        operands = [word for word in self.words if word.text[:1] != "-"]
        at = 1 if "n" in letters else 2
        if "b" in letters and len(operands) > at:
            word = operands[at]
            for credential in self.value(word, 0, len(word.text), "password", "`htpasswd -b`"):
                same = word.text == operands[at - 1].text
                yield credential._replace(worth=min(credential.worth, Worth.GUESSABLE)) if same else credential

    def _is_switch(self, word: _Word) -> bool:
        """Whether a word is an option as programs of Windows have them."""
        return self.windows and word.text[:1] == "/"

    def _is_net_user(self) -> bool:
        return self.name == "net" and bool(self.words) and self.words[0].text.lower() == "user"

    def _setting(self, named: str, valued: str) -> Iterator[Credential]:
        """The value of a setting whose name is that of a credential."""
        following = {word.text.lower(): after for word, after in pairwise(self.words)}
        name, value = following.get(named), following.get(valued)
        if name is not None and value is not None and looks_secret_name(name.text.rpartition(":")[2].strip("\\")):
            yield from self.value(value, 0, len(value.text), name.text, f"the setting {name.text}")

    def _of_windows(self) -> Iterator[Credential]:
        """``/password:x``, and the password of ``net use``."""
        for word in self.words:
            match = _SLASHED.match(word.text)
            if match is not None and (match[1].lower() == "pass" or looks_secret_name(match[1])):
                yield from self.value(word, match.end(), len(word.text), match[1], self._option(match[0][:-1]))
        if self.name == "net" and self.words and self.words[0].text.lower() == "use":
            rest = [word for word in self.words[1:] if not self._is_switch(word) and not _SHARE.match(word.text)]
            for word in rest[:1]:
                yield from self.value(word, 0, len(word.text), "password", "`net use`")

    def fed(self) -> Iterator[Credential]:
        """The passwords that ``chpasswd`` and ``passwd`` read, whatever they are worth."""
        what = f"what `{self.name}` reads"
        pipe = self.command.pipe
        for feeder in pipe.stages[0] if pipe is not None else ():
            if feeder.name in _WRITERS and feeder is not self.command:
                for word in map(_Word, feeder.words):
                    at = word.text.find(":") + 1 if self.name == "chpasswd" else 0
                    if word.text[:1] != "-" and at < len(word.text) and "$" not in word.text[at:]:
                        yield Credential(word.place(at, len(word.text)), what, Worth.SECRET, login=True)
        for redirect in self.command.redirects:
            for start, end in _after_colon(redirect) if self.name == "chpasswd" else ():
                yield Credential(self.command.part(start, end), what, Worth.SECRET, login=True)

    def written(self) -> Iterator[Credential]:
        """Lines of settings that the command writes: the words of echo and printf, and here-documents."""
        if self.name not in ("echo", "printf") and "<<" not in self.command.code.code:
            return
        files = [r.target.text for r in self.command.redirects if r.target is not None and r.operator[:1] == ">"]
        kept = any(keeps_credentials(path) for path in files)
        if self.name in ("echo", "printf"):
            for word in self.words:
                for found in in_settings(word.text, kept):
                    yield Credential(word.place(found.start, found.end), found.what, found.worth, found.known)
        for redirect in self.command.redirects:
            if redirect.body is not None:
                raw, start = redirect.body.raw, redirect.body.span[0]
                for found in (*in_text(raw), *in_settings(raw, kept)):
                    place = self.command.part(start + found.start, start + found.end)
                    yield Credential(place, found.what, found.worth, found.known)


def _extent(node: Node) -> tuple[int, int]:
    assert isinstance(node, Stretch)
    return node.start, node.end


@lru_cache(maxsize=64)
def _kinds(takes: Takes) -> dict[str, str]:
    """The kind of each option of the table."""
    return {option: kind for kind in _KINDS for option in getattr(takes, kind).split()}


_NOTHING = Takes()
_KINDS = ("secret", "attached", "login", "header", "marked")


def _fits(part: str, word: _Word) -> bool:
    """Whether an operand is what a pattern of operands wants there."""
    if part == "BASIC":
        return word.text.startswith("http-basic")
    if part == "HOST":
        return _HOST.match(word.text) is not None
    if part == "KEY":
        return looks_secret_name(word.text) or _SETTING.match(word.text) is not None
    return part in ("_", "*", "_:*") or part == word.text


def _spoken(parts: list[str]) -> list[str]:
    return [part for part in parts if part[0] not in "_*" and not part.isupper()]


def _after_colon(redirect: Redirect) -> Iterator[tuple[int, int]]:
    """Where the passwords in the lines ``user:password`` of a here-document or here-string stand in the file."""
    if redirect.body is not None:
        raw, start = redirect.body.raw, redirect.body.span[0]
    elif redirect.operator == "<<<" and redirect.target is not None:
        raw, start = redirect.target.raw, redirect.target.span[0]
    else:
        return
    for match in _LOGIN_LINE.finditer(raw):
        if "$" not in match[1]:
            yield start + match.start(1), start + match.end(1)


_LOGIN_LINE = pattern(r"^[ \t'\"]*[\w.$\{}-]+:([^\s'\"]+)", 8)
