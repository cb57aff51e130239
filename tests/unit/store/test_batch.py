"""A batch ready to be written: what of an outcome goes into which rows, and in which order."""

from __future__ import annotations

import math
import struct
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from monitor.engine.geofence import Corner, FenceSet, Gate
from monitor.engine.kept import FIX_LAYOUT
from monitor.engine.outcome import Outcome, nothing
from monitor.engine.reception import Bucket
from monitor.engine.reorder import Waiting
from monitor.engine.snapshot import Snapshot
from monitor.engine.tracked import HEARD, UNHEARD
from monitor.model import FIX, Fix, Refusal, Static, StaticReport
from monitor.store.batch import (
    DISBELIEVED,
    IDENTITY,
    LATE,
    STATIC,
    VESSEL,
    WHO,
    Batch,
    Offset,
    make_batch,
    put_positions,
)
from monitor.store.claims import Claims, digest_of
from monitor.store.findings import call_row, candidate_row, event_row
from monitor.store.positions import POSITION, position_rows, stored_of
from monitor.units import HOUR_US, MINUTE_US, NO_TIME, SECOND_US, to_datetime
from tests.findings import call, candidacy, event
from tests.ports import ports
from tests.scenario.sea import MMSI, START, fix_at

DECEMBER = 1_701_388_800 * SECOND_US
"""2023-12-01T00:00:00Z."""

Y2K = 946_684_800 * SECOND_US
"""PostgreSQL's zero."""

NUMBERS = {"roof": 7, "log": 300, "other": 1}
"""Sources as the store numbers them; the pipeline numbers its own from 0."""


def rows_of(fixes: list[Fix]) -> Any:
    return np.array([tuple(fix) for fix in fixes], dtype=FIX)


def outcome(fixes: list[Fix] | None = None, **changes: Any) -> Outcome:
    """What came of a batch: these fixes, all of track 0, and nothing else."""
    rows = rows_of(fixes or [])
    words: dict[str, Any] = {"tracks": np.zeros(len(rows), dtype=np.int8), **changes}
    return replace(nothing(), fixes=rows, **words)


def snapshot(**changes: Any) -> Snapshot:
    """Nothing to be kept, of an engine that hears a roof and reads a log."""
    words: dict[str, Any] = {
        "head": {"sources": ["roof", "log"]},
        "waiting": Waiting(rows_of([]), np.zeros(0), NO_TIME, NO_TIME), "last": rows_of([]),
        "heard": np.zeros(0, dtype=HEARD), "states": [],
        "reception": [], **changes,
    }  # fmt: skip
    return Snapshot(**words)


def batch(told: Outcome | None = None, kept: Snapshot | None = None, **words: Any) -> Batch:
    told = outcome() if told is None else told
    kept = snapshot() if kept is None else kept
    made = make_batch(told, kept, words.get("offsets", []), NUMBERS, words.get("claims", Claims()))
    put_positions(made, told, NUMBERS, ports(), packs=False)
    return made


def tuples(rows: bytes, columns: tuple[str, ...]) -> list[dict[str, bytes | None]]:
    """COPY rows taken apart: the bytes of each column, None for NULL."""
    found = []
    place = 0
    while place < len(rows):
        (count,) = struct.unpack_from(">h", rows, place)
        place += 2
        values: list[bytes | None] = []
        for _ in range(count):
            (size,) = struct.unpack_from(">i", rows, place)
            place += 4
            values.append(None if size < 0 else rows[place : place + size])
            place += max(size, 0)
        found.append(dict(zip(columns, values, strict=True)))
    return found


def number(data: bytes | None) -> int:
    assert data is not None
    return int.from_bytes(data, "big", signed=True)


# -- positions -------------------------------------------------------------------------------------


def test_a_fix_as_a_row() -> None:
    """Column by column, as table ``position`` has them."""
    words = {"heading_deg": 359.0, "status": 5, "type": 18, "source": 1, "line": 2**33}
    fix = fix_at(0, **words, received_at=START + 1)
    ((instant, rows),) = batch(outcome([fix], tracks=np.array([2], dtype=np.int8))).months
    (row,) = tuples(rows, POSITION)
    assert instant == START
    assert number(row["mmsi"]) == MMSI
    assert [number(row[name]) + Y2K for name in ("at", "received_at")] == [START, START + 1]
    assert row["geom"] == struct.pack(">BIIdd", 0, 0x20000001, 4326, fix.lon, fix.lat)
    assert (row["sog_kn"], row["cog_deg"]) == (struct.pack(">f", 5), struct.pack(">f", 90))
    small = ("heading_deg", "status", "type", "track", "source")
    assert [number(row[name]) for name in small] == [359, 5, 18, 2, 300]
    assert [len(row[name] or b"") for name in small] == [2] * 5
    assert number(row["line"]) == 2**33


