"""While a Compose file is no YAML for a moment, what was found elsewhere in the project stays in sight."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pygls")
from dlint.lsp.documents import Buffer
from dlint.lsp.folder import ProjectFolder
from dlint.lsp.positions import Positions
from dlint.lsp.published import diagnostics_of
from dlint.lsp.settings import Settings
from dlint.lsp.view import View

COMPOSE = "services:\n  web:\n    image: nginx\n    privileged: true\n  db:\n    build: ./db\n    privileged: true\n"
BROKEN = COMPOSE.replace("  db:\n", "    comm\n  db:\n")
DOCKERFILE = "FROM team/base:1\nARG A\nRUN sudo id $A\n"


class Typing:
    """Somebody types in a project of two open files."""

    def __init__(self, root: Path) -> None:
        (root / ".git").mkdir()
        (root / "db").mkdir()
        self.root = root
        self.texts = {"compose.yaml": COMPOSE, "db/Dockerfile": DOCKERFILE}
        for path, text in self.texts.items():
            (root / path).write_text(text, encoding="utf-8")
        self.folder = ProjectFolder(str(root), Settings())
        self.version = 0

    def shown(self, path: str, text: str) -> list[tuple[str, int]]:
        """The rules that are shown for a file, each with its line from 0, once its text is this."""
        self.texts[path] = text
        self.version += 1
        uri = self.root.as_uri()
        self.folder.take({p: Buffer(f"{uri}/{p}", "", self.version, t) for p, t in self.texts.items()}, set())
        found = {
            one: diagnostics_of(View(self.folder, one, self.folder.open[one], Positions("utf-16")))
            for one in self.texts
        }
        return sorted((str(each.code), each.range.start.line) for each in found[path])


@pytest.fixture
def typing(tmp_path: Path) -> Typing:
    return Typing(tmp_path.resolve())


def test_a_half_typed_key_hides_nothing(typing: Typing) -> None:
    before = typing.shown("compose.yaml", COMPOSE)
    assert ("service-privileged", 3) in before and ("service-privileged", 6) in before
    other = typing.shown("db/Dockerfile", DOCKERFILE)
    after = typing.shown("compose.yaml", BROKEN)
    assert ("yaml-syntax-error", 4) in after
    assert ("service-privileged", 3) in after and ("service-privileged", 7) in after
    assert typing.shown("db/Dockerfile", DOCKERFILE) == other
    whole = COMPOSE.replace("  db:\n", "    command: id\n  db:\n")
    assert typing.shown("compose.yaml", whole) == Typing.shown(typing, "compose.yaml", whole)
    assert "yaml-syntax-error" not in {rule for rule, _ in typing.shown("compose.yaml", whole)}


def test_what_stood_in_a_changed_line_is_gone(typing: Typing) -> None:
    typing.shown("compose.yaml", COMPOSE)
    after = typing.shown("compose.yaml", COMPOSE.replace("    privileged: true\n  db", "    privil\n  db"))
    assert ("service-privileged", 3) not in after and ("service-privileged", 6) in after


def test_after_more_than_a_few_lines_only_what_is_found_is_shown(typing: Typing) -> None:
    typing.shown("compose.yaml", COMPOSE)
    few = typing.shown("compose.yaml", COMPOSE.replace("  db:\n", "    x\n" * 3 + "  db:\n"))
    assert ("service-privileged", 9) in few
    many = typing.shown("compose.yaml", COMPOSE.replace("  db:\n", "    x\n" * 12 + "  db:\n"))
    assert ("service-privileged", 18) not in many and ("yaml-syntax-error", 4) in many


def test_a_file_that_was_never_whole_shows_what_is_found(typing: Typing) -> None:
    after = typing.shown("compose.yaml", BROKEN)
    assert ("yaml-syntax-error", 4) in after and ("service-privileged", 7) not in after


def test_a_dockerfile_that_is_edited_meanwhile_shows_what_is_found_in_it(typing: Typing) -> None:
    typing.shown("compose.yaml", COMPOSE)
    typing.shown("compose.yaml", BROKEN)
    after = typing.shown("db/Dockerfile", DOCKERFILE + "MAINTAINER Ada\n")
    assert ("maintainer-deprecated", 3) in after and ("sudo", 2) in after


def test_a_closed_file_is_forgotten(typing: Typing) -> None:
    typing.shown("compose.yaml", COMPOSE)
    typing.folder.take({}, set())
    after = typing.shown("compose.yaml", BROKEN)
    assert ("yaml-syntax-error", 4) in after and ("service-privileged", 7) not in after
