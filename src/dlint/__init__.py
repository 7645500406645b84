"""dlint: a linter that reads Dockerfiles, Compose files and .dockerignore as one project.

The Python API: ``rules()``, ``lint_files(files, …)`` for a project in memory and ``lint_paths(paths, …)`` for files on
disk. Names are imported when they are first used, so that ``import dlint`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlint.config import ConfigError as ConfigError
    from dlint.lint import lint_files as lint_files
    from dlint.lint import lint_paths as lint_paths
    from dlint.lint import rules as rules
    from dlint.rule import Finding as Finding
    from dlint.rule import Report as Report

__version__ = "0.1.0"
__all__ = ["ConfigError", "Finding", "Report", "__version__", "lint_files", "lint_paths", "rules"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'dlint' has no attribute {name!r}")
    from dlint import config, lint, rule

    for module in (lint, rule, config):
        if hasattr(module, name):
            return getattr(module, name)
    raise AttributeError(f"module 'dlint' has no attribute {name!r}")
