"""A plain configuration is read without tomllib, and says what it would say there."""

from __future__ import annotations

import random
import tomllib

import pytest

from dlint.config.file import _of_plain_lines

_PIECES = (
    'preset = "strict"', "inline-ignores = true", 'ignore = ["a", "b"]', "build-args = []", "n = 3", "a.b = true",
    '"q" = false', "# said", "[rules.x]", "preset", " = ", '"', "'", "\\", ", ", "[", "]", "\n", "\r", "\t", "#", "=",
    " ", "é", "\x7f", "true", "-", "_", "1", '""', '"""',
)  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_what_is_read_is_what_tomllib_reads(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(300):
        text = "\n".join("".join(draw.choices(_PIECES, k=draw.randint(1, 3))) for _ in range(draw.randint(0, 3)))
        found = _of_plain_lines(text)
        if found is not None:
            assert tomllib.loads(text) == found, text


@pytest.mark.parametrize(
    "text",
    ["", "\n# nothing\n", 'preset = "strict"\n', 'ignore = ["no-user", "a b"]\n\ninline-ignores = false\n'],
)
def test_plain_ones_need_no_reader(text: str) -> None:
    assert _of_plain_lines(text) == tomllib.loads(text)
