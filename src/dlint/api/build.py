"""Builds across files: a Dockerfile with its context, its ignore file and the service that asks for it."""

from dlint.model.dockerfile.commands import commands_of, run_of, value_of
from dlint.model.dockerfile.contexts import familiar
from dlint.model.dockerfile.graph import Stage, StageGraph
from dlint.model.dockerfile.presence import ANY, BY_HAND, SOURCE
from dlint.model.dockerfile.scope import Binding
from dlint.model.dockerfile.taken import copies_in, local_copies, local_path, path_in_context, target_of
from dlint.model.dockerfile.uses import Use, uses_in
from dlint.model.dockerfile.writes import FILLERS, Filled, filled_by, written_by
from dlint.model.facts.packages import SYSTEM_NAMES, loads, refreshes
from dlint.model.facts.processes import HANDING_ON, PROMPTS, SERVING, SHELLS
from dlint.model.image import ExposedPort, Image, Known, Start
from dlint.model.own_image import OwnImage
from dlint.project.files import ProjectFiles
from dlint.project.gitignore import comes_later, ignored_by_git
from dlint.syntax.dockerfile.grammar import PLATFORM_ARGS, PROXY_ARGS
from dlint.syntax.dockerfile.parser import Add, Arg, Copy, Flag, From, Instruction, Mount, Onbuild, Run, Word, Workdir
from dlint.syntax.dockerfile.words import UNSET
from dlint.syntax.dockerignore import IgnoreFile, IgnorePattern
from dlint.syntax.shell.script import ShellCommand
from dlint.syntax.shell.steps import commands as steps_in
from dlint.syntax.suggest import closest
from dlint.workspace.build import Build
from dlint.workspace.context import Context, files_in
from dlint.workspace.ignore_use import IgnoreUse
from dlint.workspace.started import Interpreter, StartedPath, StartedScript

__all__ = [
    "Add", "ANY", "Arg", "Binding", "Build", "BY_HAND", "closest", "comes_later", "commands_of", "Context",
    "copies_in", "Copy", "ExposedPort", "familiar", "files_in", "Filled", "filled_by", "FILLERS", "Flag", "From",
    "HANDING_ON", "ignored_by_git", "IgnoreFile", "IgnorePattern", "IgnoreUse", "Image", "Instruction", "Interpreter",
    "Known", "loads", "local_copies", "local_path", "Mount", "Onbuild", "OwnImage", "path_in_context", "PLATFORM_ARGS",
    "ProjectFiles", "PROMPTS", "PROXY_ARGS", "refreshes", "Run", "run_of", "SERVING", "ShellCommand", "SHELLS",
    "SOURCE", "Stage", "StageGraph", "Start", "StartedPath", "StartedScript", "steps_in", "SYSTEM_NAMES", "target_of",
    "UNSET", "Use", "uses_in", "value_of", "Word", "Workdir", "written_by",
]  # fmt: skip
