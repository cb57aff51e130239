"""Empties the outbox: one task a channel, so that one that is slow or down holds up no other.

Each takes what may be sent (``settle.py`` says what that is) under a lease, sends it outside of any
transaction, and writes down how that went. It is woken in the process by whoever commits, by what
the database calls out, and every POLL_S. Trouble with the database ends all of them: they begin
again on a new connection.

A channel that failed five times in a row is *broken*: until a probe gets through, one message at a
time is tried, ever more rarely, and the others wait without being tried.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from monitor.clock import now_us
from monitor.deliver.channel import AnyChannel
from monitor.deliver.digest import digest_of
from monitor.errors import DeliveryError, LaterError, NeverError, StoreError
from monitor.service.settle import (
    dead_notices,
    digest_delivery,
    is_digestible,
    is_grave,
    is_single,
    message_of,
    pause_us,
    settle,
)
from monitor.store.outbox import (
    CANCELLED,
    DEAD,
    DIGESTED,
    SENT,
    Asked,
    Buried,
    Outbox,
    Waiting,
)
from monitor.units import DAY_US, MINUTE_US, SECOND_US

POLL_S = 30.0
"""The outbox is looked at so often even if nobody calls: a call may be lost."""

RATE, WINDOW_US = 20, 10 * MINUTE_US
"""So many messages a channel in so long are told one by one; people read no more."""

GIVE_UP_US = 3 * DAY_US
"""What could not be delivered for so long is dead: a long weekend is survived."""

MOST_FAILURES = 5
FIRST_PROBE_US, LONGEST_PROBE_US = 30 * SECOND_US, 300 * SECOND_US
"""A broken channel is probed after so long, then ever more rarely, but at least so often."""

LOOK_LANES, ALL_LANES = 32, 100_000
LEASE_US = 10 * SECOND_US
"""Beyond the time that sending may take: for writing down how it went."""

PARTING_S = 2.0
"""A stop waits so long for what is being sent, so that it is not sent again after the start."""

RETRY_S, RETRY_MAX_S = 0.5, 10.0

log = structlog.get_logger()
Connect = Callable[[], AbstractAsyncContextManager[Any]]


class Clock(Protocol):
    """Tells the time, and waits: in tests both are drawn."""

    def now(self) -> int:
        """Microseconds since 1970, UTC."""

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Wait for the event, but not longer."""


