"""What checks of any file see: its Source, and the comments in it that hide findings."""

from dlint.suppress.comments import Suppression

__all__ = ["Suppression"]
