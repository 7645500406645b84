"""``dlint compose``: ``show``, and ``from-run`` from a module of its own."""

from __future__ import annotations

import json
import os

import click

from dlint.cli import from_run
from dlint.cli.output import UserError, say, write_shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dlint.model.compose.model import ComposeModel
    from dlint.project.files import ProjectFiles
    from dlint.source import Span
    from dlint.syntax.yaml.nodes import YamlMap, YamlNode


@click.group(no_args_is_help=True, short_help="Show what Compose files come to and why; make one of a `docker run`.")
def command() -> None:
    """Show what Compose files come to, and where each value comes from; make one of a `docker run`."""


command.add_command(from_run.command)


@command.command(short_help="Print the effective Compose model.")
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATHS]...")
@click.option("--service", "services", multiple=True, metavar="NAME", help="Show this service only. May repeat.")
@click.option("--format", "form", type=click.Choice(["yaml", "json"]), default="yaml", help="How to print it.")
def show(paths: tuple[str, ...], services: tuple[str, ...], form: str) -> int:
    """Print the effective Compose model: overrides, extends, include, anchors and variables worked in.

    PATHS are files, laid over each other in their order, or one folder (default: this one), where the usual names and
    COMPOSE_FILE in .env say which. Each value has the file and line it comes from; credentials are not shown.
    """
    from dlint.cli.effective import as_data, as_yaml
    from dlint.project.files import ProjectFiles
    from dlint.project.roots import root_of

    places = [os.path.abspath(path) for path in paths] or [os.getcwd()]
    for path, place in zip(paths, places, strict=False):
        if not os.path.exists(place):
            raise UserError(f"{path} does not exist")
    folder = os.path.commonpath([place if os.path.isdir(place) else os.path.dirname(place) for place in places])
    root = os.path.realpath(root_of(folder))
    project = ProjectFiles.on_disk(root)
    files = _files(project, root, places)
    model = _model(project, files)

    def place_of(node: YamlNode) -> str:
        return f"{_named(root, node.source.path)}:{node.place.line}"

    hidden = _credentials(project, model)
    fields = _chosen(model, services)
    if form == "yaml":
        write_shown(as_yaml(fields, place_of, hidden))
    else:
        names = [_named(root, file.source.path) for file in model.files]
        write_shown(
            json.dumps({"files": names, **as_data(fields, place_of, hidden)}, indent=2, ensure_ascii=False) + "\n"
        )
    faults = [*(fault for file in model.files for fault in file.faults), *model.faults]
    for fault in faults:
        say(f"{_named(root, fault.source.path)}:{fault.line}: {fault.message}")
    return 1 if faults else 0


def _files(project: ProjectFiles, root: str, places: list[str]) -> list[str]:
    """Paths from the root. Raises UserError."""
    from dlint.model.compose import files as compose_files

    paths = [os.path.relpath(os.path.realpath(place), root).replace(os.sep, "/") for place in places]
    if any(os.path.isdir(place) for place in places):
        if len(places) > 1:
            raise UserError("a folder goes alone; name its files to lay them over each other")
        found = compose_files.in_folder(project, "" if paths[0] == "." else paths[0])
        if not found:
            raise UserError(f"no Compose file in {places[0]}: there is none of {', '.join(compose_files.BASES)}")
        return list(found)
    for place, path in zip(places, paths, strict=True):
        if path.startswith("../"):
            raise UserError(f"{place} lies outside of the project {root}")
    return paths


def _model(project: ProjectFiles, paths: list[str]) -> ComposeModel:
    from dlint.model.compose import model as models
    from dlint.syntax.compose import file as compose

    files = []
    for path in paths:
        source = project.read(path)
        if source is None:
            raise UserError(f"{path} cannot be read")
        files.append(compose.parse(source))
    return models.build(files, project.read, {})


def _named(root: str, path: str) -> str:
    """A path from the root as a path from the working directory."""
    return os.path.relpath(os.path.join(root, path)).replace(os.sep, "/")


def _chosen(model: ComposeModel, services: tuple[str, ...]) -> YamlMap:
    """The whole model, or of its services only some. Raises UserError."""
    from dlint.config.keys import did_you_mean
    from dlint.syntax.yaml.nodes import YamlMap

    if not services:
        return model.map
    entry = model.map.entry("services")
    known = entry.value if entry is not None and isinstance(entry.value, YamlMap) else None
    for name in services:
        if known is None or name not in known:
            names = list(known.index) if known is not None else []
            raise UserError(f"no service {name!r}{did_you_mean(name, names)}")
    assert entry is not None and known is not None
    return known.with_entries([entry for entry in known.entries if entry.key.value in services])


def _credentials(project: ProjectFiles, model: ComposeModel) -> Callable[[YamlNode], list[Span]]:
    """The characters of a node that a rule about credentials points at, whichever file they stand in."""
    from dlint.config.catalogue import Catalogue
    from dlint.config.layers import Config, Layer
    from dlint.lint.run import run
    from dlint.rule.load import builtin
    from dlint.rule.secrets import Secrets
    from dlint.workspace.workspace import Workspace

    rules = {rule.name: rule for rule in builtin().values() if rule.about_secrets}
    targets = dict.fromkeys(sorted(_paths(model.map)), "compose")
    config = Config([Layer("compose show", "", {"preset": "all", "shellcheck": False, "inline-ignores": False})])
    found = run(Workspace(project, targets), targets, lambda path: config, [config], catalogue=Catalogue(rules))
    secrets = Secrets(found.findings, found.hidden)
    return lambda node: secrets.within(node.source, node.span[0], max(node.span[1], node.span[0] + 1))


def _paths(tree: YamlNode) -> set[str]:
    """The files the values of a tree stand in."""
    from dlint.syntax.yaml.nodes import YamlMap, YamlSeq

    found = set()
    pending = [tree]
    while pending:
        node = pending.pop()
        found.add(node.source.path)
        if isinstance(node, YamlMap):
            pending.extend(entry.value for entry in node.entries)
        elif isinstance(node, YamlSeq):
            pending.extend(node.items)
    return found
