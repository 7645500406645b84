"""Several processes: the same reports as one, whatever happens to a process, and none is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dlint.cli.main import call
from dlint.lint import linting, workers
from dlint.lint.many import ManyRuns
from dlint.lint.partition import Group, Partition
from dlint.report import formats

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
SECRET = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"


def project(root: Path) -> None:
    (root / ".git").mkdir()
    for number in range(30):
        folder = root / f"d{number % 7}"
        folder.mkdir(exist_ok=True)
        text = f"FROM debian:12\nRUN cd /x && echo $a{number}\nCOPY missing{number} /\nENV T{number}=x\n"
        (folder / f"n{number}.Dockerfile").write_text(text)
    (root / "d0" / "Dockerfile").write_text(f"FROM debian\nENV TOKEN={SECRET}\nRUN echo {SECRET}\n")
    (root / "d1" / "Dockerfile").write_text(f"FROM debian\nLABEL a='{SECRET}'\n")
    (root / "d2" / "Dockerfile").write_text("x" * 1_000_001)
    (root / "d3" / "compose.yaml").write_text("services: {w: {build: ., image: 'own/base:1', privileged: true}}\n")
    (root / "d3" / "Dockerfile").write_text("FROM scratch\nUSER app\n")
    (root / "d4" / "Dockerfile").write_text("FROM own/base:1\n")


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    project(root)
    monkeypatch.chdir(root)
    monkeypatch.setattr(linting, "_FEW", 2)
    monkeypatch.setattr(workers, "FEWEST", 2)
    monkeypatch.setattr(workers, "_PART", 3)
    monkeypatch.setattr("dlint.cache.identity.identity", lambda: "this one")
    return root


def reports(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    outputs = [f"--output={form}={folder / form}" for form in formats()]
    code = call(["check", "--preset=all", *outputs, *arguments, "."])
    said = capsys.readouterr()
    return {
        **{form: (folder / form).read_bytes() for form in formats()},
        "out": said.out,
        "err": said.err,
        "code": code,
    }


def test_several_processes_say_what_one_says(many: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = reports(many.parent, capsys, "--no-cache", "--jobs=1")
    assert b"no-user" in one["text"]  # type: ignore[operator]
    assert reports(many.parent, capsys, "--no-cache", "--jobs=6") == one
    assert reports(many.parent, capsys, "--jobs=6") == one, "what is kept"
    assert reports(many.parent, capsys, "--jobs=6") == one, "what was kept"
    assert reports(many.parent, capsys, "--jobs=1") == one


def test_what_several_processes_found_is_kept(
    many: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    linted: list[int] = []
    lint = ManyRuns.lint

    def noted(run: ManyRuns, partition: Partition, groups: list[Group]) -> None:
        linted.append(len(groups))
        lint(run, partition, groups)

    reports(many.parent, capsys, "--jobs=6")
    monkeypatch.setattr(ManyRuns, "lint", noted)
    reports(many.parent, capsys, "--jobs=6")
    assert linted == [1], "but for the file that is too large"


def test_the_groups_of_a_process_that_ends_early_are_linted_all_the_same(
    many: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = reports(many.parent, capsys, "--no-cache", "--jobs=1")
    this = os.getpid()
    lint = ManyRuns.lint

    def dies(run: ManyRuns, partition: Partition, groups: list[Group]) -> None:
        if os.getpid() != this and any("n7" in path for group in groups for path in group.paths):
            os.kill(os.getpid(), signal.SIGKILL)
        lint(run, partition, groups)

    monkeypatch.setattr(ManyRuns, "lint", dies)
    assert reports(many.parent, capsys, "--no-cache", "--jobs=6") == one


@pytest.mark.parametrize("most", [0, 1])
def test_where_no_processes_are_to_be_had_this_one_lints(
    many: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    one = reports(many.parent, capsys, "--no-cache", "--jobs=1")
    fork, left = os.fork, [*range(most)]

    def limited() -> int:
        if not left:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        left.pop()
        return fork()

    monkeypatch.setattr(os, "fork", limited)
    assert reports(many.parent, capsys, "--no-cache", "--jobs=6") == one


def test_how_many_processes_pay() -> None:
    assert workers.count(100, 8, False) == 1
    assert workers.count(10_000, 8, False) == 8
    assert workers.count(10_000, 8, True) == 4
    assert workers.count(10_000, 2, True) == 1


SLOW = (
    "this, finish = os.getpid(), many.ManyRuns._finish\n"
    "def slow(*a):\n"
    "    if os.getpid() != this: print('here', flush=True); time.sleep(600)\n"
    "    return finish(*a)\n"
    "many.ManyRuns._finish = slow\n"
)
# The signal that comes to all of the terminal's processes, at the worst moment.
FORKED = (
    "fork = os.fork\n"
    "def told():\n"
    "    process = fork()\n"
    "    os.kill(os.getpid(), signal.SIGINT)\n"
    "    if process: print('here', flush=True)\n"
    "    return process\n"
    "os.fork = told\n"
)


@pytest.mark.parametrize("moment", [SLOW, FORKED], ids=["while they work", "while they start"])
def test_ctrl_c_ends_all(many: Path, moment: str) -> None:
    script = (
        "from dlint.lint import linting, workers, many\n"
        "from dlint.cli.main import main\n"
        "import os, signal, sys, time\n"
        f"linting._FEW = workers.FEWEST = 2\n{moment}"
        "sys.argv = ['dlint', '--no-cache', '--jobs=4', '--config=shellcheck=false', '.']\n"
        "main()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], cwd=many, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    if moment is SLOW:
        os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert said.decode().strip() == "dlint: interrupted"
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_a_fix_that_moves_a_credential_is_applied_as_one_process_does(
    tmp_path: Path, many: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # The second pass, over changed texts, is linted by several processes as well.
    text = 'FROM debian:12\nMAINTAINER me\nCMD ["a"]\nRUN echo "svc:k7Rw2pQz" | chpasswd\nRUN useradd x{}\n'
    folder = tmp_path / "fixed"
    (folder / ".git").mkdir(parents=True)
    for number in range(9):
        (folder / f"n{number}.Dockerfile").write_text(text.format(number))
    rules = "--select=settings-not-last,maintainer-deprecated"
    assert call(["check", "--preset=all", rules, "--fix", "--no-cache", "--jobs=6", str(folder)]) == 0
    for number in range(9):
        label = 'LABEL org.opencontainers.image.authors="me"'
        steps = f'RUN echo "svc:k7Rw2pQz" | chpasswd\nRUN useradd x{number}\nCMD ["a"]\n'
        assert (folder / f"n{number}.Dockerfile").read_text() == f"FROM debian:12\n{label}\n{steps}"
    capsys.readouterr()
