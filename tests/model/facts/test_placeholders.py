"""Keys made for browsers are no credentials; those beside them are."""

from __future__ import annotations

import pytest

from dlint.model.facts.placeholders import is_public
from dlint.model.facts.secrets import secret_value
from dlint.model.facts.worth import is_harmless

_PUBLIC = (
    "pk_live_" + "51H8x9fKj2lLm3nN4oO5pP6q",
    "phc_" + "bIjZL7oh2GEUd2vqvTBH8WvrX0fWTFQMs6H5KQxiUxU",
    "pk.eyJ" + "1IjoiYWJjIiwiYSI6ImNqIn0.Xy9-aBcDeFgHiJkL",
    "https://8f7d2a9e1c4b4f0e9d3a7b6c5e4f3a2b@o123.ingest.sentry.io/4505",
    "https://8f7d2a9e1c4b4f0e9d3a7b6c5e4f3a2b@sentry.example.org:9000/3",
)


@pytest.mark.parametrize("key", _PUBLIC)
def test_a_public_key_is_harmless(key: str) -> None:
    assert is_public(key)
    assert is_harmless(key, "API_TOKEN")
    assert secret_value(key) is None


@pytest.mark.parametrize(
    "key",
    [
        "sk_live_" + "51H8x9fKj2lLm3nN4oO5pP6q",
        "https://8f7d2a9e1c4b4f0e9d3a7b6c5e4f3a2b@git.example.org/4505",
        "https://8f7d2a9e1c4b4f0e9d3a7b6c5e4f3a2b:9e1c4b4f0e9d3a7b6c5e4f3a2b8f7d2a@sentry.io/4505",
    ],
)
def test_its_secret_twin_is_not(key: str) -> None:
    assert not is_public(key)
    assert secret_value(key) is not None


def test_one_inside_a_longer_text_is_public_too() -> None:
    text = f'init({{dsn: "{_PUBLIC[3]}"}})'
    assert is_public(text, text.index("https"))
    assert secret_value(text) is None
