"""The value at a line of a Compose file as it is in effect: which file sets it, and through what it came."""

from __future__ import annotations

from dlint.model.compose.origins import origins
from dlint.syntax.compose.values import key_values
from dlint.syntax.interpolation import variables
from dlint.syntax.yaml.nodes import MERGE_KEY, YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq
from dlint.why.account import Account, Asked, Origin
from dlint.why.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlint.model.compose.model import ComposeModel
    from dlint.source import Node
    from dlint.syntax.compose.file import ComposeFile
    from dlint.syntax.compose.service import Service

_DEEPEST = 60
_LONGEST = 200
_MOST_KEYS = 12


class Spot:
    """Where a line is in a file: the keys that lead there, the entry, and the item if it stands in a list."""

    __slots__ = ("entry", "item", "path")

    def __init__(self, path: Sequence[str], entry: YamlEntry, item: YamlNode | None) -> None:
        self.path = tuple(path)
        self.entry = entry
        self.item = item

    @property
    def node(self) -> YamlNode:
        """The value."""
        return self.item if self.item is not None else self.entry.value


def spot_at(file: ComposeFile, line: int) -> Spot | None:
    """What stands at a line; None if that is no entry."""
    source = file.source
    start, end = source.line_span(line)
    if source.line_text(line).strip()[:1] in ("", "#"):
        return None
    first = start + len(source.text[start:end]) - len(source.text[start:end].lstrip(" \t-"))
    for document in file.documents:
        if document.span[0] <= first <= document.span[1]:
            return _within(document, first, end)
    return None


def _within(document: YamlNode, offset: int, end: int) -> Spot | None:
    node: YamlNode = document
    path: list[str] = []
    found: Spot | None = None
    for _ in range(_DEEPEST):
        if isinstance(node, YamlMap):
            entry = next((one for one in node.entries if one.span[0] <= offset <= one.span[1]), None)
            if entry is None:
                return found
            path.append(entry.key.value)
            found = Spot(path, entry, None)
            if entry.key.span[0] <= offset <= entry.key.span[1] and not _goes_on(entry, end):
                return found
            node = entry.value
            offset = max(offset, node.span[0]) if node.source is document.source else offset
        elif isinstance(node, YamlSeq) and found is not None:
            item = next((one for one in node.items if one.place.span[0] <= offset <= one.place.span[1]), None)
            if item is None:
                return found
            found = Spot(path, found.entry, item)
            node = item
        else:
            return found
    return found


def _goes_on(entry: YamlEntry, end: int) -> bool:
    """Whether the line of a key holds one entry of its value, and so means that: ``a: {b: c}``."""
    value = entry.value
    return (
        isinstance(value, YamlMap) and value.alias is None and value.flow and len(value) == 1 and value.span[1] <= end
    )


def account_of(asked: Asked, model: ComposeModel, file: ComposeFile, line: int) -> Account | None:
    """What is in effect at a line; None where nothing stands."""
    spot = spot_at(file, line)
    if spot is None:
        return None
    account = Account("value", spot.entry, line)
    account.add("key", asked.shown.text(".".join(spot.path)), _what(model, spot))
    service = model.by_name.get(spot.path[1]) if len(spot.path) > 1 and spot.path[0] == "services" else None
    name = _pair_name(spot)
    if name is not None:
        _pair(asked, account, model, file, spot, name, service)
    elif spot.item is not None:
        _item(asked, account, model, spot, service)
    else:
        _entry(asked, account, model, file, spot, service)
    return account


def _what(model: ComposeModel, spot: Spot) -> str | None:
    """Which of the files in effect it is in."""
    files = [one.source.path for one in model.files]
    path = spot.entry.source.path
    if path in model.included:
        return "in an included file"
    if path not in files:
        return "in a file that others extend"
    return "in the file that is laid over the first" if path != files[0] else None


def _lookup(tree: YamlNode | None, path: Sequence[str]) -> YamlEntry | None:
    entry: YamlEntry | None = None
    node = tree
    for key in path:
        fields = node.effective() if isinstance(node, YamlMap) else None
        entry = fields.entry(key) if fields is not None else None
        if entry is None:
            return None
        node = entry.value
    return entry


# A key


def _entry(
    asked: Asked, account: Account, model: ComposeModel, file: ComposeFile, spot: Spot, service: Service | None
) -> None:
    if spot.path[-1] == MERGE_KEY:
        _merged(account, spot)
        return
    effective = _lookup(model.map, spot.path)
    if effective is None:
        account.add("value", "not in effect", *_others(asked, model, file, spot.path))
        return
    _value(asked, account, model, service, spot.path[-1], effective.value)
    if spot.path[-2:-1] == ("args",):
        _argument(account, model, service, spot.path[-1])
    for place in _others(asked, model, file, spot.path):
        if place.source.path == effective.value.source.path and place.line == effective.value.place.line:
            continue
        account.add("also in", "merged" if _has_part(effective.value, place) else "overridden", place)


def _merged(account: Account, spot: Spot) -> None:
    """The keys that ``<<`` brings."""
    maps = spot.node.items if isinstance(spot.node, YamlSeq) else [spot.node]
    for one in maps:
        keys = [entry.key.value for entry in one.effective().entries] if isinstance(one, YamlMap) else []
        account.add("value", f"the keys {', '.join(keys[:_MOST_KEYS])}" if keys else "nothing", one.place, one)


