"""What checks of any file see: its Source, and the comments in it that hide findings."""

from dlint.suppress import Suppression

__all__ = ["Suppression"]
