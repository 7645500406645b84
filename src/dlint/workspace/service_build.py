"""Which services build which Dockerfile, with what.

Sources: Compose (``pkg/compose/build.go``) and buildx (``build/opt.go``) on contexts, the Dockerfile and targets.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.lazy import NamedTuple
from dlint.model.compose.model import ComposeModel
from dlint.model.dockerfile.contexts import familiar
from dlint.syntax.compose.values import boolean
from dlint.syntax.yaml.nodes import to_data

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.source import Node
    from dlint.syntax.compose.service import Service
    from dlint.syntax.yaml.nodes import YamlScalar

_REMOTE = ("github.com/", "git@")


class ServiceBuild(NamedTuple):
    """One service's ``build:``.

    ``context`` is the folder of the build context from the project's root, ``dockerfile`` the Dockerfile's path
    likewise: that of the Compose file if the Dockerfile stands in it, as ``inline``. ``target`` is None when the last
    stage is built. An argument whose value is unknown maps to None. ``contexts`` are the named contexts as written,
    None for an unknown one.
    """

    model: ComposeModel
    service: Service
    context: str
    dockerfile: str
    target: str | None
    args: dict[str, str | None]
    inline: YamlScalar | None
    contexts: dict[str, str | None]

    @property
    def image(self) -> str | None:
        """The name that the built image gets by ``image:``; None without one, or if it is unknown."""
        return self.service.image.literal if self.service.image is not None else None

    @property
    def names(self) -> list[str]:
        """The names that the built image gets, as people write them; ``image:`` comes first.

        Source: Compose (``pkg/api/labels.go``): without ``image:`` it is PROJECT-SERVICE, and PROJECT is known here
        only where the file says ``name:``.
        """
        tags = self.service.build.tags if self.service.build is not None else []
        written = [self.image, *(tag.literal for tag in tags)]
        project = self.model.scalar("name")
        if self.service.image is None and project is not None and project.literal:
            written.append(f"{project.literal}-{self.service.name}")
        return [familiar(name) for name in written if name]

    @property
    def user(self) -> str | None:
        """Whom the service runs it as; None if it leaves that to the image, or the user is unknown."""
        return self.service.user.literal if self.service.user is not None else None

    @property
    def gives_health(self) -> bool:
        """Whether the service says itself how its health is checked, or that it is not."""
        health = self.service.healthcheck
        return health is not None and (health.test is not None or health.disabled)

    @property
    def is_service(self) -> bool:
        """Whether a Compose service asks for it, which then runs it."""
        return self.service.noun == "service"

    @property
    def knows_target(self) -> bool:
        """Whether it is known which stage it asks for."""
        config = self.service.build
        return self.target is not None or config is None or config.target is None

    @property
    def gives_init(self) -> bool:
        """Whether an init process of the engine starts what the image starts; unknown counts as such."""
        return self.service.init is not None and boolean(self.service.init) is not False

    @property
    def asked(self) -> str:
        """All that the service asks of the builder, to tell equal builds from others."""
        build = self.service.build
        return f"{self.context}\0{to_data(build.node)!r}" if build is not None else self.context


def service_builds(model: ComposeModel) -> Iterator[ServiceBuild]:
    """The builds of a model whose Dockerfile is a file of the project; remote contexts and unknowns are left out."""
    for service in model.services:
        found = service_build(model, service)
        if found is not None:
            yield found


def is_remote(context: str) -> bool:
    """Whether the builder fetches a context: a URL, or a repository in Docker's own short forms."""
    return "://" in context or context.startswith(_REMOTE)


def service_build(model: ComposeModel, service: Service) -> ServiceBuild | None:
    """The build of a service; None without one, and for a remote context or one that is unknown."""
    build = service.build
    if build is None:
        return None
    written = build.context
    context_text = written.literal if written is not None else "."
    if context_text is None or is_remote(context_text):
        return None
    context = model.path(written if written is not None else build, context_text)
    inline = build.dockerfile_inline
    name = build.dockerfile.literal if build.dockerfile is not None else "Dockerfile"
    if context is None or name is None or name.startswith("/"):
        return None
    target = build.target.literal if build.target is not None else None
    path = _dockerfile(model, context, name) if inline is None else inline.source.path
    if path is None:
        return None
    args = {arg.name: arg.literal for arg in build.args}
    contexts = {entry.name: _context(model, entry, entry.literal) for entry in build.additional_contexts}
    return ServiceBuild(model, service, "" if context == "." else context, path, target, args, inline, contexts)


def _dockerfile(model: ComposeModel, context: str, name: str) -> str | None:
    """The Dockerfile's path; ``Dockerfile`` that is not there falls back to ``dockerfile`` beside it, as in buildx."""
    path = posixpath.normpath(posixpath.join(context, name))
    if path.startswith(".."):
        return None
    if posixpath.basename(path) == "Dockerfile" and model.project is not None:
        small = posixpath.join(posixpath.dirname(path), "dockerfile")
        if not model.project.exists(path) and model.project.exists(small):
            return small
    return path


def _context(model: ComposeModel, node: Node, text: str | None) -> str | None:
    """The value of a named context, a folder as its path from the root; None if it is unknown."""
    if text is None:
        return None
    if text.startswith(("service:", "target:", "docker-image://", "oci-layout:")) or is_remote(text):
        return text
    folder = model.path(node, text)
    return None if folder is None else f"folder:{folder}"


def same_build(one: ServiceBuild, other: ServiceBuild) -> bool:
    """Whether two builds may make the same image; unknown values are taken for equal."""
    if (one.context, one.dockerfile, one.contexts) != (other.context, other.dockerfile, other.contexts):
        return None in (*one.contexts.values(), *other.contexts.values())
    if one.inline is not None and other.inline is not None and one.inline.value != other.inline.value:
        return False
    if (one.target or "").lower() != (other.target or "").lower():
        return not (one.knows_target and other.knows_target)
    names = one.args.keys() | other.args.keys()
    return not any(_differs(one.args, other.args, name) for name in names) and _platforms(one) == _platforms(other)


def _differs(one: dict[str, str | None], other: dict[str, str | None], name: str) -> bool:
    """Whether an argument surely has another value; one that is given on one side alone counts as such."""
    if name in one and name in other:
        return one[name] is not None and other[name] is not None and one[name] != other[name]
    return (one.get(name) or other.get(name)) is not None


def _platforms(build: ServiceBuild) -> list[str]:
    config = build.service.build
    return sorted(scalar.value for scalar in config.platforms) if config is not None else []
