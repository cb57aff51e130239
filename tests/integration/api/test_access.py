"""Who is let in: by what is shown, by how open the watch is, and while the store is away."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request

from monitor.api import access
from monitor.api.access import RollCall, password_of
from monitor.credentials import digest
from monitor.errors import StoreError
from monitor.exposure import LOCAL, Exposure
from monitor.feed.aiscatcher_http import AisCatcherHttp, AisCatcherHttpConfig
from monitor.store import tokens
from monitor.store.database import connected
from tests.integration.api.doors import COMMON, OUTSIDE, asking, code, let_in
from tests.integration.api.test_app import nowhere
from tests.integration.feed.collect import Collected, running
from tests.integration.store.people import token

OPEN = Exposure(local=False, open_reading=True)
BEARER = {"Authorization": f"Bearer {COMMON}"}


class Store:
    """A store that counts how often it is asked, and can go away."""

    def __init__(self, url: str) -> None:
        """It is there, and was not asked yet."""
        self.url, self.asked, self.away = url, 0, False

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Any]:
        """Connect."""
        self.asked += 1
        if self.away:
            raise StoreError("The database went away: no route.")
        async with connected(self.url) as connection:
            yield connection


def later(monkeypatch: pytest.MonkeyPatch, by_s: float) -> None:
    """So much time passes, for whoever looks at the steady clock."""
    now = access.monotonic_s
    monkeypatch.setattr(access, "monotonic_s", lambda: now() + by_s)


async def test_on_loopback_anyone_reads_until_somebody_is_let_in(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token that is revoked does not open it again."""
    async with asking(database, exposure=LOCAL) as client:
        assert await code(client, "/events") == 200
        assert await code(client, "/events", {"Authorization": "Bearer nonsense"}) == 200
        async with connected(database) as connection:
            await token(connection, "qgis", "read")
            await tokens.revoke_token(connection, "qgis", "root")
        later(monkeypatch, access.FRESH_S)
        assert await code(client, "/events") == 401
        assert await code(client, "/health/live") == await code(client, "/docs") == 200
        assert await code(client, "/events", BEARER) == 200


async def test_elsewhere_nobody_reads_before_somebody_is_let_in(database: str) -> None:
    """But what everybody may, and where that is set."""
    async with asking(database, exposure=OUTSIDE) as client:
        assert await code(client, "/status") == await code(client, "/metrics") == 401
        for path in ("/health/live", "/login", "/openapi.json", "/docs"):
            assert await code(client, path) == 200
    async with asking(database, exposure=OPEN) as client:
        assert await code(client, "/events") == await code(client, "/status") == 200


async def test_open_reading_stays_open_and_opens_nothing_else(database: str) -> None:
    let = await let_in(database)
    async with asking(database, exposure=OPEN) as client:
        assert await code(client, "/events") == 200
        assert await code(client, "/events", let.token("revoked")) == 200
        async with client.post("/alerts/ab/ack", json={"by": "ann"}) as answer:
            assert answer.status == 401


async def test_each_token_and_session_is_known(database: str) -> None:
    let = await let_in(database)
    async with asking(database) as client:
        for headers, name, scopes in (
            (let.session("officer"), "officer", ["officer", "read"]),
            (let.session("admin"), "admin", ["admin", "analyst", "officer", "push", "read"]),
            (let.token("read"), None, ["read"]),
            (BEARER, None, ["officer", "read"]),
        ):
            async with client.get("/me", headers=headers) as answer:
                told = await answer.json()
                assert (answer.status, told["name"], told["scopes"]) == (200, name, scopes)


