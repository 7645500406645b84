"""The setting ``rule-pages``: reports and ``explain`` link to the site; without it, to what a page refers to."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dlint import ConfigError, lint_files
from dlint.library import report_files
from dlint.report import render

SITE = "https://lint.example.org/docs/"
FILES = {"Dockerfile": "FROM debian:12\nMAINTAINER Ada\nUSER nobody\n"}


def rendered(form: str, **config: str) -> Any:
    return json.loads(render(form, report_files(FILES, config={"shellcheck": False, **config})))


def test_sarif_links_every_rule_to_its_page() -> None:
    rules = rendered("sarif", rule_pages=SITE)["runs"][0]["tool"]["driver"]["rules"]
    assert all(rule["helpUri"].startswith("https://lint.example.org/docs/rules/") for rule in rules)
    (one,) = (rule for rule in rules if rule["id"] == "maintainer-deprecated")
    assert one["helpUri"] == "https://lint.example.org/docs/rules/dockerfile/maintainer-deprecated/"


def test_without_the_setting_it_is_the_first_reference() -> None:
    rules = rendered("sarif")["runs"][0]["tool"]["driver"]["rules"]
    (one,) = (rule for rule in rules if rule["id"] == "maintainer-deprecated")
    assert one["helpUri"].startswith("https://docs.docker.com/")


def test_rdjson_links_too() -> None:
    codes = [item["code"] for item in rendered("rdjson", rule_pages=SITE)["diagnostics"]]
    assert {"value": "maintainer-deprecated", "url": f"{SITE}rules/dockerfile/maintainer-deprecated/"} in codes


@pytest.mark.parametrize("value", ["javascript:alert(1)", "example.org", 3])
def test_only_addresses_are_taken(value: object) -> None:
    with pytest.raises(ConfigError, match="rule-pages is an address"):
        lint_files(FILES, config={"rule-pages": value})


def test_explain_says_where_the_page_is(tmp_path: Path) -> None:
    (tmp_path / "dlint.toml").write_text(f'rule-pages = "{SITE}"\n')

    def explained(name: str) -> str:
        command = [sys.executable, "-m", "dlint", "explain", name]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert f"{SITE}rules/dockerfile/maintainer-deprecated/" in explained("DL4000")
    assert f"{SITE}rules/dockerfile/shellcheck/" in explained("SC2086")
