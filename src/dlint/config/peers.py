"""Configuration files of other linters, in the keys of ``dlint.toml``: hadolint's, dclint's and compose-lint's.

They count where a project has no configuration for dlint. What such a file says about rules is taken over for the
rules that have that tool's name for them as an alias; what is about output formats is left alone. Environment
variables of these tools (``HADOLINT_*``) are not read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

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
    """

    __slots__ = ("values", "left", "elsewhere", "reasons", "broken")

    def __init__(self) -> None:
        self.broken = False
        self.values: dict[str, Any] = {}
        self.left: list[str] = []
        self.elsewhere: list[str] = []
        self.reasons: dict[str, str] = {}


def read(name: str, text: str) -> Reading:
    """What the file called ``name`` (a base name) says.

    Text that is no mapping says nothing, and so do keys and values it should not have. Never raises.
    """
    from dlint.source import Source
    from dlint.syntax.yaml import parser as yamltree
    from dlint.syntax.yaml.nodes import to_data

    found = Reading()
    stream = yamltree.parse(Source(name, text))
    data = to_data(stream.documents[0]) if stream.documents and not stream.faults else None
    if isinstance(data, dict):
        _READERS[tool(name)](data, found)
    elif text.strip():
        found.broken = True
        found.left.append("the file is not a YAML mapping, so nothing of it counts")
    return found


def tool(name: str) -> str:
    """Whose file it is: ``hadolint``, ``dclint`` or ``compose-lint``."""
    return "hadolint" if "hadolint" in name else "dclint" if "dclint" in name else "compose-lint"


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
    return f"hadolint/{code}" if code.startswith("DL") else code


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
            options = {spelled[key]: value for key, value in given.items() if key in spelled}
            rules[rule] = {"severity": "error" if level == 2 else "warning", **options}
            found.left.extend(f"rules.{name}: no option {key} here" for key in given if key not in spelled)
        else:
            found.left.append(f"rules.{name}: {setting!r} is no level; it is 0, 1 or 2")
    found.values = {"rules": rules, "ignore": ignore}
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
        severity = _COMPOSE_LINT_SEVERITIES.get(str(setting.get("severity")).lower())
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
    found.values = {"rules": rules, "ignore": ignore, "services": services}


def _mapping(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


_READERS: dict[str, Callable[[Mapping[str, Any], Reading], None]] = {
    "hadolint": _hadolint,
    "dclint": _dclint,
    "compose-lint": _compose_lint,
}
