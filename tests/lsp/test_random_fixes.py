"""Whatever is renamed or fixed: the result parses, and no more is found than before."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")
from lsprotocol import types

from dlint.lsp import actions, names, navigate
from dlint.lsp.documents import Buffer
from dlint.lsp.folder import ProjectFolder
from dlint.lsp.positions import Positions
from dlint.lsp.settings import Settings
from dlint.lsp.view import View
from dlint.project.files import ProjectFiles
from dlint.workspace.discover import discover
from lsp.client import applied
from lsp.test_random_edits import FILES, edited
from seeds import seeds


class Project:
    """Files of which all that dlint lints are open."""

    def __init__(self, root: Path, texts: dict[str, str]) -> None:
        self.root = root
        for path, text in texts.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(text.encode())
        self.folder = ProjectFolder(str(root), Settings())
        self.texts = dict(texts)
        self.version = 0
        self.take()
        self.folder.discovered(dict(discover(ProjectFiles.on_disk(str(root)), [str(root)]).files))

    def take(self) -> None:
        self.version += 1
        open_files = {path: text for path, text in self.texts.items() if not path.endswith((".env", ".toml", "app"))}
        uri = self.root.as_uri()
        self.folder.take(
            {path: Buffer(f"{uri}/{path}", "", self.version, text) for path, text in open_files.items()}, set()
        )

    def view(self, path: str) -> View:
        return View(self.folder, path, self.folder.open[path], Positions("utf-16"))

    def found(self) -> Counter[str]:
        linted = (self.folder.lint(path) for path in self.folder.targets)
        return Counter(each.rule.name for one in linted if one is not None for each in one)

    def apply(self, edit: types.WorkspaceEdit) -> None:
        for change in edit.document_changes or ():
            assert isinstance(change, types.TextDocumentEdit)
            path = change.text_document.uri.removeprefix(f"{self.root.as_uri()}/")
            edits: list[Any] = [
                {
                    "range": {
                        "start": {"line": each.range.start.line, "character": each.range.start.character},
                        "end": {"line": each.range.end.line, "character": each.range.end.character},
                    },
                    "newText": each.new_text,
                }
                for each in change.edits
                if isinstance(each, types.TextEdit)
            ]
            self.texts[path] = applied(self.texts[path], edits)
            (self.root / path).write_bytes(self.texts[path].encode())
        self.take()


def texts(chance: random.Random, edits: int) -> dict[str, str]:
    """The files after some edits, in ASCII, as ``applied`` counts characters."""
    found = {path: text for path, text in FILES.items() if path != "dlint.toml"}
    found["Dockerfile"] += "MAINTAINER x\nENV A 1\n"
    found["compose.yaml"] = f"version: '3'\n{found['compose.yaml']}"
    for _ in range(edits):
        path = chance.choice([path for path in found if path != "app"])
        found[path] = edited(found[path], chance).encode("ascii", "ignore").decode().replace("\r", "")
    return found


@pytest.mark.parametrize("seed", seeds(4))
def test_every_rename_keeps_what_is_found(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    start = texts(chance, seed)
    tried = 0
    things = {
        one.thing: one.node
        for path in ("Dockerfile", "api/Dockerfile", "compose.yaml")
        for one in names.mentions(Project(tmp_path / "first", start).view(path))
        if path == one.node.source.path
    }
    for number, (thing, node) in enumerate(things.items()):
        project = Project((tmp_path / str(number)).resolve(), start)
        path = node.source.path
        before = project.found()
        place = project.view(path).places.position(node.source.text, node.span[0])
        new = "RENAMED" if thing.kind in ("variable", "environment") else "renamed"
        try:
            edit = navigate.rename(project.view(path), place, new)
        except navigate.RenameError:
            continue
        assert edit is not None, thing
        project.apply(edit)
        assert not project.found() - before, (thing, project.texts)
        tried += 1
    assert tried > 3


@pytest.mark.parametrize("seed", seeds(4))
def test_all_safe_fixes_leave_less(tmp_path: Path, seed: int) -> None:
    start = texts(random.Random(100 + seed), 2 * seed)
    tried = 0
    for number, path in enumerate(sorted(Project((tmp_path / "first").resolve(), start).folder.targets)):
        project = Project((tmp_path / str(number)).resolve(), start)
        before = project.found()
        edit = actions.fix_all(project.view(path))
        project.apply(edit)
        if project.texts != start:
            assert sum(project.found().values()) < sum(before.values()), (path, project.texts[path])
            tried += 1
    assert tried


@pytest.mark.parametrize("seed", seeds(2))
def test_every_single_fix_leaves_no_more(tmp_path: Path, seed: int) -> None:
    start = texts(random.Random(200 + seed), 2 * seed)
    first = Project((tmp_path / "first").resolve(), start)
    linted = {path: found for path in first.folder.targets if (found := first.folder.lint(path)) is not None}
    fixed = [(path, number) for path, found in linted.items() for number, each in enumerate(found) if each.fix]
    assert fixed
    for place, (path, number) in enumerate(fixed[:40]):
        project = Project((tmp_path / str(place)).resolve(), start)
        before = project.found()
        again = project.folder.lint(path)
        assert again is not None
        finding = again[number]
        assert finding.fix is not None
        project.apply(project.view(path).edit(finding.fix.edits))
        after = project.found()
        assert after[finding.rule.name] < before[finding.rule.name], (path, finding.message)
        assert sum(after.values()) <= sum(before.values()), (path, finding.message, after - before)
