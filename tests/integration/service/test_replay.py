"""A replay takes logs once, wherever it is cut, stopped or failed, and counts what it did."""

from __future__ import annotations

import asyncio
import gc
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from monitor.decode.nmea.decoder import NmeaDecoder
from monitor.decode.table import TableDecoder
from monitor.engine.detect.evidence import Finding
from monitor.errors import FaultError, InputError, MonitorError
from monitor.feed.logfile import LogFile
from monitor.model import Event, PortCall
from monitor.service.replay import Replay, ReplayOptions
from monitor.service.runner import Runner
from monitor.service.totals import Totals
from monitor.simulator import simulation as simulator
from monitor.store.cluster import Cluster
from monitor.store.database import connected
from monitor.units import HOUR_US, SECOND_US
from tests.acceptance.test_kill import tables
from tests.integration.service.seafarers import asked
from tests.ports import ports

LINES = simulator.simulate("receivers").lines
"""Four ships that call at a port, heard by several receivers: longer than a log's head."""

HALF = len(LINES) // 2

BEGIN = 1_736_899_200 * SECOND_US
"""2025-01-15T00:00:00Z, when the simulated logs begin."""

EVENTS = {
    "GeofenceEntered": 11, "PortArrived": 4, "Berthed": 3, "Anchored": 2, "Unberthed": 3,
    "GeofenceLeft": 11, "AnchorWeighed": 2, "PortDeparted": 4, "VoyageBegun": 4,
    "DeclaredElsewhere": 2, "WentDark": 3, "MayHaveReached": 5,
}  # fmt: skip

ALL = (2385, 2254, 1378, 4, {"bad_checksum": 46, "duplicate": 791}, EVENTS)
"""Lines, reports, fixes, vessels, refusals and events of the log."""


@dataclass
class Told:
    """What a replay said: in the end, on the way, and of which log it was."""

    totals: Totals
    found: list[Finding] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)


def replay(
    url: str | None, *logs: Path, stop_after: int | None = None, told: Told | None = None,
    **options: Any,
) -> Told:  # fmt: skip
    """Replay logs into a database, or into none; it is stopped after so many lines."""
    run = Replay(ReplayOptions(**options))
    told = told or Told(run.totals)
    told.totals = run.totals
    run.on_findings = told.found.extend

    def progress(totals: Totals, log: LogFile) -> None:
        told.taken.append(log.name)
        if stop_after is not None and totals.lines >= stop_after:
            run.stop.set()

    run.on_progress = progress
    asyncio.run(_replay(run, url, [LogFile(str(log)) for log in logs]))
    return told


async def _replay(run: Replay, url: str | None, logs: list[LogFile]) -> None:
    if url is None:
        await run.run(logs, await Runner.open(ports(), None))
        return
    async with connected(url) as connection:
        await run.run(logs, await Runner.open(ports(), connection))


def write(path: Path, lines: list[bytes]) -> Path:
    """Write a log."""
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The simulated log."""
    return write(tmp_path / "harbour.nmea", LINES)


@pytest.fixture
def another(cluster: Cluster) -> Iterator[str]:
    """A second database, for the run in which nothing goes wrong."""
    name = "test_replay_another"
    yield cluster.create_database(name, template="template_monitor")
    cluster.drop_database(name)


def numbers(totals: Totals) -> tuple[Any, ...]:
    """All that does not depend on how fast it went."""
    counts = (totals.lines, totals.reports, totals.fixes, totals.vessels)
    return (*counts, dict(totals.refusals), dict(totals.events))


# -- what it says --------------------------------------------------------------------------------


def test_a_dry_run_counts_what_it_took_and_found(log: Path) -> None:
    """Changes of an event's state are told, but the event is counted once."""
    told = replay(None, log)
    assert numbers(told.totals) == ALL
    assert told.totals.seconds > 0
    assert (told.totals.skipped, told.totals.resumed, told.totals.stopped) == ([], [], False)
    events = [finding for finding in told.found if isinstance(finding, Event)]
    assert len(events) > len({event.id for event in events}) == sum(EVENTS.values())
    assert {finding.id for finding in told.found if isinstance(finding, PortCall)}


def test_what_is_counted_is_what_is_stored(database: str, log: Path) -> None:
    """Rows, events by kind, calls, and how far the log was taken."""
    told = replay(database, log)
    assert numbers(told.totals) == ALL
    assert asked(database, "SELECT count(*) FROM position") == [(1378,)]
    assert dict(asked(database, "SELECT kind, count(*) FROM event GROUP BY kind")) == EVENTS
    calls = {finding.id for finding in told.found if isinstance(finding, PortCall)}
    assert {row[0].hex for row in asked(database, "SELECT id FROM port_call")} == calls
    offsets = asked(database, "SELECT byte_offset, lines, finished FROM source_offset")
    assert offsets == [(log.stat().st_size, 2385, True)]


def test_refusals_are_counted_by_reason(tmp_path: Path) -> None:
    """Of whichever source they are."""
    lines = [
        *LINES[:9],
        b"\\c:1736899300*5A\\!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*25",
        b"?",
    ]
    totals = replay(None, write(tmp_path / "bad.nmea", lines)).totals
    assert totals.lines == 11
    assert totals.refusals == {"duplicate": 2, "bad_checksum": 1, "not_ais": 1}


