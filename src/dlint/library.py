"""The public Python API: the rules, and linting of files in memory and on disk."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence

from dlint.config.file import parse
from dlint.config.keys import ConfigError
from dlint.config.layers import Config, Layer
from dlint.config.load import FILES, PEER_FILES, PEER_PROGRAMS, given
from dlint.config.patterns import matches
from dlint.config.peers import peer_layer
from dlint.lint.run import run
from dlint.lint.settings import RunSettings
from dlint.lint.settings import today as date
from dlint.project.files import ProjectFiles
from dlint.project.kinds import head_of, kind_of, kind_or_guess
from dlint.rule.finding import Finding, Report
from dlint.rule.load import builtin
from dlint.rule.rule import Rule
from dlint.workspace.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlint.cache.store import Cache


def rules() -> list[Rule]:
    """Every rule that ships with dlint, by name."""
    return sorted(builtin().values(), key=lambda rule: rule.name)


def lint_files(
    files: Mapping[str, str | bytes] | Mapping[os.PathLike[str], str | bytes],
    *,
    targets: Collection[str | os.PathLike[str]] | None = None,
    config: Mapping[str, Any] | None = None,
    complete: bool = False,
    answers: str | None = None,
    jobs: int = 0,
) -> list[Finding]:
    """Lint files given as path → content, as one project in memory.

    ``targets`` limits whose findings are shown (default: all that are Dockerfiles, Compose files or ignore files); the
    others are context. With ``complete`` these are all files of the project, so that what is not given is not there;
    without it nothing is said to be missing in a folder of which no file is given. ``config`` has the keys of
    ``dlint.toml``. ``answers`` is a folder in which what ShellCheck says is kept; any number of processes and machines
    may share it. ``jobs`` is how many processes run at a time (0: one per core). Suppressed findings are left out.
    Raises ConfigError for a configuration that cannot be used, and RuntimeError if a rule failed.
    """
    report = report_files(files, targets=targets, config=config, complete=complete, answers=answers, jobs=jobs)
    if report.failures:
        raise RuntimeError("; ".join(f"{failure.path}: {failure.message}" for failure in report.failures))
    return report.visible


def lint_paths(
    paths: Sequence[str | os.PathLike[str]] | str | os.PathLike[str],
    *,
    root: str | None = None,
    config: Mapping[str, Any] | None = None,
    trust: bool = False,
    answers: str | None = None,
    jobs: int = 0,
) -> Report:
    """Lint files and folders on disk, as the command line does.

    ``root`` is the project's root (default: the git top level of the first path). ``config`` has the keys of
    ``dlint.toml`` and wins over the files found; code that it names runs, code that files in the project name only
    with ``trust``. ``answers`` and ``jobs`` are as for ``lint_files``. A configuration that cannot be used is a failure
    in the report where others can. Raises ConfigError, and FileNotFoundError for a missing path.
    """
    from dlint.session import Session

    if root is not None and not os.path.isdir(root):
        raise FileNotFoundError(f"{root}: no such folder")
    named = [paths] if isinstance(paths, (str, os.PathLike)) else paths
    written = [os.fspath(path) for path in named]
    session = Session(written, root=root, overrides=config, trusts=lambda folder: trust, jobs=jobs)
    if session.errors:
        raise FileNotFoundError("; ".join(session.errors))
    session.cache = _shared(answers)
    return session.lint()


def report_files(
    files: Mapping[str, str | bytes] | Mapping[os.PathLike[str], str | bytes],
    *,
    targets: Collection[str | os.PathLike[str]] | None = None,
    config: Mapping[str, Any] | None = None,
    complete: bool = False,
    today: str | None = None,
    answers: str | None = None,
    jobs: int = 0,
) -> Report:
    """Like ``lint_files``, but the whole Report, suppressed findings and failures included."""
    project = ProjectFiles.from_files({os.fspath(path): text for path, text in files.items()}, complete=complete)
    names = _normal(project, files)
    kinds = {path: kind for path in names if (kind := kind_of(path, head_of(project, path)))}
    if targets is None:
        wanted = dict(kinds)
    else:
        wanted = {path: kinds.get(path) or kind_or_guess(project, path) for path in _normal(project, targets)}
    only = Config([*_layers_in(names, project), *given(config, "config")])
    wanted = {path: kind for path, kind in wanted.items() if not matches(path, only["exclude"])}
    how = RunSettings(today or date(), jobs=jobs, answers=_shared(answers))
    return run(Workspace(project, {**kinds, **wanted}), wanted, lambda path: only, [only], settings=how)


def _layers_in(names: Collection[str], project: ProjectFiles) -> list[Layer]:
    """What the first of our configurations at the top says; without one what those of other tools do."""
    for name in FILES:
        values = parse(name, project.text(name)) if name in names else None
        if values is not None:
            return [Layer(name, "", values)]
    peers: dict[str, Layer] = {}
    for name in PEER_FILES:
        if name in names:
            for tool, layer in peer_layer(name, name, "", project.text(name)).items():
                peers.setdefault(tool, layer)
    for name in PEER_PROGRAMS:
        if name in names:
            peers.setdefault("dclint", Layer(name, "", {}, ("a program, which is not read or run",)))
    return [*peers.values()]


def _normal(project: ProjectFiles, paths: Iterable[str | os.PathLike[str]]) -> list[str]:
    """The paths in the form in which the project knows them: ``./Dockerfile`` is ``Dockerfile``. Raises ValueError."""
    found = []
    for path in paths:
        normal = project.path(os.fspath(path))
        if not normal:
            raise ValueError(f"{path}: not the path of a file inside the project")
        found.append(normal)
    return found


def _shared(folder: str | None) -> Cache | None:
    """The answers in a folder, if one is given."""
    if folder is None:
        return None
    from dlint.cache.shared import SharedAnswers

    return SharedAnswers(folder)


__all__ = ["ConfigError", "lint_files", "lint_paths", "report_files", "rules"]
