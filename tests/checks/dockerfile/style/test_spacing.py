"""Rules about blank space: what they leave alone, and that their fixes give what they promise."""

from __future__ import annotations

import pytest

from dlint.library import report_files

RULES = ["final-newline-missing", "blanks-at-line-end", "blank-lines-in-a-row", "blanks-between-words"]


def mended(text: str) -> str:
    for rule in RULES:
        report = report_files({"Dockerfile": text}, config={"select": [rule], "shellcheck": False})
        assert not report.failures
        edits = [edit for finding in report.visible if finding.fix for edit in finding.fix.edits]
        for edit in sorted(edits, key=lambda edit: -edit.span[0]):
            text = text[: edit.span[0]] + edit.text + text[edit.span[1] :]
    return text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("FROM a:1", "FROM a:1\n"),
        ("FROM a:1\r\nRUN b", "FROM a:1\r\nRUN b\r\n"),
        ("FROM a:1 \r\nRUN b\t\r\n", "FROM a:1\r\nRUN b\r\n"),
        ("\n\nFROM a:1\n\n\n\nRUN b\n", "FROM a:1\n\nRUN b\n"),
        ("FROM a:1\n\n  \n\t\nRUN b\n", "FROM a:1\n\nRUN b\n"),
        ("FROM  a:1\nRUN b   c\n", "FROM a:1\nRUN b c\n"),
        ("FROM a:1\nRUN b  \\\n    && c\n", "FROM a:1\nRUN b  \\\n    && c\n"),
        ("FROM a:1\nRUN echo 'b  c'\n", "FROM a:1\nRUN echo 'b  c'\n"),
        # The backslash continues the line for the builder with the blank as well.
        ("FROM a:1\nRUN b \\ \nRUN c\n", "FROM a:1\nRUN b \\\nRUN c\n"),
        ("FROM a:1\nRUN <<E\nb  c \n\n\nd\nE\n", "FROM a:1\nRUN <<E\nb  c \n\n\nd\nE\n"),
        ("", ""),
    ],
)
def test_blank_space_is_mended_and_nothing_else(text: str, wanted: str) -> None:
    once = mended(text)
    assert once == wanted
    assert mended(once) == once
