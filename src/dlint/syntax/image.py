"""Image references: registry, path, tag and digest, with variables left in.

Grammar: the *distribution* project's ``reference`` package (reference.go, regexp.go, helpers and normalize),
which the builder, Compose and registries share:

    reference := name [ ":" tag ] [ "@" digest ]
    name      := [ domain "/" ] component *[ "/" component ]
    component := [a-z0-9]+ *[ ( "." | "_" | "__" | 1*"-" ) [a-z0-9]+ ]
    tag       := [A-Za-z0-9_] [A-Za-z0-9_.-]{0,127}
    digest    := algorithm ":" hex, at least 32 digits; sha256, sha384 and sha512 exactly their own number

A first component is a domain if it holds a dot or a colon, is ``localhost``, or has capital letters. A name
without domain is of Docker Hub; one without a slash of its ``library``.
"""

from __future__ import annotations

from functools import lru_cache

from dlint.lazy import pattern

DOCKER_HUB = "docker.io"
_NAME_LIMIT = 255

_HEX = "0123456789abcdef"
_LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"
_ALPHANUMERIC = _LOWER + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_COMPONENT = pattern(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*\Z")
_TAG = _ALPHANUMERIC + "_.-"
_TAG_LIMIT = 128
_DIGEST = pattern(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}\Z")
_HASH_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_VARIABLE = pattern(r"\$(?:\{(?:[^{}]|\{[^{}]*\})*\}|[A-Za-z_][A-Za-z0-9_]*)")


class ImageRef:
    """One image reference.

    ``registry`` is None where Docker Hub is implied, ``path`` the name after it (``library/`` is not added),
    ``tag`` and ``digest`` are without their ``:`` and ``@``. Each ``…_span`` is ``(start, end)`` in the text that
    was parsed (half-open characters), or None with its part. A part may hold ``${…}``; ``error`` says what the
    builder would refuse, in one sentence, and is None for references with variables.
    """

    __slots__ = (
        "text", "registry", "path", "tag", "digest", "registry_span", "path_span", "tag_span", "digest_span",
        "has_variable", "error",
    )  # fmt: skip

    def __init__(self, text: str, masked: str) -> None:
        self.text = text
        self.has_variable = "$" in text
        end = len(text)
        self.digest_span: tuple[int, int] | None = None
        self.tag_span: tuple[int, int] | None = None
        self.registry_span: tuple[int, int] | None = None
        at = masked.find("@")
        if at >= 0:
            self.digest_span = (at + 1, end)
            end = at
        colon = masked.rfind(":", 0, end)
        if colon > masked.rfind("/", 0, end):
            self.tag_span = (colon + 1, end)
            end = colon
        slash = masked.find("/", 0, end)
        if slash >= 0 and _is_domain(masked[:slash], text[:slash]):
            self.registry_span = (0, slash)
        self.path_span = (slash + 1 if self.registry_span else 0, end)
        self.registry = self._part(self.registry_span)
        self.path = text[self.path_span[0] : end]
        self.tag = self._part(self.tag_span)
        self.digest = self._part(self.digest_span)
        self.error = None if self.has_variable else self._fault()

    def _part(self, span: tuple[int, int] | None) -> str | None:
        return None if span is None else self.text[span[0] : span[1]]

    def _fault(self) -> str | None:
        """Why the reference is not valid, in one sentence without a full stop."""
        path = self.path
        length = len(path) + (len("library/") if self.domain == DOCKER_HUB and "/" not in path else 0)
        if not path:
            return f"'{self.text}' names no image"
        if self.tag is not None and not _is_tag(self.tag):
            return f"'{self.tag}' is no tag: up to 128 letters, digits, '_', '.' and '-', not starting with '.' or '-'"
        if self.digest is not None:
            wrong = _digest_fault(self.digest)
            if wrong:
                return wrong
        if self.registry is not None and not _is_registry(self.registry):
            return f"'{self.registry}' is no registry: it must be a host name with an optional port"
        if not all(map(is_component, path.split("/"))):
            if path != path.lower() and all(map(is_component, path.lower().split("/"))):
                return f"the name '{path}' must be lower case"
            return f"'{path}' is no image name: parts of a-z and 0-9, joined by '.', '_', '__' or '-', between slashes"
        if length > _NAME_LIMIT:
            return f"the name is longer than {_NAME_LIMIT} characters"
        if len(self.text) == 64 and not self.text.strip(_HEX):
            return "64 hexadecimal digits are an image id, not a name"
        return None

    @property
    def valid(self) -> bool:
        """Whether the builder takes it; a reference with variables is not judged and counts as valid."""
        return self.error is None

    @property
    def name(self) -> str:
        """Registry and path as written, without tag and digest."""
        return self.text[: self.path_span[1]]

    @property
    def domain(self) -> str:
        """The registry, Docker Hub where none is written (and for its old name ``index.docker.io``)."""
        return DOCKER_HUB if self.registry in (None, "index.docker.io") else str(self.registry)

    @property
    def familiar(self) -> str:
        """The name as people write it: Docker Hub's ``docker.io/`` and ``library/`` dropped, no tag, no digest."""
        if self.domain != DOCKER_HUB:
            return self.name
        head, slash, rest = self.path.partition("/")
        return rest if slash and head == "library" and "/" not in rest else self.path

    def __repr__(self) -> str:
        return f"ImageRef({self.text!r})"


@lru_cache(maxsize=256)
def parse(text: str) -> ImageRef | None:
    """The reference in ``text`` (``${…}`` may stand anywhere in it), or None for an empty text."""
    if not text:
        return None
    return ImageRef(text, _masked(text) if "$" in text else text)


def _masked(text: str) -> str:
    """The text with ``_`` for every character of a variable."""
    before, *parts = text.split("$")
    if not all(part[:1] == "{" and part.count("{") == 1 and "}" in part for part in parts):
        return _VARIABLE.sub(lambda match: "_" * len(match.group()), text)
    for part in parts:
        end = part.index("}") + 1
        before += "_" * (1 + end) + part[end:]
    return before


def _is_domain(first: str, written: str) -> bool:
    """Whether the part before the first slash is a registry. A part that is all variable may well be one."""
    if "$" in written:
        return "." in first or ":" in first or _VARIABLE.fullmatch(written) is not None
    return "." in first or ":" in first or first == "localhost" or first != first.lower()


def is_component(part: str) -> bool:
    """Whether a part of a path is one; the most are letters, digits, and dashes between them."""
    if part.strip("-") == part and part and not part.replace("-", "").strip(_LOWER):
        return True
    return _COMPONENT.match(part) is not None


def _is_tag(tag: str) -> bool:
    return tag[:1] not in ("", ".", "-") and len(tag) <= _TAG_LIMIT and not tag.strip(_TAG)


def _is_registry(registry: str) -> bool:
    """Whether it is a host name or an IPv6 address in brackets, with a port or without."""
    host, colon, port = registry.rpartition(":")
    if not colon or port.endswith("]"):
        host, port = registry, "0"
    if not port or port.strip("0123456789"):
        return False
    if host.startswith("["):
        return host.endswith("]") and host[1:-1] != "" and not host[1:-1].strip(_HEX + "ABCDEF:")
    labels = host.split(".")
    return all(label and label.strip("-") == label and not label.strip(_ALPHANUMERIC + "-") for label in labels)


def _digest_fault(digest: str) -> str | None:
    if not _DIGEST.match(digest):
        return f"'{digest}' is no digest: it must read sha256: and 64 hexadecimal digits"
    algorithm, _, digits = digest.partition(":")
    length = _HASH_LENGTHS.get(algorithm)
    if length is None:
        return f"'{algorithm}' is no digest algorithm: use sha256"
    if len(digits) != length or digits != digits.lower():
        return f"a {algorithm} digest has {length} lower-case hexadecimal digits, this one has {len(digits)}"
    return None


def tagged_scratch(reference: ImageRef) -> str | None:
    """Why ``scratch`` takes no tag: it is a word of the builder's, and a name that registries reserve."""
    if reference.path != "scratch" or reference.registry is not None or not (reference.tag or reference.digest):
        return None
    return "there is no image scratch to have a tag or digest; write FROM scratch"
