"""The nodes of a Dockerfile, its build stages, its RUN scripts and image references."""

from dlint.model.image_branches import ended as ended_branch
from dlint.model.remarks import Remark
from dlint.model.stages import Binding, ShellState, Stage, StageGraph
from dlint.syntax.directives import FailedChecks
from dlint.syntax.dockerfile import (
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
)  # fmt: skip
from dlint.syntax.grammar import FLAGS, PLATFORM_ARGS, PROXY_ARGS
from dlint.syntax.image import ImageRef
from dlint.syntax.image import parse as parse_image
from dlint.syntax.shell import Pipe, Script, ShellCommand
from dlint.syntax.shellargs import ShellFlag
from dlint.syntax.shellwords import ShellWord
from dlint.syntax.suggest import closest
from dlint.syntax.words import VariableUse

__all__ = [
    "Add", "Arg", "Cmd", "Comment", "Copy", "Directive", "Dockerfile", "Entrypoint", "Env", "Expose",
    "FailedChecks", "Flag", "From", "Healthcheck", "Heredoc", "ImageRef", "Instruction", "Label", "Maintainer",
    "Mount", "Onbuild", "Pair", "Pipe", "Remark", "Run", "Script", "Shell", "ShellCommand", "ShellFlag", "ShellState",
    "ShellWord", "Stage", "StageGraph", "Stopsignal", "Unknown", "User", "VariableUse", "Volume", "Word",
    "Workdir", "Binding", "FLAGS", "PLATFORM_ARGS", "PROXY_ARGS", "closest", "ended_branch",
    "parse_image",
]  # fmt: skip
