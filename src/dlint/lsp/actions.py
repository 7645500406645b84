"""Code actions: the fix of a finding, all safe fixes, the ways to hide a finding, and its rule's page."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Sequence

from lsprotocol import types

from dlint.config.load import FILES, PEER_FILES
from dlint.lsp import fixes
from dlint.lsp.diagnostics import SOURCE, diagnostic, visible
from dlint.lsp.view import View
from dlint.rule.finding import Finding
from dlint.source import Source, Span

FIX_ALL = "source.fixAll.dlint"
EXPLAIN = "dlint.explain"
KINDS = (types.CodeActionKind.QuickFix, FIX_ALL)
# Findings for which ways to hide them are tried: each try is a run over the file.
_MOST_TRIED = 4


def code_actions(view: View, params: types.CodeActionParams, lazy: bool, creates: bool) -> list[types.CodeAction]:
    """What can be done about the findings in a range. ``lazy``: the editor asks for the text of a change when it needs
    it; ``creates``: it can make files.
    """
    only = params.context.only
    found: list[types.CodeAction] = []
    if _is_wanted(only, types.CodeActionKind.QuickFix):
        span = view.span(params.range)
        here = _findings(view, span)
        shown = {id(one): _diagnostic(view, one, params.context.diagnostics) for one in here}
        found += (_fix(view, one, shown[id(one)]) for one in here if one.fix is not None)
        for one in here[:_MOST_TRIED]:
            found += _ignores(view, one, shown[id(one)], creates)
        for one in {one.rule.name: one for one in here}.values():
            found.append(_explain(one, shown[id(one)]))
    if _is_wanted(only, FIX_ALL) and any(one.fix is not None and one.fix.safe for one in visible(view)):
        action = types.CodeAction("Fix all safe problems (dlint)", kind=FIX_ALL, data={"uri": view.buffer.uri})
        if not lazy:
            action.edit = fix_all(view)
        found.append(action)
    return found


def _findings(view: View, span: Span) -> list[Finding]:
    """The findings that have a character in common with a span; if there is none, those that start on its lines."""
    found = visible(view)
    here = [one for one in found if one.span[0] <= span[1] and span[0] <= one.span[1]]
    first, last = view.source.line(span[0]), view.source.line(span[1])
    return here or [one for one in found if first <= one.line <= last]


def fix_all(view: View) -> types.WorkspaceEdit:
    """All safe fixes of the document."""
    return view.workspace_edit({view.path: fixes.all_safe(view)})


def _is_wanted(only: Sequence[str] | None, kind: str) -> bool:
    """Whether an editor that asks for the kinds ``only`` wants this one: ``source`` asks for ``source.fixAll`` too."""
    return only is None or any(not wanted or f"{_word(kind)}.".startswith(f"{wanted}.") for wanted in map(_word, only))


def _word(kind: str) -> str:
    return str(getattr(kind, "value", kind))


def _diagnostic(view: View, finding: Finding, given: Sequence[types.Diagnostic]) -> types.Diagnostic:
    """The finding as the editor knows it, if it does: it shows the action beside that."""
    made = diagnostic(view, finding)
    same = (one for one in given if one.code == made.code and one.range == made.range and one.source == SOURCE)
    return next(same, made)


def _fix(view: View, finding: Finding, shown: types.Diagnostic) -> types.CodeAction:
    fix = finding.fix
    assert fix is not None
    return types.CodeAction(
        fix.title if fix.safe else f"{fix.title} (unsafe)",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[shown],
        is_preferred=True if fix.safe else None,
        edit=view.edit(fix.edits),
    )


def _explain(finding: Finding, shown: types.Diagnostic) -> types.CodeAction:
    name = finding.rule.name
    title = f"Explain {name}"
    return types.CodeAction(
        title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[shown],
        command=types.Command(title, EXPLAIN, arguments=[name]),
    )


def _ignores(view: View, finding: Finding, shown: types.Diagnostic, creates: bool) -> Iterator[types.CodeAction]:
    for hiding in fixes.hidings(view, finding) if view.folder.configs.of(view.path)["inline-ignores"] else ():
        place = Span(hiding.offset, hiding.offset)
        yield types.CodeAction(
            hiding.title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[shown],
            edit=view.workspace_edit({view.path: [(view.source, place, hiding.text)]}),
        )
    edit = _in_configuration(view, finding.rule.name, creates)
    if edit is not None:
        path, change = edit
        yield types.CodeAction(
            f"Ignore {finding.rule.name} in {path}",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[shown],
            edit=change,
        )


def _in_configuration(view: View, name: str, creates: bool) -> tuple[str, types.WorkspaceEdit] | None:
    """The configuration file that counts for the document, or a new one at the root, with one more rule in it."""
    files = view.workspace.files
    folder = view.path
    while folder and view.folder.root:
        folder = posixpath.dirname(folder)
        for file in FILES:
            path = posixpath.join(folder, file)
            source = files.read(path) if files.exists(path) else None
            table = "tool.dlint" if file == "pyproject.toml" else ""
            if source is not None and (not table or f"[{table}" in source.text):
                return _added(view, source, name, table)
        if any(files.exists(posixpath.join(folder, file)) for file in PEER_FILES):
            # A new file of our own would make that one count no more.
            return None
    return _new_file(view, name) if creates and view.versioned and view.folder.root else None


def _added(view: View, source: Source, name: str, table: str) -> tuple[str, types.WorkspaceEdit] | None:
    offset, text = fixes.in_configuration(source.text, name, table)
    if offset < 0:
        return None
    return source.path, view.workspace_edit({source.path: [(source, Span(offset, offset), text)]})


def _new_file(view: View, name: str) -> tuple[str, types.WorkspaceEdit]:
    path = FILES[0]
    edit = view.workspace_edit({path: [(Source(path, ""), Span(0, 0), f'ignore = ["{name}"]\n')]})
    uri = view.uri(path)
    create = types.CreateFile(uri, options=types.CreateFileOptions(ignore_if_exists=True))
    return os.path.basename(path), types.WorkspaceEdit(document_changes=[create, *(edit.document_changes or ())])
