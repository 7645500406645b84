"""Whether what a configuration says of its keys has their shapes."""

from __future__ import annotations

from dlint.config.keys import KEYS, ConfigError, did_you_mean, shortened
from dlint.rule.words import PRESETS, SEVERITY_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

_TABLE_KEYS = {
    "paths": {"files": "strings", "ignore": "names", "enable": "names", "rules": "rules", "reason": "string"},
    "services": {"names": "strings", "ignore": "names", "reason": "string"},
}


def validate(data: Mapping[str, Any], origin: str) -> dict[str, Any]:
    """The keys of ``data`` with their values in shape. Raises ConfigError with a "did you mean" for unknown keys."""
    values: dict[str, Any] = {}
    for key, value in data.items():
        name = key.replace("_", "-")
        if name not in KEYS:
            hint = did_you_mean(name, KEYS)
            if name == "tool":
                hint = "; [tool.dlint] is for pyproject.toml, here its keys stand at the top"
            raise ConfigError(f"{origin}: unknown key {key!r}{hint}")
        values[name] = _shaped(KEYS[name].shape, value, f"{origin}: {name}")
    return values


def _shaped(shape: str, value: Any, where: str) -> Any:
    return _SHAPES[shape](value, where)


def _string(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"{where} is a text, not {shortened(value)}")
    return value


def _url(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.startswith(("https://", "http://")):
        raise ConfigError(f"{where} is an address that starts with https:// or http://, not {shortened(value)}")
    return value


def _strings(value: Any, where: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{where} is a list of texts, not {shortened(value)}")
    return tuple(value)


def _bool(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(f"{where} is true or false, not {shortened(value)}")
    return value


def _program(value: Any, where: str) -> bool | str:
    if not isinstance(value, bool | str) or value == "":
        raise ConfigError(f"{where} is true, false or the path of the program, not {shortened(value)}")
    return value


def _one_of(words: tuple[str, ...]) -> Callable[[Any, str], str]:
    def shaped(value: Any, where: str) -> str:
        if value not in words:
            hint = did_you_mean(str(value), words)
            raise ConfigError(f"{where} is one of {', '.join(words)}, not {shortened(value)}{hint}")
        return str(value)

    return shaped


def _preset(value: Any, where: str) -> str | tuple[str, ...]:
    named = _one_of((*PRESETS, "all", "none"))
    return tuple(named(item, where) for item in value) if isinstance(value, list | tuple) else named(value, where)


def _string_table(value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ConfigError(f"{where} is a table of names and texts, not {shortened(value)}")
    return {str(name): item if isinstance(item, str) else str(item) for name, item in value.items()}


def _rules(value: Any, where: str) -> dict[str, dict[str, Any]]:
    if not isinstance(value, dict):
        raise ConfigError(f"{where} is a table of rules, not {shortened(value)}")
    tables: dict[str, dict[str, Any]] = {}
    for name, settings in value.items():
        if isinstance(settings, str | bool):
            settings = {"severity": settings if isinstance(settings, str) else ("" if settings else "off")}
        if not isinstance(settings, dict):
            raise ConfigError(f"{where}.{name} is a severity or a table of options, not {shortened(settings)}")
        level = settings.get("severity", "off")
        if level not in (*SEVERITY_WORDS, "off", ""):
            words = (*SEVERITY_WORDS, "off")
            hint = did_you_mean(str(level), words)
            raise ConfigError(f"{where}.{name}.severity is one of {', '.join(words)}, not {shortened(level)}{hint}")
        tables[name] = settings
    return tables


def _tables(kind: str) -> Callable[[Any, str], tuple[dict[str, Any], ...]]:
    shapes = _TABLE_KEYS[kind]

    def shaped(value: Any, where: str) -> tuple[dict[str, Any], ...]:
        if not isinstance(value, list | tuple) or not all(isinstance(item, dict) for item in value):
            raise ConfigError(f"{where} is a list of tables ([[{kind}]]), not {shortened(value)}")
        tables = []
        for number, item in enumerate(value, 1):
            table = {}
            for key, entry in item.items():
                if key not in shapes:
                    hint = did_you_mean(key, shapes) or f"; it has {', '.join(shapes)}"
                    raise ConfigError(f"{where}[{number}]: unknown key {key!r}{hint}")
                table[key] = _shaped(shapes[key], entry, f"{where}[{number}].{key}")
            tables.append(table)
        return tuple(tables)

    return shaped


_SHAPES: dict[str, Callable[[Any, str], Any]] = {
    "string": _string,
    "strings": _strings,
    "names": _strings,
    "bool": _bool,
    "url": _url,
    "program": _program,
    "preset": _preset,
    "severity": _one_of(SEVERITY_WORDS),
    "threshold": _one_of((*SEVERITY_WORDS, "never")),
    "string-table": _string_table,
    "rules": _rules,
    "paths": _tables("paths"),
    "services": _tables("services"),
}