@pytest.mark.parametrize("size", [1, 700, 5000])
def test_where_pieces_are_cut_changes_nothing(log: Path, size: int) -> None:
    """Not even a word of the evidence, nor the order in which it is told."""
    whole, cut = replay(None, log), replay(None, log, piece_bytes=size)
    assert len(cut.taken) > len(whole.taken)
    assert [repr(finding) for finding in cut.found] == [repr(finding) for finding in whole.found]
    assert numbers(cut.totals) == numbers(whole.totals)


def test_scaled_time_changes_nothing_but_when(log: Path) -> None:
    """A day in a quarter of a second."""
    told = replay(None, log, speed=4 * 86_400.0)
    assert told.totals.seconds > 0.15
    assert numbers(told.totals) == ALL


# -- once, however often -------------------------------------------------------------------------


def test_the_same_log_again_adds_nothing_and_is_skipped(database: str, log: Path) -> None:
    """Under another name, too: a log is known by its head."""
    replay(database, log)
    before = tables(database)
    for name in ("harbour.nmea", "copy.nmea"):
        again = replay(database, log.rename(log.with_name(name)))
        assert again.totals.skipped == [name]
        assert again.totals.resumed == []
        assert (again.totals.lines, again.totals.fixes, again.found) == (0, 0, [])
        assert again.totals.vessels == 4
        log = log.with_name(name)
    assert tables(database) == before


def test_a_log_that_has_grown_is_taken_from_where_it_ended(database: str, tmp_path: Path) -> None:
    """The lines that came to it, and no other."""
    log = write(tmp_path / "grows.nmea", LINES[:HALF])
    first = replay(database, log)
    more = replay(database, write(log, LINES))
    assert (first.totals.lines, more.totals.lines) == (HALF, 2385 - HALF)
    assert (more.totals.resumed, more.totals.skipped) == (["grows.nmea"], [])
    assert asked(database, "SELECT count(*) FROM position") == [(1378,)]
    assert replay(database, log).totals.skipped == ["grows.nmea"]


def test_stopped_after_every_piece_it_comes_to_the_same(
    database: str, another: str, log: Path
) -> None:
    """And is told each time that it went on where it stopped."""
    whole = replay(another, log)
    told: Told | None = None
    seen: Counter[str] = Counter()
    for attempt in range(40):
        told = replay(database, log, piece_bytes=4000, stop_after=1, told=told)
        totals = told.totals
        assert totals.skipped == []
        assert totals.resumed == (["harbour.nmea"] if attempt else [])
        seen.update(lines=totals.lines, fixes=totals.fixes, runs=1)
        if not totals.stopped:
            break
        assert asked(database, "SELECT finished FROM source_offset") == [(False,)]
    assert told is not None
    assert seen["runs"] > 5
    assert (seen["lines"], seen["fixes"]) == (2385, 1378)
    assert [repr(each) for each in told.found] == [repr(each) for each in whole.found]
    assert tables(database) == tables(another)


def test_stopped_before_it_began_it_takes_nothing(database: str, log: Path) -> None:
    """And leaves no trace of the log's lines."""

    async def run() -> Totals:
        replay = Replay()
        replay.stop.set()
        await _replay(replay, database, [LogFile(str(log))])
        return replay.totals

    totals = asyncio.run(run())
    assert (totals.stopped, totals.lines, totals.skipped) == (True, 0, [])
    assert asked(database, "SELECT byte_offset FROM source_offset") == []
    assert replay(database, log).totals.lines == 2385


def test_a_stop_does_not_wait_for_scaled_time(log: Path) -> None:
    """In real time the first fifty lines would take hours."""

    async def run() -> Totals:
        replay = Replay(ReplayOptions(speed=1.0))
        asyncio.get_running_loop().call_later(0.3, replay.stop.set)
        await _replay(replay, None, [LogFile(str(log))])
        return replay.totals

    totals = asyncio.run(run())
    assert totals.stopped
    assert totals.lines < 2385
    assert 0.2 < totals.seconds < 60


# -- several logs --------------------------------------------------------------------------------


def test_logs_are_taken_by_when_they_begin(database: str, another: str, tmp_path: Path) -> None:
    """However they are named; together they tell what one log of all would."""
    whole = replay(another, write(tmp_path / "whole.nmea", LINES))
    late = write(tmp_path / "a.nmea", LINES[HALF:])
    early = write(tmp_path / "b.nmea", LINES[:HALF])
    told = replay(database, late, early)
    assert sorted(set(told.taken), key=told.taken.index) == ["b.nmea", "a.nmea"]
    assert numbers(told.totals) == numbers(whole.totals)
    again = replay(database, late, early)
    assert again.totals.skipped == ["b.nmea", "a.nmea"]
    assert again.totals.lines == 0
    ids = [asked(url, "SELECT kind, mmsi, geofence FROM event ORDER BY 1, 2, 3") for url in
           (database, another)]  # fmt: skip
    assert ids[0] == ids[1]


