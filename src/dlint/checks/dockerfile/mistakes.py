"""What the builder accepts and does not do: arrays that are no JSON, flags in the wrong place, triggers that fail."""

from __future__ import annotations

import re

from dlint.api import Fix, Problem, Problems, Text, check, pattern
from dlint.api.dockerfile import (
    FLAGS,
    Add,
    Cmd,
    Copy,
    Dockerfile,
    Entrypoint,
    Healthcheck,
    Instruction,
    Onbuild,
    Run,
    Stage,
    StageGraph,
    Stopsignal,
    Unknown,
    Volume,
    meant_as_array,
)

_QUOTES = "\"'\u2018\u2019\u201c\u201d"
_WITH_ARRAY = (Add, Cmd, Copy, Entrypoint, Healthcheck, Run, Volume)
_ONE_WORD = pattern(r"\[\s+(?:\"[^\"]*\"|'[^']*')\s+\]")
_ELEMENT = r"""(?:"[^"\\]*"|'[^'"\\]*'|[\u201c\u201d][^\u201c\u201d"\\]*[\u201c\u201d]|[^\s,"'\[\]\\$\u201c\u201d]+)"""
_ARRAY = pattern(rf"\[\s*({_ELEMENT}(?:\s*,\s*{_ELEMENT})*)\s*,?\s*\]")


@check(on=Dockerfile)
def json_form_mistyped(file: Dockerfile, graph: StageGraph) -> Problems:
    """Arguments that were meant as a JSON array, but are none."""
    if file.source.mentions("["):
        for node in file.instructions:
            subject = node.trigger if isinstance(node, Onbuild) else node
            if subject is not None and "[" in subject.text and not subject.json and isinstance(subject, _WITH_ARRAY):
                yield from _mistyped(subject, graph)


def _mistyped(node: Instruction, graph: StageGraph) -> Problems:
    args: Text | None = node.args
    if isinstance(node, Run) and args is not None and _ONE_WORD.match(args.text):
        # A test whether a word is empty.
        return
    if isinstance(node, Healthcheck):
        args = node.command if node.command is not None and node.command.shell_form else None
    if args is None or node.json or not args.text.startswith("[") or not meant_as_array(args.text):
        return
    if any(fault.kind == "bad-json" for fault in graph.faults_at(node)):
        return
    where = args.at(0, len(args.text))
    fix = None
    match = _ARRAY.fullmatch(args.text)
    if match is not None and where.raw == args.text:
        elements = [element.strip(_QUOTES) for element in re.findall(_ELEMENT, match[1])]
        if all(elements):
            array = "[" + ", ".join(f'"{element}"' for element in elements) + "]"
            fix = Fix("Write a JSON array, which runs without a shell", where.replace(array), safe=False)
    what = "goes to a shell as it stands" if not isinstance(node, Add | Copy | Volume) else "is taken as paths"
    message = f"This is no JSON and so {what}; put each element in double quotes, commas between, nothing after the ]"
    yield Problem(where, message, fix=fix)


@check(on=Onbuild)
def onbuild_unknown_instruction(node: Onbuild, stage: Stage) -> Problems:
    """A word after ONBUILD that is no instruction."""
    if isinstance(node.trigger, Unknown):
        for fault in stage.graph.faults_at(node.trigger):
            fix = None
            if fault.suggestion is not None:
                fix = Fix(
                    f"Write {fault.suggestion}, a guess at what was meant", fault.replace(fault.suggestion), safe=False
                )
            message = f"{fault.message}; every build from this image will fail"
            if "?" in fault.message:
                message = f"Every build from this image will fail: {fault.message[0].lower()}{fault.message[1:]}"
            yield Problem(fault, message, fix=fix)


@check(on=(Add, Copy), onbuild=True)
def flag_after_argument(node: Instruction) -> Problems:
    """A flag that stands behind a path, or begins with a dash that is none, and so is taken as a path."""
    if node.json:
        return
    for word in node.words:
        bare = word.text.lstrip("-\u2010\u2011\u2012\u2013\u2014\u2212")
        if bare == word.text or bare.partition("=")[0] not in FLAGS[node.name]:
            continue
        if word.text == f"--{bare}":
            message = f"Move {word.text} before the first path; here it is taken for a path itself"
        else:
            message = f"Write --{bare} with two hyphens, before the first path; as it stands it is taken for a path"
        yield Problem(word, message)


_UNGRACEFUL = frozenset(("KILL", "STOP", "9", "19"))


@check(on=Stopsignal)
def ungraceful_stop_signal(node: Stopsignal, stage: Stage) -> Problems:
    """A STOPSIGNAL that no program can catch."""
    word = node.signal
    if word is None or word.literal is None or stage.os == "windows":
        return
    if word.literal.upper().removeprefix("SIG") in _UNGRACEFUL:
        message = f"No program can catch {word.literal} and end in order; use SIGTERM or the signal it waits for"
        fix = Fix(
            "Write SIGTERM; a program that does not answer it is still killed", word.replace("SIGTERM"), safe=False
        )
        yield Problem(word, message, fix=fix)
