"""What a run found, as it stands at its end, in the order in which the database would give it.

That the database does give it so is tried in ``tests/integration/report/test_records_stored.py``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from monitor.model import EventKind, EventState, NamedFeed, Ship, Span
from monitor.report.records import iso, plain_record, settle_calls, settle_events, vessel_record
from monitor.store.findings import Record, call_record, event_record
from tests.findings import MMSI, OTHER, UNKNOWN, after, call, event, span


def numbers(records: list[Record]) -> list[int]:
    return [UUID(record["id"]).int for record in records]


# -- events ----------------------------------------------------------------------------------------


def test_an_event_is_told_as_it_stood_last() -> None:
    """A provisional arrival that was confirmed, and one that was withdrawn, are one event each."""
    first, second = (event(number, state=EventState.PROVISIONAL) for number in (1, 2))
    confirmed = event(1, state=EventState.CONFIRMED, decided_at=after(30))
    withdrawn = event(2, state=EventState.WITHDRAWN, decided_at=after(20))
    found = settle_events([first, second, withdrawn, confirmed])
    assert found == [event_record(withdrawn), event_record(confirmed)]


def test_nothing_was_found() -> None:
    assert settle_events([]) == []
    assert settle_calls([]) == []


def test_events_stand_by_the_best_time_that_is_known() -> None:
    """At; else no later than; else not before; else when it was said."""
    found = settle_events(
        [
            event(1, span=UNKNOWN, decided_at=after(4)),
            event(2, span=span(3, None, None), decided_at=after(60)),
            event(3, span=span(0, None, 2), decided_at=after(50)),
            event(4, span=span(0, 1, 90), decided_at=after(90)),
        ]
    )
    assert numbers(found) == [4, 3, 2, 1]


def test_events_of_one_time_stand_by_when_they_were_decided_then_by_ship_kind_and_id() -> None:
    """What is about no ship comes first."""
    when = span(1, 2, 3)
    found = settle_events(
        [
            event(9, Ship(OTHER, 0), span=when),
            event(8, Ship(MMSI, 0), span=when, kind=EventKind.BERTHED),
            event(7, Ship(MMSI, 1), span=when, kind=EventKind.BERTHED),
            event(6, Ship(MMSI, 0), span=when, kind=EventKind.PORT_ARRIVED),
            event(5, NamedFeed("harbour"), span=when, kind=EventKind.UNBERTHED),
            event(4, Ship(MMSI, 0), span=when, decided_at=after(5)),
        ]
    )
    assert numbers(found) == [5, 7, 8, 6, 9, 4]


# -- port calls ------------------------------------------------------------------------------------


def test_a_port_call_is_told_as_it_stood_last_and_not_at_all_if_it_was_withdrawn() -> None:
    open_, over = call(1, departed=None), call(1)
    nothing = [call(2, departed=None), call(2, departed=None, withdrawn=True)]
    assert settle_calls([open_, nothing[0], over, nothing[1]]) == [call_record(over)]


@pytest.mark.parametrize(
    ("arrived", "place"),
    [
        (span(0, 10, 20), 0),
        (span(0, None, 10), 0),
        (span(10, 15, 20), 1),
        (span(0, None, None), 2),
        (UNKNOWN, 2),
    ],
)
def test_port_calls_stand_by_their_arrival_and_else_by_when_they_were_decided(
    arrived: Span, place: int
) -> None:
    others = [call(5, arrived=span(None, 12, None)), call(6, arrived=span(None, 17, None))]
    found = numbers(settle_calls([*others, call(4, arrived=arrived, decided_at=after(18))]))
    assert found.index(4) == place


def test_port_calls_of_one_time_stand_by_ship_then_by_id() -> None:
    calls = [call(3, mmsi=OTHER), call(2, mmsi=MMSI, track=1), call(1, mmsi=MMSI), call(4, mmsi=9)]
    assert numbers(settle_calls(calls)) == [4, 1, 2, 3]


# -- other rows ------------------------------------------------------------------------------------


def test_a_plain_row_keeps_its_words_and_says_times_as_all_records_do() -> None:
    at = datetime(2024, 12, 13, 12, tzinfo=UTC)
    record = plain_record({"mmsi": 1, "at": at, "name": None, "lon": 35.8, "flag": False})
    assert list(record.items()) == [
        ("mmsi", 1), ("at", "2024-12-13T12:00:00Z"), ("name", None), ("lon", 35.8), ("flag", False),
    ]  # fmt: skip


def test_codes_of_a_row_have_their_words_beside_them() -> None:
    """In the order of the columns; a code that is not available has none."""
    record = plain_record({"ship_type": 70, "status": 5, "line": 1})
    assert list(record.items()) == [
        ("ship_type", 70), ("ship_type_text", "cargo"), ("status", 5), ("status_text", "moored"),
        ("line", 1),
    ]  # fmt: skip
    assert plain_record({"status": None}) == {"status": None, "status_text": None}


def test_a_vessel_has_her_flag_behind_her_number() -> None:
    record = vessel_record({"mmsi": 273_999_410, "name": "SEVERNYY VETER", "ship_type": 89})
    assert list(record.items()) == [
        ("mmsi", 273_999_410), ("flag", "RU"), ("flag_text", "Russia"), ("name", "SEVERNYY VETER"),
        ("ship_type", 89), ("ship_type_text", "tanker"),
    ]  # fmt: skip
    assert vessel_record({"mmsi": 1, "destination": "TOBRUK@@"})["destination"] == "TOBRUK"
    unknown = vessel_record({"mmsi": 999_999_999, "ship_type": None})
    assert [unknown[name] for name in ("flag", "flag_text", "ship_type_text")] == [None] * 3


def test_a_row_has_the_digits_that_it_deserves() -> None:
    """What single precision and PostGIS make of a tenth of a degree is no news."""
    row = {"lon": 35.866501666666665, "lat": -34.9, "cog_deg": 277.10001, "sog_kn": 12.30000019}
    assert plain_record(row) == {"lon": 35.866502, "lat": -34.9, "cog_deg": 277.1, "sog_kn": 12.3}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (datetime(2024, 12, 13, 12, tzinfo=UTC), "2024-12-13T12:00:00Z"),
        (datetime(2024, 12, 13, 12, 0, 0, 5, tzinfo=UTC), "2024-12-13T12:00:00.000005Z"),
        (
            datetime(2024, 12, 13, 1, tzinfo=timezone(timedelta(hours=2))),
            "2024-12-12T23:00:00Z",
        ),
    ],
)
def test_times_are_rfc_3339_in_utc(value: datetime | None, text: str | None) -> None:
    assert iso(value) == text
