"""What a build context has that belongs in no image: credentials, files of variables, the data of databases."""

from __future__ import annotations

import posixpath

from dlint.model.dockerfile.brought import is_below
from dlint.model.facts.credential_files import holds_settings_only, is_credential_file
from dlint.project.gitignore import ignored_by_git
from dlint.workspace.context import files_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dlint.model.compose.model import ComposeModel
    from dlint.syntax.compose.items import Mount
    from dlint.syntax.compose.service import Service
    from dlint.workspace.context import Context


def credentials(context: Context, folder: str) -> list[str]:
    """The files of credentials below a folder of the context, outer ones first; the history too."""
    project, ignore = context.project, context.ignore
    names = files_in(project, context.folder, folder, ignore)
    if ignore is not None:
        found = [] if ignore.excludes(folder or ".") else _sorted(names)
    else:
        below = project.below(posixpath.join(context.folder, folder))
        if folder not in below.credentials:
            below.credentials[folder] = _sorted(names)
        found = below.credentials[folder]
    there = [name for name in found if not _holds_settings(name, context)]
    coming = [name for name in _coming_variables(context) if is_below(f"/{name}", f"/{folder}")]
    return [*dict.fromkeys((*there, *coming))]


def _sorted(names: Iterable[str]) -> list[str]:
    found = [name for name in names if name == ".git" or is_credential_file(name)]
    return sorted(found, key=lambda name: (name.count("/"), name))


def _holds_settings(name: str, context: Context) -> bool:
    return name.endswith(".npmrc") and holds_settings_only(name, context.project.text(context.path(name)))


def _excludes(context: Context, name: str) -> bool:
    return context.ignore is not None and context.ignore.excludes(name)


def _coming_variables(context: Context) -> Iterator[str]:
    """The files of variables that services need and git leaves out, from the context on: they are there where the
    project runs, and may hold what git is not to have.
    """
    projects = context.workspace.projects
    models = projects.models if projects is not None else []
    for model, file in ((each, file) for each in models for one in each.services for file in one.env_files):
        written = file.path.literal if file.path is not None and file.required else None
        path = model.path(file.path, written) if written and file.path is not None else None
        if path and is_below(f"/{path}", f"/{context.folder}") and ignored_by_git(context.project.text, path):
            name = posixpath.relpath(path, context.folder or ".")
            if not _excludes(context, name):
                yield name


def databases(context: Context, folder: str, models: Sequence[ComposeModel]) -> dict[str, tuple[Service, Mount]]:
    """The folders below one of the context in which databases of ``models`` keep their data, from the context on.

    They are made at the first start. With each the service and its mount.
    """
    if not models:
        return {}
    from dlint.model.facts.servers import is_database

    kept = (
        (name, (service, mount))
        for model in {id(each): each for each in models}.values()
        for service in model.services
        if service.mounts and is_database(service.image_ref)
        for name, mount in _data_of(service, model, context)
        if not folder or f"{name}/".startswith(f"{folder}/")
    )
    return dict(kept)


def _data_of(service: Service, model: ComposeModel, context: Context) -> Iterator[tuple[str, Mount]]:
    """The folders of the context in which a service keeps its data, with their mounts."""
    image = model.image_of(service)
    place = f"{image.data.path}/" if image is not None and image.data is not None else ""
    for mount in service.mounts if place else ():
        part, target = mount.host_path, mount.target
        path = model.path(part, part.literal) if part is not None and part.literal else None
        holds = target is not None and place.startswith(f"{(target.literal or '').rstrip('/')}/")
        if path and holds and is_below(f"/{path}", f"/{context.folder}"):
            name = posixpath.relpath(path, context.folder or ".")
            if not _excludes(context, name):
                yield name, mount
