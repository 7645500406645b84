"""The action's steps, run as the shell scripts they are; the image, the component and the workflows, read."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from dlint import lint_files
from places import ROOT

BASH = shutil.which("bash")
ACTION = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))
needs_bash = pytest.mark.skipif(BASH is None or sys.platform == "win32", reason="there is no POSIX bash here")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A job's workspace: two Dockerfiles, one of them in a folder with a blank in its name."""
    (tmp_path / "Dockerfile").write_text("FROM debian\nMAINTAINER Ada\n")
    (tmp_path / "my app").mkdir()
    (tmp_path / "my app" / "Dockerfile").write_text("FROM debian\n")
    return tmp_path


def step(name: str, folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the ``run:`` line of the action's step that calls ``name``, with the environment that GitHub gives it."""
    (found,) = (step for step in ACTION["runs"]["steps"] if name in step["run"])
    values = {key: inputs.get(key.lower(), "") for key in found["env"]}
    environment = {
        **os.environ, **values, "GITHUB_ACTION_PATH": str(ROOT), "GITHUB_OUTPUT": str(folder / "outputs"),
        "RUNNER_TEMP": str(folder / "temp"), "DLINT": str(program(folder)),
        # Few of the modules that are installed are imported here, so none is compiled before.
        "PIP_NO_COMPILE": "1",
    }  # fmt: skip
    assert BASH
    command = [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", found["run"]]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def program(folder: Path) -> Path:
    """A ``dlint`` that is this checkout's."""
    script = folder / "temp" / "program"
    script.parent.mkdir(exist_ok=True)
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dlint "$@"\n')
    script.chmod(0o755)
    return script


def outputs(folder: Path) -> dict[str, str]:
    lines = (folder / "outputs").read_text(encoding="utf-8").splitlines()
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


@needs_bash
def test_it_annotates_writes_sarif_and_fails(folder: Path) -> None:
    done = step("lint.sh", folder, dlint_paths=".", dlint_sarif="out.sarif")
    assert done.returncode == 1, done.stderr
    assert re.search(r"^::warning .*file=Dockerfile,line=1", done.stdout, re.M)
    assert outputs(folder) == {"exit-code": "1", "sarif": "out.sarif"}
    report = json.loads((folder / "out.sarif").read_text(encoding="utf-8"))
    assert "maintainer-deprecated" in {result["ruleId"] for result in report["runs"][0]["results"]}


@needs_bash
def test_the_inputs_are_used(folder: Path) -> None:
    done = step("lint.sh", folder, dlint_paths="my app\n\n", dlint_preset="strict", dlint_fail_on="never")
    assert done.returncode == 0, done.stderr
    assert "base-image-not-pinned-by-digest" in done.stdout
    assert "file=Dockerfile" not in done.stdout
    assert outputs(folder) == {"exit-code": "0"}


@needs_bash
@pytest.mark.parametrize("name", ["dlint_paths", "dlint_preset", "dlint_fail_on", "dlint_sarif", "dlint_since"])
def test_no_input_is_read_as_code(folder: Path, name: str) -> None:
    step("lint.sh", folder, **{name: "$(touch pwned); `touch pwned` --fix --exit-zero"})
    assert not (folder / "pwned").exists()
    assert "MAINTAINER" in (folder / "Dockerfile").read_text()


@needs_bash
@pytest.mark.parametrize("name", ["baseline", "since"])
def test_baseline_and_since_are_passed_on(folder: Path, name: str) -> None:
    (folder / "temp").mkdir()
    (folder / "temp" / "dlint").mkdir()
    script = folder / "fake"
    script.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    script.chmod(0o755)
    assert BASH
    environment = {**os.environ, "DLINT": str(script), f"DLINT_{name.upper()}": "a b"}
    done = subprocess.run(
        [BASH, ROOT / "action" / "lint.sh"], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["check", "--format", "github", f"--{name}=a b", "--", "."]


@needs_bash
@pytest.mark.slow
def test_it_installs_its_own_revision(folder: Path) -> None:
    done = step("install.sh", folder)
    if re.search(r"NewConnectionError|name resolution|No matching distribution", done.stderr):
        pytest.skip("the dependencies cannot be installed: no package index can be reached")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("dlint")
    assert (folder / "temp" / "dlint" / "bin" / "dlint").exists()


def test_every_input_reaches_a_script() -> None:
    used = re.findall(r"inputs\.([a-z-]+)", (ROOT / "action.yml").read_text(encoding="utf-8"))
    assert sorted(used) == sorted(ACTION["inputs"])
    scripts = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "action").glob("*.sh"))
    for entry in ACTION["runs"]["steps"]:
        assert all(f"${{{name}:-" in scripts for name in entry["env"])
        assert "inputs." not in entry["run"], "an input in the script's text would be code"


def test_the_image_passes_in_strict() -> None:
    files = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("Dockerfile", ".dockerignore")}
    assert [str(finding) for finding in lint_files(files, config={"preset": "strict"})] == []


