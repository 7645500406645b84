"""What becomes of a step where one of its commands fails."""

from __future__ import annotations

import pytest

from dlint.model.dockerfile import graph as stages
from dlint.model.dockerfile.commands import always_runs, commands_of, stops_the_step
from dlint.source import Source
from dlint.syntax.dockerfile.parser import parse


def answers(script: str, shell: str = "") -> tuple[bool | None, bool]:
    """Whether the first ``make`` of a RUN always runs, and whether the step surely fails where it does."""
    text = f"FROM debian:12\n{shell}RUN {script}\n"
    (stage,) = stages.build(parse(Source("Dockerfile", text))).stages
    (run,) = stage.runs
    found = stage.script(run)
    assert found is not None
    command = found.by_name["make"][0]
    return always_runs(command, run, stage), stops_the_step(command, run, stage)


@pytest.mark.parametrize(
    ("script", "runs", "stops"),
    [
        ("make", True, True),
        ("cd /x && make && ls", True, True),
        ("make; ls", True, False),
        ("set -e; make; ls", True, True),
        ("make || true", False, False),
        ("make || exit 1", False, True),
        ("{ cd /x && make; } || exit 1", False, True),
        ("if [ -f x ]; then make; fi", False, False),
        ("if make; then ls; fi", False, False),
        ("[ -f x ] && make", True, True),
        ("for i in $X; do make; done", False, False),
        ("build() { make; }; build", True, True),
        ("build() { make; }", False, False),
        ("make | tee log", True, False),
        ("set -o pipefail; make | tee log", True, True),
        ("make &", False, False),
        ("sh -c 'make'", True, True),
        ("sh -c 'make || true'", False, False),
        ("sh -c 'if test -f x; then make; fi'", False, False),
        ("echo 'if [ -f x ]; then' && make", True, True),
        ("x=$(make)", None, False),
        ("trap 'ls' EXIT; make", None, False),
    ],
)
def test_whether_a_command_always_runs_and_stops_its_step(script: str, runs: bool | None, stops: bool) -> None:
    assert answers(script) == (runs, stops)


def test_shell_says_whether_a_failure_stops_the_step() -> None:
    assert answers("make; ls | cat", 'SHELL ["/bin/bash", "-e", "-c"]\n') == (True, True)
    assert answers("make | cat", 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]\n') == (True, True)
    assert answers("<<EOF\n#!/bin/bash\nmake\nls\nEOF", 'SHELL ["/bin/bash", "-e", "-c"]\n') == (True, False)
    assert answers("<<EOF\n#!/bin/bash -e\nmake\nls\nEOF") == (True, True)


def test_the_commands_of_an_instruction() -> None:
    text = 'FROM debian:12\nRUN make && ls\nSHELL ["powershell", "-command"]\nRUN Get-Item x\nUSER app\n'
    (stage,) = stages.build(parse(Source("Dockerfile", text))).stages
    posix, other = stage.runs
    assert [command.name for command in commands_of(posix, stage, posix=True)] == ["make", "ls"]
    assert [command.name for command in commands_of(other, stage)] == ["get-item"]
    assert not commands_of(other, stage, posix=True)
    assert not commands_of(stage.instructions[-1], stage)
