"""A desk for tests of the outbox: drawn time, alerts that are told, and ears that hear them."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import asyncpg

from monitor.alert.message import Message, Severity, Word
from monitor.deliver.channel import Channel
from monitor.deliver.log import LogConfig
from monitor.errors import DeliveryError, LaterError
from monitor.service.outbox import Sender
from monitor.service.settle import outgoing
from monitor.store.outbox import Outbox, put
from monitor.units import SECOND_US

BEGIN = 1_700_000_000 * SECOND_US
SHIP = 273_999_410
Trouble = Callable[[Message], DeliveryError | None]


class DrawnClock:
    """Time that a test moves; waiting for an event ends with it alone."""

    def __init__(self, at: int = BEGIN) -> None:
        """Begin there."""
        self.at = at
        self.waits: list[float] = []

    def now(self) -> int:
        """See Clock."""
        return self.at

    def pass_s(self, seconds: float) -> None:
        """Let time pass."""
        self.at += round(seconds * SECOND_US)

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """See Clock."""
        self.waits.append(seconds)
        await event.wait()


def down(_: Message) -> DeliveryError:
    """The trouble of a receiver that cannot be reached."""
    return LaterError("The ear cannot be reached.")


class Ear(Channel[LogConfig]):
    """A channel into this test."""

    KIND = "ear"
    SUMMARY = "Hears."
    CONFIG = LogConfig

    def __init__(self, name: str) -> None:
        """Nothing was heard yet."""
        super().__init__(LogConfig(name=name, timeout_s=5))
        self.heard: list[Message] = []
        self.tries: list[str] = []
        self.trouble: Trouble = lambda _: None

    @property
    def where(self) -> str:
        """See Channel."""
        return f"the ear {self.config.name}"

    async def send(self, message: Message) -> None:
        """Hear it, unless there is trouble."""
        self.tries.append(message.key)
        error = self.trouble(message)
        if error is not None:
            raise error
        self.heard.append(message)

    @property
    def said(self) -> list[str]:
        """What was heard, in short."""
        return [f"{message.word.value} {message.headline}" for message in self.heard]


def alert_id(number: int) -> str:
    """The id of the alert of this number."""
    return str(uuid.UUID(int=number))


def message(number: int = 1, revision: int = 1, **words: Any) -> Message:
    """A message of an alert, as of BEGIN unless it says else."""
    found: dict[str, Any] = {
        "alert": alert_id(number), "revision": revision, "word": Word.RAISED,
        "severity": Severity.WARNING, "headline": f"alert {number}.{revision}",
        "text": "A watched ship arrived.", "mmsi": SHIP, "place": "tobruk", "decided_at": BEGIN,
        "happened_at": BEGIN,
    }  # fmt: skip
    return Message(**found | words)


class Desk:
    """The outbox of a database, with an ear for each name."""

    def __init__(self, db: asyncpg.Connection, *names: str) -> None:
        """Have an ear for each of these names."""
        self.db = db
        self.clock = DrawnClock()
        self.ears = {name: Ear(name) for name in names}
        self.outbox = Outbox(db)
        self.restart()

    def restart(self) -> None:
        """As after the end of the process: nothing is remembered but what is stored."""
        names = list(self.ears)
        self.senders = {name: Sender(ear, names, self.clock) for name, ear in self.ears.items()}

    async def alert(self, number: int, state: str = "open") -> None:
        """Make the row of an alert, or change its state."""
        await self.db.execute(
            "INSERT INTO alert (id, subject, state, severity, revision, headline, reasons,"
            " raised_at, changed_at) VALUES ($1, 'ship', $2, 'warning', 1, '', '[]', now(), now())"
            " ON CONFLICT (id) DO UPDATE SET state = $2",
            uuid.UUID(alert_id(number)), state,
        )  # fmt: skip

    async def tell(self, *messages: Message, to: Iterable[str] = (), **words: Any) -> None:
        """Put messages into the outbox, as a batch does."""
        channels = list(to) or list(self.ears)
        async with self.db.transaction():
            for each in messages:
                await put(self.db, outgoing(each, channels, now=self.clock.at, **words))

    async def turn(self) -> None:
        """Let each channel send what it may, until nothing is left to be told of that."""
        for _ in range(2):
            for sender in self.senders.values():
                await sender.turn(self.outbox)

    async def later(self, seconds: float) -> None:
        """Let time pass, then take a turn."""
        self.clock.pass_s(seconds)
        await self.turn()

    async def states(self, channel: str | None = None) -> list[str]:
        """State of each delivery, in the order in which they were made."""
        async with self.outbox.asking() as asked:
            rows = await asked.listed(channel=channel, most=10_000)
        return [row["state"] for row in reversed(rows)]
