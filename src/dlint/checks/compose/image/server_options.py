"""The options that a service gives to the server of its image."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.api import Node, Problem, Problems, check
from dlint.api.compose import CommandLine, Service, parse_image, removed_option

_SERVERS = frozenset(("mysqld", "mongod", "traefik", "prometheus", "docker-entrypoint.sh"))


@check(on=Service, keys=("command",))
def server_option_removed(service: Service) -> Problems:
    """An option that the server of this version does not know any more."""
    line, reference = service.command, service.image.literal if service.image is not None else None
    image = parse_image(reference) if reference and service.build is None and service.entrypoint is None else None
    words = line.arguments if line is not None else None
    if image is None or line is None or not words or not _is_for_server(words[0]):
        return
    for (where, word), following in zip(_words(line, words), [*words[1:], ""], strict=True):
        removed = removed_option(image, word, following)
        if removed is not None:
            option = word.partition("=")[0]
            yield Problem(
                where,
                f"Service {service.name} ends at its start: {removed.program} does not know {option} from"
                f" {removed.version} on; {removed.instead}",
            )


def _is_for_server(first: str) -> bool:
    """Whether a command is one of the server: options alone, or its program before them."""
    return first.startswith("-") or posixpath.basename(first) in _SERVERS


def _words(line: CommandLine, words: list[str]) -> Iterator[tuple[Node, str]]:
    """The words of a command, each with its place."""
    if line.listed:
        yield from zip(line.words, words, strict=True)
        return
    whole, start = line.string, 0
    for word in words:
        at = whole.value.find(word, start) if whole is not None else -1
        start = at + len(word) if at >= 0 else start
        yield (whole.at(at, start) if whole is not None and at >= 0 else line), word
