"""What a container starts and how it is watched: CMD, ENTRYPOINT and HEALTHCHECK."""

from __future__ import annotations

from itertools import pairwise

from dlint.api import Edit, Fix, Node, Problem, Problems, Related, Span, check, json_array, pattern
from dlint.api.dockerfile import (
    NEEDS_SHELL,
    SHELLS,
    Cmd,
    Entrypoint,
    From,
    Healthcheck,
    Instruction,
    Program,
    Run,
    ShellCommand,
    Stage,
    is_workplace,
    meant_as_array,
    start_of,
    started,
)


@check(on=(Cmd, Entrypoint, Healthcheck, From))
def shell_form_command(
    instruction: Cmd | Entrypoint | Healthcheck | From,
    stage: Stage,
    *,
    healthcheck: bool = False,
    despite_shell: bool = False,
    mistyped: bool = False,
) -> Problems:
    """CMD or ENTRYPOINT in shell form; with ``healthcheck`` also HEALTHCHECK CMD, with ``mistyped`` broken JSON too."""
    if isinstance(instruction, From):
        yield from _brought_in_shell_form(stage)
        return
    text = _text_in_shell_form(instruction, healthcheck)
    # A bracket alone opens an array whose lines do not go on.
    array = text == "[" or (text is not None and text.startswith("[") and meant_as_array(text))
    if text is None or (array and not mistyped):
        return
    if not despite_shell and stage.index >= 0 and stage.shell_at(instruction).node is not None:
        return
    hands_over = not array and not isinstance(instruction, Healthcheck) and _ends_in_exec(instruction, stage)
    if hands_over:
        message = f"{instruction.name} starts a shell that exec replaces: a JSON array starts the program at once"
    elif array:
        message = f"The list of {instruction.name} is not valid JSON, so a shell reads it as a command line"
    elif _NEEDS_CHAIN.search(text):
        message = (
            f'Write {instruction.name} as ["sh", "-c", "exec …"], or start a script: signals reach a program that exec'
            " starts"
        )
    else:
        message = (
            f'Write {instruction.name} as a JSON array, ["program", "argument"], so that signals reach the program'
        )
    fix = None if isinstance(instruction, Healthcheck) else _as_json(instruction, stage)
    yield Problem(instruction.keyword, message, fix=fix, minor=hands_over)


def _brought_in_shell_form(stage: Stage) -> Problems:
    """The CMD and ENTRYPOINT in shell form that triggers of the base stage bring."""
    brought = {type(trigger): trigger for trigger in stage.inherited_triggers}
    for trigger in (brought.get(Cmd), brought.get(Entrypoint)):
        if isinstance(trigger, Cmd | Entrypoint) and trigger.shell_form and stage.shell_at(0).node is None:
            message = f"ONBUILD brings a {trigger.name} in shell form into this stage; write it as a JSON array"
            assert trigger.onbuild is not None
            yield Problem(_base(stage), message, related=[Related(trigger.onbuild.keyword, "It stands here")])


def _text_in_shell_form(instruction: Cmd | Entrypoint | Healthcheck, healthcheck: bool) -> str | None:
    """What a shell reads of an instruction that is looked at; None if it is none of those, or in exec form."""
    if not isinstance(instruction, Healthcheck):
        return instruction.args.text if instruction.shell_form else None
    command = instruction.command if healthcheck else None
    return command.text if command is not None and command.shell_form else None


def _ends_in_exec(instruction: Cmd | Entrypoint, stage: Stage) -> bool:
    """Whether the shell makes room for the program, which then gets the signals."""
    script = stage.script(instruction) if "exec" in instruction.args.text else None
    return script is not None and bool(script.commands) and "exec" in script.commands[-1].via


_NEEDS_CHAIN = pattern(r"[$`|;&<>()]")
_SHELL_ONLY = frozenset("$`*?[]{}~<>|&;()!#\n")
_QUOTING = frozenset("\"'\\$`")
# Variables, patterns and redirects of one command; what else needs a shell may be more than one.
_NEEDS_SHELL = pattern(r"(?!!|time\b)(?>(?:[^`&|;()#\n\\$>]|>(?:&[0-9])?|\$(?:\w++|\{[^`(){}$]*+\}))*)")


def _as_json(instruction: Cmd | Entrypoint, stage: Stage) -> Fix | None:
    """The exec form of a command line of one program: its words as they are, or a shell that hands over to it."""
    if instruction.heredocs or stage.index < 0:
        return None
    script = stage.script(instruction)
    if script is None or not script.posix or script.has_error or len(script.commands) != 1:
        return None
    command: ShellCommand = script.commands[0]
    args = instruction.args
    name = command.name_node.raw
    if "\n" in args.raw or command.assignments or command.via or name in NEEDS_SHELL or not _QUOTING.isdisjoint(name):
        return None
    words = [name, *(text for word in command.words if (text := word.literal) is not None)]
    title = "Use the exec form, without a shell in between"
    if not _SHELL_ONLY.isdisjoint(args.text) or command.redirects or len(words) <= len(command.words):
        if not _NEEDS_SHELL.fullmatch(args.text) or stage.shell_at(instruction).node is not None:
            return None
        words = ["/bin/sh", "-c", f"exec {args.text.strip()}"]
        title = "Let the shell hand over to the program, which then gets the signals"
    return Fix(title, args.replace(json_array(words)), safe=False)


