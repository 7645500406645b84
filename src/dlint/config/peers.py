"""Configuration files of other linters, in the keys of ``dlint.toml``: hadolint's, tally's, dclint's, compose-lint's.

They count where a project has no configuration for dlint. What such a file says about rules is taken over for the
rules that have that tool's name for them as an alias; what is about output formats is left alone. Environment
variables of these tools (``HADOLINT_*``) are not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from dlint.config.catalogue import is_foreign
from dlint.config.file import text_of
from dlint.config.keys import ConfigError, shortened
from dlint.config.layers import Layer
from dlint.config.shapes import validate
from dlint.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SHELLCHECK = pattern(r"SC\d+", re.IGNORECASE)
_LEVELS = ("error", "warning", "info", "style")
_LABEL_RULES = ("hadolint/DL3049", "hadolint/DL3050", "hadolint/DL3051", "hadolint/DL3052")
_HADOLINT_KEYS = frozenset(
    "ignored override trustedRegistries label-schema strict-labels disable-ignore-pragma failure-threshold"
    " no-fail".split()
)
# Keys about one run, and what does the same for one of dlint's.
_ON_THE_COMMAND_LINE = {
    "format": "--format",
    "formats": "--format and --output",
    "no-color": "--color never",
    "verbose": "--verbose",
}
_DCLINT_OPTIONS = {
    "no-build-and-image": {"checkPullPolicy": "check-pull-policy"},
    "require-quotes-in-ports": {"quoteType": "quote-type", "portsSections": "ports-sections"},
    "service-image-require-explicit-tag": {"prohibitedTags": "mutable-tags"},
    "service-keys-order": {"groups": "groups", "groupOrder": "group-order"},
    "top-level-properties-order": {"customOrder": "order"},
}
_COMPOSE_LINT_SEVERITIES = {"critical": "error", "high": "error", "medium": "warning", "low": "info"}
_COMPOSE_LINT_KEYS = frozenset(("enabled", "reason", "severity", "exclude_services"))


class Reading:
    """What a file says: ``values`` in dlint's keys, and what gets lost on the way.

    ``left`` are sentences about what has no counterpart or makes no sense, ``elsewhere`` about what is said on the
    command line here, ``reasons`` why rules are ignored, by the rule's alias. ``broken``: the text is no mapping.
    ``absent``: the file is about other things and says nothing of the tool (a ``package.json``).
    """

    __slots__ = ("values", "left", "elsewhere", "reasons", "broken", "absent")

    def __init__(self) -> None:
        self.broken = False
        self.absent = False
        self.values: dict[str, Any] = {}
        self.left: list[str] = []
        self.elsewhere: list[str] = []
        self.reasons: dict[str, str] = {}


def read(name: str, text: str) -> Reading:
    """What the file called ``name`` (a base name) says.

    Text that is no mapping says nothing, and so do keys and values it should not have. Never raises.
    """
    found = Reading()
    data = None if name == "package.json" and '"dclint"' not in text else _data(name, text)
    if name == "package.json":
        data = data.get("dclint") if isinstance(data, dict) else None
        found.absent = not isinstance(data, dict)
    if isinstance(data, dict):
        _READERS[tool(name)](data, found)
    elif text.strip():
        found.broken = True
        found.left.append(f"the file is not a {form(name)}, so nothing of it counts")
    return found


_MOST_CHARACTERS = 1_000_000


def peer_layer(name: str, origin: str, folder: str, text: str) -> dict[str, Layer]:
    """What another linter's configuration file says, by the tool's name.

    What is wrong in it is among what does not count: a configuration that is not dlint's stops no run.
    """
    reading = read(name, text)
    if reading.absent:
        return {}
    linter = tool(name)
    if reading.broken:
        return {linter: Layer(origin, folder, {}, tuple(reading.left))}
    return {linter: Layer(origin, folder, validate(reading.values, origin), tuple(reading.left))}


def layers_on_disk(name: str, path: str, folder: str, root: str) -> dict[str, Layer]:
    """The same of a file on the disk, which must lie below ``root``."""
    try:
        return peer_layer(name, path, folder, text_of(path, root))
    except ConfigError as error:
        if name == "package.json":
            return {}
        why = str(error).removeprefix(f"{path}: ")
        return {tool(name): Layer(path, folder, {}, (why,))}


def _data(name: str, text: str) -> Any:
    """What the text of a file holds; None if it cannot be read."""
    if len(text) > _MOST_CHARACTERS:
        return None
    if name.endswith(".toml"):
        import tomllib

        try:
            return tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError):
            return None
    if name == "package.json":
        import json

        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return None
    from dlint.source import Source
    from dlint.syntax.yaml import parser as yamltree
    from dlint.syntax.yaml.nodes import to_data

    stream = yamltree.parse(Source(name, text))
    return to_data(stream.documents[0]) if stream.documents and not stream.faults else None


def form(name: str) -> str:
    """What a file of that name is to hold."""
    return "TOML file" if name.endswith(".toml") else "YAML mapping"


def tool(name: str) -> str:
    """Whose file it is: ``hadolint``, ``tally``, ``dclint`` or ``compose-lint``."""
    if name == "package.json":
        return "dclint"
    return next((tool for tool in ("hadolint", "tally", "dclint") if tool in name), "compose-lint")


def _hadolint(data: Mapping[str, Any], found: Reading) -> None:
    rules: dict[str, dict[str, Any]] = {}
    enable: list[str] = []
    override = _mapping(data.get("override"))
    for level in reversed(_LEVELS):
        for code in _texts(override.get(level)):
            rules[_code(code)] = {"severity": level}
    registries = _texts(data.get("trustedRegistries"))
    if registries:
        rules.setdefault("hadolint/DL3026", {})["registries"] = registries
        enable.append("hadolint/DL3026")
    schema = {str(label): str(kind) for label, kind in _mapping(data.get("label-schema")).items()}
    for rule in _LABEL_RULES if schema else ():
        rules.setdefault(rule, {})["schema"] = schema
        enable.append(rule)
    if data.get("strict-labels") is True:
        rules.setdefault("hadolint/DL3050", {})["strict"] = True
        enable.append("hadolint/DL3050")
    found.values = {
        "preset": ["recommended", "hadolint"],
        "rules": rules,
        "enable": list(dict.fromkeys(enable)),
        "ignore": [_code(code) for code in _texts(data.get("ignored"))],
    }
    if data.get("disable-ignore-pragma") is True:
        found.values["inline-ignores"] = False
    _hadolint_threshold(data, found)
    for key, value in data.items():
        if key in _ON_THE_COMMAND_LINE:
            found.elsewhere.append(f"{key}: {_ON_THE_COMMAND_LINE[key]} on the command line")
        elif key not in _HADOLINT_KEYS:
            found.left.append(f"{key}: no key of hadolint")
        elif key in ("ignored", "trustedRegistries") and not isinstance(value, list):
            found.left.append(f"{key}: is a list in a file that hadolint reads")
        elif key in ("override", "label-schema") and not isinstance(value, dict):
            found.left.append(f"{key}: is a mapping in a file that hadolint reads")
    found.left.extend(f"override.{level}: no level of hadolint" for level in override if level not in _LEVELS)


def _hadolint_threshold(data: Mapping[str, Any], found: Reading) -> None:
    """From which severity a finding fails the run."""
    threshold = data.get("failure-threshold")
    if data.get("no-fail") is True:
        found.values["fail-on"] = "never"
    elif threshold in _LEVELS:
        found.values["fail-on"] = threshold
    elif threshold in ("ignore", "none"):
        # hadolint's lowest step, at which every finding fails.
        found.values["fail-on"] = "style"
    elif threshold is not None:
        found.left.append(f"failure-threshold: {threshold} is no level")


def _code(code: str) -> str:
    """A code as an alias here: with its tool's name before it, so that one that no rule has is passed over."""
    return code.upper() if _SHELLCHECK.fullmatch(code) else f"hadolint/{code}"


