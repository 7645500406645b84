"""Servers that leave the foreground."""

from dlint.model.facts.daemons import DAEMONS, goes_to_background
from dlint.model.facts.script_runners import WORDS

__all__ = ["DAEMONS", "goes_to_background", "WORDS"]
