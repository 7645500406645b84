"""The file ``images.json``: facts collected, those of many tags written once, and its text. For ``image_facts.py``."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

from dlint.model.facts.image_store import FIELDS, STRIDE, split_tag


class Writer:
    """Collects the facts of all tags and gives the file."""

    def __init__(self) -> None:
        self.values: dict[str, list[Any]] = {field: [] for field in FIELDS if field != "root"}
        self._places: dict[str, dict[str, int]] = {field: {} for field in self.values}
        self._sets: dict[str, int] = {}
        self._items: dict[str, int] = {}
        self.dates: dict[str, int] = {}
        self.images: dict[str, dict[str, dict[str, tuple[int, str]]]] = defaultdict(lambda: defaultdict(dict))
        self.sources: dict[str, str] = {}
        # Images of which only some tags are known: these say nothing of the others.
        self.partial: set[str] = set()

    def set_of(self, found: dict[str, Any]) -> int:
        """The number of a set of facts."""
        numbers = []
        for field in FIELDS:
            value = found.get(field)
            if value is None:
                numbers.append("")
            elif field == "root":
                numbers.append(str(value))
            else:
                if field == "env":
                    value = " ".join(str(self._item(name, text)) for name, text in value.items())
                key = json.dumps(value)
                place = self._places[field].setdefault(key, len(self.values[field]))
                if place == len(self.values[field]):
                    self.values[field].append(value)
                numbers.append(str(place))
        return self._sets.setdefault(",".join(numbers), len(self._sets))

    def _item(self, name: str, value: str | None) -> int:
        """The number of a variable with its value."""
        text = name if value is None else f"{name}={value}"
        return self._items.setdefault(text, len(self._items))

    def tag(self, image: str, tag: str, number: int, date: str) -> None:
        """One tag; of several rows the one that was named last counts."""
        version, variant = split_tag(tag)
        before = self.images[image][variant].get(version)
        if before is None or before[1].rstrip("~") < date.rstrip("~"):
            self.images[image][variant][version] = (number, date)

    def file(self, date: str, roots: Sequence[dict[str, Any]], aliases: dict[str, str]) -> dict[str, Any]:
        """The whole file."""
        dates = sorted(
            {entry[1] for variants in self.images.values() for v in variants.values() for entry in v.values()}
        )
        self.dates = {text: at for at, text in enumerate(dates)}
        return {
            "date": date,
            "dates": dates,
            "aliases": dict(sorted(aliases.items())),
            **_pooled(roots),
            "variables": list(self._items),
            "values": self.values,
            "sets": list(self._sets),
            "images": {name: self._image(name) for name in sorted(self.images)},
        }

    def _image(self, name: str) -> dict[str, Any]:
        lines: dict[str, list[str]] = defaultdict(list)
        for variant, versions in self.images[name].items():
            groups: dict[tuple[int, str], list[str]] = defaultdict(list)
            for version in sorted(versions, key=_order):
                groups[versions[version]].append(version)
            text = ";".join(
                f"{number}:{self.dates[date]}={packed(listed)}" for (number, date), listed in groups.items()
            )
            lines[text].append(variant)
        written = sorted("|".join(sorted(variants)) + "\t" + text for text, variants in lines.items())
        found = {"source": self.sources.get(name, ""), "lines": written}
        return {**found, "partial": True} if name in self.partial else found


def _pooled(roots: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The roots, with the lists that many share written once."""
    lists: dict[str, int] = {}
    written = []
    for root in roots:
        pooled = {"os": root["os"], "sh": root.get("sh")}
        for field in ("yes", "no", "users", "groups"):
            pooled[field] = lists.setdefault(root[field], len(lists)) if field in root else None
        written.append(pooled)
    return {"roots": written, "lists": list(lists)}


def _order(version: str) -> list[tuple[int, int, str]]:
    parts = re.findall(r"\d+|[^\d._+-]+", version)
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts]


def packed(versions: Iterable[str]) -> str:
    """Versions as the file lists them: one that differs from the last in its last part only is that part."""
    found: list[str] = []
    head = None
    for version in versions:
        last = re.split(r"[._+-]", version)[-1]
        if head == version[: len(version) - len(last)] and head:
            found.append(f",{last}")
        else:
            found.append(f" {version}" if found else version)
        head = version[: len(version) - len(last)]
    return "".join(found)


def text_of(file: dict[str, Any]) -> str:
    """The file as text: a line for each value, so that a difference can be read."""

    def rows(items: Iterable[str], indent: str) -> str:
        return ",\n".join(indent + item for item in items)

    def compact(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=False)

    parts = [f'"date": {compact(file["date"])}', f'"dates": {compact(file["dates"])}']
    parts.append(f'"aliases": {compact(file["aliases"])}')
    for name in ("roots", "lists", "variables"):
        parts.append(f'"{name}": [\n{rows(map(compact, file[name]), "")}\n]')
    fields = [f"{compact(name)}: [\n{rows(map(compact, found), '')}\n]" for name, found in file["values"].items()]
    parts.append('"values": {\n' + ",\n".join(fields) + "\n}")
    parts.append('"sets": [\n' + rows(map(compact, file["sets"]), "") + "\n]")
    listed = []
    for name, image in file["images"].items():
        lines = rows(map(compact, image["lines"]), "")
        rest = ',"partial":true' if image.get("partial") else ""
        listed.append(f'{compact(name)}: {{"source": {compact(image["source"])}, "lines": [\n{lines}\n]{rest}}}')
    parts.append('"images": {\n' + ",\n".join(listed) + "\n}")
    text = "{\n" + ",\n".join(parts)
    return f'{text},\n"places": {compact(_places(text, file))}\n}}\n'


def _places(text: str, file: dict[str, Any]) -> dict[str, Any]:
    """Where in the text rows of each list, and what is written of each image, begin: offsets in characters.

    So whoever asks for one value need not look through the others.
    """
    values, images = text.index('\n"values": {\n'), text.index('\n"images": {\n')

    def after(words: str, start: int = 0) -> int:
        return text.index(words, start) + len(words)

    def rows(name: str, start: int = 0) -> list[int]:
        first = after(f'\n"{name}": [\n', start)
        lines = text[first : text.index("\n]", first)].split(",\n")
        return list(accumulate(map(len, lines[:-1]), lambda at, length: at + length + 2, initial=first))[::STRIDE]

    return {
        **{name: rows(name) for name in ("roots", "lists", "variables", "sets")},
        "values": {name: rows(name, values) for name in file["values"]},
        "images": {name: after(f"\n{json.dumps(name)}: ", images) for name in file["images"]},
    }
