"""What tells one finding from another."""

from __future__ import annotations

import pytest

from dlint.rule.finding import _evidence


@pytest.mark.parametrize(
    "text", ["RUN  a \\\n  && b", "x" * 900, "word " * 300, "  \n" * 200 + "late", "a" + " " * 399 + "b c"]
)
def test_evidence_is_the_beginning_of_the_text_with_single_blanks(text: str) -> None:
    assert _evidence(f"<{text}>", 1, len(text) + 1) == " ".join(text.split())[:200]