async def test_why_not_is_said(database: str) -> None:
    """To one who has the secret of a token; of others nothing is told apart."""
    let = await let_in(database)
    for_good = "for another where the watch runs."
    async with asking(database) as client:
        for headers, words in (
            ({}, "Say who you are: log in at /login, or send Authorization: Bearer, and a token."),
            (let.token("over"), f"This token is over: ask {for_good}"),
            (let.token("revoked"), f"This token was revoked: ask {for_good}"),
            (let.token("orphan"),
             f"This token belongs to a user who is let in no more: ask {for_good}"),
            ({"Authorization": "Bearer mmm_made-up"},
             "There is no such token: ask for one where the watch runs."),
            (let.session("rested"), "This session is over: log in again at /login."),
            (let.session("gone"), "This session is over: log in again at /login."),
        ):  # fmt: skip
            async with client.get("/events", headers=headers) as answer:
                assert (answer.status, (await answer.json())["detail"]) == (401, words)
                assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        async with client.get("/events", headers=let.token("push")) as answer:
            words = "This needs the scope 'read', and you have push."
            assert (answer.status, (await answer.json())["detail"]) == (403, words)


async def test_a_secret_is_good_in_its_own_place_alone(database: str) -> None:
    """No token as a cookie, no session as a token; and one header, not two."""
    let = await let_in(database)
    async with asking(database) as client:
        crossed = {"Cookie": f"monitor_session={let.tokens['all']}"}
        assert await code(client, "/events", crossed) == 401
        crossed = {"Authorization": f"Bearer {let.sessions['admin']}"}
        assert await code(client, "/events", crossed) == 401
        other = {"Cookie": f"__Host-monitor_session={let.sessions['admin']}"}
        assert await code(client, "/events", other) == 401
        twice = [("Authorization", f"Bearer {let.tokens['all']}")] * 2
        async with client.get("/events", headers=twice) as answer:
            assert answer.status == 401


async def test_what_is_shown_as_a_token_goes_before_the_cookie(database: str) -> None:
    let = await let_in(database)
    async with asking(database) as client:
        both = {**let.session("admin"), **let.token("revoked")}
        assert await code(client, "/events", both) == 401


