"""Drawn seas: ships whose positions leap or freeze together, and those that only seem to.

Ships lie, or sail, and are heard every five minutes; for a while they are heard elsewhere, or stand
still to the last digit. What is told must not depend on how batches are cut (``company.tell``).
"""

from __future__ import annotations

import numpy as np
import pytest

from monitor.engine.detect.place.interference import AREA_M, MOST_NAMED, SHIPS
from monitor.engine.pipeline import Pipeline
from monitor.model import Event, EventKind, Fix, Reports
from monitor.units import MINUTE_US, NAUTICAL_MILE_M
from tests.scenario.company import FENCES, ONE, lies, minute_of, rows_of, sails, silent, tell
from tests.scenario.sea import START, at_m

BEGUN, ENDED = EventKind.INTERFERENCE_BEGUN, EventKind.INTERFERENCE_ENDED
AREA = (BEGUN, ENDED)
KM = 1000.0
AIRPORT = (900 * KM, 100 * KM)
FAR = 200 * KM
"""From one ship to the next: no area holds two."""

DAY = 1000.0


def false(
    fixes: list[Fix], begin: float, end: float, place: tuple[float, float] = AIRPORT
) -> list[Fix]:
    """Heard elsewhere between two minutes."""
    lon, lat = at_m(*place)
    return [
        fix._replace(lon=lon, lat=lat) if begin <= (fix.at - START) / MINUTE_US < end else fix
        for fix in fixes
    ]


def frozen(fixes: list[Fix], begin: float, end: float) -> list[Fix]:
    """Where she was at the first minute until the second; her speed goes on."""
    there = next(fix for fix in fixes if (fix.at - START) / MINUTE_US >= begin)
    return [
        fix._replace(lon=there.lon, lat=there.lat)
        if begin <= (fix.at - START) / MINUTE_US < end
        else fix
        for fix in fixes
    ]


def lying(number: int) -> list[Fix]:
    """One of several ships far from each other."""
    return lies(ONE + number, DAY, north_m=FAR * number)


def told(*ships: list[Fix], **words: float) -> list[Event]:
    """Of areas; the last state of each event."""
    found = tell(*ships, kinds=AREA, **words)
    return list({event.id: event for event in found}.values())


def spoofed(number: int, begin: float, end: float) -> list[Fix]:
    """Heard at the airport, a mile from the next."""
    place = AIRPORT[0], AIRPORT[1] + NAUTICAL_MILE_M * number
    return false(lying(number), begin, end, place)


def test_three_ships_from_far_apart_at_one_airport_are_an_area() -> None:
    """Told with the third fix of the third; bounded by when the first and the last were true."""
    begun, ended = told(spoofed(0, 200, 300), spoofed(1, 210, 320), spoofed(2, 230, 310))
    assert (begun.kind, ended.kind, begun.subject) == (BEGUN, ENDED, ended.subject)
    assert minute_of(begun.decided_at) == 240
    assert [minute_of(at) for at in (begun.span.earliest, begun.span.latest)] == [195, 200]
    assert [minute_of(at) for at in (ended.span.earliest, ended.span.latest)] == [315, 320]
    assert minute_of(ended.decided_at) == 315 + 120
    figures = begun.evidence.figures
    assert (figures["members"], figures["ships"]) == ([ONE, ONE + 1, ONE + 2], 3)
    assert begun.confidence == 2
    assert (begun.lon, begun.lat) == at_m(*AIRPORT)
    assert {fix.at for fix in begun.evidence.fixes}  # she was there, and here
    assert begun.episode == ended.episode is not None


def test_of_six_ships_and_more_it_is_told_again_and_surer() -> None:
    """One event, whoever joins: with the third, the sixth and the twelfth."""
    ships = [spoofed(number, 200 + 5 * number, 300) for number in range(7)]
    found = tell(*ships, kinds=[BEGUN])
    assert [event.evidence.figures["ships"] for event in found] == [3, 6]
    assert len({event.id for event in found}) == 1
    assert [event.confidence for event in found] == [2, 3]
    (_, ended) = told(*ships)
    assert ended.evidence.figures["ships"] == 7 < MOST_NAMED


def test_it_lasts_while_numbers_are_there_for_good() -> None:
    """After six hours they are tracks of their own; it ends two hours behind the last fix there."""
    begun, ended = told(*(spoofed(number, 200, 700) for number in range(3)))
    assert (begun.kind, ended.kind) == (BEGUN, ENDED)
    assert minute_of(ended.decided_at) == 695 + 120


