"""JSON without the module json is JSON with it."""

from __future__ import annotations

import builtins
import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlint.lazy import json_array, json_text, json_value

_TEXTS = st.text(st.characters())
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
)


@given(_VALUES)
def test_what_is_written_is_what_json_writes(value: Any) -> None:
    assert json_text(value) == json.dumps(value, separators=(",", ":"))


@given(st.lists(_TEXTS, max_size=4))
def test_a_list_of_texts_is_what_json_writes_for_people(texts: list[str]) -> None:
    assert json_array(texts) == json.dumps(texts, ensure_ascii=False)


@given(_VALUES, st.sampled_from((None, 1)))
def test_what_is_read_is_what_json_reads(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    assert repr(json_value(text)) == repr(json.loads(text))


@pytest.mark.parametrize("text", ["", "[1", "[1] ", "[1]x", "NaN", "nul", "{", '"a', '{"a": 1,}'])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        json_value(text)


def test_what_json_has_no_form_for_is_refused() -> None:
    with pytest.raises(TypeError):
        json_text({1, 2})


def test_a_python_without_the_c_code_does_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *others: Any) -> Any:
        if name == "_json":
            raise ImportError(name)
        return real(name, *others)

    monkeypatch.setattr(builtins, "__import__", without)
    assert json_value('{"a": [1]}') == {"a": [1]}
    assert json_text({"a": [1, None]}) == '{"a":[1,null]}'


_WITHOUT_JSON = """
import sys
from dlint.lazy import json_value
assert "json" not in sys.modules
for text in ("[1,2", "{", '"a', '{"a"', "[1 2]", "{1}", '"\\\\u12', "", "[", "nul", "[1]x"):
    try:
        json_value(text)
    except ValueError:
        continue
    raise SystemExit(f"{text} was taken")
"""


def test_what_is_no_json_is_refused_where_the_module_json_is_not_there_to_say_so() -> None:
    done = subprocess.run([sys.executable, "-c", _WITHOUT_JSON], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
