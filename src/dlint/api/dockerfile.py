"""The nodes of a Dockerfile, its build stages, its RUN scripts and image references."""

from dlint.model.dockerfile.graph import Binding, ShellState, Stage, StageGraph
from dlint.model.facts.image_branches import ended as ended_branch
from dlint.shellcheck.scripts import Remark
from dlint.syntax.dockerfile.directives import FailedChecks
from dlint.syntax.dockerfile.grammar import FLAGS, PLATFORM_ARGS, PROXY_ARGS
from dlint.syntax.dockerfile.parser import (
    Add,
    Arg,
    Cmd,
    Comment,
    Copy,
    Directive,
    Dockerfile,
    Entrypoint,
    Env,
    Expose,
    Flag,
    From,
    Healthcheck,
    Heredoc,
    Instruction,
    Label,
    Maintainer,
    Mount,
    Onbuild,
    Pair,
    Run,
    Shell,
    Stopsignal,
    Unknown,
    User,
    Volume,
    Word,
    Workdir,
)
from dlint.syntax.dockerfile.words import VariableUse
from dlint.syntax.image import ImageRef
from dlint.syntax.image import parse as parse_image
from dlint.syntax.shell.args import ShellFlag
from dlint.syntax.shell.script import Pipe, Script, ShellCommand
from dlint.syntax.shell.words import ShellWord
from dlint.syntax.suggest import closest

__all__ = [
    "Add", "Arg", "Cmd", "Comment", "Copy", "Directive", "Dockerfile", "Entrypoint", "Env", "Expose",
    "FailedChecks", "Flag", "From", "Healthcheck", "Heredoc", "ImageRef", "Instruction", "Label", "Maintainer",
    "Mount", "Onbuild", "Pair", "Pipe", "Remark", "Run", "Script", "Shell", "ShellCommand", "ShellFlag", "ShellState",
    "ShellWord", "Stage", "StageGraph", "Stopsignal", "Unknown", "User", "VariableUse", "Volume", "Word",
    "Workdir", "Binding", "FLAGS", "PLATFORM_ARGS", "PROXY_ARGS", "closest", "ended_branch",
    "parse_image",
]  # fmt: skip
