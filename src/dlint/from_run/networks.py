"""Which networks a container joins, and how: ``--network`` and the options about its place there."""

from __future__ import annotations

from dlint.from_run.arguments import Argument
from dlint.from_run.draft import Draft
from dlint.from_run.fault import Note
from dlint.from_run.tree import Leaf, Map, Node, add, fields, mapping, number

# Networks of the engine itself: https://docs.docker.com/engine/network/#drivers
_MODES = {"host": "host", "none": "none", "bridge": "bridge", "default": "bridge"}
# Podman's ways to have a network without one of its own, podman-run(1).
_PODMAN_MODES = ("slirp4netns", "pasta", "private", "ns")
_LISTS = ("aliases", "link_local_ips")
_ENDPOINT = {
    "alias": "aliases",
    "ip": "ipv4_address",
    "ip6": "ipv6_address",
    "mac": "mac_address",
    "mac-address": "mac_address",
    "link-local-ip": "link_local_ips",
    "interface_name": "interface_name",
}


def network(draft: Draft, argument: Argument) -> None:
    """``--network`` in its short form, in Docker's long one (``name=…,ip=…``) or in podman's (``name:ip=…``)."""
    value = argument.value
    if value.startswith("container:"):
        draft.shares.append(("network_mode", value.partition(":")[2]))
        draft.keys["network_mode"] = Leaf(value, argument.span)
    elif value in _MODES:
        draft.keys["network_mode"] = Leaf(_MODES[value], argument.span)
    elif draft.command.engine == "podman" and value.partition(":")[0] in _PODMAN_MODES:
        draft.say("left out, as Compose does not have this mode", argument)
    elif "name=" in value:
        _join(draft, argument, fields(value, argument.span))
    elif draft.command.engine == "podman" and ":" in value:
        name, _, options = value.partition(":")
        _join(draft, argument, [("name", name), *fields(options, argument.span)])
    else:
        _join(draft, argument, [("name", value)])


def _join(draft: Draft, argument: Argument, given: list[tuple[str, str]]) -> None:
    name = dict(given).get("name", "")
    if not name.strip():
        draft.say("left out, as it names no network", argument)
        return
    key = draft.declare("networks", name, argument.span, external=True)
    entry = draft.networks.setdefault(key, {})
    draft.network_spans.setdefault(key, argument.span)
    for option, value in given:
        leaf = Leaf(value, argument.span)
        if option in _ENDPOINT:
            _write(entry, _ENDPOINT[option], leaf)
        elif option == "driver-opt" and value.partition("=")[0]:
            driver_key, _, text = value.partition("=")
            mapping(entry, "driver_opts")[driver_key] = Leaf(text, argument.span)
        elif option == "gw-priority":
            entry["gw_priority"] = number(value, argument.span)
        elif option != "name":
            draft.say("left out in part: Compose has no such option of a network", argument)


def endpoint(draft: Draft, argument: Argument) -> None:
    """An address or a name on the network, wherever the option with its name stands."""
    draft.endpoint.append((argument.option.key, Leaf(argument.value, argument.span)))


def finish(draft: Draft) -> None:
    """Write the networks: a list of names, or a mapping where there is more to say than names."""
    if draft.endpoint and "network_mode" not in draft.keys:
        _place_endpoint(draft)
    elif draft.endpoint:
        message = "an address or an alias is left out: the container has no network of its own"
        draft.notes += [Note(message, leaf.span) for _, leaf in draft.endpoint]
    if any(draft.networks.values()):
        networks: Map = {}
        for key, entry in draft.networks.items():
            networks[key] = entry or Leaf("", draft.network_spans[key], "bare")
        draft.keys["networks"] = networks
    elif draft.networks:
        names: list[Node] = [Leaf(key, draft.network_spans[key]) for key in draft.networks]
        draft.keys["networks"] = names


def _place_endpoint(draft: Draft) -> None:
    """The first network takes the address; without one it is the project's own, and a MAC address the service's."""
    if not draft.networks and all(key == "mac_address" for key, _ in draft.endpoint):
        draft.keys["mac_address"] = draft.endpoint[-1][1]
        return
    first = next(iter(draft.networks), "default")
    entry = draft.networks.setdefault(first, {})
    for key, leaf in draft.endpoint:
        _write(entry, key, leaf)


def _write(entry: Map, key: str, leaf: Leaf) -> None:
    if key in _LISTS:
        add(entry, key, leaf)
    else:
        entry[key] = leaf
