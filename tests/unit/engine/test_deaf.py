"""Why a ship at sea is not heard, by who else is: outages, holes, and her own silence."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from monitor.engine.deaf import BEYOND_NM, FEW, AtSea, cells_around, why_silent
from monitor.engine.earshot import Earshot
from monitor.engine.geofence import FenceSet
from monitor.engine.reception import BASELINE_US, LONGEST_GAP_US
from monitor.model import FIX
from monitor.units import DAY_US, HOUR_US, MINUTE_US
from tests.scenario.sea import MMSI, fix_at, square_port

FENCES = FenceSet(ports=(square_port(),))
LON, LAT = FENCES.ports[0].centre
BEGIN = 1_700_006_400_000_000 // DAY_US * DAY_US + 9 * HOUR_US
"""She is heard last ten minutes before."""

LAST = BEGIN - 10 * MINUTE_US
EAST = 3.0  # degrees from the port, of her last place
KNOTS = 12.0


def silence(hours: float = 2.0, **words: Any) -> AtSea:
    """She sails due east at 12 kn, two tenths of a degree in an hour."""
    at_sea = AtSea(MMSI, LON + EAST, LAT, KNOTS, 90.0, LAST, LAST + int(hours * HOUR_US))
    return at_sea._replace(**words)


def ship(
    number: int, hours: tuple[float, float], east: float = EAST, *, north: float = 0.0,
    knots: float = 0.0, every: float = 10.0,
) -> list[Any]:  # fmt: skip
    """Reports of another from some hours before BEGIN to some behind it, every ten minutes."""
    fixes = []
    for minute in np.arange(hours[0] * 60, hours[1] * 60, every).tolist():
        at = BEGIN + int(minute * MINUTE_US)
        lon = LON + east + knots / 60 * minute / 60
        fix = fix_at(0, 0, 0, at=at, mmsi=MMSI + number)
        fixes.append(fix._replace(lon=lon, lat=LAT + north, received_at=at))
    return fixes


def heard(*ships: Iterable[Any]) -> Earshot:
    fixes = sorted((fix for one in ships for fix in one), key=lambda fix: fix.at)
    earshot = Earshot(FENCES)
    earshot.take(np.array([tuple(fix) for fix in fixes], dtype=FIX))
    return earshot


def lost(count: int, **words: Any) -> list[list[Any]]:
    return [ship(n + 1, (-6, 0), EAST + n / 2, **words) for n in range(count)]


SHE = ship(0, (-6, 0), knots=0.0)


def test_with_few_around_nothing_can_be_said() -> None:
    assert why_silent(heard(SHE), silence()).word is None
    assert why_silent(heard(SHE, *lost(FEW - 1)), silence()).word is None


def test_who_falls_silent_with_all_others_is_out_of_reception() -> None:
    cause = why_silent(heard(SHE, *lost(FEW)), silence())
    assert cause.word == "coverage"
    assert cause.why.startswith("Of 3 others around, 3 fell silent at sea, too, from 20")
    assert (cause.figures["others"], cause.figures["others_heard"]) == (3, 0)


def test_others_that_are_heard_on_say_that_it_is_she() -> None:
    cause = why_silent(heard(SHE, *(ship(n, (-6, 2)) for n in (1, 2, 3))), silence())
    assert (cause.word, cause.figures["others_heard"]) == ("vessel", 3)
    half = heard(SHE, *lost(2), ship(5, (-6, 2)), ship(6, (-6, 2)))
    assert why_silent(half, silence()).word == "vessel"


def test_a_satellite_may_hear_one_in_an_outage() -> None:
    cause = why_silent(heard(SHE, *lost(3), ship(9, (-6, 2))), silence())
    assert (cause.word, cause.figures["others_heard"]) == ("coverage", 1)


def test_the_nearest_others_count() -> None:
    """Eight around her are silent; far off twelve are heard on: and the other way round."""
    near = [ship(n, (-6, 0), EAST + n / 50) for n in range(1, 9)]
    far = [ship(20 + n, (-6, 2), EAST + 2.0) for n in range(12)]
    assert why_silent(heard(SHE, *near, *far), silence()).word == "coverage"
    near = [ship(n, (-6, 2), EAST + n / 50) for n in range(1, 9)]
    far = [ship(20 + n, (-6, 0), EAST + 2.0) for n in range(12)]
    astern = silence(cog_deg=270.0)  # bound for where no hole is
    assert why_silent(heard(SHE, *near, *far), astern).word == "vessel"


def test_who_went_into_port_proves_nothing() -> None:
    """Three fell silent, six were heard in port since; and none but those in port say nothing."""
    home = [[*ship(n, (-6, 0)), *ship(n, (0, 2), 0.2)] for n in range(10, 16)]
    assert why_silent(heard(SHE, *lost(3), *home), silence()).word == "coverage"
    assert why_silent(heard(SHE, *home), silence()).word is None


def test_others_must_have_been_heard_steadily() -> None:
    """Those of whom a report came once in a while are silent for an hour as a rule."""
    seldom = [ship(n, (-0.2, 0)) for n in (1, 2, 3)]
    assert why_silent(heard(SHE, *seldom), silence()).word is None


def test_they_may_fall_silent_minutes_after_her() -> None:
    """Across the border of a bucket, too."""
    others = [ship(n, (-6, 0.3), EAST + n / 10) for n in (1, 2, 3)]
    assert why_silent(heard(SHE, *others), silence()).word == "coverage"
    others = [ship(n, (-6, 1.1), EAST + n / 10) for n in (1, 2, 3)]
    assert why_silent(heard(SHE, *others), silence()).word == "vessel"


def test_who_sails_into_an_outage_is_in_it() -> None:
    """Others fell silent five hours before she came out of the port's range."""
    before = [ship(n, (-12, -5), EAST + n / 10) for n in (1, 2, 3)]
    cause = why_silent(heard(SHE, *before), silence())
    assert cause.word == "coverage"
    back = [[*one, *ship(n + 1, (0.8, 1.5))] for n, one in enumerate(before)]
    assert why_silent(heard(SHE, *back), silence()).word != "coverage"


