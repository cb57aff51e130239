"""A file that is written, rotated, cut short and taken away while it is followed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.errors import FeedError
from monitor.feed import tail
from monitor.feed.tail import Tail, TailConfig
from tests.integration.feed.collect import Collected, running
from tests.integration.feed.tcp_peer import becomes
from tests.written.heard import log as simulated

ONE = b"!AIVDM,1,1,,B,403OK@QvRMopPrsg90H:wag02@C2,0*7E\r\n"
TWO = b"!AIVDM,1,1,,A,33P;Tw0tjBQO22:E7dm66DrB20UP,0*2E\r\n"
OLD = b"!AIVDM,1,1,,A,13RlIW?04F1beOVEFLB9bRvH0L0L,0*6C\r\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "ais.log"
    path.touch()
    return path


def make(path: Path, **words: Any) -> Tail:
    config = TailConfig.model_validate({"name": "log", "path": path, **words})
    return Tail(config, poll_s=0.02)


def add(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def rotate(path: Path) -> Path:
    return path.rename(path.with_suffix(".1"))


def remove(path: Path) -> None:
    path.unlink()


@asynccontextmanager
async def following(path: Path, sink: Collected, **words: Any) -> AsyncIterator[asyncio.Task[None]]:
    """Follow it, from the moment on when its end has been found."""
    async with running(make(path, **words), sink) as task:
        await becomes(lambda: sink.connections == 1)
        yield task


async def test_what_stands_there_is_old_and_what_is_added_is_new(log: Path) -> None:
    add(log, OLD)
    sink = Collected()
    async with following(log, sink):
        add(log, ONE)
        await sink.until(1)
        add(log, TWO)
        await sink.until(2)
    assert sink.data == ONE + TWO
    assert sink.messages == 2
    assert sink.connections == 1


async def test_from_the_start_a_recording_comes_through(shared: Path) -> None:
    path = shared / "nmea_prefixed/vernon_20160331.log"
    await hold_it_comes_from_the_start(path, path.read_bytes())


async def test_from_the_start_a_simulated_log_comes_through(log: Path) -> None:
    """But for its last line, which is being written still."""
    whole = simulated("fleet") + ONE[:20]
    add(log, whole)
    await hold_it_comes_from_the_start(log, whole)


async def hold_it_comes_from_the_start(path: Path, whole: bytes) -> None:
    """All whole lines of the file."""
    whole = whole[: whole.rfind(b"\n") + 1]
    sink = Collected()
    async with following(path, sink, from_start=True):
        await becomes(lambda: len(sink.data) >= len(whole))
    assert sink.data == whole
    assert sink.messages == whole.count(b"VDM,")


async def test_a_line_that_is_being_written_when_it_begins_comes_whole(log: Path) -> None:
    add(log, OLD + ONE[:20])
    sink = Collected()
    async with following(log, sink):
        await asyncio.sleep(0.06)
        assert not sink.data
        add(log, ONE[20:])
        await sink.until(1)
    assert sink.data == ONE


async def test_byte_by_byte(log: Path) -> None:
    sink = Collected()
    async with following(log, sink):
        for byte in ONE + TWO:
            add(log, bytes([byte]))
            await asyncio.sleep(0.001)
        await sink.until(2)
    assert sink.data == ONE + TWO


async def test_a_file_that_comes_later_is_all_new(log: Path) -> None:
    remove(log)
    sink = Collected()
    async with running(make(log), sink) as task:
        await asyncio.sleep(0.06)
        assert not task.done()
        assert sink.connections == 0
        add(log, ONE)
        await sink.until(1)
    assert sink.data == ONE


async def test_rotation_by_rename(log: Path) -> None:
    """The writer goes on in the old file until it opens the new one: nothing of it is lost."""
    add(log, OLD)
    sink = Collected()
    async with following(log, sink):
        add(log, ONE)
        old = rotate(log)
        add(old, TWO)
        await sink.until(2)
        add(old, ONE)
        add(log, TWO)
        await sink.until(4)
        add(log, ONE)
        await sink.until(5)
    assert sink.data == ONE + TWO + ONE + TWO + ONE
    assert sink.connections == 1
    assert not sink.refused


async def test_rotation_with_a_half_line_at_the_end(log: Path) -> None:
    add(log, OLD)
    sink = Collected()
    async with following(log, sink):
        add(log, ONE + TWO[:10])
        await sink.until(1)
        rotate(log)
        add(log, TWO)
        await sink.until(2)
    assert sink.data == ONE + TWO
    assert sink.refused == {"cut_off": 1}


async def test_truncation(log: Path) -> None:
    """Copied away and cut to nothing, as logrotate's copytruncate does."""
    add(log, OLD * 3)
    sink = Collected()
    async with following(log, sink):
        add(log, ONE)
        await sink.until(1)
        os.truncate(log, 0)
        add(log, TWO)
        await sink.until(2)
    assert sink.data == ONE + TWO


