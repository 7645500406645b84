"""ShellCheck beside everything else: a thread of its own has it read scripts, and says when it has."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from dlint.cache.store import Cache
from dlint.lsp.worker import Worker
from dlint.shellcheck.process import ShellCheck

_MOST_TRIED = 10_000


class ShellChecks:
    """What ShellCheck is to read and has not. ``heard`` is called with a project's root once it has."""

    def __init__(self, heard: Callable[[str], None]) -> None:
        self.wanted: dict[str, dict[tuple[str, str], None]] = {}
        self._heard = heard
        self._tried: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._running: ShellCheck | None = None
        self._stopped = False

    def want(self, root: str, scripts: Sequence[tuple[str, str]]) -> None:
        """Take scripts of a project, each with the program that is to read it. What it did not read once, stays so."""
        with self._lock:
            new = {script: None for script in scripts if script not in self._tried}
            if new:
                self.wanted[root] = new

    def pause(self) -> None:
        """Something was typed: what was wanted may not be wanted any more."""
        with self._lock:
            self.wanted.clear()

    def go(self) -> None:
        """Start work on what is wanted."""
        with self._lock:
            wanted, self.wanted = self.wanted, {}
            if self._stopped or not wanted:
                return
            if self._worker is None:
                self._worker = Worker("dlint-shellcheck", lambda error: None)
        for root, scripts in wanted.items():
            self._worker.do(lambda root=root, scripts=scripts: self._read(root, [*scripts]))  # type: ignore[misc]

    def _read(self, root: str, scripts: Sequence[tuple[str, str]]) -> None:
        if len(self._tried) > _MOST_TRIED:
            self._tried.clear()
        self._tried.update(scripts)
        for program in dict.fromkeys(program for program, _ in scripts):
            if self._stopped:
                return
            shellcheck = self._running = ShellCheck(program, cache=Cache(root) if root else None)
            try:
                shellcheck.add(text for named, text in scripts if named == program)
                shellcheck.start()
                shellcheck.collect()
            finally:
                self._running = None
                shellcheck.close()
        if not self._stopped:
            self._heard(root)

    def stop(self) -> None:
        """End what runs, and start nothing any more."""
        self._stopped = True
        running = self._running
        if running is not None:
            running.close()
        if self._worker is not None:
            self._worker.stop(1.0)
