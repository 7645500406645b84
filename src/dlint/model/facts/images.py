"""What is known of images that others build: user, ports, volumes, programs and so on, by name and tag.

The facts lie in ``images.json``, which ``bench/image_facts.py`` derives from the images' own Dockerfiles and scripts
and from lists reviewed by hand; ``docs/known-images.md`` says how. ``image_facts`` is the only door to them. It is read
once, when somebody first asks. What is not known is None, and never to be read as "no".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dlint.lazy import pattern
from dlint.model.facts.image_store import FIELDS, extends, lines_of, split_tag, store, unpacked
from dlint.model.facts.image_values import Data, ImageFacts, Origin
from dlint.syntax.image import ImageRef
from dlint.syntax.image import parse as parse_reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

__all__ = [
    "MIRRORS",
    "PLATFORM_OF_NAMESPACE",
    "Data",
    "ImageFacts",
    "Origin",
    "architecture",
    "image_facts",
    "known_images",
    "known_tags",
    "name_of",
    "smaller",
]

_SHARED: Final = frozenset(FIELDS) - {"programs", "users", "groups", "env", "knows_env"}
# The same images under other names: mirrors of Docker's library, and its builds for one machine
# (https://github.com/docker-library/official-images#architectures-other-than-amd64).
MIRRORS: Final = ("public.ecr.aws/docker/library/", "mirror.gcr.io/library/")
PLATFORM_OF_NAMESPACE: Final = {
    "amd64": "linux/amd64", "i386": "linux/386", "arm32v5": "linux/arm", "arm32v6": "linux/arm", "arm32v7": "linux/arm",
    "arm64v8": "linux/arm64", "mips64le": "linux/mips64le", "ppc64le": "linux/ppc64le", "riscv64": "linux/riscv64",
    "s390x": "linux/s390x", "winamd64": "windows/amd64",
}  # fmt: skip
"""Docker Hub's namespaces of official images for one platform."""

# containerd, platforms.normalizeArch; armv7 is that of compilers' target triples.
_ARCHITECTURES: Final = {
    "x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64", "i386": "386", "armhf": "arm", "armel": "arm",
    "armv7": "arm",
}  # fmt: skip
# How many answers are kept for the next rule that asks.
_MOST_ANSWERS: Final = 1000
_WINDOWS_WORDS = ("windows", "nanoserver", "servercore", "ltsc20")
_WINDOWS_HUB = tuple(f"microsoft/{name}" for name in ("iis", "aspnet", "dotnet-framework", "wcf"))
_DATE = pattern(r"-20\d{6}(?:\.\d+)?(?=-|\Z)")


def windows_image(image: ImageRef) -> bool:
    """Whether the name of an image says that it holds Windows."""
    name = f"{image.path}:{image.tag}"
    if any(map(name.__contains__, _WINDOWS_WORDS)):
        return True
    if image.domain == "mcr.microsoft.com":
        return "/dotnet/framework/" in f"/{image.path}/"
    return image.path.startswith(_WINDOWS_HUB)


def architecture(name: str) -> str:
    """An architecture by the name that platforms have for it: ``arm64`` for ``aarch64``."""
    return _ARCHITECTURES.get(name, name)


def name_of(image: ImageRef) -> str:
    """The name that facts go by: without registry and mirror, ``elasticsearch`` for Elastic's own registry."""
    name = image.familiar
    for mirror in MIRRORS:
        if name.startswith(mirror):
            return name.removeprefix(mirror)
    first, _, rest = name.partition("/")
    if first in PLATFORM_OF_NAMESPACE and rest:
        name = rest
    return store().aliases.get(name, name)


def known_images() -> list[str]:
    """The names of all images of which anything is known, other names for them included."""
    file = store()
    return sorted({*file.images, *file.aliases})


def known_tags(name: str) -> list[str]:
    """The tags of an image of which something is known, the highest versions first; none for one that is unknown."""
    image = parse_reference(name)
    written = store().images.get(name_of(image)) if image is not None and not image.has_variable else None
    found: set[str] = set()
    for line in written["lines"] if written is not None else ():
        variants, _, groups = line.partition("\t")
        versions = [version for group in groups.split(";") for version in unpacked(group.partition("=")[2])]
        for variant in variants.split("|"):
            if variant != "*":
                found.update(version + variant if version else variant.removeprefix("-") for version in versions)
    return sorted(sorted(filter(None, found)), key=_version, reverse=True)


def _version(tag: str) -> tuple[list[tuple[bool, int, str]], int]:
    """By the numbers in a tag, and plain tags before their variants."""
    parts = [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in tag.split("-")[0].split(".")]
    return parts, -tag.count("-")


def image_facts(reference: str | ImageRef, platform: str | None = None) -> ImageFacts | None:
    """What is known of an image, by its reference and the platform it is wanted for; None if nothing is.

    First counts the tag itself; then what all known tags of its release line and variant share; then what all known
    tags of the image share, programs, users and variables left out. Without a tag it is ``latest``; by a digest alone
    only the last counts.
    """
    image = parse_reference(reference) if isinstance(reference, str) else reference
    if image is None or image.has_variable or not image.valid:
        return None
    name = name_of(image)
    written = store().images.get(name)
    if written is None:
        return None
    tag = image.tag or ("latest" if image.digest is None else "")
    answers, key = store().answers, (name, tag, image.digest is not None, platform or "")
    if key not in answers:
        if len(answers) >= _MOST_ANSWERS:
            answers.clear()
        answers[key] = _Lookup(*key[:3]).facts(key[3])
    found: ImageFacts | None = answers[key]
    return found


