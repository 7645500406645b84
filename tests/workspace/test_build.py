"""Which folder and ignore file a build has, and what is in its context."""

from __future__ import annotations

from dlint.config.dispatch import Dispatch, EnabledRule
from dlint.library import report_files
from dlint.lint.sink import Sink
from dlint.model.dockerfile import graph as stages
from dlint.project.files import ProjectFiles
from dlint.project.questions import AskedFiles
from dlint.rule.load import builtin
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


def test_a_dockerfile_alone_in_its_folder_has_no_files() -> None:
    text = 'FROM a\nCOPY run.sh /\nCMD ["/run.sh"]\n'
    lone = build({"api/Dockerfile": text, "web/index.html": ""}, "api/Dockerfile")
    assert not lone.has_files and lone.scripts == [] and lone.entry_scripts == []
    beside = build({"api/Dockerfile": text, "api/run.sh": "#!/bin/sh\n"}, "api/Dockerfile")
    assert beside.has_files and [script.file for script in beside.scripts] == ["api/run.sh"]
    assert build({"api/Dockerfile": text, "api/src/main.c": ""}, "api/Dockerfile").has_files
    assert build({"api/Dockerfile": text, "run.sh": "#!/bin/sh\n"}, "api/Dockerfile").has_files
    assert build({"api/Dockerfile": text, "api/.dockerignore": "x\n"}, "api/Dockerfile").has_files


def test_of_a_dockerfile_alone_in_its_folder_nothing_is_asked_below_it() -> None:
    path = "api/Dockerfile"
    files = AskedFiles(ProjectFiles.from_files({path: "FROM a\nCOPY a.txt b/ /c/\nRUN npm ci\nCOPY . .\n"}), {})
    source = files.read(path)
    assert source is not None
    lone = Build(Workspace(files, {}), stages.build(dockerfile.parse(source)), [], lambda path: False)
    rules = [EnabledRule(rule, rule.severity, {}) for rule in builtin(("build",)).values()]
    sink = Sink()
    sink.visit(Dispatch(rules).of(Build), lone, lone.graph, "", path)
    assert not sink.failures
    assert [finding.rule.name for finding in sink.findings] == ["context-without-dockerignore"]
    asked = [question for question in files.asked if question != f"d{path}"]
    assert not [question for question in asked if question[0] in "dl" or question.endswith(".gitignore")]
