"""A supervisor keeps its feed going, says how it is, and no feed's failure touches another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

import pytest

from monitor import logs
from monitor.clock import ReceptionClock, monotonic_s
from monitor.errors import FeedError
from monitor.feed.kind import Feed, FeedConfig, Sink
from monitor.journal.spool import Spool
from monitor.service import supervisor as supervisor_module
from monitor.service.hub import FeedSink, Hub
from monitor.service.status import FeedState, FeedStatus
from monitor.service.supervisor import HELD_S, Supervisor

LINE = b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
Script = Callable[[Sink, int], Awaitable[None]]


class Scripted(Feed[FeedConfig]):
    """A feed that does what a test says; the second argument is the number of the attempt."""

    KIND: ClassVar[str] = "scripted"
    SUMMARY: ClassVar[str] = "For tests."
    CONFIG: ClassVar[type[FeedConfig]] = FeedConfig

    def __init__(self, script: Script, **words: Any) -> None:
        """Quick in all it does, unless told otherwise."""
        words = {"name": "a", "silence_s": 0.2, "retry_s": 0.02, "retry_max_s": 0.1, **words}
        super().__init__(FeedConfig(kind="scripted", **words))
        self.script = script
        self.attempts: list[float] = []
        self.closed = 0

    @property
    def form(self) -> str:
        """See Feed."""
        return "nmea"

    @property
    def where(self) -> str:
        """See Feed."""
        return "a test"

    async def run(self, sink: Sink) -> None:
        """Do what the test says."""
        self.attempts.append(monotonic_s())
        try:
            await self.script(sink, len(self.attempts))
        finally:
            self.closed += 1


class Listening(Scripted):
    """One that cannot connect."""

    CONNECTS: ClassVar[bool] = False


@pytest.fixture(autouse=True)
def _logged() -> None:
    """Log as a service does."""
    logs.set_up(as_json=True)


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """A hub whose journal nobody reads."""
    spool = Spool(tmp_path, limit_bytes=1 << 20)
    return Hub(spool, ReceptionClock())


@asynccontextmanager
async def watched(
    feed: Scripted, hub: Hub, *, held_s: float = HELD_S, status: FeedStatus | None = None
) -> AsyncIterator[FeedStatus]:
    """Run a supervisor that looks often; its status."""
    if status is None:
        status = FeedStatus(name=feed.config.name, kind=feed.KIND, where=feed.where, since=0)
    supervisor = Supervisor(feed, hub, status, look_s=0.01, held_s=held_s)
    task = asyncio.get_running_loop().create_task(supervisor.run())
    try:
        yield status
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(test: Callable[[], bool]) -> None:
    """Wait for it."""
    async with asyncio.timeout(60):
        while not test():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.005)


async def chatter(sink: Sink, _: int = 0) -> None:
    """Send for ever."""
    sink.connected()
    while True:
        await sink.put(LINE, 1)
        await asyncio.sleep(0.01)


async def chatter_in_datagrams(sink: Sink) -> None:
    """The same, where nothing can be slowed."""
    while True:
        sink.offer(LINE, 1)
        await asyncio.sleep(0.01)


async def test_live_when_messages_come_and_closed_in_the_end(hub: Hub) -> None:
    """Not when the connection stands."""
    go = asyncio.Event()

    async def script(sink: Sink, _: int) -> None:
        sink.connected()
        await go.wait()
        await chatter(sink)

    feed = Scripted(script, silence_s=60)
    async with watched(feed, hub) as status:
        await until(lambda: status.connections == 1)
        assert (status.state, status.why) == (FeedState.STARTING, "connected, nothing heard yet")
        go.set()
        await until(lambda: status.state is FeedState.LIVE)
        assert status.messages >= 1
        assert status.last_message_at is not None
    assert feed.closed == 1


async def test_silent_though_connected_is_connected_anew(hub: Hub) -> None:
    """The watchdog looks at messages: lines that are none do not count, nor does the socket."""

    async def script(sink: Sink, attempt: int) -> None:
        sink.connected()
        if attempt == 1:
            await sink.put(LINE, 1)
        if attempt == 4:
            await chatter(sink)
        while True:
            await sink.put(b"# alive\n", 0)
            await asyncio.sleep(0.01)

    feed = Scripted(script)
    seen: list[FeedState] = []
    async with watched(feed, hub) as status:
        await until(lambda: (seen.append(status.state) or True) and len(feed.attempts) == 4)
        await until(lambda: status.state in {FeedState.LIVE, FeedState.DEGRADED})
    order = [state for i, state in enumerate(seen) if i == 0 or state is not seen[i - 1]]
    assert order[-1] is FeedState.SILENT
    assert FeedState.DOWN not in order
    assert feed.closed == 4
    gaps = [b - a for a, b in zip(feed.attempts, feed.attempts[1:], strict=False)]
    assert min(gaps) > 0.2


async def test_silent_but_only_listening_stays(hub: Hub) -> None:
    """Nothing could be connected anew: it is silent, and live again when something comes."""
    again = asyncio.Event()

    async def script(sink: Sink, _: int) -> None:
        sink.connected()
        await sink.put(LINE, 1)
        await again.wait()
        await chatter(sink)

    feed = Listening(script)
    async with watched(feed, hub) as status:
        await until(lambda: status.state is FeedState.SILENT)
        await asyncio.sleep(0.3)
        assert len(feed.attempts) == 1
        again.set()
        await until(lambda: status.state is FeedState.LIVE)


async def test_pauses_double_with_jitter_and_begin_anew_when_a_connection_held(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0.02, 0.04, 0.08, 0.1, 0.1 s; after a good connection 0.02 again."""

    async def script(sink: Sink, attempt: int) -> None:
        if attempt == 7:
            await asyncio.sleep(0.06)
            await sink.put(LINE, 1)
        message = "no."
        raise FeedError(message)

    said: list[int] = []

    class Noted(FeedStatus):
        """Keeps what is said of the next try."""

        def __setattr__(self, name: str, value: Any) -> None:
            super().__setattr__(name, value)
            if name == "next_try_at" and value is not None:
                said.append(value)

    monkeypatch.setattr(supervisor_module, "now_us", lambda: 0)  # what is said is the pause then
    feed = Scripted(script, silence_s=60)
    status = Noted(name="a", kind=feed.KIND, where=feed.where, since=0)
    async with watched(feed, hub, held_s=0.05, status=status):
        await until(lambda: len(feed.attempts) >= 9)
        await until(lambda: status.state is FeedState.DOWN)
        assert status.why == "no."
    pauses = [b - a for a, b in zip(feed.attempts, feed.attempts[1:], strict=False)]
    wanted = (0.02, 0.04, 0.08, 0.1, 0.1, 0.1, 0.02, 0.04)
    for pause, told_us, pause_s in zip(pauses, said, wanted, strict=False):
        assert 0.8 * pause_s <= told_us / 1e6 <= 1.2 * pause_s
        assert pause >= told_us / 1e6


