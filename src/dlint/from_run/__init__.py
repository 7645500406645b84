"""Command lines such as ``docker run`` turned into a Compose file: read, translated, rendered; no I/O, no rules."""
