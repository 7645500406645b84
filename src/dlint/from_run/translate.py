"""The whole text as one Compose file: services get their names, find each other, and what they use is declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from dlint.from_run.commands import Commands, find
from dlint.from_run.draft import Draft
from dlint.from_run.fault import FromRunError, Note
from dlint.from_run.resources import Resource, resource
from dlint.from_run.service import service
from dlint.from_run.tree import Leaf, Map, add, by_names, key_of, without_repeats
from dlint.lazy import NamedTuple, pattern
from dlint.source import Source, Span

MOST_COMMANDS = 1_000
_TOP = ("networks", "volumes", "secrets", "configs")
# The order people read a service in; the other keys follow by the alphabet.
_ORDER = (
    "image container_name depends_on volumes volumes_from configs secrets environment env_file ports networks"
    " network_mode extra_hosts command entrypoint working_dir restart healthcheck logging labels user isolation"
).split()
_WORDS = ("command", "entrypoint")
_SERVICE_NAME = pattern(r"[a-zA-Z0-9._-]+")
# What a shell has in its environment as a rule, and so has Compose.
_ALWAYS_SET = frozenset(("PWD", "HOME", "USER"))


class Translation(NamedTuple):
    """A Compose file to be: ``services`` and the other top-level keys.

    ``heads`` are the places of the commands by service, ``comments`` what is written above an entry, by its two keys,
    ``variables`` what has to have a value where the file is used, ``environment`` the variables of the services that
    are given a value in the text, each with its place, ``passed_over`` the places of the commands that are left out.
    """

    document: Map
    heads: dict[str, Span]
    comments: dict[tuple[str, str], str]
    notes: list[Note]
    variables: list[str]
    environment: list[tuple[str, Span]]
    passed_over: list[Span]


def translate(source: Source, names: Sequence[str] = ()) -> Translation:
    """The Compose file for the commands of a text; ``names`` are for its services, in order. Raises FromRunError."""
    commands = find(source)
    if len(commands.found) > MOST_COMMANDS:
        raise FromRunError(f"more than {MOST_COMMANDS:,} commands are no one project", commands.found[-1].head)
    drafts = [service(command) for command in commands.found if command.verb in ("run", "service")]
    made = [resource(command) for command in commands.found if command.verb in ("network", "volume")]
    if not drafts:
        raise FromRunError("no command in this starts a container, as `docker run` does", Span(0, 0))
    named = _named(drafts, names)
    _resolve(named)
    document: Map = {"services": {name: _ordered(draft) for name, draft in named.items()}}
    for kind in _TOP:
        entries = _declared(kind, drafts, made)
        if entries:
            document[kind] = entries
    return Translation(
        document,
        {name: draft.command.head for name, draft in named.items()},
        _comments(named, made),
        sorted(_notes(commands, drafts, made), key=lambda note: note.span),
        _variables(commands, drafts),
        [pair for draft in drafts for pair in _environment(draft)],
        commands.passed_over,
    )


def _named(drafts: Sequence[Draft], names: Sequence[str]) -> dict[str, Draft]:
    """The services by name: a given one, else the last part of the image's name, else the container's."""
    if len(names) > len(drafts):
        raise FromRunError(f"--name goes once with each command: {len(names)} for {len(drafts)}", Span(0, 0))
    for name in names:
        if not _SERVICE_NAME.fullmatch(name):
            raise FromRunError("a service's name has letters, digits, dots, hyphens and underscores only", Span(0, 0))
    if len(set(names)) < len(names):
        raise FromRunError("two services cannot have one name", Span(0, 0))
    found: dict[str, Draft] = dict(zip(names, drafts, strict=False))
    counts: Counter[str] = Counter()
    for draft in drafts[len(names) :]:
        found[_free_name(draft, found, counts)] = draft
    return found


def _free_name(draft: Draft, taken: Mapping[str, Draft], counts: Counter[str]) -> str:
    own = key_of(draft.name, "") if draft.name else ""
    of_image = _image_name(draft.image)
    wanted = [own, of_image] if draft.command.verb == "service" else [of_image, own]
    for name in wanted:
        if name and name not in taken:
            return name
    counts[of_image] += 1
    while f"{of_image}-{counts[of_image] + 1}" in taken:
        counts[of_image] += 1
    return f"{of_image}-{counts[of_image] + 1}"


def _image_name(image: str) -> str:
    """``nginx`` for ``registry.example/library/nginx:1.27@sha256:…``."""
    return key_of(by_names(image).partition("@")[0].rpartition("/")[2].partition(":")[0], "app")


def _resolve(named: Mapping[str, Draft]) -> None:
    """Write what names another container: a service of the file by its name, any other as a container."""
    services = {draft.name: name for name, draft in named.items() if draft.name}
    for own, draft in named.items():

        def other(container: str, own: str = own) -> str | None:
            name = services.get(container)
            return None if name == own else name

        _resolve_links(draft, other)
        for leaf in draft.borrows:
            container, colon, mode = leaf.text.partition(":")
            target = other(container) or f"container:{container}"
            add(draft.keys, "volumes_from", leaf._replace(text=f"{target}{colon}{mode}"))
        for key, container in draft.shares:
            found, shared = draft.keys.get(key), other(container)
            if shared is not None and isinstance(found, Leaf):
                draft.keys[key] = found._replace(text=f"service:{shared}")


def _resolve_links(draft: Draft, other: Callable[[str], str | None]) -> None:
    for leaf in draft.links:
        container, _, alias = leaf.text.partition(":")
        target = other(container)
        if target is not None:
            link = target if (alias or container) == target else f"{target}:{alias or container}"
            add(draft.keys, "links", leaf._replace(text=link))
        else:
            add(draft.keys, "external_links", leaf)
            message = "--link: the container is none of these services, so it has to run, on a network of this one"
            draft.notes.append(Note(message, leaf.span))


def _ordered(draft: Draft) -> Map:
    """The keys in the order of ``_ORDER``, lists without what they have already."""
    rank = {key: place for place, key in enumerate(_ORDER)}
    keys = sorted(draft.keys, key=lambda key: (rank.get(key, len(rank)), key))
    return {key: draft.keys[key] if key in _WORDS else without_repeats(draft.keys[key]) for key in keys}


def _declared(kind: str, drafts: Sequence[Draft], made: Sequence[Resource]) -> Map:
    """The entries of ``networks`` and its like: what the services use, and what the text makes."""
    found: dict[str, Map] = {}
    for draft in drafts:
        for key, entry in draft.declared.get(kind, {}).items():
            found[key] = {**found.get(key, {}), **entry}
    for item in made:
        if item.kind == kind:
            found[_key(item)] = _made(item, found.get(_key(item), {}))
    return {key: entry or Leaf("", Span(0, 0), "bare") for key, entry in found.items()}


def _key(item: Resource) -> str:
    return key_of(item.name, item.kind[:-1])


def _made(item: Resource, used: Map) -> Map:
    """A network that the text makes is the project's own; a volume keeps its name, for what it may hold already."""
    entry: Map = {"name": Leaf(item.name, item.span)} if item.kind == "volumes" else {}
    return {**entry, **{key: value for key, value in used.items() if key not in ("external", "name")}, **item.entry}


