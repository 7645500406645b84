"""What may be wrong with rules that do not come along."""

from __future__ import annotations


class PluginError(ValueError):
    """A plug-in that cannot be used; the message names it, the cause and the remedy."""
