"""Why a vessel was not heard: seas made by hand, each with one thing wrong."""

from __future__ import annotations

import pytest

from monitor.engine.reception import BUCKET_US, ENOUGH_DAYS, LONGEST_GAP_US
from monitor.units import HOUR_US, SECOND_US
from tests.unit.engine.hearing import LAT, LON, NOON, OTHERS, SHE, heard, span, word

# -- one cause each ------------------------------------------------------------------------------


def test_the_vessel() -> None:
    """Others are heard meanwhile as before: it is she who is silent."""
    reception = heard(span(-4, 4, *OTHERS), span(-4, 0, SHE))
    cause = reception.cause("home", SHE, NOON, NOON + 4 * HOUR_US)
    assert cause.word == "vessel"
    assert cause.figures == {
        "feed_quiet_s": 0, "others_heard": 10 * 23, "others_usual": 10 * 22.0,
    }  # fmt: skip
    assert cause.why == "Others here were heard meanwhile."


def test_the_feed() -> None:
    """Nothing came from anywhere, for half of the time or more."""
    before = span(-4, 0, SHE, *OTHERS), span(-4, 0, 300_000_001, lon=5.0)
    assert word(heard(*before)) == "feed"
    assert word(heard(*before, span(2.17, 4, *OTHERS))) == "feed"
    assert word(heard(*before, span(1.9, 4, *OTHERS))) == "vessel"


def test_the_coverage() -> None:
    """The feed goes on elsewhere, and nobody is heard here."""
    reception = heard(
        span(-4, 0, SHE, *OTHERS), span(-4, 4, 300_000_001, lon=5.0), span(1, 1.2, OTHERS[0])
    )
    assert word(reception) == "coverage"


@pytest.mark.parametrize(("others", "expected"), [(2, "vessel"), (3, "jamming-suspected")])
@pytest.mark.parametrize("how", ["no position", "far away"])
def test_jamming(others: int, expected: str, how: str) -> None:
    """Three others that were here lose their position, or are 100 miles off ten minutes later."""
    lon, lat = (float("nan"), float("nan")) if how == "no position" else (LON + 5.0, LAT)
    reception = heard(
        span(-4, 4, *OTHERS[5:]), span(-4, 1, SHE, *OTHERS[:others]),
        span(1, 1.4, *OTHERS[:others], lon=lon, lat=lat),
    )  # fmt: skip
    assert word(reception) == expected


def test_nothing_can_be_told() -> None:
    """Too few others; a gap without a whole bucket; one that is too long."""
    alone = heard(span(-4, 0, SHE), span(-4, 4, 300_000_001, lon=5.0))
    assert word(alone) is None
    busy = heard(span(-40, 40, *OTHERS))
    assert word(busy, 0, 0.2) is None
    longest_h = LONGEST_GAP_US // HOUR_US
    assert word(busy, 0, longest_h) == "vessel"
    assert word(busy, 0, longest_h + 0.1) is None
    assert busy.cause("home", SHE, NOON, NOON).word is None
    assert busy.cause("home", SHE, NOON, NOON - HOUR_US).word is None
    assert busy.cause("nowhere", SHE, NOON, NOON + HOUR_US).word is None


# -- who counts ----------------------------------------------------------------------------------


def test_she_herself_never_counts() -> None:
    """Another with her number, or she on a second feed, is no witness."""
    elsewhere = span(-4, 4, 300_000_001, lon=5.0)
    crowd = span(-4, 0, SHE, *OTHERS)
    assert word(heard(elsewhere, crowd, span(0, 4, SHE, source=1))) == "coverage"
    assert word(heard(elsewhere, span(-4, 0, SHE, OTHERS[0], every=SECOND_US * 30))) == "coverage"
    two = span(-4, 1, SHE, *OTHERS[:2]), span(1, 1.4, SHE, *OTHERS[:2], lon=LON + 5.0)
    assert word(heard(*two, span(-4, 4, *OTHERS[5:]))) == "vessel"


def test_she_does_not_count_in_what_is_usual() -> None:
    """Her own sightings of other days are taken off."""
    days = [span(24 * -day - 4, 24 * -day + 4, SHE) for day in range(1, 10)]
    reception = heard(*days, span(-4, 4, 300_000_001, lon=5.0))
    assert reception.cause("home", SHE, NOON, NOON + 4 * HOUR_US).figures["others_usual"] == 0
    assert word(reception) is None


