"""The accounts of ignore files, of files with variables, and of any other file: who reads them, and what for."""

from __future__ import annotations

import posixpath

from dlint.source import Node, Span
from dlint.syntax.compose import dotenv
from dlint.why.account import Account, Asked
from dlint.why.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlint.model.compose.model import ComposeModel
    from dlint.source import Source
    from dlint.syntax.dockerignore import IgnoreFile
    from dlint.syntax.yaml.nodes import YamlNode, YamlScalar
    from dlint.workspace.build import Build

_MOST = 20


def ignore_file(asked: Asked, ignore: IgnoreFile, line: int | None) -> Account:
    """Who reads an ignore file, and what a pattern of it keeps out."""
    from dlint.workspace.ignore_use import IgnoreUse

    account = Account("ignore file", ignore, line)
    use = IgnoreUse(asked.workspace, ignore)
    for link in use.readers[:_MOST]:
        account.add("read for", asked.shown.text(link.service.name), link.service.key)
    if not use.readers:
        beside = [path for path in use.dockerfiles if not asked.workspace.builds_of(path)]
        text = f"docker build of {', '.join(beside[:3])}" if beside else None
        account.add("read for", text, "no known build reads it")
    for link in use.others[:_MOST]:
        account.add("not read for", asked.shown.text(link.service.name), link.service.key)
    _pattern(account, use, ignore, line)
    return account


def _pattern(account: Account, use: object, ignore: IgnoreFile, line: int | None) -> None:
    from dlint.workspace.context import files_in
    from dlint.workspace.ignore_use import IgnoreUse

    assert isinstance(use, IgnoreUse)
    files = list(files_in(use.workspace.files, use.folder)) if use.owner is None else []
    decided = [(path, ignore.matching(path)) for path in files]
    if line is None:
        kept_out = sum(1 for _, one in decided if one is not None and not one.negated)
        account.add("keeps out", f"{counted(kept_out, 'entry', 'entries')} of {len(files)}")
        return
    pattern = next((one for one in ignore.patterns if one.line == line), None)
    if pattern is None:
        account.add("pattern", "none in this line")
        return
    mine = [path for path, one in decided if one is pattern]
    names = ", ".join(mine[:3]) + (f" and {len(mine) - 3} more" if len(mine) > 3 else "")
    account.add(
        "lets in" if pattern.negated else "keeps out", names or "nothing that is there and no later line decides"
    )


def variables(asked: Asked, source: Source, line: int | None) -> Account | None:
    """Who reads a file of variables; None if nobody does."""
    readers = [*_readers(asked, source.path)]
    if not readers:
        return None
    account = Account("variables", Node(source, Span(0, 0)), line)
    for text, place, _ in readers[:_MOST]:
        account.add("read by", asked.shown.text(text), place)
    entry = next((one for one in dotenv.parse(source).entries if line is not None and one.line == line), None)
    if entry is not None:
        value = asked.shown.value(entry.name, entry.value, entry.value_node)
        account.add("value", value, entry.key, of=entry.name)
        uses = [use for _, _, model in readers if model is not None for use in _uses(asked, model, entry.name)]
        for scalar in uses[:_MOST]:
            account.add("used in", asked.shown.value(entry.name, scalar.value, scalar), scalar)
        if not uses and any(model is not None for _, _, model in readers):
            account.add("used in", "nothing", "no Compose file of the project names it")
    return account


def _readers(asked: Asked, path: str) -> Iterator[tuple[str, Node, ComposeModel | None]]:
    """Who reads a file of variables: in words, where, and the project whose values it fills in."""
    for model in models_of(asked):
        main = model.files[0] if model.files else None
        if main is not None and posixpath.join(posixpath.dirname(main.source.path), ".env") == path:
            yield f"{main.source.path}, for its values", main, model
        for service in model.services:
            for file in service.env_files:
                written = file.path.literal if file.path is not None else None
                if written is not None and file.path is not None and model.path(file.path, written) == path:
                    yield f"service {service.name}, for its container", file, None


def _uses(asked: Asked, model: ComposeModel, name: str) -> Iterator[YamlScalar]:
    from dlint.syntax.interpolation import variables as used
    from dlint.syntax.yaml.nodes import YamlMap, YamlScalar, YamlSeq

    waiting: list[YamlNode] = [model.map]
    while waiting:
        node = waiting.pop()
        if isinstance(node, YamlMap):
            waiting += [entry.value for entry in reversed(node.entries)]
        elif isinstance(node, YamlSeq):
            waiting += reversed(node.items)
        elif isinstance(node, YamlScalar) and "$" in node.value and any(u.name == name for u in used(node.value)):
            yield node


def models_of(asked: Asked) -> list[ComposeModel]:
    """The Compose projects there are, each once."""
    found = (asked.workspace.model_of(path) for path in asked.workspace.of_kind("compose"))
    return list({id(model): model for model in found if model is not None}.values())


def any_file(asked: Asked, path: str, source: Source | None, line: int | None) -> Account | None:
    """Which images a file gets into, what keeps it out of others, and where it is mounted; None if nothing does."""
    account = Account("file", Node(source, Span(0, 0)) if source is not None else _nowhere(path), line)
    for build in _builds(asked):
        _in_build(asked, account, build, path)
    for model in models_of(asked):
        for service in model.services:
            for mount in service.mounts:
                written = mount.host_path
                host = model.path(written, written.literal) if written is not None and written.literal else None
                if host is not None and (path == host or path.startswith(f"{host}/") or host == "."):
                    target = mount.target.literal if mount.target is not None else None
                    shown = asked.shown.text(f"{service.name} at {target or '?'}", mount)
                    account.add("mounted in", shown, mount)
    return account if account.facts else None


def _nowhere(path: str) -> Node:
    from dlint.source import Source

    return Node(Source(path, ""), Span(0, 0))


def _builds(asked: Asked) -> Iterator[Build]:
    from dlint.workspace.build import builds_of

    for path in asked.workspace.of_kind("dockerfile"):
        source = asked.workspace.files.read(path)
        if source is not None:
            args, targets = asked.given(path)
            for way in asked.workspace.configured(source, asked.workspace.builds_of(path), args, targets):
                yield from builds_of(asked.workspace, way)


def _in_build(asked: Asked, account: Account, build: Build, path: str) -> None:
    from dlint.model.dockerfile.taken import copies_in, local_path

    if not build.links and build.context != posixpath.dirname(build.source.path):
        return
    inner = path.removeprefix(f"{build.context}/") if build.context else path
    if build.context and inner == path:
        return
    who = build.service.name if build.service is not None else build.source.path
    for stage in build.graph.stages:
        for copy in copies_in(stage):
            for word in copy.sources:
                taken = local_path(word, copy, stage)
                if taken is not None and _takes(taken, inner):
                    _one(asked, account, build, who, inner, word)


def _one(asked: Asked, account: Account, build: Build, who: str, inner: str, word: Node) -> None:
    pattern = build.ignore.matching(inner) if build.ignore is not None else None
    if pattern is not None and not pattern.negated:
        account.add("kept out of", asked.shown.text(who), pattern, word)
    else:
        account.add("copied for", asked.shown.text(who), word)


def _takes(taken: str, path: str) -> bool:
    """Whether a source of COPY takes a path of the context."""
    from fnmatch import fnmatchcase

    return taken == "." or path == taken or path.startswith(f"{taken}/") or fnmatchcase(path, taken)
