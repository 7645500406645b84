"""What becomes of a step where one of its commands fails: whether it is always reached, and whether the step stops."""

from __future__ import annotations

from dlint.lazy import pattern
from dlint.syntax.shell.options import set_options
from dlint.syntax.shell.steps import Program, UnclearError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.model.dockerfile.shells import ShellState
    from dlint.model.dockerfile.stage import Stage
    from dlint.syntax.dockerfile.parser import Run
    from dlint.syntax.shell.script import Script, ShellCommand

_SHEBANG = pattern(r"#![ \t]*\S+((?:[ \t]+-[A-Za-z]+)*)")


def options_at_start(run: Run, text: str, shell: ShellState) -> tuple[bool, bool]:
    """Whether the shell that reads the script ``text`` of a RUN starts with errexit, and with pipefail."""
    if not run.shell_form:
        return False, False
    shebang = _SHEBANG.match(text)
    if shebang is not None:
        return "e" in shebang[1], False
    return shell.errexit, shell.pipefail


def stops_at_failures(script: Script, run: Run, stage: Stage) -> bool:
    """Whether the shell stops at the first command that fails, all through the script."""
    settings = script.by_name.get("set", ())
    if any(set_options([word.text for word in each.words]).get("errexit") is False for each in settings):
        return False
    return script.sets_errexit or options_at_start(run, script.text.text, stage.shell_at(run))[0]


def always_runs(command: ShellCommand, run: Run, stage: Stage) -> bool | None:
    """Whether a command runs whenever the step succeeds, and nothing else deals with its failure.

    None where the script cannot be read for sure.
    """
    around = command.surroundings
    if around is None:
        return None
    if around.answered:
        return False
    from dlint.syntax.shell.status import always_reached

    try:
        return always_reached(_program(command.script, run, stage), around.step)
    except UnclearError:
        return None


def stops_the_step(command: ShellCommand, run: Run, stage: Stage) -> bool:
    """Whether the step surely fails where a command does, however its tests and its other commands end."""
    around = command.surroundings
    if around is None:
        return False
    from dlint.syntax.shell.status import always_fails

    try:
        return always_fails(_program(command.script, run, stage), around.step)
    except UnclearError:
        return False


def _program(script: Script, run: Run, stage: Stage) -> Program:
    """Raises UnclearError."""
    if script.steps is None:
        raise UnclearError
    return Program(script.steps, *options_at_start(run, script.text.text, stage.shell_at(run)))
