"""The language server: hears what the editor says, has the worker look into it, and tells the editor."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from dlint import __version__
from dlint.lsp import garbage
from dlint.lsp import settings as own
from dlint.lsp.folder import ProjectFolder
from dlint.lsp.pace import Pace
from dlint.lsp.protocol import Protocol
from dlint.lsp.published import diagnostics_of, prepare
from dlint.lsp.roots import Roots, concerns
from dlint.lsp.search import Search
from dlint.lsp.shell import ShellChecks
from dlint.lsp.view import View
from dlint.lsp.worker import Worker

_Answer = TypeVar("_Answer")
# Seconds: how long the first answer waits for all files of the project to be found; how long nothing may have been
# typed before no further key is expected at once, before other documents are looked at, before ShellCheck is started
# behind that, and before the line at hand is taken to be done.
_PATIENCE = 0.3
_BREATH = 0.03
_QUIET = 0.15
_PAUSE = 0.1
_DONE = 0.5
# Seconds that work under way has to end in when the editor leaves.
_FAREWELL = 2.0
_MOST_SAID = 1000
WATCHED = (
    "**/*[dD]ocker[fF]ile*", "**/*[cC]ontainer[fF]ile*", "**/*compose*.yml", "**/*compose*.yaml", "**/docker-s*.y*ml",
    "**/*.dockerignore", "**/*.containerignore", "**/.env", "**/*.env", "**/.gitignore", "**/dlint.toml",
    "**/.dlint.toml", "**/pyproject.toml", "**/.hadolint.y*ml", "**/.dclintrc*", "**/.compose-lint.y*ml",
)  # fmt: skip

logger = logging.getLogger("dlint.lsp")


class Server(LanguageServer):
    """One server for one editor.

    The event loop hears and speaks; the worker's thread alone looks at projects. What is typed while it works is taken
    in one go when it is done. An edited document comes first, then the others of its project. How far each is on its
    way from a key to all that is to be said is its ``Pace``.
    """

    protocol: Protocol

    def __init__(self) -> None:
        super().__init__("dlint", __version__, protocol_cls=Protocol, max_workers=2)
        self.loop: asyncio.AbstractEventLoop | None = None
        self.roots = Roots(own.Settings())
        self.pulls = False
        self.worker = Worker("dlint", self._failed)
        self.shell = ShellChecks(self._heard)
        self.said: set[str] = set()
        self._lock = threading.Lock()
        self._edited: dict[str, Pace] = {}
        self._paces: dict[str, Pace] = {}
        self._on_disk: dict[str, set[str]] = {}
        self._different: dict[int, ProjectFolder] = {}
        self._queued = False
        self._ended = False
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._last: dict[str, list[types.Diagnostic]] = {}
        self._searches: dict[str, Search] = {}

    # What the editor says, in the event loop

    def was_opened(self, uri: str) -> None:
        """A document was opened."""
        self._look(uri)

    def was_changed(self, uri: str) -> None:
        """A document was changed."""
        if not self.roots.settings.on_save:
            self._look(uri, Pace.TYPING)

    def was_saved(self, uri: str) -> None:
        """A document was saved: what lies on the disk has changed too."""
        path = to_fs_path(uri) if uri.startswith("file:") else None
        if path is not None:
            self.changed_on_disk([path])
        self._look(uri)

    def was_closed(self, uri: str) -> None:
        """A document was closed: nothing is shown for it any more."""
        self._edited.pop(uri, None)
        self._last.pop(uri, None)
        if not self.pulls:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))
        self._look()

    def changed_on_disk(self, paths: Iterable[str], *, names: bool = False) -> None:
        """Files have changed on the disk; with ``names`` some have come or gone."""
        listed = [*paths]

        def take() -> None:
            for path in listed:
                place = self.roots.place_of(path)
                if place is not None:
                    self._on_disk.setdefault(place.root, set()).add(place.path)
                    if names and concerns(path):
                        self._searches.pop(place.root, None)

        self.worker.do(take)
        self._look()

    def _look(self, uri: str = "", pace: Pace = Pace.SETTLED) -> None:
        """Have the worker look at everything that is new, at this document first."""
        self.loop = asyncio.get_running_loop()
        self.shell.pause()
        for timer in self._timers.values():
            timer.cancel()
        with self._lock:
            if uri:
                self._edited[uri] = pace
        self._queue()

    def _queue(self) -> None:
        with self._lock:
            queued, self._queued = self._queued, True
        if not queued:
            self.worker.do(self._look_round)

    def configure(self, given: Any) -> None:
        """Take the settings of the editor."""
        settings = own.read(given)
        self.say_faults(given)
        self.worker.do(lambda: self._configure(settings))
        self._look()

    def say_faults(self, given: Any) -> None:
        """Show once what in the settings of the editor is not understood."""
        self.loop = asyncio.get_running_loop()
        for fault in own.faults(given):
            self._say_once(fault, show=True)

    def ends(self) -> None:
        """The editor leaves."""
        self._ended = True
        self.shell.stop()
        self.worker.stop(_FAREWELL)

    # What is done about it, in the worker's thread

    def _configure(self, settings: own.Settings) -> None:
        self.roots.set_settings(settings)
        self._different.update((id(folder), folder) for folder in self.roots.folders.values())

    def _take(self) -> bool:
        """Take the documents and the disk as they are now; gives whether anything is different."""
        changed, self._on_disk = self._on_disk, {}
        different = self.roots.take(self.protocol.documents.all(), changed)
        self._different.update((id(folder), folder) for folder in different)
        for root, folder in self.roots.folders.items():
            if folder.root and root not in self._searches:
                self._search(folder)
        return bool(different)

    def _search(self, folder: ProjectFolder) -> None:
        """Look for all files of a project, for a moment at once, else beside everything else."""
        wide = folder.open and any(
            place is not None and place.whole
            for buffer in folder.open.values()
            for place in (self.roots.place(buffer),)
        )
        search = self._searches[folder.root] = Search(folder, bool(wide))
        if search.wait(_PATIENCE):
            self._searched(folder, search)
        else:
            search.then(lambda: self.worker.do(lambda: self._searched_late(folder, search)))

    def _searched(self, folder: ProjectFolder, search: Search) -> None:
        if search.found is not None and self._searches.get(folder.root) is search:
            folder.discovered(search.found)
            self._different[id(folder)] = folder

    def _searched_late(self, folder: ProjectFolder, search: Search) -> None:
        self._searched(folder, search)
        self._look_round()

    def _look_round(self) -> None:
        with self._lock:
            self._queued = False
            edited, self._edited = self._edited, {}
        self._paces.update(edited)
        self._take()
        if self.pulls:
            # After an edit it asks for all that depends on that, as it was asked to.
            self._refresh([] if edited else [*self._different.values()])
        for uri in () if self.pulls else edited:
            self._publish(uri, always=True)
        # Behind the answers: while garbage is collected nothing else goes on.
        self._in_loop(lambda: self.worker.do(lambda: garbage.collect(0.0)))
        self._in_loop(lambda: self._wait("breath", _BREATH, lambda: garbage.collect(_BREATH)))
        self._in_loop(lambda: self._wait("rest", _QUIET, self._rest))
        self._in_loop(lambda: self._wait("done", _DONE, self._done))

    def _rest(self) -> None:
        """Nothing was typed for a moment: look at all that other documents have to do with it, and have ShellCheck read
        what is new.
        """
        folders = [*self._different.values()]
        self._different.clear()
        typed = [uri for uri, pace in self._paces.items() if pace is Pace.TYPING]
        self._paces.update(dict.fromkeys(typed, Pace.RESTING))
        others = [] if self.pulls else [buffer.uri for folder in folders for buffer in folder.open.values()]
        for uri in dict.fromkeys([*typed, *others]):
            self._soon(self._publish_later, uri)
        self.worker.do(self._afterwards)
        for uri in self._paces:
            self._soon(self._prepare, uri)

    def _done(self) -> None:
        """Nothing was typed for so long that the line at hand seems to be done."""
        waiting = [uri for uri, pace in self._paces.items() if pace is not Pace.SETTLED]
        self._paces.clear()
        for uri in waiting:
            self._soon(self._publish_later, uri)
        self.worker.do(lambda: garbage.collect(_DONE))

    def _soon(self, work: Callable[[str], None], uri: str) -> None:
        """Have work done for a document behind all that is to be done already."""
        self.worker.do(lambda: work(uri))

    def _prepare(self, uri: str) -> None:
        view = self._view(uri)
        if view is not None and not self._queued:
            prepare(view)

    def _refresh(self, folders: list[ProjectFolder]) -> None:
        """Have an editor that asks by itself ask again."""
        if any(folder.open for folder in folders):
            self._in_loop(lambda: self.workspace_diagnostic_refresh(None))

    def _publish_later(self, uri: str) -> None:
        view = self._view(uri)
        if self._queued and view is not None:
            # Something was typed, which comes first: the round for that does the rest.
            self._different[id(view.folder)] = view.folder
            self._paces[uri] = Pace.TYPING
        else:
            self._publish(uri, always=False)

    def _publish(self, uri: str, always: bool) -> None:
        view = self._view(uri)
        if view is None:
            found, version = [], None
            buffer = self.protocol.documents.get(uri)
            if buffer is None:
                return
            version = buffer.version
        else:
            found, version = self.diagnostics_of(view), view.buffer.version
        self._in_loop(lambda: self._send(uri, version, found, always))

    def diagnostics_of(self, view: View) -> list[types.Diagnostic]:
        """The diagnostics of a document that are to be shown by now."""
        return diagnostics_of(view, self._paces.get(view.buffer.uri, Pace.SETTLED))

    def answered(self, uri: str, found: list[types.Diagnostic]) -> None:
        """The editor has asked for the diagnostics of a document, and gets these."""
        self._last[uri] = found

    def _afterwards(self) -> None:
        """When all is reported: what else there is to say, and scripts for ShellCheck."""
        for folder in self.roots.folders.values():
            self._tell(folder)
            if folder.waiting:
                self.shell.want(folder.root, [*folder.waiting])
                folder.waiting.clear()
        if self.shell.wanted:
            self._in_loop(lambda: self._wait("shell", _PAUSE, self.shell.go))

    def _tell(self, folder: ProjectFolder) -> None:
        for message in folder.configs.errors.values():
            self._say_once(message, show=True)
        for message in (*folder.failures, *folder.notes):
            self._say_once(message, show=False)
        folder.failures.clear()
        folder.notes.clear()

    def _say_once(self, message: str, *, show: bool) -> None:
        if message in self.said:
            return
        if len(self.said) >= _MOST_SAID:
            self.said.clear()
        self.said.add(message)
        params = types.LogMessageParams(types.MessageType.Warning, f"dlint: {message}")
        self._in_loop(lambda: self.window_log_message(params))
        if show:
            shown = types.ShowMessageParams(types.MessageType.Warning, f"dlint: {message}")
            self._in_loop(lambda: self.window_show_message(shown))

    def _view(self, uri: str) -> View | None:
        buffer = self.protocol.documents.get(uri)
        place = self.roots.view_of(buffer) if buffer is not None else None
        if place is None:
            return None
        folder, path = place
        edits = self.client_capabilities.workspace
        versioned = edits is not None and edits.workspace_edit is not None and edits.workspace_edit.document_changes
        return View(folder, path, folder.open[path], self.protocol.places, bool(versioned))

    def _failed(self, error: Exception) -> None:
        logger.error("%s: %s", type(error).__name__, error, exc_info=error)
        self._say_once(f"internal error: {type(error).__name__}: {error}", show=False)

    def _heard(self, root: str) -> None:
        """ShellCheck has read what it was given for a project; called in its thread."""

        def take() -> None:
            folder = self.roots.folders.get(root)
            if folder is not None:
                folder.heard()
                self._different[id(folder)] = folder
                self._look_round()

        self.worker.do(take)

    # What the editor hears, in the event loop

    def _in_loop(self, work: Callable[[], Any]) -> None:
        def unless_ended() -> None:
            if not self._ended:
                work()

        if self.loop is not None:
            try:
                self.loop.call_soon_threadsafe(unless_ended)
            except RuntimeError:
                # The loop has ended: nobody listens.
                pass

    def _send(self, uri: str, version: int | None, found: list[types.Diagnostic], always: bool) -> None:
        buffer = self.protocol.documents.get(uri)
        if buffer is None or buffer.version != version or (not always and self._last.get(uri) == found):
            return
        if self.pulls:
            # It has to ask again: it was given something else.
            self.workspace_diagnostic_refresh(None)
            return
        self._last[uri] = found
        known = self.client_capabilities.text_document
        publish = known.publish_diagnostics if known is not None else None
        number = version if publish is not None and publish.version_support else None
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, number))

    def _wait(self, what: str, seconds: float, work: Callable[[], None]) -> None:
        """Have ``work`` done by the worker when so many seconds have gone by without another call for it."""
        timer = self._timers.get(what)
        if timer is not None:
            timer.cancel()
        if self.loop is not None:
            self._timers[what] = self.loop.call_later(seconds, lambda: self.worker.do(work))

    async def ask(self, uri: str, question: Callable[[View], _Answer], otherwise: _Answer) -> _Answer:
        """What the worker finds out about a document; ``otherwise`` for one that is unknown, and after a crash."""

        def work() -> _Answer:
            view = self._view(uri)
            return question(view) if view is not None else otherwise

        return await self._ask(work, otherwise)

    async def ask_folder(
        self, uri: str, question: Callable[[ProjectFolder, str], _Answer], otherwise: _Answer
    ) -> _Answer:
        """The same of a folder, open files in it or not: its project with all its files, and its path there."""

        def work() -> _Answer:
            path = to_fs_path(uri) if uri.startswith("file:") else None
            found = self.roots.whole(path) if path is not None else None
            return question(*found) if found is not None else otherwise

        return await self._ask(work, otherwise)

    async def _ask(self, question: Callable[[], _Answer], otherwise: _Answer) -> _Answer:
        self.loop = asyncio.get_running_loop()

        def work() -> _Answer:
            if self._take():
                self._queue()
            return question()

        try:
            return await self.worker.ask(work)
        except Exception as error:
            self._failed(error)
            return otherwise

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log what went wrong; an editor need not show it to anybody."""
        logger.error("%s: %s", type(error).__name__, error)
