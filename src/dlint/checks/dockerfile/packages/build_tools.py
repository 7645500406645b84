"""Tools for building that stay in a shipped image."""

from __future__ import annotations

import re

from dlint.api import Problem, Problems, Runs, check, pattern
from dlint.api.dockerfile import Run, ShellCommand, Stage

_INSTALLERS = frozenset("apt-get apt apk dnf yum microdnf tdnf zypper pacman".split())
_INSTALL = frozenset(("install", "add", "groupinstall", "group install"))
_REMOVE = frozenset("remove purge autoremove erase del delete autopurge".split())
_TOOLS = pattern(
    r"(?:build-essential|build-base|base-devel|gcc|g\+\+|gcc-c\+\+|clang|make|cmake|automake|autoconf|libtool|meson"
    r"|ninja-build|linux-headers|kernel-headers|gcc-\d+|g\+\+-\d+|clang-\d+|.+-dev|.+-devel)$"
)


@check(on=Runs(*_INSTALLERS))
def build_tools_left(run: Run, stage: Stage) -> Problems:
    """The first build tool a step of a shipped image installs and does not remove."""
    script = stage.script(run)
    if script is None or not stage.layered:
        return
    installs: list[ShellCommand] = []
    for command in script.commands:
        if command.name in _INSTALLERS:
            if command.verb in _REMOVE or command.has_flag("--auto-remove", "--purge"):
                return
            if command.verb in _INSTALL:
                installs.append(command)
    for command in installs:
        words = [w for w in command.arguments if _TOOLS.match(re.split(r"[=<>~:@]", w.text, maxsplit=1)[0])]
        if words:
            names = ", ".join(word.text for word in words[:3]) + (", …" if len(words) > 3 else "")
            yield Problem(words[0], f"{names}: build in a stage of its own, or remove the tools in the same step")
            return
