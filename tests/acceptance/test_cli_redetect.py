"""``monitor redetect``, and replays in any order: as an analyst sees it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.live import Watch
from tests.program import PROJECT, run_monitor


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Two ships that call at Tartus and Tobruk."""
    path = tmp_path / "sea.nmea"
    done = run_monitor("simulate", "dark-transfer", "--output", path)
    assert done.returncode == 0
    return path


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    """The geofences, but Tobruk without its berths."""
    folder = tmp_path / "fences"
    shutil.copytree(PROJECT / "geofences", folder)
    path = folder / "tobruk.geojson"
    drawing = json.loads(path.read_text())
    features = drawing["features"]
    drawing["features"] = [one for one in features if one["properties"]["kind"] != "berth"]
    path.write_text(json.dumps(drawing))
    return folder


def said(*words: Any, url: str, code: int = 0) -> str:
    done = run_monitor(*words, env={"MONITOR_DATABASE_URL": url})
    assert done.returncode == code, done.stderr.decode()
    return (done.stderr if code else done.stdout).decode()


def test_other_geofences_are_tried_shown_and_written(database: str, log: Path, drawn: Path) -> None:
    said("replay", log, url=database)
    assert said("redetect", url=database) == (
        "Nothing changes.\n"
        "Looked at 2 ships: events and port calls 0 added, 0 amended, 0 withdrawn.\n"
    )
    looked = said("redetect", "--geofences", drawn, "--dry-run", url=database)
    assert "withdrawn" in looked
    assert "Looked at 2 ships" in looked
    assert "Written." not in looked
    assert max(map(len, looked.splitlines())) <= 100
    told = json.loads(said("redetect", "--geofences", drawn, "--format", "json", url=database))
    assert {"added", "amended", "withdrawn"} >= {record["change"] for record in told}
    assert any(record["was"] for record in told)
    assert said("redetect", "--geofences", drawn, url=database).startswith("Nothing changes.")
    events = json.loads(said("events", "--format", "json", url=database))
    gone = [one for one in events if one.get("revised") == "withdrawn"]
    assert gone
    assert {one["state"] for one in gone} == {"withdrawn"}
    assert {one["revision"] for one in gone} == {"All that is stored was looked at again."}
    assert "withdrawn" in said("events", url=database)
    assert said("redetect", "--port", "atlantis", url=database, code=1) == (
        "monitor: There is no port 'atlantis' among the geofences.\n"
    )


def test_an_older_log_after_a_newer_one(database: str, log: Path, tmp_path: Path) -> None:
    """It is said what came of the reports that were late by days."""
    lines = log.read_bytes().splitlines(keepends=True)
    half = len(lines) // 2
    for name, part in (("newer", lines[half:]), ("older", lines[:half])):
        (tmp_path / f"{name}.nmea").write_bytes(b"".join(part))
    said("replay", tmp_path / "newer.nmea", url=database)
    words = said("replay", tmp_path / "older.nmea", url=database)
    assert "late reports of 2 ships took part after all: events and port calls" in words
    assert "late" not in words.partition("Refused: ")[2].partition("\n")[0]
    (made,) = {
        one["to"] for one in json.loads(said("voyages", "--format", "json", url=database))
    } - {None}
    assert made == "tobruk"


def test_beside_a_running_watch(database: str, log: Path, tmp_path: Path) -> None:
    """It is handed the log, and takes it in; what is redetected it does itself."""
    with Watch(tmp_path / "watch", database, "") as watch:
        watch.until(lambda status: status["store"]["ready"])
        words = said("replay", log, url=database)
        assert "writes to this database: it was handed these reports" in words
        status = watch.until(lambda status: status["store"]["revised_ships"] == 2)
        assert status["store"]["revised_reports"] > 400
        assert len(watch.get("/voyages?to=tobruk")) == 2
        assert "nothing new" in said("replay", log, url=database)
        assert watch.stop()[0] == 0
