"""A month of events: what a test of rules shows of it is what was raised live, alert for alert."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import asyncpg
import pytest

from monitor.alert.entry import Entry
from monitor.alert.story import Alert
from monitor.alert.watchlist import Watchlist
from monitor.model import Event, EventState, ShipAtPort, Static
from monitor.store import alerts
from monitor.store.watchlists import save_entries, watch_entries
from monitor.units import DAY_US, MINUTE_US, to_datetime
from tests.findings import after
from tests.integration.store.desks import K, commit, desk
from tests.unit.alert.drawn import happened, rule

RULES = [
    rule("watched-arrives", "critical", kind=["PortArrived"], watchlist=["own"]),
    rule("berths", "info", kind=["Berthed"], port=["tobruk"]),
    rule("dark", "warning", kind=["WentDarkInside"], not_mmsi=[273_000_003]),
    rule("by-night", "warning", kind=["PortDeparted"], hours=["22:00-05:00"]),
]
KINDS = (K.PORT_ARRIVED, K.BERTHED, K.WENT_DARK_INSIDE, K.REAPPEARED_INSIDE, K.PORT_DEPARTED)
SHIPS, CALLS, DAYS = 25, 150, 30


def a_month(draw: random.Random) -> list[Event]:
    """Port calls, told as they become known: some only provisional at first, some taken back."""
    told: list[Event] = []
    for call in range(CALLS):
        ship = draw.randrange(SHIPS)
        begin = draw.uniform(0, DAYS * 24 * 60)
        mmsi = 273_000_000 + ship
        said = Static(mmsi=mmsi, name=f"SHIP {ship}", ship_type=70)
        port = draw.choice(["tartus", "tobruk"])
        for number, kind in enumerate(KINDS[: draw.randint(1, len(KINDS))]):
            begin += draw.uniform(5, 400)
            one = happened(
                1 + call * 10 + number, kind, begin, about=ShipAtPort(mmsi, 0, port),
                name=said.name, said=said, episode=f"{1 + call:032x}",
            )  # fmt: skip
            first = EventState.PROVISIONAL if draw.random() < 0.4 else EventState.CONFIRMED
            told.append(replace(one, state=first))
            if first is EventState.PROVISIONAL:
                last = EventState.WITHDRAWN if draw.random() < 0.4 else EventState.CONFIRMED
                later = one.decided_at + round(draw.uniform(1, 90) * MINUTE_US)
                told.append(replace(one, state=last, decided_at=later))
    return sorted(told, key=lambda event: (event.decided_at, event.id))


def batches(events: list[Event], draw: random.Random) -> Iterator[list[Event]]:
    """As they come in: of any size; of one event, one word a batch."""
    at = 0
    while at < len(events):
        batch: dict[str, Event] = {}
        for event in events[at : at + draw.randint(1, 12)]:
            if event.id in batch:
                break
            batch[event.id] = event
        yield list(batch.values())
        at += len(batch)


@pytest.mark.parametrize("seed", [3, 7])
async def test_12_a_month_that_is_tried_is_the_month_that_was_told(
    db: asyncpg.Connection, seed: int
) -> None:
    """Behaviour 12: the same alerts, the same headlines, for the same reasons; some withdrawn."""
    draw = random.Random(seed)
    entries = [
        Entry(list="own", mmsi=273_000_000 + ship, reason="r", source="s",
              recorded_at=after(-DAYS), added_by="ann")
        for ship in range(8)
    ]  # fmt: skip
    await save_entries(db, entries)
    live = desk(*RULES)
    for batch in batches(a_month(draw), draw):
        await commit(db, live, *batch)
    raised = {one.alert.id: one.alert async for one in alerts.alerts(db)}
    assert len(raised) > 50
    assert len({one.state for one in raised.values()}) == 2
    begin = to_datetime(after(0) - DAY_US)
    stored = [event async for event in alerts.decided(db, begin, page_rows=97)]
    listed = Watchlist([entry async for entry in watch_entries(db)])
    would = {one.id: one for one in desk(*RULES, deliver=False).would(stored, listed)}
    assert would.keys() == raised.keys()
    for id_, one in raised.items():
        tried = would[id_]
        assert (tried.headline, tried.severity, tried.state) == (
            one.headline, one.severity, one.state,
        )  # fmt: skip
        assert reasons(tried) == reasons(one)


def reasons(alert: Alert) -> set[tuple[str, tuple[str, ...]]]:
    """Events for which it is there, and the rules that they met; what only belongs to it is not."""
    return {(reason.event, reason.rules) for reason in alert.reasons if reason.rules}
