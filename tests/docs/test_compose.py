"""What docs/compose.md tells of differences between Docker's loader and dlint is so, for dlint's half."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dlint
from dlint.cli.compose_command import command
from places import ROOT

PAGE = (ROOT / "docs" / "compose.md").read_text(encoding="utf-8")
REFUSED = [
    "services: {a: {image: x, container_name: has space}}\n",
    "services: {a: {image: x, profiles: [p], depends_on: [a]}}\n",
    "services: {a: {image: x, profiles: [p], networks: [gone]}}\n",
    'services: {a: {image: x, volumes: [{type: bind, source: ., target: ""}]}}\n',
    "services:\n  a:\n    image: x\n#c\n\t#d\n",
    'services: {a: {image: x, cpus: "inf"}}\n',
]
TAKEN = [
    "services: {a: {image: x, labels: {a: !!int x}}}\n",
]


def refused(text: str) -> bool:
    validity = [rule.name for rule in dlint.rules() if rule.category == "validity"]
    return bool(dlint.lint_files({"compose.yaml": text}, config={"select": validity}))


@pytest.mark.parametrize(("text", "expected"), [(t, True) for t in REFUSED] + [(t, False) for t in TAKEN])
def test_differences_are_as_told(text: str, expected: bool) -> None:
    assert refused(text) is expected


def test_a_mount_that_needs_a_variable_is_information() -> None:
    text = 'services: {a: {image: x, volumes: ["${DATA}:/data"]}}\n'
    found = dlint.lint_files({"compose.yaml": text}, config={"select": ["compose-variable-required"]})
    assert [finding.severity.name.lower() for finding in found] == ["info"]


def test_the_calls_are_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("compose.yaml", "compose.prod.yaml"):
        (tmp_path / name).write_text("services: {web: {image: x}}\n")
    monkeypatch.chdir(tmp_path)
    calls = re.findall(r"^dlint compose (.*)$", PAGE, re.MULTILINE)
    assert len(calls) == 3
    for call in calls:
        assert command.main(args=call.split(), standalone_mode=False) == 0
