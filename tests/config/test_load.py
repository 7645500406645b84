"""Configuration files as users write them: what is read, and what is said of those that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlint import lint_files
from dlint.cli import main, run
from dlint.config.file import read_file
from dlint.config.keys import KEYS, ConfigError
from dlint.config.load import load
from dlint.session import Session


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("pyproject.toml", "[tool]\ndlint = 3\n", "tool.dlint is a table"),
        ("dlint.toml", "preset = \n", "is not valid TOML"),
        ("dlint.toml", "pre-set = 'all'\n", "unknown key 'pre-set' (did you mean preset?)"),
        ("dlint.toml", "preset = 'strickt'\n", "did you mean strict?"),
        ("dlint.toml", "inline-ignores = 'yes'\n", "is true or false"),
        ("dlint.toml", "ignore = 3\n", "is a list of texts"),
        ("dlint.toml", "build-args = 'A=1'\n", "is a table of names and texts"),
        ("dlint.toml", "rules = ['a']\n", "is a table of rules"),
        ("dlint.toml", "[rules.no-user]\nseverity = 'high'\n", "severity is one of"),
        ("dlint.toml", "[paths]\nfiles = ['a']\n", "is a list of tables ([[paths]])"),
        ("dlint.toml", "[[paths]]\nfile = ['a']\n", "unknown key 'file' (did you mean files?)"),
        ("dlint.toml", "extends = 'no.toml'\n", "which does not exist"),
    ],
)
def test_a_wrong_file_is_one_sentence_with_its_name(tmp_path: Path, name: str, text: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(str(tmp_path), root=str(tmp_path))
    message = str(caught.value)
    assert message.startswith(str(path))
    assert said in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("dlint.toml", "\npre-set = 'all'\n", 2),
        ("dlint.toml", "preset = 'strict'\n'fail-on'='x'\n", 2),
        ("dlint.toml", "preset = 'all'\nrules.no-user = 3\n", 2),
        ("dlint.toml", "preset = 'all'\n[rules.no-user]\nseverity = 'high'\n", 2),
        ("dlint.toml", "[rules.no-user]\npreset = 'none'\n[[paths]]\nfile = ['a']\n", 3),
        ("pyproject.toml", "[tool.other]\npreset = 1\n[tool.dlint]\npreset = 'x'\n", 4),
        ("pyproject.toml", "[tool.dlint.rules]\nno-user = 3\n", 1),
    ],
)
def test_a_wrong_key_is_named_with_its_line(tmp_path: Path, name: str, text: str, line: int) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(str(tmp_path), root=str(tmp_path))
    assert str(caught.value).startswith(f"{tmp_path / name}:{line}: ")


@pytest.mark.parametrize("text", ["", "tool = 3\n", "[tool.ruff]\nline-length = 120\n"])
def test_a_pyproject_without_a_table_of_ours_is_passed_over(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(text)
    assert read_file(str(path)) is None


def test_the_nearest_file_counts_and_what_it_extends_comes_first(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "dlint.toml").write_text("preset = 'strict'\nignore = ['no-user']\n")
    (inner / ".dlint.toml").write_text("extends = '../dlint.toml'\nignore = ['root-user']\n")
    config = load(str(inner), root=str(tmp_path))
    assert config["preset"] == "strict"
    assert config["ignore"] == ("no-user", "root-user")


def test_a_file_that_was_found_extends_nothing_outside_the_project(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "other.toml").write_text("secret = 'of somebody else'\n")
    (project / "dlint.toml").write_text("extends = '../other.toml'\n")
    with pytest.raises(ConfigError, match="lies outside"):
        load(str(project), root=str(project))


def test_files_that_extend_each_other_end(tmp_path: Path) -> None:
    (tmp_path / "dlint.toml").write_text("extends = 'a.toml'\n")
    (tmp_path / "a.toml").write_text("extends = 'dlint.toml'\n")
    with pytest.raises(ConfigError, match="extend each other"):
        load(str(tmp_path), root=str(tmp_path))


def test_every_key_says_what_it_does() -> None:
    assert all(key.doc.endswith(".") for key in KEYS.values())


def test_a_fault_of_our_own_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(options: object) -> int:
        raise KeyError("x")

    monkeypatch.setattr(run, "run", fails)
    assert main.call([str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("dlint: internal error: KeyError: 'x'; please report it")


@pytest.mark.parametrize("name", ["SC20866", "SC208", "SCRIPT1"])
def test_a_mistyped_code_of_shellcheck_is_told(name: str) -> None:
    with pytest.raises(ConfigError, match=f"unknown rule '{name}'"):
        lint_files({"Dockerfile": "FROM debian:12\n"}, config={"ignore": [name], "shellcheck": False})
    lint_files({"Dockerfile": "FROM debian:12\n"}, config={"ignore": ["SC2086", "sc2086"], "shellcheck": False})


def test_a_configuration_that_is_no_text_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "dlint.toml").write_bytes(b'# \xff\npreset = "strict"\n')
    with pytest.raises(ConfigError, match=r"dlint\.toml: is not UTF-8 \(byte 0xff at 2\)"):
        load(str(tmp_path), root=str(tmp_path))


def test_folders_of_one_configuration_share_it(tmp_path: Path) -> None:
    for folder in ("a", "b", "c"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / "c" / ".dlint.toml").write_text('preset = "strict"\n')
    session = Session([str(tmp_path)], root=str(tmp_path))
    assert session.config_of("a/Dockerfile") is session.config_of("b/Dockerfile")
    assert session.config_of("c/Dockerfile") is not session.config_of("a/Dockerfile")
