"""Variables that nobody gives a value."""

from __future__ import annotations

from dlint.api import Node, Problem, Problems, check
from dlint.api.compose import ComposeModel, YamlMap, YamlNode, YamlScalar, YamlSeq, variables


@check(on=ComposeModel)
def variable_without_value(model: ComposeModel) -> Problems:
    """A variable without a default that ``.env`` does not set, though there is one."""
    if not model.variables:
        return
    told = set()
    stack: list[YamlNode] = [model.map]
    while stack:
        node = stack.pop()
        if isinstance(node, YamlMap):
            stack.extend(entry.value for entry in reversed(node.effective().entries))
        elif isinstance(node, YamlSeq):
            stack.extend(reversed(node.items))
        elif isinstance(node, YamlScalar) and "$" in node.value:
            for use in variables(node.value):
                if use.operator or use.name in model.variables or use.name in told or use.depth:
                    continue
                told.add(use.name)
                message = f"`{use.name}` is not set in `.env` and has no default: set it, or write `${{{use.name}:-}}`"
                where: Node = node.at(use.start, use.end)
                yield Problem(where, message)
