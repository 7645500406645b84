"""Servers that say on their command line what they listen on."""

from dlint.model.facts.listeners import NAMES
from dlint.model.facts.script_runners import WORDS

__all__ = ["SERVERS", "WORDS"]

SERVERS = (*NAMES, *WORDS)
"""What stands in a Dockerfile that starts one, by itself or by way of other files of the project."""
