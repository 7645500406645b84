"""Servers that say on their command line what they listen on, and what health tests ask of them."""

from dlint.model.facts.listeners import NAMES as SERVERS
from dlint.model.facts.listeners import ports_on_loopback

__all__ = ["ports_on_loopback", "SERVERS"]
