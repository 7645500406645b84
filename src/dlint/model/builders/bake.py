"""Bake files merged and worked out: which targets are built, with what.

Sources: buildx (``bake/bake.go``: ``defaultFilenames``, ``Target.Merge``, ``ReadTargets``; ``bake/hclparser``). Later
files win; ``args``, ``contexts`` and ``labels`` are merged by name, secrets, ssh and entitlements added up. A target
that others inherit, and that neither a group nor ``target:`` names, is a template.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import product

from dlint.model.builders.request import Request, gives_image, request
from dlint.model.builders.values import MOST_DEPTH, UNKNOWN, Variables, entry, evaluate, known, unknown
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.syntax.bake.blocks import BakeFile, Block
    from dlint.syntax.compose.views import BuildConfig

MOST_TARGETS = 1000
MOST_COMBINATIONS = 64
"""How many targets are looked at, and how many a matrix may make."""

_BY_NAME = ("args", "contexts", "labels")
_ADDED_UP = ("secret", "ssh", "entitlements", "annotations", "attest", "inherits")
# What Compose calls it.
_AS_IN_COMPOSE = {
    "context": "context",
    "dockerfile": "dockerfile",
    "dockerfile-inline": "dockerfile_inline",
    "target": "target",
    "args": "args",
    "contexts": "additional_contexts",
    "tags": "tags",
    "secret": "secrets",
    "ssh": "ssh",
    "network": "network",
    "entitlements": "entitlements",
    "platforms": "platforms",
}
_Fields = dict[str, YamlEntry]


class Overrides:
    """What calls of Bake say besides the files: ``targets`` that they name, ``fields`` that they set, by target.

    A field is a key such as ``context``, or ``args.NAME``; a target may be a pattern.
    """

    def __init__(self) -> None:
        self.targets: set[str] = set()
        self.fields: dict[str, set[str]] = {}

    def of(self, *names: str) -> set[str]:
        """The fields that are set for a target of these names."""
        matching = [set_ for pattern, set_ in self.fields.items() if any(fnmatchcase(name, pattern) for name in names)]
        return {field for each in matching for field in each}


class _Target:
    """A target, or one of those that a matrix makes."""

    def __init__(self, name: str, block: Block, fields: _Fields) -> None:
        self.name = name
        self.block = block
        self.fields = fields

    def names(self, key: str) -> list[str | None]:
        """The names in a list; None for one that is unknown."""
        one = self.fields.get(key)
        if one is None:
            return []
        return _strings(one.value)


class Bake:
    """Bake files that are read together. ``whole`` is false if they may ask for more than ``requests`` gives.

    ``services`` are those of the Compose file that Bake reads before, by their names: targets too, as it takes them.
    """

    def __init__(
        self, files: Sequence[BakeFile], overrides: Overrides, services: Mapping[str, BuildConfig] | None = None
    ) -> None:
        self.overrides = overrides
        self.below = {name: _of_compose(build) for name, build in (services or {}).items()}
        self.whole = not any(file.broken for file in files)
        defaults: dict[str, YamlNode | None] = {}
        for file in files:
            defaults.update((one.key.value, one.value) for one in file.values)
            for block in file.of("variable"):
                default = block.fields.get("default") or defaults.get(block.label.value)
                defaults[block.label.value] = None if _asks_for_value(default) else default
        self.variables = Variables(defaults)
        self.groups: dict[str, list[str | None]] = {}
        for file in files:
            for block in file.of("group"):
                self._take_group(block)
        self.targets: dict[str, _Target] = {}
        self.made: dict[str, list[str]] = {}
        """The targets that each matrix makes, by the name of its block."""
        for blocks in _by_label(files).values():
            self._take_target(blocks)

    def _take_group(self, block: Block) -> None:
        targets = block.fields.get("targets")
        names = _strings(evaluate(targets, self.variables)) if targets is not None else []
        self.whole = self.whole and None not in names
        self.groups.setdefault(block.label.value, []).extend(names)

    def _take_target(self, blocks: Sequence[Block]) -> None:
        block = blocks[-1]
        matrix = next((one for each in reversed(blocks) if (one := each.fields.get("matrix")) is not None), None)
        combinations = [*_combinations(matrix, self.variables)] if matrix is not None else [self.variables]
        label = block.label.value
        for number, variables in enumerate(combinations):
            if len(self.targets) >= MOST_TARGETS:
                self.whole = False
                return
            fields: _Fields = {}
            for each in blocks:
                own = {one.key.value: YamlEntry(one.key, evaluate(one.value, variables)) for one in each.fields.entries}
                fields = merged(fields, own)
            name = _name(fields.pop("name", None)) if matrix is not None else label
            # A name that a function makes is not known; the target is built all the same.
            name = name or (label if len(combinations) == 1 else f"{label} ({number + 1})")
            self.targets[name] = _Target(name, block, fields)
            self.made.setdefault(label, []).append(name)
        if not combinations:
            self.whole = False

    # Which are built

    @property
    def built(self) -> set[str]:
        """The targets that are no templates."""
        inherited = {
            name
            for target in self.targets.values()
            for name in target.names("inherits")
            if name and name != target.name
        }
        named = set(self._in_groups()) | self.overrides.targets
        for target in self.targets.values():
            contexts = target.fields.get("contexts")
            for one in contexts.value.entries if contexts is not None and isinstance(contexts.value, YamlMap) else ():
                text = one.value.value if isinstance(one.value, YamlScalar) else ""
                if text.startswith("target:"):
                    named.add(text.removeprefix("target:"))
        named |= {name for label in named & self.made.keys() for name in self.made[label]}
        free = {name for name in self.targets if name not in inherited and not name.startswith("_")}
        return (free | named) & self.targets.keys()

    def _in_groups(self) -> Iterator[str]:
        for names in self.groups.values():
            yield from (name for name in names if name)

    def requests(self) -> Iterator[Request]:
        """The builds, in the order of the files."""
        built = self.built
        for name, target in self.targets.items():
            if name not in built:
                continue
            fields = self._resolved(name, ())
            if fields is None:
                self.whole = False
                continue
            label = target.block.label
            groups = self._groups_of(target) if self.groups else ()
            entries = self._as_in_compose(target, fields)
            changed = self.overrides.of(name, label.value)
            output = fields.get("output") if not {"output", "push", "load"} & changed else None
            ships = gives_image(_strings(output.value)) if output is not None else True
            yield request("target", name, target.block, label, entries, groups=groups, ships=ships)

    def _groups_of(self, target: _Target) -> list[str]:
        """What a target is built with: the groups that it is in, itself and through others, or nothing but itself."""
        names = {target.name, target.block.label.value}
        found: list[str] = []
        while True:
            more = [name for name, of in self.groups.items() if name not in found and names & {*of}]
            if not more:
                return found or [target.name]
            found += more
            names |= {*more}

    def _resolved(self, name: str, below: tuple[str, ...]) -> _Fields | None:
        """All that is set for a target, also by those that it inherits; None if that is unknown."""
        target = self.targets.get(name)
        if target is None:
            return self.below.get(name)
        if name in below or len(below) > MOST_DEPTH:
            return None
        fields = self.below.get(name, {})
        for parent in target.names("inherits"):
            inherited = self._resolved(parent, (*below, name)) if parent is not None else None
            if inherited is None:
                return None
            fields = merged(fields, inherited)
        return merged(fields, {key: one for key, one in target.fields.items() if key != "inherits"})

    def _as_in_compose(self, target: _Target, fields: _Fields) -> Iterator[YamlEntry]:
        changed = self.overrides.of(target.name, target.block.label.value)
        label = target.block.label
        for key, name in _AS_IN_COMPOSE.items():
            own = fields.get(key)
            value = own.value if own is not None else None
            if isinstance(value, YamlScalar) and value.kind == "null":
                value = None
            place = own.key if own is not None else label
            if key in changed or (key == "platforms" and "platform" in changed):
                value = unknown(place)
            if key in ("args", "contexts"):
                value = _given(value, {one.partition(".")[2] for one in changed if one.startswith(key + ".")}, place)
            elif key in ("secret", "ssh") and value is not None:
                value = _ids(value)
            if value is not None:
                yield entry(place, name, value)


def _of_compose(build: BuildConfig) -> _Fields:
    """What a service asks for, under Bake's names."""
    if build.map.get("context") is None and build.context is not None:
        place = build.context
        return {"context": YamlEntry(YamlScalar(place.source, place.span, "context"), place)}
    entries = ((key, build.map.entry(name)) for key, name in _AS_IN_COMPOSE.items())
    return {key: one for key, one in entries if one is not None}


