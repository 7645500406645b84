"""The files that an image gives an interpreter at its start: ``python app.py``, ``java -jar app.jar``."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from dlint.model.dockerfile.commands import start_of
from dlint.model.facts.interpreters import run_by
from dlint.model.facts.processes import HANDING_ON
from dlint.syntax.dockerfile.parser import Cmd, Entrypoint
from dlint.workspace.started import StartedPath

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.model.compose.model import ComposeModel
    from dlint.model.dockerfile.stage import Stage
    from dlint.source import Node
    from dlint.syntax.compose.service import Service


def files_interpreted(stage: Stage, asked: Sequence[tuple[Service, ComposeModel]]) -> list[StartedPath]:
    """The paths of the files that the image of a stage gives an interpreter, as it is or as services start it."""
    starts = [node for node, _ in start_of(stage)]
    entrypoint = next((node for node in starts if isinstance(node, Entrypoint)), None)
    cmd = next((node for node in starts if isinstance(node, Cmd)), None)
    own = [*(_words(entrypoint, stage) if entrypoint is not None else ())]
    if entrypoint is None or entrypoint.json:
        own += _words(cmd, stage) if cmd is not None and (entrypoint is None or own) else ()
    found = [*_file(own, stage.workdir)]
    return found if not asked else [*_as_asked(found, stage, entrypoint is None, asked)]


def _as_asked(
    own: Sequence[StartedPath], stage: Stage, replaced: bool, asked: Sequence[tuple[Service, ComposeModel]]
) -> Iterator[StartedPath]:
    """The files where services run the image, those that a mount may bring left out.

    ``own`` are those of the image's own command, which that of a service takes the place of if it is ``replaced``.
    """
    from dlint.model.compose.serving import mounted

    as_built = [one for one, _ in asked if one.command is None and one.entrypoint is None]
    for path in own if as_built and not any(one.working_dir for one in as_built) else ():
        if not any(mounted(path.path, service, model) for service, model in asked):
            yield path
    for service, model in asked:
        line = service.entrypoint or (service.command if replaced else None)
        if line is not None and line.arguments:
            places: list[Node] = list(line.words) if line.listed else [line] * len(line.arguments)
            folder = service.working_dir.literal if service.working_dir is not None else stage.workdir
            found = _file([*zip(places, line.arguments, strict=False)], folder)
            yield from (one for one in found if mounted(one.path, service, model) is None)


def _words(node: Cmd | Entrypoint, stage: Stage) -> list[tuple[Node, str]]:
    """The words of a command; none where a shell does more with it than run one command."""
    if node.json:
        return [(word, word.text) for word in node.words]
    script = stage.script(node)
    commands = script.commands if script is not None and script.posix else []
    if len(commands) != 1 or commands[0].redirects or commands[0].assignments:
        return []
    words = commands[0].words
    if any(word.literal is None for word in words):
        return []
    return [(commands[0].name_node, commands[0].called), *((word, word.text) for word in words)]


def _file(words: Sequence[tuple[Node, str]], folder: object) -> Iterator[StartedPath]:
    """The file that an interpreter among words is given: at the front, or behind programs that run another one."""
    texts = [text for _, text in words]
    while texts and posixpath.basename(texts[0]) in HANDING_ON:
        behind = next((at for at, text in enumerate(texts[1:], 1) if text[:1] != "-" and "=" not in text), len(texts))
        words, texts = words[behind:], texts[behind:]
    at = run_by(texts)
    if at is None or any(sign in texts[at] for sign in "$*?["):
        return
    if texts[at].startswith("/") or isinstance(folder, str):
        path = posixpath.normpath(posixpath.join(folder if isinstance(folder, str) else "/", texts[at]))
        yield StartedPath(words[at][0], path, False)
