"""Keeps one feed going: connects it anew, watches its messages, and says how it is doing.

The watchdog looks at messages, not at the socket: feeds go silent without closing. Pauses between
tries double from the feed's ``retry_s`` to its ``retry_max_s``, with jitter, and begin anew when a
connection has held. Nothing that happens here concerns another feed.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque

import structlog

from monitor.clock import monotonic_s, now_us
from monitor.errors import FeedError
from monitor.feed.kind import AnyFeed
from monitor.service.budget import BLANK, Pace
from monitor.service.hub import FeedSink, Hub
from monitor.service.status import FeedState, FeedStatus
from monitor.units import SECOND_US

HELD_S = 60.0
"""A connection that brought messages for so long was good: the next pause is the first again."""

LOOK_S = 0.5
POLITE_S = 3.0
"""How long a feed may take to close."""

WINDOW_S = 60.0
"""What happened within this makes a feed degraded."""

BAD_SHARE = 0.5
ENOUGH_LINES = 20
MANY_CONNECTIONS = 4
HELD_UP_S = 10.0

TELL_S = 60.0
"""What is left out is said once in so long at most."""

log = structlog.get_logger()


class Supervisor:
    """Runs one feed, for ever."""

    def __init__(
        self,
        feed: AnyFeed,
        hub: Hub,
        status: FeedStatus,
        *,
        look_s: float = LOOK_S,
        held_s: float = HELD_S,
    ) -> None:
        """Tell ``status`` what is going on."""
        self._feed = feed
        self._hub = hub
        self._status = status
        self._look_s = look_s
        self._held_s = held_s
        self._heard_s: float | None = None
        self._marks: deque[tuple[float, int, int, int, float, int, int, int, float]] = deque()
        self._pace = Pace(feed.config.lines_per_s)  # outlives each connection
        megabytes = feed.config.spool_mb
        self._spool_bytes = None if megabytes is None else megabytes << 20
        self._told_s, self._told = -TELL_S, 0

    async def run(self) -> None:
        """Connect, and again; ends by being cancelled."""
        config = self._feed.config
        pause = config.retry_s
        while True:
            began = monotonic_s()
            why, at_least = await self._attempt()
            if self._heard_s is not None and self._heard_s - began >= self._held_s:
                pause = config.retry_s
            wait = max(pause * random.uniform(0.8, 1.2), at_least)  # noqa: S311 - jitter
            self._status.next_try_at = now_us() + round(wait * SECOND_US)
            if why is not None:
                self._tell(FeedState.DOWN, why)
            await asyncio.sleep(wait)
            self._status.next_try_at = None
            pause = min(2 * pause, config.retry_max_s)

    async def _attempt(self) -> tuple[str | None, float]:
        """Run the feed once; why it ended (None: it was silent), and how long to wait at least."""
        config = self._feed.config
        sink = FeedSink(
            self._hub, self._status, self._connected, pace=self._pace,
            spool_bytes=self._spool_bytes,
        )  # fmt: skip
        since = monotonic_s()
        task = asyncio.get_running_loop().create_task(
            self._feed.run(sink), name=f"feed {config.name}"
        )
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=min(self._look_s, config.silence_s / 4))
                heard = sink.heard_s if sink.heard_s is not None else self._heard_s
                self._heard_s = heard
                self._tell_left_out()
                quiet_s = monotonic_s() - max(since, heard if heard is not None else since)
                if self._look(sink.heard_s, quiet_s) and self._feed.CONNECTS:
                    return None, 0.0
            task.result()
        except FeedError as error:
            return str(error), error.retry_after_s or 0.0
        except Exception as error:
            log.exception("feed failed", feed=config.name)
            return f"it failed within the program: {type(error).__name__}: {error}", 0.0
        else:
            return "the other side closed the connection", 0.0
        finally:
            task.cancel()
            await asyncio.wait({task}, timeout=POLITE_S)
            if task.done() and not task.cancelled():
                task.exception()  # it was told, or it came of closing

    def _connected(self) -> None:
        if self._status.state in {FeedState.STARTING, FeedState.DOWN}:
            self._tell(FeedState.STARTING, "connected, nothing heard yet")

    def _look(self, heard_s: float | None, quiet_s: float) -> bool:
        """Tell the state; True: silent for too long."""
        if quiet_s > self._feed.config.silence_s:
            anew = "; connecting anew" if self._feed.CONNECTS else ""
            limit = self._feed.config.silence_s
            self._tell(FeedState.SILENT, f"no message for more than {limit:g} s{anew}")
            return True
        if heard_s is not None and monotonic_s() - heard_s <= self._feed.config.silence_s:
            trouble = self._trouble()
            if trouble is None:
                self._tell(FeedState.LIVE, "messages come")
            else:
                self._tell(FeedState.DEGRADED, trouble)
        return False

    def _trouble(self) -> str | None:
        """What was wrong within the last minute, though messages come."""
        status, now = self._status, monotonic_s()
        bad = sum(status.refused.values())
        mark = (
            now, status.lines, bad, status.dropped, status.held_up_s, status.connections,
            status.late, self._left_out, status.slowed_s,
        )  # fmt: skip
        marks = self._marks
        if not marks or now - marks[-1][0] >= 1.0:
            marks.append(mark)
        while len(marks) > 1 and now - marks[1][0] >= WINDOW_S:
            marks.popleft()
        _, lines, refused, dropped, held_up, connections, late, left_out, slowed = (
            new - old for new, old in zip(mark, marks[0], strict=True)
        )
        if left_out:
            return f"{left_out:,.0f} lines of the last minute were left out: {self._budget}"
        if slowed > HELD_UP_S:
            return f"it was held up for {slowed:.0f} s of the last minute: {self._budget}"
        if dropped:
            return f"{dropped:.0f} messages were dropped in the last minute: no room"
        if held_up > HELD_UP_S:
            return f"it was held up for {held_up:.0f} s of the last minute: the store is slow"
        if lines >= ENOUGH_LINES and refused > BAD_SHARE * lines:
            return f"{refused:.0f} of the last minute's {lines:.0f} lines were refused"
        if lines >= ENOUGH_LINES and late > BAD_SHARE * lines:
            return (
                f"{late:.0f} of the last minute's {lines:.0f} lines came too late to be looked at"
            )
        if status.slow_s:
            return f"its clock is {status.slow_s:,.0f} s slow: that is added to its times"
        if connections >= MANY_CONNECTIONS:
            return f"it had to be connected {connections:.0f} times in the last minute"
        return None

    @property
    def _left_out(self) -> int:
        """Lines beyond its budget."""
        return sum(self._status.left_out.values()) - self._status.left_out[BLANK]

    @property
    def _budget(self) -> str:
        """What it may take, and how to let it take more."""
        most = f"{self._pace.lines_per_s:g} lines a second (lines_per_s)"
        return f"it may take {most} and its share of the spool"

    def _tell_left_out(self) -> None:
        """Say in the log what is left out."""
        count, now = self._left_out, monotonic_s()
        if count > self._told and now - self._told_s >= TELL_S:
            name, new = self._status.name, count - self._told
            self._told_s, self._told = now, count
            reasons = {key: n for key, n in self._status.left_out.items() if n}
            log.warning(f"Feed {name} floods: {new:,} lines were left out; {self._budget}",
                        feed=name, **reasons)  # fmt: skip

    def _tell(self, state: FeedState, why: str) -> None:
        status = self._status
        changed = state is not status.state
        if not changed and (why == status.why or state is FeedState.DEGRADED):
            status.why = why
            return
        was, status.state, status.why = status.state, state, why
        if changed:
            status.since = now_us()
        tell = log.info if state in {FeedState.LIVE, FeedState.STARTING} else log.warning
        tell(f"Feed {status.name} is {state.value}: {why}", feed=status.name, state=state.value,
             was=was.value)  # fmt: skip
