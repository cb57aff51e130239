"""Frames of values: what is missing stays missing, and lines are cut where nobody was heard."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from monitor.model import CallState, PortCall, Span
from monitor.report.framed import TIME, calls_frame, frame, positions_frame, times, tracks_frame
from monitor.units import HOUR_US, NO_TIME

AT = 1_734_062_706_000_000  # 2024-12-13T04:05:06Z


def fixes(*rows: tuple[int, int, float, float], mmsi: int = 1) -> dict[str, Any]:
    """Columns of fixes: track, hours, lon, lat."""
    track, hours, lon, lat = zip(*rows, strict=True) if rows else ((), (), (), ())
    count = len(rows)
    return {
        "mmsi": np.full(count, mmsi, dtype="i4"), "track": np.array(track, dtype="i2"),
        "at": AT + np.array(hours, dtype="i8") * HOUR_US,
        "lon": np.array(lon, dtype="f8"), "lat": np.array(lat, dtype="f8"),
    }  # fmt: skip


def test_instants_are_aware_and_what_is_not_known_is_nat() -> None:
    found = times(np.array([AT, NO_TIME], dtype=np.int64))
    assert str(found.dtype) == TIME
    assert found[0] == pd.Timestamp("2024-12-13T04:05:06Z")
    assert found[1] is pd.NaT


def test_a_stretch_ends_where_she_was_not_heard_for_more_than_four_hours() -> None:
    """At four hours it goes on; a fix by itself is no line."""
    found = tracks_frame(
        fixes((0, 0, 0, 0), (0, 4, 1, 0), (0, 9, 2, 0), (0, 14, 3, 0), (0, 15, 4, 0))
    )
    assert [list(line.coords) for line in found.geometry] == [[(0, 0), (1, 0)], [(3, 0), (4, 0)]]
    assert found["fixes"].tolist() == [2, 2]
    assert found["length_m"].tolist() == pytest.approx([111_195, 111_195], rel=1e-4)
    assert found["begin_at"].tolist() == [
        times(np.array([AT]))[0],
        times(np.array([AT + 14 * HOUR_US]))[0],
    ]


def test_ships_of_one_number_have_lines_of_their_own() -> None:
    mixed = fixes((0, 0, 0, 0), (1, 0, 9, 9), (0, 1, 1, 0), (1, 1, 9, 8))
    found = tracks_frame(mixed)
    assert found["track"].tolist() == [0, 1]
    assert [list(line.coords) for line in found.geometry] == [[(0, 0), (1, 0)], [(9, 9), (9, 8)]]


def test_a_line_does_not_go_round_the_world() -> None:
    found = tracks_frame(
        fixes((0, 0, 179, 0), (0, 1, 179.5, 0), (0, 2, -179.5, 0), (0, 3, -179, 0))
    )
    assert len(found) == 2
    assert found["length_m"].max() < 60_000


def test_no_fixes_are_no_lines() -> None:
    assert len(tracks_frame(fixes())) == 0
    assert len(tracks_frame(fixes((0, 0, 1, 1)))) == 0


def test_a_status_that_was_not_sent_is_missing_and_no_number() -> None:
    columns = fixes((0, 0, 1, 2), (0, 1, 1, 2))
    more = {"sog_kn": "f4", "cog_deg": "f4", "heading_deg": "f4", "type": "i1", "line": "i8"}
    columns |= {name: np.zeros(2, dtype=kind) for name, kind in more.items()}
    columns |= {"status": np.array([5, -1], dtype="i1"), "received_at": columns["at"]}
    columns |= {"source": np.array([7, 3], dtype="i2")}
    found = positions_frame(columns, {3: "log", 7: "feed"}, points=True)
    assert found["status"].isna().tolist() == [False, True]
    assert found["source"].tolist() == ["feed", "log"]
    assert found.geometry.x.tolist() == [1, 1]


def test_bounds_of_a_call_that_are_not_known_are_missing() -> None:
    call = PortCall(
        id="0" * 32, mmsi=1, track=0, name=None, port="tartus",
        arrived=Span(earliest=None, at=None, latest=AT), departed=None, state=CallState.IN_PORT,
        confidence=2, stages=(), decided_at=AT,
    )  # fmt: skip
    (row,) = calls_frame([call]).to_dict("records")
    assert row["arrived_earliest"] is pd.NaT
    assert row["departed_latest"] is pd.NaT
    assert row["left"] is False
    assert row["standing"] == "in port"
    assert row["id"] == "00000000-0000-0000-0000-000000000000"


def test_other_members_of_rows_are_left_out() -> None:
    found = frame([{"a": 1, "b": 2, "at": None}], {"a": "Int8", "at": TIME})
    assert list(found.columns) == ["a", "at"]
    assert found["at"].isna().all()
