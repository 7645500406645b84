"""The whole of a run: files found, configuration read, rules loaded, engine run. Also the public Python API."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from dlint import config as settings
from dlint.cache import Cache
from dlint.config import Config, ConfigError, Layer
from dlint.engine import Run
from dlint.load import builtin, plugin
from dlint.model.discover import kind_of
from dlint.model.project import Project
from dlint.pages import KINDS
from dlint.rule import Finding, Report, Rule
from dlint.select import Catalogue

# The kinds of rules that speak about a file of each kind.
_WITH = {
    "dockerfile": ("dockerfile", "build", "file"),
    "compose": ("compose", "file"),
    "dockerignore": ("dockerignore", "file"),
}


def rules() -> list[Rule]:
    """Every rule that ships with dlint, by name."""
    return sorted(builtin().values(), key=lambda rule: rule.name)


def lint_files(
    files: Mapping[str, str | bytes],
    *,
    targets: Collection[str] | None = None,
    config: Mapping[str, Any] | None = None,
) -> list[Finding]:
    """Lint files given as path → content, as one project in memory.

    ``targets`` limits which files are linted (default: all that are Dockerfiles, Compose files or ignore files); the
    others are context. ``config`` has the keys of ``dlint.toml``. Suppressed findings are left out. Raises
    ConfigError for a configuration that cannot be used, and RuntimeError if a rule failed.
    """
    report = report_files(files, targets=targets, config=config)
    if report.failures:
        raise RuntimeError("; ".join(f"{failure.path}: {failure.message}" for failure in report.failures))
    return report.visible


def lint_paths(paths: Sequence[str], *, root: str | None = None, config: Mapping[str, Any] | None = None) -> Report:
    """Lint files and folders on disk, as the command line does.

    ``root`` is the project's root (default: the git top level of the first path). ``config`` has the keys of
    ``dlint.toml`` and wins over the files found. Raises ConfigError, and FileNotFoundError for a missing path.
    """
    from dlint.session import Session

    session = Session(paths, root=root, overrides=config)
    if session.errors:
        raise FileNotFoundError("; ".join(session.errors))
    return session.lint()


def report_files(
    files: Mapping[str, str | bytes],
    *,
    targets: Collection[str] | None = None,
    config: Mapping[str, Any] | None = None,
    today: str | None = None,
) -> Report:
    """Like ``lint_files``, but the whole Report, suppressed findings and failures included."""
    project = Project.from_files(files)
    kinds = {path: kind for path in files if (kind := kind_of(path, _head(project, path)))}
    if targets is None:
        wanted = dict(kinds)
    else:
        wanted = {path: kinds.get(path) or kind_or_guess(project, path) for path in targets}
    layers = []
    for name in settings.FILES:
        if name in files:
            values = settings.parse(name, project.text(name))
            if values is not None:
                layers.append(Layer(name, "", values))
                break
    if not layers:
        peers: dict[str, Layer] = {}
        for name in settings.PEER_FILES:
            if name in files:
                peers = {**settings.peer_layer(name, name, "", project.text(name)), **peers}
        layers.extend(peers.values())
    if config:
        layers.append(Layer("config", "", settings.validate(config, "config")))
    only = Config(layers)
    return run(project, wanted, kinds, lambda path: only, [only], today=today)


def _head(project: Project, path: str) -> str:
    return project.text(path)[:4096]


def kind_by_name(path: str) -> str | None:
    """The kind of a file whose name says it, else None."""
    return kind_of(path, "")


def kind_of_file(project: Project, path: str) -> str | None:
    """The kind of a file: by its name, else by how it begins; None if it is none of ours."""
    return kind_of(path, _head(project, path))


def kind_or_guess(project: Project, path: str) -> str:
    """The kind of a file somebody named: by its name, else by its content, else by its ending."""
    found = kind_of_file(project, path)
    if found:
        return found
    if path.endswith((".yml", ".yaml")):
        return "compose"
    return "dockerignore" if path.endswith("ignore") else "dockerfile"


def run(
    project: Project,
    targets: Mapping[str, str],
    known: Mapping[str, str],
    config_of: Callable[[str], Config],
    configs: Sequence[Config],
    *,
    today: str | None = None,
    catalogue: Catalogue | None = None,
    jobs: int = 0,
    progress: Callable[[], None] | None = None,
    cache: Cache | None = None,
) -> Report:
    """Lint ``targets`` (path → kind) of a project; ``known`` are all files of known kind in it.

    ``config_of`` gives the configuration for a path and ``configs`` all there are. ``today`` is an ISO date, for
    suppressions that run out. ``catalogue`` holds the rules to choose from (default: built in and plugged in).
    ``jobs`` is how many ShellCheck processes may run at a time (0: one per core), ``progress`` is called after each
    file, ``cache`` has what ShellCheck said in earlier runs.
    Raises ConfigError.
    """
    if catalogue is None:
        plugged = _plugged(configs)
        kinds = _kinds(project, targets)
        catalogue = Catalogue({**builtin(kinds), **plugged}) if plugged else _catalogue(kinds)
    check_names(configs, catalogue)
    engine = Run(project, catalogue, config_of, today or _today())
    engine.jobs = jobs
    engine.cache = cache
    if progress is not None:
        engine.progress = progress
    findings = engine.lint(targets, {path: kind for path, kind in known.items() if path not in targets})
    plans = dict.fromkeys(engine.plan(path, _with(project, path, kind)) for path, kind in targets.items())
    active = {entry.rule.name: (entry.rule, entry.severity) for plan in plans for entry in plan.active}
    rows = [active[name] for name in sorted(active)]
    linted = {path: kind for path, kind in sorted(targets.items()) if project.read(path) is not None}
    return Report(findings, engine.sink.failures, linted, rows, engine.notes)


def islands(
    project: Project, targets: Mapping[str, str], known: Mapping[str, str], config_of: Callable[[str], Config]
) -> list[list[str]]:
    """The paths of ``known``, in groups that have no bearing on one another; as for ``run``."""
    from dlint.islands import islands as found

    engine = Run(project, Catalogue({}), config_of, "")
    engine.targets = targets
    return found(engine, known)


def _with(project: Project, path: str, kind: str) -> tuple[str, ...]:
    """The kinds of rules for a file: a Compose file may have Dockerfiles in it."""
    if kind == "compose" and "dockerfile_inline" in project.text(path):
        return (*_WITH[kind], "dockerfile", "build")
    return _WITH[kind]


@lru_cache(maxsize=8)
def _catalogue(kinds: tuple[str, ...]) -> Catalogue:
    return Catalogue(builtin(kinds))


def _kinds(project: Project, targets: Mapping[str, str]) -> tuple[str, ...]:
    wanted = {kind for path, target in targets.items() for kind in _with(project, path, target)}
    return tuple(kind for kind in KINDS if kind in wanted)


def _plugged(configs: Sequence[Config]) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for path in dict.fromkeys(path for config in configs for path in config["plugins"]):
        found.update(plugin(path))
    return found


def check_names(configs: Sequence[Config], catalogue: Catalogue) -> None:
    """Refuse names of rules that no kind of file has. Raises ConfigError with a "did you mean"."""
    everything: Catalogue | None = None
    for config in configs:
        named = {*config["select"], *config["enable"], *config["ignore"], *config["rules"]}
        for table in (*config["paths"], *config["services"]):
            named |= {*table.get("ignore", ()), *table.get("enable", ()), *table.get("rules", {})}
        for name in sorted(named):
            if catalogue.find(name):
                continue
            if everything is None:
                everything = Catalogue({**builtin(), **_plugged(configs)})
            everything.names((name,), config.where(name))
        if config["select"] and not any(catalogue.find(name) for name in config["select"]):
            # Codes of other tools that have no rule here pass elsewhere; alone they would select nothing, silently.
            everything = everything or Catalogue({**builtin(), **_plugged(configs)})
            if not any(everything.find(name) for name in config["select"]):
                names = ", ".join(config["select"])
                raise ConfigError(f"{config.where(names)}: no rule is called {names}; `dlint rules` lists them")


def _today() -> str:
    import time

    return time.strftime("%Y-%m-%d")


def root_of(folder: str) -> str:
    """The project's root for a folder: the nearest one upwards that holds ``.git``, else the folder itself."""
    current = os.path.abspath(folder)
    while not os.path.exists(os.path.join(current, ".git")):
        parent = os.path.dirname(current)
        if parent == current:
            return os.path.abspath(folder)
        current = parent
    return current


__all__ = ["ConfigError", "lint_files", "lint_paths", "report_files", "root_of", "rules", "run"]