def smaller(image: ImageRef) -> str | None:
    """The image of the same version and distribution with less in it, if its publisher has one: its whole reference.

    First a ``-slim`` one of the same system, then one for running alone (``-jre``), then one on Alpine. None for an
    image that is small already, and where nothing is known of the version.
    """
    name = name_of(image)
    written = store().images.get(name)
    if written is None or image.has_variable:
        return None
    if f"{name}-minimal" in store().images:
        return f"{image.name}-minimal"
    version, variant = split_tag(image.tag or "")
    if not image.tag or _SMALL.search(variant):
        return None
    lookup = _Lookup(name, image.tag, False)
    for other in _smaller_variants(variant):
        if lookup._entry(other, version) is not None:
            return f"{image.name}:{version}{other}"
    return None


# Words of variants that say that little is in them.
_SMALL: Final = pattern(r"slim|alpine|minimal|jre|distroless|nano|micro|tiny|static|busybox|windows|core")


def _smaller_variants(variant: str) -> Iterator[str]:
    first, _, last = variant.rpartition("-")
    yield f"{variant}-slim"
    if last:
        yield f"{first}-slim-{last}"
    if not variant or "-jdk" in variant:
        yield variant.replace("-jdk", "-jre") or "-jre"
    yield f"{variant}-alpine"


class _Lookup:
    """One question about one image."""

    __slots__ = ("name", "written", "tag", "version", "variant", "digest", "store")

    def __init__(self, name: str, tag: str, digest: bool) -> None:
        self.name = name
        self.written: dict[str, Any] = store().images.get(name) or {}
        self.tag = tag
        self.version, self.variant = split_tag(tag)
        self.digest = digest
        self.store = store()

    def facts(self, platform: str) -> ImageFacts | None:
        windows = platform.lower().startswith("windows")
        found = self._by_tag() if self.tag else None
        if found is not None and windows and found.os_family != "windows":
            return self._by_line(f"{self.variant}-windowsservercore", True)
        if found is None and not windows:
            found = self._by_line(self.variant, False) or self._of_image()
        return found

    def _by_tag(self) -> ImageFacts | None:
        """The facts of the very tag. A digest may name any image that a moving tag has named."""
        entry = self._entry(self.variant, self.version)
        if entry is None:
            return None
        line = self.version
        versions = [version for version, _, _ in self._listed(self.variant, False) if version.startswith(line)]
        moves = not line or any(extends(version, line) for version in versions)
        if moves and self.digest:
            return self._of_image() if not self.version else self._by_line(self.variant, False)
        return self._made([entry[0]], self.tag, "tag", entry[1], moves)

    def _by_line(self, variant: str, starts: bool) -> ImageFacts | None:
        """What the tags of a release line and variant share."""
        entries = self._listed(variant, starts)
        if not entries:
            undated = _DATE.sub("", self.tag)
            return None if undated == self.tag else _Lookup(self.name, undated, self.digest)._undated()
        for line in [self.version, *lines_of(self.version)] if self.version else []:
            found = [entry for entry in entries if entry[0] == line or extends(entry[0], line)]
            if found:
                dates = max(date for _, _, date in found)
                return self._made([number for _, number, _ in found], line + variant, "line", dates, False)
        return None

    def _undated(self) -> ImageFacts | None:
        """The facts for a tag that names a day's build: those of the tag without the day."""
        entry = self._entry(self.variant, self.version)
        return self._made([entry[0]], self.tag, "line", entry[1], False) if entry is not None else None

    def _of_image(self) -> ImageFacts | None:
        """What all tags of the image share."""
        always = self._entry("*", "")
        if always is not None:
            return self._made([always[0]], "", "tag", always[1], False)
        if self.written.get("partial"):
            return None
        rows: set[str] = set()
        for line in self.written["lines"]:
            rows.update(group.partition(":")[0] for group in line.partition("\t")[2].split(";"))
        return self._made(sorted(rows), "", "image", self.store.date, False) if rows else None

    def _entry(self, variant: str, wanted: str) -> tuple[str, str] | None:
        """The number of the facts of a version of a variant, and their date."""
        found = [(number, date) for version, number, date in self._listed(variant, False) if version == wanted]
        return found[-1] if found else None

    def _listed(self, variant: str, starts: bool) -> list[tuple[str, str, str]]:
        """Version, number of its facts and date of all tags of a variant, or of those that begin so."""
        tags, key = self.store.tags, (self.name, variant, starts)
        if key not in tags:
            if len(tags) >= _MOST_ANSWERS:
                tags.clear()
            tags[key] = list(self._unpacked(variant, starts))
        return tags[key]

    def _unpacked(self, variant: str, starts: bool) -> Iterator[tuple[str, str, str]]:
        for line in self.written["lines"]:
            variants, _, groups = line.partition("\t")
            if variant not in variants:
                continue
            names = variants.split("|")
            if not (any(name.startswith(variant) for name in names) if starts else variant in names):
                continue
            for group in groups.split(";"):
                place, _, versions = group.partition("=")
                number, _, date = place.partition(":")
                named = self.store.dates[int(date)]
                for version in unpacked(versions):
                    yield version, number, named

    def _made(self, numbers: Sequence[str], tag: str, how: str, date: str, moves: bool) -> ImageFacts:
        rows = [self.store.row(number) for number in dict.fromkeys(numbers)]
        origin = Origin(
            self.name, tag, how, date.rstrip("~"), not date.endswith("~"), moves, self.written.get("source", "")
        )
        return ImageFacts(origin, rows, self.store, frozenset(FIELDS) if how != "image" else _SHARED)
