"""The keys of a configuration: their shapes, defaults and what each does."""

from __future__ import annotations

from dlint.lazy import NamedTuple
from dlint.rule.words import PRESETS, SEVERITY_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any


class ConfigError(ValueError):
    """A configuration that cannot be used; the message names the file, the key and the remedy."""


class Key(NamedTuple):
    """One key of the configuration: the shape of its value, its default and a sentence on what it does."""

    shape: str
    default: Any
    doc: str


KEYS: dict[str, Key] = {
    "preset": Key(
        "preset",
        "recommended",
        "The set of rules to start from, or a list of several: what the last one says of a rule counts.",
    ),
    "select": Key("names", (), "Run only these rules (names, aliases or `kind/*`); empty means the preset decides."),
    "enable": Key("names", (), "Rules to switch on besides the preset's."),
    "ignore": Key("names", (), "Rules to switch off."),
    "severity": Key("severity", "style", "The lowest severity that is shown."),
    "fail-on": Key("threshold", "warning", "The lowest severity that makes the exit code 1; `never` for none."),
    "baseline": Key("string", "", "A file of findings that are not shown, relative to this one; see `dlint baseline`."),
    "exclude": Key("strings", (), "Path patterns that are not linted, also when named on the command line."),
    "extends": Key("strings", (), "Other configuration files to build on, relative to this one."),
    "plugins": Key("strings", (), "Folders (`./lint`) or modules with rules of your own. They run as code."),
    "build-args": Key("string-table", {}, "Values for build arguments, as `docker build --build-arg` gives them."),
    "targets": Key("strings", (), "The stages that are built; the last stage of each Dockerfile when empty."),
    "shellcheck": Key("program", True, "Whether ShellCheck reads shell scripts; or its path, if it is not found."),
    "unsafe-fixes": Key("names", (), "Rules whose unsafe fixes `--fix` and `--diff` apply like safe ones."),
    "inline-ignores": Key("bool", True, "Whether comments in linted files may hide findings."),
    "rule-pages": Key(
        "url", "", "Where the site with the rules' pages is published; reports and `explain` link there."
    ),
    "rules": Key("rules", {}, "Per rule: `severity` (error, warning, info, style, off) and the rule's own options."),
    "paths": Key("paths", (), "Tables with `files` (patterns), and `ignore`, `enable` or `rules`, and a `reason`."),
    "services": Key("services", (), "Tables with `names` (patterns of Compose services), `ignore` and a `reason`."),
}


# Characters of a value that a sentence about it shows.
_LONGEST = 80
_ADDING = ("enable", "ignore", "unsafe-fixes", "exclude", "plugins", "paths", "services")


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
            raise ConfigError(f"{origin}: unknown key {key!r}{did_you_mean(name, KEYS)}")
        values[name] = _shaped(KEYS[name].shape, value, f"{origin}: {name}")
    return values


def shortened(value: Any) -> str:
    """A value as a sentence may show it."""
    try:
        text = repr(value)
    except RecursionError:
        return "something nested too deep"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


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
                    raise ConfigError(f"{where}[{number}]: unknown key {key!r}{did_you_mean(key, shapes)}")
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


def did_you_mean(word: str, known: Iterable[str], spelled: Mapping[str, str] | None = None) -> str:
    """`` (did you mean X?)`` for the closest of ``known``, or nothing; ``spelled``: how to show those it has."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    if not close:
        return ""
    return f" (did you mean {(spelled or {}).get(close[0], close[0])}?)"
