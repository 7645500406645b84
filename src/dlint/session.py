"""One run over files on disk, from paths and options to reports and mended files."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dlint.cache.store import Cache
from dlint.config import load as settings
from dlint.config.keys import ConfigError
from dlint.config.load import Config
from dlint.config.patterns import matches
from dlint.lint.run import islands, run
from dlint.project.files import Project, WriteError, root_of
from dlint.project.kinds import kind_by_name, kind_of_file
from dlint.rule.finding import Finding, Report
from dlint.source import Source
from dlint.workspace.discover import discover


class Fixed:
    """What a run with fixes did: the fresh report, the new sources, what was left and what could not be written."""

    __slots__ = ("report", "sources", "dropped", "unwritten")

    def __init__(
        self, report: Report, sources: dict[str, Source], dropped: list[tuple[str, str]], unwritten: list[str]
    ) -> None:
        self.report = report
        self.sources = sources
        self.dropped = dropped
        self.unwritten = unwritten


class Session:
    """Files found, configuration read.

    ``paths`` are relative to the working directory. ``overrides`` are configuration keys from the command line,
    ``config_file`` a configuration file named there. ``stdin`` is a path and the unsaved bytes of that file.
    ``targets`` maps each path to lint (from the root) to its kind, ``errors`` are sentences about paths that could
    not be used, ``notes`` about paths that were passed over, ``excluded`` the paths that the configuration leaves out.
    ``buffer`` is what ``stdin`` gave. ``cache`` says whether ShellCheck's answers are kept between runs, ``jobs`` and
    ``progress`` are handed on to each run, see ``lint.run.run``.
    Raises ConfigError.
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
        jobs: int = 0,
        cache: bool = False,
    ) -> None:
        places = [os.path.abspath(path) for path in paths] or [os.getcwd()]
        folder = os.path.commonpath([place if os.path.isdir(place) else os.path.dirname(place) for place in places])
        self.root = os.path.realpath(root or root_of(folder if os.path.isdir(folder) else os.getcwd()))
        self.project = Project.on_disk(self.root)
        self.prefix = os.path.relpath(self.root, os.getcwd()).replace(os.sep, "/")
        self.plugins = plugins
        self._overrides = dict(overrides or {})
        self._named = settings.named(config_file, self._overrides) if config_file else None
        self._configs: dict[str, Config] = {}
        self.errors: list[str] = []
        self.notes: list[str] = []
        self.excluded: list[str] = []
        self.targets: dict[str, str] = {}
        self.buffer = b""
        self._known: dict[str, str] | None = None
        self.jobs = jobs
        self.cache = Cache(self.root) if cache else None
        self.progress: Callable[[], None] | None = None
        if stdin:
            self._take_buffer(*stdin)
        else:
            self._find(paths)

    def _take_buffer(self, name: str, data: bytes) -> None:
        path = os.path.relpath(os.path.join(os.getcwd(), name), self.root).replace(os.sep, "/")
        if path.startswith("../"):
            path = os.path.basename(name)
        self.project.overlay(path, data)
        self.buffer = data
        kind = kind_of_file(self.project, path)
        if kind is None:
            self.notes.append(f"{name}: skipped, it is no Dockerfile, Compose file or ignore file")
        elif matches(path, self.config_of(path)["exclude"]):
            self.excluded.append(path)
        else:
            self.targets[path] = kind

    def _find(self, paths: Sequence[str]) -> None:
        written = {os.path.abspath(path): path for path in paths}
        excluded = self.config_of("")["exclude"]
        found = discover(
            self.project,
            [*written],
            # What a configuration further down leaves out, is left out below.
            leaves_out=(lambda folder: matches(folder, excluded)) if excluded else None,
            written=written,
        )
        self.errors.extend(found.errors)
        self.notes.extend(found.notes)
        self.excluded.extend(sorted(found.left_out))
        for path, kind in found.files:
            if matches(path, self.config_of(path)["exclude"]):
                self.excluded.append(path)
            else:
                self.targets[path] = kind

    def peers(self) -> dict[str, tuple[str, ...]]:
        """The files of other linters that count for the targets, with sentences about what in them does not."""
        found: dict[str, tuple[str, ...]] = {}
        for path in self.targets:
            found.update(self.config_of(path).peers)
        return found

    def config_of(self, path: str) -> Config:
        """The configuration for a path from the root. Raises ConfigError."""
        if self._named is not None:
            return self._named
        folder = path.rpartition("/")[0]
        found = self._configs.get(folder)
        if found is None:
            found = settings.load(
                os.path.join(self.root, folder).rstrip("/"), root=self.root, overrides=self._overrides
            )
            if not self.plugins:
                # A program named there would run as well; the one that comes along does not count.
                found.values["plugins"] = ()
                found.values["shellcheck"] = bool(found.values["shellcheck"])
            self._configs[folder] = found
        return found

    def known(self) -> dict[str, str]:
        """All files of known kind that a target may refer to: the targets and what lies beside them."""
        if self._known is None:
            folders = sorted({os.path.dirname(path) for path in self.targets})
            self._known = dict(self.targets)
            for folder in folders:
                for name in self.project.listdir(folder):
                    path = f"{folder}/{name}" if folder else name
                    kind = kind_by_name(path)
                    if kind and path not in self._known and not self.project.is_dir(path):
                        self._known[path] = kind
        return self._known

    def lint(
        self,
        project: Project | None = None,
        targets: Mapping[str, str] | None = None,
        known: Mapping[str, str] | None = None,
    ) -> Report:
        """Lint the targets, or those of them that are given, among the files ``known``. Raises ConfigError."""
        if targets is None:
            targets = self.targets
        configs = {id(config): config for config in map(self.config_of, self.targets)}
        return run(
            project or self.project,
            targets,
            self.known() if known is None else known,
            self.config_of,
            list(configs.values()),
            jobs=self.jobs,
            progress=self.progress,
            cache=self.cache,
        )

    def fails(self, report: Report) -> bool:
        """Whether a finding is at or above the threshold of its file's configuration."""
        for finding in report.visible:
            threshold = self.config_of(finding.path).fail_on
            if threshold is not None and finding.severity >= threshold:
                return True
        return False

    def _mended(self, unsafe: bool) -> tuple[dict[str, Source], dict[str, Source], list[tuple[str, str]], int]:
        from dlint.fix.fixer import fix
        from dlint.fix.keeps import accepts, comments

        before = {path: source for path in self.targets if (source := self.project.read(path)) is not None}
        relint = _Relint(self, before)
        result = fix(
            before,
            relint,
            unsafe=unsafe,
            wanted=lambda finding: True,
            accepts=accepts,
            comments=comments,
            islands=relint.islands,
        )
        dropped = [(f"{finding.path}:{finding.line} {finding.rule.name}", why) for finding, why in result.dropped]
        return before, dict(result.sources), dropped, sum(result.applied.values())

    def diff(self, *, unsafe: bool) -> tuple[str, list[tuple[str, str]]]:
        """The fixes as one unified diff, and the fixes that were left, as (what, why)."""
        from dlint.fix.diff import unified_diff

        before, after, dropped, _ = self._mended(unsafe)
        return "".join(unified_diff(before[path], after[path]) for path in sorted(before)), dropped

    def fix(self, *, unsafe: bool, write: bool = True) -> Fixed:
        """Mend the targets and lint them afresh; what cannot be written is said and left."""
        before, after, dropped, count = self._mended(unsafe)
        unwritten = []
        for path, source in after.items():
            if write and source.text != before[path].text:
                try:
                    self.project.write(before[path], source.text)
                except WriteError as error:
                    unwritten.append(str(error))
        report = self.lint(Project.on_disk(self.root) if write else self.project.with_sources(after))
        report.fixed = count
        return Fixed(report, after, dropped, unwritten)


