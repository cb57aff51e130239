"""Must show 1: every recording replays without a trace, and each verified event is found."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.fencefile import load_fences
from tests.pipe import events
from tests.ports import circle, write_port
from tests.program import PROJECT, run_here, run_monitor

SHARED = PROJECT.parent / "shared" / "data"
NOT_LOGS = {"PROVENANCE.md", "README.md", "events.json"}
TOLERANCE_S = 600

NO_AIS_LOG = {
    "csv_portvisit/debs18_1000rows.csv": 1,  # ids are hashes: no MMSI
    "csv_portvisit/debs18_marmot_answer.csv": 1,  # port pairs only
    "gfw_json/gfw_api_event_item.json": 1,  # an event of GFW's API, not a log
    "aisstream_json/code4fukui_positions_inner_only.ndjson": 1,  # only the AIS second
    "gpsd_json/gpsd_ais-18-27.log.chk": 1,
    "gpsd_json/gpsd_sample.aivdm.js.chk": 1,
    "gpsd_json/gpsd_sample.aivdm.ju.chk": 1,
    "nmea_plain/gpsd_ais-18-27.log": 1,
    "nmea_plain/kiel_canal_real-data.txt": 1,
    "nmea_plain/tonkin_gulf_tcp.txt": 1,
    "nmea_tagblock/gfwaistools_multi-part.nmea": 1,
}
"""Files that are no AIS log, or have no time in them: told in one sentence, exit 1."""


def recordings() -> list[str]:
    """All recorded logs, by their path under ../shared/data."""
    if not SHARED.is_dir():
        return ["absent"]
    return sorted(
        str(path.relative_to(SHARED))
        for path in SHARED.rglob("*")
        if path.is_file()
        and path.name not in NOT_LOGS
        and path.relative_to(SHARED).parts[0] not in {"coast", "peercases", "cases"}
    )


@pytest.mark.parametrize("name", recordings())
def test_every_recording_replays(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No trace, a summary as JSON, or one sentence where it is no log of positions."""
    if name == "absent":
        pytest.skip("../shared/data is not beside the project: no recordings to replay")
    words = ("replay", "--dry-run", "--format", "json", SHARED / name)
    code, out, errors = run_here(*words, capture=capsys, patch=monkeypatch)
    assert "Traceback" not in errors
    if name in NO_AIS_LOG:
        assert code == NO_AIS_LOG[name]
        assert errors.startswith("monitor: ")
        assert errors.count("\n") == 1
        return
    assert code == 0, errors
    summary = json.loads(out.splitlines()[-1])
    assert set(summary) == {
        "lines", "reports", "fixes", "refusals", "vessels", "events", "seconds",
    }  # fmt: skip
    assert summary["reports"] + sum(summary["refusals"].values()) > 0


