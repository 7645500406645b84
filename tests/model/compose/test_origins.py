"""Where a value of the effective model comes from besides its own place."""

from __future__ import annotations

from dlint.model.compose.model import ComposeModel
from dlint.model.compose.origins import origins
from dlint.project.files import ProjectFiles
from dlint.source import Node
from dlint.workspace.workspace import Workspace

_BASE = "services:\n  base:\n    build:\n      context: ${WHERE}\n      args: {A: '${A:-1}', B: '$${A}'}\n"


def model(files: dict[str, str]) -> ComposeModel:
    project = ProjectFiles.from_files(files, complete=True)
    found = Workspace(project, {"compose.yaml": "compose"}).model_of("compose.yaml")
    assert found is not None
    return found


def places(one: ComposeModel, *nodes: Node | None) -> list[tuple[str, int]]:
    service = one.services[0]
    return [(r.where.source.path, r.where.line) for r in origins(one, service, *nodes)]


def test_the_lines_of_the_variables_that_a_value_uses() -> None:
    one = model({"compose.yaml": _BASE, ".env": "X=1\nWHERE=./a\nA=2\n"})
    build = one.services[0].build
    assert build is not None and build.context is not None
    assert places(one, build.context) == [(".env", 2)]
    assert places(one, build.args[0].scalar) == [(".env", 3)]
    assert places(one, build.context, build.context, None) == [(".env", 2)]


def test_a_default_and_an_escaped_dollar_come_from_nowhere_else() -> None:
    one = model({"compose.yaml": _BASE, ".env": "X=1\n"})
    build = one.services[0].build
    assert build is not None
    assert places(one, build.args[0].scalar, build.args[1].scalar, build.context) == []


def test_the_key_by_which_a_file_comes_in() -> None:
    text = "services:\n  api:\n    extends:\n      file: base.yaml\n      service: base\n"
    one = model({"compose.yaml": text, "base.yaml": _BASE})
    build = one.services[0].build
    assert build is not None
    assert places(one, build.context) == [("compose.yaml", 3)]
    one = model({"compose.yaml": "include:\n  - base.yaml\n", "base.yaml": _BASE})
    build = one.services[0].build
    assert build is not None
    assert places(one, build.context) == [("compose.yaml", 1)]
