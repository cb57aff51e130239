"""Events and port calls: from value to row to value, and to the record that all faces print.

What the database makes of the rows is tried in ``tests/integration/store/test_findings_kept.py``.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args

import pytest

from monitor.engine.candidate import Became
from monitor.model import (
    SUBJECTS,
    CallState,
    EventKind,
    EventState,
    Evidence,
    FixEvidence,
    NamedFeed,
    Ship,
    ShipAtPort,
    Stage,
    Static,
    Subject,
)
from monitor.store.findings import (
    call_of,
    call_record,
    call_row,
    candidate_row,
    event_of,
    event_record,
    event_row,
    evidence_of,
    standing,
)
from tests.findings import (
    ABOUT,
    BARELY_SEEN,
    MMSI,
    OTHER,
    SEEN,
    UNKNOWN,
    after,
    call,
    candidacy,
    event,
    span,
)

EVENT = (
    "id", "kind", "state", "subject", "mmsi", "track", "other_mmsi", "other_track", "port", "area",
    "feed", "name", "geofence", "at", "earliest", "latest", "decided_at", "confidence", "lon",
    "lat", "why", "evidence", "episode", "said",
)  # fmt: skip
"""Arguments of ``upsert_event``, in their order; ``events`` gives them by these names."""

CALL = (
    "id", "mmsi", "track", "name", "port", "arrived_earliest", "arrived_at", "arrived_latest",
    "departed_earliest", "departed_at", "departed_latest", "departed", "state", "confidence",
    "stages", "decided_at",
)  # fmt: skip

NOON = datetime(2024, 12, 13, 12, tzinfo=UTC)


def minutes(value: float) -> datetime:
    return NOON + timedelta(minutes=value)


def row_of(names: tuple[str, ...], values: tuple[Any, ...]) -> dict[str, Any]:
    """What a query gives for a row that was written with these arguments."""
    return dict(zip(names, values, strict=True))


# -- events ----------------------------------------------------------------------------------------


def test_an_event_as_a_row() -> None:
    said = Static(mmsi=MMSI, name="SEVERNYY VETER", imo=9_217_993)
    *row, evidence, episode, words = event_row(event(episode="b" * 32, said=said))
    assert row == [
        "00000000000000000000000000000001", "GeofenceEntered", "confirmed", "ship_at_port",
        273_999_410, 0, None, None, "tartus", None, None, "SEVERNYY VETER", "tartus-harbour",
        minutes(2.5), minutes(1), minutes(3), minutes(4), 4, 35.81, 34.92, "Inside on two fixes.",
    ]  # fmt: skip
    assert json.loads(evidence) == {
        "fixes": [asdict(BARELY_SEEN), asdict(SEEN)],
        "figures": {"margin_m": 200.0, "fixes": 2},
        "geofence_hash": "a" * 64,
    }
    assert episode == "b" * 32
    assert json.loads(words) == {"mmsi": MMSI, "name": "SEVERNYY VETER", "imo": 9_217_993}


def test_an_event_as_a_record() -> None:
    """In this order: it is that of the columns of a CSV file."""
    record = event_record(event(episode="b" * 32, said=Static(mmsi=MMSI, imo=9_217_993)))
    evidence = record.pop("evidence")
    assert list(record.items()) == [
        ("id", "00000000-0000-0000-0000-000000000001"), ("kind", "GeofenceEntered"),
        ("state", "confirmed"), ("mmsi", 273_999_410), ("track", 0), ("name", "SEVERNYY VETER"),
        ("flag", "RU"), ("flag_text", "Russia"), ("imo", 9_217_993), ("port", "tartus"),
        ("geofence", "tartus-harbour"), ("at", "2024-12-13T12:02:30Z"),
        ("earliest", "2024-12-13T12:01:00Z"), ("latest", "2024-12-13T12:03:00Z"),
        ("decided_at", "2024-12-13T12:04:00Z"), ("confidence", 4), ("lon", 35.81), ("lat", 34.92),
        ("why", "Inside on two fixes."), ("episode", "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"),
    ]  # fmt: skip
    assert list(evidence) == ["fixes", "figures", "geofence_hash"]
    assert evidence["fixes"][1] == {
        "at": "2024-12-13T12:03:00Z", "received_at": "2024-12-13T12:03:01.250000Z", "lon": 35.81,
        "lat": 34.92, "sog_kn": 4.5, "cog_deg": 93.4, "status": 0,
        "status_text": "under way using engine", "type": 1, "source": "roof", "line": 17,
        "sentence": "!AIVDM,1,1,,A,\xff",
    }  # fmt: skip


def test_there_is_an_example_of_each_kind_of_subject() -> None:
    """A new kind must show here that it is kept."""
    assert {name: type(about) for name, about in ABOUT.items()} == SUBJECTS
    assert set(SUBJECTS.values()) == set(get_args(Subject))


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        ("ship", (MMSI, 1, None, None, None, None, None)),
        ("ship_at_port", (MMSI, 0, None, None, "tartus", None, None)),
        ("ship_pair", (MMSI, 0, OTHER, 2, None, None, None)),
        ("area", (None, None, None, None, None, "12 miles", None)),
        ("feed", (None, None, None, None, None, None, "harbour")),
    ],
)
def test_a_subject_in_its_columns(kind: str, columns: tuple[Any, ...]) -> None:
    """What its kind has no word for is null."""
    row = event_row(event(about=ABOUT[kind]))
    assert row[3:11] == (kind, *columns)


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("ship", {"mmsi": MMSI, "track": 1, "port": None}),
        ("ship_at_port", {"mmsi": MMSI, "track": 0, "port": "tartus"}),
        (
            "ship_pair",
            {"mmsi": MMSI, "track": 0, "other_mmsi": OTHER, "other_track": 2, "port": None},
        ),
        ("area", {"mmsi": None, "track": None, "area": "12 miles", "port": None}),
        ("feed", {"mmsi": None, "track": None, "feed": "harbour", "port": None}),
    ],
)
def test_a_subject_in_a_record(kind: str, shown: dict[str, Any]) -> None:
    """``mmsi``, ``track`` and ``port`` stand in each record, other words only in theirs."""
    record = event_record(event(about=ABOUT[kind]))
    words = ("mmsi", "track", "other_mmsi", "other_track", "port", "area", "feed")
    assert {name: value for name, value in record.items() if name in words} == shown


@pytest.mark.parametrize("about", ABOUT.values())
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"state": EventState.WITHDRAWN, "kind": EventKind.PORT_ARRIVED, "confidence": 1},
        {"span": span(None, None, 3)},
        {"span": span(1, None, None)},
        {"span": UNKNOWN},
        {"name": None, "geofence": None, "lon": None, "lat": None, "evidence": Evidence()},
        {"episode": "b" * 32, "said": Static(mmsi=MMSI, name="A\0B", draught_m=7.3)},
    ],
)
def test_an_event_comes_back_as_it_was(about: Subject, fields: dict[str, Any]) -> None:
    """So a stored event prints as it did when it was found."""
    told = event(about=about, **fields)
    back = event_of(row_of(EVENT, event_row(told)))
    assert back == told
    assert type(back.subject) is type(about)
    assert event_record(back) == event_record(told)


def test_a_subject_is_known_by_its_kind_and_not_by_its_values() -> None:
    """An area and a feed of one name are equal to Python."""
    row = row_of(EVENT, event_row(event(about=NamedFeed("12 miles"))))
    assert (row["subject"], row["feed"], row["area"]) == ("feed", "12 miles", None)
    assert isinstance(event_of(row).subject, NamedFeed)


def test_a_subject_takes_no_column_that_is_not_its_own() -> None:
    """Rows of the release before are about a ship at a port; a ship's has no port to give."""
    row = row_of(EVENT, event_row(event()))
    assert event_of(row).subject == ShipAtPort(MMSI, 0, "tartus")
    assert event_of({**row, "subject": "ship"}).subject == Ship(MMSI, 0)


