"""Which folder and ignore file a build has, and what is in its context."""

from __future__ import annotations

from dlint.library import report_files
from dlint.model.dockerfile import graph as stages
from dlint.project.files import ProjectFiles
from dlint.syntax.dockerfile import parser as dockerfile
from dlint.workspace.build import Build
from dlint.workspace.workspace import Workspace


def build(files: dict[str, str], path: str = "Dockerfile") -> Build:
    project = ProjectFiles.from_files(files)
    source = project.read(path)
    assert source is not None
    return Build(Workspace(project, {}), stages.build(dockerfile.parse(source)), [], lambda path: False)


def found(files: dict[str, str], *targets: str) -> list[tuple[str, int, str]]:
    report = report_files(files, targets=targets or ("Dockerfile",), config={"preset": "all", "shellcheck": False})
    assert not report.failures
    return [(f.rule.name, f.line, f.message) for f in report.visible if f.rule.kind == "build"]


def test_the_ignore_file_of_the_dockerfile_wins_over_that_of_the_context() -> None:
    files = {"Dockerfile": "FROM a\n", "Dockerfile.dockerignore": "x\n", ".dockerignore": "y\n"}
    ignore = build(files).ignore
    assert ignore is not None and ignore.source.path == "Dockerfile.dockerignore"


def test_without_compose_the_nearest_folder_with_an_ignore_file_is_the_context() -> None:
    assert build({"api/Dockerfile": "FROM a\nCOPY . .\n", ".dockerignore": "x\n"}, "api/Dockerfile").context == ""
    assert build({"api/Dockerfile": "FROM a\nCOPY . .\n"}, "api/Dockerfile").context == "api"


def test_without_compose_the_folder_that_holds_what_is_copied_is_the_context() -> None:
    files = {"docker/Dockerfile": "FROM a\nCOPY src /src\n", "src/main.c": ""}
    assert build(files, "docker/Dockerfile").context == ""


def test_files_leave_out_what_is_ignored_and_do_not_enter_folders_of_tools() -> None:
    files = {"Dockerfile": "FROM a\n", "a/b": "", "log/x": "", "node_modules/p/.env": "", ".dockerignore": "log\n"}
    assert sorted(build(files).files()) == [".dockerignore", "Dockerfile", "a", "a/b", "node_modules"]


def test_the_context_of_a_compose_service_is_taken() -> None:
    files = {
        "compose.yaml": "services:\n  api:\n    build: {context: ., dockerfile: api/Dockerfile}\n",
        "api/Dockerfile": "FROM a\nCOPY . /srv\n",
        ".dockerignore": "node_modules\n",
        "secrets/id_rsa": "",
    }
    names = [row[0] for row in found(files, "api/Dockerfile")]
    assert names == ["context-copies-secrets"]


def test_secrets_in_a_stage_that_is_not_shipped_are_not_told() -> None:
    text = "FROM a AS b\nCOPY . /srv\nFROM scratch\nCOPY --from=b /out /\n"
    assert "context-copies-secrets" not in [row[0] for row in found({"Dockerfile": text, ".env": "A=1"})]
    text = "FROM a AS b\nCOPY . /srv\nFROM b\n"
    assert "context-copies-secrets" in [row[0] for row in found({"Dockerfile": text, ".env": "A=1"})]
