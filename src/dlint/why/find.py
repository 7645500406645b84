"""From what somebody asks about to its accounts: a file, a line of it, or a service by its name."""

from __future__ import annotations

from dlint.syntax.suggest import closest
from dlint.syntax.yaml.nodes import YamlMap
from dlint.why.account import Account, Asked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlint.model.compose.model import ComposeModel
    from dlint.syntax.compose.service import Service
    from dlint.syntax.yaml.nodes import YamlEntry


class NothingKnownError(Exception):
    """There is nothing to say; the text is one sentence."""


def of_service(asked: Asked, name: str) -> list[Account]:
    """The accounts of the services of that name. Raises NothingKnownError."""
    from dlint.why import services
    from dlint.why.others import models_of

    every = [(model, service) for model in models_of(asked) for service in model.services]
    found = [(model, service) for model, service in every if service.name == name]
    if not found:
        near = closest(name, sorted({service.name for _, service in every}))
        hint = f"; did you mean {near}?" if near else ""
        raise NothingKnownError(f"there is no file and no service {name}{hint}")
    know(asked, [model for model, _ in found])
    return [services.account_of(asked, model, service) for model, service in _distinct(found)]


def _distinct(found: Sequence[tuple[ComposeModel, Service]]) -> list[tuple[ComposeModel, Service]]:
    """Each service once: a file that is laid over another has all of that one's."""
    kept: dict[tuple[str, int], tuple[ComposeModel, Service]] = {}
    for model, service in sorted(found, key=lambda pair: len(pair[0].files)):
        kept.setdefault((service.key.source.path, service.key.span[0]), (model, service))
    return list(kept.values())


def of_file(asked: Asked, path: str, line: int | None) -> list[Account]:
    """The accounts of a file, or of a line of it. Raises NothingKnownError."""
    asked.shown.know([path])
    accounts = _of_kind(asked, path, asked.workspace.kinds.get(path, ""), line)
    source = asked.workspace.files.read(path)
    for account in accounts:
        if account.line is not None and source is not None:
            account.text = asked.shown.line(source, account.line).strip()
    return accounts


def _of_kind(asked: Asked, path: str, kind: str, line: int | None) -> list[Account]:
    if kind == "dockerfile":
        return _dockerfile(asked, path, line)
    if kind == "compose":
        return _compose(asked, path, line)
    if kind == "builder":
        return _builder(asked, path, line)
    return _other(asked, path, kind, line)


def know(asked: Asked, models: Sequence[ComposeModel]) -> None:
    """Learn the credentials of all files that values may come from."""
    import posixpath

    for model in models:
        env = [posixpath.join(posixpath.dirname(file.source.path), ".env") for file in model.files[:1]]
        files = [file.path.literal for service in model.services for file in service.env_files if file.path is not None]
        more = [model.path(model, one) for one in files if one]
        asked.shown.know(sorted({*model.paths, *env, *(path for path in more if path)}))


def _dockerfile(asked: Asked, path: str, line: int | None) -> list[Account]:
    from dlint.why import dockerfiles

    source = asked.workspace.files.read(path)
    if source is None:
        raise NothingKnownError(f"{path} cannot be read")
    builds = [build for build in asked.workspace.builds_of(path) if build.inline is None]
    know(asked, [build.model for build in builds])
    return list(dockerfiles.accounts_of(asked, source, builds, line))


def _compose(asked: Asked, path: str, line: int | None) -> list[Account]:
    from dlint.why import services, values

    model, file = asked.workspace.model_of(path), asked.workspace.compose_file(path)
    if model is None or file is None:
        raise NothingKnownError(f"{path} cannot be read")
    know(asked, [model])
    if line is None:
        own = [service for service in model.services if service.key.source.path == path]
        return [services.account_of(asked, model, service) for service in own or model.services]
    account = values.account_of(asked, model, file, line)
    if account is None:
        raise NothingKnownError(f"line {line} of {path} sets nothing")
    named = next((one for one in model.services if one.key.source.path == path and one.key.line == line), None)
    return [account] if named is None else [services.account_of(asked, model, named)]


def _builder(asked: Asked, path: str, line: int | None) -> list[Account]:
    """What a Bake file, a workflow or a dev container asks for, all of it or around a line."""
    from dlint.why import services
    from dlint.workspace.builders import UNREAD

    models = asked.workspace.builders_of(path)
    asked.shown.know(sorted({one for model in models for one in model.paths}))
    found = [(model, one) for model in models for one in model.services if _stands_in(one, path, line)]
    builders = asked.workspace.builders
    if not found and builders is not None and builders.is_unread(path):
        raise NothingKnownError(f"{path}: {UNREAD}")
    if not found:
        raise NothingKnownError(f"no build is asked for in {path if line is None else f'line {line} of {path}'}")
    return [services.request_of(asked, model, one) for model, one in found]


def _stands_in(request: Service, path: str, line: int | None) -> bool:
    """Whether a request, which several files may make together, is written at a line of a file, or in it at all."""
    places = [request, *_entries(request.map)] if isinstance(request.map, YamlMap) else [request]
    lines = [(one.line, one.source.line(one.span[1])) for one in places if one.source.path == path]
    if not lines or line is None:
        return bool(lines)
    # What is said of a target stands between a line that opens it and one that ends it.
    around = 0 if request.source.path == path else 1
    return min(first for first, _ in lines) - around <= line <= max(last for _, last in lines) + around


def _entries(node: YamlMap) -> Iterator[YamlEntry]:
    for entry in node.entries:
        yield entry
        if isinstance(entry.value, YamlMap):
            yield from _entries(entry.value)


def _other(asked: Asked, path: str, kind: str, line: int | None) -> list[Account]:
    from dlint.why import others

    ignore = asked.workspace.ignore_file(path) if kind == "dockerignore" else None
    if ignore is not None:
        return [others.ignore_file(asked, ignore, line)]
    know(asked, others.models_of(asked))
    source = asked.workspace.files.read(path)
    found = [others.variables(asked, source, line) if source is not None else None]
    found.append(others.any_file(asked, path, source, line))
    accounts = [account for account in found if account is not None]
    if not accounts:
        raise NothingKnownError(f"nothing that is known builds, copies, mounts or reads {path}")
    return accounts
