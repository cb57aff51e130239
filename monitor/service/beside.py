"""Runs coroutines beside another one, for as long as that runs."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from monitor.errors import MonitorError

T = TypeVar("T")


async def beside(main: Coroutine[Any, Any, T], **others: Coroutine[Any, Any, None]) -> T:
    """Run ``main`` to its end with the others beside it, which are cancelled then.

    An error of any ends all; a MonitorError is raised as it is. ``others`` are named as tasks.
    """
    try:
        async with asyncio.TaskGroup() as tasks:
            born = [tasks.create_task(other, name=name) for name, other in others.items()]
            result = await main
            for task in born:
                task.cancel()
    except* MonitorError as group:
        error = group.exceptions[0]
        raise error from error.__cause__
    return result
