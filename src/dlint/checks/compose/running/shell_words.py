"""Words behind a shell's script, which it takes for its parameters and not for part of a command."""

from __future__ import annotations

import posixpath

from dlint.api import Edit, Fix, Problem, Problems, check, pattern
from dlint.api.compose import SHELLS, CommandLine, Service, YamlScalar

_PARAMETER = pattern(r"\$\$?(?:[0-9@*#]|\{[0-9@*#])")
_SYNTAX = pattern(r"[$|&;<>*?()`'\"\\~#\s]")
_PROGRAM = pattern(r"[\w./+-]+")


@check(on=Service, keys=("healthcheck", "command", "entrypoint"), words=("cmd-shell", "-c"))
def shell_words_dropped(service: Service) -> Problems:
    """A list that gives a shell the first word of a command as its script, and the others as parameters of that."""
    health = service.healthcheck
    test = health.test if health is not None and not health.disabled else None
    for line in (test, service.command, service.entrypoint):
        cut = _cut(line, line is test) if line is not None and line.listed else None
        if line is None or cut is None:
            continue
        script, first = cut
        yield Problem(
            first,
            f"The shell runs `{script.value}` alone: {first.value} and what follows are parameters of that script, so"
            " write the command in one word",
            fix=_without_shell(line) if line is test else None,
        )


def _cut(line: CommandLine, is_test: bool) -> tuple[YamlScalar, YamlScalar] | None:
    """The script that a shell runs, and the first word behind that; None where such words are meant."""
    words = line.words
    start = 1 if is_test else 0
    if is_test and words and words[0].value == "CMD-SHELL":
        at = 1
    elif len(words) > start + 1 and posixpath.basename(words[start].value) in SHELLS and words[start + 1].value == "-c":
        at = start + 2
        # A name for the shell may stand behind a script of its own.
        if len(words) > at and not _PROGRAM.fullmatch(words[at].value):
            return None
    else:
        return None
    if len(words) < at + 2 or _PARAMETER.search(words[at].value):
        return None
    return words[at], words[at + 1]


def _without_shell(line: CommandLine) -> Fix | None:
    """The test without a shell, where no word needs one."""
    words = line.words
    if words[0].value != "CMD-SHELL" or any(_SYNTAX.search(word.value) for word in words[1:]):
        return None
    kind = words[0].at(0, len(words[0].value))
    return Fix("Run the program itself", Edit(kind.source, kind.span, "CMD"), safe=False)
