"""Lists within bounds: rows, how many at once, how long; the watch goes on meanwhile."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import asyncpg
import pytest
from aiohttp import ClientError
from structlog.testing import capture_logs
from yarl import URL

from monitor.api import door, lists, turns
from tests.integration.api.measures import lagging, measured
from tests.integration.api.test_records import Shelf, asked, asking, asking_of, refused
from tests.integration.store.months import APRIL, CALLER, sail


async def test_a_list_has_no_more_rows_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for or not; a header says what the limit was, and no more is read than is given."""
    monkeypatch.setattr(lists, "MOST_ROWS", 2500)
    shelf = Shelf(vessels=9000)
    async with asking_of(shelf.connect) as client:
        for words, rows, pages in (("", 2500, 3), ("?limit=7", 7, 1), ("?limit=1000", 1000, 1)):
            async with client.get(f"/vessels{words}") as answer:
                assert answer.headers["Row-Limit"] == str(rows)
                found = await answer.json()
            assert [row["mmsi"] for row in found] == list(range(rows))
            assert shelf.read == pages


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "x", "", "100001", "9" * 5000, "\u0664"])
async def test_a_limit_that_is_none(text: str) -> None:
    async with asking_of(Shelf(vessels=1).connect) as client:
        code, words = await refused(client, f"/vessels?limit={text}")
        assert (code, words) == (
            400,
            f"{text!r} is no limit: write a number of rows from 1 to 100000.",
        )
        assert (await refused(client, "/vessels?limit=1&limit=1"))[0] == 400


async def test_a_few_lists_are_made_at_once_and_the_others_wait() -> None:
    """20 are asked for: all are given, four connections are open at most."""
    shelf, most = Shelf(vessels=3000), 0
    async with asking_of(shelf.connect) as client:

        async def watch() -> None:
            nonlocal most
            while True:
                most = max(most, shelf.open)
                await asyncio.sleep(0)

        watching = asyncio.ensure_future(watch())
        found = await asyncio.gather(*(asked(client, "/vessels") for _ in range(20)))
        watching.cancel()
    assert all(code == 200 and len(json.loads(text)) > 1 for code, text in found)
    assert (0 < most <= lists.MOST_LISTS, shelf.open) == (True, 0)


async def test_more_than_may_wait_are_told_at_once() -> None:
    """60 are asked for: a third is given, and the door is not held by the others."""
    shelf = Shelf(vessels=9000)
    async with asking_of(shelf.connect) as client:
        found = await asyncio.gather(*(asked(client, "/vessels") for _ in range(60)))
    given = [json.loads(text) for code, text in found if code == 200]
    told = {text for code, text in found if code == 503}
    assert lists.MOST_LISTS + lists.MOST_WAITING <= len(given) < 60
    assert all(len(rows) == 9000 for rows in given)
    words = "Too many lists are asked for at the moment: try again later."
    assert [json.loads(text)["detail"] for text in told] == [words]


async def test_who_waits_for_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers who take nothing hold the places of lists; then they are let go themselves."""
    monkeypatch.setattr(lists, "ROOM_S", 0.1)
    monkeypatch.setattr(door, "LOOK_S", 0.05)
    monkeypatch.setattr(turns, "REST_S", 0.0)  # the lines are full the sooner
    shelf = Shelf(vessels=90_000)
    async with asking_of(shelf.connect) as client:
        deaf = []
        for _ in range(lists.MOST_LISTS):
            reader, writer = await asyncio.open_connection(client.host, client.port, limit=1)
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            writer.write(b"GET /vessels HTTP/1.1\r\nHost: a\r\n\r\n")
            deaf.append((reader, writer))
        async with asyncio.timeout(60):
            while shelf.open < lists.MOST_LISTS:  # noqa: ASYNC110 - the endpoints tell nobody
                await asyncio.sleep(0.01)
        assert await refused(client, "/vessels") == (
            503,
            "Too many lists are asked for at the moment: try again later.",
        )
        async with client.get("/health/live") as answer:
            assert answer.status == 200
        monkeypatch.setattr(door, "UNREAD_S", 0.5)
        async with asyncio.timeout(60):
            while shelf.open:  # noqa: ASYNC110 - the door sees to it
                await asyncio.sleep(0.05)
        assert (await asked(client, "/vessels?limit=1"))[0] == 200
        for _, writer in deaf:
            writer.transport.abort()


async def test_slow_readers_make_room_for_those_who_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are broken off as soon as another waits; the door would have let them go on."""
    monkeypatch.setattr(turns, "SLOW_S", -1.0)
    monkeypatch.setattr(turns, "LOOK_S", 0.05)
    shelf = Shelf(vessels=90_000)
    with capture_logs() as logged:
        async with asking_of(shelf.connect) as client:
            slow = []
            for _ in range(lists.MOST_LISTS):
                _, writer = await asyncio.open_connection(client.host, client.port, limit=1)
                writer.transport.pause_reading()  # type: ignore[attr-defined]
                writer.write(b"GET /vessels HTTP/1.1\r\nHost: a\r\n\r\n")
                slow.append(writer)
            async with asyncio.timeout(60):
                while shelf.open < lists.MOST_LISTS:  # noqa: ASYNC110 - the endpoints tell nobody
                    await asyncio.sleep(0.01)
            found = await asked(client, "/vessels?limit=1")
            for writer in slow:
                writer.transport.abort()
    assert found[0] == 200
    words = "An answer was broken off: its reader is slow, and others wait for their turn"
    assert words in {entry["event"] for entry in logged}


