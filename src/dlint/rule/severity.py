"""How bad a finding is."""

from __future__ import annotations

from enum import IntEnum

from dlint.rule.words import SEVERITY_WORDS


class Severity(IntEnum):
    """How bad a finding is; higher is worse."""

    STYLE = 1
    INFO = 2
    WARNING = 3
    ERROR = 4

    @property
    def label(self) -> str:
        """The word for it in pages, config and reports: ``error``, ``warning``, ``info`` or ``style``."""
        return self.name.lower()


SEVERITIES = {word: Severity[word.upper()] for word in SEVERITY_WORDS}
