"""The file of facts about images, ``images.json``: how it is read, and how it lists tags.

``bench/image_facts.py`` writes it. Only ``images.py`` and that generator know this module.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from dlint.lazy import pattern

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

    def __init__(self, written: dict[str, Any], lists: list[str]) -> None:
        def words(field: str) -> list[str]:
            return [] if written[field] is None else lists[written[field]].split()

        self.os: tuple[str, str] = (written["os"][0], written["os"][1])
        self.sh: str | None = written["sh"]
        self.yes = frozenset(words("yes"))
        self.no = frozenset(words("no"))
        self.users = {word.partition("=")[0]: word.partition("=")[2] for word in words("users")}
        self.groups = {word.partition("=")[0]: word.partition("=")[2] for word in words("groups")}
        self.closed = written["users"] is not None


class Store:
    """The file of facts."""

    __slots__ = ("date", "sets", "dates", "images", "aliases", "roots", "answers", "_values", "_items", "_split")

    def __init__(self, written: dict[str, Any]) -> None:
        self.date: str = written["date"]
        self.sets: list[str] = written["sets"]
        self.dates: list[str] = written["dates"]
        self.images: dict[str, Any] = written["images"]
        self.aliases: dict[str, str] = written["aliases"]
        self._values: dict[str, list[Any]] = written["values"]
        self.roots = _Roots(written["roots"], written["lists"])
        self._items: list[str] = written["variables"]
        # What was asked, by name, tag, whether there is a digest, and platform.
        self.answers: dict[tuple[str, str, bool, str], Any] = {}
        self._split: dict[tuple[str, str], frozenset[str]] = {}

    def value(self, field: str, index: str) -> Any:
        """A value by its number in a row; None for what is not known."""
        return self._values[field][int(index)] if index else None

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
        return self.sets[int(number)].split(",")


class _Roots:
    """The roots, each read when it is first asked for."""

    __slots__ = ("_written", "_lists")

    def __init__(self, written: list[Any], lists: list[str]) -> None:
        self._written = written
        self._lists = lists

    def __getitem__(self, index: int) -> Root:
        found = self._written[index]
        if not isinstance(found, Root):
            found = self._written[index] = Root(found, self._lists)
        return found


_loaded: list[Store] = []


def store() -> Store:
    """The file, read once."""
    if not _loaded:
        loader: Any = globals()["__loader__"]
        _loaded.append(Store(json.loads(loader.get_data(__file__.rpartition("image_store")[0] + "images.json"))))
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
        head = first[: len(first) - len(re.split(r"[._+-]", first)[-1])]
        for other in others:
            yield head + other
