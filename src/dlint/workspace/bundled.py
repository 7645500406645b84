"""The folders that the bundlers of a ``package.json`` make, where a stage runs nothing else that makes any."""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple
from dlint.model.dockerfile.writes import moves_surely, with_folders
from dlint.model.facts.built_files import BUNDLERS, SPARED, TSC_OUT
from dlint.model.facts.script_runners import RUNNERS, call_of
from dlint.model.package_calls import words_of
from dlint.model.package_scripts import script_in
from dlint.source import Node, Source, Span, Text
from dlint.syntax.dockerfile.parser import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from dlint.model.dockerfile.stage import Stage
    from dlint.model.facts.built_files import Bundler
    from dlint.workspace.context import Context
    from dlint.workspace.sources import Sources

_NO_BUILDERS: Final = ("npm", "yarn", "pnpm", "corepack", "apk", "apt-get", "echo", "cd", "export", "set")
_TSCONFIGS: Final = ("tsconfig.json", "tsconfig.build.json", "tsconfig.app.json", "tsconfig.node.json")


class _UnclearError(Exception):
    """A step may make any folder."""


class _Made(NamedTuple):
    """A folder that is made, what makes it, and the script that says so."""

    folder: str
    by: str
    where: Node


def folder_made(path: str, stage: Stage, sources: Sources, context: Context) -> tuple[str, Node | None, str] | None:
    """What is made in place of a folder at a path of a stage, why and where that is said; None if it may be made."""
    top, name = posixpath.split(path)
    file = sources.file_at(posixpath.join(top, "package.json"), stage, None)
    package = context.project.read(file) if file is not None else None
    if package is None or file is None:
        return None
    beside = posixpath.dirname(file)
    if context.project.exists(posixpath.join(beside, name)):
        return None
    try:
        made = [*_made_in(stage, top, package, context, beside, name)]
    except _UnclearError:
        return None
    if not made or any(one.folder == name for one in made):
        return None
    last = made[-1]
    return f"`{last.by}` writes to {last.folder}", last.where, posixpath.join(top, last.folder)


def _made_in(stage: Stage, top: str, package: Source, context: Context, beside: str, name: str) -> Iterator[_Made]:
    """The folders that the steps of a stage make in ``top``. Raises _UnclearError."""
    seen: set[str] = set()
    for at in stage.lineage:
        for run in at.of(Run):
            script = at.script(run)
            if script is None or script.has_error or not script.posix or not moves_surely(script):
                raise _UnclearError
            if any(word in run.raw for word in (f"{name}/", f"/{name}", "BUILD_PATH")):
                raise _UnclearError
            for command, folder in with_folders(script, at.workdir_at(run)):
                words = words_of(command)
                if command.name == "mkdir" and not any(word.rstrip("/").endswith(name) for word in words):
                    continue
                call = call_of(words)
                if call is not None and folder == top:
                    yield from _of_script(call.name, package, context, beside, seen)
                elif call is not None or command.name not in (*_NO_BUILDERS, *RUNNERS):
                    yield from _of_words(words, None, context, beside, package, seen)


def _of_script(name: str, package: Source, context: Context, beside: str, seen: set[str]) -> Iterator[_Made]:
    """The folders that a script makes; those that were ``seen`` make no others. Raises _UnclearError."""
    if name in seen:
        return
    seen.add(name)
    for one in (f"pre{name}", name, f"post{name}"):
        script = script_in(package, one)
        if script is None:
            if one == name:
                raise _UnclearError
            continue
        from dlint.syntax.shell.walk import parse

        parsed = parse(Text.plain(Source("", script.text), Span(0, len(script.text))), dialect="sh")
        if parsed.has_error or any(command.redirects for command in parsed.commands):
            raise _UnclearError
        for command in parsed.commands:
            if command.name:
                yield from _of_words(words_of(command), script.where, context, beside, package, seen)


def _of_words(
    words: list[str], where: Node | None, context: Context, beside: str, package: Source, seen: set[str]
) -> Iterator[_Made]:
    """The folder that a command makes. Raises _UnclearError."""
    if words[0] in ("npx", "bunx") and len(words) > 1:
        words = words[1:]
    call = call_of(words)
    if call is not None:
        yield from _of_script(call.name, package, context, beside, seen)
        return
    name = posixpath.basename(words[0])
    bundler = BUNDLERS.get((name, next((word for word in words[1:] if not word.startswith("-")), "build")))
    if bundler is not None:
        folder = _folder_of(bundler, words, context, beside)
        yield _Made(folder, " ".join(words[:2]), where or Node(package, Span(0, 0)))
    elif name not in SPARED or (name == "tsc" and _emits(context, beside)):
        raise _UnclearError


def _folder_of(bundler: Bundler, words: list[str], context: Context, beside: str) -> str:
    """The folder that a bundler makes, by what it is told. Raises _UnclearError."""
    if any(word.partition("=")[0] in bundler.flags for word in words):
        raise _UnclearError
    for variable in bundler.variables:
        if any(variable in context.project.text(posixpath.join(beside, one)) for one in (".env", "package.json")):
            raise _UnclearError
    for file in bundler.settings:
        text = context.project.text(posixpath.join(beside, file))
        found = bundler.key.search(text) if text and bundler.key is not None else None
        if found is not None:
            if not found[1] or "/" in found[1] or len([*bundler.key.finditer(text)] if bundler.key else ()) > 1:
                raise _UnclearError
            return found[1]
    return bundler.folder


def _emits(context: Context, beside: str) -> bool:
    """Whether the TypeScript compiler may write files somewhere of its own."""
    texts = [context.project.text(posixpath.join(beside, name)) for name in _TSCONFIGS]
    return any(TSC_OUT.search(text) for text in texts)
