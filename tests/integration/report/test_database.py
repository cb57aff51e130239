"""What an analyst asks for: the frames, from a script and from within a loop, and the notebook."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from geopandas import GeoDataFrame
from matplotlib import pyplot as plt

from monitor.errors import StoreError, UsageError
from monitor.report import connect
from monitor.report.database import Database, instant
from monitor.report.framed import (
    ALERTS,
    EVENTS,
    PORT_CALLS,
    POSITIONS,
    RECEPTION,
    TRACKS,
    VESSELS,
    VOYAGES,
)
from monitor.simulator.simulation import Simulation
from tests.program import PROJECT

FRAMES = {
    "positions": POSITIONS, "tracks": TRACKS, "events": EVENTS, "port_calls": PORT_CALLS,
    "voyages": VOYAGES, "vessels": VESSELS, "alerts": ALERTS, "reception": RECEPTION,
}  # fmt: skip
LOCATED = {"positions", "tracks", "events", "voyages", "vessels", "alerts"}
NOTEBOOK = PROJECT / "monitor" / "report" / "analysis.ipynb"


@pytest.fixture
def db(transfer: tuple[str, Simulation]) -> Iterator[Database]:
    with connect(transfer[0]) as found:
        yield found


@pytest.mark.parametrize("name", FRAMES)
def test_each_frame_has_its_columns_and_types_full_or_empty(
    db: Database, database: str, name: str
) -> None:
    """What is written for full answers works on empty ones."""
    full = getattr(db, name)()
    with connect(database) as nothing:
        empty = getattr(nothing, name)()
    assert len(empty) == 0
    assert len(full) > 0 or name == "alerts"
    for found in (full, empty):
        columns = [*FRAMES[name], *(["geometry"] if name in LOCATED else [])]
        assert list(found.columns) == columns
        assert isinstance(found, GeoDataFrame) == (name in LOCATED)
        if name in LOCATED:
            assert found.crs == "EPSG:4326"
        for column, kind in FRAMES[name].items():
            assert str(found[column].dtype) == kind, column


@pytest.mark.parametrize("name", FRAMES)
def test_each_column_is_documented(name: str) -> None:
    said = getattr(Database, name).__doc__
    for column in FRAMES[name]:
        assert f"``{column}``" in said, column


def test_fixes_are_those_that_were_sent(db: Database, transfer: tuple[str, Simulation]) -> None:
    """True to the metre and the second, and by ship and time."""
    found = db.positions()
    assert found.equals(found.sort_values(["mmsi", "at"], kind="stable"))
    for ship in transfer[1].truth.vessels:
        hers = found[found["mmsi"] == ship.mmsi]
        at_s = hers["at"].astype("int64").to_numpy() / 1e6
        coarse = (hers["type"] == 27).to_numpy()
        for column, true in (("lon", ship.motion.lon), ("lat", ship.motion.lat)):
            off = np.abs(hers[column].to_numpy() - np.interp(at_s, ship.motion.at_s, true))
            assert off[~coarse].max() < 5e-4
        assert (hers.geometry.x == hers["lon"]).all()
    assert found["sog_kn"].between(0, 30).all()
    assert found["source"].cat.categories.tolist() == ["report_transfer.nmea"]


def test_fixes_of_some_ships_a_time_and_a_box(db: Database) -> None:
    whole = db.positions(points=False)
    assert "geometry" not in whole
    one, two = sorted(whole["mmsi"].unique())[:2]
    begin, end = whole["at"].quantile([0.05, 0.6])
    box = (35.0, 34.0, 36.5, 35.5)
    found = db.positions(mmsi=[one, two], since=begin, until=end, bbox=box, points=False)
    expected = whole[
        whole["mmsi"].isin([one, two]) & (whole["at"] >= begin) & (whole["at"] < end)
        & whole["lon"].between(box[0], box[2]) & whole["lat"].between(box[1], box[3])
    ]  # fmt: skip
    assert 0 < len(found) < len(whole)
    pd.testing.assert_frame_equal(found, expected.reset_index(drop=True))
    assert set(db.positions(mmsi=one)["mmsi"]) == {one}
    assert set(db.port_calls(mmsi=one)["mmsi"]) == {one}
    for several in (whole["mmsi"], whole["mmsi"].unique()):
        assert set(db.positions(mmsi=several)["mmsi"]) == set(whole["mmsi"])
    assert len(db.positions(mmsi=[])) == 0


def test_tracks_are_lines_without_a_silence(db: Database) -> None:
    """No stretch holds one of four hours; all together they hold all fixes but the lone ones."""
    tracks, fixes = db.tracks(), db.positions(points=False)
    assert (tracks.geometry.geom_type == "LineString").all()
    for row in tracks.itertuples():
        there = fixes[(fixes["mmsi"] == row.mmsi) & fixes["at"].between(row.begin_at, row.end_at)]
        assert row.fixes == len(there) == len(row.geometry.coords)
        assert there["at"].diff().max() <= pd.Timedelta(hours=4)
    assert len(tracks) > tracks["mmsi"].nunique()
    assert 0 <= len(fixes) - tracks["fixes"].sum() < 20


def test_calls_and_voyages_hold_the_truth(db: Database, transfer: tuple[str, Simulation]) -> None:
    calls, voyages = db.port_calls(port="tobruk"), db.voyages(from_="tartus", to="tobruk")
    for ship in transfer[1].truth.vessels:
        (true,) = (call for call in ship.calls if call.port == "tobruk")
        (call,) = (row for row in calls.itertuples() if row.mmsi == ship.mmsi)
        at = pd.Timestamp(true.arrived_at, unit="us", tz="UTC")
        assert call.arrived_earliest <= at <= call.arrived_latest
        (way,) = (row for row in voyages.itertuples() if row.mmsi == ship.mmsi)
        assert way.unheard_s > 24 * 3600
        assert way.geometry.geom_type == "LineString"
    assert set(db.voyages(to="tobruk").to_dict()["from"].values()) == {"tartus"}


def test_what_was_heard_near_a_port(db: Database) -> None:
    found = db.reception(port="tartus", until="2025-01-16")
    assert (found["messages"] > 0).all()
    assert (found["at"] < pd.Timestamp("2025-01-16", tz="UTC")).all()
    rings = found[[name for name in found if str(name).startswith("within_")]]
    assert (rings.sum(axis=1) <= found["messages"]).all()


async def test_it_works_within_a_loop_that_runs(transfer: tuple[str, Simulation]) -> None:
    """As in a notebook; two of them at once."""
    with connect(transfer[0]) as one, connect(transfer[0]) as two:
        assert len(one.vessels()) == len(two.vessels()) > 0


def test_nothing_can_be_written(db: Database) -> None:
    async def delete(connection: Any) -> None:
        await connection.execute("DELETE FROM position")

    with pytest.raises(StoreError, match="read-only transaction"):
        db._ask(delete)
    assert len(db.positions(points=False)) > 0


def test_without_an_address_it_is_the_one_that_is_set(
    transfer: tuple[str, Simulation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_DATABASE_URL", transfer[0])
    with connect() as found:
        assert len(found.vessels()) > 0


def test_where_nothing_runs_it_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_HOME", str(tmp_path))
    with pytest.raises(StoreError) as refusal:
        connect()
    assert str(refusal.value) == (
        "No database is running: start the private one with `monitor database start`, or set"
        " MONITOR_DATABASE_URL."
    )
    assert list(tmp_path.iterdir()) == []


def test_an_address_that_leads_nowhere_and_a_time_that_is_none(db: Database) -> None:
    with pytest.raises(StoreError, match=r"cannot be reached|is not of the form"):
        connect("postgresql://nobody@/nowhere?host=/nowhere")
    with pytest.raises(UsageError, match="'soon' is no time"):
        db.positions(since="soon")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (None, None),
        ("2024-12-13", datetime(2024, 12, 13, tzinfo=UTC)),
        ("2024-12-13T05:00+01:00", datetime(2024, 12, 13, 4, tzinfo=UTC)),
        (datetime(2024, 12, 13), datetime(2024, 12, 13, tzinfo=UTC)),  # noqa: DTZ001
    ],
)
def test_an_instant_without_a_zone_is_utc(written: Any, meant: datetime | None) -> None:
    assert instant(written) == meant


def test_the_notebook_runs(
    transfer: tuple[str, Simulation], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cell by cell, on a sea of its own month."""
    monkeypatch.setenv("MONITOR_DATABASE_URL", transfer[0])
    mpl.use("Agg")
    book = json.loads(NOTEBOOK.read_text("utf-8"))
    assert (book["nbformat"], len({cell["id"] for cell in book["cells"]})) == (
        4, len(book["cells"]),
    )  # fmt: skip
    names: dict[str, Any] = {}
    for cell in book["cells"]:
        if cell["cell_type"] != "code":
            continue
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        source = "".join(cell["source"]).replace("2024-12-01", "2025-01-01")
        source = source.replace(
            'UNTIL = "2025-01-01", "2025-01-01"', 'UNTIL = "2025-01-01", "2025-02-01"'
        )
        exec(compile(source, str(NOTEBOOK), "exec"), names)  # noqa: S102 - that is what is tested
    plt.close("all")
    assert len(names["calls"]) == 4
    assert len(names["made"]) == 2
    assert 0 <= len(names["not_heard"]) < len(names["heard"])


@pytest.mark.skipif(importlib.util.find_spec("movingpandas") is None, reason="is not installed")
def test_movingpandas_takes_fixes(db: Database) -> None:
    movingpandas: Callable[..., Any] = importlib.import_module("movingpandas").TrajectoryCollection
    fixes = db.positions().set_index("at")
    assert len(movingpandas(fixes, traj_id_col="mmsi")) == fixes["mmsi"].nunique()
