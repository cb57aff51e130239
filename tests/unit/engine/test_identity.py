"""Names: since when each is known, whatever order they came in, and across a restart."""

from __future__ import annotations

import json
import random

import pytest

from monitor.engine.identity import Names
from monitor.engine.kept import NotReadableError
from monitor.model import Static, StaticReport
from tests.scenario.sea import MMSI
from tests.unit.engine.arrivals import at


def said(
    minute: float, name: str | None, *, known: float | None = None, seq: int = 0, mmsi: int = MMSI
) -> StaticReport:
    """Return a static report of a minute, known from then on or from a later one."""
    return StaticReport(
        at=at(minute), received_at=at(minute), seq=seq, source=0,
        static=Static(mmsi=mmsi, name=name), known_at=at(minute if known is None else known),
    )  # fmt: skip


def told(names: Names, *minutes: float, mmsi: int = MMSI) -> list[str | None]:
    return [names.of(mmsi, at(minute)) for minute in minutes]


def test_a_ship_that_said_nothing_has_no_name() -> None:
    """Nor has one that said who she is and not what she is called."""
    names = Names()
    names.put([said(0, None)])
    names.advance(at(5) + 1)
    names.settle()
    assert told(names, 0, 9) == [None, None]
    assert names.take_changed(full=True) == {}


def test_a_name_counts_from_its_instant_on() -> None:
    """Not before, within the batch that brought it; from the next batch on it is hers."""
    names = Names()
    names.put([said(3, "ALDA")])
    names.advance(at(5) + 1)
    assert told(names, 2.99, 3, 4) == [None, "ALDA", "ALDA"]
    names.settle()
    assert told(names, 6) == ["ALDA"]


def test_a_name_that_came_late_counts_from_when_it_came() -> None:
    """Its own time is long past, and what was told then bears no name."""
    names = Names()
    names.put([said(0, "ALDA", known=4)])
    names.advance(at(5) + 1)
    assert told(names, 3.9, 4) == [None, "ALDA"]


def test_a_name_waits_for_the_watermark() -> None:
    """What lies beyond it is not known yet; at the watermark itself it is."""
    names = Names()
    names.put([said(3, "ALDA")])
    names.advance(at(2.99) + 1)
    assert told(names, 3) == [None]
    names.settle()
    names.advance(at(3) + 1)
    assert told(names, 3) == ["ALDA"]


def test_two_names_in_a_batch_each_have_their_time() -> None:
    """Whatever order they came in; of one instant the last to arrive counts."""
    names = Names()
    names.put([said(4, "CARLA", seq=3), said(2, "ALDA", seq=4), said(4, "BERTA", seq=2)])
    names.advance(at(5) + 1)
    assert told(names, 1, 2, 3.9, 4) == [None, "ALDA", "ALDA", "CARLA"]
    names.settle()
    assert told(names, 2) == ["CARLA"]
    assert names.take_changed(full=False) == {MMSI: "CARLA"}


def test_a_ship_may_take_her_old_name_again() -> None:
    """There and back within a batch is two changes."""
    names = Names()
    names.put([said(1, "ALDA"), said(2, "BERTA"), said(3, "ALDA")])
    names.advance(at(5) + 1)
    assert told(names, 1, 2, 3) == ["ALDA", "BERTA", "ALDA"]


def test_what_was_said_before_does_not_wait_again() -> None:
    """Ships say their names every six minutes; an older report that differs is news."""
    names = Names()
    for minute, name in ((2, "A"), (3, "A"), (1, "A"), (1.5, "B"), (4, "A"), (5, "B")):
        names.put([said(minute, name)])
    waiting, _ = json.loads(json.dumps(names.waiting()))
    assert [report["known_at"] for report in waiting] == [at(2), at(1), at(1.5), at(5)]


