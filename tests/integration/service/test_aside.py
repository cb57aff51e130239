"""A loop in a thread: results and errors come to whoever waits, within a loop as well."""

from __future__ import annotations

import asyncio
import threading

import pytest

from monitor.service.aside import Aside


async def where() -> str:
    return threading.current_thread().name


async def failing() -> None:
    message = "no"
    raise ValueError(message)


def test_what_is_run_aside_gives_its_result_and_its_error() -> None:
    aside = Aside()
    try:
        assert aside.run(where()) == "aside"
        with pytest.raises(ValueError, match="no"):
            aside.run(failing())
        assert aside.run(where()) == "aside"
    finally:
        aside.close()


async def test_it_runs_within_a_loop_that_runs() -> None:
    """As in a notebook."""
    assert asyncio.get_running_loop().is_running()
    aside = Aside()
    try:
        assert aside.run(where()) == "aside"
    finally:
        aside.close()


def test_the_thread_is_gone_when_it_is_closed() -> None:
    aside = Aside()
    aside.close()
    aside.close()
    assert "aside" not in {thread.name for thread in threading.enumerate()}


def test_an_interrupt_cancels_what_was_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader of a month is not kept reading for nobody."""
    aside, ended, begun = Aside(), threading.Event(), threading.Event()

    async def long() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    real = asyncio.run_coroutine_threadsafe

    class Interrupted:
        def __init__(self, future: object) -> None:
            self.future = future

        def result(self) -> None:
            assert begun.wait(60)
            raise KeyboardInterrupt

        def cancel(self) -> None:
            self.future.cancel()  # type: ignore[attr-defined]

    monkeypatch.setattr(
        asyncio, "run_coroutine_threadsafe", lambda *words: Interrupted(real(*words))
    )
    try:
        with pytest.raises(KeyboardInterrupt):
            aside.run(long())
        assert ended.wait(60)
    finally:
        aside.close()
