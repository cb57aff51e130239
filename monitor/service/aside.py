"""A loop of its own, in a thread: for whoever is not asynchronous, or is within another loop.

An analyst's notebook runs a loop of its own, in which no other can be run; so this one is aside.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Aside:
    """Runs coroutines one by one, each to its end, while its caller waits."""

    def __init__(self) -> None:
        """Start the thread; it does not keep the program alive."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="aside", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Its result, or what it raises; an interrupt of the caller cancels it."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """End the thread; nothing can be run then. The same again changes nothing."""
        if self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
