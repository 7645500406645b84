"""Which services build which Dockerfile, with what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from dlint.model.compose.model import ComposeModel

if TYPE_CHECKING:
    from dlint.syntax.compose.service import Service
    from dlint.syntax.yaml.nodes import YamlScalar


class ServiceBuild(NamedTuple):
    """One service's ``build:``.

    ``context`` is the folder of the build context from the project's root, ``dockerfile`` the Dockerfile's path
    likewise: that of the Compose file if the Dockerfile stands in it, as ``inline``. ``target`` is None when the last
    stage is built. An argument whose value is unknown maps to None.
    """

    model: ComposeModel
    service: Service
    context: str
    dockerfile: str
    target: str | None
    args: dict[str, str | None]
    inline: YamlScalar | None = None


def service_builds(model: ComposeModel) -> Iterator[ServiceBuild]:
    """The builds of a model whose Dockerfile is a file of the project; remote contexts and unknowns are left out."""
    for service in model.services:
        found = service_build(model, service)
        if found is not None:
            yield found


def service_build(model: ComposeModel, service: Service) -> ServiceBuild | None:
    """The build of a service; None without one, and for a remote context or one that is unknown."""
    build = service.build
    if build is None:
        return None
    written = build.context
    context_text = written.literal if written is not None else "."
    if context_text is None or "://" in context_text or context_text.startswith("git@"):
        return None
    context = model.path(written if written is not None else build, context_text)
    inline = build.dockerfile_inline
    name = build.dockerfile.literal if build.dockerfile is not None else "Dockerfile"
    if context is None or name is None or name.startswith("/"):
        return None
    target = build.target.literal if build.target is not None else None
    path = _joined(context, name) if inline is None else inline.source.path
    if path is None:
        return None
    args = {arg.name: arg.literal for arg in build.args}
    return ServiceBuild(model, service, context, path, target, args, inline)


def _joined(context: str, name: str) -> str | None:
    import posixpath

    path = posixpath.normpath(posixpath.join(context, name))
    return None if path.startswith("..") else path
