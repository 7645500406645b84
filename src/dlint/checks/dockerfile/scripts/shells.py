"""Shells: what is no command of theirs, options they need, settings that end with a step."""

from __future__ import annotations

from dlint.api import Command, Fix, Problem, Problems, Severity, check, pattern
from dlint.api.dockerfile import (
    INSTRUCTIONS,
    SHELLS,
    Run,
    Shell,
    ShellCommand,
    ShellWord,
    Stage,
    StageGraph,
    commands_of,
)

# MAINTAINER is a word like any other by now.
_INSTRUCTIONS = frozenset(INSTRUCTIONS) - {"MAINTAINER"}
_LONGEST = max(map(len, _INSTRUCTIONS))
_NAMES = tuple(_INSTRUCTIONS)
# Nobody writes more blanks before a name.
_MOST_BLANKS = 200


def _goes_on(text: str) -> bool:
    """Whether a line begins with an instruction's name and belongs to the one above."""
    for behind in text.split("\\")[1:]:
        blank, _, line = behind.partition("\n")
        start = line.lstrip(" \t")[: _LONGEST + 1].replace("\t", " ")
        name, separator, _ = start.partition(" ")
        if separator and name in _INSTRUCTIONS and not blank.removesuffix("\r").strip(" \t"):
            return True
    return False


@check(on=(StageGraph, Command(*_INSTRUCTIONS)))
def instruction_in_script(node: StageGraph | ShellCommand) -> Problems:
    """The name of an instruction inside the script of RUN, in the place of a command or of an argument."""
    if isinstance(node, ShellCommand):
        name = node.name_node
        if name.raw == node.name:
            what = f"{node.name} is an instruction and no command"
            yield Problem(name, f"{what}: drop it, or begin a new line with it")
        return
    for stage in node.stages:
        for run in stage.runs:
            if _may_go_on(run) and _goes_on(run.raw):
                yield from _as_arguments(run, stage)


def _may_go_on(run: Run) -> bool:
    """A cheap look whether one of its continued lines may begin with an instruction's name."""
    text = run.text
    return bool(run.heredocs) or any(
        text[at : at + _MOST_BLANKS].lstrip(" \t").startswith(_NAMES) for at, _ in run.pieces[1:]
    )


def _as_arguments(run: Run, stage: Stage) -> Problems:
    for command in commands_of(run, stage):
        for word in command.given:
            if word.text in _INSTRUCTIONS and word.raw == word.text and _begins_line(word):
                what = f"{word.text} is an argument of {command.name} here"
                # These stop where there is no package of that name; mkdir, yum and others may well go on.
                at_most = None if command.name in ("apt-get", "apt", "apk") else Severity.WARNING
                problem = f"{what}: take the continuation away at the end of the line above"
                yield Problem(word, problem, at_most=at_most)


def _begins_line(word: ShellWord) -> bool:
    start = word.source.line_span(word.line).start
    return not word.source.text[start : word.span[0]].strip()


@check(on=Shell)
def shell_without_command_option(shell: Shell, stage: Stage) -> Problems:
    """SHELL with a POSIX shell and no ``-c``: each RUN is then the name of a script file."""
    words = shell.words
    if not shell.json or not words or stage.os == "windows":
        return
    state = stage.shell_at(shell)
    program = words[0].text.rpartition("/")[2]
    if program not in SHELLS or state.dialect in ("powershell", "cmd"):
        return
    if any(_is_c(word.text) for word in words[1:]):
        return
    last = words[-1]
    fix = Fix('Add "-c"', last.insert_after('", "-c'))
    yield Problem(last, f"Add -c: without it {program} takes what RUN says for the name of a file", fix=fix)


def _is_c(option: str) -> bool:
    return option.startswith("-") and not option.startswith("--") and "c" in option


_OF_THE_SHELL = frozenset(
    "cd export alias unalias unset set source . umask ulimit shopt declare typeset readonly conda mamba micromamba"
    " nvm".split()
)
# Functions that change their shell with one of their verbs, and do other work with the others.
_CHANGE = {"conda": "activate", "mamba": "activate", "micromamba": "activate", "nvm": "use"}


_SETTINGS = (
    "export", "alias", "source", ".", "umask", "ulimit", "shopt", "declare", "typeset", "conda", "mamba", "micromamba",
    "nvm",
)  # fmt: skip


_PROFILE = pattern(r"(?:.*/)?(?:\.?(?:bash|zsh|k)?(?:rc|_?profile|_login)|activate|environment|nvm\.sh|setup\.bash)")


@check(on=Command(*_SETTINGS))
def setting_ends_with_step(setting: ShellCommand) -> Problems:
    """A RUN that only sets up its own shell, which ends with it; reported at the first command that does."""
    commands, by_name = setting.script.commands, setting.script.by_name
    if setting.index != min(by_name[name][0].index for name in _SETTINGS if name in by_name):
        return
    if any(command.name not in _OF_THE_SHELL or command.redirects or command.via for command in commands):
        return
    if any(map(_works, commands)):
        return
    exported = setting.name in ("export", "declare", "typeset")
    remedy = "write ENV instead" if exported else "put it into the step that needs it"
    yield Problem(setting.name_node, f"What {setting.name} sets ends with this step: {remedy}")


def _works(command: ShellCommand) -> bool:
    """Whether it may do more than set something: run a substitution, or source a script that is no profile."""
    if command.name in _CHANGE:
        return not command.words or command.words[0].text != _CHANGE[command.name]
    if command.name in ("source", "."):
        return not command.words or not _PROFILE.fullmatch(command.words[0].text)
    return any("$(" in word.raw or "`" in word.raw for word in command.words)
