"""Which method of the protocol is answered by which module."""

from __future__ import annotations

import asyncio

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder
from pygls.exceptions import JsonRpcInvalidParams
from pygls.uris import to_fs_path

from dlint.lsp import account, actions, complete, explain, hints, hover, links, navigate, outline, pictures
from dlint.lsp.positions import Positions
from dlint.lsp.server import WATCHED, Server
from dlint.lsp.settings import own_rules, read
from dlint.lsp.view import View
from dlint.picture.formats import FORMATS


def register(server: Server) -> None:
    """Make the server answer everything that it can."""
    _life(server)
    _changes(server)
    _actions(server)
    _knowing(server)
    _pictures(server)
    _navigation(server)
    _shape(server)


def _life(server: Server) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        known = params.capabilities
        server.protocol.places = Positions(_word(ServerCapabilitiesBuilder.choose_position_encoding(known)))
        server.roots.set_folders(_folders_of(params))
        server.roots.set_settings(read(params.initialization_options))
        server.say_faults(params.initialization_options)
        document, workspace = known.text_document, known.workspace
        again = workspace is not None and workspace.diagnostics is not None and workspace.diagnostics.refresh_support
        # An editor that asks, and cannot be told to ask again, would not learn what ShellCheck says.
        server.pulls = document is not None and document.diagnostic is not None and bool(again)
        if server.pulls:
            _pull(server)

    @server.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        workspace = server.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace is not None else None
        if watched is not None and watched.dynamic_registration:
            watchers = [types.FileSystemWatcher(pattern) for pattern in WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            wanted = types.Registration("dlint-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            await server.client_register_capability_async(types.RegistrationParams([wanted]))
        await _ask_settings(server)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(params: types.DidChangeConfigurationParams) -> None:
        if not await _ask_settings(server):
            server.configure(params.settings)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_workspace_folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        folders = [path for uri in server.workspace.folders if (path := to_fs_path(uri)) is not None]
        server.worker.do(lambda: server.roots.set_folders(folders))
        server.changed_on_disk([])


def _folders_of(params: types.InitializeParams) -> list[str]:
    """The folders that an editor has open; older ones name one, as a URI or as a path."""
    uris = [folder.uri for folder in params.workspace_folders or ()]
    uris = uris or ([params.root_uri] if params.root_uri else [])
    paths = [path for uri in uris if (path := to_fs_path(uri)) is not None]
    return paths or ([params.root_path] if params.root_path else [])


def _word(encoding: object) -> str:
    return str(getattr(encoding, "value", encoding))


async def _ask_settings(server: Server) -> bool:
    """Ask the editor for its settings, if it can be asked."""
    workspace = server.client_capabilities.workspace
    if workspace is None or not workspace.configuration:
        return False
    wanted = types.ConfigurationParams([types.ConfigurationItem(section="dlint")])
    try:
        answer = await asyncio.wait_for(server.workspace_configuration_async(wanted), 10)
    except Exception:
        return False
    if answer and answer[0]:
        server.configure(answer[0])
    return True


def _changes(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        server.was_saved(params.text_document.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(params: types.DidChangeWatchedFilesParams) -> None:
        paths = [path for change in params.changes if (path := to_fs_path(change.uri)) is not None]
        names = any(change.type is not types.FileChangeType.Changed for change in params.changes)
        server.changed_on_disk(paths, names=names)


def _pull(server: Server) -> None:
    options = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier="dlint")

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)
    async def diagnostic(params: types.DocumentDiagnosticParams) -> types.RelatedFullDocumentDiagnosticReport:
        nothing: list[types.Diagnostic] = []
        uri = params.text_document.uri
        found = await server.ask(uri, server.diagnostics_of, nothing)
        server.answered(uri, found)
        return types.RelatedFullDocumentDiagnosticReport(items=found)


def _actions(server: Server) -> None:
    options = types.CodeActionOptions(code_action_kinds=[*actions.KINDS], resolve_provider=True)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        document = server.client_capabilities.text_document
        known = document.code_action if document is not None else None
        support = known.resolve_support if known is not None else None
        lazy = support is not None and "edit" in support.properties and bool(known is not None and known.data_support)
        workspace = server.client_capabilities.workspace
        edits = workspace.workspace_edit if workspace is not None else None
        creates = edits is not None and types.ResourceOperationKind.Create in (edits.resource_operations or ())
        return await server.ask(
            params.text_document.uri, lambda view: actions.code_actions(view, params, lazy, creates), []
        )

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolve(action: types.CodeAction) -> types.CodeAction:
        uri = action.data.get("uri") if isinstance(action.data, dict) else None
        if isinstance(uri, str) and action.edit is None:
            action.edit = await server.ask(uri, actions.fix_all, None)
        return action

    @server.command(actions.EXPLAIN)
    async def explain_rule(name: str) -> str:
        found = await server.worker.ask(lambda: own_rules().find(name))
        text = "\n\n".join(explain.page(rule) for rule in found) or f"There is no rule called {name}."
        window = server.client_capabilities.window
        if found and window is not None and window.show_document is not None and window.show_document.support:
            shown = types.ShowDocumentParams(explain.uri(found[0]), take_focus=True)
            answer = await server.window_show_document_async(shown)
            if answer.success:
                return text
        server.window_show_message(types.ShowMessageParams(types.MessageType.Info, explain.short(found, name)))
        return text


def _pictures(server: Server) -> None:
    @server.command(pictures.GRAPH)
    async def show_graph(uri: str, *forms: str) -> str:
        form = forms[0] if forms else "svg"
        if form not in FORMATS:
            raise JsonRpcInvalidParams(f"There is no format {form}: use {', '.join(FORMATS)}")
        if server.protocol.documents.get(uri) is not None:
            return await server.ask(uri, lambda view: pictures.around(view, form), "")
        return await server.ask_folder(uri, lambda folder, below: pictures.whole(folder, below, form), "")

    @server.command(account.WHY)
    async def why(uri: str, line: int) -> str:
        return await server.ask(uri, lambda view: account.text(view, line), "")


def _knowing(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def on_hover(params: types.HoverParams) -> types.Hover | None:
        return await server.ask(params.text_document.uri, lambda view: hover.hover(view, params.position), None)

    options = types.CompletionOptions(trigger_characters=["$", "{", "=", "-", ",", ":", '"', " ", "/", "*", "#"])

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, options)
    async def completion(params: types.CompletionParams) -> types.CompletionList:
        nothing = types.CompletionList(is_incomplete=False, items=[])
        return await server.ask(
            params.text_document.uri, lambda view: complete.complete(view, params.position), nothing
        )

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def inlay_hint(params: types.InlayHintParams) -> list[types.InlayHint]:
        return await server.ask(params.text_document.uri, lambda view: hints.hints(view, params.range), [])


def _navigation(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: types.DefinitionParams) -> list[types.Location]:
        return await server.ask(params.text_document.uri, lambda view: navigate.definition(view, params.position), [])

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def references(params: types.ReferenceParams) -> list[types.Location]:
        declared = params.context.include_declaration
        return await server.ask(
            params.text_document.uri, lambda view: navigate.references(view, params.position, declared), []
        )

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    async def highlight(params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
        return await server.ask(params.text_document.uri, lambda view: navigate.highlights(view, params.position), [])

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def rename(params: types.RenameParams) -> types.WorkspaceEdit | None:
        reason = ""

        def change(view: View) -> types.WorkspaceEdit | None:
            nonlocal reason
            try:
                return navigate.rename(view, params.position, params.new_name)
            except navigate.RenameError as error:
                reason = str(error)
                return None

        found = await server.ask(params.text_document.uri, change, None)
        if reason:
            raise JsonRpcInvalidParams(reason)
        return found

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        return await server.ask(
            params.text_document.uri, lambda view: navigate.renamed_here(view, params.position), None
        )


def _shape(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        return await server.ask(params.text_document.uri, outline.symbols, [])

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    async def folds(params: types.FoldingRangeParams) -> list[types.FoldingRange]:
        return await server.ask(params.text_document.uri, outline.folds, [])

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def document_links(params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        return await server.ask(params.text_document.uri, links.links, [])