async def test_a_list_that_takes_too_long_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "LIST_S", 0.05)
    shelf = Shelf(vessels=90_000)
    with capture_logs() as logged:
        async with asking_of(shelf.connect) as client:
            with pytest.raises(ClientError):
                await asked(client, "/vessels")
    assert [entry["event"] for entry in logged] == ["An answer was broken off after 0.05 s"]
    assert shelf.open == 0


async def test_the_loop_goes_round_while_histories_are_sent(
    database: str, db: asyncpg.Connection
) -> None:
    """20 of 4,000 positions at once: feeds are heard meanwhile, and memory is that of a few."""
    await sail(db, CALLER, APRIL, APRIL + timedelta(seconds=3_999), timedelta(seconds=1))

    async with asking(database) as client:

        async def count() -> int:
            size = 0
            async with client.get(f"/vessels/{CALLER}/history") as answer:
                async for part in answer.content.iter_any():
                    size += len(part)
            return size

        async with lagging() as lag:
            sizes = await asyncio.gather(*(count() for _ in range(20)))
        with measured() as peak:
            await asyncio.gather(*(count() for _ in range(4)))
    assert (len(set(sizes)), sizes[0] > 4_000 * 100) == (1, True)
    assert lag[0] < 0.5
    assert peak[0] < 50 << 20


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("/%00", 404, "Nothing is answered at '/%00': see /docs for what is."),
        ("/vessels/%00/history", 400, "'\\x00' is no MMSI: it has nine digits."),
        ("/vessels/1%002/history", 400, "'1\\x002' is no MMSI: it has nine digits."),
        ("/vessels/%FF/history", 400, "'%FF' is no MMSI: it has nine digits."),
        ("/vessels/%D9%A1/history", 400, "'\u0661' is no MMSI: it has nine digits."),
        ("/events?%00=1", 400, None),
        ("/events?mmsi=%00", 400, "'\\x00' is no MMSI: it has nine digits."),
        ("/events?since=%00", 400, None),
        ("/events?since=99999-01-01", 400, None),
        ("/events?until=99999-12-31T00:00Z", 400, None),
        ("/events?until=-4713-01-01", 400, None),
        ("/events?until=" + "9" * 5000, 400, None),
        ("/vessels?name=%ED%A0%80", 200, None),
        ("/voyages?since=0001-01-01&until=9999-12-31T23:59:59.999999", 200, None),
    ],
    ids=range(14),
)
async def test_odd_words_are_refused_in_ours(
    database: str, path: str, code: int, words: str | None
) -> None:
    """NULs, extreme times and broken letters: 4xx and a sentence, or an answer."""
    with capture_logs() as logged:
        async with asking(database) as client, client.get(URL(path, encoded=True)) as answer:
            found = await answer.json()
            assert answer.status == code
    if code != 200:
        assert (found["type"], found["status"]) == ("about:blank", code)
        assert found["detail"].endswith(".")
        assert words is None or found["detail"] == words
    assert logged == []
