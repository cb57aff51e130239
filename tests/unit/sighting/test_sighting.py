"""Sightings: what can be one, and one sentence for each that cannot."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.box import Box
from monitor.sighting.sighting import WORDS, SeenBy, sighting_of
from tests.unit.sighting.seen import NOON, hull, said, seen


def test_a_ship_at_a_place() -> None:
    found = seen()
    assert (found.seen_by, found.name, found.imo) == (SeenBy.SATELLITE, "SPARTA II", 9160994)
    assert (found.lon, found.lat, found.within_m) == (35.86, 34.91, 300)
    assert found.since == found.until == NOON
    assert (found.reliability, found.credibility, found.added_by) == ("B", 2, "ann")
    assert found.title == "SPARTA II, IMO 9160994"
    assert found.is_named


def test_an_unknown_hull_in_an_area() -> None:
    found = hull(lon=None, lat=None, within_m=None, area="35,34,36,35", until="2024-12-15")
    assert found.area == Box(35, 34, 36, 35)
    assert found.title == "landing ship, 112 m long"
    assert not found.is_named
    assert hull(hull=None).title == "a ship, 112 m long"


def test_who_entered_it_stands_in_the_row_or_is_told() -> None:
    assert seen(added_by="bob").added_by == "bob"
    assert seen(added_by="bob").digest == seen().digest != seen(note="x").digest


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (
            {"seen_by": "rumour"},
            (
                "seen_by: 'rumour' is none who sees: write one of satellite, press,"
                " observer, port-authority."
            ),
        ),
        (
            {"seen_by": None},
            ("seen_by is missing: write one of satellite, press, observer, port-authority."),
        ),
        (
            {"mmsi": "12"},
            ("mmsi: '12' is no MMSI of a ship: write nine digits, the first of them 2 to 7."),
        ),
        (
            {"imo": "9160995"},
            (
                "imo: 9160995 is no IMO number, for its last digit does not follow"
                " from the others: look it up again."
            ),
        ),
        ({"lon": "190"}, "lon: '190' is no longitude: write a number from -180 to 180."),
        ({"lat": "north"}, "lat: 'north' is no latitude: write a number from -90 to 90."),
        (
            {"length_m": "9000"},
            ("length_m: '9000' is no length in metres: write a number from 1 to 460."),
        ),
        ({"lat": None}, "A place needs both: give lon and lat."),
        (
            {"lat": None, "lon": None},
            ("within_m belongs to a place: give lon and lat, or an area alone."),
        ),
        (
            {"lat": None, "lon": None, "within_m": None},
            ("The sighting is nowhere: give port, lon and lat, or area."),
        ),
        ({"area": "35,34,36,35"}, "The sighting is at a place and in an area: give one of them."),
        ({"area": "1,2"}, "area: '1,2' is no box: write west,south,east,north in degrees."),
        (
            {"port": "Tartus!"},
            ("port: 'Tartus!' is no id of a port: write small letters, digits and hyphens."),
        ),
        (
            {"name": None, "imo": None},
            ("The sighting is of nothing: give mmsi, imo or name, or hull or length_m."),
        ),
        (
            {"since": "yesterday"},
            ("since: 'yesterday' is no time: write 2024-12-13 or 2024-12-13T04:00Z."),
        ),
        ({"since": None, "until": None}, "since is missing: say when it was seen."),
        ({"until": "2024-12-01"}, "until is before since: write the later time there."),
        ({"source": " "}, "source is missing: say who says so."),
        ({"link": "ftp://x"}, "link: 'ftp://x' is no link: write one that begins with https://."),
        (
            {"link": "javascript:alert(1)"},
            ("link: 'javascript:alert(1)' is no link: write one that begins with https://."),
        ),
        (
            {"reliability": "G"},
            (
                "reliability: 'G' is no reliability: write A (reliable) to E (not),"
                " or F (not known)."
            ),
        ),
        (
            {"credibility": "0"},
            ("credibility: '0' is no credibility: write 1 (confirmed) to 5, or 6 (not known)."),
        ),
        ({"note": "x" * 601}, "note has 601 letters: write 600 at most."),
        ({"hull": "a\x1bb"}, "hull holds a sign that cannot be printed: write it without."),
    ],
)
def test_what_is_none(words: dict[str, Any], fault: str) -> None:
    found, faults = sighting_of(said(**words), recorded_at=0, added_by="ann")
    assert (found, faults) == (None, [fault])


def test_all_faults_are_told_at_once() -> None:
    _, faults = sighting_of({}, recorded_at=0, added_by="ann")
    assert [fault.split()[0] for fault in faults] == [
        "seen_by", "since", "source", "reliability", "credibility",
    ]  # fmt: skip
    assert set(WORDS) >= {fault.split()[0] for fault in faults}