def test_an_event_without_a_place_says_so() -> None:
    record = event_record(event(about=NamedFeed("harbour"), lon=None, lat=None))
    assert (record["lon"], record["lat"]) == (None, None)


def test_times_that_are_not_known_are_null_in_a_record() -> None:
    record = event_record(event(span=span(None, None, 3.000_001)))
    found = [record[name] for name in ("earliest", "at", "latest")]
    assert found == [None, None, "2024-12-13T12:03:00.000060Z"]


def test_instants_of_a_row_may_be_in_any_zone() -> None:
    """A server gives them in its own; they are the same instants."""
    east = timezone(timedelta(hours=5, minutes=30))
    row = row_of(EVENT, event_row(event()))
    moved = {
        name: value.astimezone(east) if isinstance(value, datetime) else value
        for name, value in row.items()
    }
    assert event_of(moved) == event()


def test_an_id_is_hexadecimal_in_a_value_and_a_uuid_in_a_record() -> None:
    """However the driver gives it."""
    told = event(id="f" * 31 + "0")
    row = row_of(EVENT, event_row(told))
    written = event_record(told)["id"]
    assert written == "ffffffff-ffff-ffff-ffff-fffffffffff0"
    assert event_of({**row, "id": written}).id == told.id


# -- evidence --------------------------------------------------------------------------------------


