"""Voyages: when one begins and is made, what was sailed and not heard, and what she said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.engine import kept
from monitor.engine.detect.detector import Fact
from monitor.engine.detect.evidence import event_id
from monitor.engine.detect.vessel.voyage import Moment, Voyage, VoyageState
from monitor.model import EventKind, Fix, Span, Static
from monitor.units import to_iso
from tests.scenario.sea import MMSI
from tests.unit.engine.detect.vessel.voyages import (
    HOUR,
    MILE,
    SHE,
    VOYAGES,
    arrived,
    at,
    departed,
    sails,
    says,
    span,
    tell,
)

# -- begun and made --------------------------------------------------------------------------------


def test_a_voyage_begins_with_a_departure() -> None:
    """It has the departure's time and confidence, and is told once."""
    on, (begun,) = tell(None, ("home", departed()))
    assert (begun.kind, begun.span, begun.confidence) == (EventKind.VOYAGE_BEGUN, span(0, 2), 3)
    assert begun.why == "Departed from home."
    assert begun.figures["from"] == "home"
    assert begun.figures["voyage"] == to_iso(at(2))
    assert (on.state, on.port) == (VoyageState.AT_SEA, "home")


def test_a_voyage_is_made_with_the_next_arrival() -> None:
    """At whatever port; it has the arrival's time, and the figures of both ends."""
    on, (_, made) = tell(
        None, ("home", departed()), sails(60, 10), sails(120, 20),
        ("away", arrived(118, 122, 20)),
    )  # fmt: skip
    assert (made.kind, made.span, made.key_at) == (EventKind.VOYAGE_MADE, span(118, 122), at(2))
    assert (made.figures["from"], made.figures["to"]) == ("home", "away")
    assert made.figures["departed_earliest"] == to_iso(at(0))
    assert made.figures["arrived_latest"] == to_iso(at(122))
    assert made.figures["contradiction"] is False
    assert made.why == "From home to away; she needed 10 kn at least."
    assert (on.state, on.port) == (VoyageState.IN_PORT, "away")


def test_out_and_back_to_the_same_port_is_a_voyage() -> None:
    """A fisherman, a tug, a trial trip."""
    _, (_, made) = tell(
        None, ("home", departed()), sails(60, 10), sails(120), ("home", arrived(120, 122))
    )
    assert (made.figures["from"], made.figures["to"]) == ("home", "home")
    assert made.figures["sailed_heard_m"] == pytest.approx(20 * MILE, rel=0.01)


def test_voyages_follow_one_another() -> None:
    """Each from where the one before was made, with an id of its own and figures of its own."""
    _, told = tell(
        None, ("home", departed()), sails(60, 10), ("away", arrived(60, 62, 10)),
        ("away", departed(90, 92, sails(90, 10), sails(92, 10))), sails(150, 5),
        ("home", arrived(180, 182)),
    )  # fmt: skip
    assert [fact.figures["from"] for fact in told] == ["home", "home", "away", "away"]
    assert len({event_id(SHE, fact) for fact in told}) == 4
    assert told[3].figures["sailed_heard_m"] == pytest.approx(5 * MILE, rel=0.01)


def test_an_arrival_that_is_known_better_is_the_same_voyage_told_again() -> None:
    """She berthed half an hour after she came in: the speed that she needed is less."""
    first = arrived(60, 62, 10, confidence=1)
    later = replace(first, span=span(90, 122), decided_at=at(130), confidence=3)
    on, (_, made, again) = tell(
        None, ("home", departed()), sails(60, 10), ("away", first), ("away", later)
    )
    assert event_id(SHE, made) == event_id(SHE, again)
    assert (again.span, again.decided_at, again.confidence) == (span(90, 122), at(130), 3)
    assert again.figures["arrived_earliest"] == to_iso(at(90))
    assert (again.figures["from"], again.figures["to"], on.port) == ("home", "away", "away")
    assert (made.figures["needed_kn"], again.figures["needed_kn"]) == (9.7, 4.9)
    assert again.why == "From home to away; she needed 5 kn at least."


def test_found_at_another_port_without_a_departure_nothing_is_told() -> None:
    """Nobody knows when she left; from there on she is watched, and her next voyage begins."""
    on, told = tell(None, ("home", arrived(0, 2)), ("away", arrived(600, 602, 40)))
    assert told == []
    assert (on.state, on.port) == (VoyageState.IN_PORT, "away")
    _, (begun,) = tell(on, ("away", departed(700, 702)))
    assert begun.figures["from"] == "away"


