"""Builds across files: a Dockerfile with its context, its ignore file and the service that asks for it."""

from dlint.model.build import Build, local_copies, local_path
from dlint.model.stages import Stage, StageGraph
from dlint.syntax.dockerfile import Add, Copy, Word
from dlint.syntax.dockerignore import IgnoreFile, IgnorePattern

__all__ = [
    "Add", "Build", "Copy", "IgnoreFile", "IgnorePattern", "Stage", "StageGraph", "Word", "local_copies", "local_path",
]  # fmt: skip
