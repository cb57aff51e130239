"""Stops and starts: what is one, and between which fixes it lies."""

from __future__ import annotations

import math

import pytest

from monitor.engine.detect.port.stay import Stay, StayState, radius_m
from monitor.engine.detect.port.trail import Mark
from monitor.model import EventKind, Fix
from tests.scenario.sea import LON, at_m, fix_at, step_of, steps_of
from tests.unit.engine.detect.port.stays import (
    ANCHORAGE,
    BARE,
    INNER,
    KNOT_M,
    OPEN,
    PORT,
    QUAY,
    found,
    kinds,
    minute,
    rest,
    rounded,
    way,
)

# -- a berth -------------------------------------------------------------------------------------


def test_ten_minutes_alongside_are_a_berth() -> None:
    """Inside the harbour, within 100 m; decided by the fix that makes it ten minutes."""
    (fact,) = found([*way(range(-3, 0), 650, -5), *rest(range(21), QUAY)])
    assert fact.kind is EventKind.BERTHED
    assert minute(fact.decided_at) == 10
    assert fact.geofence == "berth"
    assert fact.figures == {"radius_m": 100.0, "least_s": 600}
    assert fact.why == "Stayed within 100 m for 10 min (11 fixes)."
    assert minute(fact.key_at) == 0


def test_nine_minutes_are_none() -> None:
    """Not yet."""
    assert kinds(rest(range(10), QUAY)) == []


def test_two_fixes_are_none_unless_they_are_far_apart() -> None:
    """Two fixes 15 minutes apart may be chance; 20 minutes apart they are a stop."""
    assert kinds(rest((0, 15), QUAY)) == []
    assert kinds(rest((0, 20), QUAY)) == ["Berthed"]
    assert kinds(rest((0, 7, 14), QUAY)) == ["Berthed"]


def test_copies_of_one_fix_are_no_stop_and_no_start() -> None:
    """Two seconds apart, each rounded in its own way: they prove nothing."""
    copies = [fix_at(n / 30, QUAY + n, 20) for n in range(20)]
    assert kinds(copies) == []
    lies = rest(range(0, 31, 3), QUAY)
    bad = [fix_at(31 + n / 30, 1350 + n, 20) for n in range(3)]
    assert kinds([*lies, *bad, *rest(range(33, 60, 3), QUAY)]) == ["Berthed"]


def test_copies_that_stray_do_not_break_off_a_stop_that_is_tried() -> None:
    """She goes on being tried from her first fix on."""
    bad = [fix_at(5 + n / 30, 1350 + n, 20) for n in range(1, 4)]
    facts = found([*rest(range(6), QUAY), *bad, *rest(range(6, 15), QUAY)])
    assert [(fact.kind, minute(fact.decided_at)) for fact in facts] == [(EventKind.BERTHED, 10)]


def test_half_an_hour_outside_the_harbour_is_an_anchorage() -> None:
    """Within 500 m, thirty minutes."""
    (fact,) = found([*way(range(-5, 0), -3900, 5), *rest(range(40), ANCHORAGE)])
    assert fact.kind is EventKind.ANCHORED
    assert minute(fact.decided_at) == 30
    assert fact.geofence == "anchorage"


def test_in_the_approach_alone_it_takes_an_hour_and_a_half() -> None:
    """A ship not under command drifts for an hour within 500 m."""
    assert kinds(rest(range(0, 90, 3), OPEN)) == []
    (fact,) = found(rest(range(0, 91, 3), OPEN))
    assert (fact.kind, fact.geofence) == (EventKind.ANCHORED, "approach")
    assert kinds(way(range(0, 300, 3), 1500, 0.4)) == []


def test_far_from_every_fence_nobody_stops() -> None:
    """A ship adrift at sea is not this port's."""
    assert kinds(rest(range(0, 120, 3), 9000)) == []


