"""Servers that say on their command line what they listen on, and those that leave the foreground."""

from dlint.model.facts.daemons import goes_to_background
from dlint.model.facts.listeners import NAMES
from dlint.model.facts.script_runners import WORDS

__all__ = ["goes_to_background", "SERVERS"]

SERVERS = (*NAMES, *WORDS)
"""What stands in a Dockerfile that starts one, by itself or by way of other files of the project."""
