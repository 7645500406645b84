"""``dlint compose show``: the effective model, the place of each value, and no credential."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from dlint.cli import effective
from dlint.cli.compose_command import command
from dlint.cli.output import UserError
from dlint.library import report_files
from dlint.report import render
from dlint.source import Source
from dlint.syntax.yaml import parser as yamltree
from dlint.syntax.yaml.nodes import YamlMap, YamlScalar

FILES = {
    ".env": "TAG=1.27\nDB_PASSWORD=tr0ub4dor\n",
    "compose.yaml": """\
x-log: &log {driver: json-file, options: {max-size: 10m}}
services:
  web:
    image: nginx:${TAG}
    logging: *log
    ports: ["22:22"]
    environment:
      ADMIN_TOKEN: a8f5f167f44f4964e6c998dee827110c
      URL: postgres://u:s3cr3tpw9@db/x
      FROM_ENV: ${DB_PASSWORD}
      MODE: ${MODE}
      FLAG: "yes"
    volumes: []
  db: {extends: {file: sub/base.yaml, service: db}}
""",
    "compose.override.yaml": "services: {web: {environment: ['EXTRA=1', 'API_KEY=zq81xxv02kkd93jf'], tty: true}}\n",
    "sub/base.yaml": "services:\n  db:\n    image: postgres:16\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def show(*arguments: str) -> Any:
    return command.main(args=["show", *arguments], standalone_mode=False)


@pytest.mark.usefixtures("folder")
def test_each_value_has_its_file_and_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert show() == 0
    lines = {line.split("#")[0].strip(): line.rpartition("# ")[2] for line in capsys.readouterr().out.splitlines()}
    assert lines["image: nginx:1.27"] == "compose.yaml:4"
    assert lines["driver: json-file"] == "compose.yaml:1"
    assert lines["image: postgres:16"] == "sub/base.yaml:3"
    assert lines["tty: true"] == "compose.override.yaml:1"
    assert lines["volumes: []"] == "compose.yaml:13"
    assert lines["MODE: ${MODE}"] == "compose.yaml:11; no value for MODE"


@pytest.mark.usefixtures("folder")
def test_what_is_printed_reads_back_as_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    show()
    web = YAML(typ="safe").load(capsys.readouterr().out)["services"]["web"]
    assert web["ports"] == ["22:22"] and web["environment"]["FLAG"] == "yes" and web["environment"]["EXTRA"] == "1"
    show("--format", "json")
    found = json.loads(capsys.readouterr().out)
    assert found["model"]["services"]["web"] == web
    assert found["files"] == ["compose.yaml", "compose.override.yaml"]
    assert found["origin"]["/services/web/logging/options/max-size"] == "compose.yaml:1"
    assert found["unknown"] == {"/services/web/environment/MODE": ["MODE"]}


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_credentials_are_not_shown(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    show("--format", form)
    text = capsys.readouterr().out
    for secret in ("a8f5f167", "s3cr3tpw9", "tr0ub4dor", "zq81xxv02"):
        assert secret not in text
    assert text.count(effective.HIDDEN) >= 4


def test_no_report_repeats_what_stands_beside_the_key() -> None:
    found = report_files({name: FILES[name] for name in ("compose.yaml", "compose.override.yaml")})
    text = render("text", found, color=False, width=100, quiet=False)
    assert "ADMIN_TOKEN: ********" in text and "s3cr3tpw9" not in text and "zq81xxv02" not in text


@pytest.mark.usefixtures("folder")
def test_services_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    assert show("--service", "db") == 0
    assert capsys.readouterr().out == "db:\n  image: postgres:16  # sub/base.yaml:3\n"
    with pytest.raises(UserError, match="did you mean db"):
        show("--service", "dbb")


def test_files_are_laid_over_each_other_in_their_order(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "other.yaml").write_text("services: {db: {image: mine}}\n")
    assert show("sub/base.yaml", "other.yaml") == 0
    assert "image: mine" in capsys.readouterr().out
    (folder / ".env").write_text("COMPOSE_FILE=sub/base.yaml:other.yaml\n")
    assert show(".") == 0
    assert "image: mine" in capsys.readouterr().out


def test_what_cannot_be_put_together_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "other.yaml").write_text("services:\n  a: {image: x}\n  b: {image: z, extends: {service: c}}\n")
    assert show("other.yaml") == 1
    captured = capsys.readouterr()
    assert "image: z" in captured.out
    assert captured.err.startswith("dlint: other.yaml:3: No service `c` to extend")
    for arguments, words in (
        (("gone.yaml",), "does not exist"),
        (("sub",), "no Compose file"),
        ((".", "sub"), "alone"),
    ):
        with pytest.raises(UserError, match=words):
            show(*arguments)


@given(st.text(st.characters(codec="utf-8"), max_size=12))
def test_any_text_reads_back_as_itself(text: str) -> None:
    (document,) = yamltree.parse(Source("x", f"k: {effective.quoted(text)}  # note\n")).documents
    assert isinstance(document, YamlMap)
    value = document.get("k")
    assert isinstance(value, YamlScalar)
    assert (value.value, value.kind) == (text, "str")
