"""The rules that look at a file, by what they want to see."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter

from dlint.config.keys import ConfigError
from dlint.lazy import lazy
from dlint.rule.rule import Code, Problem, Rule, class_name
from dlint.rule.severity import SEVERITIES, Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlint.model.dockerfile.graph import StageGraph
    from dlint.syntax.fault import Fault
    from dlint.syntax.shell.script import ShellCommand

# Sets of keys of services for which a plan remembers the rules: most services are written alike.
_MOST_KEY_SETS = 1000


class EnabledRule:
    """A rule that is on: its severity in this run and the check with its options bound."""

    __slots__ = (
        "rule", "severity", "call", "context", "words", "having", "inside", "onbuild", "options", "codes", "firm",
        "yields_to", "once", "gatherer",
    )  # fmt: skip

    def __init__(self, rule: Rule, severity: Severity, options: dict[str, Any]) -> None:
        check = rule.check
        self.rule = rule
        self.severity = severity
        self.call: Callable[..., Iterable[Problem]] = self._first_call
        self.context = check.context
        self.words: frozenset[str] | None = None
        # What says of a node, and of what encloses it, whether it has what the check says itself that it needs.
        self.having: Callable[[Any], Any] | None = None
        self.inside: Callable[[Any], Any] | None = None
        if check.only:
            words, having, inside = check.only
            # As a set, words are found again in less time.
            self.words = frozenset(words) if words else None
            self.having = _has(having)
            self.inside = _has(inside)
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
        return bool(given) and not any(map(self.options.get, given))

    def concerns(self, node: Any, context: Any) -> bool:
        """Whether its check may have something to say of a node."""
        having, inside = self.having, self.inside
        return bool((having is None or having(node)) and (inside is None or inside(context)))


class Wanting(tuple["EnabledRule", ...]):
    """The rules that want a kind of node. ``spoken``: one of them asks for words."""

    spoken: bool

    def __new__(cls, entries: Iterable[EnabledRule]) -> Wanting:
        """Looked for once: a plan has the same rules for each file."""
        self = super().__new__(cls, entries)
        self.spoken = any(entry.words is not None for entry in self)
        return self


def spoken_of(entries: Wanting, graph: StageGraph) -> Sequence[EnabledRule]:
    """Of the rules those that ask for no words, and those of whose words one stands in the Dockerfile.

    All where something from outside can bring a word.
    """
    if not (entries.spoken and graph.alone):
        return entries
    stands = graph.source.mentions_in_any_case
    return [entry for entry in entries if entry.words is None or stands(entry.words)]


@functools.cache
def _has(names: tuple[str, ...]) -> Callable[[Any], Any] | None:
    """What says whether none of some attributes is empty; None if there are none.

    A name may be that of an attribute of an attribute, as ``root.scratch``.
    """
    if len(names) < 2 and "." not in "".join(names):
        return attrgetter(*names) if names else None
    paths = [[*map(attrgetter, name.split("."))] for name in names]

    def has(one: Any) -> bool:
        for path in paths:
            value = one
            for step in path:
                value = step(value)
                if not value:
                    return False
        return True

    return has


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
        self._classes: dict[type, Wanting] = {}
        self._named: dict[str, tuple[Wanting, Wanting]] = {}
        self._with_keys: dict[tuple[type, frozenset[str], frozenset[EnabledRule]], tuple[EnabledRule, ...]] = {}
        self._keyed: dict[type, dict[str, list[int]]] = {}

    @lazy
    def gathered(self) -> dict[str, EnabledRule]:
        """By name of a rule that is on only for what another one reports in its place, that one."""
        return {entry.rule.name: entry.gatherer for entry in self.active if entry.gatherer is not None}

    @lazy
    def yields_to(self) -> dict[str, tuple[str, ...]]:
        """By name of findings, the rules whose findings leave them nothing to say at the same place."""
        return {name: rules for entry in self.active if entry.yields_to for name, rules in entry.yields_to.items()}

    @lazy
    def once(self) -> dict[str, str]:
        """By name of a rule, of what its findings are joined to one."""
        return {entry.rule.name: entry.once for entry in self.active if entry.once}

    @lazy
    def speaking(self) -> list[EnabledRule]:
        """The rules that ask for words."""
        return [entry for entry in self.active if entry.words is not None]

    @lazy
    def nodes(self) -> dict[str, list[EnabledRule]]:
        """By full name of a class of nodes, the rules that want these."""
        return self._wanted[0]

    @lazy
    def commands(self) -> dict[str, list[EnabledRule]]:
        """By name of a command, the rules that want it in a RUN script."""
        return self._wanted[1]

    @lazy
    def runs(self) -> dict[str, list[EnabledRule]]:
        """By name of a command, the rules that want the RUN it stands in."""
        return self._wanted[2]

    @lazy
    def faults(self) -> dict[str, list[EnabledRule]]:
        """By kind of fault, the rules that want these."""
        return self._wanted[3]

    @lazy
    def blaming(self) -> Dispatch:
        """Of the rules those that may find a Dockerfile to be the cause, and those they yield to."""
        names = {entry.rule.name for entry in self.active if entry.rule.check.blames}
        while not names >= (more := {other for name in names for other in self.yields_to.get(name, ())}):
            names |= more
        return Dispatch([entry for entry in self.active if entry.rule.name in names])

    @lazy
    def _wanted(self) -> tuple[dict[str, list[EnabledRule]], ...]:
        found: tuple[dict[str, list[EnabledRule]], ...] = ({}, {}, {}, {})
        nodes, commands, runs, faults = found
        for entry in self.active:
            check = entry.rule.check
            if check.given and entry.idle:
                continue
            for name in check.nodes:
                nodes.setdefault(name, []).append(entry)
            for name in check.commands:
                commands.setdefault(name, []).append(entry)
            for name in check.runs:
                runs.setdefault(name, []).append(entry)
            for name in check.faults:
                faults.setdefault(name, []).append(entry)
        return found

    def of_command(self, command: ShellCommand) -> tuple[Wanting, Wanting]:
        """The rules that want a command, and those that want the RUN it stands in.

        A rule may name pip, another pip3: both see pip3, and one that names both sees it once.
        """
        name = command.name
        found = self._named.get(name)
        if found is None:
            names = dict.fromkeys((name, command.tool))
            wanted, runs = ([entry for n in names for entry in of.get(n, ())] for of in (self.commands, self.runs))
            found = self._named[name] = (Wanting(dict.fromkeys(wanted)), Wanting(dict.fromkeys(runs)))
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

    def of(self, kind: type) -> Wanting:
        """The rules that want nodes of class ``kind`` or of one of its bases."""
        found = self._classes.get(kind)
        if found is None:
            found = Wanting(entry for base in kind.__mro__ for entry in self.nodes.get(class_name(base), ()))
            self._classes[kind] = found
        return found

    def of_mapping(
        self, kind: type, keys: Iterable[str], without: frozenset[EnabledRule] = frozenset()
    ) -> tuple[EnabledRule, ...]:
        """Of the rules that want nodes of class ``kind`` those that want one with these keys, less some."""
        places = self._places(kind)
        # Those that no rule asks for do not matter, nor does their order.
        asked = places.keys() & keys
        signature = (kind, frozenset(asked), without)
        found = self._with_keys.get(signature)
        if found is None:
            if len(self._with_keys) >= _MOST_KEY_SETS:
                self._with_keys.clear()
            wanted = {place for key in ("", *asked) for place in places.get(key, ())}
            entries = map(self.of(kind).__getitem__, sorted(wanted))
            found = self._with_keys[signature] = tuple([entry for entry in entries if entry not in without])
        return found

    def _places(self, kind: type) -> dict[str, list[int]]:
        """By key, which of the rules that want nodes of a class ask for it, by their places; ``""``: for none."""
        found = self._keyed.get(kind)
        if found is None:
            found = self._keyed[kind] = {}
            for place, entry in enumerate(self.of(kind)):
                for key in entry.rule.check.keys or ("",):
                    found.setdefault(key, []).append(place)
        return found
