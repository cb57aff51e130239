"""A backfill ends in the tables of one replay of the same lines sorted by time."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.errors import InputError, UsageError
from monitor.feed.logfile import LogFile
from monitor.journal.blocks import block, header
from monitor.service.backfill import Backfill
from monitor.service.replay import Replay, ReplayOptions
from monitor.service.runner import Runner
from monitor.simulator import simulation as simulator
from monitor.store.database import connected
from tests.integration.service.backfills import HOW_FAR, NUMBERED, Here, backfill, told
from tests.integration.service.journals import AT, FORMS
from tests.integration.service.replays import FENCES, LINES, replay, write
from tests.integration.service.seafarers import asked
from tests.integration.test_ordered import as_csv
from tests.sizes import sized

FLEET = simulator.simulate("dirty-fleet", seed=3).lines
FLEET = FLEET[: sized(3000, len(FLEET))]
"""Ships of all kinds with what goes wrong at sea, and late lines among them."""


@pytest.fixture(autouse=True)
def _short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The merge is given on in many parts."""
    monkeypatch.setattr("monitor.feed.merging.CHUNK_LINES", 100)
    monkeypatch.setattr("monitor.feed.runs.BLOCK_LINES", 40)


def test_a_log_in_pieces_is_the_log(database: str, other: str, log: Path) -> None:
    """Even the arrival numbers are the same, and so is what waits."""
    write(log, FLEET)
    replay(other, log)
    crew = Here()
    run = backfill(database, log, crew=crew, piece_bytes=12_000)
    assert len(crew.asked) > 20
    assert run.decoded_again < 3
    wanted = told(other)
    assert wanted["event"]
    assert wanted["position"]
    assert wanted["refusal"]
    assert told(database) == wanted
    assert not list((log.parent / "spill").iterdir())


