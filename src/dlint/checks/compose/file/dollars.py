"""Dollars that stand for themselves, in hashes and passwords, and that Compose takes for variables."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from dlint.api import Node, Problem, Problems, Related, check, looks_secret_name, pattern
from dlint.api.compose import (
    ComposeModel,
    DotEnvEntry,
    VariableUse,
    YamlMap,
    YamlNode,
    YamlScalar,
    YamlSeq,
    parse_dotenv,
    variables,
)

# crypt(5) and the Password Hashing Competition's string format: bcrypt, MD5 of Apache, SHA of glibc, argon2, yescrypt.
_HASH = pattern(r"(?<!\$)\$(?:2[abxy]\$[0-9]{2}|apr1|[156]|argon2(?:id|[id])|y|pbkdf2(?:-\w+)?|scrypt)\$[^\s'\"]")
_HASHES = ("$2", "$a", "$1", "$5", "$6", "$y", "$p", "$s")
_JOINT = frozenset(":/@=, \t\n{}()[]'\"")
_MOST_CHARACTERS = 100_000
"""A longer environment file is none that somebody wrote."""


@check(on=ComposeModel, words=("$",))
def dollar_not_doubled(model: ComposeModel) -> Problems:
    """A hash or a password of which Compose takes a part for a variable that nothing sets."""
    # What is written ${NAME} is meant for a variable, and what is doubled for a dollar.
    if any("$" in file.source.text.replace("$$", "").replace("${", "") for file in model.files):
        yield from _in_values(model)
    yield from _in_files(model)


def _in_values(model: ComposeModel) -> Iterator[Problem]:
    """Those in the Compose files."""
    for scalar in _scalars(model):
        if _is_hash(scalar.value) and _lost(scalar.value, model):
            yield _problem(scalar, "this hash")
    for service in model.services:
        for variable in service.environment:
            text = variable.text
            if "$" not in text or not looks_secret_name(variable.name) or _is_hash(text):
                continue
            if any(_is_inside(use, text) for use in _lost(text, model)):
                yield _problem(variable.value or variable, f"the value of {variable.name}")


def _problem(where: Node, what: str) -> Problem:
    message = f"Compose takes a part of {what} for a variable, and puts nothing in its place: write each dollar as $$"
    return Problem(where, message, hides=[where])


def _is_hash(text: str) -> bool:
    """Whether a hash is in a text."""
    return any(begins in text for begins in _HASHES) and _HASH.search(text) is not None


def _scalars(model: ComposeModel) -> Iterator[YamlScalar]:
    """The values with a dollar."""
    stack: list[YamlNode] = [model.map]
    while stack:
        node = stack.pop()
        if isinstance(node, YamlMap):
            stack.extend(entry.value for entry in reversed(node.effective().entries))
        elif isinstance(node, YamlSeq):
            stack.extend(reversed(node.items))
        elif isinstance(node, YamlScalar) and "$" in node.value:
            yield node


def _lost(text: str, model: ComposeModel) -> list[VariableUse]:
    """The variables without braces that nothing sets."""
    return [
        use
        for use in variables(text)
        if not use.depth and text[use.start + 1] != "{" and use.name not in model.variables
    ]


def _is_inside(use: VariableUse, text: str) -> bool:
    """Whether a variable begins in the middle of a word, and is not written as those of settings are."""
    return use.start > 0 and text[use.start - 1] not in _JOINT and not use.name.isupper()


def _in_files(model: ComposeModel) -> Iterator[Problem]:
    """Those in the ``.env`` of the project and in environment files, which the services get."""
    read: set[str] = set()
    for service in model.services:
        for file in service.env_files:
            written = file.path.literal if file.path is not None else None
            entries = _entries(file, written, model, read) if written else {}
            for entry in entries.values():
                yield _in_file(file, entry)
    place = model.services[0].key if model.services else None
    entries = _entries(place, ".env", model, read) if place is not None else {}
    for service in model.services if entries else ():
        for use_of in service.environment:
            for use in variables(use_of.text) if "$" in use_of.text else ():
                if use.name in entries:
                    yield _in_file(use_of, entries.pop(use.name))


def _in_file(where: Node, entry: DotEnvEntry) -> Problem:
    message = (
        f"Compose takes a part of the value of {entry.name} in {entry.source.path} for a variable, and puts nothing in"
        " its place: put the value in single quotes"
    )
    return Problem(where, message, related=[Related(entry.key, "It is set here")], hides=())


def _entries(place: Node, written: str, model: ComposeModel, read: set[str]) -> dict[str, DotEnvEntry]:
    """The lines of an environment file with such a value, by name; none for a file that was read already."""
    source = model.read(place, written)
    if source is None or source.path in read or "$" not in source.text or len(source.text) > _MOST_CHARACTERS:
        return {}
    read.add(source.path)
    found = parse_dotenv(source)
    return {entry.name: entry for entry in found.entries if _loses(entry, found.values.keys(), model)}


def _loses(entry: DotEnvEntry, names: Collection[str], model: ComposeModel) -> bool:
    node = entry.value_node
    if node is None or "$" not in node.raw or node.source.text[node.span[0] - 1] == "'":
        return False
    text = node.raw
    lost = [use for use in _lost(text, model) if use.name not in names and text[use.start - 1 : use.start] != "\\"]
    if not lost:
        return False
    return _is_hash(text) or (looks_secret_name(entry.name) and any(_is_inside(use, text) for use in lost))
