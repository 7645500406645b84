"""What a rule's name means: every spelling of it, other tools' codes among them."""

from __future__ import annotations

from dlint.config.keys import ConfigError, did_you_mean
from dlint.rule.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any


class Catalogue:
    """All rules of a run, built in and plugged in, with every spelling of their names.

    ``plans`` is what was made of it for equal settings, see ``plan.plan``.
    """

    __slots__ = ("rules", "kinds", "plans", "_aliases", "_by_kind", "_gathering")

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self.rules = dict(rules)
        self._by_kind: dict[str, list[tuple[str, Rule]]] = {}
        for name, rule in sorted(self.rules.items()):
            self._by_kind.setdefault(rule.page.kind, []).append((name, rule))
        self.kinds = self._by_kind.keys()
        self.plans: dict[Any, Any] = {}
        self._aliases: dict[str, list[str]] = {}
        self._gathering = [rule for rule in self.rules.values() if rule.page.codes]

    def of_kind(self, kind: str) -> list[tuple[str, Rule]]:
        """The rules of a kind with their names, in the order of these."""
        return self._by_kind.get(kind, [])

    @property
    def aliases(self) -> dict[str, list[str]]:
        """Every other spelling of a rule's name, lower case → names of rules."""
        self._aliases = self._aliases or aliases(self.rules)
        return self._aliases

    def find(self, name: str) -> list[Rule]:
        """The rules a user means by ``name``: a name, an alias with or without its tool, ``kind/*`` or a pattern."""
        if name in self.rules:
            return [self.rules[name]]
        lower = name.lower()
        if lower in self.aliases:
            return [self.rules[n] for n in self.aliases[lower]]
        if lower.startswith("dlint/"):
            return self.find(name[6:])
        for gathering in self._gathering:
            rule = gathering.of_code(name)
            if rule is not None:
                return [rule]
        if lower.endswith("/*") and lower[:-2] in _TOOLS:
            return [r for r in self.rules.values() if any(alias.startswith(lower[:-1]) for alias in r.aliases)]
        if any(c in name for c in "*?["):
            from fnmatch import fnmatchcase

            return [
                r for r in self.rules.values() if fnmatchcase(r.name, name) or fnmatchcase(f"{r.kind}/{r.name}", name)
            ]
        return []

    def names(self, wanted: Iterable[str], where: str, strict: bool = True) -> set[str]:
        """The names of the rules meant by ``wanted``. Raises ConfigError for one that is unknown, if ``strict``."""
        found: set[str] = set()
        for name in wanted:
            rules = self.find(name)
            if not rules and strict and not is_foreign(name):
                raise ConfigError(f"{where}: unknown rule {name!r}{self.hint(name)}; `dlint rules` lists them")
            found.update(rule.name for rule in rules)
        return found

    def hint(self, name: str) -> str:
        """`` (did you mean X?)`` or nothing."""
        spelled = {word.lower(): word for rule in self.rules.values() for word in _names(rule)}
        return did_you_mean(name.lower(), spelled, spelled)


def is_meant(rule: Rule, name: str) -> bool:
    """Whether a user means ``rule``, or the rule that gathers its code, by ``name``."""
    return name == rule.page.family or bool(Catalogue({rule.name: rule}).find(name))


def _names(rule: Rule) -> list[str]:
    """All names of a rule as they are written, those of other tools with and without the tool."""
    return [*rule.aliases, *(alias.partition("/")[2] or alias for alias in rule.aliases), rule.name]


def is_foreign(name: str) -> bool:
    """Whether ``name`` is shaped like another tool's code that dlint has no rule for."""
    tool, slash, _ = name.partition("/")
    return (bool(slash) and tool in _TOOLS) or (name[:2].upper() in ("DL", "DS", "CL", "DF") and name[-1:].isdigit())


_TOOLS = frozenset(
    "hadolint buildkit trivy kics checkov semgrep tally dclint compose-lint dockerfilelint shellcheck droast".split()
)


def aliases(rules: dict[str, Rule]) -> dict[str, list[str]]:
    """Every other spelling of a rule's name, lower case → rule names: ``hadolint/dl3008`` and bare ``dl3008``."""
    names: dict[str, list[str]] = {}
    for rule in rules.values():
        for alias in rule.aliases:
            for spelling in {alias.lower(), alias.lower().partition("/")[2]}:
                if spelling and rule.name not in names.setdefault(spelling, []):
                    names[spelling].append(rule.name)
    return names
