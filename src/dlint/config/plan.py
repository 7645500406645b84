"""Decides which rules look at a file, how severe each is and with which options."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from dlint.config.catalogue import Catalogue
from dlint.config.dispatch import Codes, Dispatch, EnabledRule
from dlint.config.keys import ConfigError, did_you_mean, shortened
from dlint.config.layers import Config
from dlint.config.patterns import matches
from dlint.rule.rule import Rule
from dlint.rule.severity import SEVERITIES, Severity
from dlint.rule.words import PEER_PRESETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PEERS = frozenset(PEER_PRESETS)
_OWN_PRESETS = frozenset(("recommended", "strict"))
# Plans that are kept of a catalogue: a handful for each different configuration.
_MOST_PLANS = 100


def plan(
    config: Config, catalogue: Catalogue, kinds: tuple[str, ...], path: str = "", also: frozenset[str] = frozenset()
) -> Dispatch:
    """The plan for a file at ``path`` (from the project's root) among the rules of ``kinds``. Raises ConfigError.

    ``also`` names rules that the file itself asks for; they are on unless the configuration ignores them.
    """
    each = config["paths"]
    tables = tuple([i for i, table in enumerate(each) if matches(path, table.get("files", ()))]) if each else ()
    # Groups of files have rules of the kinds that they need; of a kind that is there all rules are.
    kinds = tuple([kind for kind in kinds if kind in catalogue.kinds])
    key = (kinds, tables, also)
    found = config.plans.get(key)
    if found is None:
        # Who lints many projects one after the other has the same settings for most of them.
        alike = (repr(config.values), *key)
        found = catalogue.plans.get(alike)
        if found is None:
            if len(kinds) == 1:
                active = list(_active(config, catalogue, kinds[0], tables, also))
            else:
                each = [plan(config, catalogue, (kind,), path, also).active for kind in dict.fromkeys(kinds)]
                active = sorted((entry for one in each for entry in one), key=lambda entry: entry.rule.name)
            if len(catalogue.plans) >= _MOST_PLANS:
                catalogue.plans.clear()
            catalogue.plans[alike] = found = Dispatch(active)
        config.plans[key] = found
    return found


def _active(
    config: Config, catalogue: Catalogue, kind: str, tables: tuple[int, ...], also: frozenset[str]
) -> Iterator[EnabledRule]:
    """The active rules. Names of rules that are not loaded in this run are passed over: they were checked before."""

    def named(wanted: Iterable[str]) -> set[str]:
        return catalogue.names(wanted, "", strict=False)

    chosen = [config["paths"][i] for i in tables]
    only = named(config["select"]) if config["select"] else None
    enabled = named(config["enable"]) | (named(also) if only is None else set())
    enabled.update(*(named(table.get("enable", ())) for table in chosen))
    ignored = named(config["ignore"]).union(*(named(table.get("ignore", ())) for table in chosen))
    own = _own_settings([config["rules"], *(table.get("rules", {}) for table in chosen)], catalogue)
    chosen_by_name: dict[str, EnabledRule] = {}
    preset = config["preset"]
    # Nothing is said of any rule, and what is wanted is a preset of ours.
    plain = only is None and not (enabled or ignored or own) and preset in _OWN_PRESETS
    for name, rule in catalogue.of_kind(kind):
        if plain and not rule.page.codes:
            entry = _of_preset(rule, preset)
        else:
            try:
                entry = _decide(rule, preset, only, enabled, ignored, own.get(name, {}))
                if rule.page.codes:
                    entry = _gathered(rule, entry, (*(only or ()), *enabled), ignored, own)
            except ConfigError as error:
                raise ConfigError(f"{_place(config, catalogue, str(error))}{error}") from error
        if entry is not None:
            chosen_by_name[name] = entry
            yield entry
    for entry in chosen_by_name.values():
        for name in entry.rule.page.gathers:
            settings = own.get(name, {})
            part = catalogue.rules.get(name)
            if part and name not in chosen_by_name and name not in ignored and settings.get("severity") != "off":
                yield _part(part, entry, settings)


def _own_settings(tables: Iterable[dict[str, Any]], catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    """What tables of settings say of each rule; a later one wins."""
    own: dict[str, dict[str, Any]] = {}
    for table in tables:
        for name, settings in table.items():
            for known in catalogue.names((name,), "", strict=False):
                own[known] = {**own.get(known, {}), **settings}
    return own


def _part(rule: Rule, gatherer: EnabledRule, own: dict[str, Any]) -> EnabledRule:
    """The entry of a rule that is on only for what another one reports in its place."""
    part = EnabledRule(rule, gatherer.severity, bind(rule, _options(own)))
    part.gatherer = gatherer
    return part


def _options(own: Mapping[str, Any]) -> dict[str, Any]:
    return {key.replace("-", "_"): value for key, value in own.items() if key != "severity"}


def _place(config: Config, catalogue: Catalogue, message: str) -> str:
    """``FILE:LINE: `` of what a message that begins with ``rules.NAME`` is about, as far as it is known."""
    name = message.partition(":")[0].split(" ")[0].removeprefix("rules.").partition(".")[0]
    option = message.partition("unknown option '")[2].partition("'")[0]
    option = option or message.partition(f"rules.{name}.")[2].partition(" ")[0].partition(".")[0].partition("[")[0]
    from dlint.config.file import line_of

    for written in config["rules"]:
        if any(rule.name == name for rule in catalogue.find(written)):
            origin = config.origins.get(f"rules.{written}", "")
            line = line_of(origin, written, option) if os.path.isabs(origin) else 0
            return f"{origin}:{line}: " if line else f"{origin}: " * bool(origin)
    origin = config.origins.get("paths", "")
    return f"{origin}: " if origin else ""


def _gathered(
    rule: Rule, entry: EnabledRule | None, named: Iterable[str], ignored: set[str], own: dict[str, dict[str, Any]]
) -> EnabledRule | None:
    """The entry of a rule that gathers codes: it is on if it is on as a whole, or one of its codes."""
    codes = Codes(rule, entry is not None, named, ignored, own)
    if entry is None:
        wanted = codes.named | {name for name in own if rule.page.code(name) and own[name].get("severity") != "off"}
        if not wanted:
            return None
        entry = EnabledRule(rule, rule.severity, {})
    entry.codes = codes
    return entry


def _of_preset(rule: Rule, preset: str) -> EnabledRule | None:
    """What ``_decide`` comes to where only a preset of ours speaks of a rule, as it does of most."""
    severity, options = _preset(rule, preset)
    if severity is None:
        return None
    entry = EnabledRule(rule, severity, options)
    entry.yields_to, entry.once = rule.page.yields_to, rule.page.once
    return entry


def _decide(
    rule: Rule,
    preset: str | tuple[str, ...],
    only: set[str] | None,
    enabled: set[str],
    ignored: set[str],
    own: dict[str, Any],
) -> EnabledRule | None:
    severity, options = _preset(rule, preset)
    if only is not None:
        severity = (severity or rule.severity) if rule.name in only else None
    if rule.name in enabled:
        severity = severity or rule.severity
    word = own.get("severity")
    if word == "off" or rule.name in ignored:
        return None
    if word is not None:
        severity = SEVERITIES.get(word) or severity or rule.severity
    if severity is None:
        return None
    entry = EnabledRule(rule, severity, {**options, **bind(rule, _options(own))} if own else options)
    presets = (preset,) if isinstance(preset, str) else preset
    as_peer = not rule.page.presets.keys().isdisjoint(_PEERS.intersection(presets))
    entry.firm = as_peer or word in SEVERITIES
    # Who asks for all rules, or for all that another tool finds, gets each for itself.
    if not as_peer and "all" not in presets:
        entry.yields_to, entry.once = rule.page.yields_to, rule.page.once
    return entry


def _preset(rule: Rule, preset: str | tuple[str, ...]) -> tuple[Severity | None, dict[str, Any]]:
    """The severity a preset gives the rule (None: off) and the options it sets; of several, the last that has it."""
    if not isinstance(preset, str):
        each = (_preset(rule, one) for one in reversed(preset))
        return next((found for found in each if found[0] is not None), (None, {}))
    wanted = rule.page.presets.get(preset)
    if preset == "all" or (preset == "security" and (wanted is not None or rule.category == "security")):
        return rule.severity, {}
    if wanted is None:
        if preset != "strict" or "recommended" not in rule.page.presets:
            return None, {}
        wanted = rule.page.presets["recommended"]
    severity, settings = wanted
    if not settings:
        return severity, {}
    return severity, bind(rule, {key.replace("-", "_"): _read(value) for key, value in settings.items()})


def _read(word: str) -> Any:
    """An option's value as a page's header writes it."""
    if word in ("true", "false"):
        return word == "true"
    if word.lstrip("-").isdigit():
        return int(word)
    return word.split("|") if "|" in word else word


def bind(rule: Rule, given: Mapping[str, Any]) -> dict[str, Any]:
    """``given`` in the shapes of the rule's options. Raises ConfigError for an unknown option or a wrong shape."""
    options: dict[str, Any] = {}
    defaults = rule.check.options
    for name, value in given.items():
        spelled = name.replace("_", "-")
        if name not in defaults:
            known = ["severity", *(option.replace("_", "-") for option in defaults)]
            hint = did_you_mean(spelled, known) or f"; it has {', '.join(known)}"
            raise ConfigError(f"rules.{rule.name}: unknown option {spelled!r}{hint}")
        options[name] = _in_shape(rule, spelled, value, defaults[name])
    return options


def _in_shape(rule: Rule, name: str, value: Any, default: Any) -> Any:
    where = f"rules.{rule.name}.{name}"
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise ConfigError(f"{where} is true or false, not {shortened(value)}")
    elif isinstance(default, int):
        if not isinstance(value, int) or isinstance(value, bool):
            raise ConfigError(f"{where} is a whole number, not {shortened(value)}")
    elif isinstance(default, str):
        if not isinstance(value, str):
            raise ConfigError(f"{where} is a text, not {shortened(value)}")
    elif isinstance(default, tuple):
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, list | tuple):
            raise ConfigError(f"{where} is a list, not {shortened(value)}")
        # An empty list or table says nothing of what is in it; all that rules have are texts.
        return tuple(_in_shape(rule, f"{name}[{n}]", item, (*default, "")[0]) for n, item in enumerate(value, 1))
    elif isinstance(default, dict | Mapping):
        if not isinstance(value, Mapping):
            raise ConfigError(f"{where} is a table, not {shortened(value)}")
        sample = next(iter(default.values()), "")
        return {key: _in_shape(rule, f"{name}.{key}", item, sample) for key, item in value.items()}
    return value
