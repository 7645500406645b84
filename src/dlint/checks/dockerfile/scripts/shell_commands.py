"""Commands in RUN that have no business in a build, or that an instruction does better."""

from __future__ import annotations

import re

from dlint.api import Command, Edit, Fix, Problem, Problems, Runs, Span, check, pattern
from dlint.api.dockerfile import (
    Cmd,
    Entrypoint,
    Env,
    Onbuild,
    OwnImage,
    Run,
    Script,
    ShellCommand,
    ShellWord,
    Stage,
    Word,
    innermost,
    start_script,
    starts_without_root,
)


@check(on=Command("sudo"))
def sudo(command: ShellCommand, stage: Stage) -> Problems:
    """The command sudo, run in a build."""
    at = stage.position_after(command.span[0])
    # A trigger runs as the user that the image ends with.
    user = stage.user_at(len(stage.instructions) if type(stage.instructions[at]) is Onbuild else at)
    if (
        user is not None
        and not isinstance(user, Word)
        and stage.root.image is not None
        and starts_without_root(stage.root.image)
    ):
        # The base image starts as another user: without sudo the command would fail.
        return
    root = (user is None or _as_root(user, stage)) and not command.has_flag("-u", "--user", "-g", "--group")
    yield Problem(
        command.name_node,
        "Remove sudo: this runs as root already" if root else None,
        fix=_without_sudo(command) if root else None,
    )


_ROOT = ("root", "0", "root:root", "0:0")


def _as_root(user: object, stage: Stage) -> bool:
    """Whether the user in effect is root: by USER, or as the base image is known to start."""
    if isinstance(user, Word):
        return user.literal in _ROOT
    base = OwnImage.of_stage(stage).facts
    return base is not None and base.starts_as_root is True


def _without_sudo(command: ShellCommand) -> Fix | None:
    words = command.given
    if not words or words[0].text.startswith("-") or "=" in words[0].text:
        return None
    start, end = command.name_node.span[0], words[0].span[0]
    if command.source.text[start:end].strip() != "sudo":
        return None
    return Fix(
        "Run it without sudo, as the user in effect, whose HOME and variables it then has",
        Edit(command.source, Span(start, end), ""),
        safe=False,
    )


@check(on=Runs("cd"))
def cd_instead_of_workdir(run: Run, stage: Stage, *, every: bool = False) -> Problems:
    """cd where WORKDIR could stand: alone, first, or last in a step."""
    script = stage.script(run)
    if script is None:
        return
    moves = script.by_name.get("cd", ())
    for command in moves:
        if every:
            yield Problem(command.name_node)
            continue
        if len(moves) > 1 or not command.words:
            return
        where = command.words[0].text
        is_last, is_first = command is script.commands[-1], command is next(iter(_at_work(script)), None)
        if not (is_last or is_first) or not _on_top(command):
            return
        if is_last:
            yield Problem(
                command.name_node,
                f"'cd {where}' ends with its step: the next instruction starts in WORKDIR again",
                fix=_workdir(script, command, stage),
            )
        elif not _NO_WORKPLACE.match(command.given[0].text):
            message = f"Use WORKDIR before the step instead of 'cd {where}'"
            yield Problem(command.name_node, message, fix=_workdir(script, command, stage))


@check(on=(Cmd, Entrypoint), onbuild=True, words=("cd",))
def cd_at_start(node: Cmd | Entrypoint, stage: Stage) -> Problems:
    """A cd that begins what an image starts."""
    script = start_script(node, stage) if "cd" in node.raw else None
    commands = script.commands if script is not None and script.posix else []
    moves = [command for command in commands if command.name == "cd"]
    if script is None or len(moves) != 1 or len(commands) < 2 or moves[0] is not commands[0]:
        return
    path = moves[0].given[0].literal if moves[0].given else None
    if path is not None and path.startswith("/") and _on_top(moves[0]):
        message = f"Use WORKDIR instead of 'cd {path}': {node.name} can then start the program itself, as a JSON array"
        yield Problem(moves[0].name_node, message)


# Where files pass through, the folders of the system, where nothing later should start, and what only a shell cuts.
_NO_WORKPLACE = pattern(
    r"\$\{?TMPDIR|.*\$\{\w+[%#/]|(?:/var)?/tmp(?:/|$)|(?:/usr/local)?/etc(?:/|$)"
    r"|(?:/usr(?:/local)?)?/(?:s?bin|lib(?:32|64|exec)?)(?:/|$)|/(?:usr/?(?:(?:local|share)/?)?|var/?)?$"
)
_UNFIT = pattern(r"[\"'$\\\s*?~]")


def _on_top(command: ShellCommand) -> bool:
    """Whether a command is one of the step's plain list, and neither it nor what is before it is asked how it ends."""
    around = command.surroundings
    return around is not None and around.on_top and "||" not in around.beside


