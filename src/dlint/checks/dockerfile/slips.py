"""Slips that the builder takes as they are: the image is not what its author meant."""

from __future__ import annotations

from dlint.api import Command, Fix, Problem, Problems, Related, check, is_command_line, pattern, shortened, words_of
from dlint.api.dockerfile import (
    MANAGERS,
    Cmd,
    Entrypoint,
    Env,
    Healthcheck,
    Onbuild,
    Run,
    Shell,
    ShellCommand,
    ShellWord,
    Stage,
    StageGraph,
    Word,
    action,
    family,
    is_root,
    program_name,
)

_NAMES = (
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR"
)
_INSTRUCTIONS = frozenset(_NAMES.split())
# A line that begins with an instruction's name and belongs to the one above.
_CONTINUED = pattern(rf"\\[ \t]*\r?\n[ \t]*(?:{_NAMES.replace(' ', '|')})[ \t]")


@check(on=(StageGraph, Command(*_INSTRUCTIONS)))
def instruction_in_script(node: StageGraph | ShellCommand) -> Problems:
    """The name of an instruction inside the script of RUN, in the place of a command or of an argument."""
    if isinstance(node, ShellCommand):
        name = node.name_node
        if name.raw == node.name:
            what = f"{node.name} is an instruction and no command"
            yield Problem(name, f"{what}: drop it, or begin a new line with it")
    elif _CONTINUED.search(node.source.text):
        for stage in node.stages:
            for run in stage.runs:
                if _CONTINUED.search(run.raw):
                    yield from _as_arguments(run, stage)


def _as_arguments(run: Run, stage: Stage) -> Problems:
    script = stage.script(run)
    for command in script.commands if script is not None else ():
        for word in command.words:
            if word.text in _INSTRUCTIONS and word.raw == word.text and _begins_line(word):
                what = f"{word.text} is an argument of {command.name} here"
                yield Problem(word, f"{what}: take the continuation away at the end of the line above")


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
    if program not in ("sh", "bash", "ash", "dash", "ksh", "zsh") or state.dialect in ("powershell", "cmd"):
        return
    if any(_is_c(word.text) for word in words[1:]):
        return
    last = words[-1]
    fix = Fix('Add "-c"', last.insert_after('", "-c'))
    yield Problem(last, f"Add -c: without it {program} takes what RUN says for the name of a file", fix=fix)


def _is_c(option: str) -> bool:
    return option.startswith("-") and not option.startswith("--") and "c" in option


# They put variables into text themselves, or have a $ of their own.
_EXPANDING = frozenset(
    "sh bash ash dash ksh zsh busybox fish csh tcsh pwsh powershell cmd su runuser ssh env envsubst awk gawk mawk "
    "sed grep jq make expect script watch find xargs socat confd gomplate dockerize "
    "mongo mongosh psql mysql redis-cli nginx caddy traefik s6-svscan execlineb chpst".split()
)
_CODE = frozenset(("-e", "-c", "-r", "--eval", "-pe", "-ne"))
_VARIABLE = pattern(r"\$(?:[A-Z_][A-Z0-9_]+\b|\{[A-Z_][A-Z0-9_]*(?::?[-+?][^}]*)?\})")


@check(on=StageGraph)
def variable_in_exec_form(graph: StageGraph) -> Problems:
    """A variable in the JSON form, which no shell reads."""
    for stage in graph.stages:
        for node in stage.instructions:
            if "$" in node.text and node.json and isinstance(node, Run | Cmd | Entrypoint | Healthcheck):
                yield from _first_variable(node, stage)


def _first_variable(node: Run | Cmd | Entrypoint | Healthcheck, stage: Stage) -> Problems:
    holder = node.command if isinstance(node, Healthcheck) else node
    words: list[Word] = holder.words if holder is not None else []
    if not words:
        return
    # CMD's are the arguments of ENTRYPOINT, if there is one.
    entrypoint = stage.last(Entrypoint) if isinstance(node, Cmd) else None
    started = [*entrypoint.words, *words] if entrypoint is not None else words
    if is_command_line(started[0].text) or any(
        w.text in _CODE or program_name(w.text).lower() in _EXPANDING for w in started
    ):
        return
    for word in words:
        match = _VARIABLE.search(word.text)
        if match is not None:
            place = word.at(match.start(), match.end())
            yield Problem(
                place,
                f'{started[0].text} gets {match[0]} as it stands: no shell reads this form; call ["sh", "-c", "…"]',
            )
            return