def test_a_departure_that_is_told_after_the_arrival_elsewhere_makes_the_voyage() -> None:
    """Two ports side by side: she lies in the one before she is out of the other's approach."""
    on, (begun, made) = tell(
        None, ("home", arrived(-60, -58)), ("away", arrived(60, 62, 10)),
        ("home", replace(departed(), decided_at=at(70))),
    )  # fmt: skip
    assert (begun.kind, begun.figures["from"]) == (EventKind.VOYAGE_BEGUN, "home")
    assert (made.kind, made.figures["from"], made.figures["to"]) == (
        EventKind.VOYAGE_MADE, "home", "away",
    )  # fmt: skip
    assert (made.span, made.decided_at) == (span(60, 62), at(70))
    assert made.figures["sailed_least_m"] == pytest.approx(10 * MILE, rel=0.01)
    assert (on.state, on.port) == (VoyageState.IN_PORT, "away")
    _, (again,) = tell(on, ("away", departed(700, 702)))
    assert again.figures["from"] == "away"


def test_a_voyage_of_the_version_before_is_taken_up() -> None:
    """It knew of no arrival that is told too early; older or damaged ones are not readable."""
    on, _ = tell(None, ("home", departed()))
    before = kept.parsed(kept.dump(on))["state"]
    del before["early"], before["early_port"]
    assert kept.read(Voyage, VOYAGES.upgrade(SHE, before, 1)) == on
    for state, version in ((before, 0), ([], 1)):
        with pytest.raises(kept.NotReadableError):
            VOYAGES.upgrade(SHE, state, version)


def test_departed_twice_without_an_arrival_two_voyages_were_begun() -> None:
    """She called somewhere that nobody watches, or was not seen to stop."""
    on, told = tell(None, ("home", departed()), sails(60, 10), ("away", departed(600, 602)))
    assert [fact.kind for fact in told] == [EventKind.VOYAGE_BEGUN] * 2
    assert (on.port, on.key_at, on.sailed_m) == ("away", at(602), 0)


def test_without_facts_nothing_is_watched() -> None:
    """A fix or a static report of a ship that never called begins nothing."""
    assert VOYAGES.step(None, Moment(at(0), fix=sails(0))) == (None, [])
    assert VOYAGES.step(None, says(0, draught_m=5.0)) == (None, [])


# -- sailed, heard and not heard -------------------------------------------------------------------


def test_what_was_sailed_where_heard_is_the_way_from_fix_to_fix() -> None:
    """Not the great circle: she went out 10 miles, came back 5, and went on."""
    _, (_, made) = tell(
        None, ("home", departed()), sails(60, 10), sails(90, 5), sails(180, 20),
        ("away", arrived(180, 182, 20)),
    )  # fmt: skip
    assert made.figures["sailed_heard_m"] == pytest.approx(30 * MILE, rel=0.01)
    assert made.figures["sailed_least_m"] == made.figures["sailed_heard_m"]
    assert made.figures["unheard_s"] == 0
    assert made.figures["last_heard_at"] is None
    assert made.figures["needed_kn"] == pytest.approx(9.9, abs=0.1)


def test_a_leg_of_more_than_four_hours_is_a_silence() -> None:
    """Four hours are still heard; a minute more is not: she may have sailed more than that."""
    for hours, heard in ((4.0, 40), (4 + 1 / 60, 0)):
        _, (_, made) = tell(
            None, ("home", departed()), sails(2 + hours * HOUR, 40),
            ("away", arrived(300, 302, 40)),
        )  # fmt: skip
        figures = made.figures
        assert figures["sailed_heard_m"] == pytest.approx(heard * MILE, rel=0.01)
        assert figures["sailed_least_m"] == pytest.approx(40 * MILE, rel=0.01)
        assert figures["unheard_s"] == (0 if heard else round(hours * 3600))


def test_the_longest_silence_is_told_with_its_two_ends() -> None:
    """All of them are counted; where she was last and first is told of one."""
    fixes = [sails(60, 10), sails(60 + 5 * HOUR, 30), sails(60 + 33 * HOUR, 200),
             sails(60 + 39 * HOUR, 220)]  # fmt: skip
    end = 60 + 39 * HOUR
    _, (_, made) = tell(None, ("home", departed()), *fixes, ("away", arrived(end, end + 2, 220)))
    figures = made.figures
    assert figures["unheard_s"] == 39 * 3600
    assert (figures["last_heard_at"], figures["heard_again_at"]) == (
        to_iso(fixes[1].at), to_iso(fixes[2].at),
    )  # fmt: skip
    assert figures["last_heard_lat"] == round(fixes[1].lat, 6)
    assert figures["heard_again_lat"] == round(fixes[2].lat, 6)
    assert "; not heard for 28 h, 170 NM of it;" in made.why
    assert set(fixes[1:3]) <= set(made.fixes)


