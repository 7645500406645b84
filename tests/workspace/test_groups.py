"""Which files belong together, found without reading more than that takes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dlint.model.compose import model as models
from dlint.project.files import ProjectFiles
from dlint.project.kinds import kind_by_name
from dlint.workspace.groups import graph_of
from dlint.workspace.projects import ComposeProjects
from dlint.workspace.workspace import Workspace

_TEXTS = {
    "alone": "services: {a: {image: nginx}}\n",
    "builds": "services: {a: {build: .}}\n",
    "builds below": "services: {a: {build: {context: ./sub, dockerfile: Dockerfile}, image: own}}\n",
    "takes": "services: {b: {image: own}}\n",
    "bare": "services: {a: {ports: ['80:80']}}\n",
    "extends": "services: {a: {extends: {file: compose.base.yaml, service: a}}}\n",
    "includes": "include: [other/compose.yaml]\nservices: {z: {image: z}}\n",
    "definitions": "networks: {n: {}}\n",
}
_COMPOSE = (
    "compose.yaml", "compose.override.yaml", "compose.base.yaml", "compose.prod.yaml", "sub/compose.yaml",
    "sub/compose.dev.yaml", "other/compose.yaml",
)  # fmt: skip
_OTHERS = {
    "Dockerfile": "FROM own\n", "sub/Dockerfile": "FROM debian\n", "other/Dockerfile": "FROM debian\n",
    "sub/.dockerignore": "x\n", ".dockerignore": "x\n", "subs/.dockerignore": "x\n", "subs/x/Dockerfile": "FROM a\n",
    "apart/.dockerignore": "x\n",
    "docker-bake.hcl": 'target "t" {}\n', ".env": "COMPOSE_FILE=compose.yaml:sub/compose.dev.yaml\n",
}  # fmt: skip


def workspace(files: dict[str, str]) -> Workspace:
    project = ProjectFiles.from_files(files, complete=True)
    return Workspace(project, {path: kind for path in files if (kind := kind_by_name(path))})


# An included file is a piece of what includes it, so that what is built there is built with it.
@example(
    {
        "compose.yaml": _TEXTS["includes"],
        "other/compose.yaml": _TEXTS["alone"],
        "compose.override.yaml": _TEXTS["builds"],
    },
    set(),
    False,
)
@given(
    st.dictionaries(st.sampled_from(_COMPOSE), st.sampled_from([*_TEXTS.values()]), max_size=5),
    st.sets(st.sampled_from([*_OTHERS])),
    st.booleans(),
)
def test_files_that_stand_alone_are_not_modelled_and_nothing_else_is_lost(
    compose: dict[str, str], others: set[str], every: bool
) -> None:
    files = {**compose, **{path: _OTHERS[path] for path in sorted(others)}}
    found = graph_of(workspace(files), every)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ComposeProjects, "stands_alone", lambda projects, path: False)
        whole = graph_of(workspace(files), every)
    assert (found.groups, found.kinds, found.images) == (whole.groups, whole.kinds, whole.images)


def test_a_compose_file_that_names_no_other_is_not_modelled(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    build = models.build

    def noted(files: list[models.ComposeFile], *arguments: object, **named: object) -> models.ComposeModel:
        made.extend(file.source.path for file in files)
        return build(files, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(models, "build", noted)
    files = {f"n{number}/compose.yaml": _TEXTS["alone"] for number in range(9)}
    found = graph_of(workspace({**files, "Dockerfile": "FROM debian\n", "compose.yaml": _TEXTS["builds"]}), False)
    assert made == ["compose.yaml"]
    assert ["Dockerfile", "compose.yaml"] in found.groups


def test_an_ignore_file_belongs_with_the_dockerfiles_below_it_alone() -> None:
    files = {path: text for path, text in _OTHERS.items() if path != ".dockerignore"}
    groups = graph_of(workspace(files), False).groups
    assert ["sub/.dockerignore", "sub/Dockerfile"] in groups
    assert ["subs/.dockerignore", "subs/x/Dockerfile"] in groups


def test_an_ignore_file_without_dockerfiles_belongs_with_the_builds_that_may_copy_its_folder() -> None:
    files = {"compose.yaml": _TEXTS["builds"], "Dockerfile": "FROM a\n", "web/.dockerignore": "x\n"}
    assert ["Dockerfile", "compose.yaml", "web/.dockerignore"] in graph_of(workspace(files), False).groups
    files["web/api/Dockerfile"] = "FROM a\n"
    assert ["web/.dockerignore", "web/api/Dockerfile"] in graph_of(workspace(files), False).groups
