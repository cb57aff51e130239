"""``monitor voyages`` and ``monitor vessels --odd``: a voyage from port to port, and false places.

Both are replayed into a store, as an officer would.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate
from monitor.units import to_iso
from tests.acceptance.desk import Desk, in_terminal
from tests.program import run_monitor
from tests.written.heard import simulation

HERO = 273_999_410
TARTUS_TO_TOBRUK = ("voyages", "--from", "tartus", "--to", "tobruk")

Stored = Callable[[str], dict[str, str]]


@pytest.fixture(scope="module")
def stored(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """Settings of a store in which a simulated scenario was replayed, each once."""
    known: dict[str, dict[str, str]] = {}

    def replayed(scenario: str) -> dict[str, str]:
        if scenario not in known:
            log = tmp_path_factory.mktemp("log") / f"{scenario}.nmea"
            assert run_monitor("simulate", scenario, "--output", log).returncode == 0
            url = cluster.create_database(f"cli_{scenario}")
            migrate(url)
            known[scenario] = {"MONITOR_DATABASE_URL": url}
            done = run_monitor("replay", log, env=known[scenario])
            assert done.returncode == 0, done.stderr.decode()
        return known[scenario]

    return replayed


def listed(desk: Desk, env: dict[str, str], *words: str) -> list[dict[str, Any]]:
    """What the program gives as JSON."""
    code, out, errors = desk.ask(*words, "--format", "json", **env)
    assert (code, errors) == (0, "")
    found: list[dict[str, Any]] = json.loads(out)
    return found


def test_the_voyage_is_found_with_its_ends_and_its_silence(desk: Desk, stored: Stored) -> None:
    """True instants lie within what is told; of the dark hours, where she was last and first."""
    (found,) = listed(desk, stored("voyage"), *TARTUS_TO_TOBRUK)
    truth = next(v for v in simulation("voyage", 0).truth.vessels if v.mmsi == HERO)
    left, came = truth.calls
    (dark,) = truth.dark
    assert (found["mmsi"], found["name"]) == (HERO, "SEVERNYY VETER")
    assert (found["from"], found["to"], found["contradiction"]) == ("tartus", "tobruk", False)
    assert left.departed_at is not None
    assert came.arrived_at is not None
    for name, true in (("departed", left.departed_at), ("arrived", came.arrived_at)):
        assert found[name]["earliest"] <= to_iso(true) <= found[name]["latest"]
    assert dark.until is not None
    assert found["last_heard_at"] <= to_iso(dark.began_at)
    assert to_iso(dark.until) <= found["heard_again_at"]
    assert found["unheard_s"] * 1e6 >= dark.until - dark.began_at
    assert found["sailed_heard_m"] < found["sailed_least_m"]
    assert 8 < found["needed_kn"] < 13
    assert (found["destination"], found["draught_before_m"]) == ("PORT SAID", 6.1)


def test_voyages_by_ship_and_port(desk: Desk, stored: Stored) -> None:
    """Without a word all of them, those not made yet included."""
    env = stored("voyage")
    every = listed(desk, env, "voyages")
    assert {row["to"] for row in every} >= {"tobruk", None}
    assert listed(desk, env, "voyages", "--mmsi", str(HERO)) == listed(desk, env, *TARTUS_TO_TOBRUK)
    assert listed(desk, env, "voyages", "--from", "tobruk", "--to", "tartus") == []
    assert listed(desk, env, "voyages", "--until", "2025-01-01") == []


def test_voyages_as_a_table_and_on_a_map(desk: Desk, stored: Stored) -> None:
    """A row; a line from where she left, through the ends of the silence, to where she came."""
    env = stored("voyage")
    code, out, _ = desk.ask(*TARTUS_TO_TOBRUK, **env)
    assert code == 0
    (row,) = (line for line in out.splitlines() if "SEVERNYY VETER" in line)
    assert [word for word in ("tartus", "tobruk", "NM") if word not in row] == []
    assert out.endswith("--wide shows also: flag, bound for, draught.\n\n")
    code, out, _ = desk.ask(*TARTUS_TO_TOBRUK, "--wide", **env)
    (row,) = (line for line in out.splitlines() if "SEVERNYY VETER" in line)
    assert [word for word in ("Russia", "PORT SAID", "6.1 m") if word not in row] == []
    assert "--wide" not in out
    code, out, _ = desk.ask(*TARTUS_TO_TOBRUK, "--format", "geojson", **env)
    (feature,) = json.loads(out)["features"]
    assert feature["geometry"]["type"] == "LineString"
    found = feature["properties"]
    way = feature["geometry"]["coordinates"]
    for name in ("last_heard", "heard_again"):
        assert [found[f"{name}_lon"], found[f"{name}_lat"]] in way
    assert way[0][0] > 35
    assert way[-1][0] < 25


@pytest.mark.parametrize(
    "words",
    [["events"], ["port-calls"], ["voyages"], ["vessels"], ["history", str(HERO)]],
    ids=lambda words: words[0],
)
def test_every_table_fits_a_terminal_and_wide_shows_the_rest(
    stored: Stored, words: list[str]
) -> None:
    """At 100 columns each line is whole; with --wide a record is a line, with words for codes."""
    env = stored("voyage")
    code, shown = in_terminal(words, env, columns=100)
    lines = shown.splitlines()
    assert code == 0
    assert max(map(len, lines)) <= 100
    assert "…" not in shown
    assert any(re.search(r"20\d\d-\d\d-\d\d \d\d:\d\d", line) for line in lines)
    done = run_monitor(*words, "--wide", env=env)
    _, headings, _, *rows, _ = done.stdout.decode().splitlines()
    count = len(json.loads(run_monitor(*words, "--format", "json", env=env).stdout))
    assert (len(rows), done.returncode) == (count, 0)
    assert "Russia" in done.stdout.decode()
    assert max(map(len, rows)) == len(headings) > 100


def test_where_there_are_none_a_sentence_says_so(desk: Desk, stored: Stored) -> None:
    env = stored("voyage")
    assert desk.ask("voyages", "--from", "nowhere", **env)[1].startswith("No voyages: ")
    assert desk.ask("vessels", "--odd", **env)[1].startswith("No positions that no ship could")


def test_false_positions_are_listed_with_what_came_of_them(desk: Desk, stored: Stored) -> None:
    """Of her, at a time; oldest first."""
    env = stored("teleport")
    found = listed(desk, env, "vessels", "--odd")
    assert found
    assert {row["became"] for row in found} <= {"refused", "second_ship", "leapt"}
    assert found == sorted(found, key=lambda row: (row["first_at"], row["mmsi"]))
    assert all(row["away_m"] > 1_000 and row["fixes"] >= 1 for row in found)
    first = found[0]
    assert listed(desk, env, "vessels", "--odd", "--until", first["first_at"]) == []
    assert first in listed(desk, env, "vessels", "--odd", "--mmsi", str(first["mmsi"]))
    code, out, _ = desk.ask("vessels", "--odd", **env)
    assert code == 0
    assert out.count("refused: the track went on") == [row["became"] for row in found].count(
        "refused"
    )


def test_times_go_with_odd_alone(desk: Desk, stored: Stored) -> None:
    """A vessel has one last place: what it was asked for in vain is said."""
    code, out, errors = desk.ask("vessels", "--since", "2024-12-13", **stored("voyage"))
    assert (code, out) == (2, "")
    assert "--odd" in errors
