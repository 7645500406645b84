"""One project as the editor has it: its files, the open texts, what is known of them and what is found in them."""

from __future__ import annotations

import os
import posixpath
import time
from collections.abc import Mapping, Sequence

from dlint.cache.store import Cache
from dlint.config.load import FILES, PEER_FILES
from dlint.config.patterns import matches
from dlint.lint.group_run import lint_workspace
from dlint.lint.outcome import RunOutcome
from dlint.lint.settings import RunSettings, today
from dlint.lsp.documents import Buffer
from dlint.lsp.offer import Hiding
from dlint.lsp.settings import Configs, Settings
from dlint.lsp.steady import Steady
from dlint.project.files import ProjectFiles
from dlint.project.folder_times import FolderTimes
from dlint.project.kinds import COMPOSE, DOCKERFILE, DOCKERIGNORE, HEAD, is_workflow, kind_by_name, kind_of, may_be_ours
from dlint.rule.finding import Finding
from dlint.source import Source
from dlint.workspace.discover import discover
from dlint.workspace.groups import closure
from dlint.workspace.workspace import Workspace

CONFIGS = frozenset((*FILES, *PEER_FILES))
_LANGUAGES = {
    "dockerfile": DOCKERFILE,
    "containerfile": DOCKERFILE,
    "dockercompose": COMPOSE,
    "docker-compose": COMPOSE,
    "yaml.docker-compose": COMPOSE,
    "dockerignore": DOCKERIGNORE,
}
_BY_CONTENT = ("", "plaintext", "text", "yaml", "yml", "conf")
_UNTITLED = {DOCKERFILE: "Dockerfile", COMPOSE: "compose.yaml", DOCKERIGNORE: ".dockerignore"}
# Seconds for which the disk is taken to be as it was: not every editor says what changes there.
_FRESH = 2.0


def kind_of_buffer(path: str, language: str, text: str) -> str:
    """The kind of an open text: by its name, by the language the editor gives it, by how it begins; "" for none."""
    kind = kind_by_name(path) or _LANGUAGES.get(language)
    if kind is None and language in _BY_CONTENT and posixpath.basename(path) not in CONFIGS:
        kind = kind_of(path, text if is_workflow(path) else text[:HEAD])
    return kind or ""


def untitled(language: str, text: str) -> str:
    """The path that a text without a file gets; "" if it is none of ours."""
    name = "untitled.yaml" if language in ("yaml", "yml") else "untitled"
    return _UNTITLED.get(kind_of_buffer(name, language, text), "")


def files_below(root: str, exclude: Sequence[str]) -> dict[str, str]:
    """The files of a project with their kinds, by their names; ``exclude`` are patterns of what is left out."""
    found = discover(ProjectFiles.on_disk(root), [root], leaves_out=lambda folder: matches(folder, exclude))
    return dict(found.files)