async def test_a_revoked_token_is_out_within_a_second(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    let = await let_in(database)
    async with asking(database) as client:
        assert await code(client, "/events", let.token("read")) == 200
        async with connected(database) as connection:
            await tokens.revoke_token(connection, "read", "root")
        later(monkeypatch, access.FRESH_S)
        assert await code(client, "/events", let.token("read")) == 401
    assert access.FRESH_S <= 1


async def test_a_flood_of_made_up_tokens_costs_the_store_one_look(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second; and many who come at once wait for the same."""
    monkeypatch.setattr(access, "FRESH_S", 3600.0)
    await let_in(database)
    store = Store(database)
    async with asking(database, connect=store) as client:
        headers = [{"Authorization": f"Bearer mmm_{n}"} for n in range(60)]
        found = await asyncio.gather(*(code(client, "/events", each) for each in headers))
        assert set(found) == {401}
        assert store.asked == 1


async def test_what_changes_while_the_roll_is_read_is_not_overlooked(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who logs in at that moment is known to his next request."""
    monkeypatch.setattr(access, "FRESH_S", 3600.0)
    let, store = await let_in(database), Store(database)
    calls = RollCall(store)

    async def reads(*_: Any) -> Any:
        calls.forget()
        return access.NOBODY

    with monkeypatch.context() as patch:
        patch.setattr(access, "read_roll", reads)
        assert (await calls.look()).roll == access.NOBODY
    seen = await calls.look()
    assert seen.roll is not None
    assert digest(let.tokens["read"]) in seen.roll.tokens
    await calls.look()
    assert store.asked == 2


async def test_a_station_pushes_by_a_token_as_by_its_feeds_own(database: str) -> None:
    """Also as the password of a login, which is all that some can send."""
    words = {"name": "roof", "token": "s3cret"}
    feed, sink = AisCatcherHttp(AisCatcherHttpConfig.model_validate(words)), Collected()
    let = await let_in(database)
    login = base64.b64encode(f"roof:{let.tokens['push']}".encode())
    line = b"!AIVDM,1,1,,A,14eG;u@000o<Ev:L2bEbEQah08QS,0*4A\n"
    async with running(feed, sink), asking(database, feed) as client:
        await asyncio.sleep(0)
        for headers in (
            let.token("push"), {"Authorization": "Bearer s3cret"},
            {"Authorization": f"Basic {login.decode()}"},
        ):  # fmt: skip
            async with client.post("/feeds/roof", data=line, headers=headers) as answer:
                assert answer.status == 200, await answer.text()
    assert sink.data == line * 3


async def test_a_feed_may_have_no_token_of_its_own(database: str) -> None:
    """Then it is pushed to by tokens of the API alone, which end and can be revoked."""
    words = {"name": "roof", "own_token": False}
    feed, sink = AisCatcherHttp(AisCatcherHttpConfig.model_validate(words)), Collected()
    let = await let_in(database)
    line = b"!AIVDM,1,1,,A,14eG;u@000o<Ev:L2bEbEQah08QS,0*4A\n"
    async with running(feed, sink), asking(database, feed) as client:
        await asyncio.sleep(0)
        for headers, status in (
            (let.token("push"), 200), ({"Authorization": "Bearer "}, 401), ({}, 401),
            ({"Authorization": "Basic Og=="}, 401), (let.token("other feed"), 403),
        ):  # fmt: skip
            async with client.post("/feeds/roof", data=line, headers=headers) as answer:
                assert answer.status == status, headers
    assert sink.data == line


async def test_while_the_store_is_away_who_was_let_in_reads_on(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that it can be seen what is wrong; for a while, and nothing is changed meanwhile."""
    let, store = await let_in(database), Store(database)
    async with asking(database, connect=store) as client:
        assert await code(client, "/status", let.token("read")) == 200
        store.away = True
        later(monkeypatch, 60)
        assert await code(client, "/status", let.token("read")) == 200
        assert await code(client, "/status", let.token("over")) == 401
        assert await code(client, "/status") == 401
        async with client.post("/alerts/ab/ack", headers=let.token("all"), json={}) as answer:
            assert answer.status == 503
        later(monkeypatch, access.STALE_S)
        assert await code(client, "/status", let.token("read")) == 503
        assert await code(client, "/status") == 401


async def test_a_store_that_was_never_there_lets_nobody_in_from_elsewhere() -> None:
    """On loopback what is known without it can be read, or nobody could see what is wrong."""
    async with asking("", connect=nowhere, exposure=OUTSIDE) as client:
        assert await code(client, "/status") == 503
        assert await code(client, "/status", {"Authorization": "Bearer mmm_x"}) == 503
        assert await code(client, "/health/live") == 200
    async with asking("", connect=nowhere, exposure=LOCAL) as client:
        assert await code(client, "/status") == 200


async def test_a_store_that_hangs_holds_up_nobody_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One look is waited for; who comes after it is told at once."""
    monkeypatch.setattr(access, "PATIENCE_S", 0.05)
    monkeypatch.setattr(access, "FRESH_S", 3600.0)
    looks = 0

    @asynccontextmanager
    async def hanging() -> AsyncIterator[Any]:
        nonlocal looks
        looks += 1
        await asyncio.sleep(3600)
        yield

    calls = RollCall(hanging)
    async with asyncio.timeout(60):
        found = await asyncio.gather(*(calls.look() for _ in range(20)))
    assert {each.roll for each in found} == {None}
    assert looks == 1


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("10.0.0.1, 198.51.100.7", "198.51.100.7"),
        ("198.51.100.7", "198.51.100.7"),
        ("", "127.0.0.1"),
        ("10.0.0.1,", "127.0.0.1"),
    ],
)
def test_behind_a_proxy_the_address_is_the_one_that_it_saw(told: str, found: str) -> None:
    """The last: what stands before it was written by the caller. Without one none is believed."""
    headers = {"X-Forwarded-For": told}
    request = make_mocked_request("GET", "/", headers=headers).clone(remote="127.0.0.1")
    proxied = Exposure(local=False, secure=True, behind_proxy=True)
    assert access.Access(exposure=proxied).address(request) == found
    assert access.Access(exposure=OUTSIDE).address(request) == "127.0.0.1"


@pytest.mark.parametrize(
    ("words", "found"),
    [("Zm9vOmJhcg==", "bar"), ("Zm9v", ""), ("%%%", ""), ("", ""), ("OmE6Yg==", "a:b")],
)
def test_the_password_of_a_login(words: str, found: str) -> None:
    assert password_of(words) == found
