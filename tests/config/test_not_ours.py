"""A configuration that is not dlint's stops no run; one of dlint's that is broken stops it for the files below it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dlint.config.file import MAX_BYTES
from dlint.config.keys import ConfigError
from dlint.config.load import load
from dlint.library import lint_paths
from dlint.session import Session

BAD = "FROM debian\nMAINTAINER Ada\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    for name in ("good", "odd"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text(BAD)
    return tmp_path


def linted(project: Path) -> tuple[set[str], list[str]]:
    """The files with findings, and the failures."""
    report = Session([str(project)], overrides={"shellcheck": False}).lint()
    return {finding.path for finding in report.visible}, [f"{one.path}: {one.message}" for one in report.failures]


NOT_OURS = {
    "a template": b"{% if cookiecutter.poetry %}\n[tool.poetry]\n{% endif %}\n",
    "not UTF-8": b"[tool.black]\nname = '\xff'\n",
    "nested too deep": b"[tool.black]\na = " + b"[" * 100_000,
    "large": b"[tool.black]\n" + b"# x\n" * (MAX_BYTES // 4 + 1),
    "dlint as a dependency": b'[tool.uv]\ndev = ["dlint"\n',
}


@pytest.mark.parametrize("data", NOT_OURS.values(), ids=NOT_OURS)
def test_a_pyproject_that_does_not_speak_of_dlint_is_passed_over(project: Path, data: bytes) -> None:
    (project / "odd" / "pyproject.toml").write_bytes(data)
    assert linted(project) == ({"good/Dockerfile", "odd/Dockerfile"}, [])


OURS = {
    "a template": ("pyproject.toml", b"{% if a %}\n[tool.dlint]\npreset = 'strict'\n"),
    "spelled otherwise": ("pyproject.toml", b"{{ x }}\n [ tool . 'dlint'.rules ]\n"),
    "broken": ("dlint.toml", b"preset = \n"),
    "nested too deep": ("dlint.toml", b"a = " + b"[" * 100_000),
    "large": (".dlint.toml", b"# x\n" * (MAX_BYTES // 4 + 1)),
    "an unknown key": ("dlint.toml", b"presett = 'strict'\n"),
    "an unknown rule": ("dlint.toml", b"ignore = ['no-userr']\n"),
    "a wrong option": ("dlint.toml", b"[rules.expose-ssh-port]\nportz = 1\n"),
}


@pytest.mark.parametrize(("name", "data"), OURS.values(), ids=OURS)
def test_one_of_ours_is_an_error_for_the_files_below_it(project: Path, name: str, data: bytes) -> None:
    (project / "odd" / name).write_bytes(data)
    files, failures = linted(project)
    assert files == {"good/Dockerfile"}
    (failure,) = failures
    assert failure.startswith(f"odd/{name}:") and failure.endswith("the files below it were not linted")
    assert len(failure) < 300


def test_where_no_file_is_left_the_run_ends(project: Path) -> None:
    (project / "dlint.toml").write_text("preset = 'strickt'\n")
    with pytest.raises(ConfigError, match="did you mean strict"):
        linted(project)


def test_what_the_user_gives_is_wrong_for_all_files(project: Path) -> None:
    (project / "odd" / "dlint.toml").write_text("")
    with pytest.raises(ConfigError, match="the command line: unknown key"):
        Session([str(project)], overrides={"presett": "strict"})


@pytest.mark.parametrize("name", [".hadolint.yaml", ".dclintrc", ".compose-lint.yml", ".tally.toml"])
@pytest.mark.parametrize("data", [b"{% raw %}: [", b"[" * 50_000, b"\xff\xfe\xff", b"# x\n" * (MAX_BYTES // 4 + 1)])
def test_a_broken_configuration_of_another_linter_is_said_and_stops_nothing(
    project: Path, name: str, data: bytes
) -> None:
    (project / "odd" / name).write_bytes(data)
    session = Session([str(project)], overrides={"shellcheck": False})
    assert session.lint().failures == []
    ((path, sentences),) = session.peers().items()
    assert path.endswith(name) and len(sentences) == 1


@pytest.mark.parametrize("name", ["dlint.toml", "pyproject.toml", ".hadolint.yaml"])
def test_links_that_lead_outside_are_not_read(
    project: Path, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    outside = tmp_path_factory.mktemp("outside") / name
    outside.write_text("[tool.dlint]\npresett = 1\n" if name != ".hadolint.yaml" else "ignored: [DL3006]\n")
    (project / "odd" / name).symlink_to(outside)
    files, failures = linted(project)
    assert "good/Dockerfile" in files
    assert [("leads outside" in one) for one in failures] == ([True] if name == "dlint.toml" else [])
    assert not any("presett" in one for one in failures)


@pytest.mark.parametrize("name", ["dlint.toml", "pyproject.toml", ".hadolint.yaml", "package.json"])
def test_pipes_are_no_configuration(project: Path, name: str) -> None:
    os.mkfifo(project / "odd" / name)
    assert linted(project) == ({"good/Dockerfile", "odd/Dockerfile"}, [])


def test_files_that_extend_many_files_end(project: Path) -> None:
    for number in range(9):
        (project / f"{number}.toml").write_text(f"extends = {[f'./{number + 1}.toml'] * 9}\n")
    (project / "9.toml").write_text("")
    (project / "odd" / "dlint.toml").write_text("extends = '../0.toml'\n")
    with pytest.raises(ConfigError, match="extends more than 100 files in all"):
        load(str(project / "odd"), root=str(project))


def test_a_long_value_is_cut_in_the_sentence_about_it(project: Path) -> None:
    (project / "odd" / "dlint.toml").write_text(f"ignore = 3\nextends = []\npreset = '{'x' * 5000}'\n")
    with pytest.raises(ConfigError) as caught:
        load(str(project / "odd"), root=str(project))
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dlint.toml", 'ignore = ["maintainer-deprecated"]\n'),
        ("pyproject.toml", '[tool.dlint]\nignore = ["maintainer-deprecated"]\n'),
        (".hadolint.yaml", "ignored: [DL4000]\n"),
        ("package.json", '{"dclint": {"rules": {"no-version-field": 0}}}\n'),
    ],
)
def test_a_byte_order_mark_and_line_ends_of_windows_change_nothing(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text("FROM debian:12\nMAINTAINER Ada\n")
    (tmp_path / "compose.yaml").write_text("version: '3'\nservices:\n  a:\n    image: nginx:1.27\n")
    before = {str(one) for one in lint_paths([str(tmp_path)]).visible}
    (tmp_path / name).write_text(text)
    plain = {str(one) for one in lint_paths([str(tmp_path)]).visible}
    assert plain != before
    (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert {str(one) for one in lint_paths([str(tmp_path)]).visible} == plain
