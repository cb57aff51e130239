"""An edge's journal goes to a real NATS server: all of it, once, whatever happens between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.broker.connecting import Place
from monitor.broker.link import linked
from monitor.clock import ReceptionClock
from monitor.errors import UnfitError
from monitor.journal.blocks import header
from monitor.journal.merged import merged
from monitor.journal.parcel import Parcel
from monitor.journal.spool import Spool
from monitor.service import sending
from monitor.service.hub import Hub
from monitor.service.sending import SENT, Sender
from monitor.service.status import ClusterStatus, SpoolStatus, Status, StoreStatus
from tests.bench.broker import Node
from tests.integration.service.journals import until
from tests.parcels import STREAM


class EdgeRun:
    """A hub, its journal and the sender: as ``Edge`` puts them together."""

    def __init__(self, folder: Path, place: Place, edge: str = "north") -> None:
        """Open the journal."""
        self.spool = Spool(folder, limit_bytes=64 << 20)
        self.spool.open()
        self.spool.header = header({"roof": "nmea"}, lateness_s=0.0, journal=self.spool.id.hex())
        self.hub = Hub(self.spool, ReceptionClock())
        self.status = Status(
            started_at=0, store=StoreStatus(since=0),
            spool=SpoolStatus(directory=str(folder), recorded=False, limit_bytes=64 << 20),
            cluster=ClusterStatus(role="edge", name=edge, stream=place.stream, where="", since=0),
        )  # fmt: skip
        self.sender = Sender(self.hub, lambda: linked(place, "test"), edge, self.status)

    async def until_sent(self) -> None:
        """Wait until nothing waits."""
        async with asyncio.timeout(60):
            await until(lambda: not (self.spool.waiting_bytes or self.hub.waiting_bytes))


@asynccontextmanager
async def running(folder: Path, place: Place, edge: str = "north") -> AsyncIterator[EdgeRun]:
    """An edge at work, which in the end sends what it has."""
    run = EdgeRun(folder, place, edge)
    try:
        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            tasks.create_task(run.hub.run())
            tasks.create_task(run.sender.run())
            yield run
            run.hub.close()
            run.sender.stop()
    finally:
        run.spool.close()


async def messages(place: Place) -> list[Parcel]:
    """All that the stream has."""
    async with linked(place, "look") as link:
        last, found = (await link.state()).last, list[Parcel]()
        async with aclosing(link.parcels(1)) as coming:
            while last and (not found or found[-1].sequence < last):
                one = await anext(coming)
                if isinstance(one, Parcel):
                    found.append(one)
        return found


async def lines(place: Place) -> list[bytes]:
    """Feed lines of the stream, as an engine would take them."""
    text = merged(STREAM, await messages(place))
    return [line for line in text.split(b"\n") if line.startswith(b"!")]


def sent(begin: int, end: int) -> list[bytes]:
    return [b"!%d" % number for number in range(begin, end)]


async def test_what_comes_is_sent_and_the_journal_let_go(place: Place, tmp_path: Path) -> None:
    """A second life goes on behind it, by what the stream says, whatever its note says."""
    async with running(tmp_path, place) as edge:
        for number in range(50):
            edge.hub.add("roof", b"!%d\n" % number)
            if number % 10 == 0:
                await asyncio.sleep(0.05)
        await edge.until_sent()
        assert edge.status.lines == 50
        assert edge.status.store.ready
    (tmp_path / SENT).unlink()
    async with running(tmp_path, place) as edge:
        edge.hub.add("roof", b"!50\n")
        await edge.until_sent()
    assert await lines(place) == sent(0, 51)
    assert len({parcel.begin for parcel in await messages(place)}) == len(await messages(place))


async def test_the_broker_is_away_at_the_start_and_again(tmp_path: Path) -> None:
    """What comes meanwhile waits in the journal; nothing is lost, and it is said."""
    node = Node(tmp_path)
    place = Place([node.url], "away")
    with capture_logs() as logs:
        try:
            async with running(tmp_path / "edge", place) as edge:
                edge.hub.add("roof", b"!0\n")
                await asyncio.sleep(0.3)
                assert not edge.status.store.ready
                node.start().ready()
                await edge.until_sent()
                node.kill()
                for number in range(1, 20):
                    edge.hub.add("roof", b"!%d\n" % number)
                    await asyncio.sleep(0.01)
                node.start().ready()
                await edge.until_sent()
            assert await lines(place) == sent(0, 20)
        finally:
            node.kill()
    said = [entry["event"] for entry in logs]
    assert said[0].startswith("The broker is away, what comes is kept on disk: No broker answers:")
    assert said.count("The broker is there: lines are sent") == 2


async def test_two_edges_of_one_name(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second keeps what it hears until the first is gone; the first notices nothing."""
    monkeypatch.setattr(sending, "OTHER_S", 0.3)
    with capture_logs() as logs:
        async with running(tmp_path / "one", place) as one, running(tmp_path / "two", place) as two:
            for number in range(100):
                one.hub.add("roof", b"!%d\n" % number)
                await asyncio.sleep(0.01)
                if number == 30:
                    two.hub.add("roof", b"!100\n")
            await one.until_sent()
            await two.until_sent()
    found = await lines(place)
    assert [line for line in found if line != b"!100"] == sent(0, 100)
    assert found.count(b"!100") == 1
    said = " ".join(str(entry) for entry in logs)
    assert "Two edges are called north: give this one another name (edge)." in said


async def test_a_block_too_long_for_a_message_is_put_aside(place: Place, tmp_path: Path) -> None:
    """Of a journal that was written before; what stands behind it is sent."""
    with capture_logs() as logs:
        async with running(tmp_path, place) as edge:
            edge.hub.most_bytes = 4 << 20
            edge.hub.add("roof", b"!0\n")
            edge.hub.add("roof", b"x" * (1 << 20) + b"\n")
            edge.hub.add("roof", b"!1\n")
            await edge.until_sent()
    assert await lines(place) == sent(0, 2)
    kept = next(path for path in list(tmp_path.iterdir()) if path.name.startswith("refused-"))  # noqa: ASYNC240 - the test's own
    assert b"x" * 1000 in kept.read_bytes()
    assert [e["event"] for e in logs if e["log_level"] == "error"] == [
        "A block of 1 lines is too long for a message, and was put aside"
    ]


async def test_a_line_too_long_is_refused_at_the_door(place: Place, tmp_path: Path) -> None:
    """An edge's hub makes blocks that fit into messages; a long post is several."""
    async with running(tmp_path, place) as edge:
        edge.hub.most_bytes = 1000
        edge.hub.add("roof", b"".join(b"!%d\n" % number for number in range(500)))
        await edge.until_sent()
    assert await lines(place) == sent(0, 500)


async def test_a_stream_that_will_not_do_ends_it_at_the_start(place: Place, tmp_path: Path) -> None:
    async with linked(place._replace(stream="other"), "test") as link:
        config = {"name": place.stream, "subjects": [f"{place.stream}.lines.*"]}
        await link._ask(f"STREAM.CREATE.{place.stream}", config)
    with pytest.raises(ExceptionGroup) as found:
        async with running(tmp_path, place):
            await asyncio.sleep(5)
    assert found.group_contains(UnfitError, match="would drop its oldest")
