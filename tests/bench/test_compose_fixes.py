"""The comparison of Docker's models before and after a fix tells every change, and names it by its keys."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from places import ROOT

BENCH = str(ROOT / "bench")
sys.path.insert(0, BENCH)

import compose_fixes  # noqa: E402


def service(**keys: Any) -> dict[str, Any]:
    return {"services": {"web": {"image": "x:1", **keys}}}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (service(), service(), []),
        (service(), service(mem_limit="5"), ["services.*.mem_limit"]),
        (service(cap_drop=["A"]), service(), ["services.*.cap_drop"]),
        (service(ports=[{"target": 1}, {"target": 2}]), service(ports=[{"target": 2}]), ["services.*.ports"]),
        (service(dns=["a", "b"]), service(dns=["b", "a"]), ["services.*.dns (order)"]),
        (service(environment={"services": "1"}), service(environment={"services": 1}), ["services.*.environment.*"]),
        (
            service(),
            service(deploy={"resources": {"a": 1, "b": 2}}),
            ["services.*.deploy.resources.a", "services.*.deploy.resources.b"],
        ),
        ({"networks": {"a": {}}}, {"networks": {"a": {"name": "b"}}}, ["networks.*.name"]),
    ],
)
def test_changes_are_named_by_their_keys(before: Any, after: Any, expected: list[str]) -> None:
    assert list(compose_fixes.changes(before, after)) == expected


def test_a_fix_may_change_only_the_keys_of_its_rule() -> None:
    one = compose_fixes.Mended("f", "cpu-not-limited", 1, "a: 1\n", "a: 1\n")
    assert compose_fixes.judge(one, service(), service(cpus=1)).is_right
    assert not compose_fixes.judge(one, service(), service(cpus=1, restart="always")).is_right
    assert not compose_fixes.judge(one, service(), "refused").is_right
    assert not compose_fixes.judge(one._replace(rule="version-obsolete"), service(), service(cpus=1)).is_right


def test_a_lost_comment_is_told() -> None:
    one = compose_fixes.Mended("f", "version-obsolete", 1, "# kept\nversion: 3  # gone\na: 1\n", "# kept\na: 1\n")
    outcome = compose_fixes.judge(one, service(), service())
    assert not outcome.is_right and len(outcome.lost) == 1 and "gone" in outcome.lost[0]


def test_every_rule_with_a_fix_in_a_file_is_mended_alone_then_all_together() -> None:
    text = 'version: "3"\nservices:\n  web:\n    image: x:1\n    ports:\n      - 80:80\n'
    found = {one.rule: one.after for one in compose_fixes.mended("f", text)}
    assert {"version-obsolete", "ports-unquoted", compose_fixes.SAFE, compose_fixes.TOGETHER} <= set(found)
    assert found["version-obsolete"] == text.removeprefix('version: "3"\n')
    assert "version" in found["ports-unquoted"] and "version" not in found[compose_fixes.SAFE]
