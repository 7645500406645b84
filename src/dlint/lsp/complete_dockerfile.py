"""Completion in a Dockerfile."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsprotocol import types

from dlint.lsp import images, paths, words
from dlint.lsp.offer import Offer
from dlint.lsp.view import View
from dlint.model.dockerfile.graph import StageGraph
from dlint.model.own_image import OwnImage
from dlint.syntax.dockerfile.grammar import (
    CACHE_SHARING,
    FLAGS,
    INSTRUCTIONS,
    MOUNT_BARE_KEYS,
    MOUNT_TYPES,
    NETWORK_MODES,
    PLATFORM_ARGS,
    SECURITY_MODES,
)
from dlint.syntax.dockerfile.parser import Arg

_VALUES = {
    "network": NETWORK_MODES,
    "security": SECURITY_MODES,
    "platform": ("$BUILDPLATFORM", "$TARGETPLATFORM", "linux/amd64", "linux/arm64"),
}
_MOUNT_VALUES = {"type": MOUNT_TYPES, "sharing": CACHE_SHARING, "required": ("true", "false")}
_OF_BUILDER = "Set by the builder"
# https://docs.docker.com/reference/dockerfile/#healthcheck, #stopsignal; signal(7) for what each is for.
_WORDS = {
    "HEALTHCHECK": {"CMD": "Runs a command in the container.", "NONE": "Switches off the check of the base image."},
    "STOPSIGNAL": {
        "SIGTERM": "Asks it to end; what is sent where nothing else is said.",
        "SIGINT": "As Ctrl+C does.",
        "SIGQUIT": "Ends nginx and others once they have answered all requests.",
        "SIGHUP": "Its terminal is gone; daemons read their settings anew.",
        "SIGWINCH": "Ends Apache once it has answered all requests.",
        "SIGKILL": "Ends it at once; it cannot do anything about it.",
    },
}
# https://docs.docker.com/reference/dockerfile/#parser-directives
_DIRECTIVES = {
    "syntax=docker/dockerfile:1": "The version of the Dockerfile's language: the newest of its first generation.",
    "escape=`": "The character that continues a line: a backtick, for paths of Windows.",
    "check=": "What the builder's own checks leave out, and whether a warning stops the build.",
}


def offers(view: View, offset: int, before: str) -> Iterator[Offer]:
    """What may stand at an offset of a Dockerfile; ``before`` is its line up to there."""
    graph = _graph(view)
    found = next((one for one in graph.dockerfile.instructions if one.span[0] < offset <= one.span[1] + 1), None)
    begun = found is not None and (
        found.span[0] < view.source.text.rfind("\n", 0, offset) + 1 or " " in before.lstrip()
    )
    if re.fullmatch(r"#[ \t]*\w*", before):
        yield from _directives(view, offset) if not begun else ()
    elif re.search(r"\$\{?\w*$", before):
        yield from _variables(view, offset)
    elif not begun and re.fullmatch(r"[ \t]*\w*", before):
        for name in INSTRUCTIONS:
            form, meaning = words.INSTRUCTIONS[name]
            yield Offer(name, types.CompletionItemKind.Keyword, f"`{form}`\n\n{meaning}")
    elif re.match(r"[ \t]*ONBUILD[ \t]+\w*$", before, re.I):
        yield from (Offer(n, types.CompletionItemKind.Keyword, words.INSTRUCTIONS[n][1]) for n in INSTRUCTIONS)
    else:
        name = found.name if found is not None else before.split(None, 1)[0].upper()
        yield from _arguments(view, name, before, offset)


def _arguments(view: View, name: str, before: str, offset: int) -> Iterator[Offer]:
    flag = re.search(r"--(\w[\w-]*)=([^\s]*)$", before)
    if flag is not None and flag[1] == "mount":
        yield from _mount(view, flag[2], offset)
    elif flag is not None and flag[1] == "from":
        yield from _stages(view, offset)
    elif flag is not None:
        for value in _VALUES.get(flag[1], ()):
            yield Offer(value, types.CompletionItemKind.Value)
    elif re.search(r"(?:^|\s)--?[\w-]*$", before):
        for each, rule in FLAGS.get(name, {}).items():
            text = f"--{each}" + ("" if rule.kind == "bool" else "=")
            yield Offer(text, types.CompletionItemKind.Property, words.FLAGS.get(each, ""), text)
    elif name == "FROM" and (image := re.match(r"\s*FROM(?:\s+--\S+)*\s+(\S*)$", before, re.I)):
        yield from _stages(view, offset) if ":" not in image[1] else ()
        yield from images.offers(image[1])
    elif name == "FROM" and re.match(r"\s*FROM(?:\s+--\S+)*\s+\S+\s+\w*$", before, re.I):
        yield Offer("AS", types.CompletionItemKind.Keyword, "Gives the stage a name.", "AS ")
    elif name in ("COPY", "ADD") and "--from=" not in before:
        yield from paths.in_context(view, re.split(r"[\s\"'\[]", before)[-1])
    elif name in _WORDS and re.fullmatch(r"\s*\w+\s+(?:--\S+\s+)*\w*", before):
        yield from (Offer(word, types.CompletionItemKind.Value, meaning) for word, meaning in _WORDS[name].items())
    elif name in ("ARG", "ENV") and re.search(r"\s\w*$", before):
        yield from _names(view, name, offset)


def _names(view: View, name: str, offset: int) -> Iterator[Offer]:
    """Variables to be declared: of ARG what is given from outside, of ENV what the image knows."""
    graph = _graph(view)
    stage = next((one for one in reversed(graph.stages) if one.from_.span[1] < offset), None)
    if name == "ENV":
        for one, meaning in images.variables(OwnImage.of_stage(stage)) if stage is not None else ():
            yield Offer(one, types.CompletionItemKind.Variable, meaning, f"{one}=")
        return
    arguments = [one for one in (stage.instructions if stage is not None else graph.preamble) if isinstance(one, Arg)]
    declared = {pair.key.text for one in arguments for pair in one.pairs if one.span[1] < offset}
    builds = view.workspace.builds_of(view.path)
    given = {one: build for build in builds for one in build.args if "$" not in one}
    for one in sorted(given.keys() - declared):
        meaning = f"Given by the {given[one].service.noun} {given[one].service.name}"
        yield Offer(one, types.CompletionItemKind.Variable, meaning)
    yield from (Offer(one, types.CompletionItemKind.Variable, _OF_BUILDER) for one in sorted(PLATFORM_ARGS))


def _directives(view: View, offset: int) -> Iterator[Offer]:
    """What may stand at the top of the file, above all else."""
    above = view.source.text[: view.source.text.rfind("\n", 0, offset) + 1]
    if all(line.startswith("#") for line in above.splitlines()):
        yield from (Offer(word, types.CompletionItemKind.Keyword, text, word) for word, text in _DIRECTIVES.items())


def _mount(view: View, written: str, offset: int) -> Iterator[Offer]:
    last = written.rpartition(",")[2]
    key, equals, _ = last.partition("=")
    if equals and key == "from":
        yield from _stages(view, offset)
    elif equals and key in ("source", "src") and "type=bind" in written and "from=" not in written:
        yield from paths.in_context(view, last.partition("=")[2])
    elif equals:
        yield from (Offer(value, types.CompletionItemKind.Value) for value in _MOUNT_VALUES.get(key, ()))
    else:
        for name, meaning in words.MOUNTS.items():
            text = name if name in MOUNT_BARE_KEYS else f"{name}="
            yield Offer(text, types.CompletionItemKind.Property, meaning)


def _stages(view: View, offset: int) -> Iterator[Offer]:
    graph = _graph(view)
    for stage in graph.stages:
        if stage.name and stage.span[1] < offset:
            yield Offer(stage.name, types.CompletionItemKind.Class, f"Stage from `{stage.base_text or '?'}`")


def _variables(view: View, offset: int) -> Iterator[Offer]:
    graph = _graph(view)
    stage = next((one for one in reversed(graph.stages) if one.from_.span[1] < offset), None)
    known = dict(graph.globals.bindings)
    if stage is not None:
        known = stage.env_at(stage.position_of(offset))
    for name in sorted(known):
        yield Offer(name, types.CompletionItemKind.Variable, known[name].kind.upper())
    if stage is None:
        yield from (Offer(name, types.CompletionItemKind.Variable, _OF_BUILDER) for name in sorted(PLATFORM_ARGS))


def _graph(view: View) -> StageGraph:
    return view.workspace.configured(view.source, (), {}, ())[0].graph
