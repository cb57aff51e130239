"""The outbox: messages that were decided with a batch, until a channel has taken them.

A *lane* is a channel and a ship: what is in one lane goes in the order of its ids, so the head of
a lane alone may be sent. Whoever sends leases it in one transaction, sends it outside of any, and
says in another how that went: if it dies between any two steps, the lease ends and the same message
is sent again, with the same key. What is decided here is nothing: see ``monitor.service.settle``.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from monitor.errors import StoreError
from monitor.store.database import reason_of
from monitor.store.lost import transaction
from monitor.store.sql import query
from monitor.units import from_datetime, to_datetime

CALL = "delivery"
"""What the database calls out when something was put into the outbox."""

WAITING, SENT, CANCELLED, DIGESTED, DEAD = "waiting", "sent", "cancelled", "digested", "dead"
STATES = (WAITING, SENT, CANCELLED, DIGESTED, DEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message to be put into the outbox; instants are us."""

    idem: str  # the same is put there once
    alert: str
    revision: int
    channel: str
    lane: str
    word: str
    severity: str
    payload: Mapping[str, Any]
    due: int  # not before
    expires: int | None = None  # not after; None: however late
    made_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A message that waits, and how its alert stands; instants are us."""

    id: int
    alert: str
    revision: int
    channel: str
    lane: str
    word: str
    severity: str
    payload: Mapping[str, Any]
    attempts: int
    due: int
    expires: int | None
    made_at: int
    perhaps_at: int | None  # when it may have arrived; None: it never did, for all that is known
    stands: str | None  # state of the alert; None: there is none in the store
    told: bool  # the channel got a message of this alert before, or may have got it


@dataclass(frozen=True, slots=True, kw_only=True)
class Buried:
    """A message that was given up."""

    id: int
    lane: str
    channel: str
    payload: Mapping[str, Any]


def lane_of(channel: str, about: str | int) -> str:
    """Return the lane of a channel's messages about a ship, or whatever they are about."""
    return f"{channel}|{about}"


def digest_lane(channel: str) -> str:
    """Return the lane of a channel's digests: what is made after one waits for it."""
    return lane_of(channel, "digest")


async def put(connection: Any, deliveries: Iterable[Delivery]) -> None:
    """Put messages into the outbox, within the caller's transaction; others are woken at commit."""
    rows = [
        (
            each.idem, uuid.UUID(each.alert), each.revision, each.channel, each.lane, each.word,
            each.severity, json.dumps(_storable(each.payload)), to_datetime(each.due),
            None if each.expires is None else to_datetime(each.expires), to_datetime(each.made_at),
        )
        for each in deliveries
    ]  # fmt: skip
    if rows:
        await connection.executemany(query("insert_delivery"), rows)
        await connection.execute(query("tell_of_deliveries"))


