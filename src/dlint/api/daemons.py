"""Servers that leave the foreground."""

from dlint.model.facts.daemons import goes_to_background

__all__ = ["goes_to_background"]
