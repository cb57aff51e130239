"""A connection to the broker: what is sent, taken and asked by it.

It does not reconnect: whoever has it begins anew on any trouble, with another of the servers. All
that goes wrong is a BrokerError, a sentence.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from monitor.broker.connecting import Line, Place, connected, let_go, reason_of
from monitor.broker.stream import (
    State,
    check_server,
    differences,
    instant_us,
    state_of,
    subject_of,
    wanted,
)
from monitor.errors import BrokerError, InputError, TurnError
from monitor.journal.parcel import Parcel, parcel_of

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg

ANSWER_S, TAKEN_S, SLOWEST_BYTES_S = 1.5, 3.0, 50_000
"""A leader that dies is followed by another in four to nine seconds: what was asked is asked again
soon, so that it is heard when it is there. A message takes its time on a slow line."""

BEAT_S, DEAF_S = 0.5, 2.0
"""The broker says so often that nothing came; if it does not, what carried the messages is gone."""

WINDOW_BYTES = 64 << 20

WRONG_LAST, FULL, TOO_LARGE, NO_STREAM, NO_MESSAGE, IN_USE = (
    {10071, 10164}, {10077, 10023, 10047}, {10054}, {10059}, {10037}, {10058},
)  # fmt: skip
"""The server's numbers of what can go wrong."""

STORED = "$JS.ACK."
"""Where the answer to a stored message would go; what its headers say is anybody's."""


class Stray(NamedTuple):
    """A message of the stream that is none of an edge's."""

    sequence: int
    why: str


@asynccontextmanager
async def linked(place: Place, name: str) -> AsyncIterator[Link]:
    """Connect to any of the servers; BrokerError if none answers, UnfitError if it will not do."""
    client, line = await connected(place, name)
    link = Link(client, place, line)
    try:
        check_server(client._server_info)  # noqa: SLF001 - there is no other way to all of it
        await link.open()
        yield link
    finally:
        await let_go(client)


