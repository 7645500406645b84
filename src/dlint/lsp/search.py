"""The search for the files of a project, beside everything else that the server does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from dlint.lsp.folder import ProjectFolder, files_below

logger = logging.getLogger("dlint.lsp")


class Search:
    """Looks for the files of a project in a thread of its own."""

    def __init__(self, folder: ProjectFolder, whole: bool) -> None:
        self.found: dict[str, str] | None = None
        self._root = folder.root
        self._exclude = folder.configs.of("")["exclude"]
        self._then: Callable[[], None] | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="dlint-search", daemon=True)
        if whole:
            self._thread.start()

    def _run(self) -> None:
        try:
            result = files_below(self._root, self._exclude)
        except Exception as error:
            logger.error("%s: %s: %s", self._root, type(error).__name__, error)
            result = {}
        with self._lock:
            self.found = result
            then = self._then
        if then is not None:
            then()

    def wait(self, seconds: float) -> bool:
        """Whether it is done within so many seconds."""
        if not self._thread.is_alive() and self.found is None:
            return True
        self._thread.join(seconds)
        return self.found is not None

    def then(self, work: Callable[[], None]) -> None:
        """Have ``work`` done when it is done."""
        with self._lock:
            if self.found is None:
                self._then = work
                return
        work()
