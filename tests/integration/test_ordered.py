"""Logs that must be put in order first: several stations at once, archives sorted by vessel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.decode.nmea.decoder import NmeaDecoder
from monitor.model import Lines
from monitor.simulator import simulation as simulator
from monitor.units import to_iso
from tests.acceptance.test_kill import tables
from tests.program import run_monitor


@pytest.fixture(scope="module")
def fleet() -> list[bytes]:
    """Single-line messages of few ships: no two of one instant, which arrival would decide."""
    lines = simulator.simulate("dark-transfer", seed=11).lines
    return [line for line in lines if b"VDM,1,1," in line]


def found(*logs: Path) -> list[dict[str, Any]]:
    """Events of a dry run, without what tells how the lines came."""
    done = run_monitor("replay", "--dry-run", "--format", "jsonl", *logs)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    for event in events:
        del event["evidence"]
        event["why"] = event["why"].partition(". ")[0]  # a silence's cause speaks of the feed
    return events


def write(path: Path, lines: list[bytes]) -> Path:
    """Write a log."""
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def as_csv(lines: list[bytes], path: Path, *, by_vessel: bool) -> Path:
    """The same positions as a CSV, sorted by time or by vessel."""
    data = b"".join(line + b"\n" for line in lines)
    fixes = NmeaDecoder().decode(Lines(data=data, source="x"), final=True).positions
    order = ("mmsi", "at") if by_vessel else ("at", "seq")
    rows = sorted(fixes.tolist(), key=lambda row: [row[fixes.dtype.names.index(n)] for n in order])
    text = ["mmsi,time,lat,lon,sog,cog"]
    for row in rows:
        fix = dict(zip(fixes.dtype.names, row, strict=True))
        text.append(f"{fix['mmsi']},{to_iso(fix['at'])},{fix['lat']:.6f},{fix['lon']:.6f},1.0,2.0")
    path.write_text("\n".join(text) + "\n")
    return path


def test_logs_of_two_stations_are_merged(fleet: list[bytes], tmp_path: Path) -> None:
    """Each heard half of it: together they tell what one log of all would."""
    one = write(tmp_path / "one.nmea", fleet[0::2])
    two = write(tmp_path / "two.nmea", fleet[1::2])
    whole = write(tmp_path / "whole.nmea", fleet)
    assert found(one, two) == found(whole)
    assert found(two, one) == found(whole)


def test_logs_one_after_the_other_may_be_named_in_any_order(
    fleet: list[bytes], tmp_path: Path
) -> None:
    """They are taken by their first stamps."""
    half = len(fleet) // 2
    early = write(tmp_path / "early.nmea", fleet[:half])
    late = write(tmp_path / "late.nmea", fleet[half:])
    whole = write(tmp_path / "whole.nmea", fleet)
    assert found(late, early) == found(whole)


def test_an_archive_sorted_by_vessel_is_put_in_order(fleet: list[bytes], tmp_path: Path) -> None:
    """It gives what the same rows give sorted by time, and nothing of it is late."""
    by_time = as_csv(fleet, tmp_path / "time.csv", by_vessel=False)
    by_vessel = as_csv(fleet, tmp_path / "vessel.csv", by_vessel=True)
    assert found(by_vessel) == found(by_time)
    assert found(by_time)
    done = run_monitor("replay", "--dry-run", "--format", "json", by_vessel)
    assert "late" not in json.loads(done.stdout.splitlines()[-1])["refusals"]


def test_ordered_logs_are_stored_once(database: str, fleet: list[bytes], tmp_path: Path) -> None:
    """The same command again adds nothing and says so; evidence names each log's own line."""
    one = write(tmp_path / "one.nmea", fleet[0::2])
    two = write(tmp_path / "two.nmea", fleet[1::2])
    env = {"MONITOR_DATABASE_URL": database}
    first = run_monitor("replay", one, two, env=env)
    assert first.returncode == 0, first.stderr
    before = tables(database)
    assert before["position"]
    assert {row["source"] for row in before["position"]} == {1, 2}
    assert max(row["line"] for row in before["position"]) <= len(fleet) // 2 + 1
    again = run_monitor("replay", one, two, env=env)
    assert b"one.nmea + two.nmea: nothing new" in again.stdout
    assert tables(database) == before
