"""What of the newer syntax a Dockerfile uses, and the version its ``syntax`` directive pins.

The versions are data, in ``grammar.py``; here is only how each feature is recognised.
"""

from __future__ import annotations

from collections.abc import Iterator

from dlint.lazy import NamedTuple, pattern
from dlint.source import Node
from dlint.syntax.dockerfile import values
from dlint.syntax.dockerfile.grammar import FEATURES, FLAGS, Feature
from dlint.syntax.dockerfile.parser import Add, Arg, Copy, Dockerfile, From, Instruction, Onbuild, Run, Word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_IMAGE = pattern(r"(?:[^\s@]*/)?docker/dockerfile(?:-upstream)?(?::([^\s@]+))?(?:@\S+)?\Z")
_VERSION = pattern(r"v?(1)\.([0-9]{1,4})(?:\.[0-9]+)?(-labs)?\Z")


class Pinned(NamedTuple):
    """The version of the frontend that a file is read by, ``1.minor``, and whether of the labs channel."""

    minor: int
    labs: bool

    def __str__(self) -> str:
        return f"1.{self.minor}{'-labs' if self.labs else ''}"


def is_official(syntax: str) -> bool:
    """Whether the image of a ``syntax`` directive is Docker's own frontend, perhaps from a mirror."""
    return _IMAGE.match(syntax) is not None


def pinned(syntax: str | None) -> Pinned | None:
    """The version a ``syntax`` directive pins; ``None`` if it follows new versions, or is another frontend's."""
    match = _IMAGE.match(syntax) if syntax else None
    version = _VERSION.match(match[1]) if match is not None and match[1] else None
    return Pinned(int(version[2]), bool(version[3])) if version is not None else None


def needs(since: str, labs: str | None, version: Pinned) -> str | None:
    """The version that something needs, ``None`` if ``version`` has it."""
    if since == "labs" and not version.labs:
        return f"{labs}-labs"
    wanted = labs if version.labs and labs is not None else since
    if int(wanted.partition(".")[2]) <= version.minor:
        return None
    return f"{wanted}-labs" if version.labs else wanted


class Newer(NamedTuple):
    """A place that uses something newer than the pinned version: what it is, and the version it needs."""

    where: Node
    what: str
    wanted: str
    pinned: str


def newer(file: Dockerfile) -> list[Newer]:
    """What the version that the file pins does not know; nothing without such a version."""
    version = pinned(file.syntax)
    if version is None:
        return []
    found = ((where, what, needs(since, labs, version)) for where, what, since, labs in used(file))
    return [Newer(where, what, wanted, str(version)) for where, what, wanted in found if wanted is not None]


def used(file: Dockerfile) -> Iterator[tuple[Node, str, str, str | None]]:
    """What a file uses of the newer syntax: place, what it is, ``since`` and ``labs``."""
    for directive in file.directives:
        if directive.name == "check":
            yield directive, *FEATURES["check-directive"]
    before_from = True
    for instruction in file.instructions:
        before_from = before_from and not isinstance(instruction, From)
        if before_from and isinstance(instruction, Arg):
            yield from _source_date(instruction)
        if isinstance(instruction, Onbuild) and instruction.trigger is not None:
            yield from _later(instruction.trigger)
            instruction = instruction.trigger
        yield from _flags(instruction)
        for where, key in _in(instruction):
            yield where, *FEATURES[key]


def _flags(instruction: Instruction) -> Iterator[tuple[Node, str, str, str | None]]:
    rules = FLAGS.get(instruction.name, {})
    for flag in instruction.flags:
        rule = rules.get(flag.name)
        if rule is not None and rule.since is not None:
            yield flag.name_node, f"{instruction.name} --{flag.name}", rule.since, rule.labs


def _later(trigger: Instruction) -> Iterator[tuple[Node, str, str, str | None]]:
    origin: Node | None = None
    if isinstance(trigger, Copy):
        origin = trigger.from_
    elif isinstance(trigger, Run) and trigger.flags:
        origin = next((option for mount in trigger.mounts if (option := mount.option("from")) is not None), None)
    if origin is not None:
        yield origin, *FEATURES["onbuild-from"]


def _source_date(arg: Arg) -> Iterator[tuple[Node, str, str, str | None]]:
    for pair in arg.pairs:
        literal = pair.value.literal if pair.value is not None else None
        if pair.key.text == "SOURCE_DATE_EPOCH" and literal and not literal.lstrip("+-").isdecimal():
            yield pair, *FEATURES["source-date"]


_MODIFIERS: Final = {
    "-": "plain-modifier", "+": "plain-modifier", "?": "plain-modifier", "#": "pattern-modifier",
    "##": "pattern-modifier", "%": "pattern-modifier", "%%": "pattern-modifier", "/": "pattern-modifier",
    "//": "pattern-modifier",
}  # fmt: skip
_NAMES: Final = {"TARGETSTAGE": "target-stage", "TARGETOSVERSION": "os-version", "BUILDOSVERSION": "os-version"}


def _in(instruction: Instruction) -> Iterator[tuple[Node, str]]:
    """The features of one instruction, by their key."""
    for heredoc in instruction.heredocs:
        yield heredoc.opener, "heredoc"
    if isinstance(instruction, Arg):
        if len(instruction.pairs) > 1:
            yield instruction.pairs[1], "several-args"
        for pair in instruction.pairs:
            if pair.key.text in _NAMES:
                yield pair.key, _NAMES[pair.key.text]
    if isinstance(instruction, Add | Copy):
        yield from _transfer(instruction)
    if isinstance(instruction, Run) and instruction.flags:
        for mount in instruction.mounts:
            for field in mount.fields:
                if field.value is not None and field.value.variables:
                    yield field.value, "mount-variable"
            option = mount.option("env")
            if option is not None and mount.type == "secret":
                yield option, "secret-env"
    if "$" in instruction.text:
        for word in _words(instruction):
            for use in word.variables:
                if use.operator in _MODIFIERS:
                    yield word.at(use.start, use.end), _MODIFIERS[use.operator]
                if use.name in _NAMES:
                    yield word.at(use.start, use.end), _NAMES[use.name]


def _words(instruction: Instruction) -> Iterator[Word]:
    yield from (flag.value for flag in instruction.flags if flag.value is not None and flag.value.escape)
    if isinstance(instruction, From):
        if instruction.image is not None:
            yield instruction.image
    elif isinstance(instruction, Arg):
        yield from (pair.value for pair in instruction.pairs if pair.value is not None)
    elif instruction.expands:
        yield from instruction.words


def _transfer(node: Add | Copy) -> Iterator[tuple[Node, str]]:
    mode = node.flag("chmod")
    if mode is not None and mode.value is not None:
        literal = mode.value.literal
        if literal is None:
            yield mode.value, "chmod-variable"
        elif literal and not literal.isdecimal():
            yield mode.value, "symbolic-chmod"
    if isinstance(node, Copy):
        return
    for source in node.sources:
        literal = source.literal
        if literal and values.is_git(literal):
            yield source, "git-source"
            if "?" in literal.partition("#")[0]:
                yield source, "git-query"
            if node.flag("checksum") is not None:
                yield source, "git-checksum"


__all__ = ["Feature", "Pinned", "is_official", "needs", "newer", "pinned", "used"]
