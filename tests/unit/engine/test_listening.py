"""What a watch hears no more: feeds and ports, by hand and cut anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.engine.detect.detector import Fact
from monitor.engine.listening import AWAY_US, FEED_DOWN_US, PORT_SILENT_US, Listening
from monitor.model import FIX, NamedArea, NamedFeed, Reports, Span
from monitor.model import EventKind as K
from monitor.units import HOUR_US, MINUTE_US, SECOND_US

BEGIN = 1_734_000_000 * SECOND_US
ROOF, COAST = "roof", "coast"
FOREVER = BEGIN + 10_000 * HOUR_US
TOOK = AWAY_US // 2
"""Between two ticks."""

Told = tuple[str, str, float, float]
"""(kind, whom, minute it began, minute it was decided)."""


def at(minute: float) -> int:
    return BEGIN + round(minute * MINUTE_US)


class Watch:
    """Feeds that bring lines, each near the port or not, and ticks in between."""

    def __init__(  # noqa: D107
        self, feeds: Sequence[str] = (ROOF,), ports: Sequence[str] = ("tartus",)
    ) -> None:
        self.feeds, self.ports = tuple(feeds), tuple(ports)
        self.listening = Listening(ports)
        self.facts: list[tuple[Any, Fact]] = []

    def take(self, ticks: Iterable[float], lines: dict[str, Sequence[float]],
             near: dict[str, Sequence[float]] | None = None) -> Watch:  # fmt: skip
        """One batch: minutes of ticks and of lines; ``near``: of those near the port."""
        heard = {name: instants(minutes) for name, minutes in lines.items()}
        clock = instants(sorted([*ticks, *(m for one in lines.values() for m in one)]))
        rows = sorted((m, name) for name, minutes in (near or {}).items() for m in minutes)
        names = sorted({name for _, name in rows})
        here = (
            instants([m for m, _ in rows]),
            np.array([names.index(name) for _, name in rows], dtype=np.uint16),
        )
        said = Reports(
            positions=np.zeros(0, dtype=FIX), feeds=self.feeds, heard=heard, clock=clock
        )  # fmt: skip
        self.listening.take(said, {"tartus": here} if rows else {}, names)
        return self

    def until(self, minute: float) -> list[Told]:
        """What was told, by the watermark."""
        self.facts += self.listening.due(at(minute), at(minute))
        return [
            (fact.kind.value, whom[0], minutes(fact.key_at), minutes(fact.decided_at))
            for whom, fact in self.facts
        ]

    def all(self) -> list[Told]:
        """What was told so far."""
        return self.until(100_000)


def instants(minutes: Sequence[float]) -> np.ndarray[Any, Any]:
    return np.array([at(m) for m in minutes], dtype=np.int64)


def minutes(time_us: int) -> float:
    return (time_us - BEGIN) / MINUTE_US


def ticks(begin: float, end: float) -> list[float]:
    """As a watch makes them when nothing comes."""
    step = TOOK / MINUTE_US
    return [begin + step * n for n in range(int((end - begin) / step) + 1)]


FEED_MIN, PORT_MIN = FEED_DOWN_US / MINUTE_US, PORT_SILENT_US / MINUTE_US


def test_a_feed_goes_down_and_comes_back() -> None:
    """Stamped with its deadline, whenever it was noticed; the end bears the same begin."""
    watch = Watch().take(ticks(0, 40), {ROOF: [0, 5]})
    assert watch.until(5 + FEED_MIN) == []
    assert watch.until(40) == [(K.FEED_WENT_DOWN, ROOF, 5, 5 + FEED_MIN)]
    watch.take(ticks(40, 50), {ROOF: [45]})
    assert watch.all()[1:] == [(K.FEED_CAME_BACK, ROOF, 5, 45)]
    (_, down), (whom, back) = watch.facts
    assert whom == NamedFeed(ROOF)
    assert down.span == Span(earliest=at(5), at=at(5), latest=at(5 + FEED_MIN))
    assert down.why == "No line came for 15 min."
    assert back.why == "Lines come again, after 40 min."
    assert back.figures["silence_s"] == 40 * 60
    assert down.figures["since"] == back.figures["since"]


def test_a_pause_that_is_just_long_enough_is_none() -> None:
    watch = Watch().take(ticks(0, 5 + FEED_MIN), {ROOF: [0, 5, 5 + FEED_MIN]})
    assert watch.all() == []


def test_a_feed_that_never_brings_anything() -> None:
    watch = Watch([ROOF, COAST]).take(ticks(0, 30), {ROOF: ticks(0, 30)})
    assert watch.all() == [(K.FEED_WENT_DOWN, COAST, 0, FEED_MIN)]
    fact = watch.facts[0][1]
    assert fact.why == "No line came for 15 min, and none ever before."
    assert fact.span == Span(earliest=None, at=None, latest=at(0))


def test_a_watch_that_was_away_heard_nobody() -> None:
    """It was stopped for two hours: that is no silence of a feed; but a new one counts anew."""
    watch = Watch().take(ticks(0, 10), {ROOF: [0, 10]}).take(ticks(130, 140), {ROOF: [131]})
    assert watch.all() == []
    watch.take(ticks(270, 290), {})
    assert watch.all() == [(K.FEED_WENT_DOWN, ROOF, 270, 270 + FEED_MIN)]
    fact = watch.facts[0][1]
    assert fact.why == "No line came for 15 min since the watch listens again."
    assert fact.span == Span(earliest=at(131), at=None, latest=at(270))


def test_what_was_told_to_be_down_is_so_still_when_the_watch_was_away() -> None:
    watch = Watch().take(ticks(0, 20), {ROOF: [0]}).take(ticks(200, 260), {ROOF: [250]})
    assert [told[0] for told in watch.all()] == [K.FEED_WENT_DOWN, K.FEED_CAME_BACK]


def test_a_feed_that_is_no_longer_listened_to_is_not_missed() -> None:
    """And one that is new is listened to from now on."""
    watch = Watch().take(ticks(0, 10), {ROOF: [10]})
    watch.feeds = (COAST,)
    watch.take(ticks(10.5, 40), {})
    assert watch.all() == [(K.FEED_WENT_DOWN, COAST, 10, 10 + FEED_MIN)]


def test_a_port_that_nobody_is_heard_near() -> None:
    """The feed brings lines from elsewhere all the time."""
    end = PORT_MIN + 100
    lines = {ROOF: ticks(0, end + 50)}
    watch = Watch().take(ticks(0, end + 50), lines, {ROOF: [0, 30, end]})
    assert watch.all() == [
        (K.PORT_FELL_SILENT, "tartus", 30, 30 + PORT_MIN),
        (K.PORT_HEARD_AGAIN, "tartus", 30, end),
    ]
    whom, fact = watch.facts[0]
    assert whom == NamedArea("tartus")
    assert fact.why == (
        "No report from within 60 NM came for 6 h. Feed roof brought the last. Nobody is there, or"
        " nobody is heard: who comes or leaves is not seen."
    )
    assert fact.figures["heard_by"] == ROOF
    assert watch.facts[1][1].why == "Ships within 60 NM are heard again, after 7 h 10 min."


def test_an_outage_of_the_feed_is_one_story() -> None:
    """The port that it hears counts anew when it is back: cut one feed, and one thing is told."""
    watch = Watch().take(ticks(0, 600), {ROOF: [0]}, {ROOF: [0]})
    assert watch.all() == [(K.FEED_WENT_DOWN, ROOF, 0, FEED_MIN)]
    assert watch.facts[0][1].why.endswith(
        " It was the last to hear Tartus: who comes or leaves there is not seen."
    )
    back = [*ticks(600, 600 + PORT_MIN + 10)]
    watch.take(back, {ROOF: back})
    assert watch.all()[1:] == [
        (K.FEED_CAME_BACK, ROOF, 0, 600),
        (K.PORT_FELL_SILENT, "tartus", 600, 600 + PORT_MIN),
    ]


def test_another_feed_hears_the_port() -> None:
    """Then it is not deaf, whatever becomes of the first."""
    lines = ticks(0, 800)
    watch = Watch([ROOF, COAST]).take(lines, {ROOF: [0], COAST: lines}, {ROOF: [0], COAST: [10]})
    assert watch.all() == [
        (K.FEED_WENT_DOWN, ROOF, 0, FEED_MIN),
        (K.PORT_FELL_SILENT, "tartus", 10, 10 + PORT_MIN),
    ]
    assert watch.facts[0][1].figures["ports"] == []


def test_an_older_journal_tells_nothing_of_who_listened() -> None:
    watch = Watch().take(ticks(100, 110), {ROOF: [100, 110]})
    before = watch.listening.state()
    watch.take(ticks(0, 60), {ROOF: [0]})
    assert watch.all() == []
    assert watch.listening.state() == before


def test_what_was_kept_by_an_earlier_release_or_dated_ahead_begins_anew() -> None:
    """And a port that is watched no more is let go."""
    watch = Watch().take(ticks(0, 10), {ROOF: [0]}, {ROOF: [0]})
    state = watch.listening.state()
    for given_state, until in ((None, FOREVER), (state, at(9))):
        other = Listening(["tartus"])
        other.restore(given_state, until)
        assert other.state() == Listening([]).state()
    other = Listening(["tobruk"])
    other.restore(state, FOREVER)
    assert other.state() == {**state, "ports": {}}


@st.composite
def seas(draw: st.DrawFn) -> tuple[list[tuple[float, str, bool]], set[int]]:
    """What comes, minute by minute: a tick, or a line of a feed, near or not; and where to cut."""
    minute, found = 0.0, []
    for _ in range(draw(st.integers(1, 14))):
        minute += draw(st.sampled_from([0.0, 0.5, 1.0, 1.0, 14.0, 15.0, 16.0, 90.0, 361.0]))
        found.append((minute, draw(st.sampled_from(["", ROOF, COAST])), draw(st.booleans())))
        for _ in range(draw(st.sampled_from([0, 0, 2, 30, 40, 740]))):  # the watch is there
            minute += 0.5
            found.append((minute, "", False))
    return found, draw(st.sets(st.integers(1, len(found)), max_size=8))


def told_of(rows: list[tuple[float, str, bool]], cuts: set[int]) -> list[tuple[Any, Fact]]:
    """Facts, when the same is taken in these batches; each goes through a restart."""
    listening, found = Listening(["tartus"]), []
    for begin, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(rows)], strict=True):
        watch = Watch([ROOF, COAST])
        watch.listening.restore(json.loads(json.dumps(listening.state())), FOREVER)
        batch = rows[begin:end]
        watch.take(
            [m for m, name, _ in batch if not name],
            {one: [m for m, name, _ in batch if name == one] for one in (ROOF, COAST)},
            {one: [m for m, name, here in batch if here and name == one] for one in (ROOF, COAST)},
        )
        listening = watch.listening
        found += listening.due(*[at(batch[-1][0]) if batch else 0] * 2)
    found += listening.due(FOREVER, FOREVER)
    return sorted(found, key=lambda told: (told[1].decided_at, told[1].kind, str(told[0])))


@settings(max_examples=20, deadline=None)
@given(seas())
def test_batches_are_cut_anywhere(sea: tuple[list[tuple[float, str, bool]], set[int]]) -> None:
    """And almost one at a time, which is how a quiet watch takes them."""
    rows, cuts = sea
    whole = told_of(rows, set())
    assert told_of(rows, cuts) == whole
    assert told_of(rows, set(range(1, len(rows), max(1, len(rows) // 500)))) == whole


@settings(max_examples=20, deadline=None)
@given(seas())
def test_each_end_has_its_begin(sea: tuple[list[tuple[float, str, bool]], set[int]]) -> None:
    """Begins and ends of whoever it is come in turn, an end never without its begin."""
    for whom in (NamedFeed(ROOF), NamedFeed(COAST), NamedArea("tartus")):
        facts = [fact for subject, fact in told_of(sea[0], set()) if subject == whom]
        begins, ends = facts[::2], facts[1::2]
        assert all(fact.kind in {K.FEED_WENT_DOWN, K.PORT_FELL_SILENT} for fact in begins)
        assert all(fact.kind in {K.FEED_CAME_BACK, K.PORT_HEARD_AGAIN} for fact in ends)
        assert [fact.key_at for fact in ends] == [fact.key_at for fact in begins[: len(ends)]]
