"""Old states of a project are circles: the garbage collector lets go of them between two answers, not within one."""

from __future__ import annotations

import gc

_A_WHILE = 0.3
# Objects made since the last collection that are worth the next. Half a dozen states of a usual project take a
# twentieth of a second, which is there between two keys; if nobody leaves so much, the next key has to wait at last.
_SOME = 20_000
_MANY = 50_000
_MOST = 300_000


def settle() -> None:
    """Let what is there now stay: no collection need look at it. From here on ``collect`` is to be called."""
    gc.freeze()
    # Only for what makes so much in one answer that it cannot wait.
    gc.set_threshold(4 * _MOST, 10, 10)


def collect(quiet: float) -> None:
    """Collect if it is time. To be called when nobody waits, and so many seconds after they did.

    Everything: but for the state that is shown now there is little that stays, and what would be left to a rarer
    collection is whole states of a project.
    """
    if gc.get_count()[0] >= (_SOME if quiet >= _A_WHILE else _MANY if quiet else _MOST):
        gc.collect()