def test_deeper_in_another_ports_waters_nobody_stops_here() -> None:
    """A neighbouring port's anchorage may lie in this one's approach."""
    stay = Stay()
    steps = [step._replace(elsewhere=True) for step in steps_of(PORT, rest(range(90), QUAY))]
    assert [fact for step in steps for fact in stay.step(step)] == []
    assert stay.state is StayState.TRYING


def test_in_a_harbour_she_may_say_that_she_is_at_anchor() -> None:
    """Off all berths, where there are some: then she may swing 120 m. Elsewhere it is no matter."""
    swings = [fix_at(m, INNER + 120 * math.sin(m / 20), 120 * math.cos(m / 20), status=1)
              for m in range(0, 240, 3)]  # fmt: skip
    (fact,) = found(swings)
    assert (fact.kind, fact.geofence) == (EventKind.ANCHORED, "harbour")
    assert kinds([fix._replace(status=0) for fix in swings]) == []
    assert kinds(rest(range(15), QUAY, status=1)) == ["Berthed"]
    assert kinds(rest(range(15), INNER, status=1), BARE) == ["Berthed"]
    assert kinds(rest(range(40), INNER, status=5)) == ["Berthed"]


def test_slow_steaming_through_the_harbour_is_no_berth() -> None:
    """2 kn for twenty minutes are 1.2 km."""
    assert kinds(way(range(20), -900, 2)) == []


@pytest.mark.parametrize(("kn", "stops"), [(0.15, True), (0.25, False), (0.4, False)])
def test_warped_along_the_quay_she_is_not_at_rest(kn: float, *, stops: bool) -> None:
    """0.15 kn for ten minutes are 46 m, within her lines; a quarter of a knot is way made good."""
    assert (kinds(way(range(13), QUAY, kn)) == ["Berthed"]) is stops


@pytest.mark.parametrize("sog_kn", [float("nan"), 0.0, 6.8, 102.2])
def test_what_the_ship_says_of_her_speed_is_no_matter(sog_kn: float) -> None:
    """Missing, zero or false: the positions count."""
    fixes = [fix._replace(sog_kn=sog_kn, status=0) for fix in rest(range(15), QUAY)]
    assert kinds(fixes) == ["Berthed"]


def test_alongside_within_500_m_of_a_fix_outside_the_harbour_is_a_berth() -> None:
    """She came in from 150 m off the harbour and lies 150 m inside."""
    fixes = [*way((-6, -4, -2), 1600, -4), fix_at(0, 1150), *rest(range(2, 40), 850)]
    assert kinds(fixes) == ["Berthed"]


# -- a stay is judged by the spread of all its fixes ---------------------------------------------


def test_noise_is_no_start() -> None:
    """11 m for four hours, each 20 s: one stop, and no second one dated back."""
    fixes = [
        fix_at(n / 3, QUAY + 11 * math.sin(7.3 * n), 20 + 11 * math.cos(4.9 * n))
        for n in range(720)
    ]
    assert kinds([*way(range(-5, 0), 850, -5), *fixes]) == ["Berthed"]