class ProjectFolder:
    """A project and its open files. ``root`` is empty for a text without a file.

    ``open`` are the open files by their path from the root, ``targets`` the kinds of those that are linted.
    ``waiting`` are scripts that ShellCheck has not read, with the program that is to read them. ``tried`` are the ways
    to hide findings, for the files as they are now.
    """

    def __init__(self, root: str, settings: Settings) -> None:
        self.root = root
        self.configs = Configs(root, settings)
        self.open: dict[str, Buffer] = {}
        self.targets: dict[str, str] = {}
        self.found: dict[str, str] | None = None
        self.waiting: dict[tuple[str, str], None] = {}
        self.failures: list[str] = []
        self.notes: list[str] = []
        self.steady = Steady()
        self._broken: frozenset[str] | None = None
        self._linted: dict[str, list[Finding]] = {}
        self._own: dict[str, list[Finding]] = {}
        self.tried: dict[tuple[object, ...], list[Hiding]] = {}
        self._answers = Cache(root) if root else None
        self._looked = time.monotonic()
        self._times = FolderTimes()
        self._relist = True
        self.workspace = Workspace(ProjectFiles.on_disk(root) if root else ProjectFiles.from_files({}), {})

    # Changes

    def take(self, buffers: Mapping[str, Buffer], changed: set[str]) -> bool:
        """Take the open files as they are now; ``changed`` are paths that have changed on the disk.

        Gives whether anything is different.
        """
        texts = {path: self._source(path, buffer) for path, buffer in buffers.items() if self._is_new(path, buffer)}
        gone = self.open.keys() - buffers.keys()
        renamed = any(self.open[path].language != buffers[path].language for path in buffers if path in self.open)
        self.open = dict(buffers)
        for path in gone:
            self.steady.forget(path)
        # An open text stands, whatever happens to its file.
        paths = {*changed, *gone, *self._stale()} - buffers.keys()
        if not (texts or paths or renamed):
            return False
        self._see_configs({*texts, *paths})
        self.targets = {
            path: kind
            for path, buffer in buffers.items()
            if (kind := kind_of_buffer(path, buffer.language, buffer.text))
        }
        self._move(texts, paths)
        return True

    def _is_new(self, path: str, buffer: Buffer) -> bool:
        before = self.open.get(path)
        return before is None or before.text is not buffer.text

    def _source(self, path: str, buffer: Buffer) -> Source:
        return Source(path, buffer.text.removeprefix("\ufeff"), bom=buffer.text.startswith("\ufeff"))

    def _stale(self) -> set[str]:
        now = time.monotonic()
        if not self.root or now - self._looked < _FRESH:
            return set()
        self._looked = now
        files = self.workspace.files
        self._relist = self._times.differ(self.root, files.listed) or self._relist
        return files.stale()

    def _see_configs(self, paths: set[str]) -> None:
        if any(posixpath.basename(path) in CONFIGS for path in paths):
            self.configs.texts = {
                os.path.join(self.root, path): buffer.text
                for path, buffer in self.open.items()
                if posixpath.basename(path) in FILES
            }
            self.configs.forget()

    def _move(self, texts: Mapping[str, Source], paths: set[str]) -> None:
        known = {**self._known(), **self.targets}
        self.workspace = self.workspace.refreshed(paths, texts=texts, known=known, relist=self._relist)
        self._relist = False
        self._broken = None
        self._forget_findings()

    def _forget_findings(self) -> None:
        self._linted.clear()
        self._own.clear()
        self.tried.clear()
        self.waiting.clear()

    def _known(self) -> Mapping[str, str]:
        """The files that were found by their names; until all were looked for, those around the open ones."""
        if self.found is not None:
            return self.found
        known: dict[str, str] = {}
        seen: set[str] = set()
        for path in self.targets:
            folder = path
            while folder:
                folder = posixpath.dirname(folder)
                if folder not in seen:
                    seen.add(folder)
                    known.update(self._beside(folder))
        return known

    def _beside(self, folder: str) -> dict[str, str]:
        names = [
            name for name, is_folder in self.workspace.files.entries(folder) if not is_folder and may_be_ours(name)
        ]
        paths = [posixpath.join(folder, name) for name in names]
        return {path: kind for path in paths if (kind := kind_by_name(path))}

    def discovered(self, found: Mapping[str, str]) -> None:
        """Take the files that were found in the whole project."""
        self.found = dict(found)
        self._relist = True
        self._move({}, set())

    def set(self, settings: Settings) -> None:
        """Take other settings of the editor."""
        texts = self.configs.texts
        self.configs = Configs(self.root, settings)
        self.configs.texts = texts
        self._forget_findings()

    def heard(self) -> None:
        """ShellCheck has said more: what was found without that does not count any more."""
        self._forget_findings()

    # Findings

    @property
    def broken(self) -> frozenset[str]:
        """The open Compose files that are no YAML as they stand, or are read together with one that is none."""
        if self._broken is None:
            paths = [path for path, kind in self.targets.items() if kind == COMPOSE]
            models = {path: self.workspace.model_of(path) for path in paths}
            self._broken = frozenset(path for path, model in models.items() if model is not None and model.broken)
        return self._broken

    def is_excluded(self, path: str) -> bool:
        """Whether the configuration leaves a file out."""
        return matches(path, self.configs.of(path)["exclude"])

    def given(self, path: str) -> tuple[Mapping[str, str | None], Sequence[str]]:
        """The arguments and targets that the configuration names for a Dockerfile."""
        config = self.configs.of(path)
        return config["build-args"], config["targets"]

    def lint(self, path: str) -> list[Finding] | None:
        """What is found in an open file, suppressed findings included; None for one that is not linted.

        What the file causes in one that is not open is shown in it.
        """
        if path not in self.targets or self.is_excluded(path):
            return None
        if path not in self._linted:
            self._linted[path] = self._lint(path, own_only=False)
        return self._linted[path]

    def lint_alone(self, path: str) -> list[Finding] | None:
        """The same, without what other files have to say of it, see ``RunSettings``: soon, however many they are."""
        if path not in self.targets or self.is_excluded(path):
            return None
        if path not in self._own:
            self._own[path] = self._lint(path, own_only=True)
        return self._own[path]

    def is_linted(self, path: str) -> bool:
        """Whether all that is found in an open file as it is now is known already."""
        return path in self._linted

    def stands_alone(self, path: str) -> bool:
        """Whether no other file has anything to say of an open one."""
        return path not in self.targets or closure(self.workspace, {path: self.targets[path]}).keys() <= {path}

    def _lint(self, path: str, *, own_only: bool) -> list[Finding]:
        outcome = self.run(self.workspace, {path: self.targets[path]}, patient=False, own_only=own_only)
        self.waiting.update(dict.fromkeys(outcome.waiting))
        self.failures += (f"{failure.path}: {failure.message}" for failure in outcome.failures)
        self.notes += outcome.notes
        return [finding for finding in outcome.findings if finding.path == path]

    def run(
        self, workspace: Workspace, targets: Mapping[str, str], *, patient: bool, own_only: bool = False
    ) -> RunOutcome:
        """One run over some of the files; without ``patient`` ShellCheck is not waited for."""
        settings = RunSettings(
            today(),
            at_cause=True,
            elsewhere=self.targets.keys(),
            patient=patient,
            own_only=own_only,
            answers=self._answers,
        )
        return lint_workspace(workspace, self.configs.catalogue, self.configs.of, settings, targets)
