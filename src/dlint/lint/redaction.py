"""What no report may repeat: the places of credentials in the files, and their values in any sentence.

It asks the classifier that the rules ask, but for every file, whichever rules run, and in a Compose file also under
keys that nothing knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dlint.lazy import pattern
from dlint.model.facts.credential_text import file_may_name_credential, in_text
from dlint.model.facts.secrets import (
    file_may_hold_secret,
    file_may_hold_shape,
    hints_of,
    looks_secret_name,
    secret_values,
)
from dlint.model.facts.worth import Worth, is_guessable, worth
from dlint.rule.finding import Finding
from dlint.rule.hidden import MASK, NOTHING, Hidden
from dlint.source import Node, Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.model.dockerfile.graph import StageGraph
    from dlint.syntax.yaml.nodes import YamlEntry, YamlNode, YamlScalar

_SHORTEST = 4
# Characters of the shortest text without ``=`` that tells of a credential: a URL such as ``ab://:abc@d``.
_SHORTEST_TELLING = 11
# Keys of a Compose file under which a command line stands.
_COMMANDS = frozenset(("command", "entrypoint", "test"))
# Keys that say of what stands under them that it may hold a credential, besides names of credentials.
_TELLING = _COMMANDS | {"dockerfile_inline", "content"}
# Words of statements with a password in them.
_SPOKEN = frozenset(("password", "passwd", "pwd", "identified"))
_PAIR = pattern(r"[ \t]*([A-Za-z_][\w.-]{0,100})=(?=.)", 16)
# How deep in the section ``secrets`` a node stands: 0 outside of it.
_TOP, _SECTION = -1, 1
# Of one file and of one run: what has more is made to be slow.
_MOST = 2000


class Place:
    """One credential: where it stands, and whether its value is told apart from ordinary words."""

    __slots__ = ("node", "telling")

    def __init__(self, node: Node, telling: bool) -> None:
        self.node = node
        self.telling = telling


def places(source: Source, kind: str) -> list[Place]:
    """The credentials of one file; ``kind`` is that of a linted file, or ``""`` for an environment file."""
    if kind == "dockerfile":
        from dlint.model.dockerfile import graph as stages
        from dlint.syntax.dockerfile import parser as dockerfile

        return of_dockerfile(stages.build(dockerfile.parse(source)))
    if kind == "compose":
        from dlint.syntax.yaml import parser as yamltree

        return of_yaml(source, yamltree.parse(source).documents)
    return of_dotenv(source) if not kind else []


def of_dockerfile(graph: StageGraph) -> list[Place]:
    """The credentials of a Dockerfile."""
    from dlint.model.dockerfile.credentials import of_instruction, set_by

    found = _shapes(graph.source)
    for stage in (graph.outside, *graph.stages):
        for instruction in graph.preamble if stage.index < 0 else stage.instructions:
            for credential in of_instruction(instruction, stage):
                node = credential.where
                if credential.through:
                    binding = set_by(credential.through, instruction, stage)
                    if binding is None or binding.pair is None or binding.pair.value is None:
                        continue
                    node = binding.pair.value
                found.append(Place(node, _tells(node.raw, credential.known)))
                if len(found) > _MOST:
                    return found
    return found


def of_yaml(source: Source, documents: Iterable[YamlNode]) -> list[Place]:
    """The credentials of a Compose file, as it is written."""
    from dlint.syntax.yaml.nodes import YamlMap, YamlScalar, YamlSeq

    found = _shapes(source)
    # Only an escape brings into a value what does not stand in the file.
    escaped = source.mentions("\\")
    named = escaped or file_may_name_credential(source)
    hints = hints_of(source)
    spoken = source.mentions_in_any_case(_SPOKEN)
    if not (named or hints or source.mentions_any(_TELLING)):
        return found
    # Whether a text may tell of a credential that is no pair of a name and a value.
    speaking = escaped or bool(hints) or spoken or source.mentions("@")
    stack: list[tuple[YamlNode, int]] = [(document, _TOP) for document in documents]
    while stack and len(found) <= _MOST:
        node, depth = stack.pop()
        if isinstance(node, YamlScalar):
            text = node.value
            pair = named and "=" in text
            if not pair and len(text) < _SHORTEST_TELLING:
                continue
            shaped = (escaped and _has_escapes(node)) or (bool(hints) and any(map(text.__contains__, hints)))
            telling = shaped or "@" in text or (spoken and any(map(text.lower().__contains__, _SPOKEN)))
            if pair or telling:
                found += _of_scalar(node, telling or "://" in text, shaped)
        elif isinstance(node, YamlMap):
            below = depth and depth + 1
            for entry in node.entries:
                key, value = entry.key.value, entry.value
                if value.source is source and (value.properties is None or value.alias is None):
                    if key in _TELLING or (named and isinstance(value, YamlScalar) and looks_secret_name(key)):
                        found += _of_entry(entry, depth > _SECTION)
                    if depth == _TOP:
                        below = _SECTION if key == "secrets" else 0
                    if speaking or not isinstance(value, YamlScalar) or "=" in value.value:
                        stack.append((value, below))
        elif isinstance(node, YamlSeq):
            stack += [(item, depth) for item in node.items if item.properties is None or item.alias is None]
    return found


def _has_escapes(scalar: YamlScalar) -> bool:
    """Whether a value may hold what does not stand in the file."""
    start, end = scalar.span
    return scalar.style == "double" and len(scalar.value) + len('""') != end - start


def _of_entry(entry: YamlEntry, of_secret: bool) -> Iterator[Place]:
    """What the key says of its value, also as one ``of_secret``, an entry of the section ``secrets``."""
    from dlint.model.compose.credentials import of_command_line
    from dlint.syntax.yaml.nodes import YamlScalar

    key, value = entry.key.value, entry.value
    if key in _COMMANDS:
        for credential in of_command_line(value):
            yield Place(credential.where, _tells(credential.where.raw, credential.known))
    elif not isinstance(value, YamlScalar) or value.kind == "null":
        return
    elif key == "dockerfile_inline":
        yield from _inline(value)
    elif looks_secret_name(key):
        yield from _of_value(value, 0, key)
    elif key == "content" and of_secret:
        yield Place(value, _tells(value.value, True))


def _of_scalar(scalar: YamlScalar, telling: bool, shaped: bool) -> Iterator[Place]:
    """What a text says itself: ``NAME=value``, and, if it may be ``telling``, what ``in_text`` knows."""
    text = scalar.value
    pair = _PAIR.match(text) if "=" in text else None
    if pair is not None and looks_secret_name(pair[1]):
        yield from _of_value(scalar, pair.end(), pair[1])
    for found in in_text(text, shaped) if telling else ():
        if found.worth is not Worth.NOTHING:
            yield Place(scalar.at(found.start, found.end), _tells(text[found.start : found.end], found.known))


def _of_value(scalar: YamlScalar, start: int, name: str) -> Iterator[Place]:
    """The value of a variable called ``name``, from ``start`` of a text on, or the defaults in it."""
    from dlint.syntax.interpolation import variables

    text = scalar.value
    if "$" in text[start:].replace("$$", ""):
        for use in variables(text):
            if use.start >= start and use.operator in ("-", ":-") and worth(use.argument, name) is not Worth.NOTHING:
                end = use.end - 1
                yield Place(scalar.at(end - len(use.argument), end), _tells(use.argument))
    elif worth(text[start:], name) is not Worth.NOTHING:
        yield Place(scalar.at(start, len(text)), _tells(text[start:]))


def _inline(scalar: YamlScalar) -> Iterator[Place]:
    """The credentials of the Dockerfile that stands in a value."""
    from dlint.workspace.inline_dockerfile import inline_source

    inner = inline_source(scalar)
    for place in places(inner, "dockerfile"):
        yield Place(inner.place(place.node), place.telling)


def of_dotenv(source: Source) -> list[Place]:
    """The credentials of an environment file."""
    from dlint.syntax.compose import dotenv

    found = _shapes(source)
    for entry in dotenv.parse(source).entries:
        node = entry.value_node
        if node is None:
            continue
        if looks_secret_name(entry.name) and worth(node.raw, entry.name) is not Worth.NOTHING:
            found.append(Place(node, _tells(node.raw)))
        for part in in_text(node.raw):
            start = node.span[0]
            value = node.part(start + part.start, start + part.end)
            found.append(Place(value, _tells(value.raw, part.known)))
    return found


def _shapes(source: Source) -> list[Place]:
    """What is known by its shape, wherever it stands: also in comments."""
    found = secret_values(source.text, file_may_hold_shape(source)) if file_may_hold_secret(source) else ()
    nodes = [Node(source, Span(kind.start, kind.end)) for kind in found]
    return [Place(node, _tells(node.raw, True)) for node in nodes]


def _tells(text: str, known: bool = False) -> bool:
    """Whether a value can be taken out of a sentence without taking out words that only look like it.

    Not so a word such as ``pass``, which everybody can guess and sentences are made of.
    """
    text = text.strip("\"'")
    if "$" in text or len(text) < _SHORTEST:
        return False
    return not text.isalpha() or (known and not is_guessable(text))


def hide(findings: Iterable[Finding], found: Mapping[str, list[Place]]) -> Hidden:
    """Take the values out of all sentences of the findings; the places, for the reports."""
    if not any(found.values()):
        return NOTHING
    spans = {path: [Span(*place.node.span) for place in listed] for path, listed in found.items() if listed}
    telling = [(path, place.node) for path, listed in found.items() for place in listed if place.telling]
    values = {node.raw.strip("\"'") for _, node in telling}
    hidden = Hidden(spans, values, [(path, Span(*node.span)) for path, node in telling])
    if values:
        for finding in findings:
            finding.message = hidden.without(finding.message)
            finding.apart = finding.apart and hidden.without(finding.apart)
            for related in finding.related:
                related.message = hidden.without(related.message)
            if finding.fix is not None:
                finding.fix.title = hidden.without(finding.fix.title)
    return hidden


def masked(source: Source, kind: str) -> Source:
    """The file with every credential replaced by a mask, line by line."""
    text = source.text
    hidden = Hidden({source.path: [Span(*place.node.span) for place in places(source, kind)]})
    for start, end in reversed(hidden.spans[source.path]):
        lines = text[start:end].split("\n")
        text = text[:start] + "\n".join(MASK if line.strip() else line for line in lines) + text[end:]
    return source.with_text(text)
