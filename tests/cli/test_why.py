"""``dlint why``. ``DLINT_PIN=1 python -m pytest tests/cli/test_why.py`` writes the sample in docs/why.md anew."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from nursery import run
from places import ROOT

PAGE = ROOT / "docs" / "why.md"
SAMPLE = re.compile(r"(?<=^```console\n\$ dlint why )(\S+)\n(.*?)(?=^```)", re.S | re.M)


def dlint(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return run(cwd, "why", *arguments)


def test_the_page_shows_what_it_prints() -> None:
    page = PAGE.read_text(encoding="utf-8")
    shown = SAMPLE.search(page)
    assert shown is not None
    printed = dlint(shown[1]).stdout
    if os.environ.get("DLINT_PIN"):
        page = page[: shown.start(2)] + printed + page[shown.end(2) :]
        PAGE.write_text(page, encoding="utf-8")
    shown = SAMPLE.search(page)
    assert shown is not None and shown[2] == printed


def test_the_page_has_every_name_of_a_fact() -> None:
    names: set[str] = set()
    for path in sorted((ROOT / "src/dlint/why").glob("*.py")):
        names |= set(re.findall(r'\.add\(\s*"([a-z ]+)"', path.read_text(encoding="utf-8")))
    page = PAGE.read_text(encoding="utf-8")
    missing = {name for name in names if f"`{name}`" not in page}
    assert missing == set()


def test_json_fits_its_schema() -> None:
    schema = Draft202012Validator(json.loads((ROOT / "docs/schemas/why-1.json").read_text(encoding="utf-8")))
    Draft202012Validator.check_schema(schema.schema)
    for subject in ("examples/shop/api/Dockerfile:5", "examples/tidy/compose.yaml", "db", "examples/shop/api/app.py"):
        data = json.loads(dlint("--format", "json", subject).stdout)
        schema.validate(data)
        assert not schema.is_valid({**data, "accounts": []})
    facts = [fact for account in data["accounts"] for fact in account["facts"]]
    assert any(fact["name"] == "copied for" and fact["from"][0]["place"]["line"] == 12 for fact in facts)


def test_it_says_the_same_from_every_folder() -> None:
    above = json.loads(dlint("--format", "json", "examples/shop/api/Dockerfile:5").stdout)
    below = json.loads(dlint("--format", "json", "Dockerfile:5:3", cwd=ROOT / "examples/shop/api").stdout)
    assert above["accounts"] == below["accounts"]
    assert "../compose.yaml:" in dlint("Dockerfile:5", cwd=ROOT / "examples/shop/api").stdout


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("nowhere/Dockerfile", "nowhere/Dockerfile does not exist"),
        ("nowhere:3", "nowhere does not exist"),
        ("examples/shop/api/Dockerfile:999", "examples/shop/api/Dockerfile has no line 999: it has 17 lines"),
        ("examples/shop/api/Dockerfile:0", "has no line 0"),
        ("examples/shop", "is a folder"),
        ("prxy", "there is no file and no service prxy; did you mean proxy?"),
        ("tests/conftest.py", "nothing that is known builds, copies, mounts or reads tests/conftest.py"),
        ("examples/shop/compose.yaml:2", "line 2 of examples/shop/compose.yaml sets nothing"),
        ("", "no service"),
    ],
)
def test_errors_are_one_clear_sentence(subject: str, said: str) -> None:
    done = dlint(subject)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr and done.stderr.startswith("dlint: ") and done.stderr.count("\n") == 1


def test_nothing_outside_of_the_project_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "secret").write_text("x\n", encoding="utf-8")
    (tmp_path / "project" / "compose.yaml").write_text("services:\n  a: {image: b:1}\n", encoding="utf-8")
    (tmp_path / "project" / "link").symlink_to(tmp_path / "secret")
    for arguments in (("link",), ("link:1",), ("../secret", "--root", ".")):
        done = dlint(*arguments, cwd=tmp_path / "project")
        assert done.returncode == 2 and "lies outside of the project" in done.stderr
    assert "service a" in dlint("a", cwd=tmp_path / "project").stdout


def test_no_credential_of_the_example_is_printed() -> None:
    for subject in ("examples/shop/compose.yaml:24", "api", "examples/shop/compose.yaml"):
        assert "kittens" not in dlint(subject).stdout


def test_a_plain_run_imports_nothing_of_it() -> None:
    code = (
        "import sys; from dlint.cli.main import call; call(['examples/tidy']);"
        "print([name for name in sys.modules if name.startswith('dlint.why')])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "[]"


def test_what_is_not_read_for_want_of_a_package_is_said(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text("FROM debian:12\n", encoding="utf-8")
    (tmp_path / "docker-bake.hcl").write_text('target "a" {}\n', encoding="utf-8")
    (tmp_path / "tree_sitter_hcl.py").write_text("raise ImportError\n", encoding="utf-8")
    said = "dlint: docker-bake.hcl: not read, since tree-sitter-hcl is not installed: pip install 'dlint-docker[hcl]'\n"
    for subject, code in (("Dockerfile", 0), ("docker-bake.hcl", 2)):
        command = [sys.executable, "-m", "dlint", "why", subject]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), os.environ.get("PYTHONPATH", "")))}
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (code, said)


def test_a_long_name_of_a_fact_does_not_touch_its_value(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "app").mkdir()
    build = "services: {a: {build: {context: ., dockerfile: app/Dockerfile}}}\n"
    files = {".dockerignore": "*.md\n", "app/Dockerfile.dockerignore": "", "compose.yaml": build}
    for name, text in {**files, "app/Dockerfile": "FROM debian:12\nCOPY . .\n"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert "  not read for a  " in dlint(".dockerignore", cwd=tmp_path).stdout
