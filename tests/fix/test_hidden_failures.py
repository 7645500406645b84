"""No fix lets a step succeed that failed before; which unsafe fixes a configuration lets through."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlint.config.keys import ConfigError
from dlint.fix.keeps import hides_failure
from dlint.fixing import fix
from dlint.session import Session
from dlint.source import Source


def hidden(before: str, after: str) -> bool:
    return hides_failure(Source("Dockerfile", f"FROM a\n{before}\n"), Source("Dockerfile", f"FROM a\n{after}\n"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("RUN a; b", "RUN a; b; c"),
        ("RUN a && b", "RUN a; b"),
        ("ONBUILD RUN a", "ONBUILD RUN a || true"),
        ('SHELL ["sh", "-ec"]\nRUN a; b', 'SHELL ["sh", "-c"]\nRUN a; b'),
        ("RUN <<E\nset -e\na\nb\nE", "RUN <<E\na\nb\nE"),
        ("RUN <<E\n#!/bin/bash -e\na\nb\nE", "RUN <<E\n#!/bin/bash\na\nb\nE"),
        ('RUN ["a"]', "RUN a || b"),
        ("RUN a\nRUN b && c", "RUN a; b && c"),
        ("RUN trap x EXIT; a", "RUN trap x EXIT; a; b"),
    ],
)
def test_a_step_that_could_then_succeed_is_found(before: str, after: str) -> None:
    assert hidden(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("RUN a; b", "RUN a; b && c"),
        ("RUN a\nRUN b", "RUN a && b"),
        ("RUN a && b", "RUN <<E\nset -e\na\nb\nE"),
        ("RUN cd /x && a", "WORKDIR /x\nRUN a"),
        ("RUN sudo a", "RUN a"),
        ("RUN a", "RUN a"),
        ("RUN trap x EXIT; a b", "RUN trap x EXIT; a --c b"),
        ('SHELL ["powershell"]\nRUN a; b', 'SHELL ["powershell"]\nRUN x; a; b'),
    ],
)
def test_a_step_that_fails_as_before_is_left_alone(before: str, after: str) -> None:
    assert not hidden(before, after)


def test_files_without_steps_have_nothing_to_hide() -> None:
    one, two = Source("compose.yaml", "services: {}\n"), Source("compose.yaml", "services: {a: {image: b}}\n")
    assert not hides_failure(one, two)


PLUGIN = """
from dlint.api import Fix, Problem, check
from dlint.api.dockerfile import Run

@check(on=Run)
def ends_badly(run):
    if run.raw.endswith("b"):
        yield Problem(run, fix=Fix("Go on", run.insert_after("; c")))
"""
PAGE = """---
title: It ends badly
severity: warning
---
Why.
"""


def test_a_fix_that_claims_to_be_safe_is_not_believed(tmp_path: Path) -> None:
    lint = tmp_path / "lint"
    (lint / "rules" / "dockerfile").mkdir(parents=True)
    (lint / "ends.py").write_text(PLUGIN)
    (lint / "rules" / "dockerfile" / "ends-badly.md").write_text(PAGE)
    file = tmp_path / "Dockerfile"
    file.write_text("FROM a\nRUN a; b\n")
    overrides = {"plugins": [str(lint)], "select": ["ends-badly"]}
    fixed = fix(Session([str(file)], root=str(tmp_path), overrides=overrides), unsafe=False)
    assert file.read_text() == "FROM a\nRUN a; b\n"
    assert fixed.dropped == [("Dockerfile:2 ends-badly", "a step of Dockerfile could then succeed where it fails now")]


def fixed(tmp_path: Path, text: str, **overrides: object) -> str:
    file = tmp_path / "Dockerfile"
    file.write_text(text)
    fix(Session([str(file)], root=str(tmp_path), overrides={"shellcheck": False, **overrides}), unsafe=False)
    return file.read_text()


RECOMMENDS = "FROM debian:12\nRUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\nUSER 1\n"


@pytest.mark.parametrize("name", ["apt-get-recommends", "DL3015", "hadolint/DL3015"])
def test_the_unsafe_fixes_of_one_rule_may_be_let_through(tmp_path: Path, name: str) -> None:
    added = RECOMMENDS.replace("install", "install --no-install-recommends")
    assert fixed(tmp_path, RECOMMENDS, select=["apt-get-recommends"]) == RECOMMENDS
    assert fixed(tmp_path, RECOMMENDS, select=["apt-get-recommends"], **{"unsafe-fixes": [name]}) == added
    assert fixed(tmp_path, RECOMMENDS, select=["apt-get-recommends"], **{"unsafe-fixes": ["sudo"]}) == RECOMMENDS


def test_a_rule_whose_unsafe_fixes_are_let_through_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"unsafe-fixes: unknown rule 'apt-get-recommend' \(did you mean"):
        fixed(tmp_path, RECOMMENDS, **{"unsafe-fixes": ["apt-get-recommend"]})
