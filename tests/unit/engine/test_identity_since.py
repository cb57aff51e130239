"""Names: since when they stand and when they were said last, in any order and across restarts."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from monitor.engine.identity import Names
from monitor.model import Static
from monitor.units import MINUTE_US, NO_TIME
from tests.scenario.sea import MMSI
from tests.unit.engine.arrivals import at
from tests.unit.engine.test_identity import Store, said, told


def stands(names: Names, minute: float, field: str = "name") -> list[float | None]:
    """Since which minute she says it, and when she said it last, as of a minute."""
    instants = names.stood(MMSI, at(minute)).of(field)
    return [None if one == NO_TIME else (one - at(0)) / MINUTE_US for one in instants]


def test_what_is_said_again_is_noted_once_and_then_by_the_hour() -> None:
    """The first report of each hour; the clock stands at 22:13:20 when the sea begins."""
    names = Names()
    names.put([said(minute, "ALDA") for minute in range(0, 120, 6)])
    names.advance(at(120) + 1)
    seen = [stands(names, minute) for minute in (0, 5, 6, 40, 48, 107, 108)]
    assert seen == [[0, 0], [0, 0], [0, 6], [0, 6], [0, 48], [0, 48], [0, 108]]
    assert len(names.news) == 4
    assert [report.known_at for report in names.due] == [at(0)]
    names.settle()
    assert stands(names, 121) == [0, 108]


def test_what_is_news_bears_what_she_said_before() -> None:
    names = Names()
    names.put([said(0, "ALDA"), said(6, "ALDA"), said(9, "BERTA")])
    names.advance(at(10) + 1)
    first, again, other = names.news
    assert (first.before.name, again.before.name, other.before.name) == (None, "ALDA", "ALDA")
    assert other.stood.of("name") == (at(0), at(6))
    assert stands(names, 9) == [9, 9]
    assert stands(names, 9, "imo") == [None, None]


def test_who_only_lies_beside_others_has_a_name_and_is_no_news() -> None:
    names, other = Names(), MMSI + 1
    names.only = frozenset({MMSI})
    names.put([said(1, "HERS"), said(2, "OTHER", mmsi=other), said(4, "ANOTHER", mmsi=other)])
    names.advance(at(10))
    assert [report.static.name for report in names.due] == ["HERS"]
    assert [news.report.static.name for news in names.news] == ["HERS"]
    assert told(names, 1, 3, 5, mmsi=other) == [None, "OTHER", "ANOTHER"]


def test_a_flood_of_one_ship_is_taken_in_time() -> None:
    """Repeated and new by turns, the newest first: looked at one by one, not each with all."""
    names, count = Names(), 4_000
    names.put([said(count - n, "ALDA" if n % 2 else f"N{n}", seq=n) for n in range(count)])
    names.put([said(count + n / 1e6, "ZULU", seq=n) for n in range(count)])
    names.put([said(count - n, f"M{n}", seq=n) for n in range(count)])
    names.advance(at(2 * count))
    assert names.of(MMSI, at(2 * count)) == "ZULU"


@pytest.mark.parametrize(("until", "older", "last"), [(55, [], 60), (55, [58], 58), (61, [], 60)])
def test_what_was_passed_over_after_a_late_one_is_noted_when_she_is_taken_again(
    until: float, older: list[float], last: float
) -> None:
    """The late one counted as of the next hour; without it, another is the first of that hour."""
    names, other = Names(), Names()
    names.put([said(0, "ALDA"), said(40, "ALDA", known=50), said(60, "ALDA")])
    names.advance(at(until))
    assert stands(names, until) == [0, 50]
    names.settle()
    other.put([said(0, "ALDA"), said(40, "ALDA"), said(60, "ALDA")])
    other.advance(at(until))
    other.settle()
    names.adopt(other, [MMSI])
    assert stands(names, until) == [0, 40 if until < 60 else 60]
    names.put([said(minute, "ALDA") for minute in older])
    names.advance(at(62))
    assert stands(names, 62) == [0, last]


def test_reports_in_two_parts_are_noted_apart() -> None:
    """Types 24 A and B: one says the name, the other the rest."""
    names = Names()
    parts = [said(minute, "ALDA") for minute in range(0, 60, 6)]
    rest = [
        replace(one, at=one.at + 1, known_at=one.known_at + 1,
                static=Static(mmsi=MMSI, callsign="ABC"))
        for one in parts
    ]  # fmt: skip
    names.put([report for both in zip(parts, rest, strict=True) for report in both])
    names.advance(at(60) + 1)
    assert stands(names, 60) == [0, 48]
    assert stands(names, 60, "callsign") == pytest.approx([0, 48], abs=0.01)


@pytest.mark.parametrize("seed", range(30))
def test_two_ships_that_say_it_at_one_instant_are_told_alike_in_any_order(seed: int) -> None:
    """They use one number; what each says again counts there, too, and so does what is silent."""
    chance = random.Random(seed)
    words = [("ALDA", 1, None), ("BERTA", 2, None), (None, None, "X1"), ("ALDA", 3, None)]
    reports = []
    for seq in range(60):
        minute = seq // 3 * 3 + chance.choice((0, 0, 1))
        name, imo, callsign = chance.choice(words)
        static = Static(mmsi=MMSI, name=name, imo=imo, callsign=callsign)
        reports.append(replace(said(minute, None, seq=seq), static=static))
    told = []
    for shuffled in range(4):
        names, found = Names(), list[object]()
        for begin in range(0, 60, 3):
            came = reports[begin : begin + 3]
            names.put(chance.sample(came, 3) if shuffled else came)
            names.advance(at(begin - 3) + 1)
            found += [(news.report.static, news.before) for news in names.news if news.changes]
            found += [names.as_of(MMSI, at(begin - 3)), names.stood(MMSI, at(begin - 3))]
            names.settle()
        told.append(found)
    assert told == [told[0]] * 4


@pytest.mark.parametrize("seed", range(30))
def test_any_cuts_restarts_and_order_give_each_instant_the_same(seed: int) -> None:
    """Two names by turns, said every two minutes or so; restarts, or up to a minute late.

    Not both: what was passed over and not passed yet is not kept.
    """
    chance = random.Random(seed)
    reports, minute, name = [], 0.0, "ALDA"
    for seq in range(120):
        minute += chance.choice((0.5, 1, 2, 6))
        name = chance.choice((name, name, name, name, "ALDA", "BERTA"))
        reports.append(said(minute, name, seq=seq))
    straight, cut, store = Names(), Names(), Store()
    straight.put(reports)
    straight.advance(at(minute) + 1)
    delays = {report.seq: 0 if seed % 2 else chance.random() for report in reports}
    came = sorted(reports, key=lambda one: one.known_at + delays[one.seq] * MINUTE_US)
    begin, since = 0, -1.0
    for end in [*sorted(chance.sample(range(1, 120), 20)), 120]:
        cut.put(came[begin:end])
        until = (came[end - 1].known_at - at(0)) / MINUTE_US - 1
        until = minute if end == 120 else until
        if seed % 2:
            cut = store.restarted(cut)
        cut.advance(at(until) + 1)
        for quarter in range(round(since * 4) + 1, int(until * 4) + 1):
            instant = at(quarter / 4)
            assert cut.of(MMSI, instant) == straight.of(MMSI, instant)
            assert cut.stood(MMSI, instant) == straight.stood(MMSI, instant)
        cut.settle()
        begin, since = end, int(until * 4) / 4