def test_antennas_that_take_turns_are_no_start() -> None:
    """120 m apart, each hour the other."""
    fixes = [fix_at(m, QUAY, 20 + 120 * (m // 60 % 2)) for m in range(0, 720, 3)]
    facts = found([*fixes, *way(range(720, 730), QUAY, 5)])
    assert [str(fact.kind) for fact in facts] == ["Berthed", "Unberthed"]
    assert minute(facts[1].span.earliest) <= 720 <= minute(facts[1].span.latest)


@pytest.mark.parametrize(("metres", "minutes"), [(85, 15), (40, 20), (70, 16)])
def test_sheering_at_anchor_is_no_start(metres: float, minutes: float) -> None:
    """To either side, within 12 to 20 minutes; then she weighs at minute 240."""
    sheer = [
        fix_at(m, ANCHORAGE, metres * math.sin(m / minutes * 2 * math.pi)) for m in range(0, 241, 3)
    ]
    weighs = [fix_at(240 + m, ANCHORAGE, 5 * KNOT_M * m) for m in range(1, 16)]
    facts = found([*way(range(-5, 0), -3900, 5), *sheer, *weighs])
    assert [str(fact.kind) for fact in facts] == ["Anchored", "AnchorWeighed"]
    stop, start = facts[0].span, facts[1].span
    assert minute(stop.earliest) <= 0 <= minute(stop.latest)
    assert minute(start.earliest) <= 240 <= minute(start.latest)
    assert minute(start.latest) - minute(start.earliest) <= 60


def test_swinging_at_anchor_is_no_start() -> None:
    """Her antenna 300 m from the anchor, half round within forty minutes, and back."""

    def antenna(m: float) -> Fix:
        turn = math.pi * min(max(m - 120, 0) / 40, 1) - math.pi * min(max(m - 300, 0) / 40, 1)
        return fix_at(m, ANCHORAGE + 300 * math.cos(turn), 300 * math.sin(turn))

    assert kinds([antenna(m) for m in range(0, 480, 3)]) == ["Anchored"]


def test_half_round_on_a_long_chain_is_no_start_however_fast() -> None:
    """Her antenna 440 m from the anchor, half round in 30 minutes: up to 2.3 kn; then she sails."""

    def antenna(m: float) -> Fix:
        turn = math.pi * (1 - math.cos(math.pi * min(max((m - 120) / 30, 0), 1))) / 2
        return fix_at(m, ANCHORAGE + 440 * math.cos(turn), 440 * math.sin(turn))

    lies = [antenna(m) for m in range(0, 240, 2)]
    assert kinds(lies) == ["Anchored"]
    sails = way(range(240, 252, 2), ANCHORAGE - 440, -4)
    assert kinds([*lies, *sails]) == ["Anchored", "AnchorWeighed"]


def test_creeping_out_of_her_circle_is_no_start() -> None:
    """At 0.1 kn, and farther than the radius: the middle of her stay follows."""
    stay = Stay()
    fixes = [*rest(range(40), ANCHORAGE), *way(range(40, 360, 3), ANCHORAGE, 0.1)]
    assert [str(fact.kind) for fact in found(fixes, on=stay)] == ["Anchored"]
    assert stay.centre is not None
    assert stay.centre.fix.lon > at_m(ANCHORAGE + 400, 0)[0]


def test_dragging_fast_is_a_start() -> None:
    """At 2 kn and more she is under way."""
    fixes = [*rest(range(40), ANCHORAGE), *way(range(40, 60), ANCHORAGE, 2.1)]
    assert kinds(fixes) == ["Anchored", "AnchorWeighed"]


def test_farther_than_any_swing_half_a_knot_is_a_start() -> None:
    """More than a kilometre from where she lay."""
    fixes = [*rest(range(40), ANCHORAGE), *way(range(40, 160), ANCHORAGE, 0.6)]
    facts = found(fixes)
    assert [str(fact.kind) for fact in facts] == ["Anchored", "AnchorWeighed"]
    assert facts[1].figures["away_m"] >= 1000


# -- starts --------------------------------------------------------------------------------------


def test_the_time_of_rest_lies_between_moving_and_not_moving() -> None:
    """5 kn until minute 0, then still: the interval holds minute 0 and is not wider than 4."""
    (fact,) = found([*way(range(-5, 1), 772 - 100, -5), *rest(range(1, 20), -100)])
    earliest, latest = minute(fact.span.earliest), minute(fact.span.latest)
    assert earliest <= 0 <= latest
    assert latest - earliest <= 4
    assert earliest <= minute(fact.span.at) <= latest


def test_the_time_of_the_start_lies_between_still_and_moving() -> None:
    """Still until minute 30, then 5 kn: the interval holds it and is not wider than 6."""
    facts = found([*rest(range(31), QUAY), *way(range(30, 40), QUAY, 5)[1:]])
    assert [fact.kind for fact in facts] == [EventKind.BERTHED, EventKind.UNBERTHED]
    earliest, latest = minute(facts[1].span.earliest), minute(facts[1].span.latest)
    assert earliest <= 30 <= latest
    assert latest - earliest <= 6
    assert facts[1].geofence == "berth"  # where she lay, not where she is
    assert facts[1].figures["radius_m"] == 200


def test_one_fix_away_and_back_is_no_start() -> None:
    """The next is where she lay, even if that comes again and again."""
    fixes = [fix_at(m, 2000 if m % 5 == 4 and m > 14 else QUAY, 20) for m in range(60)]
    assert kinds(fixes) == ["Berthed"]


def test_a_shift_between_two_fixes_is_a_start_and_a_stop() -> None:
    """600 m between two fixes three minutes apart: she moved, though each place is at rest."""
    fixes = [*rest(range(0, 30, 3), -300), *rest(range(30, 60, 3), 300)]
    facts = found(fixes)
    assert [str(fact.kind) for fact in facts] == ["Berthed", "Unberthed", "Berthed"]
    assert minute(facts[2].span.earliest) == 27
    assert minute(facts[1].span.latest) == 30


def test_warped_to_the_next_berth_she_sails_from_there() -> None:
    """500 m at 0.4 kn from minute 90 on, and four hours there."""
    fixes = [*rest(range(0, 91, 3), -200), *way(range(93, 134, 3), -200 + 3 * 0.4 * KNOT_M, 0.4)]
    fixes += [*rest(range(134, 374, 3), 300), *way(range(374, 390), 300, 5)]
    facts = found(fixes, BARE)
    assert [str(fact.kind) for fact in facts] == ["Berthed", "Unberthed", "Berthed", "Unberthed"]
    stop, start = facts[2].span, facts[3].span
    assert minute(stop.earliest) <= 132 <= minute(stop.latest)
    assert minute(start.earliest) <= 374 <= minute(start.latest)


# -- silences ------------------------------------------------------------------------------------


def test_a_stop_is_not_proved_across_a_silence() -> None:
    """Two fixes at one place five hours apart: she may have been anywhere."""
    assert kinds(rest((0, 300), QUAY)) == []
    assert kinds(rest((0, 300, 305, 311), QUAY)) == ["Berthed"]


def test_a_stop_goes_on_across_a_silence() -> None:
    """Berthed, dark for ten hours, still there: one stop."""
    assert kinds([*rest(range(15), QUAY), *rest(range(600, 630), QUAY)]) == ["Berthed"]


def test_gone_in_a_silence_she_left_at_no_best_time() -> None:
    """Between the last fix before it and the first after."""
    facts = found([*rest(range(15), QUAY), *way(range(614, 618), 3000, 5)])
    assert [str(fact.kind) for fact in facts] == ["Berthed", "Unberthed"]
    span = facts[1].span
    assert (minute(span.earliest), span.at, minute(span.latest)) == (14, None, 614)


def test_first_seen_at_rest_has_no_begin() -> None:
    """Only the latest time is known, to two minutes."""
    (fact,) = found(rest(range(15), QUAY))
    assert (fact.span.earliest, fact.span.at) == (None, None)
    assert minute(fact.span.latest) <= 2


# -- coarse positions ----------------------------------------------------------------------------


def test_long_range_reports_need_half_an_hour_and_name_no_berth() -> None:
    """Type 27 gives a tenth of a minute: fixes of a ship at rest lie 185 m apart."""
    fixes = [fix_at(3 * n, (0, 185, 90)[n % 3], type=27) for n in range(20)]
    (fact,) = found(fixes)
    assert (fact.kind, fact.geofence) == (EventKind.BERTHED, "harbour")
    assert minute(fact.decided_at) == 30
    assert fact.figures["least_s"] == 1800


def test_fine_positions_name_the_berth_of_a_stop_told_before() -> None:
    """Three fixes in ten minutes: the same stop is told again, with it, and only once."""
    coarse = rest(range(0, 81, 5), QUAY, type=27)
    facts = found([*coarse, *rest(range(85, 205, 5), QUAY)])
    assert [fact.geofence for fact in facts] == ["harbour", "berth"]
    first, second = facts
    assert (first.kind, first.key_at, first.span) == (second.kind, second.key_at, second.span)
    assert minute(second.decided_at) == 95
    assert second.place == fix_at(95, QUAY, 20)


def test_fine_positions_off_all_berths_name_none() -> None:
    """Nor do those that are not together, or that come for less than ten minutes."""
    coarse = rest(range(0, 81, 5), QUAY, type=27)
    assert len(found([*coarse, *rest(range(85, 205, 5), 250)])) == 1
    assert len(found([*coarse, *rest((85, 88, 91, 94), QUAY)])) == 1
    assert len(found([*coarse, *rest((85, 120), QUAY)])) == 1
    apart = [fix_at(85 + 3 * n, (-100.0, 120.0)[n % 2], 20) for n in range(20)]
    assert len(found([*coarse, *apart])) == 1


def test_long_range_and_ordinary_reports_in_turn_name_the_berth() -> None:
    """The ordinary ones say where she lies."""
    fixes = [fix_at(3 * n, QUAY if n % 2 else 0, 20, type=1 if n % 2 else 27) for n in range(40)]
    facts = found(fixes)
    assert {str(fact.kind) for fact in facts} == {"Berthed"}
    assert len({fact.key_at for fact in facts}) == 1
    assert facts[-1].geofence == "berth"


@pytest.mark.parametrize(("cells", "digits"), [(600, 5), (600, 6), (1000, 3)])
def test_coarse_grids_of_which_no_type_says_so_are_one_stop(cells: float, digits: int) -> None:
    """Tenths of a minute or three decimals, on the edge of four cells, with some noise."""
    edge = (round(LON * cells) + 0.5) / cells
    noise = [fix_at(m, 0, 60 + 10 * math.sin(m), lon=edge + 1e-4 * math.cos(2.0 * m))
             for m in range(0, 1200, 6)]  # fmt: skip
    leaves = [fix_at(1200 + m, 150 + 5 * KNOT_M * m, 60) for m in range(0, 30, 3)]
    facts = found(rounded([*noise, *leaves], cells, digits))
    assert [str(fact.kind) for fact in facts] == ["Berthed", "Unberthed"]
    span = facts[1].span
    assert minute(span.earliest) <= 1200 <= minute(span.latest)
    assert minute(span.latest) - minute(span.earliest) <= 60


def test_the_radius_depends_on_where_she_is() -> None:
    """In the harbour 100 m, unless she is at anchor off the berths of one; elsewhere 500 m."""
    for fix, port, metres in (
        (fix_at(0, QUAY, 20), PORT, 100), (fix_at(0, INNER, 20), PORT, 100),
        (fix_at(0, INNER, 20, status=1), PORT, 500), (fix_at(0, QUAY, 20, status=1), PORT, 100),
        (fix_at(0, INNER, 20, status=1), BARE, 100), (fix_at(0, ANCHORAGE, 20), PORT, 500),
        (fix_at(0, OPEN, 20), PORT, 500), (fix_at(0, 9000, 20), PORT, 500),
    ):  # fmt: skip
        assert radius_m(step_of(port, fix, None)) == metres


def test_a_stay_is_small_however_long_it_lasts() -> None:
    """As many marks as prove it are enough, and those of 45 minutes to date its end."""
    stay = Stay()
    found(rest([n / 6 for n in range(60 * 6)], QUAY), on=stay)
    assert (len(stay.window), stay.count) == (1, 360)
    assert len(stay.trail.marks) <= 47
    trying = Stay()
    found([fix_at(n / 30, QUAY + n, 20) for n in range(90)], on=trying)
    assert trying.state is StayState.TRYING
    assert len(trying.window) <= 21
    assert all(isinstance(mark, Mark) for mark in trying.window)
