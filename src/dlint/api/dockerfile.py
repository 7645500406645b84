"""The nodes of a Dockerfile, its build stages, its RUN scripts and image references."""

from dlint.model.dockerfile.commands import (
    Program,
    always_runs,
    answered,
    commands_of,
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
    scripts_run,
    ships,
    start_of,
    start_script,
    start_words,
    started,
    stops_the_step,
    value_of,
)
from dlint.model.dockerfile.credentials import of_instruction as credentials_in
from dlint.model.dockerfile.credentials import set_by
from dlint.model.dockerfile.edits import (
    Appended,
    above,
    appended,
    below_from,
    clean_up,
    flag,
    has_plain_end,
    letter,
    option,
)
from dlint.model.dockerfile.graph import Binding, ShellState, Stage, StageGraph
from dlint.model.dockerfile.purpose import (
    for_development,
    is_ruby_image,
    is_script,
    named_for_development,
    roots_own,
    runs_ruby,
)
from dlint.model.dockerfile.shells import stops_at_failures
from dlint.model.dockerfile.system_shell import of_base as shell_of_base
from dlint.model.dockerfile.uses import uses_in
from dlint.model.facts import accounts
from dlint.model.facts.credential_text import Credential
from dlint.model.facts.credentials import of_command as credentials_of
from dlint.model.facts.downloads import (
    CHECKS,
    FETCH_NOTHING,
    FETCHERS,
    UNPACKERS,
    Download,
    checks,
    downloads_in,
    goes_where_programs_are,
    is_internal,
    is_plain,
    may_be_cmdlet,
    takes,
)
from dlint.model.facts.image_branches import ended as ended_branch
from dlint.model.facts.image_branches import ended_long
from dlint.model.facts.image_families import (
    has_cuda,
    is_bare,
    is_cuda,
    is_official_php,
    is_official_ruby,
    is_php,
    opcache_switch,
    platform_by_name,
    python_release,
)
from dlint.model.facts.images import architecture, name_of, smaller
from dlint.model.facts.other_users import keeps_user, mentions_step_down, starts_without_root
from dlint.model.facts.packages import (
    BUILDERS,
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
from dlint.model.facts.processes import (
    ENTRYPOINTS,
    HANDING_ON,
    INITS,
    NEEDS_NO_PROGRAM,
    NEEDS_SHELL,
    PROGRAM_FOLDERS,
    RUNTIMES,
    SHELLS,
    UNREAPED,
    is_init,
    names_init,
    needed_in,
    runs_unseen,
    script_of_words,
    several_in,
    supervisor,
)
from dlint.model.facts.releases import follows_branch, is_older, moves
from dlint.model.facts.servers import is_database, is_for_builds
from dlint.model.facts.unneeded import UNNEEDED
from dlint.model.facts.users import is_root
from dlint.model.image import Image
from dlint.model.own_image import OwnImage
from dlint.project.kinds import is_workplace
from dlint.shellcheck.remark import Remark
from dlint.syntax.dockerfile.directives import FailedChecks
from dlint.syntax.dockerfile.grammar import FLAGS, INSTRUCTIONS, PLATFORM_ARGS, PROXY_ARGS, SIGNALS
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
from dlint.syntax.dockerfile.words import UNSET, VariableUse, expand
from dlint.syntax.image import ImageRef
from dlint.syntax.image import parse as parse_image
from dlint.syntax.quantities import port_range
from dlint.syntax.shell.args import ShellFlag
from dlint.syntax.shell.commands import MOST, innermost
from dlint.syntax.shell.script import Pipe, Script, ShellCommand
from dlint.syntax.shell.walk import parse as parse_script
from dlint.syntax.shell.words import ShellWord
from dlint.syntax.shell.wrappers import is_shell
from dlint.syntax.suggest import closest

__all__ = [
    "above", "accounts", "action", "Add", "always_runs", "answered", "appended", "Appended", "architecture", "Arg",
    "below_from", "Binding", "BUILDERS", "CHECKS", "checks", "clean_up", "cleans", "closest", "Cmd", "commands_of",
    "Comment", "Copy", "Credential", "credentials_in", "credentials_of", "Directive", "Dockerfile", "Download",
    "downloads_in", "ended_branch", "ended_long", "Entrypoint", "ENTRYPOINTS", "Env", "environment", "expand",
    "expanded", "Expose", "FailedChecks", "family", "FETCH_NOTHING", "FETCHERS", "Flag", "flag", "FLAGS",
    "followed_by", "follows_branch", "for_development", "From", "goes_where_programs_are", "HANDING_ON", "has_cuda",
    "has_option_variable", "has_plain_end", "Healthcheck", "Heredoc", "Image", "ImageRef", "INITS", "innermost",
    "installs", "Instruction", "INSTRUCTIONS", "is_bare", "is_cuda", "is_database", "is_for_builds", "is_init",
    "is_internal", "is_official_php", "is_official_ruby", "is_older", "is_php", "is_plain", "is_root", "is_ruby_image",
    "is_script", "is_shell", "is_workplace", "keeps_user", "kept_out", "Label", "letter", "loads", "made_before",
    "made_by", "Maintainer", "MANAGERS", "may_be_cmdlet", "meant_as_array", "mentions_step_down", "MOST", "Mount",
    "moves", "name_of", "named_for_development", "names_init", "names_package", "needed_in", "NEEDS_NO_PROGRAM",
    "NEEDS_SHELL", "Onbuild", "opcache_switch", "operation", "option", "OwnImage", "PackageManager", "Pair",
    "parse_image", "parse_script", "Pipe", "PLATFORM_ARGS", "platform_by_name", "port_range", "Program",
    "PROGRAM_FOLDERS", "program_name", "PROXY_ARGS", "python_release", "recent", "refreshes", "Remark", "removed",
    "removes", "roots_own", "Run", "run_of", "runs_ruby", "runs_unseen", "RUNTIMES", "Script", "script_of_words",
    "scripts_run", "set_by", "several_in", "Shell", "shell_of_base", "ShellCommand", "ShellFlag", "SHELLS",
    "ShellState", "ShellWord", "ships", "SIGNALS", "smaller", "Stage", "StageGraph", "start_of", "start_script",
    "start_words", "started", "starts_without_root", "stops_at_failures", "stops_the_step", "Stopsignal", "supervisor",
    "SYSTEM", "SYSTEM_NAMES", "takes", "Unknown", "UNNEEDED", "UNPACKERS", "UNREAPED", "UNSET", "upgrades", "User",
    "uses_in", "value_of", "VariableUse", "Volume", "without_version", "Word", "Workdir",
]  # fmt: skip
