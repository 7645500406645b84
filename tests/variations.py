"""Other ways to write a Dockerfile: each changes a text so that it does the same, or nearly, and its defect stays.

A variation takes the stages of a Dockerfile and gives the edits that write it in another way, none where it has nothing
to change. Edits are ``(start, end, text)``, as offsets of the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from dlint.model.dockerfile.graph import StageGraph, build
from dlint.model.dockerfile.stage import Stage
from dlint.source import Node, Source
from dlint.syntax.dockerfile.parser import (
    Add,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Instruction,
    Label,
    Onbuild,
    Run,
    Shell,
    User,
    Volume,
    Word,
    Workdir,
    parse,
)
from dlint.syntax.shell import tools
from dlint.syntax.shell.script import Script, ShellCommand
from dlint.syntax.shell.words import ShellWord
from dlint.syntax.shell.wrappers import SHELLS, WRAPPERS

Edit = tuple[int, int, str]
Variation = Callable[[StageGraph], list[Edit]]

# What is no program: the shell does it itself, so that nothing can be put in front of it.
BUILTINS = frozenset(
    ". : [ alias bg break builtin case cd command continue declare eval exec exit export false fg getopts hash jobs let"
    " local popd pushd read readonly return set shift shopt source test time times trap true type typeset ulimit umask"
    " unalias unset wait".split()
)
# curl takes no value behind an equals sign; find has words that are no options in other spellings.
_NO_EQUALS = frozenset(("curl", "find", "openssl", "git", "ssh-keygen", "useradd"))
# Options whose value stands behind an equals sign or not at all.
_ONLY_EQUALS = frozenset(("mysql", "mysqladmin", "mysqldump", "mariadb", "git", "tar"))
_PLAIN = re.compile(r"[\w@%+:,./=-]+")
_SIBLINGS = (
    ("apt-get", "apt"),
    ("apt-get", "aptitude"),
    ("dnf", "yum"),
    ("yum", "dnf"),
    ("dnf", "dnf5"),
    ("pip", "pip3"),
    ("pip", "python3 -m pip"),
    ("pip3", "pip"),
    ("bundle", "bundler"),
    ("conda", "mamba"),
    ("python", "python3"),
    ("python3", "python3.12"),
    ("gem", "gem3.1"),
)


def varied(source: Source, variation: Variation) -> str | None:
    """The text written in another way; None where the variation has nothing to change."""
    graph = build(parse(source))
    edits = sorted(variation(graph), key=lambda edit: edit[:2])
    if not edits:
        return None
    text, at, parts = source.text, 0, []
    for start, end, new in edits:
        if start < at:
            continue
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])


# What there is to vary


def runs(graph: StageGraph) -> Iterator[tuple[Run, Script, Stage]]:
    """The RUNs in shell form, without heredocs, that a POSIX shell reads in full."""
    for stage in graph.stages:
        for run in stage.of(Run):
            script = stage.script(run)
            if not run.shell_form or run.heredocs or script is None or not script.posix or script.has_error:
                continue
            if script.commands:
                yield run, script, stage


def own(script: Script) -> list[ShellCommand]:
    """The commands of the script itself: not what another one runs, nor what stands in ``$( )``."""
    found: list[ShellCommand] = []
    end = -1
    for command in script.commands:
        if not command.via and command.span[0] >= end:
            found.append(command)
            end = command.span[1]
    return found


def programs(graph: StageGraph) -> Iterator[ShellCommand]:
    """The commands that are programs and no builtins of the shell, by their plain names."""
    for _, script, _ in runs(graph):
        if not re.search(r"\w\s*\(\)|\b(?:while|for|case)\b", script.text.text):
            for command in own(script):
                if command.name and command.name not in BUILTINS and "$" not in command.name_node.raw:
                    yield command


def plain(word: ShellWord) -> bool:
    """Whether nothing in the word means anything to a shell."""
    return word.raw == word.text and _PLAIN.fullmatch(word.raw) is not None


def _before(node: Node, text: str) -> Edit:
    return node.span[0], node.span[0], text


def _below(stage: Stage, text: str) -> Edit:
    return stage.from_.span[1], stage.from_.span[1], f"\n{text}"


def _whole(node: Node, text: str) -> Edit:
    return node.span[0], node.span[1], text


# Options


def value_joined(graph: StageGraph) -> list[Edit]:
    """``--option value`` as ``--option=value``."""
    found = []
    for command in programs(graph):
        for flag in command.flags if command.tool not in _NO_EQUALS else ():
            if flag.value_word is not None and flag.name.startswith("--") and flag.value_word.raw[:1] not in "\"'":
                found.append((flag.word.span[1], flag.value_word.span[0], "="))
    return found


def value_apart(graph: StageGraph) -> list[Edit]:
    """``--option=value`` as ``--option value``."""
    found = []
    for command in programs(graph):
        tool = tools.tool(command.name)
        for flag in command.flags if command.tool not in _ONLY_EQUALS else ():
            takes = flag.name.startswith("--") and tool.takes_value(flag.name, command.verb)
            if flag.value and flag.value_word is None and takes and plain(flag.word):
                found.append(_whole(flag.word, f"{flag.name} {flag.value}"))
    return found


def short_value_joined(graph: StageGraph) -> list[Edit]:
    """``-o value`` as ``-ovalue``."""
    return [
        (flag.word.span[1], flag.value_word.span[0], "")
        for command in programs(graph)
        if not tools.tool(command.name).single_dash and not tools.tool(command.name).old_style
        for flag in command.flags
        if flag.value_word is not None and re.fullmatch("-[A-Za-z]", flag.word.raw) and plain(flag.value_word)
    ]


def short_value_apart(graph: StageGraph) -> list[Edit]:
    """``-ovalue`` as ``-o value``."""
    return [
        (flag.word.span[0] + 2, flag.word.span[0] + 2, " ")
        for command in programs(graph)
        if not tools.tool(command.name).single_dash
        for flag in command.flags
        if flag.value
        and flag.value_word is None
        and re.match("-[A-Za-z][^=]", flag.word.raw)
        and flag.word.raw[:2] == flag.name
    ]


def bundled(graph: StageGraph) -> list[Edit]:
    """``-a -b`` as ``-ab``."""
    found = []
    for command in programs(graph):
        alone = [f for f in command.flags if f.value is None and re.fullmatch("-[A-Za-z]", f.word.raw)]
        for first, second in pairwise(alone):
            if not command.source.text[first.word.span[1] : second.word.span[0]].strip():
                found.append((first.word.span[1], second.word.span[0] + 1, ""))
                break
    return found


def unbundled(graph: StageGraph) -> list[Edit]:
    """``-ab`` as ``-a -b``."""
    found = []
    for command in programs(graph):
        for word in {flag.word.span: flag.word for flag in command.flags}.values():
            names = [flag.name for flag in command.flags if flag.word is word]
            if 1 < len(names) < 5 and word.raw == "-" + "".join(name[1:] for name in names):
                found.append(_whole(word, " ".join(names)))
    return found


def options_last(graph: StageGraph) -> list[Edit]:
    """Options that take no value behind the operands."""
    found = []
    for command in programs(graph):
        alone = [f.word for f in command.flags if f.value is None and plain(f.word) and f.word.text.startswith("-")]
        words = command.words
        ends = "--" in [word.text for word in words] or tools.tool(command.name).ends or command.name in _OPTIONS_FIRST
        if command.subcommand is not None and alone and words[-1] not in alone and not ends:
            found.append((alone[0].span[0] - 1, alone[0].span[1], ""))
            found.append((words[-1].span[1], words[-1].span[1], " " + alone[0].text))
    return found


_OPTIONS_FIRST = frozenset(("docker", "go", "find", "ssh", "git"))


# Forms


def exec_form(graph: StageGraph) -> list[Edit]:
    """``RUN command`` as ``RUN ["command"]``."""
    found = []
    for run, script, _ in runs(graph):
        words = script.commands[0].words if len(script.commands) == 1 else []
        command = script.commands[0] if len(script.commands) == 1 else None
        if command is None or command.redirects or command.assignments or not words or command.name in BUILTINS:
            continue
        texts = [word.literal for word in words]
        if any(text is None or re.search(r"[*?~{\[]", text) for text in texts):
            continue
        found.append(_whole(run.args, json.dumps([command.name_node.raw, *texts])))
    return found


def shell_form(graph: StageGraph) -> list[Edit]:
    """``["a", "b"]`` as ``a b``, for RUN, CMD and ENTRYPOINT."""
    return [
        _whole(node.args, " ".join(word.text for word in node.words))
        for stage in graph.stages
        for node in (*stage.of(Run), *stage.of(Cmd), *stage.of(Entrypoint))
        if node.json and node.words and all(_PLAIN.fullmatch(word.text) for word in node.words)
    ]


def heredoc(graph: StageGraph) -> list[Edit]:
    """``RUN commands`` as ``RUN <<EOF``."""
    return [
        _whole(run.args, f"<<EOF\n{run.args.raw}\nEOF")
        for run, _, _ in runs(graph)
        if not re.search(r"^\s*(?:#|$)", run.args.raw, re.M)
    ]


def heredoc_shebang(graph: StageGraph) -> list[Edit]:
    """``RUN commands`` as a heredoc that says which shell reads it and stops at errors."""
    return [
        _whole(run.args, f"<<'SCRIPT'\n#!/bin/bash -e\n{run.args.raw}\nSCRIPT")
        for run, _, _ in runs(graph)
        if not re.search(r"^\s*(?:#|$)", run.args.raw, re.M)
    ]


def shell_string(graph: StageGraph) -> list[Edit]:
    """``RUN commands`` as ``RUN sh -c 'commands'``."""
    return [
        _whole(run.args, f"sh -c '{run.args.raw}'")
        for run, _, _ in runs(graph)
        if "'" not in run.args.raw and "\n" not in run.args.raw
    ]


def shell_in_exec_form(graph: StageGraph) -> list[Edit]:
    """``RUN commands`` as ``RUN ["bash", "-c", "commands"]``."""
    return [
        _whole(run.args, json.dumps(["bash", "-c", run.args.raw], ensure_ascii=False))
        for run, _, _ in runs(graph)
        if "\\" not in run.args.raw and "\n" not in run.args.raw
    ]


def grouped(graph: StageGraph) -> list[Edit]:
    """``RUN commands`` as ``RUN { commands; }``."""
    return [_whole(run.args, f"{{ {run.args.raw}; }}") for run, _, _ in runs(graph)]


def subshell(graph: StageGraph) -> list[Edit]:
    """``RUN commands`` as ``RUN (commands)``."""
    return [_whole(run.args, f"( {run.args.raw} )") for run, _, _ in runs(graph)]


def in_condition(graph: StageGraph) -> list[Edit]:
    """``RUN commands`` in the body of an ``if``."""
    return [_whole(run.args, f"if [ -e /etc ]; then {run.args.raw}; fi") for run, _, _ in runs(graph)]


# Programs


def _in_front(words: str) -> Variation:
    def vary(graph: StageGraph) -> list[Edit]:
        return [_before(command.name_node, words + " ") for command in programs(graph)]

    return vary


def exec_before(graph: StageGraph) -> list[Edit]:
    """``command`` as ``exec command``, where it is the last one."""
    found = []
    for _, script, _ in runs(graph):
        commands = own(script)
        if commands and commands[-1].name not in BUILTINS and commands[-1].pipe is None:
            found.append(_before(commands[-1].name_node, "exec "))
    return found


def by_path(graph: StageGraph) -> list[Edit]:
    """``command`` as ``/usr/bin/command``."""
    return [_before(c.name_node, "/usr/bin/") for c in programs(graph) if re.fullmatch(r"[\w.+-]+", c.name_node.raw)]


def name_quoted(graph: StageGraph) -> list[Edit]:
    """``command`` as ``"command"``."""
    return [_whole(c.name_node, f'"{c.name_node.raw}"') for c in programs(graph) if plain_name(c)]


def plain_name(command: ShellCommand) -> bool:
    """Whether the name of a command is written as it is."""
    return command.name_node.raw == command.name


def _sibling(one: str, other: str) -> Variation:
    def vary(graph: StageGraph) -> list[Edit]:
        return [_whole(c.name_node, other) for c in programs(graph) if c.name_node.raw == one]

    return vary


def start_exec(graph: StageGraph) -> list[Edit]:
    """``CMD program`` as ``CMD exec program``; in JSON form behind ``env``."""
    found = []
    for stage in graph.stages:
        for node in (*stage.of(Cmd), *stage.of(Entrypoint)):
            if node.json and node.words and not node.words[0].text.startswith("-"):
                at = node.words[0].span[0] - 1
                found.append((at, at, '"env", "A=1", '))
            elif not node.json and re.match(r"[\w/.-]+(?:\s|\Z)", node.args.raw):
                found.append(_before(node.args, "exec "))
    return found


def start_by_path(graph: StageGraph) -> list[Edit]:
    """``CMD ["program"]`` as ``CMD ["/usr/bin/program"]``."""
    return [
        _before(node.words[0] if node.json else node.args, "/usr/bin/")
        for stage in graph.stages
        for node in (*stage.of(Cmd), *stage.of(Entrypoint))
        if node.words and re.match(r"[a-z][\w.-]*(?:\s|\Z)", node.words[0].text)
    ]


# Lines, blanks and quotes


def _gaps(graph: StageGraph) -> Iterator[tuple[int, int]]:
    """Blanks between the words of instructions and commands, where a line may go on."""
    for stage in graph.stages:
        for node in stage.instructions:
            node = node.trigger if isinstance(node, Onbuild) and node.trigger is not None else node
            words: list[Node] = [node.keyword, *node.flags]
            if isinstance(node, Run) and node.shell_form:
                script = stage.script(node) if not node.heredocs else None
                for command in own(script) if script is not None and script.posix else ():
                    inner = [command.name_node, *command.words] if command.name else []
                    yield from _between(inner)
                words.append(node.args)
            elif not node.json and not node.heredocs and not isinstance(node, Cmd | Entrypoint | Healthcheck | Shell):
                words += node.words
            else:
                words.append(node.args)
            yield from _between(words)


def _between(nodes: list[Node]) -> Iterator[tuple[int, int]]:
    for first, second in pairwise(nodes):
        gap = first.source.text[first.span[1] : second.span[0]]
        if gap and not gap.strip(" \t"):
            yield first.span[1], second.span[0]


def continued(graph: StageGraph) -> list[Edit]:
    """Each word on a line of its own."""
    return [(start, end, f" {graph.dockerfile.escape}\n    ") for start, end in _gaps(graph)]


def commented(graph: StageGraph) -> list[Edit]:
    """Each word on a line of its own, with comments between them."""
    return [(start, end, f" {graph.dockerfile.escape}\n    # what comes now\n    ") for start, end in _gaps(graph)]


def wide(graph: StageGraph) -> list[Edit]:
    """Tabs and several blanks between words."""
    return [(start, end, " \t ") for start, end in _gaps(graph)]


def lower_case(graph: StageGraph) -> list[Edit]:
    """Instructions in lower case."""
    return [
        _whole(node.keyword, node.keyword.raw.lower())
        for stage in (graph.outside, *graph.stages)
        for node in stage.instructions
    ]


def windows_lines(graph: StageGraph) -> list[Edit]:
    """Lines that end with CR LF."""
    text = graph.source.text
    return [(at, at, "\r") for at, char in enumerate(text) if char == "\n" and text[at - 1 : at] != "\r"]


def _quoted(mark: str) -> Variation:
    def vary(graph: StageGraph) -> list[Edit]:
        return [_whole(word, f"{mark}{word.raw}{mark}") for c in programs(graph) for word in c.words if plain(word)]

    return vary


def words_quoted(graph: StageGraph) -> list[Edit]:
    """Operands of instructions in double quotes."""
    kinds = (Workdir, User, Env, Label, Expose, Volume)
    return [
        _whole(word, f'"{word.raw}"')
        for stage in graph.stages
        for node in stage.instructions
        if isinstance(node, kinds) and not node.json
        for word in ([p.value for p in node.pairs if p.value] if isinstance(node, Env | Label) else node.words)
        if re.fullmatch(r"[\w./:-]+", word.raw)
        and "=" in node.raw + "=" * isinstance(node, Workdir | User | Expose | Volume)
    ]


# How commands follow on each other


def errexit(graph: StageGraph) -> list[Edit]:
    """``a && b`` as ``set -e; a; b``."""
    found = []
    for run, script, _ in runs(graph):
        if not all(separator.operator == "&&" for separator in script.separators) or "for " in run.args.raw:
            continue
        found.append(_before(run.args, "set -eux; "))
        found += [_whole(separator, ";") for separator in script.separators]
    return found


def behind_another(graph: StageGraph) -> list[Edit]:
    """Another command before, joined by ``&&``."""
    return [_before(run.args, "mkdir -p /opt/x && ") for run, _, _ in runs(graph)]


def before_another(graph: StageGraph) -> list[Edit]:
    """Another command behind, joined by ``&&``."""
    return [(run.args.span[1], run.args.span[1], " && mkdir -p /opt/x") for run, _, _ in runs(graph)]


def redirected(graph: StageGraph) -> list[Edit]:
    """Standard error of each command to a file."""
    return [(c.span[1], c.span[1], " 2>/tmp/log") for c in programs(graph) if c.pipe is None and not c.redirects]


# Values


def _takes_words(command: ShellCommand) -> bool:
    """Whether the words of a command are its own, and none of them is a program or a script."""
    name = command.name
    return name != "" and name not in BUILTINS and name not in SHELLS and name not in WRAPPERS and name != "python3"


def _through(instruction: str, options: bool) -> Variation:
    """The last operand of each command (or the value of an option) through a variable of the stage."""

    def vary(graph: StageGraph) -> list[Edit]:
        found: list[Edit] = []
        for number, (_, script, stage) in enumerate(runs(graph)):
            for command in own(script):
                words = [f.value_word for f in command.flags if f.value_word] if options else command.arguments
                words = [word for word in words if plain(word)]
                if _takes_words(command) and words:
                    name = f"VALUE_{number}"
                    found.append(_below(stage, f"{instruction} {name}={words[-1].raw}"))
                    found.append(_whole(words[-1], f'"${{{name}}}"' if number % 2 else f"${name}"))
                    break
        return found

    return vary


def option_through_arg(graph: StageGraph) -> list[Edit]:
    """An option that takes no value through ARG."""
    found: list[Edit] = []
    for number, (_, script, stage) in enumerate(runs(graph)):
        for command in own(script):
            words = [flag.word for flag in command.flags if flag.value_word is None and plain(flag.word)]
            if _takes_words(command) and words:
                found.append(_below(stage, f"ARG FLAGS_{number}={words[0].raw}"))
                found.append(_whole(words[0], f"$FLAGS_{number}"))
                break
    return found


def assigned(graph: StageGraph) -> list[Edit]:
    """The last operand of a command through a variable of the script."""
    found: list[Edit] = []
    for run, script, _ in runs(graph):
        for command in own(script):
            words = [word for word in command.arguments if plain(word)]
            if _takes_words(command) and words:
                found.append(_before(run.args, f"value={words[-1].raw} && "))
                found.append(_whole(words[-1], '"$value"'))
                break
    return found


def _instruction_words(node: Instruction) -> list[Word]:
    if isinstance(node, Copy | Add) and not node.json and not node.heredocs:
        return node.words
    if isinstance(node, User | Workdir | Expose | Volume) and not node.json:
        return node.words[-1:]
    if isinstance(node, Env | Label):
        return [pair.value for pair in node.pairs if pair.value is not None and "=" in node.args.raw]
    return []


def words_through_arg(graph: StageGraph) -> list[Edit]:
    """The words of instructions through ARG."""
    found: list[Edit] = []
    number = 0
    for stage in graph.stages:
        for node in stage.instructions:
            for word in _instruction_words(node):
                if re.fullmatch(r"[\w./:@-]+", word.raw):
                    number += 1
                    found.append(_below(stage, f"ARG W{number}={word.raw}"))
                    found.append(_whole(word, f"${{W{number}}}"))
    return found


def flags_through_arg(graph: StageGraph) -> list[Edit]:
    """The values of ``--chmod``, ``--chown`` and ``--from`` through ARG."""
    found: list[Edit] = []
    number = 0
    for stage in graph.stages:
        for node in stage.instructions:
            for flag in node.flags:
                if flag.name in ("chmod", "chown") and flag.value is not None and "$" not in flag.value.text:
                    number += 1
                    found.append(_below(stage, f"ARG F{number}={flag.value.text}"))
                    found.append(_whole(flag.value, f"$F{number}"))
    return found


def base_through_arg(graph: StageGraph) -> list[Edit]:
    """The images of FROM through ARG."""
    found: list[Edit] = []
    top = graph.stages[0].from_.span[0] if graph.stages else 0
    for stage in graph.stages:
        image = stage.from_.image
        if image is not None and stage.base is None and "$" not in image.raw and image.raw != "scratch":
            found.append((top, top, f"ARG IMAGE_{stage.index}={image.raw}\n"))
            found.append(_whole(image, f"$IMAGE_{stage.index}"))
    return found


# Where it stands


def onbuild(graph: StageGraph) -> list[Edit]:
    """Instructions as triggers of ONBUILD."""
    kinds = (Run, Copy, Add, Env, User, Workdir, Label, Expose, Volume, Cmd, Entrypoint, Healthcheck)
    return [
        _before(node, "ONBUILD ") for stage in graph.stages for node in stage.instructions if isinstance(node, kinds)
    ]


def later_stage(graph: StageGraph) -> list[Edit]:
    """Another stage before."""
    return [_before(graph.stages[0].from_, "FROM scratch AS other\nCOPY data /data\n")] if graph.stages else []


def in_base(graph: StageGraph) -> list[Edit]:
    """The stage as the base of another one, which is shipped."""
    if len(graph.stages) != 1:
        return []
    end = len(graph.source.text.rstrip())
    first: From = graph.stages[0].from_
    name = first.stage_name.raw if first.stage_name is not None else ""
    named = [] if name else [(first.span[1], first.span[1], " AS base")]
    return [*named, (end, end, f"\nFROM {name or 'base'}\nLABEL org.example.part=last")]


def bash(graph: StageGraph) -> list[Edit]:
    """bash as the shell of the stage."""
    return [
        (stage.from_.span[1], stage.from_.span[1], '\nSHELL ["/bin/bash", "-c"]')
        for stage in graph.stages
        if not stage.of(Shell) and not graph.dockerfile.comments and stage.os != "windows"
    ]


VARIATIONS: dict[str, Variation] = {
    "value-joined": value_joined,
    "value-apart": value_apart,
    "short-value-joined": short_value_joined,
    "short-value-apart": short_value_apart,
    "bundled": bundled,
    "unbundled": unbundled,
    "options-last": options_last,
    "exec-form": exec_form,
    "shell-form": shell_form,
    "heredoc": heredoc,
    "heredoc-shebang": heredoc_shebang,
    "shell-string": shell_string,
    "shell-in-exec-form": shell_in_exec_form,
    "grouped": grouped,
    "subshell": subshell,
    "in-condition": in_condition,
    "sudo": _in_front("sudo -E"),
    "env": _in_front("env LANG=C"),
    "command": _in_front("command"),
    "time": _in_front("time"),
    "assignment": _in_front("LANG=C"),
    "exec": exec_before,
    "by-path": by_path,
    "name-quoted": name_quoted,
    "start-exec": start_exec,
    "start-by-path": start_by_path,
    "continued": continued,
    "commented": commented,
    "wide": wide,
    "lower-case": lower_case,
    "windows-lines": windows_lines,
    "double-quoted": _quoted('"'),
    "single-quoted": _quoted("'"),
    "words-quoted": words_quoted,
    "errexit": errexit,
    "behind-another": behind_another,
    "before-another": before_another,
    "redirected": redirected,
    "through-arg": _through("ARG", False),
    "through-env": _through("ENV", False),
    "value-through-arg": _through("ARG", True),
    "option-through-arg": option_through_arg,
    "assigned": assigned,
    "words-through-arg": words_through_arg,
    "flags-through-arg": flags_through_arg,
    "base-through-arg": base_through_arg,
    "onbuild": onbuild,
    "later-stage": later_stage,
    "in-base": in_base,
    "bash": bash,
    **{f"{one} as {other}": _sibling(one, other) for one, other in _SIBLINGS},
}

GROUPS = {
    "forms": (
        "exec-form", "heredoc", "heredoc-shebang", "shell-string", "shell-in-exec-form", "grouped", "subshell",
    ),
}  # fmt: skip
"""Names for several variations at once."""