async def test_taken_away_and_made_anew(log: Path) -> None:
    add(log, OLD)
    sink = Collected()
    async with following(log, sink):
        remove(log)
        await asyncio.sleep(0.06)
        add(log, ONE)
        await sink.until(1)
    assert sink.data == ONE


async def test_garbage(log: Path) -> None:
    sink = Collected()
    async with following(log, sink):
        add(log, bytes(range(256)) + b"\n" + b"\xff" * 200_000)
        add(log, b"\n" + ONE)
        await sink.until(3)
    assert sink.lines[-1] + b"\n" == ONE
    assert sink.refused == {"too_long": 1}
    assert sink.messages == 1


async def test_fifty_thousand_lines_and_a_sink_without_room(log: Path) -> None:
    sink = Collected(room=False)
    async with following(log, sink):
        add(log, ONE * 50_000)
        await asyncio.sleep(0.1)
        assert not sink.data
        sink.room = True
        await becomes(lambda: sink.messages >= 50_000)
    assert sink.data == ONE * 50_000


async def test_silence_is_kept_and_left_at_once(log: Path) -> None:
    add(log, OLD)
    sink = Collected()
    async with following(log, sink) as task:
        await asyncio.sleep(0.1)
        assert not task.done()
        task.cancel()
        async with asyncio.timeout(0.5):
            await asyncio.gather(task, return_exceptions=True)
    assert not sink.data


async def test_another_form(log: Path) -> None:
    add(log, b'{"class":"AIS","mmsi":1}\n')
    sink = Collected()
    async with following(log, sink, form="gpsd-json"):
        add(log, b'{"class":"AIS","mmsi":2}\n')
        await sink.until(1)
    assert make(log, form="gpsd-json").form == "gpsd-json"
    assert sink.data == b'{"class":"AIS","mmsi":2}\n'
    assert sink.messages == 1


async def test_a_table_is_given_with_its_heading(log: Path) -> None:
    """Whoever begins at the end must still learn what the columns are."""
    add(log, b"mmsi,time,lat,lon\n1,2026-01-01,1,1\n")
    sink = Collected()
    async with following(log, sink, form="csv"):
        add(log, b"2,2026-01-01,2,2\n")
        await sink.until(2)
    assert sink.lines == [b"mmsi,time,lat,lon", b"2,2026-01-01,2,2"]


async def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="is no file that can be followed"):
        await make(tmp_path).run(Collected())
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FeedError, match="is no file that can be followed"):
        await make(tmp_path / "pipe").run(Collected())


async def test_what_may_not_be_read(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(log, ONE)

    def refuse(*_: Any) -> None:
        raise PermissionError(13, "Permission denied", str(log))

    monkeypatch.setattr(tail, "FileIO", refuse)
    with pytest.raises(FeedError, match="cannot be read: Permission denied"):
        await make(log).run(Collected())


def test_a_form_that_is_not_known(log: Path) -> None:
    with pytest.raises(ValidationError, match="there is no form 'xml': use one of"):
        make(log, form="xml")
