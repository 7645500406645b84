"""What is found in the pinned corpus, a line a finding: a change shows in review what it does.

The corpus is what the checkout has: the examples of all pages, ``tests/fixtures`` and ``examples``. After a change that
is meant, ``DLINT_PIN=1 python -m pytest tests/lint/test_pinned.py`` writes the lines anew; read their difference.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dlint.library import report_files
from dlint.project.kinds import kind_by_name
from dlint.rule.finding import Finding
from dlint.rule.load import builtin
from dlint.session import Session
from places import ROOT, TESTS

PINNED = TESTS / "fixtures" / "pinned"
FOLDERS = [*sorted((TESTS / "fixtures" / "projects").iterdir()), ROOT / "examples" / "shop", ROOT / "examples" / "tidy"]
TODAY = "2026-11-30"


def line(where: str, finding: Finding) -> str:
    hidden = " (hidden)" if finding.suppressed is not None else ""
    fix = "" if finding.fix is None else " (fix)" if finding.fix.safe else " (unsafe fix)"
    place = f"{where}{finding.path}:{finding.line}:{finding.column}"
    return f"{place} {finding.severity.label} {finding.rule.name}{fix}{hidden}: {finding.message}"


def pages() -> Iterator[str]:
    """The warnings and errors of the default preset in the examples of the pages."""
    for rule in sorted(builtin().values(), key=lambda rule: (rule.kind, rule.name)):
        for example in rule.page.examples():
            if all(kind_by_name(path) for path in example.files):
                config = {"shellcheck": False, "severity": "warning", "exclude": sorted(example.context)}
                report = report_files(example.files, config=config, today=TODAY)
                assert not report.failures
                yield from (line(f"{rule.kind}/{rule.name}:{example.line} ", one) for one in report.findings)


def files() -> Iterator[str]:
    """The findings of all rules in the projects and reproductions."""
    settings = {"preset": "all", "shellcheck": False}
    for folder in FOLDERS:
        session = Session([str(folder)], root=str(folder), overrides=settings)
        report = session.lint()
        assert not report.failures
        yield from (line(f"{folder.name} ", one) for one in report.findings)
    for path in sorted((TESTS / "fixtures" / "reproductions").glob("*.Dockerfile")):
        report = report_files({path.name: path.read_text(encoding="utf-8")}, config=settings, today=TODAY)
        assert not report.failures
        yield from (line("reproductions ", one) for one in report.findings)


@pytest.mark.parametrize("corpus", [pages, files])
def test_what_is_found_is_what_was_found(corpus: Callable[[], Iterator[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlint.session.today", lambda: TODAY)
    found = "".join(f"{one}\n" for one in corpus())
    place: Path = PINNED / f"{corpus.__name__}.txt"
    if os.environ.get("DLINT_PIN"):
        place.write_text(found, encoding="utf-8")
    assert found.splitlines() == place.read_text(encoding="utf-8").splitlines()
