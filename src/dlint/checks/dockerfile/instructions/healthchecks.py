"""HEALTHCHECK and the programs it needs."""

from __future__ import annotations

import posixpath

from dlint.api import Node, Problem, Problems, Related, check, pattern
from dlint.api.dockerfile import (
    MANAGERS,
    Add,
    Cmd,
    Copy,
    Entrypoint,
    Healthcheck,
    ImageRef,
    Instruction,
    Run,
    Script,
    Stage,
    made_by,
)  # fmt: skip

_TOOLS = ("curl", "wget")
_BOTH = frozenset(_TOOLS)
_NO_CURL = frozenset(("curl",))
_SYSTEMS = ("debian", "ubuntu")
_SLIM = ("debian", "node", "perl", "python", "ruby", "rust")
_ALPINE = ("alpine", "golang", "node", "python", "ruby", "rust")
_DOTNET = pattern(r"mcr\.microsoft\.com/dotnet/(?:aspnet|runtime|runtime-deps)")
_DOTNET_TAG = pattern(r"(?:[89]|1\d)\.0(?!.*(?:alpine|windows|nanoserver|servercore))")
# Packages that bring one of the programs along.
_BRINGS = pattern(
    r"chrom|alpine-sdk|abuild|playwright|install-deps|devscripts|\.deb\b|snapd|ansible|texlive|libreoffice"
)
# They fetch packages without an install command.
_RUNNERS = ("corepack", "npx")
_FOLDERS = ("/", "/bin", "/usr", "/usr/bin", "/usr/local", "/usr/local/bin", "/sbin", "/usr/sbin", "/usr/local/sbin")


@check(on=Healthcheck)
def healthcheck_tool_missing(healthcheck: Healthcheck, stage: Stage) -> Problems:
    """A HEALTHCHECK with curl or wget in a shipped image that has no such program."""
    image = stage.root.image
    if stage.os == "windows" or (image is None and not stage.root.scratch):
        return
    called = _called(healthcheck, stage)
    if called is None or called[1] not in _lacks(image):
        return
    where, tool = called
    for shipped in stage.graph.shipped:
        if shipped.last(Healthcheck) is not healthcheck:
            continue
        if not any(_may_bring(node, at, tool) for node, at in made_by(shipped)):
            base = stage.root.from_.image or stage.root.from_.keyword
            name = image.familiar if image is not None else "scratch"
            message = (
                f"Nothing puts {tool} into this image, so the check always fails: install it, or use a program it has"
            )
            yield Problem(where, message, related=[Related(base, f"{name} comes without {tool}")])
            return


def _called(healthcheck: Healthcheck, stage: Stage) -> tuple[Node, str] | None:
    """The word that names the program a check calls first, and that program, if it is curl or wget."""
    command = healthcheck.command
    if command is None:
        return None
    if command.json:
        words = command.words
        name = posixpath.basename(words[0].value) if words else ""
        if name in _TOOLS:
            return words[0], name
        if name in ("sh", "bash", "ash") and len(words) > 2 and words[1].value == "-c":
            first = words[2].value.partition(" ")[0]
            return (words[2], first) if first in _TOOLS else None
        return None
    script: Script | None = stage.script(healthcheck)
    if script is None or not script.posix or not script.commands:
        return None
    first_command = script.commands[0]
    if first_command.name in _TOOLS and not first_command.conditional:
        return first_command.name_node, first_command.name
    return None


def _lacks(image: ImageRef | None) -> frozenset[str]:
    """Which of the programs an image is known to come without; None stands for scratch."""
    if image is None:
        return _BOTH
    name, tag = image.familiar, image.tag or ""
    if "debug" in tag:
        return frozenset()
    if name in _SYSTEMS or (name in _SLIM and "slim" in tag) or name.startswith("gcr.io/distroless/"):
        return _BOTH
    if _DOTNET.fullmatch(name) and _DOTNET_TAG.match(tag):
        return _BOTH
    if name in _ALPINE and (name == "alpine" or "alpine" in tag):
        return _NO_CURL
    return frozenset()


def _may_bring(node: Instruction, stage: Stage, tool: str) -> bool:
    """Whether an instruction puts a program into the image, or may for all that can be seen."""
    if isinstance(node, (Healthcheck, Cmd, Entrypoint)):
        return False
    if isinstance(node, (Copy, Add)):
        return tool in node.raw or _is_for_programs(node)
    if not isinstance(node, Run):
        return False
    script = stage.script(node)
    if tool in node.raw or script is None or not script.posix or script.has_error:
        return True
    return any(
        _is_script(command.name_node.raw, [word.text for word in command.words])
        or "xargs" in command.via
        or (
            (command.tool in MANAGERS or command.name in _RUNNERS)
            and ("$" in command.raw or _BRINGS.search(command.raw) is not None)
        )
        for command in script.commands
    )


def _is_for_programs(node: Copy | Add) -> bool:
    """Whether a whole folder, or a packed file, goes where programs lie."""
    to = node.destination.literal if node.destination is not None else None
    return to is None or posixpath.normpath(to) in _FOLDERS


_SYSTEM = ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/")
_SHELLS = ("sh", "bash", "ash", "dash", "source", ".")


def _is_script(name: str, words: list[str]) -> bool:
    """Whether a command runs a script that lies outside of the Dockerfile."""
    if name.endswith((".sh", ".bash")) or name.startswith(("./", "$")) or name in ("make", "ansible-playbook"):
        return True
    if name.startswith("/") and not name.startswith(_SYSTEM):
        return True
    return name.rpartition("/")[2] in _SHELLS and "-c" not in words