def test_who_left_in_a_silence_was_not_heard_from_the_quay_on() -> None:
    """Last heard at the berth, 30 hours later at sea."""
    before, after = sails(0), sails(30 * HOUR, 150)
    left = departed(0, 20 * HOUR, before, after, decided_at=after.at)
    _, (_, made) = tell(
        None,
        ("home", left),
        sails(31 * HOUR, 160),
        ("away", arrived(32 * HOUR, 32 * HOUR + 2, 160)),
    )
    assert made.figures["unheard_s"] == 30 * 3600
    assert made.figures["last_heard_at"] == to_iso(before.at)
    assert made.figures["sailed_heard_m"] == pytest.approx(10 * MILE, rel=0.01)


def test_who_cast_off_and_waited_in_the_approach_was_heard() -> None:
    """Evidence of a departure: how she cast off, and how she left the approach, hours later."""
    left = departed(
        0, 2, sails(0), sails(2), sails(8 * HOUR), sails(8 * HOUR + 2, 1),
        decided_at=at(8 * HOUR + 4),
    )  # fmt: skip
    _, (_, made) = tell(
        None, ("home", left), sails(9 * HOUR, 10), ("away", arrived(9 * HOUR, 9 * HOUR + 2, 10))
    )
    assert made.figures["unheard_s"] == 0
    assert made.figures["last_heard_at"] is None


def test_who_cast_off_and_left_in_a_silence_was_not_heard_in_it() -> None:
    """She had started, and may have stopped again; or no ship, or hardly any, is so fast."""
    fixes = sails(0), sails(2), sails(9 * HOUR), sails(39 * HOUR, 150)
    for known in (
        Span(earliest=at(0), at=None, latest=fixes[-1].at),
        Span(earliest=None, at=None, latest=None),
    ):
        left = departed(0, 2, *fixes, span=known, decided_at=fixes[-1].at)
        on, _ = tell(None, ("home", left))
        assert (on.before, on.after) == (fixes[2], fixes[3])
        assert on.unheard_us == fixes[3].at - fixes[2].at


def test_the_speed_needed_is_unknown_where_an_end_has_no_bound() -> None:
    """Found in the harbour: when she came nobody knows."""
    unknown = replace(arrived(60, 62, 10), span=Span(earliest=at(60), at=None, latest=None))
    _, (_, made) = tell(None, ("home", departed()), sails(60, 10), ("away", unknown))
    assert made.figures["needed_kn"] is None
    assert made.why == "From home to away."


# -- what she said ---------------------------------------------------------------------------------


def test_the_destination_that_she_left_with_is_told() -> None:
    """As she declared it in port."""
    _, (begun,) = tell(
        None, ("home", arrived(-60, -50)), says(-10, destination="AWAY", draught_m=8.2),
        ("home", departed()),
    )  # fmt: skip
    assert begun.figures["destination"] == "AWAY"
    assert begun.figures["draught_before_m"] == 8.2
    assert begun.why == "Departed from home, bound for AWAY as she says."


def test_a_destination_declared_at_sea_is_the_voyages() -> None:
    """The last before she arrives; one declared after it is the next voyage's."""
    on, (_, made) = tell(
        None, ("home", departed()), says(10, destination="ELSEWHERE"), says(20, destination="AWAY"),
        sails(60, 10), ("away", arrived(60, 62, 10)),
    )  # fmt: skip
    assert made.figures["destination"] == "AWAY"
    _, (begun,) = tell(on, says(70, destination="HOME"), ("away", departed(90, 92)))
    assert begun.figures["destination"] == "HOME"


def test_the_draught_before_and_after_tell_whether_she_loaded() -> None:
    """Before: as she left. After: as she says by the time that she has arrived."""
    _, (_, made) = tell(
        None, ("home", arrived(-60, -50)), says(-10, draught_m=8.2), ("home", departed()),
        says(30, draught_m=11.5), sails(60, 10), ("away", arrived(60, 62, 10)),
    )  # fmt: skip
    assert made.figures["draught_before_m"] == 8.2
    assert made.figures["draught_after_m"] == 11.5


def test_a_draught_that_is_said_after_the_arrival_is_told_once() -> None:
    """She had said none; the voyage is told again with it, and a later one is another story."""
    on, (_, made) = tell(None, ("home", departed()), sails(60, 10), ("away", arrived(60, 62, 10)))
    assert made.figures["draught_after_m"] is None
    on, (again,) = tell(on, says(90, draught_m=7.0))
    assert event_id(SHE, again) == event_id(SHE, made)
    assert again.figures == {**made.figures, "draught_after_m": 7.0}
    assert (again.span, again.decided_at) == (made.span, at(90))
    assert tell(on, says(100, draught_m=9.0))[1] == []