def test_fixes_keep_their_order_and_figures_stand_in_that_of_the_alphabet() -> None:
    """A jsonb keeps an array's order, but not an object's: a dry run prints the same."""
    told = event(evidence=Evidence(fixes=(SEEN, BARELY_SEEN), figures={"b": 1, "a": 2, "C": 3}))
    record = event_record(told)
    assert [fix["line"] for fix in record["evidence"]["fixes"]] == [17, 2]
    assert list(record["evidence"]["figures"]) == ["C", "a", "b"]
    shuffled = {"geofence_hash": None, "figures": {"a": 2, "C": 3, "b": 1}, "fixes": [
        dict(reversed(asdict(fix).items())) for fix in (SEEN, BARELY_SEEN)
    ]}  # fmt: skip
    back = replace(told, evidence=evidence_of(shuffled))
    assert json.dumps(event_record(back)) == json.dumps(record)


def test_evidence_of_another_release_is_read_as_far_as_it_goes() -> None:
    """What it did not say is not available, what only it knows is left out."""
    older = {"at": "2024-12-13T12:03:00Z", "lon": 35.81, "lat": 34.92, "hue": "blue"}
    (fix,) = evidence_of({"fixes": [older], "figures": {}, "geofence_hash": None}).fixes
    assert isinstance(fix, FixEvidence)
    assert (fix.at, fix.lon, fix.sog_kn, fix.sentence) == (
        "2024-12-13T12:03:00Z", 35.81, None, None,
    )  # fmt: skip


def test_a_sentence_with_a_nul_in_it_comes_back_byte_for_byte() -> None:
    """Logs that a power cut broke off have them; the database has no form for one."""
    sentence = "2024-12-13T12:00:00Z,\0\0,\\u0000,\xff"
    told = event(evidence=Evidence(fixes=(replace(SEEN, sentence=sentence),)))
    *_, stored, _, _ = row = event_row(told)
    assert json.loads(stored)["fixes"][0]["sentence"] == "2024-12-13T12:00:00Z,␀␀,\\u0000,\xff"
    assert event_record(told)["evidence"]["fixes"][0]["sentence"] == sentence
    assert event_of(row_of(EVENT, row)) == told


# -- port calls ------------------------------------------------------------------------------------


def test_a_port_call_as_a_row() -> None:
    row = row_of(CALL, call_row(call()))
    stages = json.loads(row.pop("stages"))
    assert row == {
        "id": "00000000000000000000000000000001", "mmsi": 273_999_410, "track": 0,
        "name": "SEVERNYY VETER", "port": "tartus", "arrived_earliest": minutes(-1),
        "arrived_at": NOON, "arrived_latest": minutes(1), "departed_earliest": minutes(119),
        "departed_at": None, "departed_latest": minutes(121.5), "departed": True, "state": "away",
        "confidence": 4, "decided_at": minutes(125),
    }  # fmt: skip
    assert stages == call_record(call())["stages"]