# -- near misses ---------------------------------------------------------------------------------


def test_two_ships_are_none() -> None:
    assert told(spoofed(0, 200, 300), spoofed(1, 210, 320), lying(2)) == []


def test_three_ships_that_leap_to_places_far_apart_are_none() -> None:
    places = [(900 * KM, 300 * KM * number) for number in range(3)]
    assert told(*(false(lying(n), 200, 300, place) for n, place in enumerate(places))) == []


def test_three_leaps_of_one_shared_number_are_none() -> None:
    """Two ships on it are none either: a number counts once."""
    one = lying(0)
    for begin in (200, 250, 300):
        one = false(one, begin, begin + 20, (AIRPORT[0], begin * 100.0))
    assert told(one, lying(1), lying(2)) == []


def test_three_numbers_that_two_ships_use_each_are_none() -> None:
    """The second ships lie in one harbour, and are heard in turn with the first."""
    ships = []
    for number in range(3):
        there = lies(ONE + number, 300, AIRPORT[0], number * KM, every=5, shift=2)
        ships += [[*lying(number), *silent(there, -1, 100)]]
    assert told(*ships) == []


def test_three_within_five_hours_are_none() -> None:
    """Each for a quarter of an hour, two and a half hours apart."""
    assert told(spoofed(0, 200, 220), spoofed(1, 350, 370), spoofed(2, 500, 520)) == []
    assert told(spoofed(0, 200, 220), spoofed(1, 240, 260), spoofed(2, 300, 320)) != []


def test_single_false_positions_are_none() -> None:
    """Bit errors: two that agree prove nothing."""
    assert told(*(spoofed(number, 200, 210) for number in range(3))) == []


def test_ships_that_are_back_from_it_are_no_area_where_they_are() -> None:
    """Spoofed for seven hours they are taken to be there; three that sail together are back.

    Each is 70 NM from where she was true last, so she is not known again at once.
    """
    found = told(*(false(together(number), 200, 620) for number in range(3)))
    assert [event.kind for event in found] == [BEGUN, ENDED]
    assert found[0].evidence.figures["kind"] == "leapt to"


# -- where they were -----------------------------------------------------------------------------


def together(number: int) -> list[Fix]:
    """One of some ships that sail a mile from each other, at 10 kn."""
    way = [(0, 0, NAUTICAL_MILE_M * number), (DAY, 308 * KM, NAUTICAL_MILE_M * number)]
    return sails(ONE + number, *way)


def test_three_ships_of_one_sea_that_leap_each_elsewhere_are_an_area_there() -> None:
    places = [(900 * KM, 300 * KM * number) for number in range(3)]
    begun, ended = told(*(false(together(n), 200, 260, place) for n, place in enumerate(places)))
    assert (begun.kind, ended.kind) == (BEGUN, ENDED)
    assert begun.evidence.figures["kind"] == "were"
    assert "each to another place" in begun.why
    assert minute_of(begun.decided_at) == 210


def test_strangers_on_numbers_of_one_sea_are_none() -> None:
    """Three ships that sail together; on the number of each others are heard for a minute."""
    ships = []
    for number in range(3):
        there = lies(ONE + number, 2, 500 * KM, 300 * KM * number, every=1 / 3)
        burst = [fix._replace(at=fix.at + 201 * MINUTE_US) for fix in there]
        ships += [[*together(number), *(one._replace(received_at=one.at) for one in burst)]]
    assert told(*ships) == []


def test_three_that_froze_are_an_area_and_two_are_none() -> None:
    """The third fix that stands still decides: what she said first there may be true."""
    ships = [frozen(together(number), 200, 260) for number in range(3)]
    begun, _ = told(*ships)
    assert (begun.evidence.figures["froze"], begun.evidence.figures["ships"]) == (3, 3)
    assert minute_of(begun.decided_at) == 215
    assert told(*ships[:2], together(2)) == []
    far = [[fix._replace(lat=fix.lat + 0.6 * n) for fix in ship] for n, ship in enumerate(ships)]
    assert told(*far) == []


def test_one_cause_is_one_area() -> None:
    """Ships that lay together leap to one airport: it is told of the airport alone."""
    assert AREA_M > SHIPS * NAUTICAL_MILE_M
    berths = [lies(ONE + n, DAY, north_m=KM * n) for n in range(4)]
    (begun,) = (e for e in told(*(false(f, 200, 300) for f in berths)) if e.kind is BEGUN)
    assert (begun.lon, begun.lat) == at_m(*AIRPORT)


