"""Names: since when each is known, whatever order they came in, and across a restart."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from monitor.engine import said_kept
from monitor.engine.identity import Names
from monitor.engine.kept import Kept
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


def changed(names: Names, *, full: bool = False) -> dict[int, str | None]:
    """What ships are called, of what is to be kept."""
    found = said_kept.read(names.take_changed(full=full)).said
    return {mmsi: said.name for mmsi, said in found.items()}


class Store:
    """What was kept, row by row, as a database has it."""

    def __init__(self) -> None:
        """Nothing is kept."""
        self.rows: dict[tuple[str, str], Kept] = {}

    def keep(self, names: Names) -> int:
        """Take what changed; how many rows that was."""
        rows = names.take_changed()
        for row in rows:
            if row.state is None:
                self.rows.pop((row.detector, row.key), None)
            else:
                self.rows[row.detector, row.key] = row
        return len(rows)

    def restarted(self, names: Names) -> Names:
        """Keep what changed, and go on from all that is kept."""
        self.keep(names)
        again = Names()
        assert again.restore(self.rows.values()) == []
        assert sorted(again.take_changed(full=True)) == sorted(names.take_changed(full=True))
        return again


def told(names: Names, *minutes: float, mmsi: int = MMSI) -> list[str | None]:
    return [names.of(mmsi, at(minute)) for minute in minutes]


def test_a_ship_that_said_nothing_has_no_name() -> None:
    """Nor has one that said who she is and not what she is called."""
    names = Names()
    names.put([said(0, None)])
    names.advance(at(5) + 1)
    names.settle()
    assert told(names, 0, 9) == [None, None]
    assert changed(names, full=True) == {}


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
    assert changed(names) == {MMSI: "CARLA"}


def test_a_ship_may_take_her_old_name_again() -> None:
    """There and back within a batch is two changes."""
    names = Names()
    names.put([said(1, "ALDA"), said(2, "BERTA"), said(3, "ALDA")])
    names.advance(at(5) + 1)
    assert told(names, 1, 2, 3) == ["ALDA", "BERTA", "ALDA"]


def test_what_was_said_before_does_not_wait_again() -> None:
    """Ships say their names every six minutes; an older report that differs is news.

    What was passed over and is no earlier than such a one takes it back, and what comes of her
    before the next batch may.
    """
    names = Names()
    for minute, name in ((2, "A"), (3, "A"), (1, "A"), (1.5, "B"), (3.9, "A"), (5, "B")):
        names.put([said(minute, name)])
    waiting = said_kept.read(names.take_changed()).waiting.values()
    assert [report.known_at for report in waiting] == [at(n) for n in (2, 1, 3, 1.5, 3.9, 5)]


def test_only_a_change_is_told_and_once() -> None:
    """A name that is what it was is none; all of them where all are asked for."""
    names = Names()
    for minute, name in ((1, "ALDA"), (2, "ALDA"), (3, "BERTA")):
        names.put([said(minute, name), said(minute, "DORA", mmsi=MMSI + 1)])
        names.advance(at(minute) + 1)
        names.settle()
    assert changed(names) == {MMSI: "BERTA", MMSI + 1: "DORA"}
    assert changed(names) == {}
    names.put([said(4, "CARLA"), said(4.5, "BERTA")])
    names.advance(at(5) + 1)
    names.settle()
    assert changed(names) == {}
    assert changed(names, full=True) == {MMSI: "BERTA", MMSI + 1: "DORA"}


# -- restart -------------------------------------------------------------------------------------


def test_a_name_that_waits_is_not_known_after_a_restart_either() -> None:
    """Though the store has it already: until then she is called as before, or not at all."""
    names = Names()
    names.put([said(1, "ALDA")])
    names.advance(at(2) + 1)
    names.settle()
    names.put([said(4, "BERTA"), said(4, "DORA", mmsi=MMSI + 1)])
    again = Store().restarted(names)
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
    again = Store().restarted(names)
    again.put([said(5, "BERTA"), said(2.9, "DORA", mmsi=MMSI + 1)])
    assert again.take_changed() == []
    again.put([said(5.5, "ALDA")])
    assert len(again.take_changed()) == 1


def test_draught_and_destination_that_are_known_are_no_news_after_a_restart() -> None:
    names = Names()
    static = said(1, "ALDA")
    static = replace(static, static=replace(static.static, draught_m=7.3, destination="TOBRUK"))
    names.put([static])
    names.advance(at(2) + 1)
    names.settle()
    again = Store().restarted(names)
    assert again.said_by(MMSI, at(3)) == (7.3, "TOBRUK")
    again.put([replace(static, at=at(2.9), known_at=at(2.9))])
    assert again.take_changed() == []


def test_a_thousand_new_names_are_written_once_each() -> None:
    """However many batches they wait: a row when they come, and three when they count."""
    names, store = Names(), Store()
    counts = []
    for batch in range(10):
        names.put([said(9, f"N{i}", mmsi=MMSI + i) for i in range(100 * batch, 100 * batch + 100)])
        names.advance(at(1))
        names.settle()
        counts.append(store.keep(names))
    assert counts == [100] * 10
    names.advance(at(10))
    names.settle()
    assert store.keep(names) == 3000  # a thousand wait no more, and are known since then
    assert len(store.rows) == 2000
    assert store.keep(names) == 0


def test_what_waited_and_cannot_be_read_is_said_and_goes() -> None:
    names = Names()
    names.put([said(4, "BERTA")])
    (row,) = names.take_changed()
    again = Names()
    (note,) = again.restore([row._replace(state="{}")])
    assert note.startswith("Static reports that waited are let go: ")
    assert again.take_changed() == [row._replace(state=None)]


def test_who_is_taken_again_is_called_as_found_there() -> None:
    """What came late of hers waits no more, for it was taken; what is still to count does."""
    names, other, store = Names(), Names(), Store()
    names.put([said(1, "LATE", known=4), said(5, "NEXT"), said(1, "DORA", known=4, mmsi=MMSI + 1)])
    assert store.keep(names) == 3
    other.put([said(1, "LATE")])
    other.advance(at(3))
    other.settle()
    names.adopt(other, [MMSI])
    assert told(names, 3) == ["LATE"]
    assert store.keep(names) == 3  # one waits no more, what she says, and since when
    again = store.restarted(names)
    again.advance(at(6))
    assert told(again, 3, 4.5, 5) == ["LATE", "LATE", "NEXT"]
    assert told(again, 3, 4, mmsi=MMSI + 1) == [None, "DORA"]


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
    names, store = Names(), Store()
    begin, since = 0, -10.0
    for end in [*sorted(chance.sample(range(1, len(reports)), 15)), len(reports)]:
        until = reports[end - 1][0] - 1
        names.put([report for _, report in reports[begin:end]])
        if chance.random() < 0.4:
            names = store.restarted(names)
        names.advance(at(until) + 1)
        for minute in [since + step / 4 for step in range(1, round((until - since) * 4) + 1)]:
            for mmsi in range(MMSI, MMSI + 3):
                before = [
                    (said_kept.place_of(report), report.static.name)
                    for _, report in reports[:end]
                    if report.static.mmsi == mmsi
                    and report.static.name is not None
                    and report.known_at <= at(minute)
                ]
                assert names.of(mmsi, at(minute)) == (max(before)[1] if before else None)
        names.settle()
        begin, since = end, until
