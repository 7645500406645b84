"""The credentials in what a Compose service runs: its command, its entry point and its health test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dlint.model.facts.credential_options import names_tool
from dlint.model.facts.credential_text import may_name_credential
from dlint.source import Text
from dlint.syntax.interpolation import assumed
from dlint.syntax.yaml.nodes import YamlNode, YamlScalar, YamlSeq, read_once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.model.facts.credential_text import Credential
    from dlint.syntax.compose.service import Service


def of_service(service: Service) -> Iterator[tuple[str, Credential]]:
    """The credentials of a service's commands, each with the key it stands under."""
    health = service.healthcheck
    lines = (
        ("command", service.map.get("command")),
        ("entrypoint", service.map.get("entrypoint")),
        ("healthcheck", health.map.get("test") if health is not None else None),
    )
    for key, node in lines:
        for credential in of_command_line(node):
            yield key, credential


def of_command_line(node: YamlNode | None) -> Sequence[Credential]:
    """The credentials of one command line, a text or a list of words; of two that overlap the first."""
    return _of_node(node) if node is not None else ()


@read_once
def _of_node(node: YamlNode) -> Sequence[Credential]:
    words = _words(node)
    if not _may_hold_one("\n".join(text for word in words for text in {word.value, word.raw})):
        return ()
    from dlint.model.facts.credentials import of_taker, takers
    from dlint.syntax.shell.walk import parse

    found: list[Credential] = []
    taken: list[tuple[int, int]] = []
    for text in _scripts(node):
        for command in takers(parse(text)):
            for credential in of_taker(command):
                start, end = credential.where.span
                if not any(first < end and start < last for first, last in taken):
                    taken.append((start, end))
                    found.append(credential)
    return found


def _may_hold_one(text: str) -> bool:
    """Whether there may be a credential in a text: a cheap look, as most command lines have none."""
    return may_name_credential(text) or "<<" in text or names_tool(text)


def _words(node: YamlNode | None) -> Sequence[YamlScalar]:
    if isinstance(node, YamlScalar):
        return (node,)
    return [item for item in node.items if isinstance(item, YamlScalar)] if isinstance(node, YamlSeq) else ()


def _scripts(node: YamlNode | None) -> Iterator[Text]:
    """The command line as a shell would write it, and every word of it that is a script of its own."""
    from dlint.syntax.dockerfile.script import exec_text

    if isinstance(node, YamlScalar):
        yield assumed(node.text)
    else:
        words = [assumed(item.text) for item in _words(node)]
        if words and words[0].text in ("CMD", "CMD-SHELL"):
            words = words[1:]
        if words:
            yield exec_text(words)
        yield from (word for word in words if " " in word.text.strip())
