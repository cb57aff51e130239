"""Fixes by column: the same values as row by row, however the bytes come."""

from __future__ import annotations

from datetime import UTC, datetime

import asyncpg
import numpy as np
import pytest

from monitor.store import columnar, pgcopy

AT = datetime(2024, 12, 13, 4, 5, 6, 789, tzinfo=UTC)


async def fill(db: asyncpg.Connection, ships: int, fixes: int) -> None:
    await db.execute("SELECT make_position_partition($1)", AT)
    await db.execute("INSERT INTO source (name) VALUES ('log')")
    await db.execute(
        """
        INSERT INTO position (mmsi, at, geom, sog_kn, cog_deg, heading_deg, status, type, track,
            received_at, source, line, content, raw)
        SELECT 230000000 + s, $1::timestamptz + f * interval '10 s',
            ST_SetSRID(ST_MakePoint(20 + f / 1000.0, 30 + s), 4326),
            CASE WHEN f % 3 > 0 THEN f % 30 + 0.1 END, CASE WHEN f % 5 > 0 THEN f % 360 END,
            CASE WHEN f % 7 > 0 THEN f % 360 END, CASE WHEN f % 2 > 0 THEN 5 END, 1, s % 2,
            $1::timestamptz, (SELECT min(id) FROM source), f, 0, ''
        FROM generate_series(1, $2) s, generate_series(0, $3 - 1) f
        """,
        AT, ships, fixes,
    )  # fmt: skip


@pytest.mark.parametrize("piece", [1, 100, 8 << 20])
async def test_columns_are_what_is_stored(
    db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    """Wherever the stream is cut, and with all that may be missing."""
    monkeypatch.setattr(columnar, "PIECE_BYTES", piece)
    await fill(db, 3, 700)
    found = await columnar.positions(db)
    rows = await db.fetch(
        """
        SELECT mmsi, (extract(epoch FROM at) * 1000000)::bigint AS at, ST_X(geom) AS lon,
            ST_Y(geom) AS lat, sog_kn, cog_deg, heading_deg, status, type, track, source, line
        FROM position ORDER BY mmsi, at
        """
    )
    assert {len(column) for column in found.values()} == {len(rows)}
    for name in rows[0].keys():  # noqa: SIM118 - a record is no mapping
        missing = -1 if name == "status" else np.nan
        expected = [missing if row[name] is None else row[name] for row in rows]
        np.testing.assert_allclose(found[name].astype(float), np.array(expected, float), rtol=1e-7)
    assert found["at"][0] == rows[0]["at"]
    assert found["at"].dtype == np.int64


async def test_ships_times_and_a_box(db: asyncpg.Connection) -> None:
    await fill(db, 3, 100)
    until = datetime(2024, 12, 13, 4, 10, tzinfo=UTC)
    some = await columnar.positions(db, ships=[230_000_002], since=AT, until=until)
    assert set(some["mmsi"]) == {230_000_002}
    assert len(some["at"]) == 30
    box = await columnar.positions(db, box=(20.0, 30.5, 20.0095, 32.5))
    assert sorted(set(box["mmsi"])) == [230_000_001, 230_000_002]
    assert len(box["at"]) == 20
    assert len((await columnar.positions(db, ships=[]))["at"]) == 0


async def test_what_waits_is_bounded(
    db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the columns no more than a piece and what came last is held."""
    monkeypatch.setattr(columnar, "PIECE_BYTES", 4_096)
    await fill(db, 2, 2_000)
    longest, came = 0, 0
    real = columnar._Parser.take

    async def take(self: columnar._Parser, data: bytes) -> None:
        nonlocal longest, came
        await real(self, data)
        longest, came = max(longest, len(self._waiting)), came + len(data)

    monkeypatch.setattr(columnar._Parser, "take", take)
    await columnar.positions(db)
    assert came > 100 * 4_096
    assert longest <= 4_096


async def test_bytes_that_come_one_by_one() -> None:
    """Also the header, of which half may come."""
    parser = columnar._Parser()
    for byte in pgcopy.HEADER + pgcopy.TRAILER:
        await parser.take(bytes([byte]))
    assert {len(column) for column in parser.columns().values()} == {0}


async def test_read_only(db: asyncpg.Connection) -> None:
    await columnar.make_read_only(db)
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await db.execute("DELETE FROM position")


async def test_where_nothing_was_heard(db: asyncpg.Connection) -> None:
    assert await columnar.heard_to(db) is None
    assert await columnar.reception(db) == []
    assert await columnar.sources(db) == {}
