"""A line on the terminal that says how far a long run is; it is gone when the report comes."""

from __future__ import annotations

import sys
import time

from dlint.lazy import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Seconds before there is anything to see, and between two changes of it.
_PATIENCE = 1.0
_PACE = 0.1


class Progress:
    """Counts linted files of ``total`` on standard error, from one second on; ``clear`` ends it.

    Without ``total`` the files are looked for as yet. The line comes in time though nothing is done by then: an alarm
    of the system sees to it, where there are any.
    """

    def __init__(self, total: int = 0) -> None:
        self._total = total
        self._done = 0
        self._next = time.monotonic() + _PATIENCE
        self._shown = False
        self._before: Any = None
        if hasattr(signal, "setitimer") and not signal.getitimer(signal.ITIMER_REAL)[0]:
            try:
                self._before = signal.signal(signal.SIGALRM, self._ring)
                signal.setitimer(signal.ITIMER_REAL, _PATIENCE)
            except ValueError:
                # Alarms come to the main thread alone.
                pass

    def __call__(self) -> None:
        """One more file is linted."""
        self._done += 1
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _PACE
        self._show()

    def _ring(self, number: int, frame: object) -> None:
        try:
            self._show()
        except RuntimeError:
            # The alarm came while the line was being written.
            pass

    def _show(self) -> None:
        self._shown = True
        text = "looking for files"
        if self._total:
            # A run that fixes goes over the files several times.
            number = (self._done - 1) % self._total + 1 if self._done else 0
            text = f"linted {number} of {self._total} files"
        sys.stderr.write(f"\r{text}\033[K")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._before is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)
            self._before = None
        if self._shown:
            self._shown = False
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
