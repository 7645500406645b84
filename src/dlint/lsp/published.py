"""What is shown for a document: findings, or what is wrong with a configuration of dlint."""

from __future__ import annotations

import posixpath

from lsprotocol import types

from dlint.config.load import FILES
from dlint.lsp import config_file
from dlint.lsp.diagnostics import SOURCE, diagnostics
from dlint.lsp.view import View


def diagnostics_of(view: View) -> list[types.Diagnostic]:
    """The diagnostics of a document, whatever it is."""
    if posixpath.basename(view.path) in FILES:
        return _of_configuration(view)
    found = diagnostics(view)
    broken = view.folder.broken
    if not broken:
        view.folder.steady.take(view.path, view.source.text, found)
        return found
    return view.folder.steady.shown(view.path, view.source.text, found, broken=view.path in broken)


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
