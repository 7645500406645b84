"""A line on the terminal that says how far a long run is; it is gone when the report comes."""

from __future__ import annotations

import sys
import time

# Seconds before there is anything to see, and between two changes of it.
_PATIENCE = 1.0
_PACE = 0.1


class Progress:
    """Counts linted files of ``total`` on standard error, from one second on; ``clear`` ends it."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._next = time.monotonic() + _PATIENCE
        self._shown = False

    def __call__(self) -> None:
        """One more file is linted."""
        self._done += 1
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _PACE
        self._shown = True
        # A run that fixes goes over the files several times.
        number = (self._done - 1) % self._total + 1
        sys.stderr.write(f"\rlinted {number} of {self._total} files\033[K")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._shown = False
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