def test_a_stop_in_the_first_log_leaves_the_second_alone(
    database: str, another: str, tmp_path: Path
) -> None:
    """The same command goes on in the first."""
    early = write(tmp_path / "early.nmea", LINES[:HALF])
    late = write(tmp_path / "late.nmea", LINES[HALF:])
    stopped = replay(database, late, early, piece_bytes=4000, stop_after=1)
    assert set(stopped.taken) == {"early.nmea"}
    assert stopped.totals.stopped
    more = replay(database, late, early)
    assert (more.totals.resumed, more.totals.skipped) == (["early.nmea"], [])
    replay(another, late, early)
    assert tables(database) == tables(another)


def test_logs_of_the_same_time_are_one(database: str, tmp_path: Path) -> None:
    """Each has half of it; they are taken by time, stopped and skipped together."""
    one = write(tmp_path / "one.nmea", LINES[0::2])
    two = write(tmp_path / "two.nmea", LINES[1::2])
    stopped = replay(database, one, two, stop_after=1)
    assert stopped.totals.stopped
    more = replay(database, one, two)
    assert more.totals.resumed == ["one.nmea + two.nmea"]
    assert replay(database, one, two).totals.skipped == ["one.nmea + two.nmea"]
    assert asked(database, "SELECT name FROM source ORDER BY id") == [("one.nmea",), ("two.nmea",)]
    assert stopped.totals.fixes + more.totals.fixes == 1378
    assert asked(database, "SELECT count(*) FROM position") == [(1378,)]


def test_a_bad_log_is_told_before_any_is_taken(database: str, log: Path, tmp_path: Path) -> None:
    """Though it was named last."""
    empty = write(tmp_path / "empty.nmea", [])
    with pytest.raises(InputError, match=r"empty\.nmea is empty\.$"):
        replay(database, log, empty)
    assert asked(database, "SELECT count(*) FROM position") == [(0,)]


# -- what goes wrong -----------------------------------------------------------------------------


@pytest.fixture
def undated(tmp_path: Path) -> Path:
    """The same lines as a receiver writes them that knows no time."""
    lines = [re.sub(rb"^\\[^\\]*\\", b"", line) for line in LINES]
    return write(tmp_path / "undated.nmea", lines)


@pytest.mark.parametrize("size", [None, 4000])
def test_a_log_without_time_must_be_told_when_it_began(
    database: str, undated: Path, size: int | None
) -> None:
    """One sentence says so; and told so, all of it is taken, however far it was read before."""
    with pytest.raises(InputError) as told:
        replay(database, undated, piece_bytes=size)
    assert str(told.value) == f"{undated} has no time in it: say with --start when it began."
    assert asked(database, "SELECT count(*) FROM position") == [(0,)]
    started = replay(database, undated, piece_bytes=size, start_at=BEGIN)
    assert (started.totals.lines, started.totals.resumed) == (2385, [])
    (first,) = asked(database, "SELECT min(at) FROM position")
    assert 0 <= first[0].timestamp() * SECOND_US - BEGIN < HOUR_US


def test_a_fault_of_ours_while_decoding_is_told_as_that(
    database: str, another: str, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was stored before stays, behind the sentence stands the error, and it can go on."""
    decode, calls = NmeaDecoder.decode, 0

    def fails(decoder: NmeaDecoder, *args: Any, **words: Any) -> Any:
        nonlocal calls
        calls += 1
        return decode(decoder, *args, **words) if calls < 8 else {}["vessel"]

    tuned = gc.get_threshold(), sys.getswitchinterval()
    with monkeypatch.context() as patch:
        patch.setattr(NmeaDecoder, "decode", fails)
        with pytest.raises(FaultError) as told:
            replay(database, log, piece_bytes=4000)
    assert "a fault of ours: KeyError at test_replay.py:" in str(told.value)
    assert isinstance(told.value.__cause__, KeyError)
    assert (gc.get_threshold(), sys.getswitchinterval()) == tuned
    assert replay(database, log).totals.lines <= 2385
    replay(another, log)
    assert tables(database) == tables(another)


@pytest.mark.parametrize(("kind", "method"), [(NmeaDecoder, "decode"), (TableDecoder, "rows")])
def test_a_fault_while_logs_are_put_in_order_is_told_as_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type, method: str
) -> None:
    """Their heads are decoded before any is taken."""

    def fails(*_: Any, **__: Any) -> Any:
        return {}["vessel"]

    logs = [write(tmp_path / "a.nmea", LINES[:9]), write(tmp_path / "b.nmea", LINES[-9:])]
    if kind is TableDecoder:
        row = b"211000001,2025-01-15T00:00:00Z,33.0,30.0,1.0,2.0"
        logs = [write(tmp_path / "c.csv", [b"mmsi,time,lat,lon,sog,cog", row])]
    monkeypatch.setattr(kind, method, fails)
    with pytest.raises(MonitorError, match="a fault of ours: KeyError") as told:
        replay(None, *logs)
    assert isinstance(told.value, FaultError)
