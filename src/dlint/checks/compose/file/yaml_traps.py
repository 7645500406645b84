"""Plain values that YAML does not read as they look."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dlint.api import Fix, Node, Problem, Problems, check, pattern
from dlint.api.compose import EnvVar, KeyValue, Label, Port, Service, YamlMap, YamlScalar

_LOOKS_OCTAL = pattern(r"[1-7][0-7]{2,3}")
_BASE_SIXTY = pattern(r"[1-9][0-9]{0,8}:[0-5]?[0-9]")


@check(on=(EnvVar, Label, Service), keys=("build", "deploy", "logging", "annotations", "sysctls"))
def number_rewritten(node: EnvVar | Label | Service) -> Problems:
    """A number in a mapping of texts that reaches the container, or the build, with other digits."""
    for pair in _pairs(node) if isinstance(node, Service) else (node,):
        value = pair.value
        if not isinstance(value, YamlScalar) or value.kind not in ("int", "float") or "$" in value.value:
            continue
        if pair.literal is not None and pair.literal != value.value:
            message = f"`{pair.name}` becomes `{pair.literal}`, not `{value.value}`: put the value in quotes"
            fix = None
            if value.alias is None and value.style == "plain":
                title = "Quote the value; it is then passed on as written"
                fix = Fix(title, value.replace(f'"{value.value}"'), safe=False)
            yield Problem(value.place, message, fix=fix)


def _pairs(service: Service) -> Iterator[KeyValue]:
    """The texts with names of a service besides its variables and labels."""
    build, deploy, logging = service.build, service.deploy, service.logging
    if build is not None:
        yield from build.args
        yield from build.labels
    if deploy is not None:
        yield from deploy.labels
    if logging is not None:
        yield from logging.options
    yield from service.annotations
    yield from service.sysctls


# Variables that hold a command line, or a part of one: a shell may well take the quotes off.
_COMMAND_LINE = pattern(r"(?:^|_)(?:ARG|CMD|COMMAND|ENTRYPOINT|EXEC|FLAG|OPT|PARAM)", re.I)


@check(on=(EnvVar, Service), keys=("build",))
def quotes_in_value(node: EnvVar | Service) -> Problems:
    """Quotes around the value of an entry ``NAME=value`` or around a variable's default: YAML keeps them."""
    args = node.build.args if isinstance(node, Service) and node.build is not None else ()
    for pair in args if isinstance(node, Service) else (node,):
        text = pair.text
        if pair.value is None or not ('"' in text or "'" in text) or _COMMAND_LINE.search(pair.name):
            continue
        if pair.scalar.span == pair.span and pair.scalar.style == "plain" and _is_quoted(text):
            message = f"The quotes are part of the value of `{pair.name}`: leave them out, or put them around the entry"
            yield Problem(pair.value, message, fix=_around_entry(pair, pair.value))
        for use in pair.variables:
            if use.operator in ("-", ":-") and _is_quoted(use.argument):
                message = f"The quotes are part of what `{pair.name}` gets where {use.name} is not set: leave them out"
                yield Problem(pair.value, message)


@check(on=EnvVar)
def blank_around_equals(variable: EnvVar) -> Problems:
    """A blank behind the equals sign of an entry, which YAML keeps in the value."""
    if not variable.assigned or variable.scalar.span != variable.span or variable.scalar.style != "plain":
        return
    name, text = variable.name, variable.text
    if text.startswith((" ", "\t")) and text.strip() and not name.endswith((" ", "\t")):
        yield Problem(
            variable.value or variable,
            f"The value of `{name}` begins with a blank, as nothing takes it away: write `{name}=…` without one",
        )


_COLON = pattern(r"\A[A-Za-z_]\w*:(?!//)[^\s=]+\Z")


@check(on=EnvVar)
def colon_in_environment_item(variable: EnvVar) -> Problems:
    """An item ``NAME:value`` in the list form of ``environment``, which sets no variable."""
    if variable.assigned or variable.scalar.span != variable.span or _COLON.match(variable.name) is None:
        return
    name, _, value = variable.name.partition(":")
    right = f"{name}={value}"
    edit = variable.key.replace(right) if variable.key.raw == variable.name else None
    yield Problem(
        variable.key,
        f"`{name}` is not set: this passes on a variable called `{name}:…` that nobody has; write `{name}=…`",
        fix=Fix(f"Write {name}=…", edit, safe=False) if edit is not None else None,
    )


def _is_quoted(text: str) -> bool:
    """Whether a text stands in quotes as a whole."""
    return len(text) > 1 and text[0] in "\"'" and text[-1] == text[0] and text[0] not in text[1:-1]


def _around_entry(pair: KeyValue, value: Node) -> Fix | None:
    """Move the quotes around the whole entry; not if something in it is written otherwise there."""
    inner = value.raw[1:-1]
    if any(character in inner for character in "\"'\\\n") or value.raw[:1] not in "\"'":
        return None
    quote = value.raw[0]
    title = "Put the quotes around the entry; the value is then without them"
    return Fix(title, pair.replace(f"{quote}{pair.raw[: value.span[0] - pair.span[0]]}{inner}{quote}"), safe=False)


@check(on=Service, keys=("secrets", "configs", "build", "volumes"))
def file_mode_decimal(service: Service) -> Problems:
    """The mode of a secret, a config or a tmpfs in digits that look octal and are read as decimal ones."""
    build = service.build
    modes = [item.get("mode") for item in (*service.secrets, *service.configs, *(build.secrets if build else ()))]
    for mount in service.mounts:
        tmpfs = mount.get("tmpfs")
        modes.append(tmpfs.get("mode") if isinstance(tmpfs, YamlMap) else None)
    for mode in modes:
        if isinstance(mode, YamlScalar) and mode.kind == "int" and _LOOKS_OCTAL.fullmatch(mode.value):
            fix = None
            if mode.alias is None and mode.anchor is None:
                fix = Fix(
                    "Write the mode in octal digits; the file gets that mode",
                    mode.replace(f"0{mode.value}"),
                    safe=False,
                )
            message = f"`{mode.value}` is a decimal number, the mode {int(mode.value):04o}: write `0{mode.value}`"
            yield Problem(mode.place, message, fix=fix)


@check(on=Port)
def port_in_base_sixty(port: Port) -> Problems:
    """A plain port mapping that YAML 1.1 reads as a number in base sixty."""
    node = port.node
    if isinstance(node, YamlScalar) and node.style == "plain" and _BASE_SIXTY.fullmatch(node.value):
        minutes = node.value.split(":")
        number = int(minutes[0]) * 60 + int(minutes[1])
        fix = Fix("Quote the port", node.replace(f'"{node.value}"')) if node.alias is None else None
        yield Problem(port, f"YAML 1.1 reads `{node.value}` as the number {number}: put it in quotes", fix=fix)