def test_logs_one_behind_the_other_are_one(database: str, other: str, tmp_path: Path) -> None:
    """They are named in any order, and some are packed."""
    cuts = [0, len(FLEET) // 3, len(FLEET) // 2, len(FLEET)]
    logs = []
    for number, (begin, end) in enumerate(pairwise(cuts)):
        path = write(tmp_path / f"part{number}.nmea", FLEET[begin:end])
        if number == 1:
            packed = tmp_path / "part1.nmea.gz"
            packed.write_bytes(gzip.compress(path.read_bytes()))
            path = packed
        logs.append(path)
    replay(other, *logs)
    backfill(database, logs[2], logs[0], logs[1], piece_bytes=100_000)
    assert told(database) == told(other)


def test_stations_side_by_side_are_merged(database: str, other: str, tmp_path: Path) -> None:
    """Each heard a part of it, some of it both; as a replay of both has it, line for line."""
    whole = [line for line in FLEET if b"VDM,1,1," in line]
    one = write(tmp_path / "one.nmea", whole[0::2] + whole[-50:])
    two = write(tmp_path / "two.nmea", whole[1::2])
    replay(other, one, two)
    backfill(database, one, two, piece_bytes=50_000)
    assert told(database, without=HOW_FAR | NUMBERED) == told(other, without=HOW_FAR | NUMBERED)


def test_an_archive_by_vessel_is_sorted(database: str, other: str, tmp_path: Path) -> None:
    """More runs than can be open at once are merged into fewer first."""
    lines = [line for line in FLEET if b"VDM,1,1," in line][::2]
    table = as_csv(lines, tmp_path / "archive.csv", by_vessel=True)
    replay(other, table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("monitor.service.spill.FAN_IN", 3)
        crew = Here()
        run = backfill(database, table, crew=crew, piece_bytes=3000)
    assert len(crew.asked) > 7
    assert run.decoded_again == 0
    assert told(database, without=HOW_FAR | NUMBERED) == told(other, without=HOW_FAR | NUMBERED)


def test_stopped_it_goes_on_where_it_was(
    database: str, other: str, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it decodes, and while it detects: nothing is decoded or stored twice."""
    replay(other, log)
    monkeypatch.setattr("monitor.feed.merging.CHUNK_LINES", 20)
    monkeypatch.setattr("monitor.feed.runs.BLOCK_LINES", 20)
    crews = [Here(), Here()]
    run = Backfill(
        options=ReplayOptions(piece_bytes=5000), make_crew=lambda: crews[0],
        root=log.parent / "spill",
    )  # fmt: skip
    run.on_decoded = lambda _, lines: run.stop.set() if lines > 150 else None
    assert backfill(database, log, run=run).totals.stopped
    assert asked(database, "SELECT count(*)::int FROM position") == [(0,)]
    run = Backfill(
        options=ReplayOptions(piece_bytes=5000), make_crew=lambda: crews[1],
        root=log.parent / "spill",
    )  # fmt: skip
    run.on_progress = lambda *_: run.stop.set()
    assert backfill(database, log, run=run).totals.stopped
    assert crews[1].asked[0].number > 0
    (taken,) = asked(database, "SELECT lines FROM source_offset")[0]
    assert 0 < taken < len(LINES)
    (spilled,) = [path.name for path in (log.parent / "spill").iterdir()]
    last = backfill(database, log, crew=Here(), piece_bytes=5000).totals
    assert (last.lines, last.resumed) == (len(LINES) - taken, ["sea.nmea"])
    assert told(database) == told(other)
    (log.parent / "spill" / spilled).mkdir()  # killed before it could be deleted
    again = backfill(database, log, crew=Here()).totals
    assert (again.lines, again.skipped) == (0, ["sea.nmea"])
    assert not list((log.parent / "spill").iterdir())
    assert told(database) == told(other)


def test_a_spill_that_is_gone_is_made_again(
    database: str, other: str, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was stored is passed over: the merge is the same line for line."""
    replay(other, log)
    monkeypatch.setattr("monitor.feed.merging.CHUNK_LINES", 20)
    monkeypatch.setattr("monitor.feed.runs.BLOCK_LINES", 20)
    run = Backfill(
        options=ReplayOptions(piece_bytes=5000), make_crew=Here, root=log.parent / "spill"
    )
    run.on_progress = lambda *_: run.stop.set()
    backfill(database, log, run=run)
    (log.parent / "spill").rename(log.parent / "gone")
    backfill(database, log, piece_bytes=9000)
    assert told(database) == told(other)


def test_what_is_there_already_is_not_there_twice(database: str, other: str, log: Path) -> None:
    """A log that grew is another: all of it is taken, and what is known is no news."""
    replay(other, log)
    write(log, LINES[:300])
    backfill(database, log)
    write(log, LINES)
    backfill(database, log)
    tables = {"position", "event", "port_call", "vessel", "identity"}
    assert {k: v for k, v in told(database).items() if k in tables} == {
        k: v for k, v in told(other).items() if k in tables
    }


def test_beside_a_watch_it_hands_over_what_a_replay_would(
    database: str, other: str, log: Path
) -> None:
    """Who writes takes it in; what was handed over is not handed over again."""
    said: list[str] = []

    async def beside(url: str, make: Callable[[], Replay]) -> None:
        async with connected(url) as mine, connected(url) as theirs:
            await Runner.open(FENCES, mine)
            totals = await make().hand_over([LogFile(str(log))], FENCES, theirs, "The watch")
            said.extend(totals.notes)

    root = log.parent / "spill"
    asyncio.run(beside(other, Replay))
    asyncio.run(beside(database, lambda: Backfill(make_crew=Here, root=root)))
    assert said[0] == said[1]
    assert "handed these reports" in said[1]
    late = "SELECT mmsi, at, source, report FROM late_report ORDER BY mmsi, at, report"
    assert len(asked(database, late)) > 400
    assert asked(database, late) == asked(other, late)
    assert not list(root.iterdir())
    asyncio.run(beside(database, lambda: Backfill(make_crew=Here, root=root)))
    assert asked(database, late) == asked(other, late)


def test_a_log_that_ends_within_its_packing_is_taken_so_far(
    database: str, log: Path, tmp_path: Path
) -> None:
    """It is said, and said again by the run that goes on."""
    packed = tmp_path / "cut.nmea.gz"
    data = gzip.compress(log.read_bytes())
    packed.write_bytes(data[: len(data) * 2 // 3])
    run = backfill(database, packed)
    (words,) = run.totals.damaged
    assert "cut.nmea.gz is damaged or cut off" in words
    assert run.totals.fixes > 100


def test_what_cannot_be_taken_in_pieces_is_said(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal says who listened, too; standard input cannot be read twice."""
    log.write_bytes(header(FORMS, lateness_s=600.0) + block(AT, "harbour", LINES[0] + b"\n"))
    run = Backfill(make_crew=Here, root=log.parent / "spill")
    journal = LogFile(str(log))
    with pytest.raises(InputError, match="is the journal of a watch"):
        run.prepare([journal])
    journal.close()
    write(log, LINES)
    opened = LogFile(str(log))
    opened.open()
    with monkeypatch.context() as patch:
        patch.setattr("monitor.service.backfill.STANDARD_INPUT", str(log))
        with pytest.raises(UsageError, match="name files"):
            run.prepare([opened])
    opened.close()


def test_a_log_that_says_nothing_is_refused_before_anything_is_stored(
    database: str, log: Path
) -> None:
    """Two logs, and the second is none: nothing of the first is stored either."""
    bad = write(log.parent / "bad.nmea", [b"!AIVDM,1,1,,A,15MgK45P3@G?fl0E`JbR0OwT0@MS,0*00"] * 30)
    with pytest.raises(InputError, match="has no time in it"):
        backfill(database, log, bad)
    assert asked(database, "SELECT count(*)::int FROM position") == [(0,)]
