"""The commands that docs/ci.md tells a pipeline to run, run; what it names is there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from ruamel.yaml import YAML

from places import ROOT

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
COMMANDS = [
    command
    for command in re.findall(
        r"""^\s*(?:- run:|- script:|-|sh ')? ?((?:mkdir -p [\w-]+ && |\.dlint/bin/)?dlint --.+?)'?$""", PAGE, re.M
    )
    # What needs a history, and what keeps the exit code for later, is tried with the command itself.
    if "--since" not in command and "code=$?" not in command
]


@pytest.fixture
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ``dlint`` that is this checkout's."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "dlint"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dlint "$@"\n')
    script.chmod(0o755)
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are for a POSIX shell")
@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_ends_as_it_should_and_leaves_its_report(command: str, tmp_path: Path, programs: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian\nMAINTAINER Ada\n")
    written = command.replace(".dlint/bin/dlint", "dlint")
    run = subprocess.run(
        ["/bin/sh", "-c", f'PATH="{programs}:$PATH"; {written}'],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == (0 if "--exit-zero" in command else 1), run.stderr
    assert "maintainer" in run.stdout
    for output in re.findall(r"--output \w+=(\S+)", command):
        text = (tmp_path / output).read_text(encoding="utf-8")
        assert "maintainer-deprecated" in text
        ET.fromstring(text) if output.endswith(".xml") else json.loads(text)
        elsewhere = PAGE.replace(command, "")
        assert output in elsewhere or output.split("/")[0] in elsewhere, "the pipeline uploads another file"


def test_the_page_has_a_command_for_each_service() -> None:
    formats = [re.findall(r"(?:--output|--format) (\w+)", command)[0] for command in COMMANDS]
    assert formats == ["sarif", "github", "gitlab", "rdjson", "junit", "checkstyle", "junit", "junit", "sonar"]


@pytest.mark.parametrize("option", ["", "--sarif-category api"])
def test_the_upload_leaves_the_category_to_the_report(tmp_path: Path, option: str) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:12\n")
    assert option in PAGE
    command = [sys.executable, "-m", "dlint", "--format", "sarif", *option.split(), "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    category = json.loads(done.stdout)["runs"][0]["automationDetails"]["id"]
    assert f"`{category}`" in PAGE
    assert not re.search(r"^\s*category:", PAGE, re.MULTILINE)


@pytest.mark.parametrize("block", re.findall(r"^```yaml\n(.*?)^```", PAGE, re.M | re.S))
def test_the_yaml_it_shows_is_yaml(block: str) -> None:
    assert YAML(typ="safe").load(block)


def test_every_input_of_the_action_is_in_the_table() -> None:
    action = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))
    rows = re.findall(r"^\| (`[a-z`, -]+`) \|", PAGE.split("| input |")[1].split("\n\n")[0], re.M)
    assert [name for row in rows for name in re.findall("`([a-z-]+)`", row)] == [
        "paths", "preset", "fail-on", "sarif", "baseline", "since", "version"
    ]  # fmt: skip
    assert set(action["inputs"]) == {name for row in rows for name in re.findall("`([a-z-]+)`", row)}


def test_it_promises_no_release_that_is_not_there() -> None:
    """Until the changelog has a release, nothing is installed from the index and no tag is named."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    if re.search(r"^## \d", changelog, re.M):
        pytest.skip("there is a release")
    assert not re.search(r"^\s*(?:- run:|- script:|-|sh ') ?.*pip install dlint-docker", PAGE, re.M)
    assert not re.search(r"(?:rev:|OWNER/REPOSITORY@|dlint@) ?v\d", PAGE)
