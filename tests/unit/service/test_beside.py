"""What runs beside another thing ends with it, and its errors are not lost."""

from __future__ import annotations

import asyncio

import pytest

from monitor.errors import FeedError, StoreError
from monitor.service.beside import beside


class Companion:
    """Runs until it is cancelled, and notes that."""

    def __init__(self) -> None:
        """Not begun."""
        self.name: str | None = None
        self.ended = False

    async def run(self) -> None:
        """Wait for ever."""
        task = asyncio.current_task()
        self.name = task.get_name() if task else None
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True


async def turns(count: int) -> str:
    """Let the others have so many turns, then be done."""
    for _ in range(count):
        await asyncio.sleep(0)
    return "done"


async def failing(error: BaseException) -> None:
    """Fail at once."""
    await asyncio.sleep(0)
    raise error


async def test_the_others_end_with_the_main_thing() -> None:
    """Its result is given; they were named as tasks and are cancelled."""
    one, two = Companion(), Companion()
    assert await beside(turns(3), hub=one.run(), watchdog=two.run()) == "done"
    assert (one.name, two.name) == ("hub", "watchdog")
    assert one.ended
    assert two.ended


async def test_others_that_are_done_before_are_none_of_its_business() -> None:
    """They may end."""
    assert await beside(turns(9), quick=turns_and_nothing()) == "done"


async def turns_and_nothing() -> None:
    """End at once."""
    await turns(1)


async def test_alone() -> None:
    """With nothing beside it."""
    assert await beside(turns(1)) == "done"


async def test_an_error_of_one_beside_it_ends_all() -> None:
    """It is raised as it is, not in a group."""
    error, one = FeedError("nobody answers."), Companion()
    with pytest.raises(FeedError) as told:
        await beside(asyncio.Event().wait(), bad=failing(error), good=one.run())
    assert told.value is error
    assert one.ended


async def test_its_own_error_ends_all() -> None:
    """As well."""
    error, one = StoreError("no."), Companion()
    with pytest.raises(StoreError) as told:
        await beside(failing(error), good=one.run())
    assert told.value is error
    assert one.ended


async def test_a_fault_is_not_made_an_error_of_the_tree() -> None:
    """It comes as it is."""
    fault = ZeroDivisionError("six")
    with pytest.raises(ZeroDivisionError) as told:
        await beside(asyncio.Event().wait(), bad=failing(fault))
    assert told.value is fault


async def test_of_two_errors_the_first_is_told() -> None:
    """With what stands behind it."""
    error, reason = FeedError("nobody answers."), OSError(111, "refused")
    error.__cause__ = reason
    with pytest.raises(FeedError) as told:
        await beside(asyncio.Event().wait(), one=failing(error), two=failing(StoreError("no.")))
    assert told.value.__cause__ is reason


async def test_of_an_error_and_a_fault_at_once_neither_is_lost() -> None:
    """They come together."""
    error, fault = FeedError("nobody answers."), ZeroDivisionError("six")
    with pytest.raises(ExceptionGroup) as told:
        await beside(asyncio.Event().wait(), one=failing(error), two=failing(fault))
    assert told.group_contains(FeedError, match="nobody")
    assert told.group_contains(ZeroDivisionError, match="six")


async def test_who_cancels_it_cancels_all() -> None:
    """Nothing is left behind."""
    one = Companion()
    task = asyncio.get_running_loop().create_task(beside(asyncio.Event().wait(), good=one.run()))
    await turns(3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert one.ended
