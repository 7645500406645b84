"""What the rules about order promise beyond the examples on their pages."""

from __future__ import annotations

import pytest

import dlint


@pytest.mark.parametrize("line", ["COPY", "COPY --link", "ADD"])
def test_a_copy_without_words_is_joined_with_none(line: str) -> None:
    config = {"select": ["consecutive-copies"], "shellcheck": False}
    for text in (f"{line}\n{line} a.txt /b/\n", f"{line} a.txt /b/\n{line}\n"):
        assert dlint.lint_files({"Dockerfile": f"FROM debian:12\n{text}"}, config=config) == []
