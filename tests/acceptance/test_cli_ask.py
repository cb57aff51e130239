"""``monitor ask``: an analyst asks, of the voyage that comes along."""

from __future__ import annotations

import json

from tests.acceptance.alerted import HERO, fits, good, listed, refused
from tests.acceptance.desk import Desk


def test_each_question_has_an_answer_that_fits(desk: Desk, env: dict[str, str]) -> None:
    """What is asked about the ship of the voyage, and about both ports."""
    for words, said in (
        (("in-port",), "In port now"),
        (("inside", "--bbox", "23,31,25,33", "--since", "2025-01-10", "--until", "2025-01-25"),
         str(HERO)),
        (("where", str(HERO), "2025-01-16T12:00Z"), "Where she was"),
        (("story", str(HERO)), "VoyageMade"),
        (("activity", "tobruk", "--since", "2025-01-15", "--until", "2025-01-20"), "2025-01-17"),
        (("traffic", "--from", "tartus"), "tobruk"),
        (("identity", str(HERO)), "destination"),
        (("reach", str(HERO), "--at", "2025-01-16T12:00Z"), "Where she can have been"),
        (("fleets",), "There is no watchlist."),
        (("hulls",), "No IMO number was said under two MMSIs."),
    ):  # fmt: skip
        out = good(desk, env, "ask", *words)
        assert fits(out), words
        assert said in out, words


def test_for_programs(desk: Desk, env: dict[str, str]) -> None:
    rows = listed(desk, env, "ask", "traffic", "--from", "tartus", "--to", "tobruk")
    assert [(row["from"], row["to"], row["ships"]) for row in rows] == [("tartus", "tobruk", 1)]
    (row,) = listed(desk, env, "ask", "where", str(HERO), "2025-01-17T18:00Z")
    assert row["before_at"] <= row["at"] <= row["behind_at"]


def test_where_she_can_be(desk: Desk, env: dict[str, str]) -> None:
    """As GeoJSON it is an area, of which she is told no more."""
    words = ("ask", "reach", str(HERO), "--at", "2025-01-16T12:00Z", "--format", "geojson")
    (feature,) = json.loads(good(desk, env, *words))["features"]
    assert feature["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    assert feature["properties"]["ports"] == []
    assert "That she was there is not known." in feature["properties"]["words"]


def test_how_far_it_is_by_sea(desk: Desk, env: dict[str, str]) -> None:
    """Between ports by their ids; as GeoJSON it is a line."""
    words = ("ask", "distance", "--from", "tartus", "--to", "tobruk")
    out = good(desk, env, *words)
    assert fits(out)
    assert "NM at least" in out
    (feature,) = json.loads(good(desk, env, *words, "--format", "geojson"))["features"]
    assert feature["geometry"]["type"] == "LineString"
    told = refused(desk, env, "ask", "distance", "--from", "nowhere", "--to", "tobruk")
    assert "'nowhere' is no place: write lon,lat in degrees, or a port: tartus, tobruk." in told


def test_what_cannot_be_asked(desk: Desk, env: dict[str, str]) -> None:
    words = refused(desk, env, "ask", "inside", "--bbox", "1,2,3", "--since", "2d")
    assert "'1,2,3' is no box: write west,south,east,north in degrees." in words
    assert (
        good(desk, env, "ask", "in-port", "--port", "nowhere") == "Nobody is known to be in port.\n"
    )