def _repeated(stage: Stage, kind: type[Cmd] | type[Entrypoint] | type[Healthcheck], at_later: bool) -> Problems:
    """Each instruction of a kind that a later one replaces, with a fix that removes it; there or ``at_later``."""
    # Whatever the number of those, they are reported once.
    brought = [trigger for trigger in stage.inherited_triggers if isinstance(trigger, kind)][-2:]
    found: list[Instruction] = [*brought, *stage.of(kind)]
    for dead, live in pairwise(found):
        if dead.onbuild is not None:
            if not at_later:
                message = f"The {dead.name} that ONBUILD brings into this stage has no effect: another replaces it"
                yield Problem(_base(stage), message, related=[Related(dead.onbuild.keyword, "It stands here")])
            continue
        fix = Fix(f"Remove the {dead.name} without effect", _whole_lines(dead))
        if at_later:
            message = f"Keep one {live.name} a stage: this one replaces the one on line {dead.start_line}"
            yield Problem(live.keyword, message, fix=fix, related=[Related(dead.keyword, "Has no effect")])
        else:
            message = f"This {dead.name} has no effect, as line {live.start_line} replaces it; keep one a stage"
            yield Problem(dead.keyword, message, fix=fix, related=[Related(live.keyword, "Replaces it")])


def _base(stage: Stage) -> Node:
    """Where a stage takes over what another leaves it to do."""
    return stage.from_.image or stage.from_.keyword


def _whole_lines(instruction: Instruction) -> Edit:
    source = instruction.source
    start = source.line_span(source.line(instruction.span[0]))[0]
    end = source.full_line_span(source.line(max(instruction.span[0], instruction.span[1] - 1)))[1]
    return Edit(source, Span(start, end), "")


@check(on=Stage)
def multiple_cmd(stage: Stage, *, at_later: bool = False) -> Problems:
    """A second CMD in a stage."""
    return _repeated(stage, Cmd, at_later)


@check(on=Stage)
def multiple_entrypoint(stage: Stage, *, at_later: bool = False) -> Problems:
    """A second ENTRYPOINT in a stage."""
    return _repeated(stage, Entrypoint, at_later)


@check(on=Stage)
def multiple_healthcheck(stage: Stage, *, at_later: bool = False) -> Problems:
    """A second HEALTHCHECK in a stage."""
    return _repeated(stage, Healthcheck, at_later)


@check(on=Stage, having=("shipped",))
def healthcheck_missing(stage: Stage) -> Problems:
    """A shipped stage without HEALTHCHECK, its own or inherited, unless all services that run it have one."""
    if stage.graph.usage.health_given or is_workplace(stage.source.path):
        return
    for at in stage.lineage:
        if at.of(Healthcheck) or any(isinstance(trigger, Healthcheck) for trigger in at.inherited_triggers):
            return
    if _needs_no_check(stage):
        return
    yield Problem(
        stage.from_.image or stage.from_.keyword, "Add a HEALTHCHECK, or HEALTHCHECK NONE if there is to be none"
    )


_FOR_PEOPLE = SHELLS | {"fish", "powershell", "pwsh", "cmd"}
_FUNCTIONS = pattern(r"(?:^|/)(?:lambda|aws-lambda-\w+|azure-functions|of-watchdog|classic-watchdog)(?:/|$)")


def _needs_no_check(stage: Stage) -> bool:
    """Whether the image is a shell for people, a function, or starts what its base image says."""
    image = stage.root.image
    if image is not None and _FUNCTIONS.search(image.path):
        return True
    first = next(iter(start_of(stage)), None)
    if first is None:
        return not stage.root.scratch
    programs = started(stage)
    return bool(programs) and (
        programs[0].name == "functions-framework" or (programs[0].name in _FOR_PEOPLE and _only_options(programs[0]))
    )


def _only_options(program: Program) -> bool:
    return all(word.startswith("-") for word in program.words)


@check(on=Run, onbuild=True)
def run_without_command(run: Run, stage: Stage) -> Problems:
    """A RUN that runs nothing."""
    if run.has_arguments and not (run.json and not run.words):
        return
    if not run.heredocs and not any(fault.kind == "bad-json" for fault in stage.graph.faults_at(run)):
        yield Problem(run.keyword, "This RUN has no command: write one, or drop the line")
