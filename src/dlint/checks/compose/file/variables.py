"""Variables: those that nobody gives a value, and those that get two."""

from __future__ import annotations

from collections.abc import Sequence

from dlint.api import Edit, Fix, Node, Problem, Problems, Related, Span, check
from dlint.api.compose import ComposeFile, ComposeModel, KeyValue, YamlMap, YamlNode, YamlScalar, YamlSeq, variables


@check(on=ComposeModel)
def variable_without_value(model: ComposeModel) -> Problems:
    """A variable without a default that ``.env`` does not set, though there is one."""
    if not model.variables:
        return
    reported = set()
    stack: list[YamlNode] = [model.map]
    while stack:
        node = stack.pop()
        if isinstance(node, YamlMap):
            stack.extend(entry.value for entry in reversed(node.effective().entries))
        elif isinstance(node, YamlSeq):
            stack.extend(reversed(node.items))
        elif isinstance(node, YamlScalar) and "$" in node.value:
            for use in variables(node.value):
                if use.operator or use.name in model.variables or use.name in reported or use.depth:
                    continue
                reported.add(use.name)
                message = f"`{use.name}` is not set in `.env` and has no default: set it, or write `${{{use.name}:-}}`"
                where: Node = node.at(use.start, use.end)
                yield Problem(where, message)


@check(on=ComposeFile)
def variable_set_twice(file: ComposeFile) -> Problems:
    """A name that stands twice in one list of variables, labels or build arguments, of which the last counts."""
    found: dict[Span, Problem] = {}
    for service in file.services:
        build = service.build
        groups: list[Sequence[KeyValue]] = [service.environment, service.labels]
        if build is not None:
            groups += [build.args, build.labels]
        # What services share by an alias stands in one place.
        found.update((problem.where.span, problem) for group in groups for problem in _repeated(group))
    yield from found.values()


def _repeated(group: Sequence[KeyValue]) -> Problems:
    last: dict[str, KeyValue] = {}
    for pair in reversed(group):
        if pair.scalar.span != pair.span:
            # An entry of a mapping, where YAML itself forbids it.
            return
        later = last.setdefault(pair.name, pair)
        if later is not pair and "$" not in pair.name:
            same = (pair.assigned, pair.text) == (later.assigned, later.text)
            message = f"`{pair.name}` is set again below, so this has no effect: remove one of the two"
            related = Related(later.key, "The same again" if same else "This is what counts")
            yield Problem(pair.key, message, fix=_removal(pair, same), related=[related], doubtful=same)


def _removal(pair: KeyValue, same: bool) -> Fix | None:
    """Take out an entry that stands on a line of its own, without a comment that may be about it."""
    source, line = pair.source, pair.line
    above = source.line_text(line - 1).lstrip() if line > 1 else ""
    start, end = source.line_span(line)
    rest = source.text[start : pair.span[0]] + source.text[pair.span[1] : end]
    if source.line(pair.span[1]) != line or rest.strip() != "-" or above.startswith("#"):
        return None
    title = "Remove it" if same else "Remove it; nothing changes, but look whether this is the value that was meant"
    return Fix(title, Edit(source, source.full_line_span(line), ""), safe=same)
