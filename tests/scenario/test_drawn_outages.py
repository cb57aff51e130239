"""A watch that hears no more, message by message: a journal as it writes one, and an officer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from random import Random

import pyais

from monitor.alert.rules import read_rules
from monitor.decode.journal import JournalDecoder
from monitor.engine.pipeline import Pipeline
from monitor.journal.blocks import block, header, tick
from monitor.model import Event, EventKind, Lines
from monitor.rulefile import DEFAULTS
from monitor.units import HOUR_US, MINUTE_US, SECOND_US
from tests.alerted import Officer
from tests.ports import ports

BEGIN = 1_734_091_200 * SECOND_US  # 2024-12-13T12:00:00Z
TICK_US = 30 * SECOND_US
RULES = read_rules(DEFAULTS.read_text(), "the rules that ship")
ROOF, WORLD = "roof", "world"
"""A station at Tartus, and a feed of Tobruk."""

AT = {ROOF: (273_000_001, 35.862, 34.905), WORLD: (273_000_002, 24.0, 32.07)}
"""Who lies where: MMSI, degrees east and north."""

Heard = Callable[[str, float], bool]
"""Whether a feed hears its ship, by the hours since the begin."""


def always(feed: str, hour: float) -> bool:
    """Hear both."""
    del feed, hour
    return True


def position(feed: str) -> bytes:
    """What the ship that a feed hears says, every three minutes."""
    mmsi, lon, lat = AT[feed]
    said = {"type": 1, "mmsi": mmsi, "lon": lon, "lat": lat, "speed": 0.0, "status": 5}
    return pyais.encode_dict(said, talker_id="AI")[0].encode() + b"\n"


def journal(
    hours: float, heard: Heard = always, there: Callable[[float], bool] = lambda _: True
) -> Iterator[bytes]:
    """What a watch writes, block by block; ``there``: whether it runs."""
    begins = header({ROOF: "nmea", WORLD: "nmea"}, lateness_s=30.0, journal="00")
    yield begins
    lines = {feed: position(feed) for feed in AT}
    was_there = True
    for step in range(round(hours * HOUR_US / TICK_US) + 1):
        at = BEGIN + step * TICK_US
        hour = (at - BEGIN) / HOUR_US
        if not there(hour):
            was_there = False
            continue
        if not was_there:
            yield begins
        was_there = True
        came = False
        for feed, line in lines.items():
            if step % 6 == 0 and heard(feed, hour):
                yield block(at, feed, line)
                came = True
        if not came:
            yield tick(at)


def events(pieces: list[bytes]) -> list[Event]:
    """What the pipe tells of a journal, in these batches, as it is told."""
    decoder, pipeline, found = JournalDecoder(), Pipeline(ports()), []
    for piece in pieces:
        waiting = [piece]
        while waiting:
            reports = decoder.decode(Lines(data=waiting.pop(), source="journal"))
            outcome = pipeline.take(None, reports)
            found += [one for one in outcome.findings if isinstance(one, Event)]
            if decoder.more:
                waiting.append(b"")
    return found


def messages(hours: float, heard: Heard = always, **words: Callable[[float], bool]) -> list[str]:
    """What an officer is told by the rules that ship."""
    told = events([b"".join(journal(hours, heard, **words))])
    return Officer(RULES, ports(), lambda _: {}).take(told).messages


def test_all_is_heard_and_nobody_is_woken() -> None:
    assert messages(30) == []


def test_15_a_feed_that_is_cut_is_one_alert_and_not_forty() -> None:
    """Behaviour 15: for eight hours; its port and its ships say nothing of their own."""
    assert messages(20, lambda feed, hour: feed == WORLD or not 2 < hour < 10) == [
        "warning raised: Feed roof went down",
        "warning amended: Feed roof came back",
    ]


def test_a_feed_that_pauses_for_ten_minutes_wakes_nobody() -> None:
    assert messages(12, lambda feed, hour: feed == WORLD or not 2 < hour < 2 + 10 / 60) == []


def test_the_watch_was_stopped_for_a_night() -> None:
    """That is no silence of a feed or a port."""
    assert messages(20, there=lambda hour: not 2 < hour < 12) == []


def test_all_feeds_are_cut() -> None:
    """Two feeds, two stories; none of the ports."""
    assert messages(10, lambda _, hour: hour < 1) == [
        "warning raised: Feed roof went down",
        "warning raised: Feed world went down",
    ]


def test_a_port_is_not_heard_though_its_feed_goes_on() -> None:
    """The station's antenna fell: it brings ships of elsewhere, and none near the port."""
    elsewhere = Elsewhere(ROOF, 3.0, 12.0)
    told = events(list(elsewhere.journal(16)))
    assert Officer(RULES, ports(), lambda _: {}).take(told).messages == [
        "warning raised: Tartus is not heard any more",
        "warning amended: Tartus is heard again",
    ]
    kinds = {event.kind.value for event in told}
    assert kinds >= {"PortFellSilent", "PortHeardAgain"}


class Elsewhere:
    """A feed that hears ships far from the port for some hours."""

    def __init__(self, feed: str, begin_h: float, end_h: float) -> None:
        """It is so from one hour to the other."""
        self.feed, self.begin_h, self.end_h = feed, begin_h, end_h

    def journal(self, hours: float) -> Iterator[bytes]:
        """The journal of that watch."""
        far, near = position(WORLD), position(self.feed)
        for piece in journal(hours):
            at = int(piece[1:17]) if piece.startswith(b"@") else BEGIN
            if near in piece and self.begin_h < (at - BEGIN) / HOUR_US < self.end_h:
                yield block(at, self.feed, far)
            else:
                yield piece


def test_the_journal_tells_the_same_however_it_is_cut() -> None:
    """The watch took it as it grew; its replay takes it in a few pieces."""
    blocks = list(Elsewhere(ROOF, 3.0, 12.0).journal(16))
    data, random = b"".join(blocks), Random(15)
    whole = events([data])
    assert whole
    assert events(blocks) == whole
    for _ in range(5):
        cuts = sorted(random.sample(range(1, len(data)), 9))
        assert events([data[a:b] for a, b in pairwise([0, *cuts, len(data)])]) == whole


def test_it_is_stamped_with_its_deadline() -> None:
    """Fifteen minutes after the last line, whenever it was noticed."""
    told = events(list(journal(3, lambda feed, hour: feed == WORLD or not 1 < hour < 2)))
    (down,) = (event for event in told if event.kind is EventKind.FEED_WENT_DOWN)
    assert down.decided_at == BEGIN + HOUR_US + 15 * MINUTE_US
    assert down.evidence.figures["ports"] == ["tartus"]
    assert (down.mmsi, down.port, down.lon) == (None, None, None)