def test_two_feeds_and_one_is_quiet() -> None:
    """The other one would have heard her."""
    both = span(-4, 0, SHE, *OTHERS), span(-4, 0, SHE, *OTHERS, source=1)
    assert word(heard(*both, span(0, 4, *OTHERS, source=1))) == "vessel"
    assert word(heard(*both)) == "feed"


def test_a_feed_that_never_heard_this_port_says_nothing() -> None:
    """A feed of another coast goes on: the one that was here is out."""
    other = span(-4, 4, 300_000_001, lon=5.0, source=1)
    assert word(heard(other, span(-4, 0, SHE, *OTHERS))) == "feed"


def test_one_vessel_on_two_feeds_is_one() -> None:
    """Sightings are of vessels, not of messages."""
    reception = heard(
        span(-4, 4, *OTHERS[:3], every=30 * SECOND_US), span(-4, 4, *OTHERS[:3], source=1)
    )
    figures = reception.cause("home", SHE, NOON, NOON + 4 * HOUR_US).figures
    assert (figures["others_heard"], figures["others_usual"]) == (3 * 23, 3 * 22)


# -- what is usual -------------------------------------------------------------------------------


def test_a_quiet_hour_is_usual() -> None:
    """Just before, many were heard; but at this hour nobody ever is."""
    days = [span(24 * -day - 4, 24 * -day, *OTHERS) for day in range(14)]
    night = [span(24 * -day, 24 * -day + 4, OTHERS[0]) for day in range(1, 14)]
    elsewhere = span(-4, 4, 300_000_001, lon=5.0)
    assert word(heard(*days, elsewhere)) == "coverage"  # no such night is known
    assert word(heard(*days, *night, elsewhere)) is None


def test_a_busy_hour_is_usual() -> None:
    """Just before, nobody was heard; but at this hour many always are."""
    days = [span(24 * -day, 24 * -day + 4, *OTHERS) for day in range(1, 14)]
    elsewhere = span(-4, 4, 300_000_001, lon=5.0)
    assert word(heard(*days, elsewhere, span(-4, 0, SHE))) == "coverage"


@pytest.mark.parametrize("days", [ENOUGH_DAYS - 1, ENOUGH_DAYS])
def test_enough_days(days: int) -> None:
    """With fewer, what was heard just before is what is usual."""
    known = [span(24 * -day, 24 * -day + 4, *OTHERS) for day in range(1, days + 1)]
    elsewhere = span(-4, 4, 300_000_001, lon=5.0)
    expected = "coverage" if days == ENOUGH_DAYS else None
    assert word(heard(*known, elsewhere, span(-4, 0, SHE))) == expected


def test_days_beyond_the_baseline_are_forgotten() -> None:
    """Fourteen days count; the fifteenth does not."""
    for oldest, expected in ((14, "coverage"), (17, None)):
        days = [span(24 * -day, 24 * -day + 4, *OTHERS) for day in range(oldest - 2, oldest + 1)]
        elsewhere = span(-4, 4, 300_000_001, lon=5.0)
        assert word(heard(*days, elsewhere, span(-4, 0, SHE))) == expected


def test_the_median_day() -> None:
    """One outage of long ago is no rule, and neither is one regatta."""
    days = [span(24 * -day, 24 * -day + 4, *OTHERS[: 1 if day < 3 else 10]) for day in range(1, 8)]
    reception = heard(*days, span(-4, 4, 300_000_001, lon=5.0))
    usual = reception.cause("home", SHE, NOON, NOON + 4 * HOUR_US).figures["others_usual"]
    assert usual == 9 * 23  # ten without one that might be she


def test_the_last_hour() -> None:
    """Vessels, feeds, and when something was heard last."""
    reception = heard(
        span(-30, -29, *OTHERS), span(-1, 0, *OTHERS[:3]), span(-1, -0.5, SHE, source=1)
    )
    hour = reception.hour_of("home", NOON)
    assert (hour.vessels, hour.feeds, hour.usual) == (4, {0, 1}, None)
    assert hour.heard_at == NOON - BUCKET_US // 2
    nothing = reception.hour_of("nowhere", NOON)
    assert (nothing.vessels, nothing.heard_at, nothing.usual, nothing.feeds) == (
        0,
        None,
        None,
        set(),
    )
