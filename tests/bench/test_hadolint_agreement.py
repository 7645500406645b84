"""The documented differences from hadolint are real ones, and what no kind explains counts against us."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from places import ROOT

BENCH = str(ROOT / "bench")
sys.path.insert(0, BENCH)

import hadolint_agreement  # noqa: E402
from hadolint_differences import DIFFERENCES, Difference  # noqa: E402

HADOLINT = shutil.which("hadolint") or (Path(sys.executable).parent / "hadolint").exists()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not HADOLINT, reason="hadolint is not installed: pip install -e '.[bench]'"),
]


@pytest.mark.parametrize("kind", DIFFERENCES, ids=lambda kind: kind.name)
def test_the_example_of_a_kind_shows_the_difference(kind: Difference) -> None:
    assert hadolint_agreement.shows(kind)


def test_an_example_without_the_difference_is_told() -> None:
    kind = DIFFERENCES[0]._replace(example="FROM debian:12\nRUN cd /\n")
    assert not hadolint_agreement.shows(kind)


def test_what_no_kind_explains_counts_against_agreement() -> None:
    comparison = hadolint_agreement.Comparison()
    finding = {"code": "DL3059", "line": 3}
    comparison.add("Dockerfile", b"FROM debian:12\nRUN a\nCOPY b c/\n", [finding])
    assert comparison.rows["DL3059"].agreement == 0
    assert [(only.line, only.kind) for only in comparison.only if only.place.code == "DL3059"] == [(3, None)]