def _has_part(node: YamlNode, other: Node) -> bool:
    """Whether something of what stands at another place is part of a value."""
    waiting = [node] if not isinstance(node, YamlScalar) else []
    while waiting:
        one = waiting.pop()
        if isinstance(one, YamlMap):
            waiting += [entry.value for entry in one.entries]
        elif isinstance(one, YamlSeq):
            waiting += one.items
        place = one.place
        if one is not node and place.source.path == other.source.path and _meet(place, other):
            return True
    return False


def _meet(one: Node, other: Node) -> bool:
    return one.span[0] < other.span[1] and other.span[0] < one.span[1]


def _others(asked: Asked, model: ComposeModel, file: ComposeFile, path: Sequence[str]) -> Iterator[Node]:
    """The places at which the files of a project set a key."""
    for other in sorted(model.paths, key=lambda name: _order(model, name)):
        tree = asked.workspace.compose_file(other)
        entry = _lookup(tree.map, path) if tree is not None else None
        if entry is not None:
            yield entry.value.place if entry.value.source.path == other else entry.key


def _order(model: ComposeModel, path: str) -> tuple[int, str]:
    files = [one.source.path for one in model.files]
    return (files.index(path) if path in files else -1, path)


def _value(
    asked: Asked, account: Account, model: ComposeModel, service: Service | None, name: str, node: YamlNode
) -> None:
    """A value with the place it is from, the alias it came by and the variables in it."""
    origin: list[Origin] = [node.place]
    if node.alias is not None:
        origin.append(f"through *{node.alias.raw.lstrip('*')}, which stands in line {node.line}")
    origin += [related.where for related in origins(model, service, node)]
    if isinstance(node, YamlScalar):
        text = asked.shown.value(name, node.literal if "$" in node.value else node.value, node, node.value)
        account.add("value", _short(text), *origin)
        _used(asked, account, node)
    else:
        size = counted(len(node), "entry", "entries") if isinstance(node, YamlMap | YamlSeq) else None
        account.add("value", size, *origin)


def _used(asked: Asked, account: Account, node: YamlScalar) -> None:
    """The variables in a value: what they come to, or the default that is taken."""
    for use in variables(node.value):
        known = node.lookup(use.name) if node.lookup is not None else None
        if known is not None:
            account.add("variable", asked.shown.value(use.name, known), of=use.name)
        elif use.operator in ("-", ":-"):
            default = asked.shown.value(use.name, use.argument) or ""
            account.add("variable", default, "the default; .env does not set it, the environment may", of=use.name)
        else:
            account.add("variable", None, ".env does not set it, the environment may", of=use.name)


def _short(text: str | None) -> str | None:
    if text is None:
        return None
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"


# An entry of a list


def _pair_name(spot: Spot) -> str | None:
    """The name of ``- NAME=value``."""
    listed = spot.path[-1:] in (("environment",), ("args",), ("labels",), ("annotations",), ("sysctls",))
    if not listed or not isinstance(spot.item, YamlScalar):
        return None
    return spot.item.value.partition("=")[0]


def _pair(
    asked: Asked,
    account: Account,
    model: ComposeModel,
    file: ComposeFile,
    spot: Spot,
    name: str,
    service: Service | None,
) -> None:
    """A variable, argument or label that stands in a list; another file may have it as a key."""
    effective = _lookup(model.map, spot.path)
    pairs = key_values(effective.value) if effective is not None else []
    found = next((pair for pair in pairs if pair.name == name), None)
    if found is None:
        account.add("value", "not in effect")
        return
    text = asked.shown.value(name, found.literal, found.value, found.text) if found.assigned else None
    unset = None if found.assigned else "its value comes from where Compose is called"
    more = [related.where for related in origins(model, service, found.scalar)]
    account.add("value", _short(text), found, *more, unset, of=name)
    _used(asked, account, found.scalar)
    if spot.path[-1] == "args":
        _argument(account, model, service, name)
    for place in _others(asked, model, file, spot.path):
        if effective is not None and place.source.path != found.source.path:
            account.add("also in", "merged" if _has_part(effective.value, place) else "overridden", place)


def _argument(account: Account, model: ComposeModel, service: Service | None, name: str) -> None:
    """Where the Dockerfile declares a build argument."""
    built = model.built_image(service) if service is not None else None
    if built is None:
        return
    place = built.arguments.get(name)
    account.add("declared", f"ARG {name}" if place is not None else "nowhere", place or built.stage.graph.dockerfile)


def _item(asked: Asked, account: Account, model: ComposeModel, spot: Spot, service: Service | None) -> None:
    """An item of a list: in effect, or replaced by another file."""
    effective = _lookup(model.map, spot.path)
    item = spot.node
    items = effective.value.items if effective is not None and isinstance(effective.value, YamlSeq) else []
    same = next((one for one in items if (one.source.path, one.span) == (item.source.path, item.span)), None)
    if same is None:
        account.add("value", "not in effect", "another file replaces it")
    elif isinstance(same, YamlScalar):
        _value(asked, account, model, service, spot.path[-1], same)
    else:
        account.add("value", counted(len(same), "entry", "entries") if isinstance(same, YamlMap) else None, same.place)
    if same is not None and len(items) > 1:
        paths = sorted({one.source.path for one in items})
        account.add("one of", counted(len(items), "item"), *(path for path in paths if path != item.source.path))
