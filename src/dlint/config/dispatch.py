"""Decides which rules look at a file, how severe each is and with which options: the plan the engine walks by."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from dlint.config.catalogue import Catalogue
from dlint.config.keys import ConfigError, did_you_mean, shortened
from dlint.config.load import Config, line_of
from dlint.config.patterns import matches
from dlint.lazy import lazy
from dlint.rule.rule import Code, Problem, Rule, class_name
from dlint.rule.severity import SEVERITIES, Severity
from dlint.rule.words import PEER_PRESETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlint.syntax.fault import Fault
    from dlint.syntax.shell.script import ShellCommand

_PEERS = frozenset(PEER_PRESETS)
# Plans that are kept of a catalogue: a handful for each different configuration.
_MOST_PLANS = 100
# Sets of keys of services for which a plan remembers the rules: most services are written alike.
_MOST_KEY_SETS = 1000


class EnabledRule:
    """A rule that is on: its severity in this run and the check with its options bound."""

    __slots__ = (
        "rule", "severity", "call", "context", "only", "onbuild", "options", "codes", "firm", "yields_to", "once",
        "gatherer",
    )  # fmt: skip

    def __init__(self, rule: Rule, severity: Severity, options: dict[str, Any]) -> None:
        check = rule.check
        self.rule = rule
        self.severity = severity
        self.call: Callable[..., Iterable[Problem]] = self._first_call
        self.context = check.context
        # As a set, words are found again in less time.
        self.only = (frozenset(check.only[0]), *check.only[1:]) if check.only else ()
        self.onbuild = check.onbuild
        self.options = options
        # For a rule that gathers codes: which of them are on, and how severe.
        self.codes: Codes | None = None
        # Whether somebody chose the severity for all its findings, the minor ones as well.
        self.firm = False
        # By the name of its findings, the rules whose findings leave them nothing to say at the same place.
        self.yields_to: Mapping[str, tuple[str, ...]] = {}
        # Of what its findings are joined to one: file, stage, or nothing.
        self.once = ""
        # The rule that reports in one what this one and others find, if it is on only for that.
        self.gatherer: EnabledRule | None = None

    def _first_call(self, *seen: Any) -> Iterable[Problem]:
        """Most checks of a table are never asked for: their functions are bound, and imported, when they are."""
        function = self.rule.check.function
        self.call = functools.partial(function, **self.options) if self.options else function
        return self.call(*seen)

    @property
    def idle(self) -> bool:
        """Whether its check waits for an option that nobody has set."""
        given = self.rule.check.given
        return bool(given) and not any(self.options.get(name) for name in given)

    def concerns(self, node: Any, context: Any) -> bool:
        """Whether its check may have something to say of a node, by what it says itself that it needs."""
        if not self.only:
            return True
        words, having, inside = self.only
        if words and not node.source.mentions_in_any_case(words) and _stands_alone(context):
            return False
        for one, names in ((node, having), (context, inside)):
            for name in names:
                if not (_value(one, name) if "." in name else getattr(one, name)):
                    return False
        return True


def _stands_alone(context: Any) -> bool:
    """Whether it is a Dockerfile, or a stage of one, in which nothing from outside can bring a word."""
    return bool(getattr(getattr(context, "graph", context), "alone", False))


def _value(node: Any, name: str) -> Any:
    """An attribute of an attribute, as ``root.scratch``; what is empty on the way there if something is."""
    for part in name.split("."):
        node = getattr(node, part)
        if not node:
            break
    return node


class Codes:
    """What the configuration says of the codes that a rule gathers.

    ``whole`` says whether the rule as a whole is on. A code that the configuration names is judged by that, any other
    by what it says of the rule.
    """

    __slots__ = ("rule", "whole", "named", "ignored", "own", "_decided")

    def __init__(
        self, rule: Rule, whole: bool, named: Iterable[str], ignored: set[str], own: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self.rule = rule
        self.whole = whole
        self.named = {name for name in named if rule.page.code(name)}
        self.ignored = ignored
        self.own = own
        self._decided: dict[Code, EnabledRule | None] = {}
        for name, settings in own.items():
            for option in settings if rule.page.code(name) else ():
                if option != "severity":
                    hint = f"; it is an option of rules.{rule.name}" if option in rule.options else "; it has none"
                    raise ConfigError(f"rules.{name}: unknown option {option!r}{hint}")

    def active(self, code: Code) -> EnabledRule | None:
        """The entry for a code; None if it is off."""
        if code not in self._decided:
            self._decided[code] = self._decide(code)
        return self._decided[code]

    def tells(self, name: str, options: Mapping[str, Any]) -> bool:
        """Whether a finding of the code ``name`` would surely be reported, with these options of the rule."""
        rule, level = self.rule.of_code(name), SEVERITIES.get(options.get("level", ""), Severity.STYLE)
        # Nobody knows how severe a code is that the page does not list.
        severity = rule.severity if rule is not None and rule.page.listed else Severity.STYLE
        return self.active(Code(name, severity, name in options.get("quiet", ()), level)) is not None

    def _decide(self, code: Code) -> EnabledRule | None:
        word = self.own.get(code.name, {}).get("severity")
        named = code.name in self.named or word is not None
        rule = self.rule.of_code(code.name)
        severity = code.severity if rule is None or code.settled else _reviewed(rule, code.severity)
        shown = self.whole and not code.if_named and severity >= code.level
        if rule is None or word == "off" or code.name in self.ignored or not (named or shown):
            return None
        return EnabledRule(
            rule, SEVERITIES.get(word or self.own.get(self.rule.name, {}).get("severity", ""), severity), {}
        )


def _reviewed(rule: Rule, severity: Severity) -> Severity:
    """How bad a code is: its page's line says so; one that nobody has looked at is no error."""
    return rule.severity if rule.page.listed else min(severity, Severity.WARNING)


