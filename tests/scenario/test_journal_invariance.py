"""A journal is the watch: however it is cut, ticked or restarted, it finds the same, byte for byte.

Simulated logs become journals of three feeds (a line is received when its station says), with
ticks in the silences. Everything is compared: findings with their evidence, what was heard near
the ports in rings and by feed, refusals and counts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.decode.journal import JournalDecoder, blocks_in
from monitor.engine.detect.evidence import Finding
from monitor.engine.outcome import Outcome
from monitor.engine.pipeline import Pipeline
from monitor.engine.reception import Bucket, Key
from monitor.journal.blocks import block, header, tick
from monitor.model import Event, Lines
from monitor.simulator import simulation as simulator
from monitor.units import HOUR_US, MINUTE_US, SECOND_US
from tests.acceptance.fleets import true_fences
from tests.ports import ports
from tests.sizes import sized

FENCES = ports()
PATIENT = settings(
    max_examples=sized(5, 10), deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
SCENARIOS = ("dark-transfer", "teleport", "receivers", "clone")
MOST_LINES = 600
FEEDS = {"east": "nmea", "west": "nmea", "other": "nmea"}
LATENESS_S = 30.0
TICKS_US = (7 * MINUTE_US, 53 * MINUTE_US, 5 * HOUR_US, 1000 * HOUR_US)


def head(lateness_s: float = LATENESS_S) -> bytes:
    """First line of a segment."""
    return header(FEEDS, lateness_s=lateness_s, journal="00")


@cache
def received(scenario: str, seed: int) -> tuple[tuple[int, str, bytes], ...]:
    """(when, by which feed, line) of a simulated log; some lines come a little later than sent."""
    made = simulator.simulate(scenario, seed=seed, fences=true_fences(FENCES))
    random = Random(seed)
    found, now = [], 0
    for line in made.lines:
        station = line.split(b"s:")[1].split(b",")[0] if b"s:" in line else b""
        feed = {b"TARTUS": "east", b"TOBRUK": "west"}.get(station[:6], "other")
        if b"c:" in line:
            now = max(now, int(line.split(b"c:")[1][:10]) * SECOND_US)
        now += random.randint(0, 300_000)
        found.append((now, feed, line + b"\n"))
    begin = len(found) // 3 if len(found) > 2 * MOST_LINES else 0
    return tuple(found[begin : begin + MOST_LINES])


def ticked(
    lines: Iterable[tuple[int, str, bytes]], every_us: int, *, joins: int = 1
) -> Iterator[tuple[int, bytes]]:
    """Blocks with their stamps; a tick every so often while nothing comes; last of all an hour's.

    ``joins``: up to so many lines of one feed that come within a second are one block, stamped
    when the first came, as a feed hands on what it read in one go.
    """
    last = None
    waiting: list[tuple[int, str, bytes]] = []
    for at, feed, line in lines:
        if waiting and (
            feed != waiting[0][1] or at - waiting[0][0] > SECOND_US or len(waiting) >= joins
        ):
            yield _joined(waiting)
            waiting = []
        if last is not None and not waiting:
            for now in range(last + every_us, at, every_us):
                yield now, tick(now)
        waiting.append((at, feed, line))
        last = at
    if waiting:
        yield _joined(waiting)
    assert last is not None
    yield last + HOUR_US, tick(last + HOUR_US)


def _joined(waiting: list[tuple[int, str, bytes]]) -> tuple[int, bytes]:
    at, feed, _ = waiting[0]
    return at, block(at, feed, b"".join(line for *_, line in waiting))


@cache
def journal(scenario: str, seed: int, every_us: int = 7 * MINUTE_US) -> bytes:
    """A journal of one segment."""
    return head() + b"".join(data for _, data in ticked(received(scenario, seed), every_us))


@dataclass
class Run:
    """An engine that reads a journal, and all that it says."""

    pipeline: Pipeline = field(default_factory=lambda: Pipeline(FENCES))
    decoder: JournalDecoder = field(default_factory=JournalDecoder)
    findings: list[Finding] = field(default_factory=list)
    heard: dict[Key, Bucket] = field(default_factory=dict)
    refusals: Counter[tuple[str, str]] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    late: int = 0

    def take(self, data: bytes) -> Outcome:
        """Read a batch, and what it leaves for the next."""
        outcome = self.pipeline.take(None, self.decoder.decode(Lines(data=data, source="journal")))
        self.note(outcome)
        return self.take(b"") if self.decoder.more else outcome

    def note(self, outcome: Outcome) -> None:
        """Put down what came of it."""
        self.findings += outcome.findings
        self.refusals += outcome.refusals
        self.kinds += outcome.kinds
        self.late += len(outcome.late)
        pipe = self.pipeline
        changed = [*pipe.reception.take_changed(), *pipe.earshot.take_changed()]
        for (source, port, begin), bucket in changed:
            self.heard[source, port, begin] = Bucket(
                bucket.messages, bucket.heard_at, set(bucket.vessels), set(bucket.disturbed),
                list(bucket.rings),
            )  # fmt: skip

    def restart(self) -> None:
        """Stop, and start again from what was kept."""
        kept, snapshot = json.dumps(self.decoder.state()), self.pipeline.snapshot(full=True)
        snapshot.head = json.loads(json.dumps(snapshot.head))
        self.pipeline, self.decoder = Pipeline(FENCES), JournalDecoder()
        self.pipeline.restore(snapshot)
        self.decoder.restore(json.loads(kept))

    def told(self) -> dict[str, Any]:
        """All of it, to compare."""
        names = self.pipeline.sources
        return {
            "findings": [repr(finding) for finding in self.findings],
            "heard": {(names[s], port, at): b for (s, port, at), b in self.heard.items()},
            "refusals": self.refusals,
            "kinds": self.kinds,
            "late": self.late,
        }


def run(pieces: Iterable[bytes], *, restarts: bool = False) -> Run:
    """Read a journal in pieces."""
    done = Run()
    for piece in pieces:
        done.take(piece)
        if restarts:
            done.restart()
    done.note(done.pipeline.finish())
    return done


@cache
def whole(scenario: str, seed: int) -> dict[str, Any]:
    """What the uncut journal tells."""
    return run([journal(scenario, seed)]).told()


def same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """Compare, and name what differs first."""
    for one, two in zip(found["findings"], expected["findings"], strict=False):
        assert one == two
    for name, value in expected.items():
        assert found[name] == value, name


def cut(data: bytes, places: Iterable[int], *, fixed: Iterable[int] = ()) -> list[bytes]:
    """Pieces, cut at any byte, and where they must be."""
    edges = sorted({0, len(data), *(place % len(data) for place in places), *fixed})
    return [data[a:b] for a, b in pairwise(edges)]


PLACES = st.lists(st.integers(0, 10**8), max_size=80)


def test_the_journals_tell_something() -> None:
    """Or what follows would show nothing."""
    kinds = Counter[str]()
    causes = Counter[Any]()
    for scenario in SCENARIOS:
        for finding in run([journal(scenario, 1)]).findings:
            if isinstance(finding, Event):
                kinds[finding.kind.value] += 1
                if "cause" in finding.evidence.figures:
                    causes[finding.evidence.figures["cause"]] += 1
        assert len({source for source, *_ in whole(scenario, 1)["heard"]}) >= 2
    assert {"PortArrived", "PortDeparted", "WentDarkInside", "ReappearedElsewhere"} <= set(kinds)
    assert sum(causes.values()) > 3


@PATIENT
@given(st.sampled_from(SCENARIOS), st.integers(0, 2), PLACES)
def test_batches_may_be_cut_anywhere(scenario: str, seed: int, places: list[int]) -> None:
    """Within blocks and heads too."""
    same(run(cut(journal(scenario, seed), places)).told(), whole(scenario, seed))


@pytest.mark.parametrize("scenario", SCENARIOS[:2])
def test_a_block_a_batch(scenario: str) -> None:
    """The smallest batches a watch can make."""
    data = journal(scenario, 1)
    same(run(cut(data, [end for *_, end in blocks_in(data)])).told(), whole(scenario, 1))


@pytest.mark.parametrize("every_us", TICKS_US)
@pytest.mark.parametrize("scenario", sized(SCENARIOS[:1], SCENARIOS))
def test_any_rate_of_ticks(scenario: str, every_us: int) -> None:
    """A silence is stamped with its deadline, whoever notices it when."""
    blocks = [data for _, data in ticked(received(scenario, 1), every_us)]
    same(run([head(), *blocks]).told(), whole(scenario, 1))
    same(run([head() + b"".join(blocks)]).told(), whole(scenario, 1))


def test_many_ticks() -> None:
    """A silence of an hour is 60 of them (a part: 12), one a batch."""
    lines = received("dark-transfer", 1)
    first = next(i for i, (a, b) in enumerate(pairwise(lines)) if b[0] - a[0] > 5 * HOUR_US)
    part = lines[max(0, first - 60) : first + 30]
    quick = [data for _, data in ticked(part, sized(300, 60) * SECOND_US)]
    slow = [data for _, data in ticked(part, 1000 * HOUR_US)]
    told = [of_ships(run([head(), *blocks])).told() for blocks in (quick, slow)]
    same(*told)


def of_ships(done: Run) -> Run:
    """Without what is told of feeds and ports: a tick says that somebody listened."""
    done.findings = [one for one in done.findings if one.mmsi is not None]
    return done


@PATIENT
@given(st.sampled_from(SCENARIOS), st.integers(0, 2), st.lists(st.integers(0, 10**8), max_size=9))
def test_restart_anywhere(scenario: str, seed: int, places: list[int]) -> None:
    """From what was kept after any batch, within a block too."""
    pieces = cut(journal(scenario, seed), places)
    same(run(pieces, restarts=True).told(), whole(scenario, seed))


@pytest.mark.parametrize("scenario", SCENARIOS[:2])
def test_restart_every_hour(scenario: str) -> None:
    """A hundred times."""
    data = journal(scenario, 1)
    ends, last = [], 0
    for at, _, _, end in blocks_in(data):
        if at > last + HOUR_US:
            ends.append(end)
            last = at
    same(run(cut(data, ends), restarts=True).told(), whole(scenario, 1))


def changed(scenario: str, seed: int, lateness: tuple[float, ...]) -> tuple[bytes, list[int]]:
    """A journal of several segments, each with its own lateness; and where they begin."""
    blocks = [data for _, data in ticked(received(scenario, seed), 7 * MINUTE_US)]
    share = len(blocks) // len(lateness) + 1
    data, begins = b"", []
    for index, seconds in enumerate(lateness):
        begins.append(len(data))
        data += head(seconds) + b"".join(blocks[index * share : (index + 1) * share])
    return data, begins


LATENESSES = ((5.0, 600.0, 0.0), (3600.0, 1.0), (0.0, 86_400.0, 30.0, 0.0))


@pytest.mark.parametrize("lateness", LATENESSES)
@pytest.mark.parametrize("restarts", [False, True])
def test_another_lateness_from_some_segment_on(
    lateness: tuple[float, ...], *, restarts: bool
) -> None:
    """A watch that was started again with other settings: batches never hold two segments."""
    for scenario in SCENARIOS[:2]:
        data, begins = changed(scenario, 1, lateness)
        expected = run(cut(data, [], fixed=begins)).told()
        random = Random(str(lateness))
        places = [random.randrange(len(data)) for _ in range(25)]
        same(run(cut(data, places, fixed=begins), restarts=restarts).told(), expected)


@pytest.mark.parametrize("lateness", LATENESSES)
def test_segments_in_one_stream(lateness: tuple[float, ...]) -> None:
    """Segments that were put together into one file: cuts change nothing there either."""
    data, begins = changed("dark-transfer", 1, lateness)
    expected = run(cut(data, [], fixed=begins)).told()
    same(run([data]).told(), expected)
    same(run(cut(data, range(0, len(data), 50_000))).told(), expected)


def test_the_watermark_never_goes_back() -> None:
    """Whatever the lateness becomes, and after a restart."""
    data, begins = changed("receivers", 1, (5.0, 86_400.0, 0.0, 600.0))
    done, marks = Run(), []
    for piece in cut(data, range(0, len(data), 3000), fixed=begins):
        done.take(piece)
        marks.append(done.pipeline.watermark)
        done.restart()
        marks.append(done.pipeline.watermark)
    assert marks == sorted(marks)


def test_lines_of_a_block_are_received_together() -> None:
    """How a feed hands on its lines may move their time by what it gathers; cuts still do not."""
    blocks = [data for _, data in ticked(received("clone", 1), 7 * MINUTE_US, joins=20)]
    data = head() + b"".join(blocks)
    expected = run([data]).told()
    same(run([head(), *blocks]).told(), expected)
    same(run(cut(data, range(0, len(data), 777)), restarts=False).told(), expected)
