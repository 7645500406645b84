"""Configuration files of other linters, in the keys of ``dlint.toml``: hadolint's, dclint's and compose-lint's.

They count where a project has no configuration for dlint. What such a file says about rules is taken over for the
rules that have that tool's name for them as an alias; what is about output formats is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_LEVELS = ("error", "warning", "info", "style")
_LABEL_RULES = ("hadolint/DL3049", "hadolint/DL3050", "hadolint/DL3051", "hadolint/DL3052")
_DCLINT_OPTIONS = {
    "no-build-and-image": {"checkPullPolicy": "check-pull-policy"},
    "require-quotes-in-ports": {"quoteType": "quote-type", "portsSections": "ports-sections"},
    "service-keys-order": {"groups": "groups", "groupOrder": "group-order"},
    "top-level-properties-order": {"customOrder": "order"},
}
_COMPOSE_LINT_SEVERITIES = {"critical": "error", "high": "error", "medium": "warning", "low": "info"}


def read(name: str, text: str) -> dict[str, Any]:
    """What the file called ``name`` (a base name) says, as keys of ``dlint.toml``.

    Text that is no mapping says nothing, and so do keys and values it should not have: the tool itself passes over
    them too. Never raises.
    """
    from dlint.source import Source
    from dlint.syntax import yamltree
    from dlint.syntax.yaml_nodes import to_data

    stream = yamltree.parse(Source(name, text))
    data = to_data(stream.documents[0]) if stream.documents and not stream.faults else None
    return _READERS[tool(name)](data) if isinstance(data, dict) else {}


def tool(name: str) -> str:
    """Whose file it is: ``hadolint``, ``dclint`` or ``compose-lint``."""
    return "hadolint" if "hadolint" in name else "dclint" if "dclint" in name else "compose-lint"


def _hadolint(data: Mapping[str, Any]) -> dict[str, Any]:
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
    found: dict[str, Any] = {"rules": rules, "enable": enable}
    found["ignore"] = [_code(code) for code in _texts(data.get("ignored"))]
    if data.get("disable-ignore-pragma") is True:
        found["inline-ignores"] = False
    if data.get("no-fail") is True:
        found["fail-on"] = "never"
    elif data.get("failure-threshold") in _LEVELS:
        found["fail-on"] = data["failure-threshold"]
    return found


def _code(code: str) -> str:
    return f"hadolint/{code}" if code.startswith("DL") else code


def _dclint(data: Mapping[str, Any]) -> dict[str, Any]:
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
    found: dict[str, Any] = {"rules": rules, "ignore": ignore, "exclude": _texts(data.get("exclude"))}
    if data.get("quiet") is True:
        found["severity"] = "error"
    return found


def _compose_lint(data: Mapping[str, Any]) -> dict[str, Any]:
    rules: dict[str, dict[str, Any]] = {}
    ignore: list[str] = []
    services: list[dict[str, Any]] = []
    for code, value in _mapping(data.get("rules")).items():
        setting = _mapping(value)
        rule = f"compose-lint/{code}"
        if setting.get("enabled") is False:
            ignore.append(rule)
        severity = _COMPOSE_LINT_SEVERITIES.get(str(setting.get("severity")))
        if severity:
            rules[rule] = {"severity": severity}
        excluded = setting.get("exclude_services")
        reasons = _mapping(excluded)
        for service in reasons or _texts(excluded):
            reason = str(reasons.get(service) or setting.get("reason") or "")
            services.append({"names": [str(service)], "ignore": [rule], "reason": reason})
    return {"rules": rules, "ignore": ignore, "services": services}


def _mapping(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


_READERS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "hadolint": _hadolint,
    "dclint": _dclint,
    "compose-lint": _compose_lint,
}
