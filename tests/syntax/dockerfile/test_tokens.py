"""How the rest of an instruction falls into words."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from dlint.source import Source, Span, Text
from dlint.syntax.dockerfile.tokens import json_strings

PARTS = ["[", "[", "]", "]", '"', '"', ",", " ", "\t", "a", "é", "\\n", "\\", "\x01", "\u200b", '"a"', '"b c"', ", "]


def by_json(text: str) -> list[str] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, list) and all(isinstance(each, str) for each in value) else None


@given(st.lists(st.sampled_from(PARTS)).map(lambda parts: "[" + "".join(parts)) | st.lists(st.text()).map(json.dumps))
def test_an_array_of_strings_is_what_json_reads(text: str) -> None:
    whole = Text.plain(Source("Dockerfile", text), Span(0, len(text)))
    found = json_strings(whole, 0, len(text), "")
    # The builder takes blanks off the end of a line before it reads it.
    expected = by_json(text) if text == text.rstrip() else None
    assert (None if found is None else [word.text for word in found]) == expected
    for word in found or ():
        if "\\" not in word.raw:
            assert word.raw == word.text
