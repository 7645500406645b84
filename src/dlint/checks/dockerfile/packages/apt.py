"""apt-get, apt and aptitude: questions, recommended packages, package lists, the tool for scripts, versions."""

from __future__ import annotations

import re

from dlint.api import Command, Fix, Problem, Problems, Related, Runs, check
from dlint.api.dockerfile import (
    Instruction,
    Onbuild,
    Run,
    Script,
    ShellCommand,
    Stage,
    StageGraph,
    answered,
    clean_up,
    commands_of,
    family,
    followed_by,
    has_option_variable,
    kept_out,
    names_package,
    option,
    refreshes,
    removed,
    ships,
    without_version,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# Options that settle it, for APT and for aptitude; the first one leaves recommended packages out.
_OF_PACKAGES = frozenset(("install", "reinstall", "remove", "purge", "build-dep"))
_ABOUT_RECOMMENDS = (
    ("--no-install-recommends", "--install-recommends"),
    ("--without-recommends", "-R", "--with-recommends", "-r"),
)
_MANAGER: Final = family("apt-get")
_APT: Final = _MANAGER.names
_ARCHIVES: Final = _MANAGER.cache_dirs[0]
_LISTS: Final = _MANAGER.lists[0]
_NO = ("0", "false", "no", "off", "without", "disable")
_SAME_IN_APT_GET = frozenset(
    ("update", "install", "upgrade", "remove", "purge", "autoremove", "clean", "autoclean", "build-dep", "reinstall")
)


def _setting(command: ShellCommand, name: str) -> str | None:
    """The value that ``-o NAME=value`` gives a setting of APT, in lower case; any case of the name."""
    words = [flag.value or "" for flag in command.flags if flag.name in ("-o", "--option")]
    for word in (*words, *(word.text for word in command.arguments)):
        key, equals, value = word.partition("=")
        if equals and key.strip().lower() == name:
            return value.strip("\"' ;").lower()
    return None


def _quietness(command: ShellCommand) -> int:
    level = 0
    for flag in command.flags:
        if flag.name in ("-q", "--quiet"):
            level = int(flag.value) if flag.value and flag.value.isdecimal() and len(flag.value) < 6 else level + 1
    return level


@check(on=Command(*_APT, "gdebi"))
def apt_get_install_without_yes(command: ShellCommand, stage: Stage) -> Problems:
    """An apt-get command that asks before it acts, with nobody there to answer."""
    verb = command.subcommand
    manager = family(command.name)
    if command.verb not in manager.asking or command.has_flag(*manager.assume_yes, *manager.idle):
        return
    if command.verb in _OF_PACKAGES and not _has_work(command):
        return
    if command.name == "gdebi":
        yield from _gdebi(command)
        return
    if (_quietness(command) >= 2 and command.name != "aptitude") or _setting(
        command, "apt::get::assume-yes"
    ) is not None:
        return
    if has_option_variable(command) or answered(command):
        return
    if command.source.writes("apt::get::assume-yes"):
        return
    message = f"'{command.name} {command.verb}' asks before it acts, and a build cannot answer; add -y"
    yield Problem(verb or command, message, fix=option(command, stage, "-y", "Add -y"))


def _has_work(command: ShellCommand) -> bool:
    """Whether a package is named, here or by xargs, or what is broken is to be put right."""
    return bool(command.arguments) or "xargs" in command.via or command.has_flag("-f", "--fix-broken")


@check(on=Command(*_APT))
def apt_get_recommends(command: ShellCommand, stage: Stage) -> Problems:
    """An install that brings recommended packages along."""
    verb = command.subcommand
    if verb is None or command.verb != "install" or not command.arguments:
        return
    said = _ABOUT_RECOMMENDS[command.name == "aptitude"]
    if command.has_flag(*said) or has_option_variable(command):
        return
    if _setting(command, "apt::install-recommends") in _NO or _configured(command):
        return
    title = f"Add {said[0]}; packages that are only recommended are no longer installed"
    fix = option(command, stage, said[0], title, safe=False)
    yield Problem(verb, f"'{command.name} install' also installs recommended packages; add {said[0]}", fix=fix)


def _gdebi(command: ShellCommand) -> Problems:
    """gdebi has no subcommand, and options of its own."""
    if command.arguments and not has_option_variable(command) and not answered(command):
        fix = Fix("Add -n", command.name_node.insert_after(" -n")) if command.name_node.raw == "gdebi" else None
        yield Problem(command.name_node, "gdebi asks before it acts, and a build cannot answer; add -n", fix=fix)


def _configured(command: ShellCommand) -> bool:
    """Whether the Dockerfile writes the setting into APT's own configuration."""
    return command.source.writes(r"/apt\.conf") and command.source.writes(
        "install-recommends(?<!--no-install-recommends)"
    )


@check(on=Runs(*_APT))
def apt_get_lists_left(run: Run, stage: Stage) -> Problems:
    """Package lists that an update downloads and that stay in a layer of a shipped image."""
    script = stage.script(run)
    if script is None:
        return
    named = script.by_name
    updates = [c for name in _APT if name in named for c in named[name] if refreshes(c)]
    if not updates or not ships(run, stage):
        return
    last = max(updates, key=lambda command: command.index)
    if removed(script, last, _LISTS) or _distclean(script, last) or _by_name(script, last):
        return
    if kept_out(run, _LISTS) or kept_out(run, "/var/lib/apt", "/var/cache/apt"):
        return
    later = stage.instructions[stage.position(run) + 1 :]
    safe = run.onbuild is None and not stage.children and not any(map(_runs, later))
    title = f"Remove {_LISTS} in the same RUN"
    if not safe:
        title += "; a later install needs its own update"
    needed = _needed(stage, run)
    where = (
        f"update in each RUN that installs, and remove {_LISTS}/* there" if needed else f"remove {_LISTS}/* in this RUN"
    )
    message = f"The package lists that '{last.name} update' downloads stay in the layer; {where}"
    fix = None if needed else clean_up(stage, run, f"rm -rf {_LISTS}/*", last, title, safe=safe)
    yield Problem(run.keyword, message, fix=fix, related=[Related(last, "downloads the lists")])


def _runs(node: Instruction) -> Run | None:
    """The RUN that an instruction is, or leaves for a later build."""
    node = (node.trigger or node) if type(node) is Onbuild else node
    return node if type(node) is Run else None


def _needed(stage: Stage, run: Run) -> bool:
    """Whether a later RUN of the stage, a trigger, or a stage built from it installs without an update of its own."""
    waiting = [(stage, stage.position(run) + 1)] if stage.index >= 0 else []
    while waiting:
        at, start = waiting.pop()
        for node in at.instructions[start:]:
            later = _runs(node)
            for command in commands_of(later, at) if later is not None else ():
                if command.name in _APT and refreshes(command):
                    return False
                if command.name in _APT and command.verb in ("install", "upgrade", "build-dep"):
                    return True
        waiting += [(child, 1) for child in at.children]
    return False


def _distclean(script: Script, after: ShellCommand) -> bool:
    return any(c.verb in _MANAGER.forget and c.name in _APT for c in script.commands[after.index + 1 :])


def _by_name(script: Script, after: ShellCommand) -> bool:
    """Whether a later rm takes the lists by what all their names have, as in the Dockerfile that Phoenix writes."""
    later = (c for c in script.by_name.get("rm", ()) if c.index > after.index)
    return any(word.text == f"{_LISTS}/*_*" for command in later for word in command.given)


_KEPT = (r"docker-clean\b", r"keep-downloaded-packages\W+(?:true|1)\b")


@check(on=StageGraph, words=("docker-clean", "keep-downloaded-packages"))
def apt_archives_left(graph: StageGraph) -> Problems:
    """Downloaded packages that stay in a layer, because the image has been told not to delete them."""
    if graph.dockerfile.source.writes(*_KEPT):
        keeping: dict[int, int] = {}
        for stage in (graph.outside, *graph.stages):
            start = _keeps_from(stage, keeping)
            if start is not None:
                keeping[stage.index] = start
                for run in stage.runs:
                    yield from _archives_of(run, stage) if start <= run.span[1] else ()


def _keeps_from(stage: Stage, keeping: dict[int, int]) -> int | None:
    """The offset from which a stage tells APT to keep what it downloads; -1 if one that it is built from does."""
    if stage.base is not None and stage.base.index in keeping:
        return -1
    nodes = stage.instructions if stage.index >= 0 else stage.graph.preamble
    return next((node.span[0] for node in nodes if any(re.search(kept, node.raw.lower()) for kept in _KEPT)), None)


def _archives_of(run: Run, stage: Stage) -> Problems:
    script = stage.script(run)
    names = script.by_name if script is not None else {}
    installs = [c for name in _APT for c in names.get(name, ()) if c.verb in _MANAGER.fetching]
    if script is None or not installs or not ships(run, stage):
        return
    last = max(installs, key=lambda command: command.index)
    if any(followed_by(last, verb) for verb in (*_MANAGER.clean, *_MANAGER.forget)):
        return
    if kept_out(run, _ARCHIVES) or removed(script, last, _ARCHIVES):
        return
    message = (
        f"'{last.name} {last.verb}' leaves its downloads in the layer; run 'apt-get clean' or mount /var/cache/apt"
    )
    fix = clean_up(stage, run, "apt-get clean", last)
    yield Problem(run.keyword, message, fix=fix, related=[Related(last, "downloads the packages")])


@check(on=Command("apt"))
def apt_in_scripts(command: ShellCommand) -> Problems:
    """apt, which is made for people at a terminal."""
    node = command.name_node
    fix = _as_apt_get(command) if node.raw == "apt" and command.verb in _SAME_IN_APT_GET else None
    message = "apt is made for a terminal and its interface may change; use apt-get or apt-cache in a build"
    yield Problem(node, message, fix=fix)


def _as_apt_get(command: ShellCommand) -> Fix | None:
    """The fix; ``apt upgrade`` installs new packages where others need them, ``apt-get upgrade`` only if told to."""
    edits = [command.name_node.replace("apt-get")]
    verb = command.subcommand
    if verb is not None and command.verb == "upgrade" and not command.has_flag("--without-new-pkgs"):
        if verb.raw != verb.text:
            return None
        edits += [] if command.has_flag("--with-new-pkgs") else [verb.insert_after(" --with-new-pkgs")]
    return Fix("Use apt-get", *edits)


@check(on=Command(*_APT))
def apt_get_unpinned(command: ShellCommand) -> Problems:
    """Packages that apt-get installs in whatever version is current."""
    if command.verb != "install":
        return
    texts = [word.text for word in command.arguments]
    names = [text for text in texts if names_package(text) and _unpinned(text)]
    if names:
        yield Problem(command.subcommand or command, without_version(command, names, "{}=<version>"))


def _unpinned(text: str) -> bool:
    return "=" not in text and "/" not in text and not text.endswith((".deb", "-"))
