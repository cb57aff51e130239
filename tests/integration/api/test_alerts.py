"""Alerts over HTTP: read by all, changed by who bears the token, and never twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from aiohttp.test_utils import TestClient
from pydantic import SecretStr

from monitor.alert.life import State
from monitor.alert.message import Severity
from monitor.alert.story import Alert
from monitor.api import access, connections
from monitor.api import alerts as group
from monitor.api.app import make_app
from monitor.api.keys import Desk
from monitor.clock import now_us
from monitor.report.alerted import alert_record
from monitor.report.forms import MessageForm
from monitor.report.why import ALWAYS_UNPROVED
from monitor.service.live import Live
from monitor.store import alerts
from monitor.store.alerts import alert_row
from monitor.store.database import connected
from monitor.store.findings import event_record
from monitor.store.sql import query
from monitor.units import to_datetime
from tests.findings import MMSI, OTHER, after, store
from tests.integration.api.standing import Client, Served, Standing, problem, status
from tests.unit.alert.stories import EPISODE, alert_of, berthed, rule

TOKEN = "sesam-open-4711-sesam"  # noqa: S105 - of nothing
BEARER = {"Authorization": f"Bearer {TOKEN}"}
NAVAL = rule()
OPEN = alert_of([(berthed(), [NAVAL])])
Opened = Callable[[], AbstractAsyncContextManager[Any]]


def alert(number: int, **fields: Any) -> Alert:
    """An alert of another episode."""
    words: dict[str, Any] = {"id": f"{number:032x}", "changed_at": after(number)}
    return alert_of([(berthed(), [NAVAL])], **(words | fields))


async def keep(connection: Any, *each: Alert) -> None:
    """Write alerts as the desk does."""
    for one in each:
        await connection.execute(query("save_alert"), *alert_row(one))


@asynccontextmanager
async def asking(
    database: str, *each: Alert, token: str | None = TOKEN, writing: Opened | None = None
) -> AsyncIterator[Client]:
    """The whole application over a database that holds these alerts."""
    async with connected(database) as connection:
        await store(connection, berthed())
        await keep(connection, *each)
    desk = Desk(
        writing or (lambda: connected(database)), None if token is None else SecretStr(token),
        {NAVAL.name: NAVAL},
    )  # fmt: skip
    app = make_app(cast("Live", Standing(status())), lambda: connected(database), desk=desk)
    async with asyncio.timeout(60), TestClient(Served(app)) as client:
        yield client


async def got(client: Client, path: str) -> tuple[int, Any]:
    async with client.get(path) as answer:
        return answer.status, await answer.json()


async def posted(
    client: Client, path: str, headers: dict[str, str] | None = None, **words: Any
) -> tuple[int, Any]:
    """Post a body as an officer does."""
    told = json.dumps(words)
    async with client.post(path, data=told, headers=BEARER if headers is None else headers) as got:
        return got.status, await got.json()


async def steps(database: str, id_: str = EPISODE) -> list[tuple[str, str | None]]:
    """What was done to an alert, and by whom."""
    async with connected(database) as connection:
        rows = await alerts.history(connection, id_)
    return [(row["what"], row["actor"]) for row in rows]


async def test_those_that_stand_are_listed_the_one_that_changed_last_first(database: str) -> None:
    """As `monitor alerts list` has them; the others when they are asked for."""
    each = [alert(1), alert(2, state=State.ACKNOWLEDGED), alert(3, state=State.CLOSED)]
    async with asking(database, *each) as client:
        code, found = await got(client, "/alerts")
        assert (code, [one["id"][-1] for one in found]) == (200, ["2", "1"])
        async with connected(database) as connection:
            known = [alert_record(one) async for one in alerts.alerts(connection)]
        _, whole = await got(client, "/alerts?all=true")
        assert whole == known
        assert [one["id"][-1] for one in whole] == ["3", "2", "1"]


async def test_filters(database: str) -> None:
    """The words of the command."""
    each = [
        alert(1, severity=Severity.CRITICAL), alert(2, mmsi=OTHER, place="tobruk"),
        alert(3, severity=Severity.INFO),
    ]  # fmt: skip
    async with asking(database, *each) as client:
        for words, found in (
            ("severity=warning", ["2", "1"]), ("severity=critical", ["1"]),
            (f"mmsi={MMSI}", ["3", "1"]), ("port=tobruk", ["2"]), ("port=nowhere", []),
            ("since=2024-12-13T12:02:00Z", ["3", "2"]), ("limit=1", ["3"]),
        ):  # fmt: skip
            _, rows = await got(client, f"/alerts?{words}")
            assert [row["id"][-1] for row in rows] == found, words


async def test_a_list_is_bounded_and_says_so(database: str) -> None:
    async with asking(database) as client, client.get("/alerts?limit=7") as answer:
        assert (answer.headers["Row-Limit"], await answer.json()) == ("7", [])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("hue=red", "There is no parameter 'hue': use all, severity, mmsi, port, since."),
        ("severity=loud",
         "'loud' cannot stand for severity: use one of info, warning, critical."),
        ("all=1", "'1' cannot stand for all: use one of true, false."),
        ("mmsi=x", "'x' is no MMSI: it has nine digits."),
        ("limit=0", "'0' is no limit: write a number of rows from 1 to 100000."),
        ("all=true&all=true", "The parameter 'all' was given twice: give it once."),
    ],
)  # fmt: skip
async def test_words_that_are_refused(database: str, words: str, sentence: str) -> None:
    async with asking(database) as client:
        assert await got(client, f"/alerts?{words}") == (400, problem(400, sentence, "/alerts"))


async def test_the_messages_of_an_alert_are_told_word_for_word(database: str) -> None:
    """To whom, the newest first; one that was never told has none, and one that is not is said."""
    async with asking(database, OPEN) as client:
        path = f"/alerts/{EPISODE[:9]}/messages"
        assert await got(client, path) == (200, [])
        async with connected(database) as connection:
            for revision in (1, 2):
                payload = json.dumps({"headline": "H", "text": f"Revision {revision}"})
                await connection.execute(
                    "INSERT INTO delivery (idem, alert, revision, channel, lane, word, severity,"
                    " payload, due) VALUES ($1, $2, $3, 'officers', 'l', 'raised', 'info', $4,"
                    " now())",
                    str(revision), UUID(EPISODE), revision, payload,
                )  # fmt: skip
        code, found = await got(client, path)
        assert code == 200
        assert [each["text"] for each in found] == ["Revision 2", "Revision 1"]
        for each in found:
            MessageForm.model_validate(each)
        assert (found[0]["channel"], found[0]["state"]) == ("officers", "waiting")
        assert (await got(client, "/alerts/abcdef/messages"))[0] == 404


async def test_one_alert_is_told_whole(database: str) -> None:
    """By the begin of its id, too: all that `alerts show` knows."""
    async with asking(database, OPEN) as client:
        code, found = await got(client, f"/alerts/{EPISODE[:8]}")
        await posted(client, f"/alerts/{EPISODE}/ack", by="ann", note="seen")
        _, later = await got(client, f"/alerts/{EPISODE}")
    assert code == 200
    assert (found["id"], found["headline"]) == (EPISODE, OPEN.headline)
    assert found["rules"] == [
        {"name": NAVAL.name, "title": NAVAL.title, "sentence": NAVAL.sentence}
    ]
    assert found["events"] == [json.loads(json.dumps(event_record(berthed())))]
    assert found["not_proved"][0] == ALWAYS_UNPROVED
    assert (found["told"], found["history"]) == ([], [])
    (step,) = later["history"]
    assert (step["what"], step["actor"], step["note"]) == ("ack", "ann", "seen")
    assert (step["was"], step["became"]) == ("open", "acknowledged")
    assert step["made_at"].endswith("Z")
    assert (later["state"], later["note"]) == ("acknowledged", "seen")


async def test_an_alert_that_is_not_there_or_is_several(database: str) -> None:
    async with asking(database, alert(1), alert(2)) as client:
        assert await got(client, "/alerts/77") == (
            404,
            problem(
                404,
                "There is no alert whose id begins with 77: see monitor alerts list.",
                "/alerts/77",
            ),
        )
        code, words = await got(client, "/alerts/0000")
        assert (code, words["detail"].split(":")[0]) == (
            400, "There is more than one alert whose id begins with 0000",
        )  # fmt: skip
        assert await got(client, "/alerts/zz") == (
            400, problem(400, "'zz' is no id of an alert: see monitor alerts list.", "/alerts/zz"),
        )  # fmt: skip
        assert (await posted(client, "/alerts/77/ack", by="ann"))[0] == 404


async def test_an_acknowledgement_is_made_once_however_often_it_is_sent(database: str) -> None:
    """An answer may be lost; the second is 200 and changes nothing."""
    async with asking(database, OPEN) as client:
        first = await posted(client, f"/alerts/{EPISODE}/ack", by="ann", note="seen")
        again = await posted(client, f"/alerts/{EPISODE}/ack", by="ann", note="seen")
        other = await posted(client, f"/alerts/{EPISODE}/ack", by="bob", note="me too")
    assert (first[0], first[1]["changed"]) == (200, True)
    assert first[1]["alert"]["state"] == "acknowledged"
    for code, words in (again, other):
        assert (code, words["changed"], words["alert"]["note"]) == (200, False, "seen")
    assert await steps(database) == [("ack", "ann")]


async def test_many_at_once_are_one(database: str) -> None:
    async with asking(database, OPEN) as client:
        found = await asyncio.gather(
            *(posted(client, f"/alerts/{EPISODE}/ack", by="ann") for _ in range(8))
        )
    assert [code for code, _ in found] == [200] * 8
    assert sum(words["changed"] for _, words in found) == 1
    assert await steps(database) == [("ack", "ann")]


async def test_assigned_handed_over_and_closed(database: str) -> None:
    async with asking(database, OPEN) as client:
        for name in ("Bea", "Bea", "Cy"):
            _, words = await posted(client, f"/alerts/{EPISODE}/assign", by="ann", to=name)
            assert words["alert"]["assignee"] == name
        for _ in range(2):
            code, words = await posted(
                client, f"/alerts/{EPISODE}/close", by="Cy", verdict="false", note="a ferry"
            )
            assert (code, words["alert"]["state"], words["alert"]["verdict"]) == (
                200, "closed", "false",
            )  # fmt: skip
        other = await posted(client, f"/alerts/{EPISODE}/close", by="Cy", verdict="true")
        late = await posted(client, f"/alerts/{EPISODE}/ack", by="Cy")
    assert other[0] == late[0] == 400
    assert late[1]["detail"].startswith("This alert is closed and cannot be acknowledged")
    assert await steps(database) == [("assign", "ann"), ("assign", "ann"), ("close", "Cy")]


async def test_a_mute_until_its_episode_ends_or_until_then(database: str) -> None:
    """Each once: the number of the second is that of the first."""
    until = (to_datetime(now_us()) + timedelta(days=2)).isoformat()
    wish = {"by": "ann", "reason": "it is a tug"}
    async with asking(database, OPEN) as client:
        path = f"/alerts/{EPISODE}/mute"
        first, again = [await posted(client, path, **wish) for _ in range(2)]
        third, fourth = [await posted(client, path, until=until, **wish) for _ in range(2)]
    assert [words["changed"] for _, words in (first, again, third, fourth)] == [
        True, False, True, False,
    ]  # fmt: skip
    assert first[1]["mute"] == again[1]["mute"] != third[1]["mute"] == fourth[1]["mute"]
    async with connected(database) as connection:
        rows = await alerts.mutes(connection)
    assert [(row["for_episode"], row["alert"]) for row in rows] == [
        (False, UUID(EPISODE)), (True, UUID(EPISODE)),
    ]  # fmt: skip


@pytest.mark.parametrize("deed", ["ack", "assign", "close", "mute"])
async def test_without_a_token_nobody_may(database: str, deed: str) -> None:
    async with asking(database, OPEN, token=None) as client:
        path = f"/alerts/{EPISODE}/{deed}"
        assert await posted(client, path, by="ann") == (
            403, problem(403, f"{access.NOBODY_WRITES}.", path),
        )  # fmt: skip
        assert (await got(client, f"/alerts/{EPISODE}"))[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"Authorization": TOKEN}, {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer"}, {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"}, {"Authorization": "Bearer s\xe9sam"},
    ],
)  # fmt: skip
async def test_a_stranger_is_refused_before_he_is_read(
    database: str, headers: dict[str, str]
) -> None:
    """RFC 9110, 15.5.2: 401 says how to be let in; the token stands in no answer."""
    async with (
        asking(database, OPEN) as client,
        client.post(f"/alerts/{EPISODE}/ack", data=b"no JSON at all", headers=headers) as answer,
    ):
        text = await answer.text()
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert json.loads(text) == problem(401, f"{access.OFFICERS_ONLY}.", f"/alerts/{EPISODE}/ack")
    assert TOKEN not in text
    assert await steps(database) == []


@pytest.mark.parametrize(
    ("deed", "body", "sentence"),
    [
        ("ack", "", "The body must be a JSON object with some of by, note."),
        ("ack", "[]", "The body must be a JSON object with some of by, note."),
        ("ack", '{"by": "\\ud800"}', "The body must be a JSON object with some of by, note."),
        ("ack", "{}", "by: is missing."),
        ("ack", '{"by": 3}', "by: must be a text, in quotes."),
        ("ack", '{"by": " "}', "by: must not be empty."),
        ("ack", '{"by": "a\\u0000"}', "by: holds a NUL, which no table takes."),
        ("ack", '{"by": "a", "hue": 1}', "There is no word 'hue': use by, note."),
        ("assign", '{"by": "a"}', "to: is missing."),
        ("close", '{"by": "a"}', "verdict: is missing."),
        ("close", '{"by": "a", "verdict": "maybe"}',
         "verdict: must be 'true', 'false' or 'not-relevant'."),
        ("mute", '{"by": "a"}', "reason: is missing."),
        ("mute", '{"by": "a", "reason": "r", "until": "2026-01-01T00:00:00"}',
         "until: must name its zone, such as 2026-11-26T18:00Z."),
        ("mute", '{"by": "a", "reason": "r", "until": "9999-12-31T23:59:59-14:00"}',
         "until: is no time between the years 1990 and 2200."),
        ("mute", '{"by": "a", "reason": "r", "until": "2199-01-01T00:00:00Z"}',
         "A mute ends after it begins, and within 30 days."),
    ],
)  # fmt: skip
async def test_bodies_that_are_refused(database: str, deed: str, body: str, sentence: str) -> None:
    """In one sentence, and nothing is done."""
    async with asking(database, OPEN) as client:
        path = f"/alerts/{EPISODE}/{deed}"
        async with client.post(path, data=body.encode(), headers=BEARER) as answer:
            assert (answer.status, await answer.json()) == (400, problem(400, sentence, path))
    assert await steps(database) == []


async def test_a_body_is_bounded(database: str) -> None:
    async with asking(database, OPEN) as client:
        code, words = await posted(client, f"/alerts/{EPISODE}/ack", by="a", note="n" * 20_000)
    told = "The body is longer than 16384 bytes: send less."
    assert (code, words) == (413, problem(413, told, f"/alerts/{EPISODE}/ack"))


async def test_a_body_that_does_not_end(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "BODY_S", 0.05)

    async def drops() -> AsyncIterator[bytes]:
        yield b'{"by":'
        await asyncio.sleep(5)

    async with asking(database, OPEN) as client:
        path = f"/alerts/{EPISODE}/ack"
        async with client.post(path, data=drops(), headers=BEARER) as answer:
            assert (answer.status, await answer.json()) == (
                408, problem(408, "The body was not whole within 0.05 s: send it again.", path),
            )  # fmt: skip


async def test_a_database_that_does_not_answer_is_said(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The officer asks again; what may have been done then is not done twice."""
    monkeypatch.setattr(connections, "ACT_S", 0.05)

    @asynccontextmanager
    async def hanging() -> AsyncIterator[Any]:
        await asyncio.sleep(5)
        yield

    async with asking(database, OPEN, writing=hanging) as client:
        path = f"/alerts/{EPISODE}/ack"
        assert await posted(client, path, by="ann") == (
            503, problem(503, "The database did not answer within 0.05 s: ask again.", path),
        )  # fmt: skip


async def test_where_only_readers_are_answered_nothing_is_written(database: str) -> None:
    """A token alone is no connection of one who writes."""
    app = make_app(
        cast("Live", Standing(status())), lambda: connected(database),
        desk=Desk(token=SecretStr(TOKEN)),
    )  # fmt: skip
    async with TestClient(Served(app)) as client:
        path = f"/alerts/{EPISODE}/ack"
        assert await posted(client, path, by="ann") == (
            503,
            problem(503, connections.NO_STORE, path),
        )


async def test_a_reader_of_the_store_cannot_be_made_to_write(database: str) -> None:
    """GET takes no body's word, and POST is no GET."""
    async with asking(database, OPEN) as client:
        async with client.get(f"/alerts/{EPISODE}/ack", headers=BEARER) as answer:
            assert answer.status == 405
        async with client.post("/alerts", headers=BEARER) as answer:
            assert answer.status == 405