def _comments(named: Mapping[str, Draft], made: Sequence[Resource]) -> dict[tuple[str, str], str]:
    """What is left out of each entry."""
    left_out = {("services", name): draft.left_out for name, draft in named.items()}
    left_out.update({(item.kind, _key(item)): item.left_out for item in made})
    return {place: _comment(options) for place, options in left_out.items() if options}


def _comment(left_out: Mapping[str, str]) -> str:
    listed = [f"{name} ({advice})" if advice else name for name, advice in left_out.items()]
    return f"Left out, as Compose has no key for it: {', '.join(listed)}"


def _notes(commands: Commands, drafts: Sequence[Draft], made: Sequence[Resource]) -> list[Note]:
    of_services = [note for draft in drafts for note in draft.notes]
    of_others = [note for item in made for note in item.notes]
    return list(dict.fromkeys([*commands.notes, *of_services, *of_others]))


def _variables(commands: Commands, drafts: Sequence[Draft]) -> list[str]:
    unknown = {span for draft in drafts for span in draft.unknown}
    names = [name for name, span in commands.variables if span not in unknown]
    names += [name for draft in drafts for name, _ in draft.passed]
    return [name for name in dict.fromkeys(names) if name not in _ALWAYS_SET]


def _environment(draft: Draft) -> list[tuple[str, Span]]:
    """The variables that get their value from the text itself."""
    environment = draft.keys.get("environment")
    if not isinstance(environment, dict):
        return []
    leaves = [(key, leaf) for key, leaf in environment.items() if isinstance(leaf, Leaf)]
    return [(key, leaf.span) for key, leaf in leaves if leaf.text and "${" not in leaf.text]