class Dispatch:
    """The active rules by what they look at."""

    def __init__(self, active: list[EnabledRule]) -> None:
        self.active = active
        self.gathered = {entry.rule.name: entry.gatherer for entry in active if entry.gatherer is not None}
        self.yields_to = {name: rules for entry in active for name, rules in entry.yields_to.items()}
        self.once = {entry.rule.name: entry.once for entry in active if entry.once}
        self._classes: dict[type, tuple[EnabledRule, ...]] = {}
        self._named: dict[str, tuple[Sequence[EnabledRule], Sequence[EnabledRule]]] = {}
        self._with_keys: dict[tuple[object, ...], tuple[EnabledRule, ...]] = {}

    @lazy
    def nodes(self) -> dict[str, list[EnabledRule]]:
        """By full name of a class of nodes, the rules that want these."""
        return self._by("nodes")

    @lazy
    def commands(self) -> dict[str, list[EnabledRule]]:
        """By name of a command, the rules that want it in a RUN script."""
        return self._by("commands")

    @lazy
    def runs(self) -> dict[str, list[EnabledRule]]:
        """By name of a command, the rules that want the RUN it stands in."""
        return self._by("runs")

    @lazy
    def faults(self) -> dict[str, list[EnabledRule]]:
        """By kind of fault, the rules that want these."""
        return self._by("faults")

    def _by(self, what: str) -> dict[str, list[EnabledRule]]:
        found: dict[str, list[EnabledRule]] = {}
        for entry in self.active:
            names = getattr(entry.rule.check, what)
            for name in names if names and not entry.idle else ():
                found.setdefault(name, []).append(entry)
        return found

    def of_command(self, command: ShellCommand) -> tuple[Sequence[EnabledRule], Sequence[EnabledRule]]:
        """The rules that want a command, and those that want the RUN it stands in.

        A rule may name pip, another pip3: both see pip3, and one that names both sees it once.
        """
        name = command.name
        found = self._named.get(name)
        if found is None:
            names = dict.fromkeys((name, command.tool))
            wanted, runs = ([entry for n in names for entry in of.get(n, ())] for of in (self.commands, self.runs))
            found = self._named[name] = (tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(runs)))
        return found

    def of_fault(self, fault: Fault) -> tuple[EnabledRule, ...]:
        """The rules that want faults of this one's kind."""
        return (*self.of(type(fault)), *self.faults.get(fault.kind, ()))

    def tells(self, name: str, absent: bool) -> bool:
        """Whether a finding of the rule or code ``name`` would surely be reported, if there were one.

        ``absent``: the tool whose codes rules gather has not run.
        """
        for entry in self.active:
            if entry.codes is None:
                if entry.rule.name == name:
                    return True
            elif not absent and (entry.rule.name == name or entry.rule.page.code(name)):
                return entry.rule.name == name or entry.codes.tells(name, entry.options)
        return False

    def of(self, kind: type) -> tuple[EnabledRule, ...]:
        """The rules that want nodes of class ``kind`` or of one of its bases."""
        found = self._classes.get(kind)
        if found is None:
            found = tuple(entry for base in kind.__mro__ for entry in self.nodes.get(class_name(base), ()))
            self._classes[kind] = found
        return found

    def of_mapping(self, kind: type, keys: Iterable[str]) -> tuple[EnabledRule, ...]:
        """Of the rules that want nodes of class ``kind`` those that want one with these keys."""
        signature = (kind, *keys)
        found = self._with_keys.get(signature)
        if found is None:
            if len(self._with_keys) >= _MOST_KEY_SETS:
                self._with_keys.clear()
            there = frozenset(keys)
            wanted = ((entry, entry.rule.check.keys) for entry in self.of(kind))
            found = tuple(entry for entry, one_of in wanted if not one_of or not there.isdisjoint(one_of))
            self._with_keys[signature] = found
        return found


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
    ignored = named(config["ignore"])
    own: dict[str, dict[str, Any]] = {}
    for source in (config["rules"], *(table.get("rules", {}) for table in chosen)):
        for name, settings in source.items():
            for known in named((name,)):
                own[known] = {**own.get(known, {}), **settings}
    for table in chosen:
        enabled |= named(table.get("enable", ()))
        ignored |= named(table.get("ignore", ()))
    chosen_by_name: dict[str, EnabledRule] = {}
    for name, rule in catalogue.of_kind(kind):
        try:
            entry = _decide(rule, config["preset"], only, enabled, ignored, own.get(name, {}))
            if rule.page.codes:
                entry = _gathered(rule, entry, (*(only or ()), *enabled), ignored, own)
        except ConfigError as error:
            raise ConfigError(f"{_place(config, catalogue, str(error))}{error}") from error
        if entry:
            chosen_by_name[name] = entry
            yield entry
    for entry in chosen_by_name.values():
        for name in entry.rule.page.gathers:
            settings = own.get(name, {})
            part = catalogue.rules.get(name)
            if part and name not in chosen_by_name and name not in ignored and settings.get("severity") != "off":
                yield _part(part, entry, settings)


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
    page = rule.page
    if preset == "all":
        return rule.severity, {}
    if preset == "security":
        return (rule.severity if page.category == "security" or "security" in page.presets else None), {}
    wanted = page.presets.get(preset)
    if wanted is None and preset == "strict":
        wanted = page.presets.get("recommended")
    if wanted is None:
        return None, {}
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
