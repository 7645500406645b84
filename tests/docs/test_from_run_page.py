"""What docs/from-run.md shows is what ``dlint compose from-run`` does."""

from __future__ import annotations

import re
import shlex

import pytest

from dlint.cli.from_run import command as from_run
from dlint.cli.main import call
from places import ROOT

PAGE = (ROOT / "docs" / "from-run.md").read_text(encoding="utf-8")
ROWS = [
    ("$TAG", "${TAG}"),
    ("${TAG:-1}", "${TAG:-1}"),
    ("'$TAG'", "$$TAG"),
    ("$(id -u)", "${UID}"),
    ("$(id -g)", "${GID}"),
    ("$(cat token)", "${CAT_OUTPUT}"),
    ("<version>", "${VERSION}"),
    ("%%IMAGE%%", "${IMAGE}"),
]


def printed(text: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert call(["compose", "from-run", "--no-lint", text]) == 0
    return capsys.readouterr().out


def test_the_example_is_real(capsys: pytest.CaptureFixture[str]) -> None:
    (shown,) = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (file,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    *words, text = shlex.split(shown)
    assert words == ["dlint", "compose", "from-run"]
    assert printed(text, capsys) == file


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_the_table_of_variables_is_true(text: str, expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"`{text}`" in PAGE
    assert f"`{expected}`" in PAGE
    assert f"A: {expected}\n" in printed(f"docker run -e A={text} x", capsys)


def test_the_folder_of_the_command_is_that_of_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("$PWD", "${PWD}", "$(pwd)"):
        assert "- .:/a\n" in printed(f"docker run -v {text}:/a x", capsys)
    assert "image: app:${VERSION}\n" in printed("docker run app:[version]", capsys)


def test_the_options_it_lists_are_all_there_are() -> None:
    listed = set(re.findall(r"`(--[a-z-]+)(?: [A-Z]+)?`", PAGE.split("## What it reads")[0]))
    own = {name for option in from_run.params for name in option.opts if name.startswith("--")}
    assert listed == own - {"--color"}


@pytest.mark.parametrize("text", ["docker run --rm --cidfile x y", "docker run -d -q --sig-proxy --detach-keys a y"])
def test_options_without_a_key_are_as_the_page_says(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ("# Left out" in printed(text, capsys)) is ("--rm" in text)
