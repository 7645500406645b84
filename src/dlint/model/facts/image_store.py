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

STRIDE: Final = 64
"""The file says of each list where every so many rows begin."""

_VERSION = pattern(
    r"v?\d+(?:\.\d+)*(?:u\d+)?(?:[._-]?(?:rc|RC|beta|alpha|milestone|dev|ea|m|a|b|p)(?![a-z])[.-]?\d*)*"
    r"(?:[_+-]b?\d+(?:\.\d+)*)*(?=-|\Z)"
)
# Words that a pre-release begins with, as against the name of a variant; a letter before another is none.
_EARLY = ("rc", "beta", "alpha", "milestone", "dev", "ea")
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

    __slots__ = ("_text", "_starts", "_lines", "_read")

    def __init__(self, text: str, starts: list[int]) -> None:
        self._text = text
        self._starts = starts
        self._lines: dict[int, list[str]] = {}
        self._read: dict[int, Any] = {}

    def __getitem__(self, index: int) -> Any:
        if index not in self._read:
            stretch, place = divmod(index, STRIDE)
            if stretch not in self._lines:
                self._lines[stretch] = self._lines_of(stretch)
            line = self._lines[stretch][place]
            # Most are text, and what has no backslash stands for itself.
            plain = line[:1] == '"' and "\\" not in line
            self._read[index] = line[1:-1] if plain else json_value(line)
        return self._read[index]

    def _lines_of(self, stretch: int) -> list[str]:
        start, *following = self._starts[stretch : stretch + 2]
        end = following[0] if following else self._text.index("\n]", start)
        return self._text[start:end].split(",\n")


class _Images:
    """The images of the file by name, each read when it is first asked for."""

    __slots__ = ("_text", "_places", "_read")

    def __init__(self, text: str, places: dict[str, int]) -> None:
        self._text = text
        self._places = places
        self._read: dict[str, Any] = {}

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
    """The file of facts, from its text: a line for each value, so that only what is asked for is read.

    The last line says where the rows of the lists and the images begin.
    """

    __slots__ = (
        "date", "sets", "dates", "images", "aliases", "roots", "answers", "tags", "_text", "_places", "_values",
        "_items", "_split",
    )  # fmt: skip

    def __init__(self, text: str) -> None:
        head = json_value(text[: text.index(',\n"roots": [')] + "}")
        places = json_value("{" + text[text.rindex('\n"places": ') :].rstrip())["places"]
        self.date: str = head["date"]
        self.dates: list[str] = head["dates"]
        self.aliases: dict[str, str] = head["aliases"]
        self.roots = _Roots(_Lines(text, places["roots"]), _Lines(text, places["lists"]))
        self.sets = _Lines(text, places["sets"])
        self.images = _Images(text, places["images"])
        self._items = _Lines(text, places["variables"])
        self._text = text
        self._places: dict[str, list[int]] = places["values"]
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
            self._values[field] = _Lines(self._text, self._places[field])
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
    number, dash, variant = tag.partition("-")
    if all(map(str.isdecimal, number.split("."))) and (not dash or _is_variant(variant)):
        return number, dash + variant
    match = _VERSION.match(tag) if number[:1] == "v" or number[:1].isdecimal() else None
    return (match[0], tag[match.end() :]) if match else ("", tag)


def _is_variant(text: str) -> bool:
    """Whether it is surely none of the words and numbers that belong to a version."""
    start = text[:2]
    return len(start) == 2 and start.isascii() and start.isalpha() and start.islower() and not text.startswith(_EARLY)


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