def _workdir(script: Script, command: ShellCommand, stage: Stage) -> Fix | None:
    """WORKDIR on a line of its own, for a step that begins with ``cd /path &&``."""
    run = stage.instructions[stage.position_after(command.span[0])]
    path = command.words[0].raw
    if not isinstance(run, Run) or run.flags or run.heredocs or len(command.words) != 1 or command.redirects:
        return None
    if command.index or not path.startswith("/") or _UNFIT.search(path) or run.keyword.line != command.line:
        return None
    source = run.source
    title = f"Write WORKDIR {path}, where later instructions then start too"
    if len(script.commands) == 1:
        return Fix(title, Edit(source, run.span, f"WORKDIR {path}"), safe=False)
    operator = next((s for s in script.separators if s.span[0] >= command.span[1]), None)
    if operator is None or operator.operator != "&&":
        return None
    end = operator.span[1]
    while source.text[end : end + 1] in (" ", "\t"):
        end += 1
    if source.text[end : end + 1] in ("\\", "\r", "\n", run.escape):
        return None
    start = command.name_node.span[0]
    return Fix(title, run.insert_before(f"WORKDIR {path}\n"), Edit(source, Span(start, end), ""), safe=False)


@check(on=Env, onbuild=True)
def debian_frontend_in_env(env: Env, stage: Stage) -> Problems:
    """DEBIAN_FRONTEND that stays in a shipped image."""
    for pair in env.pairs:
        if pair.key.text == "DEBIAN_FRONTEND" and stage.layered and pair.value is not None and pair.value.value:
            if OwnImage.of_stage(stage).program("apt-get") is False:
                yield Problem(
                    pair.key, "Remove DEBIAN_FRONTEND: Debian's packages read it, and there is no apt-get here"
                )
                continue
            fix = None
            if len(env.pairs) == 1 and not env.legacy:
                fix = Fix("Use ARG, which lasts for the build only", env.keyword.replace("ARG"), safe=False)
            yield Problem(pair.key, fix=fix)


_POINTLESS = ("free", "kill", "mount", "ps", "service", "shutdown", "ssh", "top", "vim")
_HARMLESS = frozenset(("--version", "-V", "--help", "-h", "-version", "-v"))
# They serve the other commands of their step.
_SERVING = frozenset(("free", "kill", "mount", "ps", "service", "ssh"))


def _at_work(script: Script) -> list[ShellCommand]:
    """The commands that do something themselves: no wrappers, and no settings of the shell."""
    return [command for command in innermost(script.commands) if command.name not in ("", "set", "export")]


@check(on=Command("free", "kill", "mount", "ps", "service", "shutdown", "ssh", "top", "vim", "ifconfig"))
def pointless_command(command: ShellCommand, *, every: bool = False) -> Problems:
    """A command for terminals, services or whole machines, in a build step."""
    name = command.name
    if not every:
        if "$" in command.name_node.raw or (command.words and command.words[0].text in _HARMLESS):
            return
        if name in _SERVING and any(other is not command for other in _at_work(command.script)):
            return
        if name == "vim" and _starts(command.words, ("-c", "-es", "-E", "-s", "+")):
            return
    elif name not in _POINTLESS:
        return
    yield Problem(command.name_node, f"'{name}' does nothing of use in a build: drop it")


def _starts(words: list[ShellWord], prefixes: tuple[str, ...]) -> bool:
    """Whether one of the words starts with one of the prefixes."""
    return any(word.text.startswith(prefixes) for word in words)


@check(on=Command("useradd"))
def useradd_long_uid(command: ShellCommand) -> Problems:
    """useradd that writes a log entry for a user id of six digits or more."""
    uid = command.flag("-u", "--uid")
    if uid is None or uid.value is None or len(uid.value) < 6 or not uid.value.isdecimal():
        return
    if not command.has_flag("-l", "--no-log-init"):
        fix = Fix("Write no log entry for the user", command.name_node.insert_after(" -l"))
        yield Problem(command.name_node, f"useradd with the user id {uid.value} bloats the layer: add -l", fix=fix)


@check(on=Command("ln"))
def shell_replaced_in_run(command: ShellCommand, stage: Stage) -> Problems:
    """A link put in the place of /bin/sh."""
    words = command.arguments
    if len(words) < 2 or words[-1].text != "/bin/sh":
        return
    shell = words[0].text if words[0].text.startswith("/") else f"/bin/{words[0].text}"
    run = stage.instructions[stage.position_after(command.span[0])]
    fix = None
    alone = isinstance(run, Run) and len(command.script.commands) == 1 and not run.flags and not run.heredocs
    if alone and re.fullmatch(r"[\w./-]+", shell):
        fix = Fix("Use SHELL; /bin/sh stays what it was", run.replace(f'SHELL ["{shell}", "-c"]'), safe=False)
    yield Problem(command.name_node, fix=fix)
