"""What a build makes of the project's own files: manifests, lock files, sources."""

from dlint.workspace.project_answers import (
    compiled,
    foreign_programs,
    lacking,
    left_out,
    missing_programs,
    outgrown,
    refused_yarn,
    too_late,
    unknown_scripts,
    wrong_names,
)

__all__ = [
    "compiled", "foreign_programs", "lacking", "left_out", "missing_programs", "outgrown", "refused_yarn", "too_late",
    "unknown_scripts", "wrong_names",
]  # fmt: skip
