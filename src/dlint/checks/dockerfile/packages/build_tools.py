"""Tools for building that stay in a shipped image."""

from __future__ import annotations

import re

from dlint.api import Problem, Problems, Runs, check, pattern
from dlint.api.dockerfile import SYSTEM_NAMES, Run, ShellCommand, Stage, installs, removes

_TOOLS = pattern(
    r"(?:build-essential|build-base|base-devel|gcc|g\+\+|gcc-c\+\+|clang|make|cmake|automake|autoconf|libtool|meson"
    r"|ninja-build|linux-headers|kernel-headers|gcc-\d+|g\+\+-\d+|clang-\d+|.+-dev|.+-devel)$"
)


@check(on=Runs(*SYSTEM_NAMES))
def build_tools_left(run: Run, stage: Stage) -> Problems:
    """The first build tool a step of a shipped image installs and does not remove."""
    script = stage.script(run)
    if script is None or not stage.layered:
        return
    found: list[ShellCommand] = []
    for command in script.commands:
        if command.name in SYSTEM_NAMES:
            if removes(command) or command.has_flag("--auto-remove", "--purge"):
                return
            if installs(command):
                found.append(command)
    for command in found:
        words = [w for w in command.arguments if _TOOLS.match(re.split(r"[=<>~:@]", w.text, maxsplit=1)[0])]
        if words:
            names = ", ".join(word.text for word in words[:3]) + (", …" if len(words) > 3 else "")
            yield Problem(words[0], f"{names}: build in a stage of its own, or remove the tools in the same step")
            return