def _dclint(data: Mapping[str, Any], found: Reading) -> None:
    rules: dict[str, dict[str, Any]] = {}
    ignore: list[str] = []
    for name, setting in _mapping(data.get("rules")).items():
        parts = setting if isinstance(setting, list) else [setting]
        level = parts[0] if parts else None
        rule = f"dclint/{name}"
        if level == 0:
            ignore.append(rule)
        elif level in (1, 2):
            given = _mapping(parts[1]) if len(parts) > 1 else {}
            spelled = _DCLINT_OPTIONS.get(name, {})
            rules[rule] = {"severity": "error" if level == 2 else "warning"}
            for key, value in given.items():
                _take(rules[rule], spelled.get(key), value, f"rules.{name}", str(key), found)
        else:
            found.left.append(f"rules.{name}: {setting!r} is no level; it is 0, 1 or 2")
    found.values = {"preset": ["recommended", "dclint"], "fail-on": "error", "rules": rules, "ignore": ignore}
    excluded = _texts(data.get("exclude"))
    if excluded:
        # dclint passes over each path that has the text anywhere in it, and knows Compose files only.
        files = [f"*{text.strip('/')}*" for text in excluded]
        found.values["paths"] = [{"files": files, "ignore": ["compose/*"], "reason": "excluded for dclint"}]
    if data.get("quiet") is True:
        found.values["severity"] = "error"
    if data.get("debug"):
        found.elsewhere.append("debug: --verbose on the command line")
    known = ("rules", "exclude", "quiet", "debug")
    found.left.extend(f"{key}: no key of dclint" for key in data if key not in known)