@pytest.mark.parametrize(
    ("field", "value"),
    [("sog_kn", math.nan), ("cog_deg", math.nan), ("heading_deg", math.nan), ("status", -1)],
)
def test_what_was_not_available_is_null_in_its_row_alone(field: str, value: float) -> None:
    fixes = [fix_at(0), fix_at(1, **{field: value}), fix_at(2)]
    ((_, rows),) = batch(outcome(fixes)).months
    found = tuples(rows, POSITION)
    assert [row[field] is None for row in found] == [False, True, False]
    assert sum(value is None for row in found for value in row.values()) == 1


def test_fixes_are_parted_by_the_months_of_their_time() -> None:
    """To the microsecond, UTC; each part with an instant of its month, the oldest month first."""
    after, before, later = (
        fix_at(0, at=at) for at in (DECEMBER, DECEMBER - 1, DECEMBER + 31 * 24 * HOUR_US)
    )
    tracks = np.array([1, 2, 3], dtype=np.int8)
    months = batch(outcome([after, before, later], tracks=tracks)).months
    assert [instant for instant, _ in months] == [before.at, after.at, later.at]
    parts = [tuples(rows, POSITION) for _, rows in months]
    assert [[number(row["track"]) for row in part] for part in parts] == [[2], [1], [3]]
    assert [number(part[0]["at"]) + Y2K for part in parts] == [before.at, after.at, later.at]


def test_fixes_of_a_month_keep_their_order() -> None:
    fixes = [fix_at(minute, mmsi=mmsi) for mmsi in (9, 3) for minute in (5, 1)]
    ((_, rows),) = batch(outcome(fixes)).months
    found = [(number(row["mmsi"]), number(row["at"]) + Y2K) for row in tuples(rows, POSITION)]
    assert found == [(fix.mmsi, fix.at) for fix in fixes]


def test_an_archive_from_before_1970_has_months_too() -> None:
    months = batch(outcome([fix_at(0, at=-1), fix_at(0, at=0)])).months
    assert [instant for instant, _ in months] == [-1, 0]


def test_late_reports_are_kept_whole_with_what_had_passed_when_they_came() -> None:
    """In the order of arrival: nothing is judged of them yet."""
    late = rows_of([fix_at(3, mmsi=9), fix_at(1, mmsi=9, source=1), fix_at(5, mmsi=3)])
    made = batch(outcome(late=late, late_after=START + 9 * MINUTE_US))
    found = tuples(made.late, LATE)
    assert [number(row["mmsi"]) for row in found] == [9, 9, 3]
    assert [number(row["source"]) for row in found] == [7, 300, 7]
    assert {number(row["after"]) + Y2K for row in found} == {START + 9 * MINUTE_US}
    assert {number(row["layout"]) for row in found} == {FIX_LAYOUT}
    assert b"".join(row["report"] or b"" for row in found) == late.tobytes()
    assert made.months == []


def test_what_the_tracker_refused_is_kept_whole_with_the_reason() -> None:
    jump, frozen = rows_of([fix_at(3, mmsi=9)]), rows_of([fix_at(1), fix_at(2)])
    disbelieved = [(Refusal.IMPOSSIBLE_JUMP, jump), (Refusal.FROZEN, frozen)]
    found = tuples(batch(outcome(disbelieved=disbelieved)).disbelieved, DISBELIEVED)
    assert [row["reason"] for row in found] == [b"impossible_jump", b"frozen", b"frozen"]
    assert b"".join(row["report"] or b"" for row in found) == jump.tobytes() + frozen.tobytes()


def test_sentences_are_kept_of_what_is_near_a_port() -> None:
    """Hashes of all: by them copies are known."""
    off_tartus = {"lon": 35.5, "lat": 34.9}
    fixes = [
        fix_at(0, content=2**64 - 1), fix_at(1, **off_tartus, content=7),
        fix_at(2, **off_tartus, raw=b"x" * 72),
    ]  # fmt: skip
    ((_, rows),) = batch(outcome(fixes)).months
    far, near, long = tuples(rows, POSITION)
    assert [row["raw"] for row in (far, near, long)] == [b"", b"!AIVDM", b"x" * 72]
    assert [number(row["content"]) for row in (far, near)] == [-1, 7]


def test_sentences_are_kept_of_what_is_near_a_gate() -> None:
    """What was told of a passage is shown with them when her ship is taken again."""
    line = (Corner(10.0, 5.0), Corner(10.1, 5.0))
    gate = Gate(id="g", name="G", line=line, in_words="in", out_words="out", hash="")
    fixes = rows_of([fix_at(0), fix_at(1, lon=14.0)])
    found = position_rows(
        stored_of(fixes, np.zeros(2, np.int8), [1], FenceSet(ports=(), gates=(gate,)))
    )
    assert sorted(row["raw"] for row in tuples(found, POSITION)) == [b"", b"!AIVDM"]


def test_when_each_claim_was_made_is_kept() -> None:
    said = StaticReport(at=5, received_at=6, seq=0, source=1, static=Static(mmsi=9, name="A"))
    (row,) = tuples(batch(outcome(statics=[said])).statics, STATIC)
    assert [number(row[name]) for name in ("mmsi", "source")] == [9, 300]
    assert [number(row[name]) + Y2K for name in ("at", "received_at")] == [5, 6]
    assert row["digest"] == digest_of(said.static)


