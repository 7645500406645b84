"""COPY and ADD: which of the two, from where, and to where."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dlint.api import Fix, Node, Problem, Problems, Related, check, pattern
from dlint.api.dockerfile import (
    Add,
    Copy,
    Image,
    Instruction,
    Onbuild,
    Run,
    ShellCommand,
    Stage,
    StageGraph,
    Word,
    Workdir,
    closest,
    commands_of,
    value_of,
)

_ARCHIVES = (
    ".tar", ".tbz", ".tbz2", ".tgz", ".tgz2", ".tlz", ".tlz2", ".txz", ".txz2", ".tb2", ".tpz", ".tzst", ".gz", ".bz2",
    ".xz", ".lz", ".lzma", ".zst", ".z",
)  # fmt: skip
_ENDING = pattern(r"(?:^|/)(?:\.[^/]*|[^/]+\.[A-Za-z][\w-]*|\.*)/?$|/$")
_WILDCARDS = frozenset("*?[")
_GIT = pattern(r"(?:git|ssh)://|[\w.-]+@[\w.-]+:|https?://[^?#]*\.git(?:[?#/]|$)")
_URL = ("http://", "https://")


@check(on=Add, onbuild=True)
def add_instead_of_copy(add: Add, stage: Stage) -> Problems:
    """ADD of files that COPY would do for."""
    texts = [value_of(word, add, stage) for word in add.sources]
    plain = [text for text in texts if text is not None and not _special(text) and not _is_archive(text, add, stage)]
    if not plain or len(add.words) < 2:
        return
    fix = None
    if len(plain) == len(texts) and not any(flag.name in ("checksum", "keep-git-dir", "unpack") for flag in add.flags):
        fix = _use_copy(add, stage, plain)
    yield Problem(add.keyword, f"Use COPY for {plain[0]}: ADD is for archives, URLs and git", fix=fix)


def _use_copy(add: Add, stage: Stage, sources: list[str]) -> Fix:
    """The fix that makes it COPY: safe if no source can be an archive, going by its content or by its name."""
    keyword = "COPY" if add.keyword.raw.isupper() else "copy"
    doubtful = [text for text in sources if _is_archive(text, add, stage) is None and not _ENDING.search(text)]
    doubtful += [text for text in sources if not _WILDCARDS.isdisjoint(text) and text not in doubtful]
    title = f"Use COPY; if {doubtful[0]} is an archive, it is no longer unpacked" if doubtful else "Use COPY"
    return Fix(title, add.keyword.replace(keyword), safe=not doubtful)


def _is_archive(source: str, add: Add, stage: Stage) -> bool | None:
    """Whether ADD would unpack a source; None if nothing is known of it. A trigger has the context of a later build."""
    context = stage.graph.context
    if context is None or add.onbuild is not None or not _WILDCARDS.isdisjoint(source):
        return None
    return context.is_archive(source.lstrip("/"))


def _special(source: str) -> bool:
    """Whether ADD does more with a source than COPY would."""
    # Most are plain paths, in which there is nothing that a URL has.
    remote = ":" in source and (source.startswith(_URL) or _is_hashed(source) or _GIT.match(source) is not None)
    return remote or source.lower().endswith(_ARCHIVES)


def _is_hashed(source: str) -> bool:
    """Whether it is what `docker history` prints for a source."""
    kind, _, number = source.partition(":")
    return kind in ("file", "dir", "multi") and len(number) == 64 and not number.strip("0123456789abcdef")


@check(on=Add, onbuild=True)
def add_url_without_checksum(add: Add, stage: Stage) -> Problems:
    """ADD of a URL whose contents nothing verifies."""
    if add.flag("checksum") is not None:
        return
    for word in add.sources:
        text = value_of(word, add, stage) or word.value
        if text.startswith(_URL) and not _GIT.match(text):
            yield Problem(word, "Verify the download: add --checksum=sha256:…, so that other contents fail the build")


@check(on=(Copy, Run), onbuild=True, words=("from=",))
def copy_from_unknown_stage(node: Copy | Run, stage: Stage, *, every: bool = False) -> Problems:
    """COPY or a mount from nearly a stage's name; with ``every`` COPY from what is neither stage nor image."""
    if isinstance(node, Copy):
        yield from _from_unknown(node.from_, stage, every)
        return
    for mount in node.mounts:
        option = mount.option("from")
        yield from _from_unknown(option.value if option is not None else None, stage, False)


