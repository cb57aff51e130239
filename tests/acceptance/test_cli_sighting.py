"""``monitor sighting``: an analyst enters what a satellite saw, and sees what AIS tells of it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.acceptance.alerted import HERO, fits, good, listed, refused
from tests.acceptance.desk import Desk

AT_TOBRUK = (
    "--seen-by", "satellite", "--port", "tobruk", "--since", "2025-01-18T08:30Z", "--source",
    "Sentinel-2, 18 January", "--reliability", "B", "--credibility", "2", "--by", "ann",
)  # fmt: skip


def test_from_entering_to_removing(desk: Desk, env: dict[str, str]) -> None:
    """A ship that AIS had there, a warship that it had not, and neither is in a count."""
    before = listed(desk, env, "ask", "in-port")
    out = good(desk, env, "sighting", "add", "--mmsi", str(HERO), *AT_TOBRUK)
    assert out == f"MMSI {HERO} is entered, as sighting 1.\n"
    again = good(desk, env, "sighting", "add", "--mmsi", str(HERO), *AT_TOBRUK)
    assert again == f"MMSI {HERO} was entered before, as sighting 1.\n"
    good(desk, env, "sighting", "add", "--hull", "frigate", "--length", "135", *AT_TOBRUK)
    rows = listed(desk, env, "sighting", "list", "--port", "tobruk")
    assert [(row["id"], row["ais"]) for row in rows][:1] == [(1, "matched")]
    assert [(row["id"], row["by"]) for row in rows[1:]] == [(2, "sighting")]
    table = good(desk, env, "sighting", "list")
    assert fits(table)
    assert "Sighted, not by AIS" in table
    shown = good(desk, env, "sighting", "show", "1")
    assert "ais words: Matched: AIS had her there, too." in shown
    assert "https://browser.dataspace.copernicus.eu/?zoom=" in shown
    story = good(desk, env, "ask", "story", str(HERO))
    assert "Sighted by satellite (B2)" in " ".join(story.split())
    now = listed(desk, env, "ask", "in-port")
    assert [row for row in now if row["by"] == "ais"] == before
    assert good(desk, env, "sighting", "remove", "2") == "Sighting 2 is removed.\n"
    assert len(listed(desk, env, "sighting", "list")) == 1
    assert len(listed(desk, env, "sighting", "list", "--removed")) == 2


def test_in_reports_it_stands_apart(desk: Desk, env: dict[str, str], tmp_path: Path) -> None:
    """In each kind of report, under a heading of its own."""
    good(desk, env, "sighting", "add", "--mmsi", str(HERO), *AT_TOBRUK)
    time = ("--since", "2025-01-10", "--until", "2025-01-25")
    for number, words in enumerate((
        ("port", "tobruk"), ("vessel", str(HERO)),
        ("relocation", "--from", "tartus", "--to", "tobruk"),
    )):  # fmt: skip
        page = tmp_path / f"{number}.md"
        good(desk, env, "report", *words, *time, "--output", str(page))
        text = page.read_text()
        assert "Sighted, not by AIS" in text
        assert "Sentinel-2, 18 January" in text


def test_there_and_back_as_csv(desk: Desk, env: dict[str, str], tmp_path: Path) -> None:
    good(desk, env, "sighting", "add", "--hull", "frigate", *AT_TOBRUK)
    file = tmp_path / "seen.csv"
    assert "1 sightings" in good(desk, env, "sighting", "export", "--output", str(file))
    again = good(desk, env, "sighting", "import", str(file))
    assert again == "seen.csv: 1 sightings: 0 added, 1 there before.\n"
    file.write_text(file.read_text().replace("frigate", "tanker"))
    assert "1 added" in good(desk, env, "sighting", "import", str(file))
    assert good(desk, env, "sighting", "export").count("tobruk") == 2
    file.write_text(file.read_text().replace("satellite", "rumour"))
    code, out, errors = desk.ask("sighting", "import", str(file), **env)
    assert code == 1
    assert "line 2  seen_by: 'rumour' is none who sees" in out
    assert "1 line is bad, so nothing was taken" in errors


def test_what_cannot_be(desk: Desk, env: dict[str, str]) -> None:
    """One sentence each."""
    told = refused(desk, env, "sighting", "add", *AT_TOBRUK)
    assert told.startswith("The sighting is of nothing: give mmsi, imo or name")
    elsewhere = [word.replace("tobruk", "narvik") for word in AT_TOBRUK]
    told = refused(desk, env, "sighting", "add", "--hull", "frigate", *elsewhere)
    assert told == "There is no port 'narvik': use one of tartus, tobruk, or lon and lat."
    for words in (("show", "7"), ("remove", "7")):
        code, out, errors = desk.ask("sighting", *words, **env)
        assert (code, out) == (2, "")
        assert errors.startswith("monitor: There is no sighting 7")
    assert "Nothing was sighted" in good(desk, env, "sighting", "list")
    assert json.loads(good(desk, env, "sighting", "list", "--format", "json")) == []
