"""What changes on the disk without a word from the editor is seen, a moment later."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

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
        return {finding.rule.name for finding in linted}

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


def test_a_project_whose_folders_may_not_be_listed_is_linted_as_far_as_it_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = os.scandir

    def closed(path: str) -> Any:
        if not str(path).startswith(str(tmp_path.resolve())):
            return scan(path)
        raise PermissionError(errno.EACCES, "Permission denied", path)

    (tmp_path / "Dockerfile").write_text("FROM debian:12.5\n", encoding="utf-8")
    monkeypatch.setattr(os, "scandir", closed)
    folder = ProjectFolder(str(tmp_path.resolve()), Settings())
    text = "FROM debian:12.5\nCOPY app.py /srv/\nRUN sudo id\n"
    folder.take({"Dockerfile": Buffer("file:///Dockerfile", "", 1, text)}, set())
    folder.discovered(folders.files_below(folder.root, ()))
    linted = folder.lint("Dockerfile")
    assert linted is not None and not folder.failures
    found = {finding.rule.name for finding in linted}
    assert "sudo" in found and "copy-source-missing" not in found
