"""The roll: who is let in at this moment, with the reason where one is not."""

from __future__ import annotations

from datetime import timedelta

from monitor.clock import now_us
from monitor.credentials import digest
from monitor.roles import Role
from monitor.store import tokens, users
from monitor.store.database import connected
from monitor.store.roll import NOBODY, read_roll
from tests.integration.store.people import add, enter, token


async def test_where_nobody_was_let_in_there_is_nobody(database: str) -> None:
    """Once somebody was, that stays so, whatever became of him."""
    async with connected(database) as connection:
        assert await read_roll(connection) == NOBODY
        await token(connection, "qgis", "read")
        await tokens.revoke_token(connection, "qgis", "root")
        assert (await read_roll(connection)).anybody


async def test_sessions_that_hold(database: str) -> None:
    """With the role of now; not those of one kept out, nor any that rested for too long."""
    async with connected(database) as connection:
        for name in ("ann", "bob", "cy"):
            await add(connection, name, Role.VIEWER)
        ann, bob, cy = [await enter(connection, name) for name in ("ann", "bob", "cy")]
        await users.set_role(connection, "ann", Role.OFFICER, "root")
        await users.set_disabled(connection, "bob", "root", disabled=True)
        await connection.execute(
            "UPDATE user_session SET used_at = now() - interval '13 h' WHERE digest = $1",
            digest(cy),
        )
        roll = await read_roll(connection)
        assert set(roll.sessions) == {digest(ann)}
        held = roll.sessions[digest(ann)]
        assert (held.caller.name, held.caller.kind) == ("ann", "user")
        assert held.caller.scopes == {"read", "officer"}
        assert now_us() < held.until <= now_us() + 12 * 3_600_000_000
        assert digest(bob) not in roll.sessions


async def test_tokens_with_what_is_wrong_with_them(database: str) -> None:
    async with connected(database) as connection:
        await add(connection, "ann", Role.VIEWER)
        good = await token(connection, "good", "read", "push", feed="roof")
        bound = await token(connection, "bound", "read", "officer", owner="ann")
        over = await token(connection, "over", "read", holds=timedelta(0))
        gone = await token(connection, "gone", "read")
        await tokens.revoke_token(connection, "gone", "root")
        held = (await read_roll(connection)).tokens
        assert held[digest(good)].caller.scopes == {"read", "push"}
        assert (held[digest(good)].caller.feed, held[digest(good)].why_not) == ("roof", None)
        assert held[digest(bound)].caller.scopes == {"read"}
        assert held[digest(bound)].caller.actor == "ann"
        assert held[digest(over)].until <= now_us()
        assert held[digest(gone)].why_not == "was revoked"
        await users.set_disabled(connection, "ann", "root", disabled=True)
        held = (await read_roll(connection)).tokens
        assert held[digest(bound)].why_not == "belongs to a user who is let in no more"


async def test_when_each_was_used_is_known_coarsely(database: str) -> None:
    """A look writes at most once a minute of a session, and once in ten of a token."""
    async with connected(database) as connection:
        await add(connection, "ann", Role.VIEWER)
        used = [
            digest(await enter(connection, "ann")),
            digest(await token(connection, "q", "read")),
        ]
        await connection.execute("UPDATE user_session SET used_at = now() - interval '2 min'")

        async def times() -> list[object]:
            return [
                await connection.fetchval("SELECT used_at FROM user_session"),
                await connection.fetchval("SELECT used_at FROM api_token"),
            ]

        before = await times()
        await read_roll(connection, used)
        first = await times()
        await read_roll(connection, used)
        assert before[1] is None
        assert first[0] != before[0]
        assert await times() == first
