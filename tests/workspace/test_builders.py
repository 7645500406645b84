"""Which files of other builders are read together, where their paths start, and what their builds are."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dlint.library import lint_files, report_files
from dlint.project.files import ProjectFiles
from dlint.project.kinds import head_of, kind_of
from dlint.rule.finding import Finding
from dlint.syntax.bake import hcl
from dlint.workspace.workspace import Workspace

STEP = "jobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n"
STAGES = "FROM alpine:3.22 AS build\nARG VERSION\nFROM build AS run\nUSER 1000\n"


def workspace(files: Mapping[str, str | bytes]) -> Workspace:
    project = ProjectFiles.from_files(files, complete=True)
    return Workspace(project, {path: kind for path in files if (kind := kind_of(path, head_of(project, path)))})


def together(files: Mapping[str, str | bytes]) -> list[tuple[str, ...]]:
    builders = workspace(files).builders
    return [tuple(sorted(model.paths)) for model in builders.models] if builders is not None else []


def builds(files: Mapping[str, str | bytes], path: str) -> list[tuple[str, str, str | None]]:
    return [(one.service.name, one.context, one.target) for one in workspace(files).builds_of(path)]


def found(files: Mapping[str, str | bytes], *names: str) -> list[Finding]:
    findings = lint_files(files, complete=True, config={"preset": "all", "shellcheck": False})
    return [finding for finding in findings if not names or finding.rule.name in names]


def places(files: Mapping[str, str | bytes], *names: str) -> list[tuple[str, int, str]]:
    return [(one.path, one.line, one.rule.name) for one in found(files, *names)]


TARGET = 'target "a" {}\n'


@pytest.mark.parametrize(
    ("files", "groups"),
    [
        ({"docker-bake.hcl": TARGET, "docker-bake.json": "{}"}, [("docker-bake.hcl", "docker-bake.json")]),
        ({"docker-bake.hcl": TARGET, "x/docker-bake.hcl": TARGET}, [("docker-bake.hcl",), ("x/docker-bake.hcl",)]),
        ({"docker-bake.hcl": TARGET, "other.bake.hcl": 'target "b" {}'}, [("docker-bake.hcl",), ("other.bake.hcl",)]),
        (
            {"docker-bake.hcl": TARGET, "docker-bake.prod.hcl": 'target "b" { inherits = ["a"] }'},
            [("docker-bake.hcl",), ("docker-bake.hcl", "docker-bake.prod.hcl")],
        ),
        (
            {
                "ci/one.bake.hcl": TARGET,
                "ci/two.bake.hcl": TARGET,
                ".github/workflows/a.yml": "jobs: {a: {steps: [{uses: docker/bake-action@v6,"
                " with: {files: 'ci/one.bake.hcl,ci/two.bake.hcl'}}]}}",
            },
            [("ci/one.bake.hcl", "ci/two.bake.hcl")],
        ),
    ],
)
def test_bake_files_that_are_read_together(files: dict[str, str], groups: list[tuple[str, ...]]) -> None:
    assert sorted(together(files)) == sorted(groups)


def test_paths_of_a_named_bake_file_start_where_the_dockerfiles_are_found() -> None:
    files = {"docker/all.bake.hcl": 'target "a" { context = "api" }', "api/Dockerfile": STAGES}
    assert builds(files, "api/Dockerfile") == [("a", "api", None)]
    lost = {"docker/all.bake.hcl": 'target "a" { context = "nowhere" }', "api/Dockerfile": STAGES}
    assert not found(lost, "context-missing", "dockerfile-missing")


def test_bake_adds_to_the_services_of_the_compose_file() -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    build: {context: web, target: run}\n",
        "docker-bake.hcl": 'target "web" {\n  tags = ["acme/web:1"]\n}\ntarget "two" {\n  inherits = ["web"]\n}\n',
        "web/Dockerfile": STAGES,
    }
    assert builds(files, "web/Dockerfile") == [("web", "web", "run"), ("two", "web", "run")]


def test_a_named_context_of_a_target_is_that_target() -> None:
    files = {
        "docker-bake.hcl": 'target "base" {\n  context = "base"\n}\n'
        'target "app" {\n  contexts = { base = "target:base" }\n}\n',
        "base/Dockerfile": "FROM alpine:3.22\nUSER 1000\n",
        "Dockerfile": "FROM base\n",
    }
    assert not found(files, "no-user", "base-image-untagged")
    circle = {
        "docker-bake.hcl": 'target "a" {\n  contexts = { b = "target:b" }\n}\n'
        'target "b" {\n  contexts = { b = "target:a" }\n}\n',
        "Dockerfile": "FROM b\n",
    }
    assert not report_files(circle, complete=True).failures


def test_a_service_runs_the_image_that_bake_builds() -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    image: acme/web:1\n",
        "Dockerfile": "FROM scratch\nCOPY a /\n",
        "a": "",
    }
    bake = {"docker-bake.hcl": 'target "web" {\n  tags = ["acme/web:1"]\n}\n'}
    assert not found(files, "service-without-command")
    assert places({**files, **bake}, "service-without-command") == [("compose.yaml", 2, "service-without-command")]


def test_services_say_who_runs_an_image_and_how_its_health_is_checked() -> None:
    compose = "services:\n  web:\n    build: .\n    user: '1000'\n    healthcheck: {test: [CMD, 'true']}\n"
    files = {"compose.yaml": compose, "Dockerfile": "FROM debian:12\nRUN true\n"}
    workflow = {".github/workflows/a.yml": STEP + "          context: .\n          build-args: A=1\n"}
    assert not found(files, "no-user", "healthcheck-missing")
    assert not found({**files, **workflow}, "no-user", "healthcheck-missing")


def test_an_unknown_target_is_nobody_it_does_not_name() -> None:
    known = STEP + "          context: .\n          target: run\n"
    files = {"Dockerfile": "FROM a:1 AS other\nFROM a:1 AS run\nFROM a:1\n", ".github/workflows/a.yml": known}
    assert places(files, "stage-unused") == [("Dockerfile", 1, "stage-unused")]
    assert not found({**files, ".github/workflows/a.yml": known.replace("run", "${{ x }}")}, "stage-unused")
    assert not found({**files, "docker-bake.hcl": "target {{"}, "stage-unused")


def test_without_the_grammar_of_hcl_a_note_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "docker-bake.hcl": 'target "a" {\n  target = "x"\n}\n',
        "Dockerfile": "FROM a:1 AS other\nFROM a:1 AS run\n",
    }
    assert places(files, "build-target-missing") == [("docker-bake.hcl", 2, "build-target-missing")]
    monkeypatch.setattr(hcl, "_PARSERS", [None])
    report = report_files(files, complete=True, config={"preset": "all", "shellcheck": False})
    assert [note for note in report.notes if "tree-sitter-hcl" in note and note.startswith("docker-bake.hcl: ")]
    assert not [one for one in report.visible if one.rule.name in ("build-target-missing", "stage-unused")]


@pytest.mark.parametrize("beside", ["docker-bake.override.json", "more.bake.json"])
def test_what_lies_over_a_file_that_cannot_be_read_is_not_judged(monkeypatch: pytest.MonkeyPatch, beside: str) -> None:
    files = {
        "api/docker-bake.hcl": 'target "a" {\n  context = "api"\n}\n',
        f"api/{beside}": '{"target": {"a": {"args": {"WORKERS": "4"}}}}',
        "api/Dockerfile": "FROM alpine:3.22\nARG WORKERS\nRUN echo $WORKERS\n",
        "Dockerfile": "FROM alpine:3.22\n",
    }
    assert not found(files, "build-argument-undeclared")
    monkeypatch.setattr(hcl, "_PARSERS", [None])
    assert not found(files, "build-argument-undeclared")


def test_files_that_cannot_be_read_are_one_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hcl, "_PARSERS", [None])
    files = {"docker-bake.hcl": TARGET, "x/docker-bake.hcl": TARGET, "y/a.bake.hcl": TARGET, "Dockerfile": STAGES}
    notes = [note for note in report_files(files, complete=True).notes if "tree-sitter-hcl" in note]
    assert len(notes) == 1
    assert notes[0].startswith("docker-bake.hcl and 2 more: not read, ")


def test_a_dev_container_says_which_compose_files_belong_together() -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    image: a:1\n",
        ".devcontainer/extra.compose.yaml": "services:\n  web:\n    environment: {A: b}\n  db:\n    image: b:1\n",
        ".devcontainer/devcontainer.json": '{"dockerComposeFile": ["../compose.yaml", "extra.compose.yaml"]}',
    }
    model = workspace(files).model_of(".devcontainer/extra.compose.yaml")
    assert model is not None
    assert [file.source.path for file in model.files] == ["compose.yaml", ".devcontainer/extra.compose.yaml"]


@pytest.mark.parametrize("more", ["--set '*.args.VERSION=2'", "--set a.args.VERSION=2", '--set="*.args.VERSION=2"'])
def test_what_scripts_set_may_be_given(more: str) -> None:
    files = {"docker-bake.hcl": TARGET, "Dockerfile": "ARG VERSION\nFROM a:$VERSION\n"}
    assert found(files, "build-argument-not-given")
    assert not found({**files, "Makefile": f"all:\n\tdocker buildx bake {more}\n"}, "build-argument-not-given")
