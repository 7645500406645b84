"""What groups of files leave behind is taken apart in a long run, and in a short one not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from dlint import lint_paths
from dlint.lint import many
from dlint.workspace.workspace import Workspace


@pytest.mark.parametrize(("most", "released"), [(300_000, []), (40, [("0", "1"), ("2",), ("3",)]), (0, list("0123"))])
def test_what_is_released_by_how_much_is_read(
    most: int, released: list[Sequence[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    for name in "0123":
        (tmp_path / name).mkdir()
        (tmp_path / name / "compose.yaml").write_text("services: {a: {image: x}}\n")
    monkeypatch.setattr(many, "_SPARED", most)
    monkeypatch.setattr(Workspace, "release", lambda self, paths: done.extend(path[0] for path in paths))
    monkeypatch.chdir(tmp_path)
    lint_paths(["."])
    assert done == [name for names in released for name in names]
