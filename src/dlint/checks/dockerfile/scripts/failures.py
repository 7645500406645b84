"""Commands whose failure a step does not notice."""

from __future__ import annotations

from dlint.api import Edit, Fix, Problem, Problems, Related, Span, check
from dlint.api.dockerfile import Run, Script, ShellCommand, Stage, StageGraph, stops_at_failures

# They print, ask, test or remove; a failure of theirs loses nothing. ``cd`` is ShellCheck's (SC2164), and a shell ends
# where ``.`` finds no file (POSIX Shell Command Language, 2.8.1).
_HARDLY_FAIL = frozenset(
    "echo printf true false : . set unset export local readonly declare typeset shift trap umask alias rm mkdir cd "
    "pushd popd ls pwd cat sleep wait kill killall pkill date id env which type command hash find grep egrep sed "
    "awk read ulimit ldconfig sync history eval".split()
)
# After && they make of the commands before them a question: the failure is looked at.
_ANSWERS = frozenset(("", "break", "continue", "exit", "return", "test", "[", "[["))
_CLEANING = frozenset(("clean", "autoclean", "autoremove", "dist-clean"))


@check(on=StageGraph, words=(";", "<<"))
def failed_command_ignored(graph: StageGraph) -> Problems:
    """A command before ``;`` or the end of a line, in a script that does not end where a command fails."""
    for stage in graph.stages:
        for run in stage.runs:
            if run.heredoc is not None or ";" in run.raw:
                yield from _ignored_in(run, stage)


@check(on=StageGraph, words=("|| true", "|| :", "||true", "||:"))
def failure_hidden_in_chain(graph: StageGraph) -> Problems:
    """``a && b || true && c``: what is meant for b hides a failure of a as well."""
    for stage in graph.stages:
        for run in stage.runs:
            script = stage.script(run) if "||" in run.raw else None
            for commands in _levels(script) if script is not None and script.posix else ():
                yield from _hidden_in(commands)


def _hidden_in(commands: list[ShellCommand]) -> Problems:
    for index, command in enumerate(commands[1:-1], start=1):
        forgives = command.operator_before == "||" and command.name in ("true", ":")
        chain = _chain(commands[:index]) if forgives and commands[index + 1].operator_before == "&&" else []
        if len(chain) < 2 or chain[-1].name in _ANSWERS or _is_apart(command, commands[index + 1]):
            continue
        first = _of_worth(chain, len(chain) - 2)
        if first is not None and _goes_on(commands, index + 1):
            last = chain[-1].name
            message = (
                f"`|| {command.name}` hides a failure of {first.name} too, and the step goes on: put {last} alone with"
            )
            message += f" it in braces, {{ {last} … || {command.name}; }}"
            yield Problem(command.name_node, message, related=[Related(first.name_node, "Its failure is hidden")])


def _chain(commands: list[ShellCommand]) -> list[ShellCommand]:
    """The last of some commands, with those that ``&&`` joins to it; a group of its own begins anew."""
    start = len(commands) - 1
    while start and commands[start].operator_before == "&&" and not _is_apart(commands[start - 1], commands[start]):
        start -= 1
    return commands[start:]


def _goes_on(commands: list[ShellCommand], index: int) -> bool:
    """Whether what ``&&`` joins from ``index`` on does more than to clean up after the chain before it."""
    while index < len(commands) and commands[index].operator_before == "&&":
        if commands[index].name not in _HARDLY_FAIL and not _only_cleans(commands[index]):
            return True
        index += 1
    return False


def _is_apart(before: ShellCommand, after: ShellCommand) -> bool:
    """Whether a group, a loop or a condition begins or ends between two commands."""
    one, two = before.surroundings, after.surroundings
    return one is None or two is None or one.list is not two.list


def _ignored_in(run: Run, stage: Stage) -> Problems:
    script = stage.script(run)
    if script is None or not script.posix:
        return
    for commands in _levels(script):
        outermost = commands[0].code is script.commands[0].code
        if not (stops_at_failures(script, run, stage.shell_at(run)) if outermost else _stops_inside(commands)):
            command = _first_ignored(commands)
            if command is not None:
                yield _ignored(command, script if outermost else None, commands, run)
                return


