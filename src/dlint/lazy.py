"""Patterns and properties that are worked out when they are first used.

Compiling patterns is a tenth of a short run's time, and most runs use a third of them. On hot paths there is no cost:
after the first use the methods of a pattern, and the value of a property, are plain attributes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

_METHODS = ("match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split")


class _Pattern:
    def __init__(self, text: str, flags: int = 0) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self._text, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


class _Property:
    def __init__(self, function: Any) -> None:
        self.function = function
        self.name = function.__name__
        self.__doc__ = function.__doc__

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        value = self.function(instance)
        instance.__dict__[self.name] = value
        return value


if TYPE_CHECKING:

    def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
        """As ``re.compile``, at the first use: a wrong pattern raises ``re.error`` there."""

    # Like ``property``, but worked out once an object and then a plain attribute. The class needs a ``__dict__``.
    lazy = property
else:
    pattern = _Pattern
    lazy = _Property

__all__ = ["lazy", "pattern"]
