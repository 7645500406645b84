"""Commands: what Compose makes of the words."""

from __future__ import annotations

from dlint.api import Problem, Problems, check
from dlint.api.compose import Service


@check(on=Service)
def shell_operator_dropped(service: Service) -> Problems:
    """A command string with ``&&``, ``|`` or ``>``, from which on Compose drops everything."""
    for command in (service.command, service.entrypoint):
        dropped = command.dropped if command is not None else None
        if dropped is not None:
            text = " ".join(dropped.raw.split())
            shown = text if len(text) < 40 else text[:37] + "..."
            advice = 'no shell runs here: write `["sh", "-c", "..."]`'
            yield Problem(dropped, f"Compose drops `{shown}` without a word, for {advice}")