def test_a_port_call_as_a_record() -> None:
    record = call_record(call())
    assert list(record) == [
        "id", "mmsi", "track", "name", "flag", "flag_text", "port", "arrived", "departed", "state",
        "confidence", "stages",
    ]  # fmt: skip
    assert record["id"] == "00000000-0000-0000-0000-000000000001"
    assert record["arrived"] == {
        "earliest": "2024-12-13T11:59:00Z", "at": "2024-12-13T12:00:00Z",
        "latest": "2024-12-13T12:01:00Z",
    }  # fmt: skip
    assert record["departed"] == {
        "earliest": "2024-12-13T13:59:00Z", "at": None, "latest": "2024-12-13T14:01:30Z",
    }  # fmt: skip
    assert record["stages"] == [
        {"kind": "PortArrived", "geofence": "tartus-harbour", **record["arrived"]},
        {"kind": "Berthed", "geofence": None, "earliest": None, "at": None,
         "latest": "2024-12-13T12:30:00Z"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"departed": None},
        {"arrived": UNKNOWN, "departed": UNKNOWN, "name": None, "stages": ()},
        {"arrived": span(None, None, 0.000_001), "confidence": 1, "track": 3},
        {"departed": None, "state": CallState.IN_PORT},
        {"departed": None, "state": CallState.FOUND},
    ],
)
def test_a_port_call_comes_back_as_it_was(fields: dict[str, Any]) -> None:
    told = call(**fields)
    back = call_of(row_of(CALL, call_row(told)))
    assert back == told
    assert call_record(back) == call_record(told)


def test_left_at_an_unknown_time_is_not_still_there() -> None:
    """Both have no instant of a departure; only one is null to a reader."""
    left, there = call(departed=UNKNOWN), call(departed=None)
    assert row_of(CALL, call_row(left))["departed"] is True
    assert row_of(CALL, call_row(there))["departed"] is False
    assert call_record(left)["departed"] == {"earliest": None, "at": None, "latest": None}
    assert call_record(there)["departed"] is None


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (CallState.AWAY, "away"),
        (CallState.TOUCHED, "entered"),
        (CallState.ENTERED, "entered"),
        (CallState.FOUND, "in port"),
        (CallState.IN_PORT, "in port"),
        (CallState.LEAVING, "leaving"),
    ],
)
def test_a_call_that_is_not_over_stands_as_it_is_known(state: CallState, words: str) -> None:
    there = call(departed=None, state=state)
    assert standing(there) == call_record(there)["state"] == words


def test_who_has_left_has_left() -> None:
    """Whatever stages were told last, and though nobody saw when."""
    stages = (Stage(kind=EventKind.WENT_DARK_INSIDE, span=UNKNOWN, geofence=None),)
    assert standing(call(departed=UNKNOWN, state=CallState.LEAVING, stages=stages)) == "left"


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ((), "dark"),
        ((EventKind.FIRST_SEEN_INSIDE,), "dark"),
        ((EventKind.REAPPEARED_INSIDE,), "in port"),
        ((EventKind.REAPPEARED_INSIDE, EventKind.WENT_DARK_INSIDE), "dark"),
    ],
)
def test_a_ship_that_is_silent_is_dark_until_she_is_heard(
    then: tuple[EventKind, ...], words: str
) -> None:
    """She is not said to be in port while nobody hears her there."""
    kinds = (EventKind.PORT_ARRIVED, EventKind.WENT_DARK_INSIDE, *then)
    stages = tuple(Stage(kind=kind, span=span(1, None, 2), geofence=None) for kind in kinds)
    assert standing(call(departed=None, state=CallState.IN_PORT, stages=stages)) == words


@pytest.mark.parametrize(
    ("departed", "state", "words"),
    [(None, CallState.IN_PORT, "in port"), (UNKNOWN, CallState.AWAY, "left")],
)
def test_how_a_call_stands_that_the_release_before_wrote(
    departed: Any, state: CallState, words: str
) -> None:
    """It did not say: who has not left is in port, as it said itself."""
    row = {**row_of(CALL, call_row(call(departed=departed))), "state": None}
    assert call_of(row).state is state
    assert call_record(call_of(row))["state"] == words


# -- candidates ------------------------------------------------------------------------------------


def test_what_came_of_a_candidate_as_a_row() -> None:
    came = candidacy(believed_from=after(3))
    assert came.track is not None
    assert candidate_row(came) == (
        273_999_410, NOON, minutes(60), 10, came.first.lon, came.first.lat, minutes(-5),
        came.track.lon, came.track.lat, 1e6, "second_ship", 1, minutes(61), minutes(3),
    )  # fmt: skip


def test_what_came_of_nothing_and_went_nowhere_is_null() -> None:
    """No track was known before, and none was made."""
    row = candidate_row(candidacy(track=None, origin=None, became=Became.REFUSED, number=None))
    assert row[6:9] == (None, None, None)
    assert row[-4:] == ("refused", None, minutes(61), None)
