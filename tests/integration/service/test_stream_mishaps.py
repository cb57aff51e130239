"""What goes wrong between edges and engines: disks, brokers, others; and nothing is lost by it."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import time
from contextlib import aclosing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from monitor.broker.connecting import Place
from monitor.broker.link import Link, Stray, linked
from monitor.broker.stream import subject_of
from monitor.errors import BrokerError
from monitor.journal.parcel import Parcel
from monitor.service.engine import Engine
from monitor.service.live import LiveOptions
from monitor.service.status import ClusterStatus
from monitor.store.database import connected
from tests.bench.broker import Node
from tests.integration.service import test_tape as tapes
from tests.integration.service.journals import BAD, report, ships_in, until
from tests.integration.service.test_follow_refused import decode_badly
from tests.integration.service.test_sending import EdgeRun, lines, running, sent
from tests.integration.service.test_tape import numbered
from tests.parcels import EdgeJournal
from tests.ports import ports

TOOK_ANEW = "The stream has more of this edge's journal than its disk"


async def say(edge: EdgeRun, *numbers: int) -> None:
    """Let a feed bring lines with these numbers."""
    for number in numbers:
        edge.hub.add("roof", b"!%d\n" % number)
        await asyncio.sleep(0)


# -- the edge ------------------------------------------------------------------------------------


async def test_what_was_sent_before_it_was_on_disk_hides_nothing_of_what_comes_then(
    place: Place, tmp_path: Path
) -> None:
    """The power fails: the disk has fewer lines than were sent, and they are counted from those."""
    run = EdgeRun(tmp_path, place)
    tasks = [asyncio.ensure_future(run.hub.run()), asyncio.ensure_future(run.sender.run())]
    await say(run, *range(20))
    await run.until_sent()
    (segment,) = tmp_path.glob("journal-*")  # noqa: ASYNC240 - a test
    on_disk = segment.stat().st_size
    await say(run, *range(20, 100))
    await run.until_sent()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for file in (run.spool._file, run.spool._owner):
        assert file is not None
        file.close()
    os.truncate(segment, on_disk)
    async with running(tmp_path, place) as edge:
        await say(edge, *range(100, 300))
        await edge.until_sent()
    assert await lines(place) == sent(0, 300)


async def test_a_journal_that_was_restored_from_a_backup_goes_on_as_another(
    place: Place, tmp_path: Path
) -> None:
    """The stream has what its disk has not: where it goes on, that stands for something else."""
    async with running(tmp_path / "disk", place) as edge:
        await say(edge, *range(20))
    shutil.copytree(tmp_path / "disk", tmp_path / "backup")
    async with running(tmp_path / "disk", place) as edge:
        await say(edge, *range(20, 400))
    with capture_logs() as said:
        for first in (400, 450):
            async with running(tmp_path / "backup", place) as edge:
                await say(edge, *range(first, first + 50))
    assert [one["event"].startswith(TOOK_ANEW) for one in said].count(True) == 1
    assert await lines(place) == sent(0, 500)


async def test_a_first_message_whose_answer_is_lost_is_no_restored_journal(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stream has more of a new journal than there was when it was opened: it was just sent."""
    send, lost = Link.send, list[int]()

    async def sends(link: Link, parcel: Parcel, *, after: int) -> int:
        found = await send(link, parcel, after=after)
        if not lost:
            lost.append(found)
            message = "The broker does not answer."
            raise BrokerError(message)
        return found

    monkeypatch.setattr(Link, "send", sends)
    with capture_logs() as said:
        async with running(tmp_path, place) as edge:
            await say(edge, *range(20))
            await edge.until_sent()
    assert lost
    assert not [one for one in said if one["event"].startswith(TOOK_ANEW)]
    assert await lines(place) == sent(0, 20)


async def test_a_stray_message_under_its_name_stops_no_edge(place: Place, tmp_path: Path) -> None:
    async with running(tmp_path, place) as edge:
        await say(edge, 0)
    async with linked(place, "somebody") as link:
        await link._client.publish(subject_of(place.stream, "north"), b"hello")
        await link._client.flush()
    async with running(tmp_path, place) as edge:
        await say(edge, 1)
        await edge.until_sent()
    assert await lines(place) == sent(0, 2)


