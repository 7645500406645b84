"""The file of facts about images, ``images.json``: how it is read, and how it lists tags.

``bench/image_facts.py`` writes it. Only ``images.py`` and that generator know this module.
"""

from __future__ import annotations

from collections.abc import Iterator

from dlint.lazy import json_value, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

FIELDS: Final = (
    "root", "user", "ports", "volumes", "workdir", "entrypoint", "cmd", "env", "stop_signal", "healthcheck", "shell",
    "onbuild", "programs", "users", "groups", "requires_env", "run_writes", "root_needs", "data", "knows_env",
)  # fmt: skip
"""What a row of the file holds, in this order."""

INDEX: Final = {name: at for at, name in enumerate(FIELDS)}

_VERSION = pattern(
    r"v?\d+(?:\.\d+)*(?:u\d+)?(?:[._-]?(?:rc|RC|beta|alpha|milestone|dev|ea|m|a|b|p)(?![a-z])[.-]?\d*)*"
    r"(?:[_+-]b?\d+(?:\.\d+)*)*(?=-|\Z)"
)
_LAST_PART = pattern(r"[._+-][^._+-]*\Z|u\d+\Z")


class Root:
    """What a distribution brings."""

    __slots__ = ("os", "sh", "yes", "no", "users", "groups", "closed")

    def __init__(self, written: dict[str, Any], lists: _Lines) -> None:
        def words(field: str) -> list[str]:
            numbered: str = "" if written[field] is None else lists[written[field]]
            return numbered.split()

        self.os: tuple[str, str] = (written["os"][0], written["os"][1])
        self.sh: str | None = written["sh"]
        self.yes = frozenset(words("yes"))
        self.no = frozenset(words("no"))
        self.users = {word.partition("=")[0]: word.partition("=")[2] for word in words("users")}
        self.groups = {word.partition("=")[0]: word.partition("=")[2] for word in words("groups")}
        self.closed = written["users"] is not None


class _Lines:
    """A list of the file, a value a line; each is read when it is first asked for."""

    __slots__ = ("_text", "_name", "_after", "_lines", "_read")

    def __init__(self, text: str, name: str, after: str = "") -> None:
        self._text = text
        self._name = name
        self._after = after
        self._lines: list[str] = []
        self._read: dict[int, Any] = {}

    def __getitem__(self, index: int) -> Any:
        if index not in self._read:
            self._lines = self._lines or self._split()
            self._read[index] = json_value(self._lines[index])
        return self._read[index]

    def _split(self) -> list[str]:
        opening = f'\n"{self._name}": [\n'
        first = self._text.index(opening, self._text.index(self._after)) + len(opening)
        return self._text[first : self._text.index("\n]", first)].split(",\n")


class _Images:
    """The images of the file by name, each read when it is first asked for."""

    __slots__ = ("_text", "_places", "_read")

    def __init__(self, text: str) -> None:
        self._text = text
        self._places = dict(self._found(text.index('\n"images": {\n')))
        self._read: dict[str, Any] = {}

    def _found(self, at: int) -> Iterator[tuple[str, int]]:
        """The names of the images, each with the place of what is written of it."""
        text = self._text
        while (at := text.find('": {"source": ', at + 1)) >= 0:
            yield text[text.rfind("\n", 0, at) + 2 : at], at + 3

    def get(self, name: str) -> dict[str, Any] | None:
        """What is written of an image."""
        start = self._places.get(name)
        if start is None:
            return None
        if name not in self._read:
            end = self._text.index("}", self._text.index("\n]", start)) + 1
            self._read[name] = json_value(self._text[start:end])
        found: dict[str, Any] = self._read[name]
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)


class Store:
    """The file of facts, from its text: a line for each value, so that only what is asked for is read."""

    __slots__ = (
        "date", "sets", "dates", "images", "aliases", "roots", "answers", "tags", "_text", "_values", "_items",
        "_split",
    )  # fmt: skip

    def __init__(self, text: str) -> None:
        roots = text.index(',\n"roots": [')
        head = json_value(text[:roots] + "}")
        self.date: str = head["date"]
        self.dates: list[str] = head["dates"]
        self.aliases: dict[str, str] = head["aliases"]
        self.roots = _Roots(_Lines(text, "roots"), _Lines(text, "lists"))
        self.sets = _Lines(text, "sets")
        self.images = _Images(text)
        self._items = _Lines(text, "variables")
        self._text = text
        self._values: dict[str, _Lines] = {}
        # What was asked, by name, tag, whether there is a digest, and platform.
        self.answers: dict[tuple[str, str, bool, str], Any] = {}
        # The tags of an image that were looked for, by what ``images.py`` looked for.
        self.tags: dict[tuple[str, str, bool], list[tuple[str, str, str]]] = {}
        self._split: dict[tuple[str, str], frozenset[str]] = {}

    def value(self, field: str, index: str) -> Any:
        """A value by its number in a row; None for what is not known."""
        if not index:
            return None
        if field not in self._values:
            self._values[field] = _Lines(self._text, field, '\n"values": {')
        return self._values[field][int(index)]

    def variables(self, index: str) -> dict[str, str | None]:
        """The variables of a value of ``env``."""
        found: dict[str, str | None] = {}
        for number in self.value("env", index).split():
            name, equals, value = self._items[int(number)].partition("=")
            found[name] = value if equals else None
        return found

    def words(self, field: str, index: str) -> frozenset[str]:
        """The words of a value."""
        key = (field, index)
        if key not in self._split:
            self._split[key] = frozenset((self.value(field, index) or "").split())
        return self._split[key]

    def row(self, number: str) -> list[str]:
        """The numbers of the values of one set of facts."""
        row: str = self.sets[int(number)]
        return row.split(",")


class _Roots:
    """The roots, each made when it is first asked for."""

    __slots__ = ("_written", "_lists", "_made")

    def __init__(self, written: _Lines, lists: _Lines) -> None:
        self._written = written
        self._lists = lists
        self._made: dict[int, Root] = {}

    def __getitem__(self, index: int) -> Root:
        if index not in self._made:
            self._made[index] = Root(self._written[index], self._lists)
        return self._made[index]


_loaded: list[Store] = []


def store() -> Store:
    """The file, read once."""
    if not _loaded:
        loader: Any = globals()["__loader__"]
        _loaded.append(Store(loader.get_data(__file__.rpartition("image_store")[0] + "images.json").decode()))
    return _loaded[0]


def split_tag(tag: str) -> tuple[str, str]:
    """The version that a tag begins with, and the variant: ``16.4-bookworm`` → ``16.4``, ``-bookworm``."""
    match = _VERSION.match(tag)
    return (match[0], tag[match.end() :]) if match else ("", tag)


def lines_of(version: str) -> Iterator[str]:
    """The release lines a version belongs to, the nearest first: ``16.4.1`` → ``16.4``, ``16``."""
    while True:
        shorter = _LAST_PART.sub("", version, count=1)
        if shorter in (version, "", "v"):
            return
        version = shorter
        yield version


def extends(version: str, line: str) -> bool:
    """Whether a version is one of a release line, and not the line itself."""
    return (
        version.startswith(line) and version[len(line) : len(line) + 1] in (".", "_", "+", "-", "u") and version != line
    )


def unpacked(versions: str) -> Iterator[str]:
    """The versions that a line of the file lists: ``16.1,2 17`` → ``16.1``, ``16.2``, ``17``."""
    for group in versions.split(" "):
        first, *others = group.split(",")
        yield first
        if others:
            head = first[: max(map(first.rfind, "._+-")) + 1]
            for other in others:
                yield head + other
