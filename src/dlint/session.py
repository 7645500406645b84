"""One run over files on disk, from paths and options to a report; ``fixing`` goes on from there."""

from __future__ import annotations

import os

from dlint.cache.store import Cache
from dlint.config import load as settings
from dlint.config.folders import FolderConfigs
from dlint.config.keys import ConfigError
from dlint.config.patterns import matches
from dlint.lint.settings import RunSettings, today
from dlint.project.files import ProjectFiles
from dlint.project.kinds import kind_of_file
from dlint.project.roots import root_of
from dlint.workspace.discover import discover
from dlint.workspace.groups import closure
from dlint.workspace.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from dlint.cache.results import Results
    from dlint.config.layers import Config
    from dlint.lint.kept import KeptGraph
    from dlint.lint.outcome import RunOutcome
    from dlint.lint.recall import Keep, Recalled
    from dlint.rule.finding import Failure, Finding, Report


class Session:
    """Files found, configuration read.

    ``paths`` are relative to the working directory. ``overrides`` are configuration keys from the command line,
    ``config_file`` a configuration file named there. ``stdin`` is a path and the unsaved bytes of that file.
    ``targets`` maps each path to lint (from the root) to its kind, ``""`` for a file that was named and is of none:
    what it changes elsewhere is shown. ``workspace`` knows the whole project, whatever is linted. ``errors`` are
    sentences about paths that could not be used, ``notes`` about paths that were passed over, ``excluded`` the paths
    that the configuration leaves out, ``misconfigured`` about configurations that cannot be used: the files below those
    are not linted, the others are. ``trusts`` says whether code that files of a project name may run, by the project's
    root; without ``plugins`` no code runs that any configuration names. ``buffer`` is what ``stdin`` gave. ``cache``
    says whether results and ShellCheck's answers are kept between runs, ``jobs`` and ``progress`` are handed on to each
    run, see ``lint.settings.RunSettings``. Raises ConfigError.
    """

    def __init__(
        self,
        paths: Sequence[str],
        *,
        root: str | None = None,
        overrides: Mapping[str, Any] | None = None,
        config_file: str | None = None,
        stdin: tuple[str, bytes] | None = None,
        plugins: bool = True,
        trusts: Callable[[str], bool] | None = None,
        jobs: int = 0,
        cache: bool = False,
    ) -> None:
        self.root = os.path.realpath(root or _root_around([stdin[0]] if stdin else paths))
        self.project = ProjectFiles.on_disk(self.root)
        self.plugins = plugins
        self.trusted = plugins and trusts is not None and trusts(self.root)
        given = dict(overrides or {})
        named = settings.named(config_file, given) if config_file else None
        self._configs = FolderConfigs(self.project, given, named, trusted=self.trusted, plugins=plugins)
        self._recalled: Recalled | None = None
        self._of_targets: list[Config] | None = None
        self.errors: list[str] = []
        self.notes: list[str] = []
        self.excluded: list[str] = []
        self.targets: dict[str, str] = {}
        self.buffer = b""
        self.jobs = jobs
        self.cache = Cache(self.root) if cache else None
        self._kept: KeptGraph | None = None
        if cache and stdin is None:
            from dlint.lint.kept import kept_graph

            self._kept = kept_graph(self.root, self.project)
        self.progress: Callable[[], None] | None = None
        self.from_stdin = stdin is not None
        self._here = os.path.realpath(os.getcwd())
        self._shown: dict[str, str] = {}
        # What hides findings of a whole run, in their order; see ``lint``.
        self.hiders: list[Callable[[Report], None]] = [self._hide_by_baselines]
        if stdin:
            self._take_buffer(*stdin)
        else:
            self._find(paths)
        self._leave_misconfigured()
        self._pass_over()

    @property
    def misconfigured(self) -> list[str]:
        """Sentences about configurations that cannot be used."""
        return self._configs.misconfigured

    def _leave_misconfigured(self) -> None:
        """Leave out the files below configurations that cannot be used. Raises ConfigError if none is left."""
        unusable = self._configs.unusable
        left = {path: kind for path, kind in self.targets.items() if id(self.config_of(path)) not in unusable}
        if self.targets and not left:
            raise ConfigError(self.misconfigured[0])
        self.targets = left
        self._of_targets = self._recalled = None

    def _pass_over(self) -> None:
        """Leave out files of no known kind where nothing can depend on them; who gives just one hears of it."""
        if any(self.targets.values()):
            return
        if closure(self.workspace, self.targets) if self.from_stdin else self.workspace.kinds:
            return
        for path in self.targets:
            self.notes.append(f"{self.shown(path)}: skipped, it is no Dockerfile, Compose file or ignore file")
        self.targets = {}

    def _take_buffer(self, name: str, data: bytes) -> None:
        path = os.path.relpath(os.path.realpath(os.path.dirname(os.path.abspath(name))), self.root)
        path = os.path.normpath(os.path.join(path, os.path.basename(name))).replace(os.sep, "/")
        if path.startswith("../"):
            path = os.path.basename(name)
        self.project.overlay(path, data)
        self.buffer = data
        kind = kind_of_file(self.project, path)
        if self.is_excluded(path):
            self.excluded.append(path)
        else:
            self.targets[path] = kind or ""
        self.workspace = self._whole({path: kind for path, kind in self.targets.items() if kind})
        self.targets = {path: kind or self.workspace.kinds.get(path, "") for path, kind in self.targets.items()}

    def _find(self, paths: Sequence[str]) -> None:
        written = {os.path.abspath(path): path for path in paths}
        found = discover(self.project, [*written], leaves_out=self._leaves_out(), written=written)
        self.errors.extend(found.errors)
        self.notes.extend(found.notes)
        self.excluded.extend(sorted(found.left_out))
        named = [folder for place in written if (folder := self.project.path(place)) is not None]
        folders = [folder for folder in named if self.project.is_dir(folder)]
        named_files = dict(found.files)
        # The whole project has been seen where its root was named, and of one where nothing is there nothing is asked.
        seen = "" in folders or not (folders or named_files or found.others)
        self.workspace = Workspace(self._files, named_files) if seen else self._whole(named_files)
        self.workspace.partial = self.workspace.partial or bool(found.partial)
        if self._kept is not None:
            self._kept.adopt(self.workspace, "compose" in named_files.values())
        wanted = dict(found.files)
        if folders and len(self.workspace.kinds) > len(self.workspace.known):
            wanted |= {
                path: kind for path, kind in self.workspace.kinds.items() if any(_is_below(path, f) for f in folders)
            }
        for path, kind in (*wanted.items(), *((path, self.workspace.kinds.get(path, "")) for path in found.others)):
            if self.is_excluded(path):
                self.excluded.append(path)
            else:
                self.targets[path] = kind

    def _leaves_out(self) -> Callable[[str], bool] | None:
        """What a configuration further down leaves out, is left out below."""
        excluded = self.config_of("")["exclude"]
        return (lambda folder: matches(folder, excluded)) if excluded else None

    def _whole(self, named: Mapping[str, str]) -> Workspace:
        """The whole project, found by its names from the root on, and the files that are named."""
        found = discover(self.project, [self.root], leaves_out=self._leaves_out())
        workspace = Workspace(self._files, {**dict(found.files), **named})
        workspace.partial = bool(found.partial)
        self.notes += [found.partial] if found.partial else []
        return workspace

    @property
    def _files(self) -> ProjectFiles:
        return self.project if self._kept is None else self._kept.files

    def is_excluded(self, path: str) -> bool:
        """Whether the configuration leaves a path out."""
        return matches(path, self.config_of(path)["exclude"])

    def shown(self, path: str) -> str:
        """A path of the project as somebody in the working directory would write it."""
        found = self._shown.get(path)
        if found is None:
            found = path
            if self._here != self.root or not path:
                found = os.path.relpath(os.path.join(self.root, path), self._here).replace(os.sep, "/")
            self._shown[path] = found
        return found

    def peers(self) -> dict[str, tuple[str, ...]]:
        """The files of other linters that count for the targets, with sentences about what in them does not."""
        found: dict[str, tuple[str, ...]] = {}
        for config in self.configs:
            found.update(config.peers)
        return found

    def config_of(self, path: str) -> Config:
        """The configuration for a path from the root. Raises ConfigError for what the user gave at the call."""
        return self._configs.of(path)

    def lint(self, workspace: Workspace | None = None, targets: Mapping[str, str] | None = None) -> Report:
        """Lint the targets, or those of them that are given, in the project or as ``workspace`` has it.

        What the ``hiders`` know (baselines, the findings of an earlier revision) is suppressed. Raises ConfigError.
        """
        report = self.lint_all(workspace, targets)
        for hide in self.hiders:
            hide(report)
        return report

    def lint_all(
        self,
        workspace: Workspace | None = None,
        targets: Mapping[str, str] | None = None,
        found: dict[tuple[str, ...], RunOutcome] | None = None,
    ) -> Report:
        """The same, whatever the hiders know; ``found`` takes what came of each group of files. Raises ConfigError."""
        from dlint.lint.recall import recall
        from dlint.lint.run import run

        whole = targets is None
        wanted = self.targets if targets is None else targets
        configs = self.configs
        how = self._how()
        try:
            if workspace is None and whole:
                recalled = self._recall()
            else:
                keep = self._keep if workspace is None else None
                recalled = recall(workspace or self.workspace, wanted, how, keep)
            project = recalled.workspace
            report = run(project, wanted, self.config_of, configs, settings=how, recalled=recalled, found=found)
        except ValueError as error:
            from dlint.rule.errors import PluginError

            if not isinstance(error, ConfigError | PluginError):
                raise
            if len(configs) < 2 or not self._find_unusable(configs):
                raise
            self._leave_misconfigured()
            left = None if whole else {p: k for p, k in wanted.items() if p in self.targets}
            return self.lint_all(workspace, left, found)
        report.failures += self.misconfigurations()
        return report

    def misconfigurations(self) -> list[Failure]:
        """The files that are not linted because their configuration cannot be used."""
        return self._configs.failures()

    @property
    def configs(self) -> list[Config]:
        """The configurations of the targets."""
        if self._of_targets is None:
            found = {id(config): config for config in map(self.config_of, self.targets)}
            self._of_targets = list(found.values())
        return self._of_targets

    def _how(self) -> RunSettings:
        return RunSettings(
            today(), jobs=self.jobs, answers=self.cache, progress=self.progress or _nothing, at_cause=self.from_stdin
        )

    @property
    def _keep(self) -> Keep | None:
        """What earlier runs found in groups of files, unless plug-ins run: those may ask anything."""
        kept = self._kept
        if kept is None or any(config["plugins"] for config in self.configs):
            return None
        return lambda settings, graph: kept.groups(self.workspace, self._configs, settings, graph)

    def _recall(self) -> Recalled:
        """What earlier runs found in the targets, for one run to go on with."""
        from dlint.lint.recall import recall

        if self._recalled is None or self._recalled.is_spent:
            self._recalled = recall(self.workspace, self.targets, self._how(), self._keep)
        return self._recalled

    @property
    def results(self) -> Results | None:
        """What is kept between runs; None where what is shown depends on more than the files."""
        return self._kept.results if self._kept and self._keep and len(self.hiders) == 1 else None

    @property
    def names(self) -> str:
        """One hash over the known files; empty where nothing is kept between runs."""
        return self._kept.names(self.workspace) if self._kept is not None else ""

    def trace(self) -> Mapping[str, Any] | None:
        """What the findings of the last run rest on, for later ones to ask again; None if not all of it is kept."""
        return self._recalled.trace if self._recalled is not None else None

    def holds(self, trace: Mapping[str, Any]) -> bool:
        """Whether all that a run over the same targets rested on is as it was."""
        return self._kept is not None and self._kept.holds(trace, self._configs, today())

    def _find_unusable(self, configs: Iterable[Config]) -> bool:
        """Note the configurations that name rules or options that are none, or plug-ins that cannot be loaded."""
        from dlint.lint.rules import why_unusable

        found = {id(config): why for config in configs if (why := why_unusable(config))}
        self._configs.unusable.update(found)
        return bool(found)

    @property
    def is_whole(self) -> bool:
        """Whether every known file of the project is linted."""
        return all(path in self.targets for path in self.workspace.kinds) and not self.workspace.partial

    def _hide_by_baselines(self, report: Report) -> None:
        files = {name for config in self.configs if (name := config["baseline"])}
        if files:
            from dlint.lint.known import Baselines

            Baselines(self, sorted(files)).hide(report)

    def fails(self, report: Report) -> bool:
        """Whether a finding is at or above the threshold of its file's configuration."""
        return any(map(self.fails_by, report.visible))

    def fails_by(self, finding: Finding) -> bool:
        """Whether a finding is at or above the threshold of its file's configuration."""
        threshold = self.config_of(finding.path).fail_on
        return threshold is not None and finding.severity >= threshold


def _nothing() -> None:
    pass


def _root_around(paths: Sequence[str]) -> str:
    """The root of the project that paths lie in; without any, of the one around the working directory."""
    here = os.getcwd()
    places = [os.path.abspath(path) for path in paths] or [here]
    folder = os.path.commonpath([place if os.path.isdir(place) else os.path.dirname(place) for place in places])
    return root_of(folder if os.path.isdir(folder) else here, here)


def _is_below(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")


__all__ = ["ConfigError", "Session"]
