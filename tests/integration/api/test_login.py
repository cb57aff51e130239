"""Logging in, by JSON and by a form; out; and the link by which a password is set."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from argon2 import PasswordHasher

from monitor import credentials
from monitor.api import login
from monitor.credentials import csrf_of, drawn
from monitor.exposure import Exposure
from monitor.roles import Role
from monitor.store import users
from monitor.store.access import changes
from monitor.store.database import connected
from tests.integration.api.doors import asking, code, let_in
from tests.integration.api.standing import Client
from tests.integration.store.people import CHEAP, PASSWORD, add

NEW = "nine gulls over Tobruk"
SECURE = Exposure(local=False, secure=True)


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "HASHER", CHEAP)


@pytest.fixture
async def peopled(database: str) -> str:
    """A database with one who may log in, one without a password, and one who is kept out."""
    async with connected(database) as connection:
        await add(connection, "ann", Role.OFFICER)
        await add(connection, "new", Role.OFFICER, None)
        await add(connection, "out", Role.OFFICER)
        await users.set_disabled(connection, "out", "test", disabled=True)
    return database


async def posted(
    client: Client, name: str, password: str = PASSWORD, *, form: bool = False
) -> tuple[int, Any, Any]:
    """Status, words and headers of the answer to a login."""
    words: dict[str, Any] = {"name": name, "password": password}
    sent: dict[str, Any] = {"data": words} if form else {"json": words}
    async with client.post("/login", **sent, allow_redirects=False) as answer:
        told = await (answer.text() if form else answer.json())
        return answer.status, told, answer.headers


async def test_who_logs_in_is_known_from_then_on_and_no_more_when_out(peopled: str) -> None:
    async with asking(peopled) as client:
        assert await code(client, "/events") == 401
        status, told, headers = await posted(client, " Ann ")
        assert (status, told["name"]) == (200, "ann")
        cookie = headers["Set-Cookie"]
        assert cookie.startswith("monitor_session=")
        for word in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=604800"):
            assert word in cookie
        assert "Secure" not in cookie
        assert await code(client, "/events") == 200
        async with client.get("/me") as answer:
            me = await answer.json()
        assert me == {
            "kind": "user", "name": "ann", "token": None, "scopes": ["officer", "read"],
            "csrf": told["csrf"],
        }  # fmt: skip
        session = re.findall(r"monitor_session=([^;]+)", cookie)[0]
        proof = {"X-CSRF-Token": csrf_of(session)}
        async with client.post("/logout") as answer:
            assert answer.status == 403
        async with client.post("/logout", headers=proof) as answer:
            assert (answer.status, await answer.json()) == (200, {})
        assert await code(client, "/events", {"Cookie": f"monitor_session={session}"}) == 401
    async with connected(peopled) as connection:
        found = [(each["what"], each["address"]) for each in await changes(connection, 2)]
    assert found == [("logged out", "127.0.0.1"), ("logged in", "127.0.0.1")]


async def test_by_tls_the_cookie_is_bound_to_it_and_to_this_host(peopled: str) -> None:
    async with asking(peopled, exposure=SECURE) as client:
        _, _, headers = await posted(client, "ann")
        cookie = headers["Set-Cookie"]
        assert cookie.startswith("__Host-monitor_session=")
        assert "Secure" in cookie
        assert "Domain" not in cookie
        session = cookie.partition(";")[0]
        assert await code(client, "/events", {"Cookie": session}) == 200
        plain = {"Cookie": session.removeprefix("__Host-")}
        assert await code(client, "/events", plain) == 401


async def test_a_page_without_a_script_does_it_as_well(peopled: str) -> None:
    """Its form leads on, and comes again with a sentence where it failed."""
    async with asking(peopled) as client:
        async with client.get("/login") as answer:
            page = await answer.text()
            assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
        assert "<script" not in page
        assert 'method="post"' in page
        status, page, _ = await posted(client, "ann", "wrong", form=True)
        assert (status, login.WRONG in page, "wrong" in page) == (401, True, False)
        status, _, headers = await posted(client, "ann", form=True)
        assert (status, headers["Location"]) == (303, "/console")
        assert await code(client, "/events") == 200


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ann", "wrong"), ("ann", ""), ("ann", PASSWORD + " "), ("nobody", PASSWORD),
        ("new", ""), ("new", PASSWORD), ("out", PASSWORD), ("ann' OR 1=1", PASSWORD),
        ("a\0", PASSWORD), ("", ""),
    ],
)  # fmt: skip
async def test_nobody_is_told_why_he_is_not_let_in(
    peopled: str, name: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same answer, after the same work, whether or not there is such a user."""
    hashed: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002
            hashed.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(credentials, "HASHER", Counting(time_cost=1, memory_cost=8, parallelism=1))
    async with asking(peopled) as client:
        status, told, headers = await posted(client, name, password)
    assert (status, told["detail"], len(hashed)) == (401, login.WRONG, 1)
    assert "Set-Cookie" not in headers


