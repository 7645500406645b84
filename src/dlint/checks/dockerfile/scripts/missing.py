"""Programs that RUN calls, and that are not in the image yet."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import islice

from dlint.api import Node, Problem, Problems, Related, check
from dlint.api.dockerfile import SHELLS, SYSTEM_NAMES, Instruction, OwnImage, Run, ShellCommand, Stage, always_runs

_MANAGERS = frozenset(SYSTEM_NAMES)
_OWN = ("apt-get", "apk", "dnf", "microdnf", "yum")
# Packages of other names hardly bring these; where packages were installed, nothing is said of them all the same.
_TOOLS = frozenset(("bash", "curl", "git", "jq", "rsync", "sudo", "unzip", "wget"))
# Debian's programs to make users are a package of their own, and so are those that Alpine does not have.
_ACCOUNTS = {"useradd": "adduser", "groupadd": "addgroup", "adduser": "useradd", "addgroup": "groupadd"}
# Nothing more is there after these than before.
_IDLE = frozenset(
    "cd chmod chown date echo env exec export id ls mkdir printf pwd rm rmdir set sleep test time touch true umask "
    "unset useradd adduser groupadd addgroup".split()
)
# Programs and words of the shell that run the next command and bring nothing.
_RUNNERS = frozenset(("sh -c", "bash -c", "env", "exec", "command", "time", "nice"))
_KNOWN = _MANAGERS | _TOOLS | _ACCOUNTS.keys()
_PASSED = _IDLE | _RUNNERS
_MOST = 60
"""An image of more instructions is not looked at: each step would ask all those before it."""
_FOLDERS = ("", "/bin", "/usr/bin", "/sbin", "/usr/sbin")


@check(on=Run)
def run_program_missing(run: Run, stage: Stage) -> Problems:
    """A RUN that stands and falls with a program that the image does not have at that time."""
    script = stage.script(run)
    built = OwnImage.of_stage(stage)
    if built.facts is None or script is None or not script.posix or stage.os == "windows":
        return
    named = [name for name in _KNOWN.intersection(script.names) if _lacks(built, name)]
    if not named and stage.shell_at(run).node is None:
        return
    if script.has_error or sum(len(at.instructions) for at in islice(stage.lineage, _MOST)) > _MOST:
        return
    if any(mount.type not in ("cache", "secret", "ssh", "tmpfs") for mount in run.mounts):
        return
    image: OwnImage | None = None
    for where, name in [*_shell(run, stage), *_needed(script.commands, named)]:
        if not _lacks(built, name):
            continue
        image = image or built.before(run)
        if (name in _TOOLS or name in ("adduser", "addgroup")) and any(map(_installs, image.own_instructions())):
            return
        # aptitude is a package of its own, which only apt-get could install.
        if image.program("apt-get" if name == "aptitude" else name) is False:
            called = where if isinstance(where, ShellCommand) else None
            if called is not None and not always_runs(called, run, stage):
                return
            base = stage.root.from_.image or stage.root.from_.keyword
            message = f"{image.base_name} has no {name}, which this step needs: {_advice(name, image)}"
            lacks = Related(base, f"{image.base_name} comes without {name}")
            # How to install with what is not there is nothing to advise on.
            yield Problem(
                called.name_node if called is not None else where,
                message,
                related=[lacks],
                area=run if name in _MANAGERS else None,
            )
            return


def _lacks(image: OwnImage, name: str) -> bool:
    """Whether the image at the bottom is known to be without a program."""
    return image.facts is not None and image.facts.program("apt-get" if name == "aptitude" else name) is False


def _advice(name: str, image: OwnImage) -> str:
    if name in _ACCOUNTS and image.facts is not None and image.facts.program(_ACCOUNTS[name]):
        return f"here it is {_ACCOUNTS[name]}, with other options"
    if name not in _MANAGERS:
        return "install it first"
    own = [other for other in _OWN if image.facts is not None and image.facts.program(other)]
    return (
        f"here it is {own[0]}" if own else "nothing can be installed in it, so copy what is needed from another stage"
    )


def _shell(run: Run, stage: Stage) -> Iterator[tuple[Node, str]]:
    """The program that SHELL names, at its first use."""
    node = stage.shell_at(run).node
    if node is not None and node.words and not run.json:
        users = [each for each in stage.runs if not each.json and stage.shell_at(each).node is node]
        if users and users[0] is run:
            yield node.words[0], posixpath.basename(node.words[0].value)


def _needed(commands: list[ShellCommand], named: list[str]) -> Iterator[tuple[ShellCommand, str]]:
    """Of the first commands of a script, as far as nothing before them brings a program, those that are named."""
    for command in commands if named else ():
        if not _RUNNERS.issuperset(command.via):
            return
        if command.name in named and posixpath.dirname(command.called.strip("'\"")) in _FOLDERS:
            yield command, command.name
        if command.name and command.name not in _PASSED and not _is_told(command):
            return


def _is_told(command: ShellCommand) -> bool:
    """Whether it is a shell with a script in its own words, which are looked at as well."""
    return command.name in SHELLS and any(word.text == "-c" for word in command.words)


def _installs(made: tuple[Instruction, Stage]) -> bool:
    """Whether a step may install packages, which bring others."""
    node, stage = made
    script = stage.script(node) if isinstance(node, Run) else None
    return script is not None and (script.has_error or not _MANAGERS.isdisjoint(script.names))
