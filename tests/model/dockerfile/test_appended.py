"""A command that a fix writes behind those of a RUN: where it goes, with which rights, and that it hides no failure."""

from __future__ import annotations

import os
import shutil
import subprocess
from itertools import chain, combinations
from pathlib import Path

import pytest

from dlint.model.dockerfile.edits import Appended, appended
from dlint.model.dockerfile.graph import build
from dlint.source import Source, spliced
from dlint.syntax.dockerfile.parser import Run, parse


def found(text: str, program: str = "apt-get", command: str = "rm -rf /x") -> tuple[Appended | None, Source]:
    source = Source("Dockerfile", text)
    graph = build(parse(source))
    stage = graph.stages[-1]
    run = next(run for run in reversed(list(stage.runs)) if isinstance(run, Run))
    script = stage.script(run)
    assert script is not None
    return appended(stage, run, command, script.by_name[program][-1]), source


def after(text: str, program: str = "apt-get", command: str = "rm -rf /x") -> str | None:
    """The file with the command in it; None if there is no place for it."""
    one, source = found(f"FROM a\n{text}\n", program, command)
    return spliced(source.text, [one.edit]).removeprefix("FROM a\n")[:-1] if one is not None else None


PLACES = [
    ("RUN apt-get x", "RUN apt-get x && rm -rf /x"),
    ("RUN apt-get u; apt-get i", "RUN apt-get u; apt-get i && rm -rf /x"),
    ("RUN set -e; apt-get u; apt-get i", "RUN set -e; apt-get u; apt-get i; rm -rf /x"),
    ('SHELL ["sh", "-ec"]\nRUN apt-get u; apt-get i', 'SHELL ["sh", "-ec"]\nRUN apt-get u; apt-get i; rm -rf /x'),
    ("RUN set -e; apt-get u; set +e; apt-get i", "RUN set -e; apt-get u; set +e; apt-get i && rm -rf /x"),
    ("RUN apt-get u \\\n && apt-get i", "RUN apt-get u \\\n && apt-get i \\\n && rm -rf /x"),
    ("RUN apt-get u; \\\n  apt-get i;", "RUN apt-get u; \\\n  apt-get i && rm -rf /x;"),
    ("RUN apt-get i > /dev/null 2>&1", "RUN apt-get i > /dev/null 2>&1 && rm -rf /x"),
    ("RUN apt-get i \\\n  # why\n", "RUN apt-get i && rm -rf /x \\\n  # why\n"),
    ("RUN apt-get i || exit 1", "RUN apt-get i || exit 1 && rm -rf /x"),
    ("RUN apt-get i && exit 0", "RUN apt-get i && rm -rf /x && exit 0"),
    ("RUN (apt-get i)", "RUN (apt-get i) && rm -rf /x"),
    ("RUN if a; then apt-get i; fi", "RUN if a; then apt-get i; fi && rm -rf /x"),
    ("RUN apt-get i | tee /l", "RUN apt-get i | tee /l && rm -rf /x"),
    ("RUN sudo apt-get i", "RUN sudo apt-get i && sudo rm -rf /x"),
    ("USER svc\nRUN sudo -E apt-get i", "USER svc\nRUN sudo -E apt-get i && sudo rm -rf /x"),
    ('RUN sudo sh -c "apt-get i"', 'RUN sudo sh -c "apt-get i" && sudo rm -rf /x'),
    ('RUN sh -c "apt-get i; exit 0"', 'RUN sh -c "apt-get i; exit 0" && rm -rf /x'),
    ("ONBUILD RUN apt-get i", "ONBUILD RUN apt-get i && rm -rf /x"),
    ("RUN <<E\napt-get u\napt-get i # why\nE", "RUN <<E\napt-get u\napt-get i && rm -rf /x # why\nE"),
    ("RUN <<E\nset -e\n  apt-get i # why\nE", "RUN <<E\nset -e\n  apt-get i # why\n  rm -rf /x\nE"),
]


@pytest.mark.parametrize(("before", "wanted"), PLACES)
def test_a_command_goes_where_it_runs_last(before: str, wanted: str) -> None:
    assert after(before) == wanted


@pytest.mark.parametrize(
    "text",
    [
        'RUN ["apt-get", "i"]',
        "RUN exec apt-get i",
        "RUN apt-get i & wait",
        "RUN exit; apt-get i",
        "RUN if a; then exit 0; fi; apt-get i",
        "RUN apt-get i; exit 0",
        "RUN sudo -u other apt-get i",
        'RUN su other -c "apt-get i"',
        "RUN chroot /r apt-get i",
        "RUN trap x EXIT; apt-get i",
        "RUN cat <<E && apt-get i\nx\nE",
        "RUN if apt-get i",
        "RUN <<E\napt-get i\ncat <<F\nx\nF\nE",
    ],
)
def test_there_is_no_place_where_that_is_not_plain(text: str) -> None:
    assert after(text) is None


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("RUN yum i", True),
        ("RUN a; yum i; b", True),
        ("RUN a && yum i", True),
        ("RUN a || yum i", False),
        ("RUN yum i || apt-get i", False),
        ("RUN if a; then yum i; fi", False),
        ("RUN if yum i; then a; fi", False),
        ("RUN yum i || true", False),
        ("RUN case a in x) yum i;; esac", False),
    ],
)
def test_a_tool_that_need_not_be_there_is_no_safe_command(text: str, safe: bool) -> None:
    one, _ = found(f"FROM a\n{text}\n", "yum", "yum clean all")
    assert one is not None
    assert one.safe is safe
    assert bool(one.doubt) is not safe
    again, _ = found(f"FROM a\n{text}\n", "yum", "rm -rf /var/cache/yum")
    assert again is not None
    assert again.safe


NAMES = ("apt-get", "a", "b")
SCRIPTS = [
    "apt-get x", "apt-get x; a", "a; apt-get x", "a && apt-get x; b", "a || apt-get x", "set -e; a; apt-get x; b",
    "set -e; (a; apt-get x); b", "if a; then apt-get x; else b; fi", "apt-get x || exit 3", "apt-get x && exit 0",
    "a | apt-get x", "apt-get x && (a; b)", "for i in 1 2; do apt-get x; a; done", "! a; apt-get x",
    "a && { b; apt-get x; }",
    "sh -c 'apt-get x; a' && b", "a; apt-get x || true",
]  # fmt: skip


@pytest.mark.skipif(os.name == "nt" or not shutil.which("sh"), reason="needs a POSIX shell")
def test_a_step_fails_where_it_failed_before(tmp_path: Path) -> None:
    for name in (*NAMES, "rm"):
        stub = tmp_path / name
        stub.write_text('#!/bin/sh\ncase " $FAIL " in *" ${0##*/} "*) exit 7 ;; esac\n')
        stub.chmod(0o755)

    def status(script: str, failing: tuple[str, ...]) -> int:
        env = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "FAIL": " ".join(failing)}
        return subprocess.run(["sh", "-c", script], env=env, stdin=subprocess.DEVNULL, timeout=20).returncode

    every = list(chain.from_iterable(combinations(NAMES, size) for size in range(4)))
    for script in SCRIPTS:
        text = after(f"RUN {script}")
        assert text is not None
        for failing in every:
            assert status(text.removeprefix("RUN "), failing) == status(script, failing), (script, failing)