async def test_who_fails_waits(peopled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The right password is not tried either while one waits, or it could be guessed on."""
    monkeypatch.setattr(login, "monotonic_s", lambda: 1_000.0)
    async with asking(peopled) as client:
        for _ in range(5):
            assert (await posted(client, "ann", "wrong"))[0] == 401
        status, told, headers = await posted(client, "ann")
        assert (status, 0 < int(headers["Retry-After"]) <= 60) == (429, True)
        assert told["detail"].startswith("Too many logins failed: try again in ")
        status, page, _ = await posted(client, "ann", form=True)
        assert (status, "Too many logins failed" in page) == (429, True)


async def test_many_logins_at_once_wait_for_each_other_or_are_told_to(
    peopled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is hashed at a time; some wait; the rest come again, and it is no failure of theirs."""
    import threading  # noqa: PLC0415

    go, most, now = threading.Event(), 0, 0

    def slow(stored: str | None, password: str) -> bool:
        nonlocal most, now
        now += 1
        most = max(most, now)
        go.wait(60)
        now -= 1
        return credentials.is_password(stored, password)

    monkeypatch.setattr(login, "is_password", slow)
    async with asyncio.timeout(120), asking(peopled, exposure=_proxied()) as client:

        async def one(number: int) -> int:
            headers = {"X-Forwarded-For": f"192.0.2.{number}"}
            words = {"name": f"name{number}", "password": PASSWORD}
            async with client.post("/login", json=words, headers=headers) as answer:
                if answer.status == 503:
                    go.set()
                return answer.status

        found = await asyncio.gather(*(one(number) for number in range(12)))
    assert most == 1
    assert sorted(set(found)) == [401, 503]
    assert found.count(503) >= 1


def _proxied() -> Exposure:
    return Exposure(local=False, secure=True, behind_proxy=True)


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"{}", "application/json", 400),
        (b'{"name": "a", "password": "b", "role": "admin"}', "application/json", 400),
        (b'{"name": "a", "password": ["b"]}', "application/json", 400),
        (b'{"name": "a"}', "text/plain", 415),
        (b"<a/>", "application/xml", 415),
        (b"x" * 5_000, "application/json", 413),
        (b"a=1&" * 30, "application/x-www-form-urlencoded", 400),
    ],
)
async def test_what_is_no_login(peopled: str, body: bytes, media: str, status: int) -> None:
    async with asking(peopled) as client:
        headers = {"Content-Type": media}
        async with client.post("/login", data=body, headers=headers) as answer:
            assert answer.status == status


async def test_by_a_link_a_password_is_set_once(database: str) -> None:
    """To look at it does not use it up; then the old ones are over, and the new one holds."""
    link = drawn()
    async with connected(database) as connection:
        await add(connection, "ann", Role.VIEWER, None)
        await users.invite(connection, "ann", link, "test")
    path = f"/invitation/{link}"
    async with asking(database) as client:
        for _ in range(2):
            async with client.get(path) as answer:
                assert (answer.status, "For ann" in await answer.text()) == (200, True)
        for words in ({"password": "short"}, {"password": "aaaaaaaaaaaaaaa"}):
            async with client.post(path, json=words) as answer:
                assert answer.status == 400
            async with client.post(path, data=words) as answer:
                assert (answer.status, answer.content_type) == (400, "text/html")
        async with client.post(path, data={"password": NEW}, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/login")
        async with client.post(path, json={"password": PASSWORD}) as answer:
            assert answer.status == 404
        assert await code(client, path) == 404
        assert (await posted(client, "ann"))[0] == 401
        assert (await posted(client, "ann", NEW))[0] == 200


async def test_without_a_store_nobody_logs_in_and_it_is_no_failure(database: str) -> None:
    from tests.integration.api.test_app import nowhere  # noqa: PLC0415

    await let_in(database)
    async with asking(database, connect=nowhere) as client:
        for _ in range(8):
            assert (await posted(client, "admin"))[0] == 503
