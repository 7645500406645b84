"""Servers that leave the foreground."""

from dlint.model.facts.daemons import DAEMONS, goes_to_background

__all__ = ["DAEMONS", "goes_to_background"]
