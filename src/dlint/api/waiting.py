"""What services wait for when they start."""

from dlint.model.compose.waiting import Waiting, waitings

__all__ = ["Waiting", "waitings"]
