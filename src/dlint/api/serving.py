"""Servers that say on their command line what they listen on."""

from dlint.model.facts.listeners import NAMES as SERVERS

__all__ = ["SERVERS"]