def test_the_image_copies_what_the_ignore_file_lets_in() -> None:
    let_in = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.M))
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.M)
    assert {name for words in copied for name in words.split()} == let_in
    assert all((ROOT / name).exists() for name in let_in)


def documents(path: Path) -> list[Any]:
    return list(YAML(typ="safe").load_all(path.read_text(encoding="utf-8")))


def test_the_component_uses_every_input() -> None:
    path = ROOT / "templates" / "dlint.yml"
    head, job = documents(path)
    used = set(re.findall(r"\$\[\[ inputs\.([a-z-]+) \]\]", path.read_text(encoding="utf-8")))
    assert used == set(head["spec"]["inputs"])
    (entry,) = job.values()
    assert entry["artifacts"]["reports"]["codequality"] in entry["script"][0]


def component(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the component's script as GitLab does, with these inputs beside the defaults."""
    head, job = documents(ROOT / "templates" / "dlint.yml")
    (entry,) = job.values()
    (command,) = entry["script"]
    for name, given in head["spec"]["inputs"].items():
        command = command.replace(f"$[[ inputs.{name} ]]", inputs.get(name.replace("-", "_"), given["default"]))
    program(folder).rename(folder / "temp" / "dlint")
    environment = {**os.environ, "PATH": f"{folder / 'temp'}{os.pathsep}{os.environ['PATH']}"}
    assert BASH
    return subprocess.run(
        [BASH, "-eo", "pipefail", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@needs_bash
@pytest.mark.parametrize(
    ("inputs", "code"),
    [({}, 1), ({"fail_on": "error"}, 0), ({"preset": "none"}, 0), ({"preset": "none", "fail_on": "style"}, 0)],
)
def test_the_command_of_the_component_runs(folder: Path, inputs: dict[str, str], code: int) -> None:
    done = component(folder, **inputs)
    assert done.returncode == code, done.stderr
    found = json.loads((folder / "gl-code-quality-report.json").read_text(encoding="utf-8"))
    assert bool(found) == ("preset" not in inputs)


@needs_bash
def test_without_inputs_the_component_leaves_it_to_the_configuration(folder: Path) -> None:
    (folder / "dlint.toml").write_text('preset = "none"\n', encoding="utf-8")
    assert component(folder).returncode == 0
    assert component(folder, preset="recommended").returncode == 1


def test_the_release_goes_from_tests_to_the_action() -> None:
    (workflow,) = documents(ROOT / ".github" / "workflows" / "release.yml")
    needs = {name: job.get("needs") for name, job in workflow["jobs"].items()}
    assert needs == {
        "test": None,
        "build": "test",
        "publish": "build",
        "image": "publish",
        "action": "image",
        "site": "action",
    }
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["publish"]["permissions"] == {"id-token": "write"}
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    assert "secrets." not in text, "trusted publishing needs none"
