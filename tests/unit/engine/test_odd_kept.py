"""Odd vessels as they are kept: what is written is read, and so is what earlier releases wrote."""

from __future__ import annotations

import json

from monitor.engine import odd_kept
from monitor.engine.kept import FIX_LAYOUT, Kept, plain
from monitor.engine.odd import Odd, Sorting
from monitor.units import NO_TIME
from tests.scenario.sea import fix_at

MMSI = fix_at(0).mmsi


def odd_vessel() -> Odd:
    """Leaped to a place 500 km off, and held there."""
    sorting = Sorting(MMSI, Odd())
    for minute in range(3):
        sorting.take(fix_at(minute)._replace(seq=minute))
    sorting.take(fix_at(3, 500_000)._replace(seq=3))
    assert len(sorting.odd.held) == 1
    return sorting.odd


def written(version: int, state: object) -> Kept:
    text = json.dumps({"fix": FIX_LAYOUT, "state": plain(state)})
    return Kept(odd_kept.TRACK, version, f"[{MMSI},0]", text)


def test_what_is_written_is_read() -> None:
    odd = odd_vessel()
    found = odd_kept.read([odd_kept.row_of(MMSI, odd)])
    assert found.odd.keys() == {MMSI}
    assert odd_kept.row_of(MMSI, found.odd[MMSI]) == odd_kept.row_of(MMSI, odd)
    assert (found.older, found.gone, found.notes) == ([], [], [])


def test_one_that_is_odd_no_more_has_no_state() -> None:
    assert odd_kept.row_of(MMSI, None).state is None


def test_states_of_detectors_are_passed_over() -> None:
    assert odd_kept.read([Kept("visit", 3, f'[{MMSI},0,"tartus"]', "{}")]).odd == {}


def test_earlier_versions_are_read_and_kept_anew() -> None:
    """Version 0, a list, and version 1: chains of fixes were held."""
    fixes = [fix_at(0), fix_at(9, 500_000)]
    raw = [{"0": fixes[0]}, [[fixes[1]]], 1]
    named = dict(zip(("tracks", "held", "next_track"), raw, strict=True))
    for version, state in ((0, raw), (1, named)):
        found = odd_kept.read([written(version, state)])
        odd = found.odd[MMSI]
        assert (found.older, found.notes) == ([MMSI], [])
        assert [one.fixes[0].at for one in odd.held] == [fixes[1].at]
        assert (odd.several, odd.since_at) == (False, NO_TIME)


def test_version_2_did_not_know_where_a_young_track_had_leapt_from() -> None:
    state = plain(odd_vessel())
    assert isinstance(state, dict)
    del state["left"], state["left_us"]
    found = odd_kept.read([written(2, state)])
    assert (found.older, found.notes) == ([MMSI], [])
    assert odd_kept.row_of(MMSI, found.odd[MMSI]) == odd_kept.row_of(MMSI, odd_vessel())


def test_what_cannot_be_read_is_given_back_to_be_deleted() -> None:
    rows = [
        written(9, {}), written(1, {"tracks": {}}), written(odd_kept.TRACK_VERSION, {}),
        Kept(odd_kept.TRACK, odd_kept.TRACK_VERSION, f"[{MMSI},0]", "{"),
    ]  # fmt: skip
    found = odd_kept.read(rows)
    assert (found.odd, found.gone) == ({}, rows)
    assert found.notes[0] == (
        f"The tracks of vessel [{MMSI},0] are begun anew: version 9 is not known here."
    )
    assert len(found.notes) == len(rows)


def test_version_3_did_not_know_where_she_was_heard_astray() -> None:
    state = {name: value for name, value in plain(odd_vessel()).items() if name != "astray"}
    found = odd_kept.read([written(3, state)])
    assert (found.odd[MMSI].astray, found.older) == (None, [MMSI])
