"""What is known of images: what hover says of one, what a value stands in place of, which names and tags there are."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from lsprotocol.types import CompletionItemKind

from dlint.lsp.offer import Offer
from dlint.lsp.view import View
from dlint.model.dockerfile.stage import Stage
from dlint.model.facts.images import ImageFacts, known_images, known_tags
from dlint.model.facts.secrets import looks_secret_name
from dlint.model.image import Image, Known, Start
from dlint.model.own_image import OwnImage
from dlint.source import Node, Span
from dlint.syntax.compose.service import Service
from dlint.syntax.dockerfile.parser import Cmd, Entrypoint, Env, Instruction, Stopsignal, User
from dlint.syntax.yaml.nodes import YamlMap

MOST_NAMES = 200
"""So many names of images, or tags, are offered at once."""
_MOST_VARIABLES = 12
_LONGEST = 60
_OF_ALL = ("", "root", "/", "SIGTERM")
# Tags of versions that are not out yet.
_EARLY = re.compile(r"\d-?(?:rc|alpha|beta|preview)|\d[ab]\d")
_KEYS = ("user", "working_dir", "entrypoint", "command", "stop_signal")


# What is known


def of_stage(stage: Stage) -> ImageFacts | None:
    """What is known of the image of others that a stage is built from."""
    return OwnImage.of_stage(stage).facts


def of_service(view: View, service: Service) -> Image | None:
    """What is known of the image that a service runs."""
    model = view.workspace.model_of(view.path)
    merged = model.service(service.name) if model is not None else None
    return model.image_of(merged) if model is not None and merged is not None else None


def described(facts: ImageFacts) -> str:
    """What is known of an image, and when it was so, as Markdown."""
    rows = {
        "System": " ".join(part for part in (facts.os_family, facts.os_release) if part),
        "User": facts.user,
        "Workdir": facts.workdir,
        "Entrypoint": _words(facts.entrypoint),
        "Command": _words(facts.cmd),
        "Ports": _words(facts.ports),
        "Volumes": _words(facts.volumes),
        "Stop signal": facts.stop_signal,
    }
    lines = [f"- {name}: `{_short(value)}`" for name, value in rows.items() if value]
    if facts.healthcheck is not None:
        lines.append("- It has a health check." if facts.healthcheck else "- It has no health check.")
    required = [" or ".join(f"`{name}`" for name in group) for group in facts.requires_env or ()]
    if required:
        lines.append(f"- Requires at its first start: {'; '.join(required)}")
    reads = sorted(facts.knows_env or ())
    if reads:
        more = f" and {len(reads) - _MOST_VARIABLES} more" if len(reads) > _MOST_VARIABLES else ""
        lines.append(f"- Reads: {', '.join(f'`{name}`' for name in reads[:_MOST_VARIABLES])}{more}")
    return "\n".join((*lines, "", _origin(facts)))


def _words(words: tuple[str, ...] | None) -> str:
    return " ".join(words or ())


def _origin(facts: ImageFacts) -> str:
    origin = facts.origin
    name = f"{origin.image}:{origin.tag}" if origin.tag else origin.image
    whose = f"All known tags of `{name}`" if origin.how == "image" else f"`{name}`"
    return f"{whose}, as of {origin.date}{', a tag that moves' if origin.moves else ''}."


# What a value stands in place of


class Default(NamedTuple):
    """A place that overrides something of the image, and what the image has."""

    node: Node
    text: str


def defaults_of_stage(stage: Stage, span: Span) -> Iterator[Default]:
    """What the instructions of a stage replace of the image it is built from."""
    facts = of_stage(stage)
    if facts is None:
        return
    for instruction in stage.instructions:
        if instruction.span[1] < span[0] or instruction.span[0] > span[1]:
            continue
        if isinstance(instruction, Env):
            for pair in instruction.pairs:
                value = (facts.env or {}).get(pair.key.text)
                if value is not None and pair.value is not None and not looks_secret_name(pair.key.text):
                    yield from _other(pair.value, value)
            continue
        before = _replaced(facts, instruction)
        if before and instruction.words:
            last = instruction.words[-1]
            yield from _other(Node(last.source, Span(instruction.words[0].span[0], last.span[1])), before)


def _replaced(facts: ImageFacts, instruction: Instruction) -> str:
    if isinstance(instruction, User):
        return facts.user or ""
    if isinstance(instruction, Stopsignal):
        return facts.stop_signal or ""
    if isinstance(instruction, Cmd):
        return _words(facts.cmd)
    return _words(facts.entrypoint) if isinstance(instruction, Entrypoint) else ""


def defaults_of_service(view: View, service: Service, span: Span) -> Iterator[Default]:
    """What the keys of a service replace of its image."""
    image = of_service(view, service)
    if image is None or not isinstance(service.node, YamlMap):
        return
    for entry in service.node.entries:
        key = entry.key.value
        if entry.span[1] < span[0] or entry.span[0] > span[1]:
            continue
        if key in _KEYS:
            yield from _other(entry.value, _value(image, key))
        elif key == "environment" and isinstance(entry.value, YamlMap):
            for variable in entry.value.entries:
                yield from _other(variable.value, variable_of(image, variable.key.value) or "")


def _value(image: Image, key: str) -> str:
    """What an image has for a key of a service; empty where that is unknown or nothing."""
    known: dict[str, Known[str] | Known[Start] | None] = {
        "user": image.user,
        "working_dir": image.workdir,
        "entrypoint": image.entrypoint,
        "command": image.cmd,
        "stop_signal": image.stop_signal,
    }
    found = known[key]
    if found is None:
        return ""
    return found.value.text if isinstance(found.value, Start) else found.value


def variable_of(image: Image, name: str) -> str | None:
    """The value that an image gives a variable; None if it gives none, or one that must not be shown."""
    if looks_secret_name(name):
        return None
    own = image.own_value(name)
    if own is not None:
        return own.value
    return (image.facts.env or {}).get(name) if image.facts is not None else None


def _other(node: Node, before: str) -> Iterator[Default]:
    """The default where it says something else than what is written, and than what any image has by itself."""
    if before not in _OF_ALL and " ".join(node.raw.split()).strip("\"'") != before:
        yield Default(node, f"image: {_short(before)}")


def _short(text: str) -> str:
    text = " ".join(text.split()).replace("`", "'")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


# Names, tags and variables


def offers(written: str) -> Iterator[Offer]:
    """The first names, or tags, that one may go on with."""
    for name, meaning in itertools.islice(names(written), MOST_NAMES):
        yield Offer(name, CompletionItemKind.Module, meaning)


def names(written: str) -> Iterator[tuple[str, str]]:
    """Names of known images, or behind a colon the known tags of one; each with what it is."""
    name, colon, typed = written.rpartition(":")
    if colon and name:
        tags = sorted(known_tags(name), key=lambda tag: _EARLY.search(tag) is not None)
        yield from ((tag, f"{name}:{tag}") for tag in tags if tag.startswith(typed))
    elif "@" not in written and "$" not in written:
        yield from ((name, "A known image") for name in known_images() if name.startswith(written))


def variables(image: Image) -> Iterator[tuple[str, str]]:
    """The variables that an image sets, reads or requires, each with what is known of it."""
    facts = image.facts
    if facts is None:
        return
    required = {name.partition("=")[0]: group for group in facts.requires_env or () for name in group}
    sets = facts.env or {}
    for name in sorted({*required, *sets, *(facts.knows_env or ())}, key=lambda name: (name not in required, name)):
        yield name, _of_variable(image, name, required.get(name))


def variables_of_service(view: View, name: str) -> Iterator[tuple[str, str]]:
    """The variables that the image of a service knows, by the text alone where that is no YAML as long as one types."""
    file = view.workspace.compose_file(view.path)
    service = file.service(name) if file is not None else None
    image = of_service(view, service) if service is not None else None
    if image is None:
        block = re.search(
            rf"^([ \t]+){re.escape(name)}:[ \t]*\r?\n((?:\1[ \t].*\n|[ \t]*\r?\n)*)", view.source.text, re.M
        )
        written = re.search(r"^[ \t]+image:[ \t]*[\"']?([^\s\"'#]+)", block[2], re.M) if block is not None else None
        image = Image.named(written[1], None) if written is not None else None
    return variables(image) if image is not None else iter(())


def _of_variable(image: Image, name: str, group: tuple[str, ...] | None) -> str:
    if group is not None:
        others = " or ".join(f"`{other}`" for other in group)
        return f"{image.base_name} requires {others} at its first start"
    value = variable_of(image, name)
    return f"Default: `{_short(value)}`" if value else f"{image.base_name} reads it"