_STANDARD = frozenset(("/bin", "/usr/bin", "/sbin", "/usr/sbin", "/usr/local/bin"))


@check(on=Env)
def path_replaced(env: Env, stage: Stage) -> Problems:
    """ENV PATH with neither the old value nor the usual folders."""
    for pair in env.pairs:
        if pair.key.value != "PATH" or pair.value is None or stage.scratch or stage.os == "windows":
            continue
        if any(use.name == "PATH" for use in pair.value.variables):
            continue
        value = stage.expand(pair.value, env).value
        if not value or not value.startswith("/") or ";" in value:
            continue
        if not _STANDARD & {folder.rstrip("/") for folder in value.split(":")}:
            word = pair.value
            fix = Fix("Keep the folders that were in PATH", word.insert_after(":$PATH"), safe=False)
            plain = word.raw == word.value and " " not in word.raw
            message = "This takes /bin, /usr/bin and all else away from PATH; add :$PATH"
            yield Problem(word, message, fix=fix if plain else None)


_OF_THE_SHELL = frozenset(
    "cd export alias unalias unset set source . umask ulimit shopt declare typeset readonly".split()
)
_SETTINGS = ("export", "alias", "source", ".", "umask", "ulimit", "shopt", "declare", "typeset")
_PROFILE = pattern(r"(?:.*/)?(?:\.?(?:bash|zsh|k)?(?:rc|_?profile|_login)|activate|environment|nvm\.sh|setup\.bash)")


@check(on=Command(*_SETTINGS))
def setting_ends_with_step(setting: ShellCommand) -> Problems:
    """A RUN that only sets up its own shell, which ends with it; told at the first command that does."""
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
    if command.name in ("source", "."):
        return not command.words or not _PROFILE.fullmatch(command.words[0].text)
    return any("$(" in word.raw or "`" in word.raw for word in command.words)


@check(on=Command(*(name for name, manager in MANAGERS.items() if manager.root)))
def packages_without_root(command: ShellCommand, stage: Stage) -> Problems:
    """A package manager that changes the system as a user who may not."""
    if not isinstance(stage.user, Word):
        return
    user = stage.user_at(stage.position_of(command.span[0]))
    if not isinstance(user, Word):
        return
    following = command.script.commands[command.index + 1 : command.index + 2]
    if following and following[0].operator_before == "||":
        return
    if command.via or command.conditional or action(command) not in family(command.name).changing:
        return
    if command.has_flag("--root", "--installroot", "-p", "--download-only", "-d", "--dry-run", "--simulate", "-s"):
        return
    name = user.literal
    if not name or is_root(name):
        return
    yield Problem(
        command.name_node,
        f"{command.name} needs root, and this step runs as {name}: write USER root before it, or put it above USER",
        related=[Related(user, "The user from here on")],
    )


_ONE_WORD = pattern(r'\[[ \t]*"[^"\n ]+ ')


@check(on=StageGraph)
def exec_form_in_one_word(graph: StageGraph) -> Problems:
    """A JSON form whose first element is a whole command line."""
    if not _ONE_WORD.search(graph.dockerfile.source.text):
        return
    for stage in graph.stages:
        for instruction in stage.instructions:
            node = instruction.trigger if isinstance(instruction, Onbuild) else instruction
            holder = node.command if isinstance(node, Healthcheck) else node
            if not isinstance(node, Run | Cmd | Entrypoint | Healthcheck) or holder is None or not holder.json:
                continue
            word = next(iter(holder.words), None)
            if word is None or not is_command_line(word.text) or stage.os == "windows":
                continue
            if isinstance(node, Cmd) and stage.last(Entrypoint) is not None:
                continue
            parts = words_of(word.text) if word.raw == word.text else []
            fix = None
            if parts:
                fix = Fix(
                    "Make each word an element of the array; the program then gets them as separate arguments",
                    word.replace('", "'.join(parts)),
                    safe=False,
                )
            shown = shortened(word.text)
            yield Problem(word, f"No program is called `{shown}`: write each word as an element of its own", fix=fix)
