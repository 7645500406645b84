"""What images start by a path, and which files of the context those are."""

from __future__ import annotations

import pytest

from dlint.model.dockerfile import graph as stages
from dlint.project.files import ProjectFiles
from dlint.syntax.dockerfile import parser as dockerfile
from dlint.workspace.build import Build
from dlint.workspace.workspace import Workspace

SCRIPT = "#!/bin/sh -e\nexec app\n"
FILES = {"run.sh": SCRIPT, "bin/run.sh": SCRIPT, "bin/node_modules/x.sh": SCRIPT, "out.sh": SCRIPT}


def build(text: str) -> Build:
    project = ProjectFiles.from_files({**FILES, "Dockerfile": text, ".dockerignore": "out.sh\n"})
    source = project.read("Dockerfile")
    assert source is not None
    return Build(Workspace(project, {}), stages.build(dockerfile.parse(source)), [], lambda path: False)


def started(text: str, *, through_shell: bool = False) -> list[tuple[str, str]]:
    return [(one.path, one.file) for one in build(text).started(through_shell=through_shell)]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('COPY run.sh /\nCMD ["/run.sh"]\n', ("/run.sh", "run.sh")),
        ('COPY run.sh /start\nCMD ["/start"]\n', ("/start", "run.sh")),
        ('COPY run.sh /usr/bin/\nENTRYPOINT ["tini", "-g", "--", "run.sh"]\n', ("/usr/bin/run.sh", "run.sh")),
        ('WORKDIR /app\nCOPY . .\nCMD ["./bin/run.sh"]\n', ("/app/bin/run.sh", "bin/run.sh")),
        ("WORKDIR /app\nCOPY bin .\nCMD exec ./run.sh\n", ("/app/run.sh", "bin/run.sh")),
        ('COPY r*.sh /\nCMD ["/run.sh"]\n', ("/run.sh", "run.sh")),
        ('WORKDIR /app\nCOPY bin/*.sh ./\nCMD ["./run.sh"]\n', ("/app/run.sh", "bin/run.sh")),
        # The last one lies over what came before.
        ('COPY run.sh /run.sh\nCOPY bin/run.sh /\nCMD ["/run.sh"]\n', ("/run.sh", "bin/run.sh")),
    ],
)
def test_a_file_of_the_context_is_known_by_its_path_in_the_image(lines: str, expected: tuple[str, str]) -> None:
    assert started(f"FROM alpine\n{lines}") == [expected]


@pytest.mark.parametrize(
    "lines",
    [
        'COPY out.sh /\nCMD ["/out.sh"]\n',
        'COPY . /app\nCMD ["/app/bin/node_modules/x.sh"]\n',
        'COPY run.sh $TO\nCMD ["/run.sh"]\n',
        'COPY --from=other run.sh /\nCMD ["/run.sh"]\n',
        'COPY run.sh /\nENTRYPOINT ["/other"]\nCMD ["/run.sh"]\n',
        "COPY run.sh /\nCMD /run.sh | tee log\n",
        'COPY run.sh /\nCMD ["./run.sh"]\n',
    ],
)
def test_what_is_ignored_or_unknown_is_no_started_script(lines: str) -> None:
    assert started(f"FROM alpine\n{lines}") == []


def test_a_script_that_a_shell_is_given_counts_where_that_is_asked() -> None:
    text = 'FROM alpine\nCOPY run.sh /\nCMD ["sh", "-e", "/run.sh"]\n'
    assert started(text) == []
    assert started(text, through_shell=True) == [("/run.sh", "run.sh")]


def test_the_interpreter_is_the_program_of_the_first_line_without_its_options() -> None:
    (script,) = build('FROM alpine\nCOPY run.sh /\nCMD ["/run.sh"]\n').started()
    assert script.interpreter is not None and script.interpreter.name == "sh"
