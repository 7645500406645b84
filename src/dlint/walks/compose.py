"""Goes through Compose files: the file as written, then the services of the effective model."""

from __future__ import annotations