def _from_unknown(word: Word | None, stage: Stage, every: bool) -> Problems:
    if word is None or word.variables or ":" in word.value or "@" in word.value or "$" in word.value:
        return
    name = word.value
    if name.isdecimal() or stage.graph.find(name) is not None or stage.graph.outside_of(name) is not None:
        return
    # A context of nearly that name is reported where it is given in vain.
    known = [*(one.name for one in stage.graph.stages if one.name), *(stage.graph.contexts if every else ())]
    near = closest(name, known)
    if near is None and not every:
        return
    hint = f", did you mean {near}?" if near else f": correct the name, or write {name}:TAG if it is an image"
    yield Problem(word, f"No stage is called {name}{hint}")


@check(on=Copy, having=("from_",))
def copy_from_stage_number(copy: Copy, stage: Stage) -> Problems:
    """COPY --from=0, which another FROM above makes wrong."""
    word = copy.from_
    if word is None or not word.value.isdecimal():
        return
    source = stage.source_of(copy)
    if source is None or source.index >= stage.index:
        return
    written = source.from_.stage_name
    fix = Fix(f"Name the stage {written.text}", word.replace(written.text)) if written is not None else None
    if written is None:
        message = f"Give the stage a name with AS and use that: {word.value} is another stage when one is added above"
    else:
        message = f"Name the stage {written.text}: {word.value} is another stage when one is added above"
    related = [Related(source.from_.image or source.from_.keyword, "The stage that the number means")]
    yield Problem(word, message, fix=fix, related=related)


@check(on=Copy, onbuild=True, having=("from_",))
def copy_whole_root(copy: Copy, stage: Stage) -> Problems:
    """COPY --from=… / /, which takes over everything."""
    target = copy.destination
    if copy.from_ is None or target is None or value_of(target, copy, stage) != "/":
        return
    for word in copy.sources:
        if value_of(word, copy, stage) == "/":
            yield Problem(
                word, f"Copy only the paths you need from {copy.from_.value} instead of its whole file system"
            )


@check(on=StageGraph, words=("copy", "add"))
def copy_to_relative_path(
    graph: StageGraph, *, add: bool = True, scratch: bool = False, known_images: bool = False
) -> Problems:
    """COPY or ADD to a relative path in whatever working directory the base image has.

    ``add``: ADD too; ``scratch``: also of the empty image; ``known_images``: also of those that are known to set one.
    """
    kinds = (Copy, Add) if add else (Copy,)
    stages = (graph.outside, *graph.stages)
    if not any(
        _relative_target(node, stage, kinds) for stage in stages for node in map(_run_later, stage.instructions)
    ):
        return
    settled: set[Stage] = set()
    for stage in stages:
        known = stage.base in settled or (stage.scratch and not scratch)
        known = known or (not known_images and _base_sets_workdir(stage))
        for instruction in map(_run_later, stage.instructions):
            if isinstance(instruction, Workdir):
                known = True
            elif not known and (found := _relative_target(instruction, stage, kinds)):
                target, path = found
                message = f"Set WORKDIR first, or copy to an absolute path: nothing here says where {path} is"
                yield Problem(target, message)
        if known:
            settled.add(stage)


def _base_sets_workdir(stage: Stage) -> bool:
    """Whether the image below a stage is known to have a working directory of its own."""
    text = stage.base_text if stage.base is None and stage.outside is None else None
    image = Image.named(text, None) if text else None
    folder = image.workdir if image is not None else None
    return folder is not None and folder.value != "/"


def _relative_target(node: Instruction, stage: Stage, kinds: tuple[type[Copy | Add], ...]) -> tuple[Word, str] | None:
    """Where a COPY or ADD goes to if that is a relative path, and the path."""
    target = node.destination if isinstance(node, kinds) else None
    path = value_of(target, node, stage) if target is not None else None
    return (target, path) if target is not None and path and not _is_absolute(path) else None


def _is_absolute(path: str) -> bool:
    """Whether it starts at the root of a file system, of Linux or of Windows."""
    return path[0] in "/\\" or (path[1:2] == ":" and path[0].isascii() and path[0].isalpha())


def _run_later(node: Instruction) -> Instruction:
    """The trigger of an ONBUILD, else the instruction itself: both come before a later trigger."""
    return (node.trigger or node) if type(node) is Onbuild else node


@check(on=(Copy, Add), onbuild=True)
def copy_source_outside_context(transfer: Copy | Add, stage: Stage) -> Problems:
    """A source that climbs out of the build context with ``..``."""
    if transfer.flag("from") is not None:
        return
    for word in transfer.sources:
        text = value_of(word, transfer, stage)
        if text is not None and _climbs(text):
            yield Problem(word, f"Move {text} into the build context: the builder cuts off the .. and looks inside it")


