"""Memory is let go between answers."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

pytest.importorskip("pygls")
from dlint.lsp import garbage


class Circle:
    """What no count of references lets go of."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_circles_are_let_go_of_once_there_are_many_and_not_before() -> None:
    gc.collect()
    garbage.settle()
    seen = weakref.ref(Circle())
    garbage.collect(1.0)
    assert seen() is not None
    kept: list[list[int]] = [[] for _ in range(60_000)]
    assert seen() is not None
    garbage.collect(1.0)
    assert seen() is None and len(kept) == 60_000


def test_what_survived_a_collection_goes_with_the_next() -> None:
    gc.collect()
    garbage.settle()
    circle: Circle | None = Circle()
    seen = weakref.ref(circle)
    kept: list[list[int]] = []
    for _ in range(2):
        kept += [[] for _ in range(60_000)]
        garbage.collect(1.0)
        assert (seen() is None) == (circle is None)
        circle = None
    assert kept
