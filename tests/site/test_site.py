"""The built site: a page for every rule, links that lead somewhere, schemas that fit."""

from __future__ import annotations

import json
import posixpath
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from jsonschema import Draft202012Validator

from dlint.config.schema import config_schema
from dlint.library import rules
from places import ROOT

slow = pytest.mark.slow


class Page(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = {""}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.anchors.update(value for name in ("id", "name") if (value := values.get(name)))
        self.links.extend(value for name in ("href", "src") if (value := values.get(name)))


def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html") if path.name != "404.html"}


@slow
def test_every_link_leads_somewhere(site: Path) -> None:
    known = {path.relative_to(site).as_posix(): page for path, page in pages(site).items()}
    there = {path.relative_to(site).as_posix() for path in site.rglob("*")}
    broken = []
    for path, page in known.items():
        for link in set(page.links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = posixpath.normpath(posixpath.join(path, "..", unquote(parts.path))) if parts.path else path
            index = posixpath.normpath(f"{target}/index.html")
            target = index if index in there else target
            if target not in there:
                broken.append(f"{path}: {link}")
            elif parts.fragment and target in known and unquote(parts.fragment) not in known[target].anchors:
                broken.append(f"{path}: {link} (no such place)")
    assert broken == []
    assert len(known) > len(rules())


@slow
def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    loaded = r"<(?:script|img|iframe|link rel=\"(?:stylesheet|preconnect|preload)\")[^>]+(?:src|href)=\"(?:https?:)?//"
    found = [path.name for path in site.rglob("*.html") if re.search(loaded, path.read_text(encoding="utf-8"))]
    assert found == []


@slow
def test_every_rule_has_a_page_with_its_title_and_codes(site: Path) -> None:
    index = (site / "rules" / "index.html").read_text(encoding="utf-8")
    for rule in rules():
        text = (site / "rules" / rule.kind / rule.name / "index.html").read_text(encoding="utf-8")
        assert f'href="{rule.kind}/{rule.name}/"' in index
        for alias in rule.aliases:
            assert alias.partition("/")[2] in text
            assert alias in index


@slow
def test_the_search_knows_codes_of_other_tools(site: Path) -> None:
    found = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]
    assert any("DL3008" in entry["text"] and "apt-get-unpinned" in entry["location"] for entry in found)


@slow
def test_every_page_of_the_manual_is_in_the_menu(site: Path) -> None:
    home = Page((site / "index.html").read_text(encoding="utf-8"))
    for page in (ROOT / "docs").glob("*.md"):
        assert f"{page.stem}/" in home.links


@slow
def test_the_schema_of_the_configuration_is_published(site: Path) -> None:
    schema = json.loads((site / "schemas" / "config.json").read_text(encoding="utf-8"))
    assert schema == json.loads(json.dumps(config_schema(rules())))
    Draft202012Validator(schema).validate({"preset": "strict", "ignore": ["DL3008"]})


def report_schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((ROOT / "docs/schemas/report-1.json").read_text(encoding="utf-8")))


def report(*arguments: str) -> dict[str, object]:
    command = [sys.executable, "-m", "dlint", "--format", "json", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    "arguments", [["examples"], ["--preset", "all", "--show-suppressed", "Dockerfile", "examples"]]
)
def test_reports_fit_the_schema(arguments: list[str]) -> None:
    found = report(*arguments)
    assert found["findings"]
    report_schema().validate(found)


def test_the_schema_refuses_a_report_that_is_none() -> None:
    found = report("examples/tidy")
    report_schema().validate(found)
    assert not report_schema().is_valid({**found, "version": 2})
    assert not report_schema().is_valid({**found, "findings": [{"rule": "no-user"}]})


def test_the_reference_for_plugins_is_up_to_date() -> None:
    """Made by ``python docs/site/reference.py > docs/plugin-api.md``."""
    command = [sys.executable, str(ROOT / "docs" / "site" / "reference.py")]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stdout == (ROOT / "docs" / "plugin-api.md").read_bytes()


def test_the_reference_names_all_that_a_rule_may_use() -> None:
    import dlint.api
    import dlint.api.compose
    import dlint.api.dockerfile

    page = (ROOT / "docs" / "plugin-api.md").read_text(encoding="utf-8")
    for module in (dlint.api, dlint.api.compose, dlint.api.dockerfile):
        for name in module.__all__:
            assert re.search(rf"^### {name}$|`{name}`", page, re.M), name
    assert "| `image` |" in page.split("### Stage\n")[1].split("\n### ")[0]


def test_what_the_package_offers_is_there() -> None:
    import dlint

    assert all(getattr(dlint, name) for name in dlint.__all__)
