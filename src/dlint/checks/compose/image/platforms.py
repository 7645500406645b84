"""The platform that a service asks for, and the one that its Dockerfile builds for."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.api import Node, Problem, Problems, Related, check, pattern
from dlint.api.compilers import makes_machine_code
from dlint.api.compose import BuildRequest, ComposeModel, Service, architecture

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.api.build import Instruction, Stage

_FOR_ANOTHER = ("GOARCH", "--target", "CROSS", "triple")
_GO = pattern(r"\bGOARCH[= ]([a-z0-9]+)\b")
_TRIPLE = pattern(r"--target[= ](x86_64|aarch64|armv7|i686)-[a-z0-9-]+")


def _machine(platform: str) -> str | None:
    parts = platform.lower().split("/")
    name = parts[1] if len(parts) > 1 else ""
    return architecture(name) or None


@check(on=BuildRequest, keys=("build",), blames=True)
def platform_differs(service: Service, model: ComposeModel) -> Problems:
    """A ``platform``, or one that is built for, other than the one that the Dockerfile is fixed to."""
    if service.build is None or not service.ships:
        return
    asked = [service.platform] if service.platform is not None else service.build.platforms
    wanted = {machine: node for node in reversed(asked) if node.literal and (machine := _machine(node.literal))}
    image = model.image_of(service) if wanted else None
    if image is None or image.stage is None:
        return
    fixed = [*_fixed(image.stage)]
    fitting = {machine for _, machine, _ in fixed}
    wrong = [node for machine, node in wanted.items() if fixed and machine not in fitting]
    if wrong:
        where, machine, what = fixed[0]
        first = min(wrong, key=lambda node: node.span)
        message = f"{service.title} is to run on {first.literal}, and {what} {machine}"
        yield Problem(first.place, message, related=[Related(where, "Fixed here")])
    elif len(wanted) > 1 and (place := _made_for_builder(image.stage)) is not None:
        first = min(wanted.values(), key=lambda node: node.span)
        message = (
            f"{service.title} is built for {len(wanted)} kinds of machines, and all get the base image of the one that"
            " builds: leave --platform out at the last stage"
        )
        yield Problem(first.place, message, related=[Related(place, "This is the machine that builds")])


def _made_for_builder(stage: Stage) -> Node | None:
    """``--platform=$BUILDPLATFORM`` at the base of what is shipped."""
    word = stage.root.from_.platform
    if word is None or stage.root.scratch or word.raw.strip("${}") != "BUILDPLATFORM":
        return None
    return word


@check(on=Service, keys=("platform",))
def platform_not_built(service: Service) -> Problems:
    """A ``platform`` that is none of ``build.platforms``, which Compose refuses."""
    node, build = service.platform, service.build
    if node is None or not node.literal or build is None or not build.platforms:
        return
    listed = [one.literal for one in build.platforms]
    if None not in listed and node.literal not in listed:
        yield Problem(
            node.place,
            f"Service {service.name} is to run on {node.literal}, which is none of the platforms that it is built for",
            related=[Related(build.platforms[0], "They are listed here")],
        )


def _fixed(stage: Stage) -> Iterator[tuple[Node, str, str]]:
    """What ties an image to one machine, with the place: its base, or a program that a stage builds for it."""
    for at in stage.lineage:
        word, machine = _pulled_for(at)
        if word is not None and machine is not None:
            yield word, machine, "its image is built from one for"
    for at in stage.lineage:
        for source in sorted(at.copied_from, key=lambda one: one.index):
            for other in source.lineage:
                word, machine = _pulled_for(other.root)
                for node in other.instructions[1:]:
                    if word is not None and machine is not None and _compiles(node, other):
                        yield word, machine, "the program that it copies is built on and for"
                    for match in (_GO if "GOARCH" in node.raw else _TRIPLE).finditer(node.raw):
                        yield node, architecture(match[1]), "the program that it copies is built for"


def _compiles(node: Instruction, stage: Stage) -> bool:
    """Whether an instruction compiles, and nothing in it says for another machine."""
    if node.name != "RUN" or any(word in node.raw for word in _FOR_ANOTHER):
        return False
    script = stage.script(node)
    return script is not None and any(makes_machine_code(command) for command in script.commands)


def _pulled_for(stage: Stage) -> tuple[Node | None, str | None]:
    """The ``--platform`` of a stage, and the machine that it names, if that is known."""
    word = stage.from_.platform
    platform = stage.graph.globals.expand(word).value if word is not None else None
    return word, _machine(platform) if platform else None