def _ignored(command: ShellCommand, script: Script | None, around: list[ShellCommand], run: Run) -> Problem:
    """The finding; ``script`` is None where another shell reads the command than the one of the step."""
    # set -e does not end a shell inside a chain of &&.
    chained = any(each.operator_before == "&&" for each in (around if script is None else script.commands))
    what = "join what follows with && as well" if chained else "begin it with set -e, or join commands with &&"
    message = f"If {command.name} fails, the step goes on and succeeds: {what}"
    # Where set -e is the remedy, it is that for each command of the step.
    fix = _fix(script, run) if not chained and script is not None else None
    return Problem(command.name_node, message, fix=fix, area=None if chained or script is None else run)


def _stops_inside(commands: list[ShellCommand]) -> bool:
    """Whether the shell that a command calls, which reads these, ends at the first failure."""
    before = commands[0].script.commands[: commands[0].index]
    options = [word.text for outer in before[-1:] for word in outer.words if word.text[:1] == "-"]
    sets = [word.text for command in commands if command.name == "set" for word in command.words]
    return any(text[:2] != "--" and "e" in text for text in (*options, *(text for text in sets if text[0] == "-")))


def _first_ignored(commands: list[ShellCommand]) -> ShellCommand | None:
    """The first command of worth that another one follows whatever its status is."""
    if commands and commands[-1].operator_before in (";", "\n") and commands[-1].name in ("exit", "true", ":"):
        return None
    if any(command.name == "set" and any(word.text.startswith("+e") for word in command.words) for command in commands):
        return None
    for index, command in enumerate(commands):
        if command.operator_before in (";", "\n") and not _asks_for_status(commands[index - 1], command):
            found = _of_worth(commands, index - 1)
            if found is not None:
                return found
    return None


def _asks_for_status(before: ShellCommand, command: ShellCommand) -> bool:
    """Whether ``$?`` is read right behind ``before``, by ``command`` or an assignment ahead of it."""
    return "$?" in command.script.text.text[before.end : command.end]


def _levels(script: Script) -> list[list[ShellCommand]]:
    """The commands of the script itself, then of each that it gives to another shell; not what stands in ``$( )``.

    In the place of a command that runs another one (``env``, ``sudo``) stands that one.
    """
    found: dict[int, list[ShellCommand]] = {}
    ends: dict[int, int] = {}
    for command in script.commands:
        level = found.setdefault(id(command.code), [])
        end = ends.get(id(command.code), -1)
        if command.start >= end:
            level.append(command)
            ends[id(command.code)] = command.end
        elif level and command.via[: len(level[-1].via)] == level[-1].via != command.via:
            level[-1] = command
    return list(found.values())


def _of_worth(commands: list[ShellCommand], index: int) -> ShellCommand | None:
    """The last command of the list that ends at ``index`` of which a failure matters."""
    while index >= 0:
        command = commands[index]
        if command.conditional or command.name in _ANSWERS:
            return None
        if command.name not in _HARDLY_FAIL and not _only_cleans(command):
            return command
        if command.operator_before != "&&":
            return None
        index -= 1
    return None


def _only_cleans(command: ShellCommand) -> bool:
    return any(word.text in _CLEANING for word in command.words)


def _fix(script: Script, run: Run) -> Fix | None:
    first = next(iter(script.commands), None)
    if first is None or first.via:
        return None
    title = "Stop at the first command that fails"
    flags = first.words[0] if first.name == "set" and first.words else None
    if flags is not None and flags.text == "-x" and flags.raw == "-x":
        return Fix(title, flags.replace("-ex"), safe=False)
    if run.heredoc is None:
        text = script.text.text
        if script.text.origin(len(text) - len(text.lstrip())) != first.span[0]:
            return None
        return Fix(title, first.insert_before("set -e; "), safe=False)
    source = run.source
    start = source.full_line_span(first.line)[0]
    indent = source.text[start : first.span[0]]
    if indent.strip():
        return None
    return Fix(title, Edit(source, Span(start, start), f"{indent}set -e\n"), safe=False)
