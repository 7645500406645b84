"""Builds across files: a Dockerfile with its context, its ignore file and the service that asks for it."""

from dlint.model.dockerfile.commands import run_of, value_of
from dlint.model.dockerfile.contexts import familiar
from dlint.model.dockerfile.graph import Stage, StageGraph
from dlint.model.dockerfile.scope import Binding
from dlint.model.dockerfile.uses import Use, uses_in
from dlint.model.facts.packages import loads, refreshes
from dlint.project.files import Project
from dlint.project.gitignore import comes_later
from dlint.syntax.dockerfile.grammar import PLATFORM_ARGS, PROXY_ARGS
from dlint.syntax.dockerfile.parser import Add, Copy, Flag, From, Instruction, Mount, Onbuild, Run, Word, Workdir
from dlint.syntax.dockerfile.words import UNSET
from dlint.syntax.dockerignore import IgnoreFile, IgnorePattern
from dlint.syntax.shell.script import ShellCommand
from dlint.syntax.suggest import closest
from dlint.workspace.build import Build, copies_in, local_copies, local_path, path_in_context
from dlint.workspace.context import Context, files_in
from dlint.workspace.ignore_use import IgnoreUse
from dlint.workspace.image_tree import ImageTree, image_trees

__all__ = [
    "Add", "Binding", "Build", "Context", "Copy", "Flag", "From", "IgnoreFile", "IgnorePattern", "IgnoreUse",
    "ImageTree", "Instruction", "Mount", "Onbuild", "PLATFORM_ARGS", "PROXY_ARGS", "Project", "Run", "ShellCommand",
    "Stage", "StageGraph", "UNSET", "Use", "Word", "Workdir", "closest", "comes_later", "copies_in", "familiar",
    "files_in", "image_trees", "loads", "local_copies", "local_path", "path_in_context", "refreshes", "run_of",
    "uses_in", "value_of",
]  # fmt: skip
