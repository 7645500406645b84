"""Whatever is half written: each question about it is answered, and nothing of it raises."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

pytest.importorskip("pygls")
from lsprotocol import types

from dlint.lsp import account, actions, complete, hints, hover, links, navigate, outline, pictures
from dlint.lsp.diagnostics import diagnostics
from dlint.lsp.documents import Buffer
from dlint.lsp.folder import ProjectFolder, files_below
from dlint.lsp.positions import Positions
from dlint.lsp.published import diagnostics_of
from dlint.lsp.settings import Settings
from dlint.lsp.view import View
from dlint.picture.formats import FORMATS
from lsp.test_random_edits import FILES, edited
from seeds import seeds

WHOLE = types.Range(types.Position(0, 0), types.Position(999, 0))


def ask(view: View, place: types.Position) -> None:
    hover.hover(view, place)
    complete.complete(view, place)
    navigate.definition(view, place)
    navigate.references(view, place, True)
    navigate.highlights(view, place)
    navigate.renamed_here(view, place)
    account.text(view, place.line + 1)
    context = types.CodeActionContext(diagnostics=[])
    params = types.CodeActionParams(types.TextDocumentIdentifier(view.buffer.uri), types.Range(place, place), context)
    actions.code_actions(view, params, lazy=True, creates=True)


@pytest.mark.parametrize("seed", seeds(4))
def test_no_question_about_a_half_written_text_fails(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    root = tmp_path.resolve()
    (root / ".git").mkdir()
    for path, text in FILES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    folder = ProjectFolder(str(root), Settings())
    folder.discovered(files_below(str(root), ()))
    places = Positions(chance.choice(("utf-8", "utf-16", "utf-32")))
    buffers = {path: Buffer(f"{root.as_uri()}/{path}", "", 0, FILES[path]) for path in FILES if path != "app"}
    for step in range(25):
        path = chance.choice([*buffers])
        buffers[path] = Buffer(f"{root.as_uri()}/{path}", "", step, edited(buffers[path].text, chance))
        folder.take(buffers, set())
        view = View(folder, path, folder.open[path], places)
        for _ in range(3):
            ask(view, places.position(view.source.text, chance.randrange(len(view.source.text) + 1)))
        hints.hints(view, WHOLE)
        outline.symbols(view)
        outline.folds(view)
        links.links(view)
        shown = diagnostics_of(view)
        if view.kind and not folder.broken:
            assert shown == diagnostics(view)
    for form in FORMATS:
        pictures.whole(folder, "", form)
