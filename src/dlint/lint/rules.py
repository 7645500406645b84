"""The rules of a run: built in and plugged in, and whether every name in a configuration is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from dlint.config.catalogue import Catalogue
from dlint.config.keys import ConfigError
from dlint.config.layers import Config
from dlint.config.plan import plan
from dlint.project.files import ProjectFiles
from dlint.rule.load import builtin
from dlint.rule.rule import Rule
from dlint.rule.severity import Severity
from dlint.rule.words import KINDS

_INLINE = ("dockerfile_inline", "dockerfile-inline")

# The kinds of rules that speak about a file of each kind.
_WITH = {
    "dockerfile": ("dockerfile", "build", "file"),
    "compose": ("compose", "file"),
    "dockerignore": ("dockerignore", "build", "file"),
    "builder": ("compose", "build", "file"),
}


def kinds_with(project: ProjectFiles, path: str, kind: str) -> tuple[str, ...]:
    """The kinds of rules for a file: a Compose file may have Dockerfiles in it."""
    if kind in ("compose", "builder"):
        source = project.read(path)
        if source is not None and source.mentions(*_INLINE):
            return (*_WITH[kind], "dockerfile", "build")
    return _WITH.get(kind, ())


@lru_cache(maxsize=8)
def catalogue_of(kinds: tuple[str, ...]) -> Catalogue:
    """The rules of ``kinds`` that ship with dlint."""
    return Catalogue(builtin(kinds))


def kinds_needed(project: ProjectFiles, targets: Mapping[str, str]) -> tuple[str, ...]:
    """The kinds of rules that speak about the targets (path → kind)."""
    wanted = {kind for path, target in targets.items() for kind in kinds_with(project, path, target)}
    return tuple(kind for kind in KINDS if kind in wanted)


def plugged(configs: Sequence[Config]) -> dict[str, Rule]:
    """The rules of the plug-ins that the configurations name. Loads, that is runs, them. Raises PluginError."""
    found: dict[str, Rule] = {}
    for path in dict.fromkeys(path for config in configs for path in config["plugins"]):
        from dlint.rule.plugin import plugin

        found.update(plugin(path))
    return found


def check_names(configs: Sequence[Config], catalogue: Catalogue) -> None:
    """Refuse names of rules that no kind of file has. Raises ConfigError with a "did you mean"."""
    everything: Catalogue | None = None
    for config in configs:
        named = {*config["select"], *config["enable"], *config["ignore"], *config["unsafe-fixes"], *config["rules"]}
        for table in (*config["paths"], *config["services"]):
            named |= {*table.get("ignore", ()), *table.get("enable", ()), *table.get("rules", {})}
        for name in sorted(named):
            if catalogue.find(name):
                continue
            if config.withheld:
                # It may be the name of a rule that did not get loaded.
                continue
            if everything is None:
                everything = Catalogue({**builtin(), **plugged(configs)})
            everything.names((name,), _place(config, name))
        if config["select"] and not config.withheld and not any(catalogue.find(name) for name in config["select"]):
            # Codes of other tools that have no rule here pass elsewhere; alone they would select nothing, silently.
            everything = everything or Catalogue({**builtin(), **plugged(configs)})
            if not any(everything.find(name) for name in config["select"]):
                names = ", ".join(config["select"])
                raise ConfigError(f"{_place(config, names)}: no rule is called {names}; `dlint rules` lists them")


def _place(config: Config, name: str) -> str:
    from dlint.config.file import place_of_name

    return place_of_name(config, name)


def rules_of(
    files: ProjectFiles, targets: Mapping[str, str], config_of: Callable[[str], Config], catalogue: Catalogue
) -> list[tuple[Rule, Severity]]:
    """The rules that are on for some target with the severity each has, by name."""
    plans = dict.fromkeys(
        plan(config_of(path), catalogue, kinds_with(files, path, kind), path) for path, kind in targets.items()
    )
    active = {
        entry.rule.name: (entry.rule, entry.severity) for one in plans for entry in one.active if entry.gatherer is None
    }
    return [active[name] for name in sorted(active)]


def why_unusable(config: Config) -> str:
    """What is wrong with the rules, options and plug-ins that a configuration names; "" if nothing is."""
    from dlint.rule.errors import PluginError

    try:
        catalogue = Catalogue({**builtin(), **plugged([config])})
        check_names([config], catalogue)
        plan(config, catalogue, KINDS)
    except (ConfigError, PluginError) as error:
        return str(error)
    finally:
        config.plans.clear()
    return ""
