"""Builds across files: a Dockerfile with its context, its ignore file and the service that asks for it."""

from dlint.model.dockerfile.graph import Stage, StageGraph
from dlint.model.image import ExposedPort, Image, Known, Start
from dlint.project.files import Project
from dlint.project.gitignore import ignored_by_git
from dlint.syntax.dockerfile.parser import Add, Copy, Word
from dlint.syntax.dockerignore import IgnoreFile, IgnorePattern
from dlint.syntax.suggest import closest
from dlint.workspace.build import Build, copies_in, files_in, local_copies, local_path, path_in_context

__all__ = [
    "Add", "Build", "Copy", "ExposedPort", "IgnoreFile", "IgnorePattern", "Image", "Known", "Project", "Stage",
    "StageGraph", "Start", "Word", "closest", "copies_in", "files_in", "ignored_by_git", "local_copies", "local_path",
    "path_in_context",
]  # fmt: skip