def test_only_what_was_known_then_counts() -> None:
    """Whatever is heard in the bucket that was not over, and later, changes nothing."""
    later = [[*ship(n, (-6, 0)), *ship(n, (1.5, 6))] for n in (1, 2, 3)]
    assert why_silent(heard(SHE, *later), silence()) == why_silent(
        heard(SHE, *(ship(n, (-6, 0)) for n in (1, 2, 3))), silence()
    )
    assert why_silent(heard(SHE, *later), silence(6.0)).word == "vessel"


def passed(number: int, *holes: tuple[float, float], since: float = -120.0) -> list[Any]:
    """One that sailed by on her way days ago, and was not heard between some longitudes."""
    fixes = ship(number, (since, since + 25.0), EAST - 1.0 - since * 0.2, knots=KNOTS)
    off = [fix.lon - LON - EAST for fix in fixes]
    return [
        fix for fix, east in zip(fixes, off, strict=True)
        if not any(begin < east < end for begin, end in holes)
    ]  # fmt: skip


HOLE = (0.1, 1.6)


def test_who_sails_into_a_hole_is_out_of_reception() -> None:
    """Others are heard behind her and beyond, and nobody between."""
    cause = why_silent(heard(SHE, passed(1, HOLE)), silence(6.0))
    assert cause.word == "coverage"
    assert (cause.figures["hole_from_nm"], cause.figures["hole_until_nm"]) == (16.0, 90.0)
    assert "in 14 days; behind her and beyond, others were." in cause.why


@pytest.mark.parametrize(
    ("why", "other", "at_sea"),
    [
        ("heard there once", [*passed(1, HOLE), *passed(2, since=-90.0)], silence(6.0)),
        ("heard beside", [*passed(1, HOLE), *ship(2, (-30, -29), EAST + 0.8, north=0.1)],
         silence(6.0)),
        ("heard since", [*passed(1, HOLE), *ship(2, (1, 2), EAST + 0.8)], silence(11.0)),
        ("heard behind since yesterday", [*ship(2, (-11, 0)), *ship(1, (-120, -119), EAST + 2.0)],
         silence(6.0)),
        ("heard beyond since yesterday", passed(1, HOLE, since=-40.0), silence(6.0)),
        ("no further end", passed(1, (0.1, 9.0)), silence(6.0)),
        ("nobody was here", ship(1, (-120, -119), EAST + 2.0), silence(6.0)),
        ("too short a hole", passed(1, (0.1, 0.5)), silence(2.0)),
        ("she is through", passed(1, HOLE), silence(11.0)),
        ("elsewhere bound", passed(1, HOLE), silence(6.0, cog_deg=0.0)),
        ("no course", passed(1, HOLE), silence(6.0, cog_deg=math.nan)),
        ("no way", passed(1, HOLE), silence(6.0, sog_kn=0.0)),
        ("it begins later", passed(1, (0.9, 2.4)), silence(6.0)),
    ],
)  # fmt: skip
def test_near_misses_of_holes(why: str, other: list[Any], at_sea: AtSea) -> None:
    assert why_silent(heard(SHE, other), at_sea).word != "coverage", why


def test_her_own_words_are_no_proof_that_she_is_heard() -> None:
    """She alone was heard so far: that may be the end of reception, or of her patience."""
    own, ahead = ship(0, (-11, 0), EAST, knots=KNOTS), ship(1, (-120, -119), EAST + 2.0)
    assert why_silent(heard(own, ahead), silence(6.0)).word is None
    other = ship(2, (-120, -119), EAST - 0.1)
    assert why_silent(heard(own, other, ahead), silence(6.0)).word == "coverage"


def test_what_is_long_ago_is_forgotten() -> None:
    old = [fix._replace(received_at=fix.received_at - BASELINE_US) for fix in passed(1, HOLE)]
    assert why_silent(heard(SHE, old), silence(6.0)).word is None


def test_long_silences_are_not_explained() -> None:
    dark = silence(LONGEST_GAP_US / HOUR_US + 1)
    assert why_silent(heard(SHE, *lost(5)), dark).word is None


def test_the_cells_of_a_silence_are_all_that_are_looked_at() -> None:
    """Whoever reads them from the store reads enough: with no other cell it is told the same."""
    earshot = heard(SHE, passed(1, HOLE))
    names = cells_around(silence(6.0))
    assert len(names) < BEYOND_NM
    earshot.usual = {key: n for key, n in earshot.usual.items() if key[0] in names}
    assert why_silent(earshot, silence(6.0)).word == "coverage"
    assert cells_around(silence(cog_deg=math.nan)) == set()
