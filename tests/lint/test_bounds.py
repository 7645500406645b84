"""Whatever a tree holds, a run ends, and says what it left out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

import pytest

from dlint.cache.store import Cache
from dlint.library import report_files
from dlint.lint.file_run import RunSettings
from dlint.lint.run import run
from dlint.model.compose.loader import MAX_LOADS
from dlint.project.files import ProjectFiles
from dlint.session import Session
from dlint.shellcheck import process
from dlint.shellcheck.process import ShellCheck
from dlint.workspace.workspace import Workspace

CONFIG = {"preset": "all", "shellcheck": False}


def calls(files: Mapping[str, str]) -> int:
    """How many Python functions are called while files are linted."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        report_files(files, config=CONFIG)
    finally:
        sys.setprofile(None)
    return count


def chain(length: int) -> dict[str, str]:
    """Files that include the next one in three spellings."""
    files = {
        f"{'compose' if number == 0 else f'n{number}'}.yaml": (
            f"include: [n{number + 1}.yaml, ./n{number + 1}.yaml, x/../n{number + 1}.yaml]\n"
            f"services: {{s{number}: {{image: 'x:1'}}}}\n"
        )
        for number in range(length)
    }
    return {**files, f"n{length}.yaml": "services: {last: {image: 'x:1'}}\n"}


def test_a_project_that_is_included_by_many_ways_is_loaded_once() -> None:
    report_files(chain(2), config=CONFIG)
    assert calls(chain(24)) < 3 * calls(chain(12))


def test_what_is_included_by_many_ways_is_there() -> None:
    files = {**chain(12), "compose.yaml": chain(12)["compose.yaml"] + "  x: {image: 'x:1', depends_on: [last, lost]}\n"}
    assert [one.message for one in report_files(files).visible if "last" in one.message or "lost" in one.message] == [
        one.message for one in report_files(files).visible if "lost" in one.message
    ]


def test_files_that_include_with_ever_other_variables_end_in_a_finding() -> None:
    files = {f"e{number}.env": f"A{number}=1\n" for number in range(10)}
    for number in range(30):
        rows = [f"  - {{path: n{number + 1}.yaml, env_file: e{each}.env}}\n" for each in range(10)]
        files[f"{'compose' if number == 0 else f'n{number}'}.yaml"] = "include:\n" + "".join(rows)
    files["n30.yaml"] = "services: {last: {image: 'x:1'}}\n"
    messages = [finding.message for finding in report_files(files, targets=["compose.yaml"], config=CONFIG).visible]
    assert sum(f"more than {MAX_LOADS} projects" in message for message in messages) == 1


def test_many_patterns_are_linear() -> None:
    def files(count: int) -> dict[str, str]:
        return {"Dockerfile": "FROM a\nCOPY . .\n", ".dockerignore": "".join(f"**/a{i}/**/b*\n" for i in range(count))}

    report_files(files(2), config=CONFIG)
    base, once, twice = (calls(files(count)) for count in (1, 500, 1000))
    assert twice - base <= 2.6 * (once - base) + 10_000


def steps(count: int) -> dict[str, str]:
    """Stages on one another, each with a step whose program the image may lack."""
    later = "".join(f"FROM s{at} AS s{at + 1}\nRUN set -e; curl -f https://example.org/{at}\n" for at in range(count))
    return {"Dockerfile": f"FROM debian:13-slim AS s0\nRUN echo\n{later}"}


def services(count: int) -> dict[str, str]:
    """Services that are built of one long Dockerfile, each started in its own way."""
    runs = "".join(f"RUN touch /srv/{at}\n" for at in range(40))
    each = "".join(f'  s{at}: {{build: ., command: ["wait-for-{at}", "db:{at}"]}}\n' for at in range(count))
    text = f'FROM debian:13-slim\n{runs}ENTRYPOINT ["/entry.sh"]\n'
    return {"Dockerfile": text, "compose.yaml": f"services:\n{each}", "entry.sh": '#!/bin/sh\nexec "$@"\n'}


@pytest.mark.parametrize("files", [steps, services])
def test_what_steps_and_services_start_is_found_in_linear_time(files: Callable[[int], dict[str, str]]) -> None:
    report_files(files(2), config=CONFIG)
    base, once, twice = (calls(files(count)) for count in (1, 50, 100))
    assert twice - base <= 2.6 * (once - base) + 10_000


