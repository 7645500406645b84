"""Dev containers: the build that ``devcontainer.json`` asks for, and the Compose files that it names.

Source: the Dev Container metadata reference (containers.dev): paths start in the folder of the file, ``${…}`` are
variables of the tool. ``dockerFile`` and ``context`` at the top are the old form of ``build``.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.lazy import pattern
from dlint.model.builders.request import Request, request
from dlint.model.builders.values import entry, filled, known, unknown
from dlint.source import Node
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

_GIVEN = (("--secret", "secrets"), ("--ssh", "ssh"), ("--allow", "entitlements"), ("--network", "network"))
_VARIABLE = pattern(r"\$\{[^}\n]*\}?")


def requested(root: YamlNode | None, folder: str) -> Request | None:
    """The build that the file, which lies in ``folder``, asks for; None if it asks for none."""
    if not isinstance(root, YamlMap):
        return None
    build = root.entry("build")
    old = root.entry("dockerFile")
    inner = build.value if build is not None and isinstance(build.value, YamlMap) else None
    if inner is not None and ("dockerfile" in inner or "dockerFile" in inner):
        key: Node = build.key if build is not None else root
        fields = [*_fields(inner, inner.entry("dockerfile") or inner.entry("dockerFile"), folder)]
    elif old is not None:
        key = old.key
        more = [one for one in inner.entries if one.key.value != "context"] if inner is not None else []
        top = root.entry("context") or (inner.entry("context") if inner is not None else None)
        both = YamlMap(root.source, root.span, [*more, *([top] if top is not None else [])])
        fields = [*_fields(both, old, folder)]
    else:
        return None
    name = root.get("name")
    text = name.value if isinstance(name, YamlScalar) and "$" not in name.value else ""
    return request("dev container", " ".join(text.split())[:60] or "devcontainer.json", root, key, fields)


def compose_files(root: YamlNode | None) -> list[str] | None:
    """The Compose files that it names, in their order; None if one is unknown."""
    node = root.get("dockerComposeFile") if isinstance(root, YamlMap) else None
    items = node.items if isinstance(node, YamlSeq) else [node] if node is not None else []
    found = [item.value for item in items if isinstance(item, YamlScalar) and "$" not in item.value]
    return found if len(found) == len(items) else None


def _fields(build: YamlMap, dockerfile: YamlEntry | None, folder: str) -> Iterator[YamlEntry]:
    context = build.get("context")
    inner = context.value if isinstance(context, YamlScalar) else "."
    if isinstance(context, YamlScalar):
        yield entry(build.entry("context").key, "context", _templated(context))  # type: ignore[union-attr]
    if dockerfile is not None and isinstance(dockerfile.value, YamlScalar):
        yield entry(dockerfile.key, "dockerfile", _dockerfile(dockerfile.value, inner, folder))
    target = build.entry("target")
    if target is not None and isinstance(target.value, YamlScalar):
        yield entry(target.key, "target", _templated(target.value))
    yield from _arguments(build)
    yield from _options(build)


def _arguments(build: YamlMap) -> Iterator[YamlEntry]:
    args, options = build.entry("args"), build.entry("options")
    pairs: list[YamlEntry] = []
    if args is not None and isinstance(args.value, YamlMap):
        written = [one for one in args.value.entries if isinstance(one.value, YamlScalar)]
        pairs = [YamlEntry(one.key, _templated(one.value), one.span) for one in written]
    if options is not None and "--build-arg" in options.value.raw:
        pairs.append(YamlEntry(unknown(options.value), unknown(options.value)))
    place = args or options
    if place is not None and pairs:
        yield entry(place.key, "args", YamlMap(place.source, place.value.span, pairs))


def _dockerfile(file: YamlScalar, context: str, folder: str) -> YamlScalar:
    """The path of the Dockerfile from the context on; both are written from the folder of the file on."""
    if "$" in file.value or "$" in context or file.value.startswith("/") or context.startswith("/"):
        return unknown(file)
    path, start = (posixpath.normpath(posixpath.join(folder, one)) for one in (file.value, context))
    if path.startswith("..") or start.startswith(".."):
        return unknown(file)
    return known(file, posixpath.relpath(path, start))


def _options(build: YamlMap) -> Iterator[YamlEntry]:
    """What ``options`` hands to ``docker build``: secrets, ssh and the like are then not all known."""
    options = build.entry("options")
    if options is None:
        return
    text = options.value.raw
    for option, ours in _GIVEN:
        if option in text:
            value: YamlNode = unknown(options.value)
            yield entry(options.key, ours, value if ours == "network" else YamlSeq(value.source, value.span, [value]))
    if "--target" in text and "target" not in build:
        yield entry(options.key, "target", unknown(options.value))


def _templated(scalar: YamlNode) -> YamlScalar:
    assert isinstance(scalar, YamlScalar)
    pieces: list[tuple[int, int, bool]] = []
    at = 0
    for match in _VARIABLE.finditer(scalar.value):
        pieces += [(at, match.start(), True), (match.start(), match.end(), False)]
        at = match.end()
    return filled(scalar, [piece for piece in (*pieces, (at, len(scalar.value), True)) if piece[0] < piece[1]])
