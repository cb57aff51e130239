"""Runs coroutines beside another one, for as long as that runs."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from monitor.errors import MonitorError

T = TypeVar("T")


@contextmanager
def unwrapped() -> Iterator[None]:
    """Raise what a group of tasks failed on as it is, and of several MonitorErrors the first.

    What else failed together stays a group: none of it may be lost. Not by ``except*``: Python
    3.11 before .3 wraps again what is raised within it as it was.
    """
    try:
        yield
    except ExceptionGroup as group:
        errors = group.exceptions
        if len(errors) > 1 and not all(isinstance(error, MonitorError) for error in errors):
            raise
        raise errors[0] from errors[0].__cause__


async def beside(main: Coroutine[Any, Any, T], **others: Coroutine[Any, Any, None]) -> T:
    """Run ``main`` to its end with the others beside it, which are cancelled then.

    An error of any ends all, and is raised as it is. ``others`` are named as tasks.
    """
    with unwrapped():
        async with asyncio.TaskGroup() as tasks:
            born = [tasks.create_task(other, name=name) for name, other in others.items()]
            result = await main
            for task in born:
                task.cancel()
    return result
