"""What reports rest on, as it is read from the store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from monitor.alert.entry import Entry
from monitor.engine.reception import BUCKET_US
from monitor.report.gathered import DEAF_US, Gathered, callers, ear, gather, told_at
from monitor.simulator.simulation import Simulation
from monitor.store.cluster import Cluster
from monitor.store.database import connected
from monitor.store.watchlists import save_entries
from monitor.units import DAY_US, HOUR_US, from_datetime
from tests.ports import ports

PORTS = ("tartus", "tobruk")
FENCES = ports()
TARTUS = FENCES.by_id["tartus"]


async def read(url: str, since: int, until: int) -> tuple[set[int], Gathered]:
    async with connected(url) as connection:
        ships = await callers(connection, PORTS, since, until)
        found = await gather(connection, FENCES, ships, PORTS, since=since, until=until)
        return ships, found


async def test_all_that_is_known_of_the_ships_that_called(
    transfer: tuple[str, Simulation],
) -> None:
    url, made = transfer
    truth = made.truth
    ships, found = await read(url, truth.from_at, truth.until_at)
    assert ships == {vessel.mmsi for vessel in truth.vessels}
    for vessel in found.vessels:
        (true,) = (one for one in truth.vessels if one.mmsi == vessel.mmsi)
        assert vessel.name == true.name
        assert [call.port for call in vessel.calls] == ["tartus", "tobruk"]
        assert vessel.last is not None
        (dark,) = true.dark
        silence = max(vessel.silences, key=lambda s: s.after.at - s.before.at if s.after else 0)
        assert silence.before.port == "tartus"
        assert silence.after is not None
        assert silence.after.port == "tobruk"
        assert silence.before.at <= dark.began_at + HOUR_US
        assert silence.after.at >= dark.until
        rows = found.ways[vessel.mmsi, 0]
        assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    assert [told_at(one) for one in found.events] == sorted(told_at(one) for one in found.events)
    ways = [(one.evidence.figures["from"], one.evidence.figures.get("to")) for one in found.voyages]
    assert ways.count(("tartus", "tobruk")) == len(truth.vessels)
    assert found.heard_to is not None


async def test_as_of_an_instant_within_the_time(transfer: tuple[str, Simulation]) -> None:
    """What came later is not in it, but what is known of calls by it."""
    url, made = transfer
    until = made.truth.from_at + DAY_US
    _, found = await read(url, made.truth.from_at, until)
    for vessel in found.vessels:
        assert vessel.last is not None
        assert vessel.last.at < until
        assert [call.port for call in vessel.calls] == ["tartus"]


async def test_where_nothing_is_stored(database: str) -> None:
    ships, found = await read(database, 0, DAY_US)
    assert ships == set()
    assert found.vessels == found.events == found.voyages == found.odd == ()
    assert found.heard_to is None
    assert found.ears["tartus"].deaf == ((0, DAY_US),)


async def test_ships_on_a_list_for_sure_bear_its_name(
    cluster: Cluster, transfer: tuple[str, Simulation]
) -> None:
    name = f"{transfer[0].split('/')[3].partition('?')[0]}"
    url = cluster.create_database("report_listed", template=name)
    first = transfer[1].truth.vessels[0]
    entry = Entry(
        list="run", mmsi=first.mmsi, reason="seen", source="a log", recorded_at=0, added_by="t"
    )  # fmt: skip
    async with connected(url) as connection:
        await save_entries(connection, [entry])
    _, found = await read(url, transfer[1].truth.from_at, transfer[1].truth.until_at)
    assert {one.mmsi: one.lists for one in found.vessels}[first.mmsi] == ("run",)
    cluster.drop_database("report_listed")


@pytest.fixture
async def heard(db: Any) -> Any:
    """A port of which a feed heard something in these buckets of an hour."""
    await db.execute("INSERT INTO source (name) VALUES ('a'), ('b')")
    return db


async def test_a_port_is_deaf_where_no_feed_heard_anything_for_an_hour(
    heard: asyncpg.Connection,
) -> None:
    since = from_datetime(datetime(2024, 12, 13, tzinfo=UTC))
    buckets = {"a": (0, 1, 2, 20), "b": (3, 9)}
    for source, numbers in buckets.items():
        for number in numbers:
            at = datetime.fromtimestamp((since + number * BUCKET_US) / 1e6, UTC)
            await heard.execute(
                """
                INSERT INTO reception (port, source, at, messages, heard_at, vessels, disturbed,
                    rings)
                SELECT 'tartus', id, $2, 5, $2, ARRAY[230000001], ARRAY[]::integer[],
                    ARRAY[5, 0, 0, 0, 0]
                FROM source WHERE name = $1
                """,
                source, at,
            )  # fmt: skip
    found = await ear(heard, TARTUS, since, since + 30 * BUCKET_US)
    assert [((a - since) // BUCKET_US, (b - since) // BUCKET_US) for a, b in found.deaf] == [
        (10, 20), (21, 30),
    ]  # fmt: skip
    assert DEAF_US == 6 * BUCKET_US
    assert found.deaf_us == 19 * BUCKET_US


@pytest.mark.parametrize(
    ("lon", "became", "is_deaf"),
    [(35.8, "refused", True), (35.8, "leapt", True), (35.8, "second_ship", False),
     (24.0, "refused", False)],
)  # fmt: skip
async def test_who_was_never_there_was_not_heard_there(
    heard: asyncpg.Connection, lon: float, became: str, *, is_deaf: bool
) -> None:
    """Positions at Tartus that no ship could have reached are no reception of Tartus."""
    at = datetime(2024, 12, 13, 5, tzinfo=UTC)
    await heard.execute(
        """
        INSERT INTO reception (port, source, at, messages, heard_at, vessels, disturbed, rings)
        SELECT 'tartus', id, $1, 5, $1, ARRAY[230000001], ARRAY[]::integer[], ARRAY[5, 0, 0, 0, 0]
        FROM source WHERE name = 'a'
        """,
        at,
    )
    await heard.execute(
        """
        INSERT INTO candidate (mmsi, first_at, last_at, fixes, geom, away_m, became, decided_at)
        VALUES (230000001, $1, $1, 5, ST_SetSRID(ST_MakePoint($2, 34.9), 4326), 1e6, $3, $1)
        """,
        at, lon, became,
    )  # fmt: skip
    since = from_datetime(at) - 10 * BUCKET_US
    found = await ear(heard, TARTUS, since, since + 20 * BUCKET_US)
    assert (found.deaf == ((since, since + 20 * BUCKET_US),)) == is_deaf
