"""What lazy.py offers in place of modules that are dear to import does as those do."""

from __future__ import annotations

import json
from enum import IntEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlint.lazy import from_json, to_json

_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


class Number(IntEnum):
    """A number with a name."""

    THREE = 3


@given(_PLAIN)
def test_json_is_written_and_read_as_by_json(value: object) -> None:
    written = to_json(value)
    assert written == json.dumps(value, separators=(",", ":"))
    assert from_json(written) == value
    assert from_json(f" {json.dumps(value, indent=1)}\n") == value


def test_a_number_with_a_name_is_a_number() -> None:
    assert to_json((Number.THREE, True)) == "[3,true]"


@pytest.mark.parametrize(
    "text", ["", " ", "x", "[1", "[1] 2", "{1: 2}", '{"a" 1}', "nul", "NaN", "[-Infinity]", '"\n"']
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        from_json(text)


def test_what_has_no_form_in_json_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no form"):
        to_json([{1}])


def test_what_is_too_deep_is_refused() -> None:
    with pytest.raises(RecursionError):
        from_json("[" * 200_000)