def test_only_a_change_is_told_and_once() -> None:
    """A name that is what it was is none; all of them where all are asked for."""
    names = Names()
    for minute, name in ((1, "ALDA"), (2, "ALDA"), (3, "BERTA")):
        names.put([said(minute, name), said(minute, "DORA", mmsi=MMSI + 1)])
        names.advance(at(minute) + 1)
        names.settle()
    assert names.take_changed(full=False) == {MMSI: "BERTA", MMSI + 1: "DORA"}
    assert names.take_changed(full=False) == {}
    names.put([said(4, "CARLA"), said(4.5, "BERTA")])
    names.advance(at(5) + 1)
    names.settle()
    assert names.take_changed(full=False) == {}
    assert names.take_changed(full=True) == {MMSI: "BERTA", MMSI + 1: "DORA"}


# -- restart -------------------------------------------------------------------------------------


def restarted(names: Names) -> Names:
    """Keep and read back, as JSON does; the store's names may be newer than those of the core."""
    waiting, before = json.loads(json.dumps(names.waiting()))
    stored = names.take_changed(full=True)
    for report in waiting:
        stored[report["static"]["mmsi"]] = report["static"]["name"]
    again = Names()
    again.restore(stored, waiting, before)
    return again


def test_a_name_that_waits_is_not_known_after_a_restart_either() -> None:
    """Though the store has it already: until then she is called as before, or not at all."""
    names = Names()
    names.put([said(1, "ALDA")])
    names.advance(at(2) + 1)
    names.settle()
    names.put([said(4, "BERTA"), said(4, "DORA", mmsi=MMSI + 1)])
    again = restarted(names)
    again.advance(at(5) + 1)
    assert told(again, 3.9, 4) == ["ALDA", "BERTA"]
    assert told(again, 3.9, 4, mmsi=MMSI + 1) == [None, "DORA"]


def test_after_a_restart_a_name_that_is_known_is_no_news() -> None:
    """Neither one that holds nor one that waits."""
    names = Names()
    names.put([said(1, "ALDA"), said(1, "DORA", mmsi=MMSI + 1)])
    names.advance(at(2) + 1)
    names.settle()
    names.put([said(4, "BERTA")])
    again = restarted(names)
    again.put([said(5, "BERTA"), said(5, "DORA", mmsi=MMSI + 1)])
    assert len(again.waiting()[0]) == 1
    again.put([said(5, "ALDA")])
    assert len(again.waiting()[0]) == 2


@pytest.mark.parametrize("waiting", [[7], [{}], [{"at": 1}], [None]])
def test_what_waited_and_cannot_be_read_is_said(waiting: list[object]) -> None:
    """Before anything is taken over."""
    names = Names()
    with pytest.raises(NotReadableError):
        names.restore({MMSI: "ALDA"}, waiting, {})
    assert names.names == {}


@pytest.mark.parametrize("seed", range(20))
def test_any_cuts_and_restarts_give_each_instant_the_same_name(seed: int) -> None:
    """New names of three ships, some late: as by looking through all that was said."""
    chance = random.Random(seed)
    reports, heard = [], 0.0
    for seq in range(60):
        heard += chance.randrange(3) / 4
        known = heard + chance.randrange(-8, 1) / 4
        name = chance.choice((f"ALDA {seq}", None))
        mmsi = MMSI + chance.randrange(3)
        reports.append((heard, said(known, name, known=max(known, heard - 1), seq=seq, mmsi=mmsi)))
    names = Names()
    begin, since = 0, -10.0
    for end in [*sorted(chance.sample(range(1, len(reports)), 15)), len(reports)]:
        until = reports[end - 1][0] - 1
        names.put([report for _, report in reports[begin:end]])
        if chance.random() < 0.4:
            names = restarted(names)
        names.advance(at(until) + 1)
        for minute in [since + step / 4 for step in range(1, round((until - since) * 4) + 1)]:
            for mmsi in range(MMSI, MMSI + 3):
                before = [
                    (report.known_at, report.seq, report.static.name)
                    for _, report in reports[:end]
                    if report.static.mmsi == mmsi
                    and report.static.name is not None
                    and report.known_at <= at(minute)
                ]
                assert names.of(mmsi, at(minute)) == (max(before)[2] if before else None)
        names.settle()
        begin, since = end, until
