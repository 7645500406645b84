"""Old states of a project are circles: the garbage collector lets go of them between two answers, not within one."""

from __future__ import annotations

import gc

# Objects made since the last collection that are worth the next while nothing else is to be done: half a dozen states
# of a usual project; and those for which the next key has to wait a moment.
_SOME = 20_000
_MANY = 200_000


def settle() -> None:
    """Let what is there now stay: no collection need look at it. From here on ``collect`` is to be called."""
    gc.freeze()
    # Only for what makes so much in one answer that it cannot wait.
    gc.set_threshold(5 * _MANY, 10, 10)


def collect(*, idle: bool) -> None:
    """Collect if it is time. To be called when nobody waits; ``idle`` says that nothing was typed for a while.

    Everything: but for the state that is shown now there is little that stays, and what would be left to a rarer
    collection is whole states of a project.
    """
    if gc.get_count()[0] >= (_SOME if idle else _MANY):
        gc.collect()
