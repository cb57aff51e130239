"""Users: who they are, how they get a password, and their sessions; no secret is kept."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import pytest

from monitor.clock import now_us
from monitor.credentials import digest, drawn
from monitor.errors import UnknownError, UsageError
from monitor.roles import Role
from monitor.store import users
from monitor.store.access import changes
from monitor.store.database import connected
from monitor.units import to_datetime
from tests.integration.store.people import HASH, add, enter

AT = "192.0.2.1"


async def noted(connection: asyncpg.Connection) -> list[tuple[str, str, str | None]]:
    """What was done, by whom, about whom: the first first."""
    return [(each["what"], each["actor"], each["user_name"]) for each in await changes(connection)][
        ::-1
    ]


async def test_a_user_is_added_once(database: str) -> None:
    async with connected(database) as connection:
        await users.add_user(connection, "ann", Role.OFFICER, "root")
        with pytest.raises(UsageError, match="There is a user 'ann' already"):
            await users.add_user(connection, "ann", Role.ADMIN, "root")
        (found,) = await users.users(connection)
        assert (found["name"], found["role"], found["has_password"]) == ("ann", "officer", False)
        assert (found["disabled"], found["made_by"], found["sessions"]) == (False, "root", 0)
        assert found["made_at"].endswith("Z")
        assert await noted(connection) == [("user added", "root", "ann")]


async def test_by_a_link_a_user_sets_his_password_once(database: str) -> None:
    """What was there before, sessions and all, is over."""
    secret = drawn()
    async with connected(database) as connection:
        await add(connection, "ann", Role.VIEWER, "old")
        until = await users.invite(connection, "ann", secret, "root")
        assert timedelta(minutes=59) < until - to_datetime(now_us()) <= timedelta(hours=1)
        assert await users.invited(connection, secret) == "ann"
        assert await users.invited(connection, drawn()) is None
        assert await users.accept(connection, secret, HASH, AT) == "ann"
        assert await users.accept(connection, secret, "other", AT) is None
        assert await users.invited(connection, secret) is None
        assert await users.login(connection, "ann") == (Role.VIEWER, HASH)
        assert (await noted(connection))[-2:] == [
            ("user invited", "root", "ann"), ("password set", "ann", "ann"),
        ]  # fmt: skip


async def test_a_link_is_over_after_an_hour_and_when_another_is_made(database: str) -> None:
    first, second = drawn(), drawn()
    async with connected(database) as connection:
        await add(connection, "ann", Role.VIEWER)
        await users.invite(connection, "ann", first, "root")
        await users.invite(connection, "ann", second, "root")
        assert [await users.invited(connection, one) for one in (first, second)] == [None, "ann"]
        await connection.execute("UPDATE invitation SET expires_at = now()")
        assert await users.invited(connection, second) is None
        assert await users.accept(connection, second, HASH, AT) is None
        with pytest.raises(UnknownError, match="no user 'bob'"):
            await users.invite(connection, "bob", drawn(), "root")


async def test_the_first_link_is_made_as_long_as_nobody_was_let_in(database: str) -> None:
    """Again at each start, the last one holding; never when somebody could log in."""
    first, second = drawn(), drawn()
    async with connected(database) as connection:
        assert await users.invite_first(connection, first, "monitor")
        assert await users.invite_first(connection, second, "monitor")
        assert await users.invited(connection, first) is None
        assert await users.accept(connection, second, HASH, AT) == "admin"
        assert not await users.invite_first(connection, drawn(), "monitor")
        (found,) = await users.users(connection)
        assert (found["role"], found["has_password"]) == ("admin", True)


async def test_a_session_is_begun_by_the_password_that_holds(database: str) -> None:
    """Not by one that was changed while the other was being looked at, nor of one kept out."""
    async with connected(database) as connection:
        await add(connection, "ann", Role.VIEWER)
        await enter(connection, "ann")
        assert await users.begin_session(connection, "ann", drawn(), "old", AT) is None
        await users.set_disabled(connection, "ann", "root", disabled=True)
        assert await users.begin_session(connection, "ann", drawn(), HASH, AT) is None
        assert await users.login(connection, "ann") is None
        assert await connection.fetchval("SELECT count(*) FROM user_session") == 0


async def test_sessions_are_bounded_and_those_that_are_over_go(database: str) -> None:
    async with connected(database) as connection:
        await add(connection, "ann", Role.VIEWER)
        await add(connection, "bob", Role.VIEWER)
        bobs = await enter(connection, "bob")
        each = [await enter(connection, "ann") for _ in range(users.MOST_SESSIONS + 2)]
        rows = await connection.fetch("SELECT digest FROM user_session")
        assert {row["digest"] for row in rows} == {digest(one) for one in (*each[2:], bobs)}
        await connection.execute("UPDATE user_session SET used_at = now() - interval '13 h'")
        last = await enter(connection, "ann")
        rows = await connection.fetch("SELECT digest FROM user_session")
        assert [row["digest"] for row in rows] == [digest(last)]


async def test_logged_out_is_gone(database: str) -> None:
    async with connected(database) as connection:
        await add(connection, "ann", Role.VIEWER)
        secret = await enter(connection, "ann")
        await users.end_session(connection, secret, AT)
        await users.end_session(connection, secret, AT)
        assert await connection.fetchval("SELECT count(*) FROM user_session") == 0
        assert (await noted(connection))[-2:] == [
            ("logged in", "ann", "ann"), ("logged out", "ann", "ann"),
        ]  # fmt: skip


async def test_a_new_password_ends_sessions_and_link(database: str) -> None:
    link = drawn()
    async with connected(database) as connection:
        await add(connection, "ann", Role.VIEWER)
        await enter(connection, "ann")
        await users.invite(connection, "ann", link, "root")
        await users.set_password(connection, "ann", "new", "root")
        assert await users.invited(connection, link) is None
        assert await connection.fetchval("SELECT count(*) FROM user_session") == 0
        with pytest.raises(UnknownError, match="no user 'bob'"):
            await users.set_password(connection, "bob", HASH, "root")


async def test_roles_change_and_users_are_kept_out_and_let_in(database: str) -> None:
    """What is so already is no change; nobody is deleted."""
    async with connected(database) as connection:
        await add(connection, "ann", Role.VIEWER)
        assert await users.set_role(connection, "ann", Role.ANALYST, "root")
        assert not await users.set_role(connection, "ann", Role.ANALYST, "root")
        assert await users.set_disabled(connection, "ann", "root", disabled=True)
        assert not await users.set_disabled(connection, "ann", "root", disabled=True)
        assert await users.set_disabled(connection, "ann", "root", disabled=False)
        assert await noted(connection) == [
            ("user added", "test", "ann"), ("password set", "test", "ann"),
            ("role changed", "root", "ann"), ("user disabled", "root", "ann"),
            ("user enabled", "root", "ann"),
        ]  # fmt: skip
        for call in (
            users.set_role(connection, "bob", Role.ADMIN, "root"),
            users.set_disabled(connection, "bob", "root", disabled=True),
        ):
            with pytest.raises(UnknownError, match="no user 'bob'"):
                await call


async def test_no_secret_stands_in_the_store(database: str) -> None:
    """Of session and link their digests; what was shown can be found nowhere."""
    link = drawn()
    async with connected(database) as connection:
        await add(connection, "ann", Role.VIEWER)
        session = await enter(connection, "ann")
        await users.invite(connection, "ann", link, "root")
        for table in ("user_account", "user_session", "invitation", "access_change"):
            rows = str(await connection.fetch(f"SELECT t::text FROM {table} t"))  # noqa: S608
            assert link not in rows
            assert session not in rows
            assert rows != "[]"
