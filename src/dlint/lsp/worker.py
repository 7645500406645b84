"""The one thread that works on projects: what the editor asks is done there, one thing after the other."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

_Result = TypeVar("_Result")


class Worker:
    """Does what it is given in a thread of its own, in order, and gives results to the event loop.

    ``failed`` is called with what went wrong, in that thread; the next piece of work is done all the same.
    """

    def __init__(self, name: str, failed: Callable[[Exception], None]) -> None:
        self._failed = failed
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            try:
                work()
            except Exception as error:
                self._failed(error)

    def do(self, work: Callable[[], None]) -> None:
        """Have ``work`` done; nobody waits for it."""
        self._work.put(work)

    async def ask(self, question: Callable[[], _Result]) -> _Result:
        """What ``question`` gives, once it has been its turn. Raises what it raises."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[_Result] = loop.create_future()

        def work() -> None:
            if answer.cancelled():
                return
            try:
                result = question()
            except Exception as error:
                loop.call_soon_threadsafe(_settle, answer, None, error)
            else:
                loop.call_soon_threadsafe(_settle, answer, result, None)

        self._work.put(work)
        return await answer

    def stop(self, patience: float) -> None:
        """Let it end after what it is at; wait so many seconds for that."""
        self._work.put(None)
        self._thread.join(patience)


def _settle(answer: asyncio.Future[Any], result: Any, error: Exception | None) -> None:
    if answer.done():
        return
    if error is not None:
        answer.set_exception(error)
    else:
        answer.set_result(result)
