"""Scalars as Compose casts them."""

from __future__ import annotations

import pytest

from dlint.source import Source
from dlint.syntax.compose.values import boolean
from dlint.syntax.yaml.nodes import YamlMap
from dlint.syntax.yaml.parser import parse


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *((word, True) for word in ("true", "True", "TRUE", "yes", "Yes", "on", "On", "y", "t", "1", '"true"')),
        *((word, False) for word in ("false", "False", "no", "off", "OFF", "n", "f", "0", "'no'")),
        *((word, None) for word in ("maybe", "~", "[]", "2", '""', "${X}")),
    ],
)
def test_truth_values_of_all_spellings(written: str, value: bool | None) -> None:
    (document,) = parse(Source("c", f"k: {written}")).documents
    assert isinstance(document, YamlMap)
    assert boolean(document.get("k")) is value