SCRIPTS = {
    "and": " && ".join(["a"] * 3_800),
    "or": " || ".join(["a"] * 3_800),
    "assignments": "".join(f"a{i}=$b;" for i in range(1_000)),
    "assignments on lines": "".join(f"a{i}=$b\n" for i in range(900)),
    "not": "! " * 9_000 + "true",
    "defaults": "echo " + "${a:-" * 3_000 + "x" + "}" * 3_000,
    "lines": "a\n" * 9_000,
    "pipes": "a|" * 9_000 + "a",
    "parentheses": "(" * 1_000 + "a" + ")" * 1_000,
    "tests": "[" * 1_000,
    "length": "a " * 10_001,
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_scripts_that_keep_shellcheck_busy_are_not_shown_to_it(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*arguments: object) -> None:
        raise AssertionError("it was started")

    monkeypatch.setattr(process, "_Process", never)
    shellcheck = ShellCheck()
    shellcheck.add(["#!/bin/sh\n" + script])
    shellcheck.start()
    assert shellcheck.collect() == {}
    assert "is not shown to ShellCheck" in shellcheck.trouble


@pytest.mark.parametrize(
    "script",
    [
        " && \\\n".join(f"apt-get install -y package{i}" for i in range(150)),
        "\n".join(f"echo ${{NAME{i}}} | sort > file{i}; rm file{i}" for i in range(250)),
        "\n".join(f'export NAME{i}="value $i"' for i in range(300)),
        "docker-php-ext-configure " + " ".join(f"--with-option{i}=/usr" for i in range(450)),
    ],
)
def test_scripts_that_people_write_are_shown_to_it(script: str) -> None:
    shellcheck = ShellCheck("/nowhere/shellcheck")
    shellcheck.add([script])
    assert shellcheck.trouble == ""


def test_an_answer_that_is_nested_too_deep_is_said(tmp_path: Path) -> None:
    liar = tmp_path / "liar"
    liar.write_text("#!/bin/sh\nprintf '{\"comments\":'; head -c 100000 /dev/zero | tr '\\0' '['\n")
    liar.chmod(0o755)
    shellcheck = ShellCheck(str(liar))
    shellcheck.add(["echo $1"])
    shellcheck.start()
    assert shellcheck.collect() == {}
    assert "its answer cannot be read" in shellcheck.trouble


@pytest.mark.parametrize("kind", ["a pipe", "a device"])
def test_a_cache_that_is_no_file_is_none(tmp_path: Path, own_cache: Path, kind: str) -> None:
    cache = Cache(str(tmp_path))
    cache.get("x")
    path = Path(cache._path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "a pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    assert Cache(str(tmp_path)).get("x") is None


def test_a_run_that_takes_too_long_says_what_it_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.Dockerfile").write_text("FROM debian\n")
    (tmp_path / "b.Dockerfile").write_text("FROM debian\n")
    session = Session([str(tmp_path)], overrides={"shellcheck": False})
    workspace = Workspace(session.project, session.targets)
    config = session.config_of("")
    report = run(
        workspace, session.targets, lambda path: config, [config], settings=RunSettings("2026-01-01", seconds=-1)
    )
    assert report.visible == []
    (failure,) = report.failures
    assert failure.message == (
        "a.Dockerfile and 1 more: not looked at in full, as the run took more than -1 seconds;"
        " lint fewer files at a time"
    )


def test_files_beyond_the_most_bytes_of_a_run_are_not_read(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(b"x" * 40)
    files = ProjectFiles.on_disk(str(tmp_path))
    files.max_total = 100
    assert [files.read(name) is not None for name in "abc"] == [True, True, False]
    assert "0.0001 MB of the project have been read already" in files.problems["c"]


_NINES = "9" * 5000


@pytest.mark.parametrize(
    "dockerfile",
    [
        f"FROM nvidia/cuda:{_NINES}.1-devel\nRUN pip install torch==1+cu121\n",
        f"FROM nvidia/cuda:12.1-devel\nRUN conda install cuda-version={_NINES}.1\n",
        f"FROM ruby:{_NINES}.{_NINES}\nCMD rails server\n",
        f"FROM debian\nRUN apt-get -q={_NINES} install x\nEXPOSE {_NINES}:{_NINES} {_NINES}-{_NINES}\nUSER {_NINES}\n",
        f"FROM openjdk:{_NINES}\nEXPOSE \u00b2:\u00b23\nRUN [[ a ]]\n",
        f"FROM debian\nRUN useradd -u {_NINES} app\nCOPY --chown=app . /x\nUSER app\n",
    ],
)
def test_numbers_of_any_length_stop_no_rule(dockerfile: str) -> None:
    service = f"""
    build: .
    user: "{_NINES}"
    ports: ["{_NINES}:{_NINES}", {_NINES}:22]
    sysctls: {{net.ipv4.ip_unprivileged_port_start: "{_NINES}"}}
    restart: on-failure:{_NINES}
    environment: {{URL: "http://b:{_NINES}/"}}
"""
    files = {"Dockerfile": dockerfile, "compose.yaml": f"services:\n  a:{service}  b: {{image: nginx, user: app}}\n"}
    report = report_files(files, config={"preset": "all", "shellcheck": False})
    assert not [str(failure.message)[:200] for failure in report.failures]
