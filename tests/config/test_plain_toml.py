"""Plain TOML is read as tomllib reads it; what is not plain is left to tomllib."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlint.config.plain_toml import plain_tables

_PARTS = (
    "a", "b-c", "_1", "=", " = ", "true", "false", "1", "0", "01", "-1", "1.5", '"x"', '"x, y"', '"#"', "'x'", '"\\n"',
    "[", "]", "[a]", "[a.b]", "[[a]]", ",", "#", " ", "\t", "\n", "\r\n", "\r", "é", "\x01", "[1, 2]", '["x"]', "{}",
    "a.b = 1", "a = 1", "b = true # why", 'c = "x" # why', '"""', "[]",
)  # fmt: skip


def _by_tomllib(text: str) -> object:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


@settings(deadline=None)  # A loaded machine is no failure.
@given(st.lists(st.sampled_from(_PARTS), max_size=14).map("".join))
def test_what_is_read_is_what_tomllib_reads(text: str) -> None:
    found = plain_tables(text)
    assert found is None or found == _by_tomllib(text)


_PLAIN = """\
# Ours.
shellcheck = false
ignore = ["latest-tag", "cmd-missing",]\r
jobs = 4   # of eight

[rules.memory-not-limited]
severity = "error"

[rules.cpu-not-limited]
severity = "off"
"""


def test_an_everyday_configuration_is_plain() -> None:
    found = plain_tables(_PLAIN)
    assert found is not None and found == tomllib.loads(_PLAIN)


@pytest.mark.parametrize("text", ["a = 1\na = 2", "[a]\n[a]", "a = 1\n[a.b]", "a = 'x'", 'a = "\\n"', "a.b = 1", "a"])
def test_what_is_not_plain_is_left_to_tomllib(text: str) -> None:
    assert plain_tables(text) is None
