"""Every kind of fault in a Dockerfile is told by exactly one rule."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import dlint
from dlint.rule.load import builtin

KINDS = {rule.name: rule.check.faults for rule in builtin(("dockerfile",)).values() if rule.check.faults}
SOURCES = Path(dlint.__file__).parent
MODULES = (
    *("syntax/dockerfile/validate/" + name for name in ("file", "instructions", "flags", "run", "unknown", "base")),
    "syntax/dockerfile/directives",
    "syntax/dockerfile/parser",
    "model/dockerfile/faults",
    "model/dockerfile/source_date",
)
KIND = re.compile(
    r'"((?:bad|unterminated|duplicate|unknown|missing|extra|empty|no|line)-(?:[a-z]+-)*[a-z]+)"(?!:)', re.ASCII
)


def kinds_in_the_code() -> set[str]:
    found: set[str] = set()
    for module in MODULES:
        found |= set(KIND.findall((SOURCES / f"{module}.py").read_text()))
    return found


def test_every_kind_belongs_to_one_rule() -> None:
    claimed = Counter(kind for kinds in KINDS.values() for kind in kinds)
    assert [kind for kind, count in claimed.items() if count > 1] == []
    assert set(claimed) == kinds_in_the_code()


def test_the_rules_exist_and_are_errors_of_validity() -> None:
    rules = builtin(("dockerfile",))
    for name in KINDS:
        assert rules[name].category == "validity"
        assert rules[name].severity.label == "error"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FORM debian:12\n", [("unknown-instruction", 1)]),
        ("FROM debian:12\nCOPY --from=9 a b\nEXPOSE 99999\n", [("invalid-stage-reference", 2), ("invalid-port", 3)]),
        ("", [("syntax-error", 1)]),
        ("FROM a\n{% if b %}\n{% x %}\nRUN c\n{% endif %}\n", [("unknown-instruction", 2)]),
        ("FROM a\nxyzzy\nRNU b\nCOPPY b\n", [("unknown-instruction", n) for n in (2, 3, 4)]),
        ("// syntax=example.org/other\nanything at all\n", []),
    ],
)
def test_several_faults_of_one_file(text: str, expected: list[tuple[str, int]]) -> None:
    found = dlint.lint_files({"Dockerfile": text}, config={"select": sorted(KINDS)})
    assert [(finding.rule.name, finding.line) for finding in found] == expected
