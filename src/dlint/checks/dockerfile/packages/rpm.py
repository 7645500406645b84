"""yum, dnf, microdnf, tdnf and zypper: questions, the cache, versions."""

from __future__ import annotations

from dlint.api import Command, Problem, Problems, Runs, check, pattern
from dlint.api.dockerfile import (
    Arg,
    Env,
    Run,
    Script,
    ShellCommand,
    Stage,
    answered,
    clean_up,
    cleans,
    family,
    has_option_variable,
    kept_out,
    names_package,
    option,
    refreshes,
    removed,
    run_of,
    ships,
    without_version,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_DNF: Final = family("dnf").names
_NAMES: Final = (*_DNF, "zypper")
_IN_CONFIGURATION = r"assumeyes(?<![-\w]assumeyes)"
_VERSION = pattern(r"-(?:\d+:)?\d")
_ENDING_IN_VARIABLE = pattern(r"[\w.+-]*-\$\{(\w+)\}")


@check(on=Command(*_NAMES))
def rpm_install_without_yes(command: ShellCommand, stage: Stage, *, microdnf: bool = True) -> Problems:
    """A yum, dnf or zypper command that asks before it acts, with nobody there to answer.

    ``microdnf``: report that too, which takes ``-y`` and asks nothing.
    """
    if command.name == "microdnf" and not microdnf:
        return
    verb, manager = command.subcommand, family(command.name)
    if verb is None or command.verb not in manager.asking or has_option_variable(command):
        return
    if command.has_flag(*manager.assume_yes, *manager.idle) or answered(command):
        return
    if any((flag.value or "").startswith("assumeyes") for flag in command.flags if flag.name == "--setopt"):
        return
    if command.source.writes(_IN_CONFIGURATION):
        return
    message = f"'{command.name} {verb.text}' asks before it acts, and a build cannot answer; add -y"
    quiet = command.name == "microdnf"
    if quiet:
        message = f"Add -y to 'microdnf {verb.text}': not every version of it goes ahead without"
    yield Problem(verb, message, fix=option(command, stage, "-y", "Add -y"), minor=quiet)


# Whose caches one command cleans.
_ALONE: Final = ("microdnf", "tdnf", "zypper")
_TOGETHER: Final = (tuple(name for name in _DNF if name not in _ALONE), *((name,) for name in _ALONE))


@check(on=Runs(*_NAMES))
def rpm_cache_left(run: Run, stage: Stage) -> Problems:
    """The cache of yum, dnf or zypper that stays in a layer of a shipped image."""
    script = stage.script(run)
    if script is None or not ships(run, stage):
        return
    for names in _TOGETHER:
        found = [c for name in names for c in script.by_name.get(name, ()) if _fills_cache(c)]
        if not found:
            continue
        last = max(found, key=lambda command: command.index)
        if _cleaned(script, last, names) or any(kept_out(run, place) for place in family(last.name).cache_dirs):
            continue
        clean = "zypper clean --all" if last.name == "zypper" else f"{last.name} clean all"
        message = f"'{last.name} {last.verb}' leaves its cache in the layer; run '{clean}' in this RUN"
        yield Problem(last, message, fix=clean_up(stage, run, clean, last))


def _fills_cache(command: ShellCommand) -> bool:
    manager = family(command.name)
    return command.verb in manager.fetching or refreshes(command)


def _cleaned(script: Script, after: ShellCommand, names: tuple[str, ...]) -> bool:
    for command in script.commands[after.index + 1 :]:
        if command.name in names and cleans(command):
            words = [word.text for word in command.arguments]
            if command.name == "zypper" or "all" in words or any("$" in word for word in words):
                return True
    return any(removed(script, after, place) for place in family(after.name).cache_dirs if place[0] == "/")


@check(on=Command(*_NAMES))
def rpm_unpinned(command: ShellCommand, stage: Stage) -> Problems:
    """Packages that yum, dnf or zypper install in whatever version is current."""
    verb = command.verb
    if verb not in ("install", "module install"):
        return
    kind = command.flag("-t", "--type") if command.name == "zypper" else None
    if kind is not None and kind.value != "package":
        return
    names = []
    for word in command.arguments:
        text = word.text
        if text.endswith(".rpm") or "/" in text or any(c in text for c in "=<>"):
            continue
        if names_package(text):
            if command.name == "zypper" or verb == "module install":
                pinned = ":" in text
            else:
                pinned = _VERSION.search(text) is not None
        else:
            pinned = not _without_value(text, command, stage)
        if not pinned:
            names.append(text)
    example = {"zypper": "'{}=<version>'"}.get(command.name, "{}:<stream>" if verb != "install" else "{}-<version>")
    if names:
        yield Problem(command.subcommand or command, without_version(command, names, example))


def _without_value(text: str, command: ShellCommand, stage: Stage) -> bool:
    """Whether a package's version is a variable that nothing in the stage or the script sets."""
    match = _ENDING_IN_VARIABLE.fullmatch(text)
    if match is None or stage.index < 0:
        return False
    if stage.history.get(match[1], stage.position_after(command.span[0])) is not None:
        return False
    run = run_of(command, stage)
    if run is not None and run.onbuild is not None:
        left = [*stage.left_before(run, Env), *stage.left_before(run, Arg)]
        if any(pair.key.value == match[1] for node in left for pair in node.pairs):
            return False
    return match[1] not in command.script.assigned
