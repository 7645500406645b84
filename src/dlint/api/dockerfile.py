"""The nodes of a Dockerfile, its build stages, its RUN scripts and image references."""

from dlint.model.dockerfile.commands import (
    MOST,
    Program,
    answered,
    environment,
    expanded,
    followed_by,
    has_option_variable,
    made_before,
    made_by,
    meant_as_array,
    program_name,
    recent,
    removed,
    run_of,
    ships,
    start_of,
    started,
    value_of,
)
from dlint.model.dockerfile.edits import above, appended, below_from, flag, option
from dlint.model.dockerfile.graph import Binding, ShellState, Stage, StageGraph
from dlint.model.dockerfile.purpose import for_development, is_production, is_script, roots_own
from dlint.model.facts.image_branches import ended as ended_branch
from dlint.model.facts.packages import (
    MANAGERS,
    SYSTEM,
    SYSTEM_NAMES,
    PackageManager,
    action,
    cleans,
    family,
    installs,
    kept_out,
    loads,
    names_package,
    operation,
    refreshes,
    removes,
    upgrades,
    without_version,
)
from dlint.model.facts.users import is_root, mentions_step_down
from dlint.model.image import Image
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
from dlint.syntax.quantities import port_range
from dlint.syntax.shell.args import ShellFlag
from dlint.syntax.shell.script import Pipe, Script, ShellCommand
from dlint.syntax.shell.words import ShellWord
from dlint.syntax.suggest import closest

__all__ = [
    "Add", "Arg", "Cmd", "Comment", "Copy", "Directive", "Dockerfile", "Entrypoint", "Env", "Expose", "FailedChecks",
    "Flag", "From", "Healthcheck", "Heredoc", "Image", "ImageRef", "Instruction", "Label", "Maintainer", "Mount",
    "Onbuild", "Pair", "Pipe", "Remark", "Run", "Script", "Shell", "ShellCommand", "ShellFlag", "ShellState",
    "ShellWord", "Stage", "StageGraph", "Stopsignal", "Unknown", "User", "VariableUse", "Volume", "Word", "Workdir",
    "above", "action", "answered", "appended", "below_from", "Binding", "cleans", "closest", "ended_branch",
    "environment", "expanded", "family", "flag", "FLAGS", "followed_by", "for_development", "has_option_variable",
    "installs", "is_production", "is_root", "is_script", "kept_out", "loads", "made_before", "made_by",
    "meant_as_array", "MANAGERS", "mentions_step_down", "MOST", "names_package", "operation", "option",
    "PackageManager", "parse_image", "PLATFORM_ARGS", "port_range", "Program", "program_name", "PROXY_ARGS", "recent",
    "refreshes", "removed", "removes", "roots_own", "run_of", "ships", "start_of", "started", "SYSTEM", "SYSTEM_NAMES",
    "upgrades", "value_of", "without_version",
]  # fmt: skip
