"""What ``docker stack deploy`` makes of the keys of a Compose file's services."""

from dlint.model.facts.swarm import IGNORED, REFUSED

__all__ = ["IGNORED", "REFUSED"]
