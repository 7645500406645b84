"""Updates of any package manager: an index that goes stale in a layer of its own, and upgrades of the whole system."""

from __future__ import annotations

from dlint.api import Command, Edit, Fix, Problem, Problems, Runs, Span, check
from dlint.api.dockerfile import (
    MANAGERS,
    SYSTEM,
    SYSTEM_NAMES,
    Instruction,
    Run,
    Script,
    ShellCommand,
    Stage,
    cleans,
    family,
    has_plain_end,
    installs,
    is_older,
    kept_out,
    operation,
    option,
    refreshes,
    removed,
    removes,
    runs_unseen,
    upgrades,
)

# Subcommands that make no use of the index, besides those that fetch it, remove packages or clean up.
_IDLE = ("addrepo", "modifyrepo")
_INTERPRETERS = ("python", "perl", "ruby")


@check(on=Runs(*(name for manager in SYSTEM if manager.refresh for name in manager.names)))
def package_index_update_alone(run: Run, stage: Stage) -> Problems:
    """A RUN that fetches the package index and installs nothing with it."""
    script = stage.script(run)
    if script is None:
        return
    named = script.by_name
    for name in (name for name in SYSTEM_NAMES if name in named):
        updates = [c for c in named[name] if refreshes(c) and not c.conditional]
        if not updates or _used(script, updates[-1]):
            continue
        last = updates[-1]
        if any(kept_out(run, place) or removed(script, last, place) for place in family(name).lists):
            continue
        message = f"'{_shown(last)}' alone in a RUN is cached and goes stale; run it in the RUN that installs"
        yield Problem(last.subcommand or last, message, fix=_join(run, script, stage, name))


def _used(script: Script, update: ShellCommand) -> bool:
    """Whether a later command of the script may use the index: a package manager, a script, or one that installs."""
    return any(_uses(command) for command in script.commands[update.index + 1 :])


def _uses(command: ShellCommand) -> bool:
    name = command.name
    if name in SYSTEM_NAMES:
        return not (refreshes(command) or removes(command) or cleans(command) or command.verb in _IDLE)
    if runs_unseen(command) or command.tool in _INTERPRETERS:
        return True
    return "install" in name or any("install" in word.text for word in command.words)


def _join(run: Run, script: Script, stage: Stage, name: str) -> Fix | None:
    """The fix that joins an update with the installing RUN right below it."""
    following = _next(run, stage)
    if run.onbuild is not None or run.heredocs or not run.shell_form or len(script.commands) != 1 or run.flags:
        return None
    if not isinstance(following, Run) or following.heredocs or not following.shell_form or following.flags:
        return None
    later = stage.script(following)
    if later is None or later.has_error or not later.commands:
        return None
    first = later.commands[0]
    if first.name not in MANAGERS or family(first.name) is not family(name) or not installs(first):
        return None
    if any(separator.operator != "&&" for separator in later.separators) or not has_plain_end(run, script):
        return None
    end, start = run.span[1], first.span[0]
    between = run.source.text[end:start]
    if between.split() != ["RUN"] and between.strip() != following.keyword.raw:
        return None
    if first.name == "apk" and not is_older(stage.root.image, "apk", "--no-cache"):
        return _needless(run, following, later, stage)
    return Fix("Join it with the RUN below", run.part(end, start).replace(" && "))


def _needless(run: Run, following: Run, later: Script, stage: Stage) -> Fix | None:
    """The fix that removes an update of apk: with --no-cache each command fetches the index for itself.

    None where a step after the next one may use the index.
    """
    bare = [c for c in later.by_name["apk"] if c.verb in ("add", "upgrade") and not c.has_flag("--no-cache")]
    options = [option(c, stage, "--no-cache", "", instead_of=("-U", "--update", "--update-cache")) for c in bare]
    rest = stage.instructions[stage.position(following) + 1 :]
    if None in options or stage.children or any("apk" in node.raw for node in rest):
        return None
    edits = [edit for fix in options if fix is not None for edit in fix.edits]
    return Fix("Write --no-cache instead", Edit(run.source, Span(run.span[0], following.span[0]), ""), *edits)


def _shown(command: ShellCommand) -> str:
    """The command with its subcommand as written."""
    word = operation(command)
    return f"{command.name} {word.text}" if word is not None else command.name


def _next(run: Run, stage: Stage) -> Instruction | None:
    at = stage.position(run) + 1
    return stage.instructions[at] if stage.index >= 0 and at < len(stage.instructions) else None


@check(on=Command(*SYSTEM_NAMES))
def os_packages_upgraded(command: ShellCommand) -> Problems:
    """An upgrade of every package of the base image."""
    chosen = command.has_flag("--cve", "--bugzilla", "--issue", "--cves", "--advisory", "-b", "--bz")
    if upgrades(command) and not command.arguments and not chosen:
        message = f"'{_shown(command)}' upgrades every package of the base image; take a newer base image instead"
        yield Problem(command.subcommand or command, message)


@check(on=Command(*SYSTEM_NAMES))
def distribution_upgraded(command: ShellCommand) -> Problems:
    """An upgrade that may replace and remove packages to get to another state of the distribution."""
    if command.verb in family(command.name).release:
        verb = command.subcommand or command
        message = (
            f"'{command.name} {verb.raw}' upgrades every package of the base image and may remove some; take a newer"
            " base image instead"
        )
        yield Problem(verb, message)
