"""One ``docker run``, or one ``docker service create``, as a service: each option by the kind the table gives it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from dlint.from_run import mounts, networks
from dlint.from_run.arguments import Argument, parse
from dlint.from_run.commands import Command
from dlint.from_run.draft import Draft
from dlint.from_run.fault import FromRunError
from dlint.from_run.tree import Leaf, Map, Node, add, fields, key_of, mapping, number, put
from dlint.from_run.words import Word
from dlint.lazy import pattern
from dlint.source import Span

# Words that a shell splits at blanks and nowhere else, and that hold no variable.
_SIMPLE = pattern(r"[A-Za-z0-9_./:=,@%+-]+")
_BRACKETED = pattern(r"\[([A-Za-z][\w -]*)\]", re.ASCII)
_SECONDS = pattern(r"[0-9]+")
_GPU_LISTS = {"device": "device_ids", "capabilities": "capabilities"}


def service(command: Command) -> Draft:
    """The service that a command starts. Raises FromRunError where its program would refuse the command."""
    arguments = parse(command)
    draft = Draft(command)
    draft.notes += arguments.notes
    draft.unknown = arguments.unknown
    for argument in arguments.options:
        _KINDS[argument.option.kind](draft, argument)
    networks.finish(draft)
    mounts.finish(draft)
    _image(draft, arguments.operands)
    return draft


def _image(draft: Draft, operands: list[Word]) -> None:
    if not operands:
        verb = "service create" if draft.command.verb == "service" else draft.command.verb
        raise FromRunError(f"{draft.command.engine} {verb} names no image", draft.command.head)
    image, *rest = operands
    if not image.text.strip():
        raise FromRunError("the name of the image is empty", image.span)
    draft.image = _with_variables(draft, image)
    draft.keys["image"] = Leaf(draft.image, image.span)
    if rest:
        draft.keys["command"] = _command(rest)


def _with_variables(draft: Draft, image: Word) -> str:
    """The image with a variable in place of ``[version]`` and its like, which documents write for what to fill in."""

    def variable(match: re.Match[str]) -> str:
        name = re.sub(r"\W+", "_", match[1], flags=re.ASCII).upper()
        draft.passed.append((name, image.span))
        return f"${{{name}}}"

    return _BRACKETED.sub(variable, image.text)


def _command(words: list[Word]) -> Node:
    """One text where a shell would split it into just these words, else a list."""
    if all(_SIMPLE.fullmatch(word.text) for word in words):
        return Leaf(" ".join(word.text for word in words), Span(words[0].span[0], words[-1].span[1]))
    return [Leaf(word.text, word.span) for word in words]


def _flag(draft: Draft, argument: Argument) -> None:
    if argument.value == "true":
        put(draft.keys, argument.option.key, Leaf("true", argument.span, "bare"))


def _text(draft: Draft, argument: Argument) -> None:
    put(draft.keys, argument.option.key, Leaf(argument.value, argument.span))


def _quoted_one(draft: Draft, argument: Argument) -> None:
    put(draft.keys, argument.option.key, Leaf(argument.value, argument.span, "quoted"))


def _number(draft: Draft, argument: Argument) -> None:
    put(draft.keys, argument.option.key, number(argument.value, argument.span))


def _list(draft: Draft, argument: Argument) -> None:
    add(draft.keys, argument.option.key, Leaf(argument.value, argument.span))


def _quoted(draft: Draft, argument: Argument) -> None:
    add(draft.keys, argument.option.key, Leaf(argument.value, argument.span, "quoted"))


def _map(draft: Draft, argument: Argument) -> None:
    """``key=value`` under a key that is a mapping in Compose."""
    key, _, value = argument.value.partition("=")
    put_pair(draft, argument, key, Leaf(value, argument.span))


def put_pair(draft: Draft, argument: Argument, key: str, value: Node) -> None:
    """Write a pair; what would be no key is said and left out."""
    if not key.strip() or "$" in key:
        draft.say("left out: Compose fills in variables in values only, and no name is empty", argument)
        return
    _pair_map(draft.keys, argument.option.key)[key] = value


def _pair_map(tree: Map, path: str) -> Map:
    for key in path.split("."):
        tree = mapping(tree, key)
    return tree


def _pairs(draft: Draft, argument: Argument) -> None:
    """Labels: a key alone has an empty value."""
    _map(draft, argument)


def _env(draft: Draft, argument: Argument) -> None:
    """A variable; a name alone passes on what Compose itself has in its environment or in ``.env``."""
    key, equals, value = argument.value.partition("=")
    if not equals and key and "$" not in key:
        draft.passed.append((key, argument.span))
    put_pair(draft, argument, key, Leaf(value, argument.span) if equals else Leaf("", argument.span, "bare"))


def _env_file(draft: Draft, argument: Argument) -> None:
    """``format: raw`` reads the file as ``docker run`` does: quotes and dollars are characters like any other."""
    path: Node = Leaf(mounts.from_here(argument.value), argument.span)
    entry: Map = {"path": path, "format": Leaf("raw", argument.span)}
    add(draft.keys, argument.option.key, entry)


def _none(draft: Draft, argument: Argument) -> None:
    if argument.option.takes_value or argument.value == "true":
        draft.leave_out(argument)


def _start(draft: Draft, argument: Argument) -> None:
    """An option about how the command runs: that is for ``docker compose up`` to say."""


def _help(draft: Draft, argument: Argument) -> None:
    raise FromRunError("--help prints help and starts nothing", argument.span)


def _name(draft: Draft, argument: Argument) -> None:
    draft.name = argument.value
    if draft.command.verb == "run":
        _text(draft, argument)


def _seconds(draft: Draft, argument: Argument) -> None:
    value = f"{argument.value}s" if _SECONDS.fullmatch(argument.value) else argument.value
    put(draft.keys, argument.option.key, Leaf(value, argument.span))


def _entrypoint(draft: Draft, argument: Argument) -> None:
    """One program; podman also takes a list as JSON. An empty value takes the image's entrypoint away."""
    value = argument.value
    if draft.command.engine == "podman" and value.startswith("["):
        words = _json_list(value)
        if words is not None:
            draft.keys["entrypoint"] = [Leaf(word, argument.span) for word in words]
            return
    if not value:
        draft.keys["entrypoint"] = []
    elif _SIMPLE.fullmatch(value):
        _text(draft, argument)
    else:
        draft.keys["entrypoint"] = [Leaf(value, argument.span)]