@pytest.mark.parametrize(
    "name", ["nmea_plain/kiel_canal_real-data.txt", "nmea_plain/tonkin_gulf_tcp.txt"]
)
def test_undated_recordings_replay_with_a_start(name: str, shared: Path) -> None:
    """Given --start, the seconds in the reports carry the clock on."""
    done = run_monitor(
        "replay", "--dry-run", "--format", "json", "--start", "2018-05-01T12:00Z", shared / name
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["fixes"] > 800


def at(text: str) -> datetime:
    """A time of events.json."""
    return datetime.fromisoformat(text)


def off_s(event: dict[str, Any], text: str) -> float:
    """Seconds between our best time and the verified one; 0 where our bounds hold it."""
    wanted = at(text)
    bounds = [event[side] for side in ("earliest", "latest")]
    if None not in bounds and at(bounds[0]) <= wanted <= at(bounds[1]):
        return 0.0
    told = event["at"] or event["latest"]
    return abs((at(told) - wanted).total_seconds())


@pytest.fixture(scope="module")
def guadeloupe(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Events of the recorded day, given circles around the harbours that events.json names."""
    if not SHARED.is_dir():
        pytest.skip("../shared/data is not beside the project: no verified events to find")
    folder = tmp_path_factory.mktemp("fences")
    write_port(folder, "jarry", [("harbour", circle(-61.543, 16.235, 1_500))])
    write_port(folder, "grand-bourg", [("harbour", circle(-61.3169, 15.8810, 1_000))])
    data = (SHARED / "nmea_prefixed/guadeloupe_20170321_epoch_comma.log").read_bytes()
    return events([data], load_fences(folder))


def verified(kind: str) -> list[dict[str, Any]]:
    """Events of events.json of one kind; one that says so where the file is not there."""
    path: Path = SHARED / "events.json"
    if not path.is_file():
        return [{"name": "absent"}]
    return [event for event in json.loads(path.read_text())["events"] if event["kind"] == kind]


def found(events_: list[dict[str, Any]], mmsi: int, *kinds: str) -> list[dict[str, Any]]:
    """Confirmed events of a vessel."""
    return [
        event
        for event in events_
        if event["mmsi"] == mmsi and event["kind"] in kinds and event["state"] == "confirmed"
    ]


@pytest.mark.parametrize("event", verified("arrival"), ids=lambda event: event["name"])
def test_verified_arrivals(event: dict[str, Any], guadeloupe: list[dict[str, Any]]) -> None:
    """Each is a confirmed arrival at most ten minutes from the time verified by eye."""
    arrivals = found(guadeloupe, event["mmsi"], "PortArrived")
    assert len(arrivals) == 1
    assert off_s(arrivals[0], event["stopped"]) <= TOLERANCE_S
    if "trap" in event:  # false SOG while moored: not a departure
        assert not found(guadeloupe, event["mmsi"], "PortDeparted", "Unberthed")


@pytest.mark.parametrize("event", verified("departure"), ids=lambda event: event["name"])
def test_verified_departures(event: dict[str, Any], guadeloupe: list[dict[str, Any]]) -> None:
    """Each is a confirmed departure at most ten minutes from the time verified by eye."""
    departures = found(guadeloupe, event["mmsi"], "PortDeparted")
    assert len(departures) == 1
    assert off_s(departures[0], event["left"]) <= TOLERANCE_S


@pytest.mark.parametrize(
    ("kind", "port", "wanted"),
    [
        ("PortArrived", "jarry", "2017-03-21T11:03:51Z"),
        ("PortDeparted", "jarry", "2017-03-21T12:13:00Z"),  # "leaves 12:06-12:20"
        ("PortArrived", "grand-bourg", "2017-03-21T13:43:00Z"),  # "between 13:16:40 and 14:10:14"
        ("PortArrived", "grand-bourg", "2017-03-21T18:35:00Z"),
    ],
)
def test_the_shuttle(kind: str, port: str, wanted: str, guadeloupe: list[dict[str, Any]]) -> None:
    """The ferry LIBERTY, whose status is always 0, comes and goes as verified."""
    hers = [event for event in found(guadeloupe, 228008600, kind) if event["port"] == port]
    assert min(off_s(event, wanted) for event in hers) <= TOLERANCE_S


def test_atlanticjet_leaves_after_a_silence(guadeloupe: list[dict[str, Any]]) -> None:
    """She was dark for nine hours alongside; her start about 21:04 is seen, the arrival stands."""
    left = [
        event
        for event in guadeloupe
        if event["mmsi"] == 329003100 and event["kind"] == "PortDeparted"
    ]
    assert len(left) == 1
    assert off_s(left[0], "2017-03-21T21:04:00Z") <= TOLERANCE_S


def test_drifting_is_no_arrival(shared: Path, tmp_path: Path) -> None:
    """STOC MARCIA drifted 12 hours below 1 kn off Bornholm: no stop, even in an approach."""
    write_port(tmp_path, "drift", [("approach", circle(15.36, 55.62, 30_000))])
    data = (shared / "nmea_gatehouse/aisab_212123000_drift_1.ais").read_bytes()
    kinds = {event["kind"] for event in events([data], load_fences(tmp_path))}
    assert "PortArrived" not in kinds
    assert "Anchored" not in kinds