def _climbs(path: str) -> bool:
    """Whether a relative path leaves the directory it starts from."""
    if path.startswith("/") or "://" in path or ".." not in path:
        return False
    depth = 0
    for part in re.split(r"[/\\]", path):
        depth += -1 if part == ".." else (part not in ("", "."))
        if depth < 0:
            return True
    return False


@check(on=(Copy, Add), onbuild=True)
def copy_several_without_slash(transfer: Copy | Add, stage: Stage, *, dot: bool = False) -> Problems:
    """Several sources and a target that does not end in a slash."""
    target = transfer.destination
    if (
        target is None
        or len(transfer.words) < 3
        or any(fault.kind == "bad-variable" for fault in stage.graph.faults_at(transfer))
    ):
        return
    if any(word.text == "#" for word in transfer.words):
        return  # A comment that is none; another rule tells it.
    path = value_of(target, transfer, stage)
    if not path or path.endswith(("/", "\\")) or (not dot and re.search(r"(?:^|[/\\])\.\.?$", path)):
        return
    plain = target.json or target.text == target.value
    fix = Fix("End the target with a slash", target.insert_after("/")) if plain and path == target.value else None
    yield Problem(target, f"Write {path}/ with a slash: several sources need a directory as their target", fix=fix)


@check(on=StageGraph, words=("copy",))
def copy_then_extract(graph: StageGraph) -> Problems:
    """COPY of an archive that a later RUN of the stage unpacks, where ADD would have done both."""
    for stage in (graph.outside, *graph.stages):
        yield from _extracted(stage)


def _extracted(stage: Stage) -> Problems:
    archives: dict[str, tuple[Copy, Word]] = {}
    for instruction in stage.instructions:
        if type(instruction) is Copy and instruction.from_ is None:
            for name, word in _archives(instruction, stage):
                archives.setdefault(name, (instruction, word))
        elif archives and type(instruction) is Run:
            for command in commands_of(instruction, stage):
                for name, place in _unpacked(command):
                    if name in archives:
                        _, word = archives.pop(name)
                        related = [Related(place, "Unpacked here")]
                        yield Problem(word, f"Use ADD for {name}, which unpacks it and leaves no copy", related=related)


_UNPACKABLE = (
    ".tar", ".tar.zst", ".tbz", ".tbz2", ".tgz", ".tgz2", ".tlz", ".tlz2", ".txz", ".txz2", ".tZ", ".tpz", ".tb2",
    ".gz", ".bz2", ".xz", ".lz", ".lzma", ".Z",
)  # fmt: skip


def _archives(copy: Copy, stage: Stage) -> Iterator[tuple[str, Word]]:
    """The sources of a COPY that are archives by the name they have or get, with that name."""
    if "." not in copy.text and "$" not in copy.text:
        return
    target = copy.destination
    renamed = _base(_named(target, copy, stage)) if target is not None else ""
    for word in copy.sources:
        name = renamed if renamed.endswith(_UNPACKABLE) else _base(_named(word, copy, stage))
        if name.endswith(_UNPACKABLE):
            yield name, word


def _base(path: str) -> str:
    """The last part of a path as written, with either kind of slash, without quotes."""
    return path.strip("\"'").replace("\\", "/").rpartition("/")[2]


def _named(word: Word, copy: Copy, stage: Stage) -> str:
    """What a word names; one without variables as it is written, for a backslash may be meant as a separator."""
    return (value_of(word, copy, stage) if word.variables else None) or word.text


_UNPACKERS = frozenset("unzip gunzip bunzip2 unlzma unxz zgz uncompress zcat gzcat".split())


def _unpacked(command: ShellCommand) -> Iterator[tuple[str, Node]]:
    """The base names of the files that a command unpacks."""
    words = command.given
    if command.name == "tar":
        first = words[0].text if words else ""
        if not (
            re.match(r"[A-Za-z]*x", first)
            or any(w.text in ("--extract", "--get") or re.match(r"-[A-Za-z]*x", w.text) for w in words)
        ):
            return
    elif command.name not in _UNPACKERS:
        return
    for word in words:
        yield _base(word.text.partition("=")[2] if word.text.startswith("--file=") else word.text), word


@check(on=Copy, having=("from_",))
def copy_from_empty_stage(copy: Copy, stage: Stage) -> Problems:
    """COPY from a stage that has no files."""
    source = stage.source_of(copy)
    word = copy.from_
    if source is None or word is None or not source.root.scratch:
        return
    if not any((value_of(path, copy, stage) or "").strip("./") for path in copy.sources):
        return
    for at in source.lineage:
        if any(isinstance(node, (Add, Copy, Run, Workdir)) for node in at.instructions):
            return
    related = [Related(source.from_.keyword, "This stage copies and makes nothing")]
    yield Problem(word, f"The stage {word.text} has no files to copy", related=related)
