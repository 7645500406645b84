"""What servers listen on by their command lines, and what health tests ask of them."""

from dlint.model.facts.health_tests import ports_on_loopback
from dlint.model.facts.listeners import NAMES as SERVERS

__all__ = ["ports_on_loopback", "SERVERS"]
