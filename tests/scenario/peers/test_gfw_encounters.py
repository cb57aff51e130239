"""Encounters of Global Fishing Watch's pipe-encounters, told as meetings of two ships.

Their limits are ours (500 m), but for the half hour that their tests ask for: ours is set to it.

======================  =========================================================================
case                    ours is another on purpose
======================  =========================================================================
multi_three_vessels     all lie at 0/0, where a receiver says to be that has no fix: refused
real_mozambique_2015    they end a meeting at a silence of more than 70 min (max_gap_minutes);
                        behind one of 81 the two are heard together again, 30 m apart
======================  =========================================================================
"""

from __future__ import annotations

import math
from typing import Any

import pytest

from monitor.engine.detect.pair import meeting
from monitor.engine.detect.picture import SLOT_US
from monitor.engine.geofence import FenceSet
from monitor.engine.pipeline import Pipeline
from monitor.model import Event, EventKind
from monitor.units import HOUR_US, MINUTE_US
from tests.scenario.peers.sea import (
    MMSI,
    Seen,
    named,
    needs_peers,
    of_kinds,
    only_events,
    peer,
    reports,
    us,
)

CASES = peer("gfw_encounters.json")
NOT_FOUND = {"multi_three_vessels"}
LONGER_MIN = {"real_mozambique_2015": 100}
"""By how much ours ends later."""

pytestmark = needs_peers


@pytest.fixture(autouse=True)
def _half_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meeting, "TOGETHER_US", 30 * MINUTE_US)


def told(case: Any) -> list[Event]:
    """What our pipe says of the positions of a case."""
    rows = sorted(case["positions"], key=lambda row: row["t"])
    seen = [
        Seen(
            mmsi=MMSI + int(row["id"]) % 10**8, at=us(row["t"]), lon=row["lon"], lat=row["lat"],
            sog_kn=row["speed"], cog_deg=math.nan,
        )
        for row in rows
    ]  # fmt: skip
    pipeline = Pipeline(FenceSet(ports=()), lateness_us=0)
    found = only_events(pipeline.take("peer", reports(seen)))
    return found + only_events(pipeline.advance(seen[-1].at + 13 * HOUR_US))


def wanted(case: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """Pairs -> begin and end: of two rows of a pair, one."""
    return {
        (int(row["vessel_1"]), int(row["vessel_2"])): (us(row["start"]), us(row["end"]))
        for row in case["expected_encounters"]
        if int(row["vessel_1"]) < int(row["vessel_2"])
    }


@pytest.mark.parametrize("case", named(CASES["cases"]))
def test_the_same_pairs_have_met_at_the_same_time(case: Any) -> None:
    """To an instant of the picture; ours are strictly behind the fixes, theirs at them."""
    events, right = told(case), wanted(case)
    if case["name"] in NOT_FOUND:
        assert events == []
        return
    for kind, place in ((EventKind.SHIPS_MET, 0), (EventKind.SHIPS_PARTED, 1)):
        found = {
            tuple(number - MMSI for number in event.subject[::2]): event.span
            for event in of_kinds(events, kind)
        }
        assert found.keys() == {(one % 10**8, two % 10**8) for one, two in right}
        for pair, times in right.items():
            one, two = (number % 10**8 for number in pair)
            late = (found[one, two].at or 0) - times[place]
            most = SLOT_US + (LONGER_MIN.get(case["name"], 0) * MINUTE_US if place else 0)
            assert 0 <= late <= most
