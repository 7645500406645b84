"""Plain values that YAML does not read as they look."""

from __future__ import annotations

import re

from dlint.api import Fix, Problem, Problems, check
from dlint.api.compose import EnvVar, Label, Port, YamlScalar

_BASE_SIXTY = re.compile(r"[1-9][0-9]*:[0-5]?[0-9]")


@check(on=(EnvVar, Label))
def number_rewritten(pair: EnvVar | Label) -> Problems:
    """A number in a mapping that reaches the container with other digits."""
    value = pair.value
    if not isinstance(value, YamlScalar) or value.kind not in ("int", "float") or "$" in value.value:
        return
    if pair.literal is not None and pair.literal != value.value:
        message = f"`{pair.name}` becomes `{pair.literal}`, not `{value.value}`: put the value in quotes"
        fix = None
        if value.alias is None and value.style == "plain":
            fix = Fix(
                "Quote the value; the container gets it as written", value.replace(f'"{value.value}"'), safe=False
            )
        yield Problem(value.place, message, fix=fix)


@check(on=Port)
def port_in_base_sixty(port: Port) -> Problems:
    """A plain port mapping that YAML 1.1 reads as a number in base sixty."""
    node = port.node
    if isinstance(node, YamlScalar) and node.style == "plain" and _BASE_SIXTY.fullmatch(node.value):
        minutes = node.value.split(":")
        number = int(minutes[0]) * 60 + int(minutes[1])
        fix = Fix("Quote the port", node.replace(f'"{node.value}"')) if node.alias is None else None
        yield Problem(port, f"YAML 1.1 reads `{node.value}` as the number {number}: put it in quotes", fix=fix)
