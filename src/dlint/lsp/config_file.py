"""What is wrong with a configuration of dlint, at the place where it stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dlint.config.catalogue import Catalogue, is_foreign
from dlint.config.keys import ConfigError
from dlint.config.plan import bind
from dlint.config.shapes import validate
from dlint.source import Span

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_NAMES = ("select", "enable", "ignore")


class ConfigFault(NamedTuple):
    """One thing that is wrong, and where."""

    span: Span
    message: str


def faults(name: str, text: str, catalogue: Catalogue | None) -> list[ConfigFault]:
    """What is wrong with the text of the configuration file called ``name``.

    ``catalogue`` has the rules that may be named; without it, where plug-ins may bring more, no name is wrong.
    """
    try:
        data: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [_broken(text, str(error))]
    prefix = ""
    if name == "pyproject.toml":
        prefix = "tool.dlint"
        tool = data.get("tool")
        data = tool.get("dlint") if isinstance(tool, dict) else None
    if not isinstance(data, dict):
        return []
    places = _Places(text, prefix)
    found = [*_wrong_keys(data, places), *(_wrong_names(data, places, catalogue) if catalogue is not None else ())]
    return sorted(found)


def _broken(text: str, message: str) -> ConfigFault:
    place = _PLACE.search(message)
    sentence = _PLACE.sub("", message)
    lines = text.split("\n")
    if place is None or place[1] is None:
        return ConfigFault(Span(len(text), len(text)), f"not valid TOML: {sentence}")
    line = min(int(place[1]), len(lines))
    start = sum(len(each) + 1 for each in lines[: line - 1])
    at = min(start + int(place[2]) - 1, start + len(lines[line - 1]))
    return ConfigFault(Span(at, start + len(lines[line - 1])), f"not valid TOML: {sentence}")


def _wrong_keys(data: Mapping[str, Any], places: _Places) -> Iterator[ConfigFault]:
    for key, value in data.items():
        try:
            validate({key: value}, "")
        except ConfigError as error:
            message = str(error).removeprefix(": ")
            inner = re.search(r"\[(\d+)\](?:: unknown key '([^']+)'|\.([\w-]+))", message)
            if inner is not None:
                yield ConfigFault(places.key(key, inner[2] or inner[3] or "", int(inner[1])), message)
            else:
                word = re.match(rf"{re.escape(key)}\.([\w-]+)", message)
                yield ConfigFault(places.key(key, word[1] if word is not None else ""), message)


def _wrong_names(data: Mapping[str, Any], places: _Places, catalogue: Catalogue) -> Iterator[ConfigFault]:
    seen: set[str] = set()
    for name in _named(data):
        if name in seen:
            continue
        seen.add(name)
        if not catalogue.find(name) and not is_foreign(name):
            yield ConfigFault(places.word(name), f"unknown rule {name!r}{catalogue.hint(name)}")
    tables = data.get("rules")
    for name, settings in tables.items() if isinstance(tables, dict) else ():
        if isinstance(settings, dict):
            yield from _wrong_options(name, settings, places, catalogue)


def _wrong_options(
    name: str, settings: Mapping[str, Any], places: _Places, catalogue: Catalogue
) -> Iterator[ConfigFault]:
    for rule in catalogue.find(name):
        for option, value in settings.items():
            if option == "severity":
                continue
            try:
                bind(rule, {option.replace("-", "_"): value})
            except ConfigError as error:
                yield ConfigFault(places.option(name, option), str(error))


def _named(data: Mapping[str, Any]) -> Iterator[str]:
    """The names of rules in a configuration, wherever it may have them."""
    tables = [table for key in ("paths", "services") for table in _list(data.get(key)) if isinstance(table, dict)]
    for table in (data, *tables):
        for key in _NAMES:
            value = table.get(key)
            yield from (name for name in ([value] if isinstance(value, str) else _list(value)) if isinstance(name, str))
        rules = table.get("rules")
        yield from rules if isinstance(rules, dict) else ()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


class _Places:
    """Finds where something stands in the text; where it cannot be found, the file's first line stands for it."""

    def __init__(self, text: str, prefix: str) -> None:
        self.text = text
        self.prefix = prefix

    def key(self, key: str, inner: str = "", number: int = 0) -> Span:
        """The key, or in its table of that number the key ``inner``."""
        full = f"{self.prefix}.{key}" if self.prefix else key
        headers = [*self._find(rf"^[ \t]*\[+[ \t]*({re.escape(full)})[ \t]*(?:\.[^\]\n]*)?\]+")]
        if headers and inner:
            start = headers[min(max(number, 1), len(headers)) - 1]
            for span in self._find(rf"^[ \t]*[\"']?({re.escape(inner)})[\"']?[ \t]*(?:=|\.)"):
                if span[0] > start[0]:
                    return span
        if headers:
            return headers[0]
        for pattern in (rf"^[ \t]*[\"']?({re.escape(key)})[\"']?[ \t]*(?:=|\.)", rf"({re.escape(key)})[\"']?[ \t]*="):
            span_ = next(self._find(pattern), None)
            if span_ is not None:
                return span_
        return self._first_line()

    def word(self, word: str) -> Span:
        """A word, with or without quotes, that is not a part of a longer one."""
        written = re.escape(word)
        for pattern in (rf"[\"']({written})[\"']", rf"(?<![\w-])({written})(?![\w-])"):
            for span in self._find(pattern):
                if not self.text[self.text.rfind("\n", 0, span[0]) + 1 : span[0]].lstrip().startswith("#"):
                    return span
        return self._first_line()

    def option(self, rule: str, option: str) -> Span:
        """An option of a rule."""
        start = self.word(rule)[1]
        span = re.compile(rf"(?<![\w-])({re.escape(option)})(?![\w-])").search(self.text, start)
        return Span(*span.span(1)) if span is not None else self.word(rule)

    def _find(self, pattern: str) -> Iterator[Span]:
        return (Span(*match.span(1)) for match in re.finditer(pattern, self.text, re.M))

    def _first_line(self) -> Span:
        end = self.text.find("\n")
        return Span(0, end if end >= 0 else len(self.text))