def _json_list(text: str) -> list[str] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    is_words = isinstance(found, list) and found and all(isinstance(word, str) for word in found)
    return [str(word) for word in found] if is_words else None


def _publish(draft: Draft, argument: Argument) -> None:
    """A port in the short form, or in the long one where ``target=`` says so (``docker service create``)."""
    if "target=" not in argument.value:
        add(draft.keys, "ports", Leaf(argument.value, argument.span, "quoted"))
        return
    port: Map = {}
    for key, value in fields(argument.value, argument.span):
        if key not in ("target", "published", "protocol", "mode"):
            draft.say(f"left out: a port has no {key_of(key, 'such key')}", argument)
        elif key == "published":
            port[key] = Leaf(value, argument.span, "quoted")
        else:
            port[key] = number(value, argument.span)
    add(draft.keys, "ports", port)


def _pull(draft: Draft, argument: Argument) -> None:
    """``--pull`` alone is no Docker, but ``newer`` is podman's: what Compose calls always comes next to it."""
    value = {"newer": "always", "true": "always", "false": "missing"}.get(argument.value, argument.value)
    put(draft.keys, argument.option.key, Leaf(value, argument.span))


def _ulimit(draft: Draft, argument: Argument) -> None:
    name, _, limits = argument.value.partition("=")
    if not name or "$" in name or not limits:
        draft.leave_out(argument)
        return
    soft, colon, hard = limits.partition(":")
    both: Map = {"soft": number(soft, argument.span), "hard": number(hard, argument.span)}
    mapping(draft.keys, "ulimits")[name] = both if colon else number(soft, argument.span)


def _rate(draft: Draft, argument: Argument) -> None:
    _device(draft, argument, "rate")


def _weight(draft: Draft, argument: Argument) -> None:
    _device(draft, argument, "weight")


def _device(draft: Draft, argument: Argument, key: str) -> None:
    path, _, value = argument.value.rpartition(":")
    entry: Map = {"path": Leaf(path, argument.span), key: number(value, argument.span)}
    add(draft.keys, argument.option.key, entry)


