"""yum, dnf, microdnf, tdnf and zypper: questions, the cache, versions."""

from __future__ import annotations

from functools import lru_cache

from dlint.api import Command, Problem, Problems, Related, Runs, check, pattern
from dlint.api.dockerfile import Arg, Env, Run, Script, ShellCommand, Stage
from dlint.checks.dockerfile.packages import naming as packages

_DNF = ("yum", "dnf", "dnf5", "microdnf", "tdnf")
_ASKING = frozenset(
    "install reinstall localinstall downgrade upgrade update upgrade-minimal distro-sync remove autoremove swap"
    " builddep group_install group_remove module_install module_enable source-install patch dist-upgrade".split()
)
_FETCHING = frozenset(
    "install reinstall localinstall downgrade upgrade update upgrade-minimal distro-sync swap builddep makecache"
    " group_install module_install source-install patch dist-upgrade refresh".split()
)
_IN_CONFIGURATION = r"assumeyes(?<![-\w]assumeyes)"
_PLACES = (
    "/var/cache/yum", "/var/cache/dnf", "/var/cache/libdnf5", "/var/cache/tdnf", ".cache/libdnf5",
)  # fmt: skip
_ASSIGNED = pattern(r"(\w+)=|\b(?:for|read)\s+(\w+)")
_VERSION = pattern(r"-(?:\d+:)?\d")
_ENDING_IN_VARIABLE = pattern(r"[\w.+-]*-\$\{(\w+)\}")


def _verb(command: ShellCommand) -> str:
    return command.verb.replace(" ", "_")


@check(on=Command(*_DNF, "zypper"))
def rpm_install_without_yes(command: ShellCommand, stage: Stage) -> Problems:
    """A yum, dnf or zypper command that asks before it acts, with nobody there to answer."""
    verb = command.subcommand
    if verb is None or _verb(command) not in _ASKING or packages.has_option_variable(command):
        return
    if command.has_flag("-y", "--assumeyes", "--assume-yes", "--assumeno", "-n", "--non-interactive", "--no-confirm"):
        return
    if command.has_flag("--dry-run", "-D", "--help") or packages.answered(command):
        return
    if any((flag.value or "").startswith("assumeyes") for flag in command.flags if flag.name == "--setopt"):
        return
    if packages.is_written(command.source, _IN_CONFIGURATION):
        return
    message = f"'{command.name} {verb.text}' asks before it acts, and a build cannot answer; add -y"
    yield Problem(verb, message, fix=packages.option(command, stage, "-y", "Add -y"))


_FAMILIES = (("yum", "dnf", "dnf5"), ("microdnf",), ("tdnf",), ("zypper",))


@check(on=Runs(*[name for family in _FAMILIES for name in family]))
def rpm_cache_left(run: Run, stage: Stage) -> Problems:
    """The cache of yum, dnf or zypper that stays in a layer of a shipped image."""
    script = stage.script(run)
    if script is None or not packages.ships(run, stage):
        return
    for family in _FAMILIES:
        found = [c for name in family for c in script.by_name.get(name, ()) if _verb(c) in _FETCHING]
        if not found:
            continue
        last = max(found, key=lambda command: command.index)
        if _cleaned(script, last, family) or any(packages.kept_out(run, place) for place in _places(family)):
            continue
        clean = "zypper clean --all" if family[0] == "zypper" else f"{last.name} clean all"
        message = f"'{last.name} {last.verb}' leaves its cache in the layer; run '{clean}' in this RUN"
        fix = packages.appended(script, run, clean, f"Run '{clean}' in the same RUN")
        yield Problem(run.keyword, message, fix=fix, related=[Related(last, "fills the cache")])


def _places(family: tuple[str, ...]) -> tuple[str, ...]:
    return ("/var/cache/zypp", "/var/cache/zypper") if family[0] == "zypper" else _PLACES


def _cleaned(script: Script, after: ShellCommand, family: tuple[str, ...]) -> bool:
    for command in script.commands[after.index + 1 :]:
        if command.name in family and command.verb == "clean":
            words = [word.text for word in command.arguments]
            if family[0] == "zypper" or "all" in words or any("$" in word for word in words):
                return True
    return any(packages.removed(script, after, place) for place in _places(family) if place[0] == "/")


@check(on=Command(*_DNF, "zypper"))
def rpm_unpinned(command: ShellCommand, stage: Stage) -> Problems:
    """Packages that yum, dnf or zypper install in whatever version is current."""
    verb = _verb(command)
    if verb not in ("install", "module_install"):
        return
    kind = command.flag("-t", "--type") if command.name == "zypper" else None
    if kind is not None and kind.value != "package":
        return
    names = []
    for word in command.arguments:
        text = word.text
        if text.endswith(".rpm") or "/" in text or any(c in text for c in "=<>"):
            continue
        if packages.names_package(text):
            if command.name == "zypper" or verb == "module_install":
                pinned = ":" in text
            else:
                pinned = _VERSION.search(text) is not None
        else:
            pinned = not _without_value(text, command, stage)
        if not pinned:
            names.append(text)
    pattern = {"zypper": "'{}=<version>'"}.get(command.name, "{}:<stream>" if verb != "install" else "{}-<version>")
    yield from packages.without_version(command, names, pattern)


def _without_value(text: str, command: ShellCommand, stage: Stage) -> bool:
    """Whether a package's version is a variable that nothing in the stage or the script sets."""
    match = _ENDING_IN_VARIABLE.fullmatch(text)
    if match is None or stage.index < 0:
        return False
    if stage.history.get(match[1], stage.position_after(command.span[0])) is not None:
        return False
    run = packages.run_of(command, stage)
    if run is not None and run.onbuild is not None:
        left = [*stage.left_before(run, Env), *stage.left_before(run, Arg)]
        if any(pair.key.value == match[1] for node in left for pair in node.pairs):
            return False
    return match[1] not in _assigned(command.script)


@lru_cache(maxsize=8)
def _assigned(script: Script) -> frozenset[str]:
    """The names that a script gives a value."""
    return frozenset(first or second for first, second in _ASSIGNED.findall(script.text.text))
