"""``dlint graph``: the project as a picture."""

from __future__ import annotations

import os

import click

from dlint.cli.options import lint_options
from dlint.cli.output import AsUserError, UserError, from_here, say, write_exact, write_file
from dlint.picture.formats import FORMATS, render

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from dlint.picture.graph import ProjectGraph
    from dlint.session import Session

_NOTHING_TO_DRAW = 3
# Endings of files that hold any of the formats.
_TEXTS = ("md", "txt")


@click.command(short_help="Draw the project: images, stages, services, volumes and what waits for what.")
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATHS]...")
@click.option("--format", "form", type=click.Choice(FORMATS), default="mermaid", help="How to draw it.")
@click.option("--findings/--no-findings", default=True, help="Mark what has findings (default), or do not lint.")
@click.option("--output", metavar="FILE", help="Write it to this file; its ending chooses the format.")
@lint_options
def command(paths: tuple[str, ...], form: str, findings: bool, output: str | None, **options: Any) -> int:
    """Draw the project: images, stages, builds, services, volumes, networks and what waits for what.

    PATHS are files and folders (default: this one). What has findings is marked by the worst of them.
    """
    from dlint.cli.options import DEFAULTS
    from dlint.cli.sessions import session_of

    if output == "-":
        raise UserError("--output names a file; without it the graph is printed")
    known = {key: value for key, value in options.items() if key in DEFAULTS}
    with AsUserError():
        session = session_of({**DEFAULTS, **known, "paths": paths})
        return _drawn(session, _form(form, output), findings, output)


def _form(form: str, output: str | None) -> str:
    """The format that the ending of a file asks for, unless another was chosen."""
    context = click.get_current_context()
    if output is None or context.get_parameter_source("form") is not click.core.ParameterSource.DEFAULT:
        return form
    ending = os.path.splitext(output)[1][1:].lower()
    if not ending or ending in _TEXTS:
        return form
    found = {"mmd": "mermaid", "gv": "dot"}.get(ending, ending)
    if found not in FORMATS:
        raise UserError(f"--output {output}: there is no format {ending}; use .svg, .mmd, .dot or .json, or --format")
    return found


def _drawn(session: Session, form: str, findings: bool, output: str | None) -> int:
    if session.errors:
        raise UserError(from_here(session.errors[0]))
    for note in session.notes:
        say(note)
    graph = graph_of(session, findings)
    if not graph.nodes:
        say("there is nothing to draw: no Dockerfile and no Compose file")
        return _NOTHING_TO_DRAW
    text = render(graph, form)
    for note in graph.notes:
        say(note)
    if output is None:
        write_exact(text)
    else:
        write_file(output, text)
    return 0


def graph_of(session: Session, findings: bool = True) -> ProjectGraph:
    """The graph of a session's targets. Raises ConfigError."""
    from dlint.picture.collect import collect
    from dlint.picture.folders import folded
    from dlint.picture.marks import mark

    def given(path: str) -> tuple[Mapping[str, str | None], Sequence[str]]:
        config = session.config_of(path)
        return config["build-args"], config["targets"]

    graph = collect(session.workspace, session.targets, given)
    if findings and graph.nodes:
        paths = {path for node in graph.nodes.values() if (path := node.path)} | {*session.targets}
        kinds = session.workspace.kinds
        report = session.lint(targets={path: kinds.get(path, session.targets.get(path, "")) for path in sorted(paths)})
        mark(graph, report.visible)
    return folded(graph)