def _given(value: YamlNode | None, more: set[str], place: YamlScalar) -> YamlNode | None:
    """A map with the names that calls add to it; one that is unknown has a name that is."""
    entries = [*value.entries] if isinstance(value, YamlMap) else []
    if value is not None and not isinstance(value, YamlMap):
        entries.append(YamlEntry(unknown(place), unknown(place)))
    have = {one.key.value: one for one in entries}
    entries = [one for one in entries if one.key.value not in more]
    entries += [entry(have[name].key, name, unknown(have[name].value)) for name in sorted(more & have.keys())]
    if more - have.keys():
        # What a call adds is not written here, so that nothing here can be wrong about it.
        entries.append(YamlEntry(unknown(place), unknown(place)))
    if not entries:
        return None
    return YamlMap(place.source, value.span if value is not None else place.span, entries)


def _ids(value: YamlNode) -> YamlNode:
    """The ids of secrets or ssh agents, at their places: ``id=token,src=…``, ``default``, or ``{ id = "token" }``."""
    items = value.items if isinstance(value, YamlSeq) else [value]
    return YamlSeq(value.source, value.span, [_id(item) for item in items])


def _id(item: YamlNode) -> YamlScalar:
    if isinstance(item, YamlMap):
        own = item.get("id")
        return own if isinstance(own, YamlScalar) else unknown(item)
    if not isinstance(item, YamlScalar):
        return unknown(item)
    at = 0
    for part in item.value.split(","):
        if part.strip().startswith("id="):
            start = at + part.index("id=") + 3
            end = at + len(part)
            text = item.value[start:end]
            return known(item.at(start, end), text) if "$" not in text else unknown(item)
        at += len(part) + 1
    return item if "," not in item.value else unknown(item)