# -- the broker ----------------------------------------------------------------------------------


async def test_messages_that_somebody_forged_are_left_out(place: Place) -> None:
    """One that looks like a word of the broker, one whose place is no number of ours."""
    good = EdgeJournal("south").add(0, b"a").parcel()
    async with linked(place, "somebody") as link:
        for words in ({"Status": "100"}, {**good.words, "Monitor-Begin": "9" * 5000}):
            subject = subject_of(place.stream, "north")
            await link._client.publish(subject, good.body, headers=words)
        await link._client.flush()
        await link.send(good, after=0)
        found = list[Any]()
        async with asyncio.timeout(60), aclosing(link.parcels(1)) as coming:
            while len(found) < 3:
                found += [one for one in [await anext(coming)] if one is not None]
    assert [isinstance(one, Stray) for one in found] == [True, True, False]


async def test_a_password_is_told_to_nobody_without_tls(broker: Node) -> None:
    """Where TLS is asked for; of a server that asks for no password nothing is sent, either."""
    seen, going = bytearray(), list[asyncio.Future[Any]]()

    async def between(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_connection("127.0.0.1", broker.port)

        async def answers() -> None:
            while data := await theirs.read(65_536):
                writer.write(data.replace(b'"headers"', b'"auth_required":true,"headers"'))

        answering = asyncio.ensure_future(answers())
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                seen.extend(data)
                ours.write(data)
        answering.cancel()
        for each in (ours, writer):
            each.close()
            with suppress(ConnectionError):
                await each.wait_closed()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        going.append(asyncio.ensure_future(between(reader, writer)))

    async with await asyncio.start_server(begin, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for asked in (f"tls://ann:hush@127.0.0.1:{port}", f"tls://127.0.0.1:{broker.port}"):
            with pytest.raises(BrokerError, match="does without TLS, which is asked for here"):
                async with linked(Place([asked], "secret", most_mb=16), "test"):
                    pass
        async with linked(Place([f"nats://a%2Fn:h%40%23@127.0.0.1:{port}"], "secret"), "test"):
            pass
        async with asyncio.timeout(60):
            await asyncio.gather(*going)
    assert b"hush" not in seen
    assert b'"pass": "h@#"' in seen
    assert b'"user": "a/n"' in seen


async def test_a_node_that_stands_still_is_known_while_much_is_sent(tmp_path: Path) -> None:
    """A slow line may take long over a message; but not when nobody is there any more."""
    node = Node(tmp_path).start().ready()
    try:
        body = random.Random(2).randbytes(300_000).hex().encode()
        async with linked(Place([node.url], "frozen", most_mb=64), "test") as link:
            assert node.process is not None
            node.process.send_signal(signal.SIGSTOP)
            began_s = time.monotonic()
            with pytest.raises(BrokerError, match="the connection broke"):
                await link.send(EdgeJournal().add(0, body).parcel(), after=0)
            assert time.monotonic() - began_s < 9
    finally:
        node.kill()


# -- the engine ----------------------------------------------------------------------------------


async def test_what_was_committed_of_a_stream_is_not_taken_for_the_next_one(
    place: Place, tmp_path: Path
) -> None:
    """The stream is made anew while messages of the one before wait to be committed."""
    await tapes.sent(place, numbered(50), *numbered(50).blocks()[1:-1])
    again = EdgeJournal("south", 2)
    for number in range(100, 160):
        again.add(number, b"!%d" % number)
    async with tapes.running(place, tmp_path) as tape:
        tape.begin(0, {})
        await until(lambda: tape._sequence == 50)
        async with linked(place, "admin") as link:
            await link._ask(f"STREAM.DELETE.{place.stream}")
        await tapes.sent(place, again, *again.blocks()[1:-1])
        await until(lambda: tape._sequence == 60)
        data, position = tape.read(0, 1500)
        kept = tape.kept(position)
        assert kept["stream"]["made_at"] != tape._made_at
    wanted = sum(b"!1%02d\n" % n not in data for n in range(60))
    async with tapes.running(place, tmp_path) as tape:
        tape.begin(position, kept)
        found = b""
        while found.count(b"\n!1") < wanted:
            data, position = tape.read(position, 1 << 20)
            found += data
            await tape.wait(1)
    assert wanted == 60


async def test_a_stream_that_went_back_is_read_from_its_begin(tmp_path: Path) -> None:
    """The power failed at the broker: what it had not on its disk is sent by nobody again."""
    node = Node(tmp_path).start().ready()
    try:
        place = Place([node.url], "back", most_mb=64)
        first, more = numbered(25), EdgeJournal("south", 2)
        await tapes.sent(place, first, *first.blocks()[1:-1])
        node.kill()
        shutil.copytree(node.folder / "js", tmp_path / "before")
        node.start().ready()
        for number in range(100, 135):
            more.add(number, b"!%d" % number)
        await tapes.sent(place, more, *more.blocks()[1:-1])
        async with tapes.running(place, tmp_path) as tape:
            tape.begin(0, {})
            await until(lambda: tape._sequence == 60)
            data, position = b"", 0
            while b"!134\n" not in data:
                data, position = tape.read(position, 1 << 20)
            kept = tape.kept(position)
        node.kill()
        shutil.rmtree(node.folder / "js")
        shutil.copytree(tmp_path / "before", node.folder / "js")
        node.start().ready()
        later = EdgeJournal("east", 3)
        for number in range(200, 210):
            later.add(number, b"!%d" % number)
        with capture_logs() as said:
            async with tapes.running(place, tmp_path) as tape:
                tape.begin(position, kept)
                await tapes.sent(place, later, *later.blocks()[1:-1])
                found = b""
                while found.count(b"\n!2") < 10:
                    data, position = tape.read(position, 1 << 20)
                    found += data
                    await tape.wait(1)
        assert "The stream went back before what was taken: it is read from its begin" in [
            one["event"] for one in said
        ]
        assert b"\n!1" not in found  # what was taken before is taken once
    finally:
        node.kill()


async def test_a_full_stream_is_emptied_by_who_begins(place: Place, tmp_path: Path) -> None:
    """All of it is committed, and nothing can come that would be."""
    body = random.Random(1).randbytes(60_000).hex().encode()
    journal = EdgeJournal()
    for number in range(110):
        journal.add(number, b"!%d" % number + body)
    await tapes.sent(place, journal, *journal.blocks()[1:-1])
    async with tapes.running(place, tmp_path) as tape:
        tape.begin(0, {})
        await until(lambda: tape._sequence == 110)
        position = 0
        while tape.waiting_bytes and (end := tape.read(position, 2 << 20)[1]) > position:
            position = end
        kept = tape.kept(position)
    async with tapes.running(place, tmp_path) as tape, linked(place, "test") as link:
        tape.begin(position, kept)
        await tape._purge(link)
        assert (await link.state()).first > 1


async def test_an_engine_puts_a_block_aside_on_which_we_fail(
    place: Place, database: str, db: asyncpg.Connection, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """What it had read is gone with its connection, but for that: the rest goes on."""
    monkeypatch.setattr("monitor.decode.journal.JournalDecoder.decode", decode_badly)
    journal = EdgeJournal()
    for number, ship in enumerate([1, 2, BAD, 4, 5]):
        journal.add(number, report(ship).rstrip(b"\n"))
    await tapes.sent(place, journal.add(30))
    status = ClusterStatus(role="engine", name="", stream=place.stream, where="", since=0)
    options = LiveOptions(spool=tmp_path, spool_bytes=1 << 20)
    engine = Engine(
        ports(), partial(connected, database), lambda: linked(place, "test"), options, status
    )
    task = asyncio.ensure_future(engine.run())

    async def others_are_stored() -> bool:
        return await ships_in(db) == [1, 2, 4, 5]

    await until(others_are_stored)
    engine.stop.set()
    with suppress(asyncio.CancelledError):
        await task
    (aside,) = tmp_path.glob("refused-*")  # noqa: ASYNC240 - a test
    assert report(BAD) in aside.read_bytes()