class _Relint:
    """Lints changed sources: of each island only what has not been linted with just these texts."""

    def __init__(self, session: Session, before: Mapping[str, Source]) -> None:
        self.session = session
        self.before = before
        known = session.known()
        self.islands = islands(session.project, session.targets, known, session.config_of)
        self.seen: dict[tuple[str, ...], list[Finding]] = {}
        self.failures: Counter[str] | None = None

    def __call__(self, sources: Mapping[str, Source]) -> list[Finding]:
        """The visible findings. Raises RuntimeError for a failure that the files as they were do not have."""
        session = self.session
        versions = [(island, _version(island, sources)) for island in self.islands]
        todo = [(island, version) for island, version in versions if version not in self.seen]
        if todo:
            paths = {path for island, _ in todo for path in island}
            changed = {path: source for path, source in sources.items() if source is not self.before.get(path)}
            report = session.lint(
                session.project.with_sources(changed),
                {path: kind for path, kind in session.targets.items() if path in paths},
                {path: kind for path, kind in session.known().items() if path in paths},
            )
            failures = Counter(failure.path for failure in report.failures)
            if self.failures is None:
                self.failures = failures
            if failures - self.failures:
                raise RuntimeError(report.failures[-1].message)
            found: dict[str, list[Finding]] = {}
            for finding in report.visible:
                found.setdefault(finding.path, []).append(finding)
            for island, version in todo:
                self.seen[version] = [finding for path in island for finding in found.get(path, ())]
        return [finding for _, version in versions for finding in self.seen[version]]


def _version(island: Sequence[str], sources: Mapping[str, Source]) -> tuple[str, ...]:
    """What stands in the files of an island, with their paths."""
    return tuple(text for path in island if path in sources for text in (path, sources[path].text))


__all__ = ["ConfigError", "Fixed", "Session"]
