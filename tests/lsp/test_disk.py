"""What changes on the disk without a word from the editor is seen, a moment later."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pygls")
from dlint.lsp import folder as folders
from dlint.lsp.documents import Buffer
from dlint.lsp.folder import ProjectFolder
from dlint.lsp.settings import Settings


def test_a_file_that_nobody_told_of_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path.resolve()
    (root / ".git").mkdir()
    (root / "src").mkdir()
    (root / "compose.yaml").write_text("services:\n  web: {build: .}\n", encoding="utf-8")
    folder = ProjectFolder(str(root), Settings())
    folder.discovered(folders.files_below(str(root), ()))

    def rules(text: str) -> set[str]:
        folder.take({"Dockerfile": Buffer("file:///Dockerfile", "", 1, text)}, set())
        linted = folder.lint("Dockerfile")
        assert linted is not None
        return {finding.rule.name for finding in linted.findings}

    text = "FROM debian:12.5\nCOPY src/app.py /srv/\nUSER nobody\n"
    assert "copy-source-missing" in rules(text)
    (root / "src" / "app.py").write_text("", encoding="utf-8")
    assert "copy-source-missing" in rules(text + "# 1\n")
    monkeypatch.setattr(folders, "_FRESH", 0.0)
    assert "copy-source-missing" not in rules(text + "# 2\n")
    for number in range(3):
        rules(f"{text}# settled {number}\n")
    (root / "src" / "app.py").unlink()
    assert "copy-source-missing" in rules(text + "# 3\n")