# -- vessels ---------------------------------------------------------------------------------------


def test_the_last_fix_of_a_vessel_is_kept_whole_with_the_number_of_its_layout() -> None:
    """Columns for who looks at the table, and the bytes for the engine."""
    last = rows_of([fix_at(0, cog_deg=math.nan, status=-1), fix_at(1, mmsi=5, status=3)])
    heard = np.array([UNHEARD, (START, True, START, NO_TIME, 0.0, 0.0)], dtype=HEARD)
    one, other = tuples(batch(kept=snapshot(last=last, heard=heard)).vessels, VESSEL)
    assert (number(one["mmsi"]), number(other["mmsi"])) == (MMSI, 5)
    assert (one["cog_deg"], one["status"]) == (None, None)
    assert (number(other["status"]), number(other["layout"])) == (3, FIX_LAYOUT)
    assert number(one["at"]) == START - Y2K
    assert (one["fix"], other["fix"]) == (last[:1].tobytes(), last[1:].tobytes())
    assert (one["heard"], other["heard"]) == (heard[:1].tobytes(), heard[1:].tobytes())


def test_no_vessel_has_moved() -> None:
    assert batch().vessels == b""


# -- identities ------------------------------------------------------------------------------------


def test_static_reports_become_claims_and_who_she_is() -> None:
    """And what was said lately is no news in the next batch."""
    static = Static(mmsi=MMSI, name="AURORA", ship_type=70, draught_m=7.5, destination="TOBRUK")
    report = StaticReport(at=START, received_at=START, seq=0, source=0, static=static)
    claims, at = Claims(), to_datetime(START)
    made = batch(outcome(statics=[report]), claims=claims)
    (identity,), (who,) = made.identities, made.who
    assert dict(zip(IDENTITY, identity, strict=True)) == {
        "mmsi": MMSI, "digest": digest_of(static), "name": "AURORA", "callsign": None, "imo": None,
        "ship_type": 70, "to_bow_m": None, "to_stern_m": None, "to_port_m": None,
        "to_starboard_m": None, "draught_m": 7.5, "destination": "TOBRUK", "eta": None,
        "first_at": at, "last_at": at,
    }  # fmt: skip
    shown = {name: value for name, value in zip(WHO, who, strict=True) if value is not None}
    assert shown == {"mmsi": MMSI, "name": "AURORA", "ship_type": 70, "identified_at": at}
    again = batch(outcome(statics=[report]), claims=claims)
    assert (again.identities, again.who) == ([], [])


# -- findings and counts ---------------------------------------------------------------------------


def test_findings_are_parted_and_keep_their_order() -> None:
    """A call that was told of and withdrawn in one batch is written and then deleted."""
    there = call(2, departed=None)
    told = [event(5), there, event(1), call(1), call(2, departed=None, withdrawn=True)]
    made = batch(outcome(findings=told))
    assert made.events == [event_row(event(5)), event_row(event(1))]
    assert made.calls == [call_row(there), call_row(call(1))]
    assert made.withdrawn == [("0" * 31 + "2",)]


def test_what_came_of_candidates_is_written_in_the_order_in_which_it_was_told() -> None:
    later, sooner = candidacy(first=fix_at(9)), candidacy()
    made = batch(outcome(candidates=[later, sooner]))
    assert made.candidates == [candidate_row(later), candidate_row(sooner)]


def test_counts_are_sorted_and_those_of_nothing_are_left_out() -> None:
    """Whatever the order in which they were counted."""
    refusals = Counter({("roof", "late"): 2, ("log", "garbled"): 1, ("log", "duplicate"): 0})
    kinds = Counter({("roof", "static"): 4, ("roof", "position"): 9})
    made = batch(outcome(refusals=refusals, kinds=kinds))
    assert made.refusals == [("log", "garbled", 1), ("roof", "late", 2)]
    assert made.kinds == [("roof", "position", 9), ("roof", "static", 4)]


def test_what_was_heard_is_written_under_the_numbers_of_the_store() -> None:
    bucket = Bucket(
        messages=12, heard_at=START + 5, vessels={9, 3}, disturbed={8, 4}, rings=[1, 2, 3, 4, 5]
    )
    made = batch(kept=snapshot(reception=[((1, "tartus", START), bucket)]))
    assert made.reception == [
        ("tartus", 300, to_datetime(START), 12, to_datetime(START + 5), [3, 9], [4, 8],
         [1, 2, 3, 4, 5]),
    ]  # fmt: skip


def test_a_source_that_the_store_does_not_know_is_a_fault() -> None:
    """Its rows would be said to come from another."""
    with pytest.raises(KeyError, match="stranger"):
        batch(kept=snapshot(head={"sources": ["roof", "stranger"]}))


def test_state_and_offsets_are_handed_on() -> None:
    offset = Offset(
        source="log", head_length=1, head_digest=b"h", byte_offset=2, lines=3, input_format="nmea",
        decoder="{}", finished=True,
    )  # fmt: skip
    kept = snapshot()
    made = batch(kept=kept, offsets=[offset])
    assert made.snapshot is kept
    assert made.offsets == [offset]
