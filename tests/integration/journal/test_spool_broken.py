"""A journal that is broken in any way, in several at once: what is left is read, the rest counted.

Each line is unique. Whatever is done to the files, nothing is read that was not written, nothing
twice and nothing out of order; and once the journal has gone on, read and lost make all.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.decode.journal import HEADER, JournalDecoder, blocks_in
from monitor.feed.logfile import LogFile
from monitor.journal.blocks import block
from monitor.journal.order import in_place
from monitor.journal.segment import segments_in
from monitor.journal.spool import Spool
from monitor.model import Lines
from tests.integration.journal.spools import AT, HEAD, begun, killed

BLOCKS, MORE = 120, 12
SEGMENT = 900

SEEDS = int(os.environ.get("SPOOL_SEEDS", "300"))


def appended(spool: Spool, begin: int, end: int) -> None:
    """Blocks of none to three lines that tell their number, as the hub appends them."""
    for number in range(begin, end):
        first = spool.lines
        lines = b"".join(b"line %d\n" % (first + place) for place in range(number % 4))
        spool.append(block(AT + number, "harbour" if lines else "-", lines, first))
        spool.lines += number % 4


def read(spool: Spool, position: int = 0) -> tuple[list[int], int]:
    """Numbers of the lines that are given, and where that ended."""
    found: list[int] = []
    for _ in range(10_000):
        data, after = spool.read(position, 400)
        if not data:
            return found, position
        assert after > position
        position = after
        for _, name, begin, end in blocks_in(data):
            if name != HEADER:
                found += [int(line.split()[1]) for line in data[begin:end].splitlines()]
    raise AssertionError("it does not end")


def replayed(folder: Path) -> tuple[list[int], dict[str, int]]:
    """The same of a replay's decoder; and what it refuses."""
    parts = [str(path) for path in in_place(segments_in(folder))]
    log, decoder, lines = LogFile(parts[0], parts[1:]), JournalDecoder(), Collecting()
    log.open()
    decoder.begin_within(HEAD, 1)
    decoder._decode = lines  # type: ignore[method-assign, assignment]
    refused = dict[str, int]()
    for piece, last in log.pieces(size=700):
        reports = decoder.decode(Lines(data=piece, source="journal"), final=last)
        for (_, reason), count in reports.refusals.items():
            refused[reason] = refused.get(reason, 0) + count
    log.close()
    return lines.numbers, refused


class Collecting:
    """In the place of decoders of feeds: keeps the numbers of lines."""

    def __init__(self) -> None:
        """None yet."""
        self.numbers: list[int] = []
        self.decode = JournalDecoder._decode

    def __call__(self, feeds: dict) -> object:  # type: ignore[type-arg]
        """See JournalDecoder."""
        for gathered in feeds.values():
            for body in gathered.bodies:
                self.numbers += [int(line.split()[1]) for line in body.splitlines()]
        return self.decode({})


# -- what is done to files -----------------------------------------------------------------------

Files = list[Path]


def flip(files: Files, draw: random.Random) -> None:
    """Some bytes, anywhere."""
    path = draw.choice(files)
    data = bytearray(path.read_bytes())
    for _ in range(draw.randint(1, 4)):
        if data:
            data[draw.randint(0, len(data) - 1)] ^= draw.randint(1, 255)
    path.write_bytes(data)


def cut(files: Files, draw: random.Random) -> None:
    """The end of a file."""
    path = draw.choice(files)
    os.truncate(path, draw.randint(0, path.stat().st_size))


def remove(files: Files, draw: random.Random) -> None:
    """A file."""
    path = draw.choice(files)
    path.unlink()
    files.remove(path)


def swap(files: Files, draw: random.Random) -> None:
    """Two files have each other's name."""
    one, two = draw.choice(files), draw.choice(files)
    data = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(data)


def double(files: Files, draw: random.Random) -> None:
    """A file is a copy of another."""
    one, two = draw.choice(files), draw.choice(files)
    two.write_bytes(one.read_bytes())


def hole(files: Files, draw: random.Random) -> None:
    """Zeros, as a broken file system leaves them."""
    path = draw.choice(files)
    data = path.read_bytes()
    begin = draw.randint(0, len(data))
    size = draw.randint(0, len(data) - begin)
    path.write_bytes(data[:begin] + bytes(size) + data[begin + size :])


def miss(files: Files, draw: random.Random) -> None:
    """Bytes that are not there: all behind them stands elsewhere."""
    path = draw.choice(files)
    data = path.read_bytes()
    begin = draw.randint(0, len(data))
    path.write_bytes(data[:begin] + data[begin + draw.randint(0, 300) :])


def insert(files: Files, draw: random.Random) -> None:
    """Bytes that nobody wrote, such as a piece of another file."""
    path, other = draw.choice(files), draw.choice(files)
    data, more = path.read_bytes(), other.read_bytes()
    place, begin = draw.randint(0, len(data)), draw.randint(0, len(more))
    piece = more[begin : begin + draw.randint(0, 300)]
    path.write_bytes(data[:place] + piece + data[place:])


DAMAGES: list[Callable[[Files, random.Random], None]] = [
    flip, cut, remove, swap, double, hole, miss, insert,
]  # fmt: skip


def broken(seed: int, *, again: bool) -> str:
    """Damage a journal that is read on, or opened again, in several ways; what is wrong then."""
    draw = random.Random(seed)
    folder = Path(tempfile.mkdtemp(prefix="broken-"))
    spool = begun(folder, segment=SEGMENT)
    try:
        appended(spool, 0, BLOCKS)
        files = sorted(folder.glob("journal-*"))
        if not again:
            files.pop()  # it is being written to
        else:
            killed(spool)
        done = [draw.choice(DAMAGES) for _ in range(draw.randint(1, 4))]
        for damage in done:
            damage(files, draw)
        if again:
            spool = begun(folder, segment=SEGMENT)
        cut_off = spool.losses.lines  # of a last block that is not whole
        found, position = read(spool)
        appended(spool, BLOCKS, BLOCKS + MORE)
        more, _ = read(spool, position)
        found += more
        lost = spool.lines - len(found) + cut_off
        told = sum(loss.lines for loss in spool.losses.told())
        again_found, refused = replayed(folder)
    finally:
        killed(spool)
        shutil.rmtree(folder)
    faults = {
        "not each once and in order": found != sorted(set(found)),
        f"{lost} lost, {spool.losses.lines} counted": lost != spool.losses.lines,
        f"{lost} lost, {told} told": lost != told,
        "a replay does not": again_found != sorted(set(again_found)),
        f"{len(again_found)} replayed, {len(found)} live": (
            {flip, cut, hole, remove} >= set(done) and again_found != found
        ),
        f"{lost} lost, a replay says {refused}": not is_told(
            refused, spool.lines - len(again_found), again_found
        ),
    }
    wrong = "; ".join(words for words, holds in faults.items() if holds)
    return f"{', '.join(damage.__name__ for damage in done)}: {wrong}" if wrong else ""


def is_told(refused: dict[str, int], lost: int, found: list[int]) -> bool:
    """A replay counts what was before its first block only as far as it can know that."""
    return lost - found[0] <= sum(refused.values()) and refused.get("lost", 0) <= lost


@pytest.mark.parametrize("again", [False, True], ids=["live", "started again"])
def test_whatever_is_broken(again: bool) -> None:  # noqa: FBT001 - pytest's
    """By one damage or several; the last file, too, once nobody writes to it."""
    wrong = {seed: words for seed in range(SEEDS) if (words := broken(seed, again=again))}
    assert wrong == {}