def _compose_lint(data: Mapping[str, Any], found: Reading) -> None:
    rules: dict[str, dict[str, Any]] = {}
    ignore: list[str] = []
    services: list[dict[str, Any]] = []
    for code, value in _mapping(data.get("rules")).items():
        setting = _mapping(value)
        rule = f"compose-lint/{code}"
        reason = str(setting.get("reason") or "")
        if setting.get("enabled") is False:
            ignore.append(rule)
            if reason:
                found.reasons[rule] = reason
        written = setting.get("severity")
        severity = _COMPOSE_LINT_SEVERITIES.get(str(written).lower())
        if written is not None and severity is None:
            found.left.append(f"rules.{code}.severity: {written} is no severity; there are critical, high, medium, low")
        if severity:
            rules[rule] = {"severity": severity}
        excluded = setting.get("exclude_services")
        reasons = _mapping(excluded)
        for service in reasons or _texts(excluded):
            why = str(reasons.get(service) or reason)
            services.append({"names": [str(service)], "ignore": [rule], "reason": why})
        found.left.extend(
            f"rules.{code}.{key}: no key of compose-lint" for key in setting if key not in _COMPOSE_LINT_KEYS
        )
    found.left.extend(f"{key}: no key of compose-lint" for key in data if key != "rules")
    preset = ["recommended", "compose-lint"]
    found.values = {"preset": preset, "fail-on": "error", "rules": rules, "ignore": ignore, "services": services}


# What values of options are, by dlint's names for them; others are taken as they are and judged by their rules.
_SHAPES: dict[str, tuple[type, str]] = {
    **dict.fromkeys(("check-pull-policy", "skip-comments", "skip-blank-lines"), (bool, "true or false")),
    **dict.fromkeys(("quote-type", "mode"), (str, "a text")),
    **dict.fromkeys(("ports-sections", "mutable-tags", "group-order", "order"), (list, "a list of texts")),
    **dict.fromkeys(("lines", "most", "at-start", "at-end", "statements"), (int, "a number")),
    "groups": (dict, "a mapping of names to lists of texts"),
}


def _take(options: dict[str, Any], option: str | None, value: Any, rule: str, key: str, found: Reading) -> None:
    """Take over an option that there is here, ``option``, if its value has the shape that the other tool wants."""
    if option is None:
        found.left.append(f"{rule}: no option {key} here")
    elif _fits(value, option):
        options[option] = value
    else:
        found.left.append(f"{rule}.{key} is {_SHAPES[option][1]}, not {shortened(value)}")


def _fits(value: Any, option: str) -> bool:
    if option not in _SHAPES:
        return True
    kind = _SHAPES[option][0]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        return False
    lists = [value] if isinstance(value, list) else [*value.values()] if isinstance(value, dict) else []
    return all(isinstance(one, list) and all(isinstance(text, str) for text in one) for one in lists)


