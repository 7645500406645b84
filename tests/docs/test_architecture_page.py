"""The page on the architecture names the rooms there are, and no others."""

from __future__ import annotations

import re

from places import PACKAGE, ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROOMS = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
MODULES = {path.name for path in PACKAGE.glob("*.py")} - {"__init__.py", "__main__.py"}


def named() -> set[str]:
    rows = re.search(r"^## Rooms$.*?^## ", PAGE, re.S | re.M)
    assert rows is not None
    first = [line.split("|")[1] for line in rows[0].splitlines() if line.startswith("| `")]
    return {name for cell in first for name in re.findall(r"`([^`]+)`", cell)}


def test_every_room_has_a_row_and_every_row_a_room() -> None:
    assert named() - {"lsp"} == (ROOMS | MODULES) - {"lsp"}


def test_every_room_says_in_one_sentence_what_is_in_it() -> None:
    for init in PACKAGE.rglob("__init__.py"):
        text = init.read_text(encoding="utf-8")
        assert text.startswith('"""'), init
        sentence = text[3 : text.index('"""', 3)].strip().split("\n\n")[0]
        assert sentence.endswith("."), init


def test_contributing_names_only_places_that_are_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for place in re.findall(r"`((?:src|tests|docs|rules|bench)/[\w/.-]+)`", text):
        if "KIND" not in place and "NAME" not in place and "name.md" not in place:
            assert (ROOT / place).exists(), place
    assert text.count("\n") <= 70, "one screen"
