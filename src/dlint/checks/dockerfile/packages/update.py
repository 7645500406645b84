"""Updates of any package manager: an index that goes stale in a layer of its own, and upgrades of the whole system."""

from __future__ import annotations

from dlint.api import Command, Fix, Problem, Problems, Runs, check
from dlint.api.dockerfile import Instruction, Run, Script, ShellCommand, Stage
from dlint.checks.dockerfile.packages import naming as packages

_APT = ("apt-get", "apt", "aptitude")
_INDEX = {
    "apt-get": ("update",),
    "apt": ("update",),
    "aptitude": ("update",),
    "apk": ("update",),
    "yum": ("makecache", "check-update"),
    "dnf": ("makecache", "check-update"),
    "microdnf": ("makecache",),
    "tdnf": ("makecache",),
    "zypper": ("refresh",),
}
_STORES = {
    "apt-get": "/var/lib/apt/lists", "apt": "/var/lib/apt/lists", "aptitude": "/var/lib/apt/lists",
    "apk": "/var/cache/apk", "yum": "/var/cache/yum", "dnf": "/var/cache/dnf", "zypper": "/var/cache/zypp",
}  # fmt: skip
# Subcommands that make no use of the index.
_IDLE = frozenset(
    "update clean autoclean autoremove remove purge makecache check-update refresh del erase addrepo modifyrepo".split()
)
_SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "python", "perl", "ruby", "make", "eval", "source", "."))


@check(on=Runs(*_INDEX))
def package_index_update_alone(run: Run, stage: Stage) -> Problems:
    """A RUN that fetches the package index and installs nothing with it."""
    script = stage.script(run)
    if script is None:
        return
    for name in script.names & _INDEX.keys():
        updates = [c for c in script.by_name[name] if c.verb in _INDEX[name] and not c.conditional]
        if not updates or _used(script, updates[-1]):
            continue
        last = updates[-1]
        store = _STORES.get(name)
        if (store is not None and packages.kept_out(run, store)) or packages.removed(script, last, store or "/"):
            continue
        message = f"'{name} {last.verb}' alone in a RUN is cached and goes stale; run it in the RUN that installs"
        yield Problem(last.subcommand or last, message, fix=_join(run, script, stage, name))


def _used(script: Script, update: ShellCommand) -> bool:
    """Whether a later command of the script may use the index: a package manager, a script, or one that installs."""
    return any(_uses(command) for command in script.commands[update.index + 1 :])


def _uses(command: ShellCommand) -> bool:
    name = command.name
    if name in _INDEX:
        return command.verb not in _IDLE
    if command.tool in _SHELLS or "/" in command.name_node.raw or name.endswith(".sh") or name.startswith("$"):
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
    if first.name not in (_APT if name in _APT else (name,)) or first.verb not in ("install", "add"):
        return None
    if (
        any(separator.operator != "&&" for separator in later.separators)
        or packages.appended(script, run, "", "") is None
    ):
        return None
    end, start = run.span[1], first.span[0]
    between = run.source.text[end:start]
    if between.split() != ["RUN"] and between.strip() != following.keyword.raw:
        return None
    return Fix("Join it with the RUN below", run.part(end, start).replace(" && "))


def _next(run: Run, stage: Stage) -> Instruction | None:
    at = stage.position(run) + 1
    return stage.instructions[at] if stage.index >= 0 and at < len(stage.instructions) else None


_UPGRADES = {
    "apt-get": ("upgrade",),
    "apt": ("upgrade",),
    "aptitude": ("upgrade", "safe-upgrade"),
    "apk": ("upgrade",),
    "yum": ("update", "upgrade", "distro-sync"),
    "dnf": ("upgrade", "distro-sync"),
    "microdnf": ("upgrade",),
    "tdnf": ("update", "upgrade"),
    "zypper": ("update", "patch"),
}


@check(on=Command(*_UPGRADES))
def os_packages_upgraded(command: ShellCommand) -> Problems:
    """An upgrade of every package of the base image."""
    if command.verb in _UPGRADES.get(command.name, ()) and not command.arguments:
        said = f"{command.name} {command.subcommand.text if command.subcommand else command.verb}"
        message = f"'{said}' upgrades every package of the base image; take a newer base image instead"
        yield Problem(command.subcommand or command, message)


_RELEASES = {
    "apt-get": ("dist-upgrade", "full-upgrade"),
    "apt": ("dist-upgrade", "full-upgrade"),
    "aptitude": ("dist-upgrade", "full-upgrade"),
    "zypper": ("dist-upgrade",),
}


@check(on=Command(*_RELEASES))
def distribution_upgraded(command: ShellCommand) -> Problems:
    """An upgrade that may replace and remove packages to get to another state of the distribution."""
    if command.verb in _RELEASES[command.name]:
        verb = command.subcommand or command
        message = f"'{command.name} {verb.raw}' may remove packages; start from a base image of the wanted release"
        yield Problem(verb, message)
