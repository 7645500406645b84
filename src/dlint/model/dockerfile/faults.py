"""What the builder refuses about a Dockerfile because of other stages, or of what its variables hold.

Source: BuildKit, ``frontend/dockerfile/dockerfile2llb``. Only what is sure: a name whose value nobody can know here
never makes a fault. The kinds are those of ``syntax/dockerfile/validate`` and ``bad-stage``.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.model.dockerfile.graph import StageGraph
from dlint.model.dockerfile.stage import Stage
from dlint.source import Node
from dlint.syntax import image
from dlint.syntax.dockerfile import values, words
from dlint.syntax.dockerfile.grammar import MOUNT_TYPES
from dlint.syntax.dockerfile.nodes import Word
from dlint.syntax.dockerfile.parser import (
    Add,
    Copy,
    Fault,
    Instruction,
    Mount,
    Onbuild,
    Run,
    Stopsignal,
    User,
    Volume,
    Workdir,
)
from dlint.syntax.dockerfile.validate.base import Faults, fault, missing
from dlint.syntax.dockerfile.validate.file import doubted, template_line


def faults_of(graph: StageGraph) -> list[Fault]:
    """Every such fault, by place."""
    found = [_failed(word, reason) for word, reason in graph.globals.errors if _new(word)]
    for stage in graph.stages:
        found += _from(stage)
        for index, instruction in enumerate(stage.instructions):
            if instruction.flags and type(instruction) is Copy:
                found += _copy(stage, instruction)
            elif instruction.flags and type(instruction) is Run:
                for mount in instruction.mounts:
                    found += _mount(stage, mount, index)
            elif type(instruction) is Stopsignal and stage.os == "windows" and instruction.signal is not None:
                message = "STOPSIGNAL is refused for Windows images, whose containers know no signals; leave it out"
                found.append(fault(instruction.signal, "bad-signal", message))
                continue
            if "$" in instruction.text:
                found += _variables(stage, instruction, index)
        if "$" in stage.raw:
            found += [_failed(word, reason) for word, reason in stage.history.errors if _new(word)]
    if "SOURCE_DATE_EPOCH" in graph.globals.bindings:
        from dlint.model.dockerfile import source_date

        found += source_date.faults_of(graph)
    if found and template_line(graph.dockerfile) is not None:
        # That it is one is reported with its instructions; nothing else need be as it is when it is built.
        return []
    found.sort(key=lambda item: item.span)
    return doubted(graph.dockerfile, found)


def _new(word: Word) -> bool:
    """Whether the fault shows only now that values are known."""
    return words.check(word.text, word.escape) is None


def _failed(word: Node, reason: str) -> Fault:
    return fault(word, "bad-variable", f"The builder cannot expand `{word.raw[:60]}`: {missing(word.raw, reason)}")


def _from(stage: Stage) -> Faults:
    """The image and the platform with their variables expanded, and what the base stage left to be done."""
    scope = stage.graph.globals
    word = stage.from_.image
    if word is not None and word.literal is None and _new(word):
        expansion = scope.expand(word)
        if expansion.error is not None:
            yield _failed(word, expansion.error)
        elif expansion.value is not None and stage.base is None:
            reference = image.parse(expansion.value)
            reason = "it is empty" if reference is None else reference.error
            if reason is not None:
                yield fault(word, "bad-image", f"The builder refuses this image, {expansion.value!r}: {reason}")
    platform = stage.from_.platform
    if platform is not None and platform.text and platform.literal is None and _new(platform):
        expansion = scope.expand(platform)
        if expansion.error is not None:
            yield _failed(platform, expansion.error)
        elif expansion.value is not None:
            reason = values.platform_problem(expansion.value) if expansion.value else "it is empty"
            if reason is not None:
                yield fault(platform, "bad-flag-value", f"The builder refuses this platform: {reason}")
    if stage.base is not None and word is not None:
        faults_at = stage.graph.faults_at
        for onbuild in stage.base.of(Onbuild):
            trigger = onbuild.trigger
            for found in faults_at(trigger) if trigger is not None and not faults_at(onbuild) else ():
                message = f"An ONBUILD of the stage {word.text} fails here: {found.message}"
                yield Fault(word.source, word.span, "bad-onbuild", message, related=found)


def _copy(stage: Stage, copy: Copy) -> Faults:
    word = copy.from_
    if word is None or "$" in word.text:
        return
    source = stage.source_of(copy)
    if stage.outside_source(copy) is not None:
        return
    if source is not None:
        yield from _order(stage, source, word, "copy")
    elif word.text.lstrip("+-").isdecimal():
        message = f"There is no stage {word.text}; stages count from 0 to {len(stage.graph.stages) - 1}"
        yield fault(word, "bad-stage", message)
    else:
        yield from _image(word)


def _order(stage: Stage, source: Stage, word: Node, verb: str) -> Faults:
    if source is stage:
        yield fault(word, "bad-stage", f"A stage cannot {verb} from itself; name another stage or an image")
    elif source.index > stage.index:
        message = f"A stage can only {verb} from stages above it; move the stage {word.raw} up"
        yield fault(word, "bad-stage", message)


def _image(word: Word) -> Faults:
    reference = image.parse(word.text)
    if reference is not None and reference.error is not None:
        message = f"{word.text} is neither a stage nor an image: {reference.error}"
        yield fault(word, "bad-image", message)


def _mount(stage: Stage, mount: Mount, index: int) -> Faults:
    option = mount.option("from")
    if option is not None and option.value is not None and option.value.text and "$" not in option.value.text:
        source = stage.source_of(mount)
        if source is not None:
            yield from _order(stage, source, option.value, "mount")
        else:
            yield from _image(option.value)
    lookup = stage.lookup(index)
    kind = mount.option("type")
    if kind is not None and kind.value is not None and kind.value.literal is None:
        expansion = words.expand(kind.value.text, lookup, escape=kind.value.escape)
        if expansion.value is not None and expansion.value.lower() not in MOUNT_TYPES:
            message = f"There is no mount type {expansion.value or 'without a name'}, only {', '.join(MOUNT_TYPES)}"
            yield fault(kind.value, "bad-mount", message)
            return
    if mount.csv_error is None and mount.type in ("bind", "cache", "tmpfs"):
        yield from _target(stage, mount, index)


def _target(stage: Stage, mount: Mount, index: int) -> Faults:
    """A target that, seen from the working directory, is the root directory."""
    option = mount.option("target")
    target: str | None = ""
    if option is not None and option.value is not None:
        target = option.value.literal
        if target is None:
            target = words.expand(option.value.text, stage.lookup(index), escape=option.value.escape).value
        elif target.startswith("/"):
            return
    directory = stage.workdir_at(index)
    if target is None or (not target.startswith("/") and not isinstance(directory, str)):
        return
    path = posixpath.normpath(posixpath.join(str(directory), target))
    if not path.strip("/"):
        what = "A mount needs a target" if not target else "A mount cannot cover the root directory"
        yield fault(option or mount, "bad-mount", f"{what}; name a directory below /")


_EXPANDED = (Add, Copy, Stopsignal, User, Volume, Workdir)


def _variables(stage: Stage, instruction: Instruction, index: int) -> Iterator[Fault]:
    """Words whose expansion fails, or that expand to nothing where something must stand."""
    if not isinstance(instruction, _EXPANDED):
        return
    flags = [flag.value for flag in instruction.flags if flag.value is not None and flag.value.escape]
    for word in (*instruction.words, *flags):
        if "$" not in word.text or not _new(word):
            continue
        expansion = stage.expand(word, index)
        if expansion.error is not None:
            yield _failed(word, expansion.error)
        elif expansion.value is None:
            continue
        elif isinstance(instruction, Volume) and not expansion.value:
            yield fault(word, "bad-path", f"VOLUME needs a path; {word.text} expands to nothing")
        elif isinstance(instruction, Stopsignal) and values.signal_problem(expansion.value):
            yield fault(word, "bad-signal", f"STOPSIGNAL cannot take {word.text}, which is {expansion.value!r} here")