async def test_a_server_that_names_a_time_is_obeyed(hub: Hub) -> None:
    """Retry-After is longer than the pause would be."""

    async def script(_: Sink, attempt: int) -> None:
        message = "too many requests."
        raise FeedError(message, retry_after_s=0.4 if attempt == 1 else None)

    feed = Scripted(script)
    async with watched(feed, hub):
        await until(lambda: len(feed.attempts) == 2)
    assert feed.attempts[1] - feed.attempts[0] >= 0.4


async def test_a_fault_within_a_feed_is_told_and_tried_again(hub: Hub) -> None:
    """And the one beside it does not notice."""

    async def faulty(_: Sink, __: int) -> None:
        message = "a bug"
        raise ZeroDivisionError(message)

    async def deaf(_: Sink, __: int) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)  # does not close

    good = Scripted(chatter, silence_s=60)
    async with (
        watched(Scripted(faulty), hub) as bad,
        watched(Scripted(deaf), hub),
        watched(good, hub) as status,
    ):
        await until(lambda: bad.state is FeedState.DOWN)
        assert "ZeroDivisionError" in bad.why
        await until(lambda: status.messages > 50)
        assert status.state is FeedState.LIVE
        assert status.connections == 1


async def test_closed_by_the_other_side(hub: Hub) -> None:
    """It is down, with a reason, and connected anew."""

    async def script(sink: Sink, attempt: int) -> None:
        sink.connected()
        await sink.put(LINE, 1)
        if attempt > 2:
            await chatter(sink)

    feed = Scripted(script)
    async with watched(feed, hub) as status:
        await until(lambda: status.state is FeedState.DOWN)
        assert status.why == "the other side closed the connection"
        # The second time it was connected it may be seen live for a moment, too.
        await until(lambda: len(feed.attempts) == 3 and status.state is FeedState.LIVE)