def test_a_draught_that_she_took_in_port_does_not_change_an_arrival_known_better() -> None:
    """She loads while her arrival is told again: she came with what she said then."""
    first = arrived(60, 62, 10)
    _, (_, _, again) = tell(
        None, ("home", arrived(-60, -50)), says(-10, draught_m=8.2), ("home", departed()),
        sails(60, 10), ("away", first), says(90, draught_m=11.5),
        ("away", replace(first, span=span(60, 100), decided_at=at(130))),
    )  # fmt: skip
    assert again.figures["draught_after_m"] == 8.2


def test_a_draught_said_at_a_third_port_is_not_the_voyages() -> None:
    """She was found elsewhere, nobody knows how: what she says there tells nothing of before."""
    on, _ = tell(None, ("home", departed()), sails(60, 10), ("away", arrived(60, 62, 10)))
    _, told = tell(on, ("third", arrived(600, 602, 40)), says(700, draught_m=9.0))
    assert told == []


def test_what_she_has_said_before_she_is_watched_counts() -> None:
    """With a departure comes what she says of herself by then."""
    words = Static(mmsi=MMSI, draught_m=6.5, destination="AWAY")
    fact = departed()
    _, (begun,) = tell(None, Moment(fact.decided_at, fact=fact, port="home", static=words))
    assert (begun.figures["draught_before_m"], begun.figures["destination"]) == (6.5, "AWAY")


# -- a leap is a contradiction ---------------------------------------------------------------------


def leapt() -> Voyage:
    """Her number was at home, and is far away where no ship can have come."""
    on, told = tell(None, Moment(at(600), fix=sails(500, 2000), port="home", leap=True))
    assert told == []
    return on


def test_a_voyage_behind_a_leap_is_a_contradiction_and_has_no_bounds() -> None:
    """Of the lowest confidence; nothing of it is known, how far or how fast either."""
    _, (made,) = tell(leapt(), sails(620, 2001), ("away", arrived(630, 640, 2001)))
    assert (made.kind, made.confidence) == (EventKind.VOYAGE_MADE, 1)
    assert (made.span.earliest, made.span.at, made.span.latest) == (None, None, None)
    assert made.figures["contradiction"] is True
    unknown = ("sailed_heard_m", "sailed_least_m", "needed_kn", "last_heard_at")
    assert [made.figures[name] for name in unknown] == [None] * 4
    assert "no ship is so fast" in made.why


def test_a_contradiction_that_is_told_again_stays_one() -> None:
    """Her arrival there is known better, and is still another ship's or false."""
    first = arrived(630, 640, 2001)
    again = replace(first, span=span(650, 660), decided_at=at(670))
    _, told = tell(leapt(), ("away", first), ("away", again), says(700, draught_m=5.0))
    assert len({event_id(SHE, fact) for fact in told}) == 1
    assert [fact.figures["contradiction"] for fact in told] == [True] * 3
    assert {fact.span.latest for fact in told} == {None}


def test_the_voyage_after_a_contradiction_is_a_voyage() -> None:
    """From where the number is now, it is one ship's again."""
    on, _ = tell(leapt(), ("away", arrived(630, 640, 2001)))
    left = departed(700, 702, sails(700, 2001), sails(702, 2001))
    _, (_, made) = tell(on, ("away", left), sails(760, 1991), ("third", arrived(760, 762, 1991)))
    assert made.figures["contradiction"] is False
    assert made.figures["sailed_heard_m"] == pytest.approx(10 * MILE, rel=0.01)


# -- restart ---------------------------------------------------------------------------------------


def test_a_voyage_is_the_same_after_any_restart() -> None:
    """Kept and read back before everything that happens to her, it tells the same."""
    first = arrived(41 * HOUR, 41 * HOUR + 2, 300)
    what: list[Moment | Fix | tuple[str, Fact]] = [
        ("home", arrived(-60, -50)), says(-10, draught_m=8.2, destination="AWAY"),
        ("home", departed()), sails(60, 10), says(70, destination="AWAY 2"),
        sails(40 * HOUR, 290), sails(41 * HOUR, 300), ("away", first),
        ("away", replace(first, span=span(41 * HOUR, 41 * HOUR + 20), decided_at=at(42 * HOUR))),
        says(43 * HOUR, draught_m=5.1), ("away", departed(50 * HOUR, 50 * HOUR + 2)),
    ]  # fmt: skip
    _, plain = tell(None, *what)
    on: Voyage | None = None
    told = []
    for item in what:
        on, found = tell(on, item)
        told += found
        on = kept.load(Voyage, kept.dump(on))
    assert told == plain
    assert len(plain) == 4
