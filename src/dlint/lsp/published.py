"""What is shown for a document: findings, or what is wrong with a configuration of dlint."""

from __future__ import annotations

import posixpath

from lsprotocol import types

from dlint.config.load import FILES
from dlint.lsp import config_file
from dlint.lsp.diagnostics import SOURCE, diagnostics
from dlint.lsp.pace import Pace, without_news
from dlint.lsp.view import View


def diagnostics_of(view: View, pace: Pace = Pace.SETTLED) -> list[types.Diagnostic]:
    """The diagnostics of a document, whatever it is, as far as they are to be shown by now."""
    if posixpath.basename(view.path) in FILES:
        return _of_configuration(view)
    steady, path, text = view.folder.steady, view.path, view.source.text
    found = _at_once(view) if pace is Pace.TYPING else diagnostics(view)
    broken = view.folder.broken
    if broken:
        found = steady.shown(path, text, found, broken=path in broken)
    else:
        steady.take(path, text, found)
    if pace is not Pace.SETTLED:
        found = without_news(view, found, steady.shown_last.get(path, ()))
    steady.shown_last[path] = found
    return found


def _at_once(view: View) -> list[types.Diagnostic]:
    """What is found in the document alone, with what other files had to say of it before."""
    folder, path = view.folder, view.path
    if folder.is_linted(path) or folder.stands_alone(path):
        return diagnostics(view)
    found = folder.steady.completed(path, view.source.text, diagnostics(view, alone=True))
    return found if found is not None else diagnostics(view)


def prepare(view: View) -> None:
    """Find out what of the diagnostics is other files' doing, so that the next key has its answer soon."""
    if not view.folder.broken and not view.folder.stands_alone(view.path):
        alone = diagnostics(view, alone=True)
        view.folder.steady.compare(view.path, view.source.text, alone, diagnostics(view))


def _of_configuration(view: View) -> list[types.Diagnostic]:
    text = view.source.text
    configs = view.folder.configs
    # With plug-ins that may not run here, a name that is unknown may be one of theirs.
    known = configs.catalogue if "plugins" not in text or configs.settings.trusted else None
    return [
        types.Diagnostic(
            view.places.range(view.source, fault.span),
            fault.message,
            severity=types.DiagnosticSeverity.Error,
            source=SOURCE,
            code="configuration",
        )
        for fault in config_file.faults(posixpath.basename(view.path), text, known)
    ]
