"""What is sent to a real NATS server comes back from it, once and in order; and what goes wrong."""

from __future__ import annotations

import asyncio
import socket
from contextlib import aclosing
from pathlib import Path

import pytest

from monitor.broker.connecting import Place
from monitor.broker.link import Link, Stray, linked
from monitor.broker.stream import subject_of
from monitor.clock import now_us
from monitor.errors import BrokerError, TurnError, UnfitError
from monitor.journal.parcel import Parcel
from monitor.units import SECOND_US
from tests.bench.broker import Node
from tests.live import free_port
from tests.parcels import EdgeJournal


async def taken(link: Link, start: int, many: int) -> list[Parcel | Stray]:
    """So many messages from a number on."""
    found: list[Parcel | Stray] = []
    async with asyncio.timeout(60), aclosing(link.parcels(start)) as messages:
        async for message in messages:
            if message is not None:
                found.append(message)
            if len(found) == many:
                break
    return found


async def test_messages_come_back_in_their_order(place: Place) -> None:
    """With their numbers, and when they were stored; the last of an edge is known."""
    north, south = EdgeJournal("north").add(0, b"a"), EdgeJournal("south", 2).add(0, b"b")
    async with linked(place, "test") as link:
        assert await link.last_of("north") is None
        assert await link.send(north.parcel(), after=0) == 1
        assert await link.send(south.parcel(), after=0) == 2
        place_ = north.end
        north.add(1, b"c")
        assert await link.send(north.parcel(begin=place_), after=1) == 3
        found = await taken(link, 1, 3)
        assert [(p.edge, p.blocks, p.sequence) for p in found if isinstance(p, Parcel)] == [
            ("north", north.data[len(north.header) : place_], 1),
            ("south", south.parcel().blocks, 2), ("north", north.data[place_:], 3),
        ]  # fmt: skip
        assert await taken(link, 3, 1) == found[2:]
        last = await link.last_of("north")
        assert last == found[2]
        assert abs(last.stored_at - now_us()) < 30 * SECOND_US
        state = await link.state()
        assert (state.first, state.last, state.most_bytes) == (1, 3, 16 << 20)


async def test_nothing_comes_and_that_is_heard(place: Place) -> None:
    async with linked(place, "test") as link, aclosing(link.parcels(1)) as messages:
        assert await anext(messages) is None
        assert await anext(messages) is None


async def test_what_was_sent_is_not_sent_again(place: Place) -> None:
    """Neither behind another message of the edge, nor within the time that the broker remembers."""
    journal = EdgeJournal().add(0, b"a")
    async with linked(place, "test") as link:
        await link.send(journal.parcel(), after=0)
        with pytest.raises(TurnError):
            await link.send(journal.parcel(), after=1)
        with pytest.raises(TurnError):
            await link.send(journal.parcel(begin=journal.end - 20), after=0)
        assert (await link.state()).last == 1


async def test_a_full_stream_refuses_and_keeps_what_it_has(place: Place) -> None:
    """The engine has not taken it yet; once it has, there is room again."""
    body = bytes(range(33, 127)) * 3000
    after = 0
    async with linked(place, "test") as link:
        why = ""
        for number in range(200):
            journal = EdgeJournal(number=number).add(0, b"%d" % number + body)
            try:
                after = await link.send(journal.parcel(), after=after)
            except BrokerError as error:
                why = str(error)
                break
        assert why.startswith(f"The stream {place.stream} is full (")
        assert 40 < after < 200
        await link.purge(after // 2)
        assert (await link.state()).first == after // 2
        await link.send(EdgeJournal(number=999).add(0, body).parcel(), after=after)


async def test_what_others_write_there_is_told_apart(place: Place) -> None:
    """By a program that is none of ours; those of ours behind it are read."""
    async with linked(place, "test") as link:
        await link._client.publish(subject_of(place.stream, "north"), b"hello")
        await link._client.flush()
        await link.send(EdgeJournal("south").add(0, b"a").parcel(), after=0)
        stray, parcel = await taken(link, 1, 2)
        assert isinstance(stray, Stray)
        assert (
            stray.why
            == "Message 1 of the stream is none of an edge's: nobody else may write there."
        )
        assert isinstance(parcel, Parcel)


async def test_a_stream_of_another_making(place: Place) -> None:
    """One that would lose lines, or of another layout, is not used; what is otherwise is said."""
    async with linked(place, "test") as link:
        assert link.notes == []
    async with linked(place._replace(most_mb=32), "test") as link:
        assert link.notes == [
            f"The stream {place.stream} has max_bytes 16777216, and not 33554432 as it is set here."
        ]
        config = {"name": "foreign", "subjects": ["foreign.lines.*"], "storage": "memory"}
        await link._ask("STREAM.CREATE.foreign", config)
    with pytest.raises(UnfitError, match="The stream foreign would drop its oldest"):
        async with linked(place._replace(stream="foreign"), "test"):
            pass


async def test_nobody_answers(tmp_path: Path) -> None:
    """Nothing listens there, or something else does; passwords are not shown."""
    with pytest.raises(BrokerError, match=r"No broker answers: nats://a:\*\*\*@127.0.0.1:\d+: "):
        async with linked(Place([f"nats://a:secret@127.0.0.1:{free_port()}"], "s"), "test"):
            pass
    with socket.create_server(("127.0.0.1", 0)) as mute:
        where = f"nats://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(BrokerError, match="No broker answers"):
            async with linked(Place([where], "s"), "test"):
                pass
    with pytest.raises(UnfitError, match=r"broker_ca .* cannot be read"):
        async with linked(Place(["nats://x"], "s", ca=tmp_path / "none"), "test"):
            pass


async def test_one_of_several_is_enough(place: Place) -> None:
    servers = [f"nats://127.0.0.1:{free_port()}", *place.servers]
    for _ in range(3):
        async with linked(place._replace(servers=servers), "test") as link:
            assert link.is_open


async def test_a_server_without_jetstream(tmp_path: Path) -> None:
    node = Node(tmp_path)
    node.jetstream = False
    try:
        node.start().ready()
        with pytest.raises(UnfitError, match="The broker one has no JetStream: start it with -js"):
            async with linked(Place([node.url], "s"), "test"):
                pass
    finally:
        node.kill()