@pytest.mark.parametrize(
    ("words", "spoil"),
    [
        ("messages were dropped", lambda status: setattr(status, "dropped", status.dropped + 3)),
        ("was held up", lambda status: setattr(status, "held_up_s", status.held_up_s + 30)),
        ("lines were refused", lambda status: status.refused.update(garbled=900)),
        ("came too late", lambda status: setattr(status, "late", status.late + 900)),
        ("clock is 9 s slow", lambda status: setattr(status, "slow_s", 9.0)),
        ("had to be connected", lambda s: setattr(s, "connections", s.connections + 5)),
    ],
)
async def test_degraded_says_why(hub: Hub, words: str, spoil: Callable[[FeedStatus], None]) -> None:
    """Messages come, and yet."""
    feed = Scripted(chatter)
    async with watched(feed, hub) as status:
        await until(lambda: status.state is FeedState.LIVE and status.lines > 25)
        spoil(status)
        await until(lambda: status.state is FeedState.DEGRADED)
        assert words in status.why


async def test_a_full_hub_holds_streams_up_and_drops_datagrams(hub: Hub) -> None:
    """Nothing is drained here: the buffer fills."""
    status = FeedStatus(name="a", kind="x", where="x", since=0)
    sink = FeedSink(hub, status, lambda: None)
    block = LINE * 2000
    while hub.has_room():
        await sink.put(block, 2000)
    assert sink.offer(LINE, 1) is False
    assert status.dropped == 1
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await sink.put(LINE, 1)
    assert status.messages % 2000 == 0


async def test_a_flood_is_said_once_a_minute_and_why_in_the_status(
    hub: Hub, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left out stays counted; connections do not give a new budget."""
    monkeypatch.setattr(supervisor_module, "TELL_S", 0.3)
    logs.set_up(as_json=True)

    async def script(sink: Sink, attempt: int) -> None:
        sink.connected()
        for _ in range(40):
            for _ in range(500):
                sink.offer(LINE, 1)
            await asyncio.sleep(0.005)
        if attempt == 1:
            raise FeedError("It broke off.")
        await chatter_in_datagrams(sink)

    feed = Scripted(script, lines_per_s=100)
    began = monotonic_s()
    async with watched(feed, hub) as status:
        await until(lambda: len(feed.attempts) == 2 and status.state is FeedState.DEGRADED)
        await until(lambda: status.lines + sum(status.left_out.values()) >= 40_000)
        assert status.lines < 200 + 100 * (monotonic_s() - began) + 2
        assert status.left_out["too_many_lines"] > 39_000
        assert "were left out: it may take 100 lines a second (lines_per_s)" in status.why
        took_s = monotonic_s() - began
    told = [line for line in capsys.readouterr().err.splitlines() if "Feed a floods" in line]
    assert 1 <= len(told) <= 1 + took_s / 0.3
