"""The tables of a wheel say of each rule what its page and its check do; without them nothing but the time changes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dlint.rule
from dlint.report import _sarif_rules
from dlint.report._sarif_rules import driver
from dlint.rule.pages import Page, from_wheel, page_of_text
from dlint.rule.rule import Rule
from dlint.rule.severity import Severity
from dlint.rule.sources import from_sources
from dlint.rule.table import tabled
from dlint.rule.words import KINDS
from places import ROOT
from tables import write

RUN = (
    "import sys, dlint.rule; dlint.rule.__path__.append(sys.argv[1]); from dlint.cli.main import call\n"
    "call(sys.argv[2:]); print(*sys.modules, file=sys.stderr)"
)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tables of this checkout."""
    folder = tmp_path_factory.mktemp("tables")
    write(folder)
    return folder


@pytest.fixture
def beside(tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose tables stand beside ``dlint.rule.table``, as in a wheel."""
    folder = shutil.copytree(tables, tmp_path / "tables")
    monkeypatch.setattr(dlint.rule, "__path__", [*dlint.rule.__path__, str(folder)])
    yield folder
    for kind in KINDS:
        sys.modules.pop(f"dlint.rule.table_{kind}", None)
        sys.modules.pop(f"dlint.rule.aliases_{kind}", None)
        sys.modules.pop(f"dlint.rule.described_{kind}", None)


def said(page: Page) -> dict[str, object]:
    """Everything that a page says of itself."""
    names = {name for name in (*Page.__slots__, *vars(Page)) if not name.startswith("_")}
    found = {name: getattr(page, name) for name in names}
    return {name: value for name, value in found.items() if not callable(value)} | {"examples": page.examples()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_says_what_pages_and_checks_say(kind: str, beside: Path) -> None:
    known, rules = tabled(kind), from_sources(kind)
    assert known is not None and list(known) == list(rules)
    for name, rule in rules.items():
        assert from_wheel(f"aliases_{kind}")[name] == rule.page.all_aliases
        assert said(known[name].page) == said(rule.page)
        assert known[name].check.name == rule.check.name
        assert known[name].check.facts == rule.check.facts
        assert known[name].check.function is rule.check.function


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_describes_rules_for_sarif_as_their_pages_do(
    kind: str, beside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = [(rule, Severity.INFO) for rule in (tabled(kind) or {}).values()]
    known = driver(rules, "")
    assert rules and len(from_wheel(f"described_{kind}")) == len(rules)
    monkeypatch.setattr(_sarif_rules, "from_wheel", lambda name: {})
    assert driver(rules, "") == known


def test_pages_of_plug_ins_are_described_by_themselves(beside: Path) -> None:
    (name, rule), *_ = (tabled("file") or {}).items()
    text = "---\ntitle: Ours\nseverity: info\ncategory: style\npresets: style\n---\nOurs.\n"
    mine = Rule(page_of_text("file", name, f"/plug-in/{name}.md", text), rule.check)
    assert '"shortDescription": {"text": "Ours."}' in driver([(mine, Severity.INFO)], "")


def test_a_checkout_has_none() -> None:
    assert [tabled(kind) for kind in KINDS] == [None] * len(KINDS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("VERSION = ", "VERSION = 'x' + "),
        ("(WARNING, {", "(WARNUNG, {"),
        ("ROWS = {", "ROWS = {{"),
        ("((WARNING, ", "(("),
    ],
)
def test_a_table_that_does_not_fit_is_none(beside: Path, old: str, new: str) -> None:
    path = beside / "table_file.py"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert tabled("file") is None
    assert tabled("dockerignore") is not None


@pytest.mark.parametrize(("name", "kind"), [("Dockerfile", "dockerfile"), ("compose.yaml", "compose")])
def test_a_run_with_a_table_finds_the_same_and_imports_what_it_calls(
    tables: Path, tmp_path: Path, name: str, kind: str
) -> None:
    (tmp_path / ".git").mkdir()
    shutil.copy(ROOT / "bench" / "files" / name, tmp_path)
    environment = {**os.environ, "XDG_CACHE_HOME": os.devnull}
    with_table, without = [
        subprocess.run(
            [sys.executable, "-c", RUN, str(folder), name],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=True,
        )
        for folder in (tables, tmp_path)
    ]  # fmt: skip
    assert with_table.stdout == without.stdout != ""
    few, many = [
        {module for module in run.stderr.splitlines()[-1].split() if module.startswith(f"dlint.checks.{kind}.")}
        for run in (with_table, without)
    ]
    assert few < many