def _gpus(draft: Draft, argument: Argument) -> None:
    """``all``, a number, or ``device=…``, ``driver=…``, ``capabilities=…``, ``count=…``."""
    value = argument.value.strip('"')
    if value == "all":
        draft.keys["gpus"] = Leaf(value, argument.span)
        return
    request: Map = {}
    last = ""
    for key, text in fields(argument.value, argument.span):
        if not text and last in _GPU_LISTS.values():
            add(request, last, Leaf(key, argument.span))
        elif key in _GPU_LISTS:
            last = _GPU_LISTS[key]
            for item in text.split(","):
                add(request, last, Leaf(item, argument.span))
        elif key in ("count", "driver"):
            request[key] = number(text, argument.span)
        elif not text:
            request["count"] = number(key, argument.span)
        else:
            draft.say("left out: Compose knows device, driver, capabilities and count of a GPU", argument)
    if request:
        draft.keys["gpus"] = [request]


def _namespace(draft: Draft, argument: Argument) -> None:
    """The namespace of another container, which may turn out to be a service of the file."""
    other = argument.value.removeprefix("container:")
    if other != argument.value:
        draft.shares.append((argument.option.key, other))
    _text(draft, argument)


def _link(draft: Draft, argument: Argument) -> None:
    draft.links.append(Leaf(argument.value, argument.span))


def _borrow(draft: Draft, argument: Argument) -> None:
    draft.borrows.append(Leaf(argument.value, argument.span))


def _secret(draft: Draft, argument: Argument) -> None:
    """A secret or a config that exists: ``name``, or ``source=…,target=…,uid=…,gid=…,mode=…``."""
    kind = argument.option.key
    parts = fields(argument.value, argument.span)
    if parts and not parts[0][1]:
        parts[0] = ("source", argument.value.partition(",")[0])
    entry: Map = {}
    source = ""
    for key, value in parts:
        if key in ("source", "src"):
            source = value
        elif key in ("target", "uid", "gid", "mode"):
            entry[key] = Leaf(value, argument.span)
        elif (key, value) != ("type", "mount"):
            draft.say(f"left out: Compose has no {key_of(key, 'such key')} here", argument)
    if not source.strip():
        draft.leave_out(argument)
        return
    key = draft.declare(kind, source, argument.span, external=True)
    leaf = Leaf(key, argument.span)
    add(draft.keys, kind, {"source": leaf, **entry} if entry else leaf)


def _credential(draft: Draft, argument: Argument) -> None:
    kind, _, value = argument.value.partition("://")
    if kind not in ("file", "registry", "config") or not value:
        draft.leave_out(argument)
        return
    if kind == "config":
        value = draft.declare("configs", value, argument.span, external=True)
    draft.keys["credential_spec"] = {kind: Leaf(value, argument.span)}


def _preference(draft: Draft, argument: Argument) -> None:
    kind, _, value = argument.value.partition("=")
    if kind != "spread":
        draft.leave_out(argument)
        return
    add(draft.keys, argument.option.key, {"spread": Leaf(value, argument.span)})


def _resource(draft: Draft, argument: Argument) -> None:
    kind, _, value = argument.value.partition("=")
    spec: Map = {"kind": Leaf(kind, argument.span), "value": number(value, argument.span)}
    add(draft.keys, argument.option.key, {"discrete_resource_spec": spec})


_KINDS: dict[str, Callable[[Draft, Argument], None]] = {
    "borrow": _borrow,
    "credential": _credential,
    "driver": mounts.driver,
    "endpoint": networks.endpoint,
    "entrypoint": _entrypoint,
    "env": _env,
    "env-file": _env_file,
    "flag": _flag,
    "gpus": _gpus,
    "help": _help,
    "link": _link,
    "list": _list,
    "map": _map,
    "mount": mounts.mount,
    "name": _name,
    "namespace": _namespace,
    "network": networks.network,
    "none": _none,
    "number": _number,
    "pairs": _pairs,
    "preference": _preference,
    "publish": _publish,
    "pull": _pull,
    "quoted": _quoted,
    "quoted-one": _quoted_one,
    "rate": _rate,
    "resource": _resource,
    "seconds": _seconds,
    "secret": _secret,
    "start": _start,
    "text": _text,
    "ulimit": _ulimit,
    "volume": mounts.volume,
    "weight": _weight,
}
