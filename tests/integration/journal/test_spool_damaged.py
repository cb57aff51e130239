"""A journal that is damaged, cut or removed on disk: all else is read, and each line is counted."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.decode.journal import JournalDecoder
from monitor.feed.logfile import LogFile
from monitor.journal.blocks import block
from monitor.journal.segment import segments_in
from monitor.journal.spool import Spool
from monitor.model import Lines
from tests.integration.journal.spools import AT, HEAD, begun, killed

BLOCKS = 1500
SENTENCE = b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"


def kept(spool: Spool, begin: int = 0, end: int = BLOCKS) -> None:
    """Blocks of one to three sentences, and a tick here and there, numbered as the hub does it."""
    for block_number in range(begin, end):
        lines = SENTENCE * (block_number % 4)
        name = "harbour" if lines else "-"
        spool.append(block(AT + block_number, name, lines, spool.lines))
        spool.lines += lines.count(b"\n")


def read(spool: Spool) -> int:
    """How many lines are given by a spool; none that is not as it was."""
    position = count = 0
    while True:
        data, position = spool.read(position, 20_000)
        if not data:
            return count
        assert {line for line in data.split(b"\n") if line[:1] not in b"@#"} <= {SENTENCE[:-1]}
        count += data.count(SENTENCE)


def replayed(folder: Path) -> tuple[int, dict[str, int]]:
    """Positions that a replay decodes, and what it refuses."""
    parts = [str(path) for path in segments_in(folder)]
    log, decoder = LogFile(parts[0], parts[1:]), JournalDecoder()
    log.open()
    count, refused = 0, dict[str, int]()
    for piece, last in log.pieces(size=30_000):
        reports = decoder.decode(Lines(data=piece, source="journal"), final=last)
        count += len(reports.positions)
        for (_, reason), number in reports.refusals.items():
            refused[reason] = refused.get(reason, 0) + number
    log.close()
    return count, refused


def files(spool: Spool) -> list[Path]:
    """Its segments."""
    return sorted(spool.directory.glob("journal-*"))


def remove(spool: Spool, _: random.Random) -> None:
    files(spool)[2].unlink()


def cut(spool: Spool, draw: random.Random) -> None:
    """In the middle, so that a block is torn."""
    path = files(spool)[2]
    data = path.read_bytes()
    path.write_bytes(data[: draw.randrange(5000, len(data) - 5000)])


def change_a_size(spool: Spool, draw: random.Random) -> None:
    """One digit of a block's size: it is longer, or shorter, than it says."""
    path = files(spool)[2]
    data = bytearray(path.read_bytes())
    place = data.index(b"harbour ", draw.randrange(5000, len(data) // 2)) + len(b"harbour ")
    data[place : place + 1] = b"%d" % ((data[place] - 48 + draw.randrange(1, 10)) % 10)
    path.write_bytes(data)


def say_millions(spool: Spool, _: random.Random) -> None:
    """A size that would take the rest with it."""
    path = files(spool)[1]
    data = path.read_bytes()
    at = data.index(b"harbour ", 3000)
    path.write_bytes(data[:at] + b"har 7999" + data[at + 8 :])


def flip_bytes(spool: Spool, draw: random.Random) -> None:
    """A hundred, anywhere but in headers and in the very last block, which nothing follows."""
    every = files(spool)
    for _ in range(100):
        path = draw.choice(every)
        data = bytearray(path.read_bytes())
        data[draw.randrange(len(HEAD), len(data) - 300)] ^= draw.randrange(1, 256)
        path.write_bytes(data)


def zeros(spool: Spool, _: random.Random) -> None:
    """A hole, as a broken file system leaves it."""
    path = files(spool)[3]
    data = path.read_bytes()
    path.write_bytes(data[:7000] + bytes(4096) + data[7000 + 4096 :])


DAMAGES = [remove, cut, change_a_size, say_millions, flip_bytes, zeros]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("again", [False, True], ids=["live", "started again"])
def test_what_is_lost_is_counted_to_the_line(
    tmp_path: Path, damage: Callable[[Spool, random.Random], None], seed: int, *, again: bool
) -> None:
    """By the watch that goes on, by one that starts again, and by a replay: all say the same."""
    spool = begun(tmp_path, segment=20_000)
    kept(spool)
    total = spool.lines
    damage(spool, random.Random(seed))
    count, refused = replayed(tmp_path)
    assert 0 < total - count < total * 0.35
    assert refused == {"lost": total - count}
    if again:
        killed(spool)
        spool = begun(tmp_path, segment=20_000)
        assert spool.lines == total
    assert read(spool) == count
    told = spool.losses.told()
    assert spool.losses.lines == sum(loss.lines for loss in told) == total - count
    assert 1 <= len(told) <= 101
    assert read(spool) == count
    assert (spool.losses.lines, spool.losses.told()) == (total - count, []), "each gap once"
    kept(spool, BLOCKS, BLOCKS + 9)
    assert read(spool) == count + spool.lines - total
    spool.close()


def test_a_gap_is_said_in_a_sentence(tmp_path: Path) -> None:
    spool = begun(tmp_path, segment=20_000)
    kept(spool)
    damaged = files(spool)[2]
    lines = damaged.read_bytes().count(SENTENCE)
    size = damaged.stat().st_size
    damaged.write_bytes(HEAD)
    read(spool)
    (loss,) = spool.losses.told()
    assert loss.words == (
        f"The journal lost {lines} lines ({size - len(HEAD):,} bytes): {damaged.name} was damaged,"
        " cut or removed"
    )
    spool.close()


def test_what_was_dropped_for_room_is_not_lost_as_well(tmp_path: Path) -> None:
    """It is counted where it is dropped, and once."""
    spool = begun(tmp_path, segment=5000, limit=30_000)
    kept(spool, 0, 20)
    data, position = spool.read(0, 500)
    before = data.count(SENTENCE)
    kept(spool, 20)
    rest = 0
    while True:
        data, position = spool.read(position, 20_000)
        if not data:
            break
        rest += data.count(SENTENCE)
    assert spool.dropped_lines > 0
    assert before + rest + spool.dropped_lines == spool.lines
    assert (spool.losses.lines, spool.losses.told()) == (0, [])
    spool.close()


def without_sums(data: bytes) -> bytes:
    """The same as an earlier release wrote it."""
    lines = re.sub(rb',"crc":"[0-9a-f]{8}"', b"", data).split(b"\n")
    return b"\n".join(b" ".join(x.split(b" ")[:3]) if x[:1] == b"@" else x for x in lines)


def test_a_journal_of_an_earlier_release_is_read(tmp_path: Path) -> None:
    """And goes on with blocks of this one; a line that is no block is passed over and counted."""
    spool = begun(tmp_path, segment=20_000)
    kept(spool)
    total = spool.lines
    killed(spool)
    for number, path in enumerate(files(spool)):
        words = without_sums(path.read_bytes())
        cut_at = words.index(b"@", 5000)
        path.write_bytes(words[:cut_at] + b"nonsense\n" * (number == 1) + words[cut_at:])
    (tmp_path / "journal.json").unlink()
    assert replayed(tmp_path) == (total, {"garbled": 1})
    again = begun(tmp_path, segment=20_000)
    assert again.lines == 0
    kept(again, BLOCKS, BLOCKS + 100)
    assert read(again) == total + again.lines
    assert again.losses.lines == 1
    again.close()
