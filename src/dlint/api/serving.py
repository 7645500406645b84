"""What servers listen on by their command lines, and what health tests ask of them."""

from dlint.model.facts.health_tests import ports_on_loopback
from dlint.model.facts.listeners import NAMES
from dlint.model.facts.script_runners import WORDS

__all__ = ["ports_on_loopback", "SERVERS"]

SERVERS = (*NAMES, *WORDS)
"""What stands in a Dockerfile that starts one, by itself or by way of other files of the project."""
