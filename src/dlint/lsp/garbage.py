"""Old states of a project are circles: the garbage collector lets go of them between two answers, not within one."""

from __future__ import annotations

import gc

# Objects made since the last collection that are worth the next, and collections of one generation that are worth
# one of the next.
_MANY = 50_000
_ROUNDS = 10


def settle() -> None:
    """Let what is there now stay: no collection need look at it. From here on ``collect`` is to be called."""
    gc.freeze()
    # Only for what makes so much in one answer that it cannot wait.
    gc.set_threshold(20 * _MANY, _ROUNDS, _ROUNDS)


def collect() -> None:
    """Collect if it is time. To be called when nobody waits."""
    made, once, twice = gc.get_count()
    if made >= _MANY:
        gc.collect(2 if twice > _ROUNDS else 1 if once > _ROUNDS else 0)