def _mapping(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


_TALLY_OPTIONS = {
    "tally/max-lines": {"max": "lines", "skip-comments": "skip-comments", "skip-blank-lines": "skip-blank-lines"},
    "tally/eol-last": {"mode": "mode"},
    "tally/newline-between-instructions": {"mode": "mode"},
    "tally/no-multiple-empty-lines": {"max": "most", "max-bof": "at-start", "max-eof": "at-end"},
    "tally/labels/prefer-grouped": {"min-labels": "most"},
    "tally/prefer-run-heredoc": {"min-commands": "commands"},
    "tally/powershell/error-action-preference": {"min-statements": "statements"},
    "tally/newline-per-chained-call": {"min-commands": "commands"},
    "tally/require-secret-mounts": {"commands": "commands"},
}
_TALLY_FAIL = {**{level: level for level in _LEVELS}, "none": "never"}


def _tally(data: Mapping[str, Any], found: Reading) -> None:
    rules: dict[str, dict[str, Any]] = {}
    tables = _mapping(data.get("rules"))
    enable, ignore = _texts(tables.get("include")), _texts(tables.get("exclude"))
    for namespace, table in tables.items():
        if namespace not in ("include", "exclude"):
            for name, settings in _tally_rules(namespace, _mapping(table)):
                _tally_rule(name, settings, rules, enable, ignore, found)
    found.values = {"rules": rules, "enable": _tally_names(enable, found), "ignore": _tally_names(ignore, found)}
    level = _mapping(data.get("output")).get("fail-level")
    if level in _TALLY_FAIL:
        found.values["fail-on"] = _TALLY_FAIL[level]
    if _mapping(data.get("inline-directives")).get("enabled") is False:
        found.values["inline-ignores"] = False
    known = ("rules", "output", "inline-directives")
    found.left.extend(f"{key}: not taken over" for key in data if key not in known)


def _tally_rules(namespace: str, table: Mapping[Any, Any]) -> Iterator[tuple[str, Mapping[Any, Any]]]:
    """The tables of rules below a namespace: ``tally.max-lines``, ``tally.labels.prefer-grouped``."""
    for name, settings in table.items():
        inner = _mapping(settings)
        nested = inner and all(isinstance(value, dict) for key, value in inner.items() if key != "exclude")
        if nested and f"{namespace}/{name}" not in _TALLY_OPTIONS:
            yield from ((f"{namespace}/{name}/{last}", _mapping(value)) for last, value in inner.items())
        else:
            yield f"{namespace}/{name}", inner


def _tally_rule(
    name: str,
    settings: Mapping[Any, Any],
    rules: dict[str, dict[str, Any]],
    enable: list[str],
    ignore: list[str],
    found: Reading,
) -> None:
    """Take over what a table of tally's says of one rule."""
    spelled = _TALLY_OPTIONS.get(name, {})
    own: dict[str, Any] = {}
    for key, value in settings.items():
        if key == "severity" and value == "off":
            ignore.append(name)
        elif key == "severity" and value in _LEVELS:
            own["severity"] = value
        elif key == "severity":
            found.left.append(f"rules.{name.replace('/', '.')}.severity: {value} is no severity")
        elif key != "fix":
            taken = _mounts(value) if name == "tally/require-secret-mounts" else value
            _take(own, spelled.get(key), taken, f"rules.{name.replace('/', '.')}", str(key), found)
    if own:
        rules[_alias(name)] = own
        # There, who sets an option of a rule switches it on.
        if set(own) - {"severity"}:
            enable.append(name)


def _mounts(commands: Any) -> dict[str, str]:
    """The mount that each command is to have: tables of options there, ``key=value`` in a row here."""
    return {
        str(name): ",".join(f"{key}={value}" for key, value in _mapping(options).items())
        for name, options in _mapping(commands).items()
    }


def _tally_names(names: list[str], found: Reading) -> list[str]:
    """The codes of a list as names of rules; patterns have no counterpart."""
    found.left.extend(f"rules: the pattern {name} is not taken over" for name in names if "*" in name)
    return [_alias(name) for name in names if "*" not in name]


def _alias(name: str) -> str:
    """A code of tally's as an alias here: ShellCheck's stand for themselves."""
    code = name.removeprefix("shellcheck/")
    if _SHELLCHECK.fullmatch(code):
        return code.upper()
    return name if is_foreign(name) else f"tally/{name}"


_READERS: dict[str, Callable[[Mapping[str, Any], Reading], None]] = {
    "hadolint": _hadolint,
    "tally": _tally,
    "dclint": _dclint,
    "compose-lint": _compose_lint,
}
