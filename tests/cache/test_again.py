"""A report for people is shown again without the findings being made again, and never where it would differ."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dlint.cache import results
from dlint.cli.main import call
from dlint.session import Session

TOKEN = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"
WORD = "quitespecialword"
FILES = {
    "Dockerfile": f"FROM debian:12\nRUN cd /x && echo {WORD}\n\tRUN\tcd /tab # {WORD}\n",
    "sub/Dockerfile": f"FROM debian\nRUN cd {'/y' * 90} && echo {WORD}\nRUN cd /日本語 # {WORD}\nENV TOKEN={TOKEN}\n",
    "compose.yaml": "services: {w: {image: nginx, privileged: true}}\n",
}


class Runs:
    """Calls in a folder: what each prints, its exit code, and whether it had to lint."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.capsys = capsys
        self.linted = 0
        lint = Session.lint_all

        def noted(session: Session, *arguments: object, **named: object) -> object:
            self.linted += 1
            return lint(session, *arguments, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(Session, "lint_all", noted)

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        self.linted = 0
        code = call(["check", "--config=shellcheck=false", *arguments])
        said = self.capsys.readouterr()
        return code, said.out, said.err


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runs:
    root = tmp_path / "project"
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / ".git").mkdir()
    monkeypatch.chdir(root)
    monkeypatch.setattr("dlint.cache.identity.identity", lambda: "this one")
    return Runs(root, capsys, monkeypatch)


CALLS = [
    (), ("--color=always",), ("--quiet",), ("--group-by=rule",), ("--statistics",), ("--show-suppressed",),
    ("--exit-zero",), ("--fail-on=never",), ("--severity=error",), ("--preset=all",), ("--verbose",), ("sub",),
    ("sub/Dockerfile", "Dockerfile"), ("compose.yaml",),
]  # fmt: skip


@pytest.mark.parametrize("arguments", CALLS, ids=" ".join)
def test_the_same_call_says_the_same_without_linting(run: Runs, arguments: tuple[str, ...]) -> None:
    plain = run(*arguments, "--no-cache")
    assert run(*arguments) == plain
    assert run.linted
    assert run(*arguments) == plain
    assert not run.linted


def test_calls_do_not_take_each_other_s_report(run: Runs) -> None:
    plain = [run(*arguments, "--no-cache") for arguments in CALLS]
    for _ in range(2):
        assert [run(*arguments) for arguments in CALLS] == plain


def test_more_files_than_have_their_report_beside_their_findings(run: Runs) -> None:
    for number in range(30):
        (run.root / f"n{number}.Dockerfile").write_text(FILES["Dockerfile"] + f"# {number}\n")
    plain = run("--no-cache")
    assert run() == run() == plain
    assert not run.linted


def test_where_somebody_stands_and_what_the_terminal_is_count(run: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run(".")
    monkeypatch.chdir(run.root / "sub")
    other = run("..")
    assert other == run("..", "--no-cache") != first
    monkeypatch.chdir(run.root)
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = run(".")
    assert coloured == run(".", "--no-cache") != first
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    assert run(".") == run(".", "--no-cache") != coloured
    monkeypatch.setattr("dlint.cli.again.width", lambda: 60)
    monkeypatch.setattr("dlint.cli.run.width", lambda: 60)
    assert run(".") == run(".", "--no-cache") != coloured


@pytest.mark.parametrize(
    "settings",
    ["fail-on = 'error'\n", "fail-on = 'never'\n", "rule-pages = 'https://x.org'\n", "baseline = 'known.json'\n"],
)
def test_what_a_configuration_says_of_findings_counts(run: Runs, settings: str) -> None:
    run(".")
    (run.root / "known.json").write_text('{"version": 1, "findings": {}}\n')
    (run.root / "sub" / "dlint.toml").write_text(settings)
    assert run(".") == run(".", "--no-cache")
    assert run(".") == run(".", "--no-cache")
    (run.root / "sub" / "dlint.toml").rename(run.root / "dlint.toml")
    assert run(".") == run(".", "--no-cache")
    assert run(".") == run(".", "--no-cache")


def test_no_line_of_a_file_is_kept(run: Runs, own_cache: Path) -> None:
    first = run(".")
    assert WORD in first[1] and TOKEN not in first[1]
    kept = b"".join(path.read_bytes() for path in own_cache.rglob("*") if path.is_file())
    assert b'"report"' in kept
    assert WORD.encode() not in kept and TOKEN.encode() not in kept


def test_a_failed_run_is_not_shown_again(run: Runs) -> None:
    (run.root / "large.Dockerfile").write_text("x" * 1_000_001)
    for _ in range(2):
        assert run(".")[0] == 2
        assert run.linted
    assert run(".", "nowhere") == run(".", "nowhere", "--no-cache")


def sealed(data: bytes, change: object, text: str) -> bytes:
    """A file of results whose report is another."""
    head, _, body = data.partition(b"\n")
    lines = body.decode().split("\n")
    forged = f"{json.dumps(change)}\x1d{text}"
    lines = [f"{line.partition(' ')[0]} {forged}" if line.startswith("report") else line for line in lines]
    body = "\n".join(lines).encode()
    digest = results.blake2b(body, digest_size=16).hexdigest().encode()
    return b" ".join([*head.split(b" ")[:-1], digest]) + b"\n" + body


@pytest.mark.parametrize(
    "forged",
    [
        1, [], {}, {"report": 1, "said": "", "code": 0}, {"report": [1], "said": "", "code": 0},
        {"report": [["../../etc/passwd", 0, 3]], "said": "", "code": 0}, {"report": ["x"], "said": "", "code": "x"},
        {"report": [["/etc/passwd", 0, 3]], "said": "", "code": 0}, {"report": [[1, 2, 3]], "said": "", "code": 0},
        {"report": [["Dockerfile", 0, 10_000]], "said": "", "code": 0}, {"report": [["Dockerfile", 0]], "code": 0},
        {"report": [["Dockerfile", 5, 2]], "said": "", "code": 0}, {"report": [["Dockerfile", 0, 3, 4]], "code": 0},
        {"report": [["Dockerfile", 0, 3, "x", 7]], "said": "", "code": 0}, {"report": [{}], "said": "", "code": 0},
        {"report": ["x"], "said": ""}, {"report": None, "said": None, "code": None},
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", ["", "x", "x\x1fx"])
def test_what_is_no_report_is_not_shown(run: Runs, own_cache: Path, forged: object, text: str) -> None:
    plain = run("Dockerfile", "--no-cache")
    assert run("Dockerfile") == plain
    (file,) = [path for path in own_cache.rglob("*") if path.is_file() and b"\nreport" in path.read_bytes()]
    trace = json.loads(file.read_text().partition("\nreport")[2].partition(" ")[2].partition("\x1d")[0])["trace"]
    if isinstance(forged, dict):
        forged = {**forged, "trace": trace}
    file.write_bytes(sealed(file.read_bytes(), forged, text))
    assert run("Dockerfile") == plain
    assert run.linted
    assert run("Dockerfile") == plain
    assert not run.linted


def test_an_output_that_is_gone_ends_as_without_a_cache(run: Runs) -> None:
    run(".")
    assert run(".", f"--output=json={run.root}/no/such/folder/x")[0] == 2
    assert os.listdir(run.root / "sub") == ["Dockerfile"]
