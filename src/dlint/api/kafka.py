"""What is known of Kafka's brokers."""

from dlint.model.facts.kafka import ADVERTISED, LISTENERS, LOOPBACK, listeners_of

__all__ = ["ADVERTISED", "LISTENERS", "LOOPBACK", "listeners_of"]