class Link:
    """See the module."""

    def __init__(self, client: Client, place: Place, line: Line) -> None:
        """Use ``linked``."""
        self._client = client
        self._line = line
        self._place = place
        self.notes: list[str] = []  # how the stream differs from what is set
        self.made_at = ""  # of the stream

    @property
    def is_open(self) -> bool:
        """Whether the connection stands, as far as is known."""
        return bool(self._client.is_connected)

    async def open(self) -> None:
        """Find the stream, or make it."""
        info = self._client._server_info  # noqa: SLF001
        clustered = bool(info.get("cluster"))
        replicas = self._place.replicas or (3 if clustered else 1)
        ours = wanted(self._place.stream, replicas=replicas, most_mb=self._place.most_mb)
        found = await self._ask(f"STREAM.INFO.{self._place.stream}", missing=True)
        if found is None:
            try:
                found = await self._ask(f"STREAM.CREATE.{self._place.stream}", ours)
            except BrokerError as error:
                if not any(f"({number})" in str(error) for number in IN_USE):
                    raise
                found = await self._ask(f"STREAM.INFO.{self._place.stream}")
        assert found is not None  # noqa: S101 - it was asked for, or made
        self.notes = differences(found["config"], ours)
        self.made_at = str(found["created"])

    async def state(self) -> State:
        """How the stream stands."""
        found = await self._ask(f"STREAM.INFO.{self._place.stream}")
        assert found is not None  # noqa: S101 - else it raises
        return state_of(found)

    async def last_of(self, edge: str) -> Parcel | Stray | None:
        """The last message of an edge, or under its name; None: there is none."""
        wanted_by = {"last_by_subj": subject_of(self._place.stream, edge)}
        found = await self._ask(f"STREAM.MSG.GET.{self._place.stream}", wanted_by, missing=True)
        if found is None:
            return None
        message = found["message"]
        words = _words(base64.b64decode(message.get("hdrs", "")))
        body = base64.b64decode(message.get("data", ""))
        sequence = int(message["seq"])
        try:
            return parcel_of(words, body, sequence, instant_us(message["time"]))
        except InputError as error:
            return Stray(sequence, str(error))

    async def send(self, parcel: Parcel, *, after: int) -> int:
        """Send a message, right after the last of this edge; its number once the broker has it.

        TurnError if that was not the last, or the broker had this one already.
        """
        headers = {
            **parcel.words, "Nats-Msg-Id": parcel.id, "Nats-Expected-Stream": self._place.stream,
            "Nats-Expected-Last-Subject-Sequence": str(after),
        }  # fmt: skip
        subject = subject_of(self._place.stream, parcel.edge)
        answer = await self._request(subject, parcel.body, headers)
        if answer.get("duplicate"):
            message = "The broker has this message already."
            raise TurnError(message)
        return int(answer["seq"])

    async def purge(self, before: int) -> None:
        """Drop all messages before one."""
        await self._ask(f"STREAM.PURGE.{self._place.stream}", {"seq": before})

    async def parcels(self, start: int) -> AsyncGenerator[Parcel | Stray | None, None]:
        """All messages from a number on, as they come; None when the broker says that none did.

        BrokerError when it says nothing any more, or left one out.
        """
        inbox = self._client.new_inbox()
        held = await self._client.subscribe(inbox, pending_bytes_limit=WINDOW_BYTES)
        config = {
            "deliver_subject": inbox, "deliver_policy": "by_start_sequence",
            "opt_start_seq": max(1, start), "ack_policy": "none", "replay_policy": "instant",
            "flow_control": True, "idle_heartbeat": int(BEAT_S * 1e9), "max_deliver": 1,
            "inactive_threshold": int(10e9), "mem_storage": True, "num_replicas": 1,
        }  # fmt: skip
        stream = self._place.stream
        made = await self._ask(
            f"CONSUMER.CREATE.{stream}", {"stream_name": stream, "config": config}
        )
        assert made is not None  # noqa: S101 - else it raises
        count = 0
        try:
            while True:
                message = await self._next(held)
                if not message.reply.startswith(STORED):  # the broker's own word
                    reply = message.reply or (message.headers or {}).get("Nats-Consumer-Stalled")
                    if reply:
                        await self._client.publish(reply)
                    yield None
                    continue
                count += 1
                sequence, number, stored_at = _place_of(message.reply)
                if number != count:
                    why = "The broker left out a message: it is asked again."
                    raise BrokerError(why)
                yield _read(message, sequence, stored_at)
        finally:
            with suppress(Exception):
                await held.unsubscribe()

    async def _next(self, held: Any) -> Msg:
        try:
            found: Msg = await held.next_msg(timeout=DEAF_S)
        except Exception as error:
            message = f"The broker says nothing any more: {reason_of(error)}."
            raise BrokerError(message) from error
        task = asyncio.current_task()
        if task is not None and task.cancelling():  # Python 3.11 forgets that if one just came
            raise asyncio.CancelledError
        return found

    async def _ask(
        self, what: str, words: dict[str, Any] | None = None, *, missing: bool = False
    ) -> dict[str, Any] | None:
        """Ask JetStream's API; ``missing``: None if what is asked for is not there."""
        body = b"" if words is None else json.dumps(words).encode()
        found: dict[str, Any] | None = await self._request(
            f"$JS.API.{what}", body, None, missing=missing
        )
        return found

    async def _answered(self, asked: Coroutine[Any, Any, Msg]) -> Msg:
        """What is answered; ConnectionError as soon as there is nobody any more to answer."""
        waits = asyncio.timeout(None)
        self._line.waiting.add(waits)
        try:
            async with waits:
                return await asked
        except TimeoutError as error:
            if not self._line.is_gone:
                raise
            message = "the connection broke"
            raise ConnectionError(message) from error
        finally:
            self._line.waiting.discard(waits)

    async def _request(
        self, subject: str, body: bytes, headers: dict[str, str] | None, *, missing: bool = False
    ) -> Any:
        try:
            limit_s = ANSWER_S if headers is None else TAKEN_S + len(body) / SLOWEST_BYTES_S
            answer = await self._answered(
                self._client.request(subject, body, timeout=limit_s, headers=headers)
            )
            found = json.loads(answer.data)
        except Exception as error:
            message = f"The broker does not answer: {reason_of(error)}."
            raise BrokerError(message) from error
        fault = found.get("error")
        if fault is None:
            return found
        number, words = fault.get("err_code", 0), str(fault.get("description", "")).rstrip(".")
        if missing and number in NO_STREAM | NO_MESSAGE:
            return None
        if number in WRONG_LAST:
            message = f"Another message of this edge came between: {words}."
            raise TurnError(message)
        if number in FULL:
            message = (
                f"The stream {self._place.stream} is full ({words}): the engine does not take from"
                " it, or stream_mb is too small."
            )
            raise BrokerError(message)
        message = f"The broker refuses: {words} ({number})."
        raise BrokerError(message)


def _words(head: bytes) -> dict[str, str]:
    """Headers as the API gives them with a stored message."""
    lines = head.decode("utf-8", "replace").split("\r\n")[1:]
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {name: value.strip() for name, _, value in pairs}


def _place_of(reply: str) -> tuple[int, int, int]:
    """Of a message: its number in the stream, that of its delivery, and when it was stored, us.

    ``$JS.ACK.stream.consumer.times.sequence.number.ns.waiting``; newer servers put domain and
    account before the stream.
    """
    parts = reply.split(".")
    _, sequence, number, stored_ns, *_ = parts[4:9] if len(parts) == 9 else parts[6:11]
    return int(sequence), int(number), int(stored_ns) // 1000


def _read(message: Msg, sequence: int, stored_at: int) -> Parcel | Stray:
    try:
        return parcel_of(message.headers or {}, message.data, sequence, stored_at)
    except InputError as error:
        return Stray(sequence, str(error))
