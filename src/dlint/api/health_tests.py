"""What health tests ask of their container."""

from dlint.model.facts.health_tests import ports_on_loopback

__all__ = ["ports_on_loopback"]
