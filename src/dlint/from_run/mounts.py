"""What a container mounts: ``--volume``, ``--mount`` and ``--volume-driver``."""

from __future__ import annotations

from dlint.from_run.arguments import Argument
from dlint.from_run.draft import Draft
from dlint.from_run.tree import Leaf, Map, add, fields, mapping, split_colons
from dlint.from_run.words import HERE
from dlint.lazy import pattern
from dlint.source import Span

# A name, which may have variables in it; a variable alone is rather a path.
_NAMED = pattern(r"(?!\$\{\w+\}$)(?:[a-zA-Z0-9]|\$\{\w+\})(?:[a-zA-Z0-9_.-]|\$\{\w+\})*")
_OCTAL = pattern(r"0*([0-7]{1,4})")
_PATHS = ("source", "src", "target", "dst", "destination")
_SWITCHES = {"": True, "1": True, "true": True, "0": False, "false": False}
# Keys of --mount (https://docs.docker.com/engine/storage/bind-mounts/#options-for---mount and its neighbours) that
# Compose has under another name.
_NESTED = {
    "bind-propagation": "bind.propagation",
    "bind-recursive": "bind.recursive",
    "volume-subpath": "volume.subpath",
    "image-subpath": "image.subpath",
    "tmpfs-size": "tmpfs.size",
}


def from_here(path: str) -> str:
    """A path below the folder of the command as Compose writes it: from the folder of the file."""
    if path == HERE:
        return "."
    return f"./{path[len(HERE) + 1 :].lstrip('/')}" if path.startswith(f"{HERE}/") else path


def volume(draft: Draft, argument: Argument) -> None:
    """``--volume`` stays in the short form; a volume with a name is declared."""
    source, *rest = split_colons(argument.value)
    if rest and _NAMED.fullmatch(source):
        source = _declared(draft, source, argument.span)
    elif rest:
        source = from_here(source)
    add(draft.keys, "volumes", Leaf(":".join([source, *rest]), argument.span))


def driver(draft: Draft, argument: Argument) -> None:
    """``--volume-driver`` is for each volume of the command that has a name."""
    draft.driver = Leaf(argument.value, argument.span)


def finish(draft: Draft) -> None:
    """Give the volumes the driver, wherever it stands among the options."""
    for entry in draft.declared.get("volumes", {}).values():
        if draft.driver is not None:
            entry.setdefault("driver", draft.driver)


def _declared(draft: Draft, name: str, span: Span) -> str:
    """The key of a volume. It keeps its name, for what it holds: Compose would put the project's before it."""
    return draft.declare("volumes", name, span, external=False)


def mount(draft: Draft, argument: Argument) -> None:
    """``--mount`` becomes the long form."""
    given = fields(argument.value, argument.span)
    kind = dict(given).get("type", "volume")
    entry: Map = {"type": Leaf(kind, argument.span)}
    volume_keys: Map = {}
    for key, value in given:
        if not _plain(entry, key, value, argument) and not _special(entry, volume_keys, key, value, argument):
            draft.say("left out in part: Compose has no such option of a mount", argument)
    source = entry.get("source")
    if kind == "bind":
        # Other than --volume, --mount makes no folder on the host.
        mapping(entry, "bind").setdefault("create_host_path", Leaf("false", argument.span, "bare"))
        if isinstance(source, Leaf):
            entry["source"] = source._replace(text=from_here(source.text))
    elif kind == "volume" and isinstance(source, Leaf) and source.text:
        key = _declared(draft, source.text, argument.span)
        entry["source"] = source._replace(text=key)
        draft.declared["volumes"][key].update(volume_keys)
    elif volume_keys:
        draft.say("the driver is left out: it takes a volume with a name", argument)
    add(draft.keys, "volumes", entry)


def _plain(entry: Map, key: str, value: str, argument: Argument) -> bool:
    """Write a key whose value Compose takes as it is; false for any other."""
    leaf = Leaf(value, argument.span)
    if key == "type":
        return True
    if key in _PATHS:
        entry["source" if key in _PATHS[:2] else "target"] = leaf
    elif key == "consistency":
        entry[key] = leaf
    elif key in _NESTED:
        parent, _, name = _NESTED[key].partition(".")
        mapping(entry, parent)[name] = leaf
    else:
        return False
    return True


def _special(entry: Map, volume_keys: Map, key: str, value: str, argument: Argument) -> bool:
    """Write a key that Compose has in another shape; false for one it does not have."""
    span = argument.span
    on = _SWITCHES.get(value.lower())
    true, false = Leaf("true", span, "bare"), Leaf("false", span, "bare")
    name, _, text = value.partition("=")
    if key in ("readonly", "ro") and on is not None:
        entry["read_only"] = true if on else false
    elif key == "volume-nocopy" and on is not None:
        mapping(entry, "volume")["nocopy"] = true if on else false
    elif key == "bind-nonrecursive" and on is not None:
        mapping(entry, "bind")["recursive"] = Leaf("disabled" if on else "enabled", span)
    elif key == "bind-create-src" and on is not None:
        mapping(entry, "bind")["create_host_path"] = true if on else false
    elif key == "relabel" and value in ("shared", "private"):
        mapping(entry, "bind")["selinux"] = Leaf("z" if value == "shared" else "Z", span)
    elif key == "tmpfs-mode" and (mode := _OCTAL.fullmatch(value)):
        mapping(entry, "tmpfs")["mode"] = Leaf(f"0{mode[1]}", span, "bare")
    elif key == "volume-driver":
        volume_keys["driver"] = Leaf(value, span)
    elif key == "volume-opt" and name:
        mapping(volume_keys, "driver_opts")[name] = Leaf(text, span)
    elif key == "volume-label" and name:
        mapping(mapping(entry, "volume"), "labels")[name] = Leaf(text, span)
    else:
        return False
    return True
