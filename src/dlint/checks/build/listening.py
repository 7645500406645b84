"""What the program that an image starts listens on, held to the ports that are asked of it."""

from __future__ import annotations

from collections.abc import Sequence

from dlint.api import Node, Problem, Problems, Related, check, pattern, related_to
from dlint.api.build import Build, ExposedPort, Known, OwnImage
from dlint.api.dockerfile import is_workplace
from dlint.api.health_tests import ports_on_loopback
from dlint.api.serving import SERVERS, dotnet_ports, moves_dotnet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.api.compose import Service

_NUMBER = pattern(r"\d+")


@check(on=Build, words=SERVERS)
def program_on_loopback(build: Build) -> Problems:
    """A CMD or ENTRYPOINT that starts a server which listens on the loopback address only."""
    services = build.runners() if build.services else []
    # An editor passes on what listens in its container.
    if (build.services and not services) or is_workplace(build.source.path):
        return
    for stage in build.graph.shipped:
        image = OwnImage.of_stage(stage)
        serving = build.serves(image)
        asking = _asking(services, image.exposed or ())
        # Who writes the address, and asks for no port, may mean to share the network of others.
        if serving is not None and serving.local and (asking or not (serving.given or services)):
            does = "listens" if serving.given else "listens by default"
            yield Problem(
                serving.where,
                f"{serving.program} {does} on {serving.host}, where nobody outside of the container reaches it:"
                f" {serving.remedy}",
                related=[*asking, *_by(serving.by)],
            )


@check(on=Build, words=(*SERVERS, "dotnet"))
def exposed_port_not_of_command(build: Build) -> Problems:
    """EXPOSE with a port on which the server that the image starts does not listen."""
    if build.services and not build.runners():
        return
    for stage in build.graph.shipped:
        image = OwnImage.of_stage(stage)
        exposed = [known for known in image.exposed or () if known.value.protocol == "tcp"]
        serving = build.serves(image) if len(exposed) == 1 else None
        port = serving.port if serving is not None else None
        where = exposed[0].where if exposed else None
        if serving is None and where is not None and _holds(exposed[0], 80):
            yield from _of_dotnet(build, image, where)
        if serving is None or port is None or where is None or _holds(exposed[0], port):
            continue
        yield Problem(
            where,
            f"The image exposes port {exposed[0].value.first}, but {serving.program} listens on {port}",
            related=[Related(serving.where, "What it starts"), *_by(serving.by)],
        )


@check(on=Build, words=SERVERS)
def image_healthcheck_port_wrong(build: Build) -> Problems:
    """HEALTHCHECK that asks a port on which the server that the image starts does not listen."""
    if build.services and not build.runners():
        return
    for stage in build.graph.shipped:
        image = OwnImage.of_stage(stage)
        health = image.healthcheck
        where = health.where if health is not None and health.own else None
        asked = ports_on_loopback(where.raw) if where is not None and "$" not in where.raw else []
        serving = build.serves(image) if len({port for port, _ in asked}) == 1 else None
        port = serving.port if serving is not None else None
        if where is None or serving is None or port is None or port == asked[0][0]:
            continue
        # A port that stands elsewhere as well may be opened by the program for its checks alone.
        text = str(asked[0][0])
        others = (node.raw for node, _ in image.own_instructions() if node.span != where.span)
        if not any(text in _NUMBER.findall(raw) for raw in others):
            yield Problem(
                where.part(*(where.span[0] + offset for offset in asked[0][1])),
                f"The check asks port {text}, but {serving.program} listens on {port}, so that it always fails",
                related=[Related(serving.where, "What it starts")],
            )


def _of_dotnet(build: Build, image: OwnImage, where: Node) -> Problems:
    """EXPOSE 80 for a web application that listens where .NET's image says."""
    ports = dotnet_ports(image, build.project)
    told = any(one.env_files or any(moves_dotnet(each.name) for each in one.environment) for one in build.services)
    if ports and not told:
        yield Problem(where, f"The image exposes port 80, but {image.base_name} listens on {ports}")


def _asking(services: Sequence[Service], exposed: Sequence[Known[ExposedPort]]) -> list[Related]:
    """Who is to reach the program: a published port, or one that the image exposes."""
    published = next((port for service in services for port in service.ports), None)
    if published is not None:
        return [Related(published, "This is to reach it")]
    where = exposed[0].where if exposed else None
    return related_to(where, "This is to reach it")


def _by(places: Sequence[Node]) -> list[Related]:
    return [Related(place, "It is started by way of this") for place in places]


def _holds(known: Known[ExposedPort], port: int) -> bool:
    return known.value.first <= port <= known.value.last