def _storable(value: Any) -> Any:
    """Return a JSON value without what jsonb refuses: NUL, and halves of surrogate pairs."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_storable(name): _storable(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(inner) for inner in value]
    return value


class Outbox:
    """The outbox over one connection, for several tasks: one asks at a time."""

    def __init__(self, connection: Any) -> None:
        """Ask on this connection."""
        self._connection = connection
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[Any]:
        """Take a turn, in a transaction; StoreError for whatever the database says against it."""
        async with self._turn:
            try:
                async with transaction(self._connection):
                    yield Asked(self._connection)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
                message = f"The outbox could not be used: {reason_of(error)}."
                raise StoreError(message) from error

    @asynccontextmanager
    async def hearing(self, called: Callable[[], None]) -> AsyncIterator[None]:
        """Call back when something was put into the outbox, by whomever."""

        def hear(*_: Any) -> None:
            called()

        try:
            await self._connection.add_listener(CALL, hear)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            message = f"The outbox could not be used: {reason_of(error)}."
            raise StoreError(message) from error
        try:
            yield
        finally:
            if not self._connection.is_closed():
                self._connection.terminate()  # nothing else is done on it


class Asked:
    """What may be asked and done within one transaction; all instants are us."""

    def __init__(self, connection: Any) -> None:
        """Of this connection."""
        self._db = connection

    async def put(self, deliveries: Iterable[Delivery]) -> None:
        """See ``put``."""
        await put(self._db, deliveries)

    async def hurry(self, channel: str, now: int) -> None:
        """Let go what stands before critical messages."""
        await self._db.execute(query("hurry_lanes"), channel, to_datetime(now))

    async def lanes(self, channel: str, now: int, most: int) -> dict[str, list[Waiting]]:
        """Lanes whose head may be sent now, each with all that waits in it; they are locked.

        Those with something critical come first; besides them, so many at most.
        """
        at = to_datetime(now)
        heads = await self._db.fetch(query("grave_heads"), channel, at, most)
        heads += await self._db.fetch(query("lane_heads"), channel, at, most, digest_lane(channel))
        lanes: dict[str, list[Waiting]] = {head["lane"]: [] for head in heads}
        for row in await self._db.fetch(query("lane_rows"), list(lanes)):
            lanes[row["lane"]].append(_waiting(row))
        return lanes

    async def lease(self, ids: Sequence[int], until: int) -> None:
        """Take messages for sending."""
        await self._db.execute(query("lease_deliveries"), ids, to_datetime(until))

    async def end(self, ids: Sequence[int], state: str, now: int, why: str | None = None) -> int:
        """Messages came to an end; how many of them still waited."""
        found = await self._db.fetch(query("end_deliveries"), ids, state, to_datetime(now), why)
        return len(found)

    async def put_off(self, row: Waiting, due: int, why: str, perhaps_at: int | None) -> None:
        """A message could not be sent: its lane waits; ``perhaps_at``: it may have arrived then.

        None: it did not this time; that it may have before, when nobody could write down how that
        went or nobody answered, is not forgotten.
        """
        at = row.perhaps_at if perhaps_at is None else perhaps_at
        perhaps = None if at is None else to_datetime(at)
        await self._db.execute(query("put_off_delivery"), row.id, to_datetime(due), why, perhaps)
        await self.put_off_lanes([row.lane], due)

    async def put_off_lanes(self, lanes: Collection[str], due: int) -> None:
        """Nothing of these lanes is sent before then."""
        await self._db.execute(query("put_off_lanes"), list(lanes), to_datetime(due))

    async def bring_forward(self, channel: str, now: int) -> None:
        """Let go what was put off when the channel did not work."""
        await self._db.execute(query("bring_forward"), channel, to_datetime(now))

    async def bury(self, channel: str, before: int, now: int, why: str) -> list[Buried]:
        """Give up what has waited since ``before`` for a channel that does not work."""
        rows = await self._db.fetch(
            query("bury_deliveries"), channel, to_datetime(before), to_datetime(now), why
        )
        return [_buried(row, channel) for row in rows]

    async def bury_strays(
        self, channels: Collection[str], before: int, now: int, why: str
    ) -> list[Buried]:
        """Give up what has waited since ``before`` for channels that are none of these."""
        rows = await self._db.fetch(
            query("bury_strays"), list(channels), to_datetime(before), to_datetime(now), why
        )
        return [_buried(row, row["channel"]) for row in rows]

    async def sent_since(self, channel: str, since: int) -> int:
        """How many messages a channel got since then."""
        found: int = await self._db.fetchval(query("sent_since"), channel, to_datetime(since))
        return found

    async def last_digest(self, channel: str, since: int) -> int | None:
        """When the last digest was made, if since then."""
        found = await self._db.fetchval(query("last_digest"), channel, to_datetime(since))
        return None if found is None else from_datetime(found)

    async def next_due(self, channel: str, now: int) -> int | None:
        """When the next message falls due; None: none waits for its time."""
        found = await self._db.fetchval(query("next_due"), channel, to_datetime(now))
        return None if found is None else from_datetime(found)

    async def waiting(self) -> dict[str, int]:
        """How many messages wait for each channel."""
        return {r["channel"]: r["waiting"] for r in await self._db.fetch(query("count_waiting"))}

    async def listed(
        self,
        *,
        states: Collection[str] = STATES,
        channel: str | None = None,
        alert: str | None = None,
        most: int = 1000,
    ) -> list[dict[str, Any]]:
        """Return the outbox, the newest first, as records."""
        rows = await self._db.fetch(
            query("list_deliveries"), list(states), channel,
            None if alert is None else uuid.UUID(alert), most,
        )  # fmt: skip
        return [dict(row) | {"alert": str(row["alert"])} for row in rows]

    async def revive(self, channel: str, now: int, ids: Sequence[int] | None = None) -> int:
        """Try dead messages again; how many there were. None: all of the channel."""
        found = await self._db.fetch(query("revive_deliveries"), channel, ids, to_datetime(now))
        if found:
            await self._db.execute(query("tell_of_deliveries"))
        return len(found)

    async def cancel(self, channel: str, now: int, why: str, alert: str | None = None) -> int:
        """Tell nothing of what waits for a channel; how much that was."""
        found = await self._db.fetch(
            query("cancel_deliveries"), channel, None if alert is None else uuid.UUID(alert),
            to_datetime(now), why,
        )  # fmt: skip
        return len(found)


def _waiting(row: Any) -> Waiting:
    return Waiting(
        id=row["id"], alert=str(row["alert"]), revision=row["revision"], channel=row["channel"],
        lane=row["lane"], word=row["word"], severity=row["severity"],
        payload=json.loads(row["payload"]), attempts=row["attempts"],
        due=from_datetime(row["due"]),
        expires=None if row["expires"] is None else from_datetime(row["expires"]),
        made_at=from_datetime(row["made_at"]),
        perhaps_at=None if row["leased_until"] is None else from_datetime(row["leased_until"]),
        stands=row["stands"], told=row["told"],
    )  # fmt: skip


def _buried(row: Any, channel: str) -> Buried:
    return Buried(
        id=row["id"], lane=row["lane"], channel=channel, payload=json.loads(row["payload"])
    )
