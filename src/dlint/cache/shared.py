"""ShellCheck's answers in a folder that any number of processes and machines use at the same time.

Each answer is a file of its own, whose name is its key; it is put there in one step and never changed, so nobody waits
for anybody, on a network's disk too. Nothing is taken away: what is not read for long may be deleted at any time.
"""

from __future__ import annotations

import os

from dlint.cache.store import Cache, regular_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class SharedAnswers(Cache):
    """Answers in ``folder``. What cannot be read or written is not there, without a word."""

    shared = True

    def __init__(self, folder: str) -> None:
        super().__init__("")
        self._folder = folder

    def get(self, key: str) -> Any:
        """The answer, None if there is none."""
        import json

        try:
            data = regular_file(self._file(key))
            return None if data is None else json.loads(data)
        except (OSError, ValueError, RecursionError):
            return None

    def put(self, key: str, answer: Any) -> None:
        """Keep an answer, made of what JSON has."""
        import json

        path = self._file(key)
        beside = f"{path}.{os.urandom(8).hex()}"
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(beside, "x", encoding="ascii") as handle:
                json.dump(answer, handle, separators=(",", ":"))
            os.replace(beside, path)
        except OSError:
            # A full disk, a folder that may not be written: whoever comes next asks again.
            pass

    def _file(self, key: str) -> str:
        return os.path.join(self._folder, key[:2], f"{key[2:]}.json")


__all__ = ["SharedAnswers"]
