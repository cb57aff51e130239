"""The stream as a journal: merged, read in pieces, and taken up again from what was committed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.broker.connecting import Place
from monitor.broker.link import linked
from monitor.errors import UnfitError
from monitor.journal.merged import merged
from monitor.service import tape as tape_module
from monitor.service.status import ClusterStatus
from monitor.service.tape import StreamTape
from tests.integration.service.journals import until
from tests.parcels import EdgeJournal


def tape_of(place: Place, folder: Path) -> StreamTape:
    """One that nobody runs yet."""
    status = ClusterStatus(role="engine", name="", stream=place.stream, where="", since=0)
    return StreamTape(lambda: linked(place, "test"), status, folder)


@asynccontextmanager
async def running(place: Place, folder: Path) -> AsyncIterator[StreamTape]:
    """A tape that hears the broker."""
    tape = tape_of(place, folder)
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        task = tasks.create_task(tape.run())
        await until(lambda: tape.hears)
        yield tape
        task.cancel()


async def sent(place: Place, journal: EdgeJournal, *cuts: int) -> None:
    """Send a journal in pieces."""
    ends = [*cuts, journal.end]
    async with linked(place, "sender") as link:
        last = await link.last_of(journal.edge)
        after, begin = (0, len(journal.header)) if last is None else (last.sequence, last.end)
        for end in ends:
            after = await link.send(journal.parcel(begin, end), after=after)
            begin = end


async def read_all(tape: StreamTape, position: int, wanted: int, most: int = 100) -> bytes:
    """Read so many bytes."""
    found = b""
    while len(found) < wanted:
        data, position = tape.read(position, most)
        found += data
        if not data:
            await tape.wait(5)
    return found


def numbered(lines: int) -> EdgeJournal:
    journal = EdgeJournal()
    for number in range(lines):
        journal.add(number, b"!%d" % number)
    return journal


async def test_it_is_the_merged_journal(place: Place, tmp_path: Path) -> None:
    """Block by block; what is read waits until it is released."""
    journal = numbered(20)
    cuts = journal.blocks()[3:17:5]
    await sent(place, journal, *cuts)
    async with running(place, tmp_path) as tape:
        whole = merged(tape.id, [journal.parcel(stored_s=10**9)])
        assert tape.read(0, 100) == (b"", 0), "it stands by"
        tape.begin(0, {})
        assert await read_all(tape, 0, len(whole)) == whole
        assert tape.waiting_bytes == len(whole)
        tape.release(len(whole))
        assert (tape.waiting_bytes, tape.stored) == (0, len(whole))
        assert tape.header == whole[: whole.index(b"\n") + 1]
        journal.add(30, b"!more")
        await sent(place, journal)
        assert await tape.wait(10)
        data, _ = tape.read(len(whole), 1)
        assert data.endswith(b"!more\n")


async def test_every_commit_is_a_place_to_go_on_from(place: Place, tmp_path: Path) -> None:
    """Within a message as well as between two: the same bytes follow."""
    journal = numbered(12)
    await sent(place, journal, *journal.blocks()[2:10:3])
    async with running(place, tmp_path) as tape:
        whole = merged(tape.id, [journal.parcel(stored_s=10**9)])
        tape.begin(0, {})
        await read_all(tape, 0, len(whole))
        places = [0]
        while places[-1] < len(whole):
            places.append(tape.read(places[-1], 1)[1])
        kept = {at: json.dumps(tape.kept(at)) for at in places}
        for at in places[:-1:4]:
            tape.begin(at, json.loads(kept[at]))
            assert await read_all(tape, at, len(whole) - at) == whole[at:]
            assert json.dumps(tape.kept(len(whole))) == kept[len(whole)]


async def test_a_message_that_comes_twice_is_taken_once(place: Place, tmp_path: Path) -> None:
    """The broker forgets after a while what it had; the journal's positions do not."""
    journal = numbered(6)
    await sent(place, journal)
    async with linked(place, "sender") as link:
        again = journal.parcel(journal.blocks()[2])
        await link.send(again, after=1)
    async with running(place, tmp_path) as tape:
        whole = merged(tape.id, [journal.parcel(stored_s=10**9)])
        tape.begin(0, {})
        assert await read_all(tape, 0, len(whole)) == whole
        journal.add(30, b"!more")
        await sent(place, journal)
        while not (data := tape.read(len(whole), 10_000)[0]):
            await tape.wait(1)
        assert data.count(b"!") == 1


async def test_a_stream_that_was_made_anew_is_read_from_its_begin(
    place: Place, tmp_path: Path
) -> None:
    """And what of it was taken already is not taken again."""
    journal = numbered(4)
    await sent(place, journal)
    async with running(place, tmp_path) as tape:
        tape.begin(0, {})
        whole = await read_all(tape, 0, len(merged(tape.id, [journal.parcel(stored_s=10**9)])))
        kept = json.loads(json.dumps(tape.kept(len(whole))))
    async with linked(place, "admin") as link:
        await link._ask(f"STREAM.DELETE.{place.stream}")
    async with linked(place, "sender") as link:
        journal.add(30, b"!more")
        await link.send(journal.parcel(), after=0)
    with capture_logs() as logs:
        async with running(place, tmp_path) as tape:
            tape.begin(len(whole), kept)
            while not (data := tape.read(len(whole), 10_000)[0]):
                await tape.wait(1)
            assert data.count(b"!") == 1
            assert data.endswith(b"!more\n")
    assert "The stream was made anew: it is read from its begin" in [e["event"] for e in logs]


async def test_the_oldest_that_is_committed_makes_room(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the stream is half full; what is not committed stays."""
    monkeypatch.setattr(tape_module, "PURGE_S", 0.0)
    body = bytes(range(33, 127)) * 5000
    journal = EdgeJournal()
    for number in range(20):
        journal.add(number, b"!%d" % number + body)
    await sent(place, journal, *journal.blocks()[1:-1])
    async with running(place, tmp_path) as tape, linked(place, "look") as link:
        before = await link.state()
        assert before.size_bytes > before.most_bytes / 2
        tape.begin(0, {})
        whole = await read_all(tape, 0, 20 * len(body), 1 << 20)
        assert (await link.state()).first == 1
        tape.kept(len(whole))  # of a batch that is not committed yet
        await asyncio.sleep(0.3)
        assert (await link.state()).first == 1
        tape.release(len(whole))

        async def purged() -> bool:
            return (await link.state()).first > 3

        await until(purged)
        assert (await link.state()).last == 20


async def test_a_stream_of_another_layout_ends_it_at_the_start(
    place: Place, tmp_path: Path
) -> None:
    async with linked(place._replace(stream="other"), "admin") as link:
        config = {
            "name": place.stream, "subjects": [f"{place.stream}.lines.*"],
            "metadata": {"Monitor-Layout": "2"},
        }  # fmt: skip
        await link._ask(f"STREAM.CREATE.{place.stream}", config)
    with pytest.raises(UnfitError, match="is of layout 2, and this program knows 1"):
        await tape_of(place, tmp_path).run()
