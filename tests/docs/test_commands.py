"""What docs/ says of configuration and plug-ins is so."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from dlint import lint_files
from dlint.config.catalogue import Catalogue
from dlint.config.keys import KEYS
from dlint.config.shapes import validate
from dlint.library import rules
from dlint.rule.words import PRESETS
from places import ROOT

DOCS = ROOT / "docs"
CONFIGURATION = (DOCS / "configuration.md").read_text(encoding="utf-8")
PLUGINS = (DOCS / "plugins.md").read_text(encoding="utf-8")
PAGES = sorted(DOCS.glob("*.md"))


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def shown(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    return {"()": "", "{}": ""}.get(str(default), str(default))


def test_every_key_is_in_the_table() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*?) \| (.*) \|$", CONFIGURATION.split("## Presets")[0], re.MULTILINE)
    assert rows == [
        (name, f"`{shown(key.default)}`" if shown(key.default) else "", key.doc) for name, key in KEYS.items()
    ]


def test_every_preset_is_in_the_table() -> None:
    table = CONFIGURATION.split("## Presets")[1].split("## Rules")[0]
    assert [*PRESETS, "all", "none"] == [
        name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall(r"`([a-z-]+)`", row)
    ]


@pytest.mark.parametrize("text", blocks(CONFIGURATION, "toml"))
def test_the_configurations_it_shows_are_right(text: str) -> None:
    config = validate(tomllib.loads(text), "docs/configuration.md")
    named = {*config.get("rules", {}), *config.get("enable", ())}
    catalogue = Catalogue({rule.name: rule for rule in rules()})
    assert all(catalogue.find(name) for name in named)
    lint_files({"Dockerfile": "FROM debian:12\n"}, config={**tomllib.loads(text), "shellcheck": False})


def test_the_comments_it_shows_hide_what_they_name() -> None:
    (text,) = blocks(CONFIGURATION, "dockerfile")
    config = {"select": ["maintainer-deprecated", "base-image-untagged"]}
    assert lint_files({"Dockerfile": text}, config=config) == []
    assert len(lint_files({"Dockerfile": text}, config={**config, "inline-ignores": False})) == 2


def test_the_check_it_shows_is_the_example() -> None:
    (text,) = blocks(PLUGINS, "python")
    plugin = ROOT / "examples" / "plugin"
    assert text in (plugin / "registries.py").read_text(encoding="utf-8")
    page = (plugin / "dockerfile" / "base-image-not-from-mirror.md").read_text(encoding="utf-8")
    assert f"````markdown\n{page.rstrip()}\n````\n" in PLUGINS


@pytest.mark.parametrize("command", "".join(blocks(PLUGINS, "sh")).splitlines())
def test_the_commands_for_plugins_run(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == (1 if "--select" in command else 0), done.stderr
    assert "base-image-not-from-mirror" in done.stdout or "test" in command


@pytest.mark.parametrize("command", "".join(blocks(CONFIGURATION, "sh")).splitlines())
def test_the_commands_for_the_configuration_run(command: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:12\n")
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_index_of_the_rules_has_one_row_a_page() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dlint", "rules", "--format", "markdown"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    pages = sorted(path.relative_to(ROOT / "rules").as_posix() for path in (ROOT / "rules").glob("*/*.md"))
    assert sorted(re.findall(r"^\| \[[^\]]+\]\(([^)]+)\) \|", done.stdout, re.M)) == pages