def merged(fields: Mapping[str, YamlEntry], more: Mapping[str, YamlEntry]) -> _Fields:
    """What two blocks set together; the second wins."""
    found = dict(fields)
    for key, new in more.items():
        old = found.get(key)
        found[key] = YamlEntry(new.key, _both(key, old.value, new.value)) if old is not None else new
    return found


def _both(key: str, old: YamlNode, new: YamlNode) -> YamlNode:
    if key in _BY_NAME:
        pairs = {one.key.value: one for one in _pairs(old)}
        # A null does not take away what is set.
        pairs |= {one.key.value: one for one in _pairs(new) if one.key.value not in pairs or not _is_null(one.value)}
        return YamlMap(new.source, new.span, [*pairs.values()])
    if key in _ADDED_UP and isinstance(old, YamlSeq) and isinstance(new, YamlSeq):
        return YamlSeq(new.source, new.span, [*old.items, *new.items])
    return old if _is_null(new) else new


def _pairs(node: YamlNode) -> Iterable[YamlEntry]:
    if isinstance(node, YamlMap):
        return node.entries
    return () if _is_null(node) else (YamlEntry(unknown(node), unknown(node)),)


def _is_null(node: YamlNode) -> bool:
    return isinstance(node, YamlScalar) and node.kind == "null"


def _strings(node: YamlNode) -> list[str | None]:
    if isinstance(node, YamlSeq):
        return [_text(item) for item in node.items]
    return [] if _is_null(node) else [None]


def _text(node: YamlNode) -> str | None:
    return node.literal if isinstance(node, YamlScalar) and UNKNOWN not in node.value else None


def _name(one: YamlEntry | None) -> str | None:
    return _text(one.value) if one is not None else None


def _asks_for_value(default: YamlNode | None) -> bool:
    """Whether a default stands for "from the environment", which Bake looks at first: it is empty, or a ``$NAME``."""
    if not isinstance(default, YamlScalar) or default.kind != "str":
        return False
    return not default.value or (default.value[0] == "$" and default.value[1:2] not in ("{", "$"))


def _by_label(files: Sequence[BakeFile]) -> dict[str, list[Block]]:
    found: dict[str, list[Block]] = {}
    for file in files:
        for block in file.of("target"):
            found.setdefault(block.label.value, []).append(block)
    return found


def _combinations(matrix: YamlNode, variables: Variables) -> Iterator[Variables]:
    """The variables for each combination of a matrix; none if it is unknown, or there are too many."""
    value = evaluate(matrix, variables)
    if not isinstance(value, YamlMap):
        return
    axes = [one.value.items if isinstance(one.value, YamlSeq) else [] for one in value.entries]
    count = 1
    for axis in axes:
        count *= len(axis)
    if not 0 < count <= MOST_COMBINATIONS:
        return
    names = [one.key.value for one in value.entries]
    for chosen in product(*axes):
        yield Variables(dict(zip(names, chosen, strict=True)), variables)
