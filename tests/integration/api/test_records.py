"""What the database holds, as JSON arrays: sent as they are read, whole or broken off."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import asyncpg
import pytest
from aiohttp import ClientError, ClientSession
from aiohttp.test_utils import TestClient
from structlog.testing import capture_logs

from monitor.api.app import make_app
from monitor.api.lists import PIECE_BYTES
from monitor.api.problems import MEDIA
from monitor.errors import StoreError
from monitor.model import EventKind, Ship
from monitor.report.records import plain_record, vessel_record
from monitor.service.live import Live
from monitor.store import reader
from monitor.store.database import connected
from monitor.store.findings import call_record, event_record, voyage_record
from monitor.store.reader import every
from tests.findings import MMSI, OTHER, begun, call, event, span, store, voyage
from tests.integration.api.standing import Client, Served, Standing, status
from tests.integration.store.months import APRIL, CALLER, HOUR, sail

Opened = Callable[[], AbstractAsyncContextManager[Any]]

KINDS = ", ".join(kind.value for kind in EventKind)
WENT_AWAY = "The database went away: no route."


@asynccontextmanager
async def asking_of(connect: Opened) -> AsyncIterator[Client]:
    """The whole application over a store."""
    app = make_app(cast("Live", Standing(status())), connect)
    async with asyncio.timeout(60), TestClient(Served(app)) as client:
        yield client


@asynccontextmanager
async def asking(database: str) -> AsyncIterator[Client]:
    """The whole application over a real database."""
    async with asking_of(lambda: connected(database)) as client:
        yield client


async def asked(client: Client, path: str) -> tuple[int, str]:
    async with client.get(path) as answer:
        media = "application/json; charset=utf-8"
        assert answer.headers["Content-Type"] == (MEDIA if answer.status >= 400 else media)
        return answer.status, await answer.text()


async def refused(client: Client, path: str) -> tuple[int, str]:
    """The status and the sentence."""
    code, text = await asked(client, path)
    words = json.loads(text)
    assert list(words) == ["type", "title", "status", "detail", "instance"]
    assert words["status"] == code
    return code, words["detail"]


@dataclass
class Shelf:
    """A store by hand: so many vessels, and perhaps it goes away after so many pages."""

    vessels: int
    pages: int | None = None
    error: Exception = field(default_factory=lambda: OSError("no route"))
    read: int = 0
    open: int = 0
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Shelf]:
        """As ``connected`` does it."""
        self.open, self.read = self.open + 1, 0
        try:
            yield self
        except OSError as error:
            raise StoreError(WENT_AWAY) from error
        finally:
            self.open -= 1
            self.closed.set()

    async def fetchval(self, _: str, *words: Any) -> None:
        """Who asks is said to it."""
        assert words == ("",)

    async def fetch(self, _: str, *words: Any) -> list[dict[str, Any]]:
        """A page of the vessels behind one."""
        if self.pages == self.read:
            raise self.error
        self.read += 1
        behind, rows = words[-2], words[-1]
        return [row_of(mmsi) for mmsi in range(behind + 1, self.vessels)[:rows]]


def row_of(mmsi: int) -> dict[str, Any]:
    return {"mmsi": mmsi, "name": "ÆGIR", "at": datetime(2024, 12, 13, tzinfo=UTC)}


# -- what is given ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/events", "/port-calls", "/voyages", "/vessels", "/vessels/1/history"]
)
async def test_an_empty_answer_is_an_empty_array(database: str, path: str) -> None:
    async with asking(database) as client:
        assert await asked(client, path) == (200, "[]")


@pytest.mark.parametrize("count", [1, 2, 300])
async def test_an_answer_is_the_list_of_its_records(
    database: str, db: asyncpg.Connection, count: int
) -> None:
    """To the byte: a reader need not know that it came in pieces."""
    told = [event(number, span=span(0, number, None)) for number in range(1, count + 1)]
    calls = [call(number, arrived=span(0, number, None)) for number in range(1, count + 1)]
    await store(db, *told, *calls)
    async with asking(database) as client:
        events = (await asked(client, "/events"))[1]
        port_calls = (await asked(client, "/port-calls"))[1]
    assert events == json.dumps([event_record(each) for each in told])
    assert port_calls == json.dumps([call_record(each) for each in calls])
    assert (len(events) > 2 * PIECE_BYTES) == (count == 300)


async def test_voyages_are_the_records_of_those_made_and_those_begun(
    database: str, db: asyncpg.Connection
) -> None:
    """To the byte, oldest first."""
    told = begun(1, Ship(OTHER, 0)), voyage(2)
    await store(db, begun(3), *told)
    async with asking(database) as client:
        text = (await asked(client, "/voyages"))[1]
    assert text == json.dumps([voyage_record(each) for each in told])


async def test_a_history_is_that_of_the_reader(database: str, db: asyncpg.Connection) -> None:
    """Instants are RFC 3339; more positions than a page holds."""
    await sail(db, CALLER, APRIL, APRIL + 6000 * timedelta(minutes=1), timedelta(minutes=1))
    rows = await every(reader.history(db, CALLER))
    async with asking(database) as client:
        text = (await asked(client, f"/vessels/{CALLER}/history"))[1]
    assert len(rows) == 6001 > reader.PAGE_ROWS
    assert text == json.dumps([plain_record(row) for row in rows])
    assert text.startswith('[{"mmsi": 273999410, "at": "2019-04-01T00:00:00Z", "lon": 35.8, ')


async def test_vessels_are_given_however_many_there_are() -> None:
    """Page after page and piece after piece; the connection is given back."""
    shelf = Shelf(vessels=12_000)
    async with asking_of(shelf.connect) as client:
        text = (await asked(client, "/vessels"))[1]
    assert text == json.dumps([vessel_record(row_of(mmsi)) for mmsi in range(12_000)])
    assert (shelf.read, shelf.open) == (13, 0)


@pytest.mark.parametrize("size", [-1, 0, 1])
async def test_a_record_that_just_fills_a_piece(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """The array is closed, whether the last piece holds a record or nothing."""
    record = json.dumps(vessel_record(row_of(0)))
    monkeypatch.setattr("monitor.api.lists.PIECE_BYTES", len(f"[{record}") + size)
    for vessels in (1, 2, 3):
        async with asking_of(Shelf(vessels=vessels).connect) as client:
            text = (await asked(client, "/vessels"))[1]
        assert text == json.dumps([vessel_record(row_of(mmsi)) for mmsi in range(vessels)])


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (f"/events?mmsi={OTHER}", [2]),
        ("/events?port=tartus", [1, 3]),
        ("/events?kind=Berthed", []),
        ("/events?since=2024-12-13T12:20Z", [2, 3]),
        ("/events?since=2024-12-13T14:20%2B02:00", [2, 3]),
        ("/events?since=2024-12-13T14:20+02:00", [2, 3]),
        ("/events?since=2024-12-13T12:20", [2, 3]),
        ("/events?since=2024-12-13+12:20", [2, 3]),
        ("/events?since=2024-12-13", [1, 2, 3]),
        ("/events?until=2024-12-14&since=2024-12-13T12:30Z", [3]),
        ("/events?until=2024-12-13", []),
        (f"/port-calls?mmsi={OTHER}", [5]),
        ("/port-calls?port=tartus&until=2024-12-13T12:10Z", [4]),
        ("/voyages", [7, 6]),
        ("/voyages?to=tobruk", [6]),
        ("/voyages?from=tartus&to=tartus", []),
        (f"/voyages?from=tartus&mmsi={OTHER}", [7]),
        ("/voyages?since=2024-12-13T22:00Z", [6]),
        ("/voyages?until=2024-12-13T22:00Z", [7]),
    ],
)
async def test_what_is_asked_for_in_words(
    database: str, db: asyncpg.Connection, path: str, found: list[int]
) -> None:
    """A time without a zone is UTC; a plus that was not escaped arrives as a space."""
    await store(
        db,
        event(1, span=span(None, 10, None)),
        event(2, span=span(None, 20, None), about=event().subject._replace(mmsi=OTHER, port="x")),
        event(3, span=span(None, 30, None)),
        call(4),
        call(5, mmsi=OTHER, arrived=span(None, 10, None)),
        *(voyage(6), begun(7, Ship(OTHER, 0))) if path.startswith("/voyages") else (),
    )
    async with asking(database) as client:
        code, text = await asked(client, path)
    assert code == 200
    assert [UUID(each["id"]).int for each in json.loads(text)] == found


async def test_a_history_from_an_instant_on(database: str, db: asyncpg.Connection) -> None:
    await sail(db, CALLER, APRIL, APRIL + 9 * HOUR)
    words = "since=2019-04-01T03:00Z&until=2019-04-01T05:00Z"
    async with asking(database) as client:
        text = (await asked(client, f"/vessels/{CALLER}/history?{words}"))[1]
    assert [row["at"] for row in json.loads(text)] == [
        "2019-04-01T03:00:00Z", "2019-04-01T04:00:00Z",
    ]  # fmt: skip


async def test_what_is_asked_for_without_its_body_has_none(database: str) -> None:
    """HEAD says what GET would (RFC 9110, 9.3.2), and the connection goes on to something else."""
    async with asking(database) as client:
        reader_, writer = await asyncio.open_connection("127.0.0.1", client.server.port)
        with closing(writer):
            writer.write(b"HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n")
            writer.write(b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            head, rest = (await reader_.read()).split(b"\r\n\r\n", 1)
    assert head.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8")
    assert rest.startswith(b"HTTP/1.1 200 OK\r\n")


# -- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/events?hue=red", "There is no parameter 'hue': use mmsi, port, kind, since, until."),
        ("/port-calls?kind=x", "There is no parameter 'kind': use mmsi, port, since, until."),
        ("/voyages?port=x", "There is no parameter 'port': use mmsi, from, to, since, until."),
        ("/voyages?from=x&from=y", "The parameter 'from' was given twice: give it once."),
        ("/vessels?since=2024", "There is no parameter 'since': use mmsi, name."),
        ("/vessels/1/history?mmsi=1", "There is no parameter 'mmsi': use since, until."),
        ("/events?port=tartus&port=x", "The parameter 'port' was given twice: give it once."),
        ("/events?mmsi=1&mmsi=1", "The parameter 'mmsi' was given twice: give it once."),
        ("/events?kind=Arrived", f"There is no event kind 'Arrived': use one of {KINDS}."),
        ("/events?kind=%00", f"There is no event kind '\\x00': use one of {KINDS}."),
        ("/events?mmsi=1234567890", "'1234567890' is no MMSI: it has nine digits."),
        ("/events?mmsi=-1", "'-1' is no MMSI: it has nine digits."),
        ("/events?mmsi=", "'' is no MMSI: it has nine digits."),
        ("/vessels/aurora/history", "'aurora' is no MMSI: it has nine digits."),
        (
            "/events?since=yesterday",
            "'yesterday' is no time: write 2024-12-13 or 2024-12-13T04:00Z.",
        ),
        (
            "/vessels/1/history?until=2024-02-30",
            "'2024-02-30' is no time: write 2024-12-13 or 2024-12-13T04:00Z.",
        ),
        (
            "/events?since=0001-01-01T00:00%2B05:00",
            "'0001-01-01T00:00+05:00' is no time: write 2024-12-13 or 2024-12-13T04:00Z.",
        ),
        (
            "/events?until=9999-12-31T23:00-05:00",
            "'9999-12-31T23:00-05:00' is no time: write 2024-12-13 or 2024-12-13T04:00Z.",
        ),
        ("/events?port=tar%00tus", "'tar\\x00tus' cannot stand for port: it holds a NUL."),
        ("/vessels?name=%00", "'\\x00' cannot stand for name: it holds a NUL."),
    ],
)
async def test_what_cannot_be_asked_is_said_in_a_sentence(
    database: str, path: str, sentence: str
) -> None:
    """The caller can mend it: 400."""
    async with asking(database) as client:
        assert await refused(client, path) == (400, sentence)


async def test_a_question_that_is_refused_opens_no_connection() -> None:
    shelf = Shelf(vessels=1)
    shelf.connect = cast("Any", None)  # type: ignore[method-assign]
    async with asking_of(shelf.connect) as client:
        assert (await refused(client, "/vessels?hue=red"))[0] == 400


# -- a store that goes away ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/events", "/port-calls", "/voyages", "/vessels", f"/vessels/{MMSI}/history"]
)
async def test_a_store_that_is_away_is_told_before_anything_is_sent(path: str) -> None:
    """By the first page at the latest it is known: 503."""
    async with asking_of(Shelf(vessels=9, pages=0).connect) as client:
        assert await refused(client, path) == (503, WENT_AWAY)


async def test_a_store_that_cannot_be_reached(database: str) -> None:
    """The sentence says what to look at."""
    async with asking(database.replace("/test_", "/no_test_")) as client:
        code, words = await refused(client, "/events")
    assert code == 503
    assert words.startswith("The database cannot be reached: database ")
    assert words.endswith(". Check MONITOR_DATABASE_URL.")


@pytest.mark.parametrize(
    ("error", "logged"),
    [
        (OSError("no route"), ("warning", f"An answer was broken off: {WENT_AWAY}")),
        (RuntimeError("s3cret"), ("error", "An answer was broken off")),
    ],
)
async def test_an_answer_that_cannot_go_on_is_broken_off(
    error: Exception, logged: tuple[str, str]
) -> None:
    """What was sent is no whole array, nor does another status stand in the midst of it."""
    shelf = Shelf(vessels=12_000, pages=2, error=error)
    with capture_logs() as log:
        async with asking_of(shelf.connect) as client:
            with pytest.raises(ClientError):
                await asked(client, "/vessels")
            received = await all_of(client, b"GET /vessels HTTP/1.0\r\n\r\n")
    assert [(entry["log_level"], entry["event"], entry["path"]) for entry in log] == [
        (*logged, "/vessels"), (*logged, "/vessels"),
    ]  # fmt: skip
    assert received.count(b"HTTP/1.") <= 1
    assert b"problem" not in received
    assert not received.endswith(b"]")
    assert shelf.open == 0


async def all_of(client: Client, question: bytes) -> bytes:
    """All that comes until the connection ends, in whichever way."""
    received = bytearray()
    stream, writer = await asyncio.open_connection("127.0.0.1", client.server.port)
    with closing(writer):
        writer.write(question)
        try:
            while piece := await stream.read(1 << 16):
                received += piece
        except ConnectionResetError:
            pass
    return bytes(received)


async def test_a_client_that_hangs_up_is_no_news() -> None:
    """The connection to the store is given back, and others are answered."""
    shelf = Shelf(vessels=400_000)
    with capture_logs() as log:
        async with asking_of(shelf.connect) as client:
            async with ClientSession() as session, session.get(client.make_url("/vessels")) as some:
                assert (await some.content.readexactly(9)) == b'[{"mmsi":'
            await shelf.closed.wait()
            assert shelf.read < 80
            async with client.get("/health/live") as answer:
                assert answer.status == 200
    assert log == []
