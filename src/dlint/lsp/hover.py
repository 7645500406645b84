"""What stands under the pointer: findings with their rule's page, values and where they come from, what words mean."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsprotocol import types

from dlint.lsp import account, explain, images, names, schema, words
from dlint.lsp.account import code
from dlint.lsp.diagnostics import visible
from dlint.lsp.view import View
from dlint.lsp.yaml_path import Spot, spot, used_at
from dlint.model.dockerfile.graph import Stage, StageGraph
from dlint.model.facts.secrets import looks_secret_name
from dlint.source import Node, Span
from dlint.syntax import interpolation
from dlint.syntax.dockerfile.nodes import MOUNT_ALIASES
from dlint.syntax.dockerfile.parser import From, Instruction, Run
from dlint.syntax.yaml.nodes import YamlScalar

_HIDDEN = "(hidden: a name in it is that of a credential)"
_MOST_FINDINGS = 3
_LONGEST = 300
# What comes of an instruction, of the facts that ``dlint why`` has for its line.
_COMES_OF = {
    "ADD": ("copies", "copies from"),
    "COPY": ("copies", "copies from"),
    "WORKDIR": ("works in",),
    "USER": ("runs as",),
    "CMD": ("starts",),
    "ENTRYPOINT": ("starts",),
    "EXPOSE": ("listens", "published"),
}
_NAMES_SERVICES = ("depends_on", "links", "volumes_from")
_OF_OTHERS = ("built from", "image", "listens", "health")
_BUILDS: tuple[list[str], ...] = ([], ["context"], ["dockerfile"], ["target"])
_OF_BUILDS = ("built from", "context", "base")
_RULE_NAMES = re.compile(r"(?:ignore|ignore-stage|ignore-file|skip|disable\S*)[=:]\s*([\w./*,\s-]+)")


def hover(view: View, position: types.Position) -> types.Hover | None:
    """All that there is to say about a position."""
    offset = view.offset(position)
    said = [*_sayings(view, offset)]
    if not said:
        return None
    text = "\n\n---\n\n".join(text for text, _ in said)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), view.range(said[0][1]))


def _sayings(view: View, offset: int) -> Iterator[tuple[str, Node]]:
    rule = _rule_named(view, offset)
    if rule is not None:
        yield rule
    if view.kind == "dockerfile":
        yield from _in_dockerfile(view, offset)
    elif view.kind == "compose":
        yield from _in_compose(view, offset)
    here = [one for one in visible(view) if one.span[0] <= offset <= one.span[1]]
    shown: set[str] = set()
    for finding in here[:_MOST_FINDINGS]:
        node = Node(finding.source, finding.span)
        page = "" if finding.rule.name in shown else f"\n\n{explain.page(finding.rule)}"
        shown.add(finding.rule.name)
        yield f"**{finding.message}**{page}", node


def _rule_named(view: View, offset: int) -> tuple[str, Node] | None:
    """The page of a rule that a comment, or a configuration, names here."""
    source = view.source
    line = source.line(offset)
    start, end = source.line_span(line)
    text = source.text[start:end]
    comment = text.find("#")
    if comment < 0 or offset < start + comment or not _RULE_NAMES.search(text, comment):
        return None
    for match in re.finditer(r"[\w./-]+", text):
        if match.start() + start <= offset <= match.end() + start:
            found = view.folder.configs.catalogue.find(match[0])
            if len(found) == 1:
                return explain.page(found[0]), Node(source, Span(start + match.start(), start + match.end()))
    return None


# Dockerfiles


def _in_dockerfile(view: View, offset: int) -> Iterator[tuple[str, Node]]:
    workspace = view.workspace
    config = view.folder.configs.of(view.path)
    ways = workspace.configured(view.source, workspace.builds_of(view.path), config["build-args"], config["targets"])
    graph = ways[0].graph
    found = next((one for one in graph.dockerfile.instructions if one.span[0] <= offset <= one.span[1]), None)
    if found is None:
        return
    mention = names.at([*names.of_dockerfile(workspace, view.path)], view.path, offset)
    if mention is not None and mention.thing.kind == "variable":
        name = mention.thing.name
        shown = account.of_variable(view, found.source.line(offset), name)
        is_of = "a variable of the shell" if _sets(graph, found, name) else "not known here"
        yield shown or f"{code(name)} is {is_of}.", mention.node
        return
    if mention is not None and mention.thing.kind == "stage":
        stage = graph.by_name(mention.thing.name)
        if stage is not None:
            known = account.of_line(view, stage.from_.line) if mention.defines else ""
            yield _joined(_stage(stage), known), mention.node
            return
    said = [*_words(found, offset)]
    for shown, node in said:
        begins = isinstance(found, From) and node.span == found.keyword.span
        yield _joined(shown, account.of_line(view, found.line) if begins else ""), node
    if isinstance(found, From) and found.image is not None and found.image.span[0] <= offset <= found.image.span[1]:
        stage = next((one for one in graph.stages if one.from_ is found), None)
        if stage is not None:
            yield _base(stage), found.image
    elif not said and found.name in _COMES_OF:
        shown = account.of_line(view, found.line, _COMES_OF[found.name])
        if shown:
            yield shown, found


def _sets(graph: StageGraph, instruction: Instruction, name: str) -> bool:
    """Whether the shell command of an instruction gives a variable a value of its own."""
    stage = next((one for one in reversed(graph.stages) if one.from_.span[0] <= instruction.span[0]), None)
    script = stage.script(instruction) if stage is not None else None
    return script is not None and name in script.assigned


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _words(instruction: Instruction, offset: int) -> Iterator[tuple[str, Node]]:
    """What the instruction, a flag or an option of a mount means."""
    keyword = instruction.keyword
    if keyword.span[0] <= offset <= keyword.span[1] and instruction.name in words.INSTRUCTIONS:
        form, meaning = words.INSTRUCTIONS[instruction.name]
        yield f"```dockerfile\n{form}\n```\n{meaning}\n\n<{words.REFERENCE}#{instruction.name.lower()}>", keyword
    if isinstance(instruction, Run):
        for mount in instruction.mounts:
            for option in mount.fields:
                if option.key.span[0] <= offset <= option.key.span[1]:
                    name = MOUNT_ALIASES.get(option.key.text.lower(), option.key.text.lower())
                    if name in words.MOUNTS:
                        yield f"`{option.key.text}`: {words.MOUNTS[name]}", option.key
                        return
    for flag in instruction.flags:
        source, (start, end) = flag.name_node.source, flag.name_node.span
        start -= len("--")
        if start <= offset <= end and flag.name in words.FLAGS:
            yield f"`--{flag.name}`: {words.FLAGS[flag.name]}", Node(source, Span(start, end))


def _stage(stage: Stage) -> str:
    base = stage.base.name or f"stage {stage.base.index}" if stage.base is not None else stage.base_text
    facts = [f"Stage `{stage.name or stage.index}`", f"from `{base}`" if base else "from an image that is not known"]
    facts.append("shipped" if stage.shipped else "needed by what is shipped" if stage.reachable else "not built")
    return ", ".join(facts) + "."


def _base(stage: Stage) -> str:
    """What is known of the image that a stage is built from."""
    if stage.base is not None:
        return f"The stage `{stage.base.name or stage.base.index}` above. {_stage(stage.base)}"
    if not stage.base_text:
        return "The image depends on a build argument that has no value here."
    facts = [f"The image `{_short(stage.base_text)}`."]
    image = stage.image
    if image is not None:
        facts.append(
            f"Registry `{image.registry or 'docker.io'}`, tag `{image.tag or 'latest'}`."
            if not image.digest
            else f"Fixed by its digest `{image.digest}`."
        )
    if stage.os:
        facts.append(f"Operating system: {stage.os}.")
    user = stage.user
    if isinstance(user, Node):
        facts.append(f"The stage ends as user `{user.raw}`.")
    known = images.of_stage(stage)
    return " ".join(facts) + (f"\n\n{images.described(known)}" if known is not None else "")


# Compose files


def _in_compose(view: View, offset: int) -> Iterator[tuple[str, Node]]:
    file = view.workspace.compose_file(view.path)
    here = spot(file, offset) if file is not None else None
    if file is None or here is None:
        return
    if not here.in_key and not here.node.span[0] <= offset <= here.node.span[1]:
        return
    place = here.entry.key if here.in_key else here.node
    path = used_at(file, here.path)
    meaning = _meaning(path, here.path) if here.in_key else ""
    shown = _joined(
        f"{code(here.path[-1])}: {meaning}" if meaning else "",
        _of_service(view, here._replace(path=path)) if len(path) == len(here.path) or len(path) > 2 else "",
        _of_image(view, here),
        _in_effect(view, here, place),
    )
    if shown:
        yield shown, place


def _meaning(path: list[str], written: list[str]) -> str:
    """What a key means at the path that it stands for."""
    meaning = schema.description(path)
    if len(written) == 1 and written[0].startswith("x-"):
        of_path = f" It stands for {code('.'.join(path))}." if path != written else ""
        return f"An extension: Compose takes it as it is.{of_path}"
    return meaning


def _of_service(view: View, here: Spot) -> str:
    """What is known of a service at its name; less of one that another names, and of what is built."""
    path = here.path
    if path[:1] != ["services"] or len(path) < 2:
        return ""
    if len(path) == 2:
        return account.of_service(view, path[1]) if here.in_key else ""
    if path[2] in _NAMES_SERVICES and len(path) == 4:
        name = path[3] if here.in_key else here.node.value if isinstance(here.node, YamlScalar) else ""
        return account.of_service(view, name.partition(":")[0], _OF_OTHERS)
    if path[2] == "build" and not here.in_key and path[3:] in _BUILDS:
        return account.of_service(view, path[1], _OF_BUILDS)
    return ""


def _in_effect(view: View, here: Spot, place: Node) -> str:
    """What counts in the place of a value: another file sets it, or it is made of variables."""
    keys = [key for key in here.path if key != "[]"]
    if len(keys) < 2 or not (here.in_key or isinstance(here.node, YamlScalar)):
        return ""
    shown = account.in_effect(view, place.line, keys) if len(keys) > 2 else ""
    model = view.workspace.model_of(view.path)
    if shown or model is None or here.in_key or not isinstance(here.node, YamlScalar) or "$" not in here.node.value:
        return shown
    return account.public(view, _interpolated(here.node, model.variables, here.path))


def _of_image(view: View, here: Spot) -> str:
    """What is known of the image that a service runs, at its name; what it has for a variable, at that."""
    file = view.workspace.compose_file(view.path)
    service = (
        file.service(here.path[1]) if file is not None and here.path[:1] == ["services"] and here.path[1:] else None
    )
    if service is None or len(here.path) < 3:
        return ""
    key, below = here.path[2], here.path[3:]
    if key == "image" and not below and not here.in_key:
        image = images.of_service(view, service)
        return images.described(image.facts) if image is not None and image.facts is not None else ""
    if key == "environment" and len(below) == 1 and here.in_key:
        image = images.of_service(view, service)
        return dict(images.variables(image)).get(below[0], "") if image is not None else ""
    return ""


def _interpolated(node: YamlScalar, variables: object, path: list[str]) -> str:
    if not interpolation.variables(node.value):
        return ""
    known = variables if isinstance(variables, dict) else {}
    value = node.with_lookup(known.get).literal
    if _is_secret(path) or any(looks_secret_name(name) for name in re.findall(r"\w+", node.value)):
        return f"Value: {_HIDDEN}"
    if value is None:
        return "Value: depends on a variable that neither `.env` nor a default gives a value."
    return f"Value: `{_short(value)}`"


def _is_secret(path: list[str]) -> bool:
    return any(looks_secret_name(key) for key in path[-2:])


def _short(text: str) -> str:
    text = " ".join(text.split()).replace("`", "'")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
