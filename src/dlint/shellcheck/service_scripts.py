"""The shell scripts of a Compose service, for ShellCheck: its command and its health test, where a shell reads them."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.lazy import pattern
from dlint.model.facts import system_shells
from dlint.shellcheck.scripts import KNOWN, CheckedScript, script_of_shell
from dlint.shellcheck.silent import is_silent
from dlint.source import Span, Text
from dlint.syntax import image
from dlint.syntax.compose.command_words import split_command
from dlint.syntax.yaml.nodes import YamlNode, YamlScalar, YamlSeq
from dlint.workspace.inline_dockerfile import inline_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.syntax.compose.service import Service

_NAME = pattern(r"[A-Za-z_]\w*")


def of_service(service: Service) -> Iterator[CheckedScript]:
    """The scripts of one service that ShellCheck knows how to read."""
    written = service.image.literal if service.image is not None else None
    # Of an unknown one it is bash, which refuses least.
    system = system_shells.of_image(image.parse(written) if written else None) or "bash"
    # The runtime sets HOSTNAME and HOME.
    names = {"HOSTNAME", "HOME", *(variable.name for variable in service.environment)}
    for text, dialect, errexit, listed in (*_of_command(service), *_of_healthcheck(service)):
        known = KNOWN.get(system if dialect == "sh" else dialect)
        used = {name for name in names if name in text.text and _NAME.fullmatch(name)}
        if known is None or not text.text.strip() or is_silent(text.text, known, used):
            continue
        yield CheckedScript(
            text,
            known,
            names=used,
            errexit=errexit,
            kind="compose",
            context=service,
            anchor=service.name,
            runs_later=True,
            fixable=listed,
        )


_Found = tuple[Text, str, bool, bool]
"""A script, the dialect of its shell, whether that has ``-e``, whether edits of the script are edits of the file."""


def _of_command(service: Service) -> Iterator[_Found]:
    """The script of ``sh -c "…"``; the shell may be the entrypoint and the script the command."""
    entrypoint, command = service.map.get("entrypoint"), service.map.get("command")
    first = _words(entrypoint)
    words = [*first, *_words(command)]
    for text, dialect, errexit in script_of_shell(words):
        holder = entrypoint if any(text is word for word in first) else command
        yield text, dialect, errexit, isinstance(holder, YamlSeq)


def _of_healthcheck(service: Service) -> Iterator[_Found]:
    """The script of ``CMD-SHELL``, of a plain text, or of ``CMD`` with a shell."""
    test = service.healthcheck.map.get("test") if service.healthcheck is not None else None
    if isinstance(test, YamlScalar):
        yield _whole(test), "sh", False, True
        return
    words = _words(test)
    if words and words[0].text == "CMD-SHELL":
        if len(words) == 2:
            yield words[1], "sh", False, True
    elif words and words[0].text == "CMD":
        for text, dialect, errexit in script_of_shell(words[1:]):
            yield text, dialect, errexit, True


def _words(node: YamlNode | None) -> list[Text]:
    """The words of a command, each in a source of its own; none for a string that Compose refuses."""
    if isinstance(node, YamlSeq):
        return [_whole(item) for item in node.items if isinstance(item, YamlScalar)]
    if not isinstance(node, YamlScalar):
        return []
    source = inline_source(node)
    words, _, places = split_command(source.text)
    found = []
    for word, place in zip(words or (), places, strict=True):
        pieces = [(0, place[0] if place else 0)]
        pieces += [(i, place[i]) for i in range(1, len(place)) if place[i] != place[i - 1] + 1]
        found.append(Text(source, Span(pieces[0][1], place[-1] + 1 if place else pieces[0][1]), word, pieces))
    return found


def _whole(scalar: YamlScalar) -> Text:
    source = inline_source(scalar)
    return Text.plain(source, Span(0, len(source.text)))
