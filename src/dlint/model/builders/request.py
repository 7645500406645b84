"""What a builder other than Compose asks for, as a service that has nothing but a ``build``.

So everything that is known of the builds of services is known of these builds too: ``noun`` is what people call one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dlint.lazy import lazy
from dlint.model.compose.faults import FaultList
from dlint.model.compose.loader import Loader
from dlint.model.compose.model import ComposeModel
from dlint.source import Node, Source, Span
from dlint.syntax.compose.service import Service
from dlint.syntax.yaml.nodes import DOUBLE, YamlEntry, YamlMap, YamlScalar, YamlSeq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.project.files import ProjectFiles


class Request(Service):
    """One build that a builder asks for."""

    def __init__(self, noun: str, entry: YamlEntry, *, fills: bool = False, made: str = "", ships: bool = True) -> None:
        super().__init__(entry)
        self.ships = ships
        self.noun = noun
        self.fills = fills
        self.made = made


def request(
    noun: str,
    name: str,
    place: Node,
    key: Node,
    fields: Iterable[YamlEntry],
    *,
    fills: bool = False,
    made: str = "",
    groups: Sequence[str] = (),
    ships: bool = True,
) -> Request:
    """The request called ``name`` that stands at ``place``; ``key`` is where a person would add to it.

    Those that have no group in common are never built together; one without groups is built with any other.
    """
    source = place.source
    build = YamlMap(source, Span(*place.span), [*fields])
    key_node = YamlScalar(key.source, Span(*key.span), "build")
    entries = [YamlEntry(key_node, build, Span(*place.span))]
    if groups:
        here = Span(*key.span)
        profiles = YamlSeq(source, here, [YamlScalar(source, here, one, DOUBLE) for one in groups])
        entries.append(YamlEntry(YamlScalar(source, here, "profiles"), profiles))
    service = YamlMap(source, Span(*place.span), entries)
    entry = YamlEntry(YamlScalar(key.source, Span(*key.span), name), service, Span(*place.span))
    return Request(noun, entry, fills=fills, made=made, ships=ships)


_NO_IMAGE = ("type=local", "type=tar", "type=cacheonly")


def gives_image(outputs: Iterable[str | None]) -> bool:
    """Whether one of these outputs is an image, or may be; what is no list of settings is a folder.

    Source: buildx (``util/buildflags/export.go``).
    """
    known = list(outputs)
    return not known or any(one is None or ("type=" in one and _type_of(one) not in _NO_IMAGE) for one in known)


def _type_of(output: str) -> str:
    return next((part.strip() for part in output.split(",") if part.strip().startswith("type=")), "")


class BuilderModel(ComposeModel):
    """The builds that one builder's files ask for.

    ``folder`` is where relative paths start, for all of its files. ``whole`` is false if it may ask for more than is
    known. ``sure`` says that the folder is known, so that what does not lie there is missing.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        folder: str,
        requests: Sequence[Request],
        project: ProjectFiles,
        *,
        whole: bool = True,
        sure: bool = True,
        other: Sequence[str] = (),
    ) -> None:
        loader = Loader(_nothing, FaultList())
        source = sources[0] if sources else Source("", "")
        loader.folders = {each.path: folder for each in sources}
        loader.folders |= dict.fromkeys(other, folder)
        loader.whole = whole
        fields = YamlMap(source, Span(0, 0), [])
        super().__init__(fields, fields, [], loader, project)
        self.requests = requests
        self.sure = sure

    @lazy
    def services(self) -> list[Service]:
        """The builds, as services."""
        return [*self.requests]

    @lazy
    def by_name(self) -> dict[str, Service]:
        """The builds by their names."""
        return {one.name: one for one in self.requests}

    def is_missing(self, node: Node, written: str) -> bool:
        """Whether nothing lies at a path, though all that could be there is in the tree."""
        return self.sure and super().is_missing(node, written)


def _nothing(path: str) -> None:
    return None
