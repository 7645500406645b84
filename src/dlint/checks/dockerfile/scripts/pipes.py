"""Pipes whose failures a build does not see."""

from __future__ import annotations

from dlint.api import Fix, Node, Problem, Problems, check
from dlint.api.dockerfile import Instruction, Onbuild, Pipe, Run, Stage, above, innermost, shell_of_base

# They print, filter or ask the system; where one of them fails, nothing is lost, or it says so by design (grep).
_HARDLY_FAIL = frozenset(
    "echo printf yes true : seq sleep find ls locale apt-mark dpkg dpkg-query rpm uname date id env getent basename "
    "dirname pwd hostname nproc sort uniq cut tr awk gawk sed head tail tac rev wc tee xargs ldd ldconfig scanelf grep "
    "egrep fgrep readlink which ps df diff".split()
)
# They fail on input that is empty or cut off, so that a pipe that ends in them fails with what is before them.
_NOTICE = frozenset("gunzip unxz bunzip2 unlzma unzstd zcat xzcat bzcat zstdcat gpg gpg2 apt-key patch cpio".split())
# The same, with one of these options.
_NOTICE_WITH = {
    "tar": ("-x", "--extract", "--get", "-t", "--list"),
    "gzip": ("-d", "--decompress", "--uncompress"),
    "bzip2": ("-d", "--decompress"),
    "xz": ("-d", "--decompress", "--uncompress"),
    "zstd": ("-d", "--decompress", "--uncompress"),
    **{f"{name}sum": ("-c", "--check") for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "b2")},
    "shasum": ("-c", "--check"),
}
_WHATEVER = ("true", ":")
_SEARCHES = ("grep", "egrep", "fgrep")
_POSIX_PIPEFAIL = frozenset(("bash", "zsh", "ash", "ksh", "busybox"))


@check(on=Stage, words=("|",))
def pipe_without_pipefail(stage: Stage, *, every: bool = False, values: bool = True) -> Problems:
    """The first pipe of each step that runs without pipefail.

    Without ``values`` those are left out that look for something or make a word of another command.
    """
    offered = False
    for instruction in stage.instructions:
        run: Instruction | None = instruction.trigger if type(instruction) is Onbuild else instruction
        if type(run) is not Run or "|" not in run.raw:
            continue
        script = stage.script(run)
        state = stage.shell_at(run)
        if script is None or not script.posix or _is_set(state.pipefail, state.dialect):
            continue
        pipe = next(
            (pipe for pipe in script.pipes if every or (_may_fail(pipe) and (values or not _is_value(pipe)))), None
        )
        if pipe is None:
            continue
        fix = None
        if not offered and run is instruction:
            fix = _shell(stage, run)
            offered = fix is not None
        yield Problem(_start(pipe), fix=fix, area=pipe)


def _is_set(pipefail: bool, dialect: str) -> bool:
    """Whether SHELL sets it, for a shell that has it."""
    return pipefail and dialect in _POSIX_PIPEFAIL


def _may_fail(pipe: Pipe) -> bool:
    if pipe.pipefail or _noticed(pipe):
        return False
    for stage in pipe.stages[:-1]:
        names = {command.name for command in innermost(stage)}
        if names - _HARDLY_FAIL and not _reads_heredoc(pipe, stage is pipe.stages[0]):
            return True
    return False


def _noticed(pipe: Pipe) -> bool:
    """Whether the command at the end fails where those before it have failed, or is there to let them fail."""
    last = list(innermost(pipe.stages[-1]))
    if len(last) != 1:
        return False
    command = last[0]
    return command.name in _NOTICE or command.name in _WHATEVER or command.has_flag(*_NOTICE_WITH.get(command.name, ()))


def _is_value(pipe: Pipe) -> bool:
    """Whether the pipe asks for something: it makes a word, or it ends in a search, which fails without a result."""
    last = list(innermost(pipe.stages[-1]))
    if len(last) == 1 and last[0].name in _SEARCHES and not last[0].has_flag("-v", "--invert-match", "-c", "--count"):
        return True
    return pipe.makes_word


def _reads_heredoc(pipe: Pipe, first: bool) -> bool:
    commands = pipe.stages[0]
    return first and len(commands) == 1 and commands[0].name == "cat" and bool(commands[0].redirects)


def _start(pipe: Pipe) -> Node:
    commands = pipe.commands
    return commands[0].name_node if commands and commands[0].name else pipe


def _shell(stage: Stage, run: Run) -> Fix | None:
    """SHELL before the step, for images whose name says which shell they have."""
    image = stage.root.image
    if image is None or stage.shell_at(run).node is not None:
        return None
    if shell_of_base(stage) == "busybox":
        shell = 'SHELL ["/bin/ash", "-eo", "pipefail", "-c"]'
    else:
        shell = 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]'
    return Fix("Let a shell with pipefail read this step and those after it", above(run, shell), safe=False)