# -- what it does to others ----------------------------------------------------------------------


def sailing(number: int) -> list[Fix]:
    """Under way at 5 kn, within 400 NM of the port."""
    return sails(ONE + number, (0, 0, FAR * number), (DAY, 154 * KM, FAR * number))


def test_who_is_heard_at_an_airport_is_not_called_dark() -> None:
    """Possibly dark after two hours, but that she is heard; then her own positions are back."""
    ships = [false(sailing(number), 500, 700) for number in range(3)]
    found = tell(*ships, kinds=[EventKind.WENT_DARK], then_h=1)
    first = [event for event in found if event.state == "provisional"]
    assert {event.mmsi for event in first} == {ONE, ONE + 1, ONE + 2}
    for event in first:
        figures = event.evidence.figures
        assert (figures["grade"], figures["cause"]) == ("heard elsewhere", "jamming-suspected")
        assert (event.confidence, "heard elsewhere" in event.why) == (1, True)
        (area,) = figures["interference"]
        assert f"There is interference here: {area}." in event.why
    assert not [event for event in found if event.state == "confirmed"]


def test_one_alone_is_heard_elsewhere_too_but_of_no_area() -> None:
    (event, *_) = tell(false(sailing(0), 500, 700), kinds=[EventKind.WENT_DARK])
    assert event.evidence.figures["grade"] == "heard elsewhere"
    assert "interference" not in event.evidence.figures


def test_who_is_heard_nowhere_is_dark_as_ever() -> None:
    """Beside those that are spoofed; and one that falls silent herself after it is dark, too."""
    others = [false(sailing(number), 500, 560) for number in (1, 2)]
    gone = [fix for fix in false(sailing(3), 500, 560) if fix.at < START + 560 * MINUTE_US]
    found = tell(silent(sailing(0), 500, DAY), *others, gone, kinds=[EventKind.WENT_DARK])
    last = {event.mmsi: event for event in found}
    for mmsi in (ONE, ONE + 3):
        assert last[mmsi].state == "confirmed"
        assert last[mmsi].evidence.figures["grade"] in {"dark", "likely deliberate"}
        assert "elsewhere_at" not in last[mmsi].evidence.figures


@pytest.mark.parametrize("spoofs", [2, 3])
def test_what_happens_in_an_area_meanwhile_is_in_doubt(spoofs: int) -> None:
    """Two ships meet a mile from where others are said to be; without an area they just meet."""
    pair = [lies(ONE + 10 + n, DAY, *AIRPORT, off_m=0) for n in range(2)]
    lon, lat = at_m(*AIRPORT)
    pair[1] = [fix._replace(lat=lat + 0.001) for fix in pair[1]]
    came = [silent(fixes, -1, 200) for fixes in pair]
    ships = [spoofed(number, 150, 400) for number in range(spoofs)]
    (met, *_) = tell(*came, *ships, kinds=[EventKind.SHIPS_MET])
    doubted = "interference" in met.evidence.figures
    assert doubted == (spoofs == SHIPS)
    assert ("There is interference here" in met.why) == doubted
    assert np.isclose(met.lon or 0, lon)


def test_after_a_restart_it_is_as_if_there_had_been_none() -> None:
    """Begun, in doubt and ended, whatever was kept and read in between."""
    ships = [false(sailing(number), 500, 700) for number in range(3)]
    rows = rows_of([fix for ship in ships for fix in ship])
    rows["seq"] = np.arange(len(rows))

    def found(size: int, *, again: bool) -> list[str]:
        pipeline, told = Pipeline(FENCES), []
        for begin in range(0, len(rows), size):
            batch = rows[begin : begin + size].copy()
            batch["seq"] -= begin
            reports = Reports(positions=batch, lines=len(batch), clock=batch["received_at"].copy())
            told += pipeline.take("station", reports).findings
            if again:
                snapshot, pipeline = pipeline.snapshot(full=True), Pipeline(FENCES)
                assert pipeline.restore(snapshot) == []
        return [repr(one) for one in [*told, *pipeline.finish().findings]]

    whole = found(len(rows), again=False)
    assert sum("There is interference here" in one for one in whole) >= len(ships)
    assert found(61, again=True) == whole
