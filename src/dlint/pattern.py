"""Regular expressions that are compiled when they are first used.

Compiling is a tenth of a short run's time, and most runs use a third of the patterns. On hot paths there is no cost:
after the first use the methods are plain attributes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

_METHODS = ("match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split")


class _Lazy:
    def __init__(self, text: str, flags: int = 0) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self._text, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


if TYPE_CHECKING:

    def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
        """As ``re.compile``, at the first use: a wrong pattern raises ``re.error`` there."""
else:
    pattern = _Lazy

__all__ = ["pattern"]
