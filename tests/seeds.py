"""How often tests with random edits begin anew."""

from __future__ import annotations

import os


def seeds(few: int) -> range:
    """``DLINT_SEEDS`` of them where it is set; a run of all tests has time for a few."""
    return range(int(os.environ.get("DLINT_SEEDS", few)))
