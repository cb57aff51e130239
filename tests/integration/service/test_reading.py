"""A long log is decoded by a process of its own: what it says does not depend on who decodes it."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import InputError
from monitor.feed.logfile import LogFile
from monitor.service import crew as crews
from monitor.service import reading as readings
from monitor.service.logs import LogOptions, offset_of, open_log
from monitor.service.pieces import Piece, Read, read_piece
from monitor.service.reading import Reading, Taken
from monitor.simulator import simulation as simulator
from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate
from tests.acceptance.test_kill import tables
from tests.integration.service.replays import replay, stopped, write
from tests.integration.service.test_crew import MARKS, dies_once

SENTENCES = simulator.simulate("dirty-fleet", seed=6).lines[:8000]

TABLE = [b"mmsi,timestamp,lat,lon"] + [
    b"273990099,2024-12-%02dT%02d:%02d:00Z,%.4f,25.1"
    % (10 + at // 1440, at // 60 % 24, at % 60, 33 + at / 2000)
    for at in range(4000)
]
"""Times and places of one ship."""

RECORDS = [
    b'{"class":"AIS","rxuxtime":%d,"type":%d,"mmsi":%d,"lon":%.5f,"lat":34.9,"speed":9.5'
    b',"course":91.0,"shipname":"SHIP %d"}'
    % (1_733_788_800 + at, 5 if at % 9 == 8 else 1, 273_990_000 + at % 7, 35 + at / 1e4, at % 7)
    for at in range(2500)
]
"""Of seven ships, places and names; as AIS-catcher writes them."""


def read(path: Path, **options: Any) -> tuple[Reading, list[Taken]]:
    """All of a log, in small pieces."""
    options = {"size": 20_000, **options}
    log = LogFile(str(path))
    one = open_log(log, LogOptions())
    reading = Reading(one, one.decoder(), offset_of(log, one.form, []), **options)
    try:
        return reading, list(reading)
    finally:
        reading.close()
        log.close()


def words(taken: Iterable[Taken]) -> list[Any]:
    """What was said, piece by piece, and how far each was."""
    return [
        (
            one.reports.positions.tobytes(), one.reports.statics, one.reports.refusals,
            one.reports.kinds, one.reports.lines,
            None if one.reports.clock is None else one.reports.clock.tolist(), one.offset,
        )
        for one in taken
    ]  # fmt: skip


def said_in_all(taken: Iterable[Taken]) -> list[Any]:
    """What was said, wherever it was cut."""
    rows, statics, clock, before = [], [], [], 0
    refusals, kinds = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in taken:
        reports = one.reports
        positions = reports.positions.copy()
        positions["seq"] += before
        rows.append(positions.tobytes())
        statics += [replace(static, seq=static.seq + before) for static in reports.statics]
        clock += [] if reports.clock is None else reports.clock.tolist()
        refusals.update(reports.refusals)
        kinds.update(reports.kinds)
        before += max(reports.lines, reports.arrivals)
        last = one.offset
    return [b"".join(rows), statics, clock, refusals, kinds, last.byte_offset, last.lines]


def ends_at_once(piece: Piece) -> Read:
    """A worker for which the machine has no memory."""
    os._exit(9)
    return read_piece(piece)


def dies_with_the_first(piece: Piece) -> Read:
    """It is killed once, and another takes its place."""
    dies_once(piece)
    return read_piece(piece)


def no_process(*_: object) -> None:
    """A machine that lets nobody start."""
    raise BlockingIOError


@pytest.mark.parametrize("lines", [TABLE, RECORDS], ids=["table", "records"])
def test_it_says_the_same_wherever_it_is_decoded(tmp_path: Path, lines: list[bytes]) -> None:
    """All of it elsewhere, or what is behind its first pieces, or none."""
    path = write(tmp_path / "log", lines)
    here, wanted = read(path, long_bytes=None)
    assert not here.beside
    assert len(wanted) > 2
    for behind in (0, 25_000):
        elsewhere, found = read(path, long_bytes=behind)
        assert elsewhere.beside
        assert elsewhere.ended
        assert words(found) == words(wanted)


def test_who_decodes_may_be_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MARKS, str(tmp_path))
    monkeypatch.setattr(readings, "read_piece", dies_with_the_first)
    path = write(tmp_path / "log", RECORDS)
    _, wanted = read(path, long_bytes=None)
    elsewhere, found = read(path, long_bytes=0)
    assert elsewhere.beside
    assert words(found) == words(wanted)


@pytest.mark.parametrize("fault", ["it dies", "it does not start"])
def test_where_nobody_else_can_decode_it_is_done_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(crews, "MOST_DEATHS", 2)
    if fault == "it dies":
        monkeypatch.setattr(readings, "read_piece", ends_at_once)
    else:
        monkeypatch.setattr(crews, "_Worker", no_process)
    path = write(tmp_path / "log", RECORDS)
    _, wanted = read(path, long_bytes=None)
    alone, found = read(path, long_bytes=0)
    assert not alone.beside
    assert words(found) == words(wanted)


@pytest.mark.parametrize("lines", [SENTENCES, TABLE, RECORDS], ids=["sentences", "table", "rows"])
def test_slices_are_the_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[bytes]
) -> None:
    """What is decoded slice by slice is what is decoded at once, to the number of each arrival."""
    path = write(tmp_path / "log", lines)
    _, wanted = read(path, long_bytes=None, size=120_000)
    monkeypatch.setattr(readings, "SLICE_BYTES", 1500)
    _, found = read(path, long_bytes=None, size=120_000)
    assert 1 < len(found) < 10
    assert said_in_all(found) == said_in_all(wanted)


def test_sentences_are_decoded_here(tmp_path: Path) -> None:
    """By numpy, beside whoever detects."""
    reading, _ = read(write(tmp_path / "log", SENTENCES), long_bytes=0)
    assert not reading.beside


def test_one_core_decodes_its_logs_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    reading, _ = read(write(tmp_path / "log", RECORDS), long_bytes=0)
    assert not reading.beside


def test_what_is_no_log_is_refused_in_the_same_words(tmp_path: Path) -> None:
    """Its end says so, wherever that is decoded."""
    path = write(tmp_path / "log", [TABLE[0], *[b"273990099,yesterday,34.1,25.1"] * 6000])
    said = set()
    for long_bytes in (None, 0):
        with pytest.raises(InputError) as refused:
            read(path, long_bytes=long_bytes)
        said.add(str(refused.value))
    assert len(said) == 1
    assert "'yesterday'" in said.pop()


def test_a_replay_leaves_the_same_and_nobody_behind(cluster: Cluster, tmp_path: Path) -> None:
    """Stopped on the way, and gone on with."""
    path = write(tmp_path / "sea.nmea", RECORDS)
    found = []
    for name, long_bytes in (("here", None), ("elsewhere", 0)):
        url = cluster.create_database(f"reading_{name}")
        migrate(url)
        stopped(url, path, piece_bytes=20_000, long_bytes=long_bytes)
        assert multiprocessing.active_children() == []
        replay(url, path, piece_bytes=20_000, long_bytes=long_bytes)
        assert multiprocessing.active_children() == []
        found.append(tables(url))
    assert found[0] == found[1]