class WallClock:
    """The clock of a real watch."""

    def now(self) -> int:
        """See Clock."""
        return now_us()

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """See Clock."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()


@dataclass(slots=True, kw_only=True)
class ChannelStatus:
    """How a channel is doing; instants are us, None: never."""

    name: str
    kind: str
    where: str
    works: bool = True
    why: str = "nothing was sent yet"
    since: int
    sent: int = 0
    failed: int = 0  # tries
    cancelled: int = 0
    digested: int = 0
    dead: int = 0
    sent_at: int | None = None
    lag_s: float | None = None  # from made to sent, of the last


class Sender:
    """Sends what waits for one channel."""

    def __init__(self, channel: AnyChannel, names: Sequence[str], clock: Clock) -> None:
        """``names`` are those of all channels: the others are told what this one could not."""
        self.channel = channel
        self.name: str = channel.config.name
        self.woken = asyncio.Event()
        self.stopping = False  # what is under way is finished, and nothing begun
        self.status = ChannelStatus(
            name=self.name, kind=channel.KIND, where=channel.where, since=clock.now()
        )
        self._names = names
        self._clock = clock
        self._failures = 0  # in a row
        self._probe_at: int | None = None  # None: it is not broken
        self._probe_us = FIRST_PROBE_US

    async def run(self, outbox: Outbox) -> None:
        """Send until it is stopping; StoreError when the outbox cannot be used."""
        while not self.stopping:
            self.woken.clear()
            seconds = await self.turn(outbox)
            if not self.stopping:
                await self._clock.wait(self.woken, seconds)

    async def turn(self, outbox: Outbox) -> float:
        """Send all that may be sent now; how long there is nothing to do, s."""
        while not self.stopping and (taken := await self._take(outbox)):
            await self._deliver_all(outbox, taken)
        now = self._clock.now()
        async with outbox.asking() as asked:
            due = await asked.next_due(self.name, now)
        if self._probe_at is not None:
            due = self._probe_at
        seconds = POLL_S if due is None else (due - now) / SECOND_US
        return min(max(seconds, 0.0), POLL_S)

    async def _deliver_all(self, outbox: Outbox, rows: Sequence[Waiting]) -> None:
        """Send these at once."""
        loop = asyncio.get_running_loop()
        tasks = [
            loop.create_task(self._deliver(outbox, row), name=f"send {row.id}") for row in rows
        ]
        await _all(tasks)

    async def _take(self, outbox: Outbox) -> list[Waiting]:
        """Lease what is to be sent next; nothing: there is nothing now."""
        now = self._clock.now()
        most = max(1, MOST_FAILURES - self._failures)
        async with outbox.asking() as asked:
            if self._probe_at is not None:
                why = f"Nothing could be delivered there: {self.status.why}"
                await self._tell_dead(
                    asked, await asked.bury(self.name, now - GIVE_UP_US, now, why), why
                )
                if now < self._probe_at:
                    return []
                most = 1
            await asked.hurry(self.name, now)
            singles, others = await self._sorted(asked, now, LOOK_LANES)
            if others:
                room = max(0, RATE - await asked.sent_since(self.name, now - WINDOW_US))
                kept, rest = _parted(others, room)
                if rest:
                    singles, others = await self._sorted(asked, now, ALL_LANES)
                    kept, rest = _parted(others, room)
                if rest:  # and not told one by one since: what followed there was critical
                    await self._digest(asked, now, rest)
                singles += kept
            taken = [lane[0] for lane in singles[:most]]
            lease_us = round(self.channel.config.timeout_s * SECOND_US) + LEASE_US
            await asked.lease([row.id for row in taken], now + lease_us)
        return taken

    async def _sorted(
        self, asked: Asked, now: int, most: int
    ) -> tuple[list[list[Waiting]], list[list[Waiting]]]:
        """Settle the lanes that are due: those told one by one at any rate, and the others."""
        singles: list[list[Waiting]] = []
        others: list[list[Waiting]] = []
        while True:
            lanes = await asked.lanes(self.name, now, most)
            over: dict[str, list[int]] = {}
            for rows in lanes.values():
                settled = settle(rows, now)
                for number, why in settled.cancelled:
                    over.setdefault(why, []).append(number)
                if settled.left:
                    single = is_grave(settled.left) or is_single(settled.left[0])
                    (singles if single else others).append(settled.left)
            for why, ids in over.items():
                self.status.cancelled += await asked.end(ids, CANCELLED, now, why)
            if singles or others or not lanes:
                return singles, others

    async def _digest(self, asked: Asked, now: int, others: list[list[Waiting]]) -> None:
        """Put these lanes into one message, or let them wait for the next such."""
        before = await asked.last_digest(self.name, now - WINDOW_US)
        if before is not None:
            await asked.put_off_lanes([lane[0].lane for lane in others], before + WINDOW_US)
            return
        rows = [row for lane in others for row in lane]
        digest = digest_of([message_of(row) for row in rows], self.name, now)
        self.status.digested += await asked.end([row.id for row in rows], DIGESTED, now)
        await asked.put([digest_delivery(digest, self.name, now)])

    async def _deliver(self, outbox: Outbox, row: Waiting) -> None:
        """Send one message, and write down how that went."""
        try:
            async with asyncio.timeout(self.channel.config.timeout_s):
                await self.channel.send(message_of(row))
        except TimeoutError:
            limit = self.channel.config.timeout_s
            message = f"{self.channel.where} took longer than {limit:g} s."
            await self._failed(outbox, row, LaterError(message, perhaps=True))
        except DeliveryError as error:
            await self._failed(outbox, row, error)
        except Exception as error:  # a fault of a channel is no end of the watch
            log.exception("channel failed", channel=self.name)
            message = f"It failed within the program: {type(error).__name__}."
            await self._failed(outbox, row, LaterError(message, perhaps=True))
        else:
            await self._sent(outbox, row)

    async def _sent(self, outbox: Outbox, row: Waiting) -> None:
        now, status = self._clock.now(), self.status
        async with outbox.asking() as asked:
            await asked.end([row.id], SENT, now)
            if self._failures:
                await asked.bring_forward(self.name, now)
        if not status.works:
            log.info(f"Channel {self.name} works again", channel=self.name)
        if not status.works or not status.sent:
            status.since = now
        self._failures, self._probe_at, self._probe_us = 0, None, FIRST_PROBE_US
        status.works, status.why = True, "messages are taken"
        status.sent, status.sent_at = status.sent + 1, now
        status.lag_s = (now - row.made_at) / SECOND_US

    async def _failed(self, outbox: Outbox, row: Waiting, error: DeliveryError) -> None:
        now, status = self._clock.now(), self.status
        status.failed += 1
        never = isinstance(error, NeverError)
        async with outbox.asking() as asked:
            if never or now - row.made_at >= GIVE_UP_US:
                if await asked.end([row.id], DEAD, now, str(error)):
                    dead = Buried(id=row.id, lane=row.lane, channel=self.name, payload=row.payload)
                    await self._tell_dead(asked, [dead], str(error))
            else:
                after_s = error.retry_after_s if isinstance(error, LaterError) else None
                perhaps = isinstance(error, LaterError) and error.perhaps
                due = now + pause_us(row.attempts + 1, after_s)
                await asked.put_off(row, due, str(error), now if perhaps else None)
        if never:  # the other side is there, and said so of this message alone
            return
        self._failures += 1
        status.why = str(error)
        if self._failures < MOST_FAILURES:
            return
        self._probe_at = now + self._probe_us
        self._probe_us = min(2 * self._probe_us, LONGEST_PROBE_US)
        if status.works:
            status.works, status.since = False, now
            log.error(f"Channel {self.name} does not work: {error}", channel=self.name)

    async def _tell_dead(self, asked: Asked, buried: list[Buried], why: str) -> None:
        """Tell the other channels of what was given up."""
        self.status.dead += len(buried)
        await asked.put(dead_notices(buried, why, self._names, self._clock.now()))


async def _all(tasks: Sequence[asyncio.Task[None]], *, now: bool = False) -> None:
    """Wait for all, or cancel them ``now``; raise what one of them failed on."""
    try:
        if not now:
            await asyncio.wait(tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    errors = [task.exception() for task in tasks if not task.cancelled()]
    for error in errors:
        if error is not None:
            raise error


def _parted(
    lanes: list[list[Waiting]], room: int
) -> tuple[list[list[Waiting]], list[list[Waiting]]]:
    """Part those for which there is room from the others: old, of noisy rules, or too much."""
    fresh = [lane for lane in lanes if not is_digestible(lane)]
    return fresh[:room], [lane for lane in lanes if is_digestible(lane)] + fresh[room:]


class Deliverer:
    """All channels of a watch."""

    def __init__(
        self, channels: Sequence[AnyChannel], connect: Connect, clock: Clock | None = None
    ) -> None:
        """``connect`` gives a connection to the store for one who writes."""
        self._clock = clock or WallClock()
        telling = [channel for channel in channels if channel.TELLS]
        self.names = [channel.config.name for channel in telling]
        self.senders = [Sender(channel, self.names, self._clock) for channel in telling]
        self.ready = False
        self.why = "connecting"
        self._connect = connect
        self._stop = asyncio.Event()

    @property
    def status(self) -> list[ChannelStatus]:
        """How the channels are doing."""
        return [sender.status for sender in self.senders]

    def wake(self) -> None:
        """Say that something was committed to the outbox."""
        for sender in self.senders:
            sender.woken.set()

    async def run(self) -> None:
        """Deliver until cancelled, and again when called again; the store may come and go."""
        self._stop = asyncio.Event()
        for sender in self.senders:
            sender.stopping = False
        pause = RETRY_S
        while True:
            try:
                async with self._connect() as connection:
                    outbox = Outbox(connection)
                    async with outbox.hearing(self.wake):
                        self._tell(ready=True, why="connected")
                        pause = RETRY_S
                        await self._run(outbox)
            except StoreError as error:
                self._tell(ready=False, why=str(error))
            await self._clock.wait(self._stop, pause)
            pause = min(2 * pause, RETRY_MAX_S)

    async def _run(self, outbox: Outbox) -> None:
        loop = asyncio.get_running_loop()
        tasks = [
            loop.create_task(sender.run(outbox), name=f"deliver {sender.name}")
            for sender in self.senders
        ]
        tasks.append(loop.create_task(self._bury_strays(outbox), name="strays"))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        except asyncio.CancelledError:
            self._stop.set()
            for sender in self.senders:
                sender.stopping = True
            self.wake()
            try:
                await asyncio.wait(tasks, timeout=PARTING_S)
            finally:
                with suppress(Exception):  # it ends anyway
                    await _all(tasks, now=True)
            raise
        await _all(tasks, now=True)

    async def _bury_strays(self, outbox: Outbox) -> None:
        """Give up what is for channels that are not configured any more."""
        while not self._stop.is_set():
            await self.bury_strays(outbox)
            await self._clock.wait(self._stop, POLL_S)

    async def bury_strays(self, outbox: Outbox) -> None:
        """Do so once."""
        now, why = self._clock.now(), "There is no such channel any more."
        async with outbox.asking() as asked:
            buried = await asked.bury_strays(self.names, now - GIVE_UP_US, now, why)
            for channel in sorted({each.channel for each in buried}):
                of_it = [each for each in buried if each.channel == channel]
                await asked.put(dead_notices(of_it, why, self.names, now))

    def _tell(self, *, ready: bool, why: str) -> None:
        if (self.ready, self.why) != (ready, why):
            self.ready, self.why = ready, why
            say = log.info if ready else log.warning
            say(f"The outbox is {'emptied' if ready else 'not emptied'}: {why}")
