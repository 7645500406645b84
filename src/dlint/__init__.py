"""dlint: a linter that reads Dockerfiles, Compose files and .dockerignore as one project.

The Python API: ``rules()``, ``lint_files(files, …)`` for a project in memory and ``lint_paths(paths, …)`` for files on
disk. Names are imported when they are first used, so that ``import dlint`` costs nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlint.config.keys import ConfigError as ConfigError
    from dlint.library import lint_files as lint_files
    from dlint.library import lint_paths as lint_paths
    from dlint.library import rules as rules
    from dlint.rule.finding import Finding as Finding
    from dlint.rule.finding import Report as Report

__version__ = "0.1.0"
__all__ = ["ConfigError", "Finding", "Report", "__version__", "lint_files", "lint_paths", "rules"]

_HOMES = {
    "ConfigError": "config.keys",
    "Finding": "rule.finding",
    "Report": "rule.finding",
    "lint_files": "library",
    "lint_paths": "library",
    "rules": "library",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'dlint' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"dlint.{_HOMES[name]}"), name)
