"""The options of a shell: on its command line, and those that ``set`` changes."""

from __future__ import annotations

from collections.abc import Sequence

from dlint.syntax.shell.words import ShellWord


def shell_options(words: list[ShellWord]) -> tuple[bool, bool, ShellWord | None]:
    """Of the words after ``sh``: whether ``-c`` is given, whether pipefail is set, and the first operand."""
    wanted = pipefail = False
    at = 0
    while at < len(words):
        text = words[at].text
        at += 1
        if text == "--" or text == "-":
            break
        if text[:1] not in ("-", "+"):
            return wanted, pipefail, words[at - 1]
        if text[:2] == "--":
            at += text in ("--rcfile", "--init-file")
            continue
        wanted = wanted or "c" in text
        for letter in text[1:]:
            if letter in "oO" and at < len(words):
                pipefail = pipefail or (text[0] == "-" and words[at].text == "pipefail")
                at += 1
    return wanted, pipefail, words[at] if at < len(words) else None


def set_options(words: Sequence[str]) -> dict[str, bool]:
    """Of the words after ``set``: the options that it turns on and off by their long names, as far as dlint asks."""
    options: dict[str, bool] = {}
    at = 0
    while at < len(words):
        text = words[at]
        at += 1
        if text[:1] not in ("-", "+") or text in ("-", "--"):
            break
        for letter in text[1:]:
            if letter == "e":
                options["errexit"] = text[0] == "-"
            elif letter == "o" and at < len(words):
                options[words[at]] = text[0] == "-"
                at += 1
    return options
