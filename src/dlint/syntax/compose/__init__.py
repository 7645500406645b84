"""Typed views of a Compose file over its YAML nodes: services, ports, mounts, variables."""
