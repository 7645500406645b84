"""``docker network create`` and ``docker volume create`` as entries of ``networks`` and ``volumes``."""

from __future__ import annotations

from dlint.from_run.arguments import Argument, parse
from dlint.from_run.commands import Command
from dlint.from_run.fault import FromRunError, Note
from dlint.from_run.tree import Leaf, Map, mapping, put
from dlint.lazy import NamedTuple
from dlint.source import Span


class Resource(NamedTuple):
    """A network or a volume that the text makes. ``kind`` is ``networks`` or ``volumes``."""

    kind: str
    name: str
    entry: Map
    left_out: dict[str, str]
    notes: list[Note]
    span: Span


def resource(command: Command) -> Resource:
    """What a ``create`` makes. Raises FromRunError where its program would refuse the command."""
    arguments = parse(command)
    kind = f"{command.verb}s"
    name = arguments.operands[-1].text if arguments.operands else ""
    if not name.strip():
        raise FromRunError(f"a {command.verb} without a name is none that a Compose file can use", command.head)
    made = Resource(kind, name, {}, {}, list(arguments.notes), command.head)
    pools: list[Map] = []
    for argument in arguments.options:
        _write(made, pools, argument)
    if pools:
        mapping(made.entry, "ipam")["config"] = [*pools]
    return made


def _write(made: Resource, pools: list[Map], argument: Argument) -> None:
    option, span = argument.option, argument.span
    if option.kind == "flag":
        put(made.entry, option.key, Leaf(argument.value, span, "bare"))
    elif option.kind == "text":
        put(made.entry, option.key, Leaf(argument.value, span))
    elif option.kind in ("map", "pairs"):
        key, _, value = argument.value.partition("=")
        if key.strip() and "$" not in key:
            put(made.entry, option.key, {**_existing(made.entry, option.key), key: Leaf(value, span)})
    elif option.kind == "ipam":
        _address(pools, argument)
    elif option.kind == "help":
        raise FromRunError("--help prints help and makes nothing", span)
    elif argument.value != "false":
        made.left_out[option.name] = option.key
        made.notes.append(Note(f"{option.name}: left out, as Compose has no key for it", span))


def _existing(entry: Map, path: str) -> Map:
    """The mapping under ``path``, empty if there is none."""
    *parents, last = path.split(".")
    for key in parents:
        entry = mapping(entry, key)
    return mapping(entry, last)


def _address(pools: list[Map], argument: Argument) -> None:
    """A subnet begins a pool; each other address belongs to the first pool that has none of its kind yet."""
    key, leaf = argument.option.key, Leaf(argument.value, argument.span)
    if key == "aux_addresses":
        name, _, address = argument.value.partition("=")
        if not pools:
            pools.append({})
        mapping(pools[0], key)[name or "address"] = Leaf(address, argument.span)
        return
    for pool in pools:
        if key not in pool:
            pool[key] = leaf
            return
    pools.append({key: leaf})
