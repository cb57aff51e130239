"""The journal on disk: what is appended is read once, in order, or counted as dropped."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import monitor.journal.spool as spool_module
from monitor.cli.replay import _logs
from monitor.decode.journal import HEADER, blocks_in, lines_in
from monitor.errors import StoreError
from monitor.feed.logfile import LogFile
from monitor.journal.blocks import block, header, tick
from monitor.journal.segment import PACKED, PARTIAL, PLAIN, compress, segments_in
from monitor.journal.spool import Spool
from monitor.units import NO_TIME

HEAD = header({"harbour": "nmea"}, lateness_s=5.0)
AT = 1_700_000_000_000_000
LIMIT = 1 << 20


def lines_of(number: int) -> bytes:
    """One to three lines that tell which block they are."""
    return b"".join(b"block %d line %d\n" % (number, line) for line in range(number % 3 + 1))


def numbered(number: int) -> bytes:
    """A block that tells which it is."""
    return block(AT + number, "harbour", lines_of(number))


def numbers_in(data: bytes) -> list[int]:
    """Which blocks stand in these bytes: nothing but blocks and headers may."""
    found = []
    rest = 0
    for at, name, begin, rest in blocks_in(data):
        assert name in {HEADER, "harbour"}, data[begin - 40 : rest]
        if name == "harbour":
            assert data[begin:rest] == lines_of(at - AT)
            found.append(at - AT)
    assert rest == len(data), "only whole blocks are given"
    return found


def begun(folder: Path, *, limit: int = LIMIT, keep: bool = False, segment: int = 0) -> Spool:
    """A spool that was opened as the service opens it."""
    spool = Spool(folder, limit_bytes=limit, keep=keep, segment_bytes=segment)
    spool.open()
    spool.header = HEAD
    return spool


def killed(spool: Spool) -> None:
    """The process dies: nothing is flushed, files are closed by the system."""
    for file in (spool._file, spool._owner):
        if file is not None:
            file.close()


def drained(spool: Spool, position: int = 0, most: int = 1 << 20) -> tuple[list[int], int]:
    """All that there is to read, and the position behind it."""
    found: list[int] = []
    while True:
        data, after = spool.read(position, most)
        if not data:
            assert after == position
            return found, position
        assert after > position
        found += numbers_in(data)
        position = after


# -- any sequence of anything --------------------------------------------------------------------


class Disk(Spool):
    """A spool on a disk of limited size (bytes); -1: no limit."""

    room = -1

    def _put(self, data: bytes) -> None:
        assert self._file is not None
        if self.room >= 0:
            used = sum(path.stat().st_size for path in self.directory.glob("journal-*"))
            left = max(0, self.room - used)
            if left < len(data):
                self._file.write(data[:left])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super()._put(data)


class AnySequence(RuleBasedStateMachine):
    """A writer, a reader that commits or not, a disk that fills, and processes that die."""

    keep = False

    def __init__(self) -> None:
        """Nothing is opened yet."""
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="spool-"))
        self.appended: list[int] = []
        self.seen: list[int] = []  # read and committed
        self.position = 0
        self.places: dict[int, int] = {}  # position -> block, for ever
        self.dropped = 0  # counted by spools that are gone
        self.unrecorded = 0
        self.excused = 0  # lines that a death took with it
        self.was = spool_module.MEMORY_BYTES
        spool_module.MEMORY_BYTES = 700

    @initialize(limit=st.sampled_from([600, 2000, 100_000]), segment=st.sampled_from([1, 200, 900]))
    def begin(self, limit: int, segment: int) -> None:
        """Open it for the first time."""
        self.limit, self.segment = limit, segment
        self.spool = self.opened()
        self.id = self.spool.id

    def opened(self, room: int = -1) -> Disk:
        """The spool, opened anew."""
        spool = Disk(
            self.folder, limit_bytes=self.limit, keep=self.keep, segment_bytes=self.segment
        )
        spool.room = room
        spool.open()
        spool.header = HEAD
        spool.release(self.position)
        return spool

    def gone(self) -> None:
        """Note what a spool had counted before it goes."""
        self.dropped += self.spool.dropped_lines
        self.unrecorded += self.spool.unrecorded_lines

    @rule(count=st.integers(1, 6), rotates=st.booleans())
    def append(self, count: int, rotates: bool) -> None:  # noqa: FBT001 - hypothesis gives it
        """Several blocks at once, as the hub appends them."""
        if rotates:
            self.spool.rotate()
        first = len(self.appended)
        numbers = list(range(first, first + count))
        self.appended += numbers
        self.spool.append(b"".join(numbered(number) for number in numbers))
        if self.spool.room < 0:
            assert self.spool.trouble is None
            assert not self.spool._tail

    @rule(most=st.sampled_from([1, 70, 400, 10_000]), commits=st.booleans())
    def read(self, most: int, commits: bool) -> None:  # noqa: FBT001 - hypothesis gives it
        """Read a piece; commit it, or lose the database and read it again."""
        data, after = self.spool.read(self.position, most)
        if not data:
            assert after == self.position
            assert self.position >= self.spool.end or self.spool.waiting_bytes == 0
            return
        assert after > self.position
        start = after - len(data)
        assert start >= self.position
        for at, name, begin, end in blocks_in(data):
            if name != HEADER:
                place, number = start + begin, at - AT
                assert self.places.setdefault(place, number) == number, "the bytes have changed"
                assert end <= len(data)
        found = numbers_in(data)
        assert found == sorted(set(found))
        assert not found or not self.seen or found[0] > self.seen[-1], "in order, and once"
        if commits:
            self.seen += found
            self.position = after
            self.spool.release(after)

    @rule()
    def tidy(self) -> None:
        """Housekeeping."""
        self.spool.tidy()

    @rule(room=st.sampled_from([-1, -1, 0, 150, 900]))
    def disk(self, room: int) -> None:
        """The disk has so much room from now on."""
        self.spool.room = room

    @rule()
    def restart(self) -> None:
        """Stop in good order and start again."""
        self.spool.close()
        self.gone()
        self.spool = self.opened()
        assert self.spool.id == self.id

    @rule()
    def die(self) -> None:
        """Killed: what only stood in memory is lost."""
        self.excused += sum(map(lines_in, self.spool._tail))
        killed(self.spool)
        self.gone()
        self.spool = self.opened()

    @rule(cut=st.integers(0, 300), data=st.data())
    def power_cut(self, cut: int, data: st.DataObject) -> None:
        """The machine goes down: the last file may have lost its end, anywhere."""
        self.excused += sum(map(lines_in, self.spool._tail))
        killed(self.spool)
        self.gone()
        plain = sorted(self.folder.glob(f"journal-*{PLAIN}"))
        if plain:
            size = plain[-1].stat().st_size
            self.excused += lines_in(plain[-1].read_bytes())
            os.truncate(plain[-1], data.draw(st.integers(max(0, size - cut), size)))
        end = max(self.places, default=0)
        self.spool = self.opened()
        assert self.spool.end > end

    @invariant()
    def positions_fit(self) -> None:
        """The end is never before the reader; nothing is counted twice."""
        if hasattr(self, "spool"):
            assert self.spool.end >= self.position
            assert self.spool.waiting_bytes >= 0
            assert self.spool.dropped_lines >= 0
            edges = [(s.begin, s.end) for s in self.spool._segments]
            assert all(begin <= end for begin, end in edges)
            assert all(a[0] < b[0] for a, b in pairwise(edges))

    @precondition(lambda self: hasattr(self, "spool"))
    @rule()
    def account(self) -> None:
        """Read to the end: each line was read, or counted as dropped, or died with a process."""
        while True:
            data, after = self.spool.read(self.position, 300)
            if not data:
                break
            found = numbers_in(data)
            assert not found or not self.seen or found[0] > self.seen[-1]
            self.seen += found
            self.position = after
            self.spool.release(after)
        seen = set(self.seen)
        missing = sum(number % 3 + 1 for number in self.appended if number not in seen)
        dropped = self.dropped + self.spool.dropped_lines
        assert dropped <= missing <= dropped + self.excused

    def teardown(self) -> None:
        """Count, close, and look at what is left on disk."""
        try:
            if hasattr(self, "spool"):
                self.account()
                self.spool.close()
                self.unrecorded += self.spool.unrecorded_lines
                self.left_on_disk()
        finally:
            if hasattr(self, "spool"):
                killed(self.spool)
            spool_module.MEMORY_BYTES = self.was
            shutil.rmtree(self.folder)

    def left_on_disk(self) -> None:
        """Nothing is left of what is stored."""
        assert segments_in(self.folder) == []


class AnySequenceRecorded(AnySequence):
    """The same, and the journal is kept."""

    keep = True

    def left_on_disk(self) -> None:
        """All that was stored is recorded, once and in order, but for what was counted."""
        kept = segments_in(self.folder)
        assert all(path.name.endswith(PACKED) for path in kept)
        found = numbers_in(b"".join(unpacked(path) for path in kept))
        assert found == sorted(set(found))
        missing = sum(number % 3 + 1 for number in set(self.seen) - set(found))
        assert missing <= self.unrecorded + self.excused
        if not self.excused:
            assert missing == self.unrecorded


def unpacked(path: Path) -> bytes:
    """The bytes of a segment."""
    log = LogFile(str(path))
    log.open()
    try:
        return b"".join(piece for piece, _ in log.pieces())
    finally:
        log.close()


@pytest.mark.parametrize("machine", [AnySequence, AnySequenceRecorded])
def test_any_sequence(machine: type[AnySequence]) -> None:
    """Every block is read once and in order, or counted; a position never means other bytes."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("SPOOL_EXAMPLES", "25")), stateful_step_count=25,
            deadline=None, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


# -- one thing at a time -------------------------------------------------------------------------


def test_what_was_not_stored_is_there_after_a_restart(tmp_path: Path) -> None:
    """The reader goes on from the position of its last commit."""
    spool = begun(tmp_path, segment=200)
    for number in range(10):
        spool.append(numbered(number))
    data, position = spool.read(0, 300)
    spool.release(position)
    spool.close()
    again = begun(tmp_path, segment=200)
    again.append(numbered(10))
    again.release(position)
    rest, _ = drained(again, position)
    assert numbers_in(data) + rest == list(range(11))
    again.close()


def test_a_piece_is_never_of_two_segments(tmp_path: Path) -> None:
    """A header stands nowhere but at a piece's begin: with it the lateness may change."""
    spool = begun(tmp_path, segment=150)
    for number in range(12):
        spool.append(numbered(number))
    position, pieces = 0, []
    while True:
        data, position = spool.read(position, 1 << 20)
        if not data:
            break
        pieces.append(data)
    spool.close()
    assert len(pieces) > 2
    assert all(piece.startswith(HEAD) and piece.count(HEAD) == 1 for piece in pieces)


@pytest.mark.parametrize("most", [0, 1, 30, 10_000])
def test_a_block_larger_than_what_is_asked_for_is_given_whole(tmp_path: Path, most: int) -> None:
    """Reading always gets on, however little is asked for."""
    spool = begun(tmp_path)
    large = block(AT, "harbour", b"x" * 5000 + b"\n")
    spool.append(large)
    found: list[tuple[bytes, int]] = []
    thread = Thread(target=lambda: found.append(spool.read(len(HEAD), most)), daemon=True)
    thread.start()
    thread.join(2)
    assert found == [(large, len(HEAD) + len(large))]
    spool.close()


def test_every_torn_tail_is_cut(tmp_path: Path) -> None:
    """A file cut at any byte gives its whole blocks and nothing else."""
    spool = begun(tmp_path)
    spool.append(numbered(0) + numbered(1) + numbered(2))
    (path,) = tmp_path.glob(f"journal-*{PLAIN}")
    killed(spool)
    whole = path.read_bytes()
    ends = [len(HEAD)]
    for number in range(3):
        ends.append(ends[-1] + len(numbered(number)))
    for size in range(len(whole) + 1):
        path.write_bytes(whole[:size])
        again = begun(tmp_path)
        found, _ = drained(again)
        assert found == list(range(sum(end <= size for end in ends[1:])))
        killed(again)


def test_zeros_at_the_end_are_cut(tmp_path: Path) -> None:
    """A file system may have given a file its length and not its bytes."""
    spool = begun(tmp_path)
    spool.append(numbered(0))
    (path,) = tmp_path.glob(f"journal-*{PLAIN}")
    killed(spool)
    with path.open("ab") as file:
        file.write(bytes(4096))
    again = begun(tmp_path)
    again.append(numbered(1))
    assert drained(again)[0] == [0, 1]
    again.close()


def test_the_oldest_unread_is_dropped_and_counted(tmp_path: Path) -> None:
    """The limit holds, and every line is read or counted."""
    spool = begun(tmp_path, limit=1500, segment=300)
    for number in range(100):
        spool.append(numbered(number))
        assert spool.waiting_bytes <= 1500
    found, _ = drained(spool)
    assert found == list(range(found[0], 100))
    assert 0 < found[0] < 99
    assert spool.dropped_lines == sum(number % 3 + 1 for number in range(found[0]))
    spool.close()


def test_what_was_stored_is_not_counted_as_dropped(tmp_path: Path) -> None:
    """Only the part of a segment that nobody has stored is lost."""
    spool = begun(tmp_path, limit=900, segment=400)
    spool.append(numbered(0) + numbered(1))
    _, position = spool.read(0, len(HEAD) + 1)
    spool.release(position)
    _, position = spool.read(position, 1)
    spool.release(position)
    for number in range(2, 60):
        spool.append(numbered(number))
    found, _ = drained(spool, position)
    lost = set(range(2 if position > len(HEAD) + len(numbered(0)) + 1 else 1, 60)) - set(found)
    assert spool.dropped_lines == sum(number % 3 + 1 for number in lost)
    spool.close()


def test_a_record_loses_nothing_that_was_stored(tmp_path: Path) -> None:
    """The limit is for what is not stored yet; the rest is compressed and stays."""
    spool = begun(tmp_path, limit=1500, segment=300, keep=True)
    position = 0
    for number in range(200):
        spool.append(numbered(number))
        if number % 3 == 0:
            _, position = drained(spool, position)
            spool.release(position)
            spool.tidy()
    _, position = drained(spool, position)
    spool.release(position)
    assert list(tmp_path.glob(f"*{PACKED}"))
    spool.close()
    assert (spool.dropped_lines, spool.unrecorded_lines) == (0, 0)
    assert not list(tmp_path.glob(f"*{PLAIN}"))
    assert not list(tmp_path.glob(f"*{PARTIAL}"))
    kept = segments_in(tmp_path)
    assert numbers_in(b"".join(unpacked(path) for path in kept)) == list(range(200))
    whole = LogFile(str(kept[0]), [str(path) for path in kept[1:]])
    whole.open()
    assert numbers_in(b"".join(piece for piece, _ in whole.pieces(size=64))) == list(range(200))
    whole.close()


def test_a_record_is_one_log(tmp_path: Path) -> None:
    """Plain and packed segments together; a replay goes on from any byte of it."""
    spool = begun(tmp_path, segment=100, keep=True)
    for number in range(9):
        spool.append(numbered(number))
        if number == 5:
            spool.release(spool.end)
            spool.tidy()
    spool.close()
    kept = segments_in(tmp_path)
    assert {path.name.endswith(PACKED) for path in kept} == {True, False}
    whole = b"".join(unpacked(path) for path in kept)
    assert numbers_in(whole) == list(range(9))
    for skip in range(0, len(whole) + 1, 3):
        log = LogFile(str(kept[0]), [str(path) for path in kept[1:]])
        log.open()
        assert b"".join(piece for piece, _ in log.pieces(skip, size=50)) == whole[skip:]
        log.close()


def test_a_piece_of_a_log_never_holds_two_segments(tmp_path: Path) -> None:
    """Also where one was cut off: what follows begins with its header."""
    spool = begun(tmp_path, segment=100)
    for number in range(9):
        spool.append(numbered(number))
    killed(spool)
    kept = segments_in(tmp_path)
    os.truncate(kept[1], kept[1].stat().st_size - 5)
    for size in (10, 64, 1 << 20):
        log = LogFile(str(kept[0]), [str(path) for path in kept[1:]])
        log.open()
        pieces = [piece for piece, _ in log.pieces(size=size)]
        log.close()
        assert all(HEAD not in piece[1:] for piece in pieces)
        assert sum(piece.startswith(HEAD) for piece in pieces) == len(kept)


def test_a_journal_is_named_in_several_ways(tmp_path: Path) -> None:
    """A folder, its files, or both: each segment is read once, in order."""
    spool = begun(tmp_path, segment=100)
    for number in range(9):
        spool.append(numbered(number))
    killed(spool)
    kept = [str(path) for path in segments_in(tmp_path)]
    assert len(kept) > 2
    compress(Path(kept[1]))  # and one stands there twice, after a death
    (Path(kept[1])).write_bytes(b"")
    packed = [str(path) for path in segments_in(tmp_path)]
    for files in (
        (str(tmp_path),), tuple(packed), tuple(reversed(packed)), (str(tmp_path), packed[0]),
        (packed[0], str(tmp_path)), (str(tmp_path), str(tmp_path)),
        tuple(map(str, sorted(tmp_path.glob("journal-*")))),
    ):  # fmt: skip
        assert _logs(files) == [packed], files
    assert _logs((kept[0], "a.nmea", kept[2])) == [[kept[0], kept[2]], ["a.nmea"]]


@pytest.mark.parametrize("died", ["while compressing", "before the plain one was removed"])
def test_a_death_while_compressing(tmp_path: Path, died: str) -> None:
    """One of the two files is whole; it is read once, and recorded once."""
    spool = begun(tmp_path, keep=True)
    spool.append(numbered(0) + numbered(1))
    killed(spool)
    (path,) = tmp_path.glob(f"journal-*{PLAIN}")
    data = path.read_bytes()
    if died == "while compressing":
        (tmp_path / f"{path.name}.zst{PARTIAL}").write_bytes(b"\x28\xb5\x2f\xfd half")
    else:
        compress(path)
        path.write_bytes(data)
    again = begun(tmp_path, keep=True)
    assert again.end >= len(data), "what was stored had positions up to there"
    again.release(len(data))
    again.append(numbered(2))
    assert drained(again, len(data))[0] == [2]
    again.release(again.end)
    again.close()
    assert numbers_in(b"".join(unpacked(p) for p in segments_in(tmp_path))) == [0, 1, 2]


# -- when the end was not clean ------------------------------------------------------------------


def test_after_a_power_cut_positions_jump(tmp_path: Path) -> None:
    """The end may be lost, and the database may know more of it than the disk."""
    spool = begun(tmp_path)
    spool.append(numbered(0) + numbered(1))
    stored = spool.end
    killed(spool)
    (path,) = tmp_path.glob(f"journal-*{PLAIN}")
    os.truncate(path, stored - 3)
    again = begun(tmp_path)
    assert again.id == spool.id
    again.append(numbered(2))
    assert drained(again, stored)[0] == [2]
    again.close()


def test_after_a_power_cut_what_waits_is_kept(tmp_path: Path) -> None:
    """The jump of positions is no backlog: nothing is dropped for it."""
    spool = begun(tmp_path)
    for number in range(5):
        spool.append(numbered(number))
    killed(spool)
    again = begun(tmp_path)
    assert again.waiting_bytes < 2000
    again.append(numbered(5))
    assert again.waiting_bytes < 2000
    assert again.dropped_lines == 0
    assert drained(again)[0] == list(range(6))
    again.close()


def test_after_a_stop_in_good_order_positions_go_on(tmp_path: Path) -> None:
    """They jump only when the end was not clean."""
    spool = begun(tmp_path)
    spool.append(numbered(0))
    end = spool.end
    spool.release(end)
    spool.close()
    again = begun(tmp_path)
    assert (again.end, again.id) == (end, spool.id)
    again.close()


def test_a_lost_journal_is_another_one(tmp_path: Path) -> None:
    """What a database remembers of the old one says nothing about it: its id differs."""
    spool = begun(tmp_path / "a")
    spool.append(numbered(0))
    spool.close()
    shutil.rmtree(tmp_path / "a")
    again = begun(tmp_path / "a")
    assert again.id != spool.id
    assert len(again.id) == 16
    assert again.end == 0
    again.close()


@pytest.mark.parametrize(
    "note", ["", "{", "[]", "null", '{"id": 5}', '{"id": "xyz"}', '{"id": "ab", "end": "x"}',
             '{"id": "ab", "end": null}', '{"id": "ab", "end": 1e400}', '{"id": "ab", "stamp": []}',
             "\\udcff"],
)  # fmt: skip
def test_a_damaged_note_is_no_disaster(tmp_path: Path, note: str) -> None:
    """What waits is read whatever the note says."""
    spool = begun(tmp_path)
    spool.append(numbered(0))
    killed(spool)
    (tmp_path / "journal.json").write_text(note)
    again = begun(tmp_path)
    again.append(numbered(1))
    assert drained(again)[0] == [0, 1]
    again.close()


def test_files_of_others_do_not_disturb(tmp_path: Path) -> None:
    """A copy that somebody made by hand is not taken for a segment, and not removed."""
    spool = begun(tmp_path)
    spool.append(numbered(0))
    killed(spool)
    (path,) = tmp_path.glob(f"journal-*{PLAIN}")
    mine = [tmp_path / f"journal-old{PLAIN}", tmp_path / f"journal-1 (copy){PLAIN}"]
    for other in mine:
        shutil.copy(path, other)
    again = begun(tmp_path)
    assert drained(again)[0] == [0]
    again.release(again.end)
    again.tidy()
    again.close()
    assert all(other.exists() for other in mine)
    assert segments_in(tmp_path) == []


def test_the_newest_stamp_is_found(tmp_path: Path) -> None:
    """The clock goes on behind it, ticks included, whatever stands at the end of the file."""
    spool = begun(tmp_path)
    spool.append(numbered(3) + tick(AT + 77))
    killed(spool)
    again = begun(tmp_path)
    assert again.last_stamp == AT + 77
    again.append(b"")  # a header alone
    killed(again)
    third = begun(tmp_path)
    assert third.last_stamp == AT + 77
    third.release(third.end)
    third.last_stamp = AT + 99
    third.close()
    fourth = begun(tmp_path)
    assert fourth.last_stamp == AT + 99
    fourth.close()


def test_a_new_journal_has_no_stamp(tmp_path: Path) -> None:
    """The clock then begins with the wall clock."""
    spool = begun(tmp_path)
    assert spool.last_stamp == NO_TIME
    spool.close()


# -- when the disk is full -----------------------------------------------------------------------


@pytest.fixture
def tmpfs(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 64 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if os.geteuid() or mount is None or umount is None:
        pytest.skip("only root can mount a small disk")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run([umount, "-l", folder], check=True)


def test_a_full_disk(tmpfs: Path) -> None:
    """Memory takes the newest; with room again all goes on, and every line is accounted for."""
    ballast = tmpfs / "ballast"
    position, seen, appended = 0, list[int](), 0

    def fill() -> None:
        with suppress(OSError), ballast.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(1024))

    def add(count: int) -> None:
        nonlocal appended
        for _ in range(count):
            spool.append(numbered(appended))
            appended += 1

    def take(most: int) -> None:
        nonlocal position
        data, position = spool.read(position, most)
        seen.extend(numbers_in(data))
        spool.release(position)

    fill()
    spool = begun(tmpfs, segment=8000)
    add(50)
    assert spool.trouble == "the journal cannot be written: No space left on device"
    take(1)
    take(100)
    ballast.unlink()
    add(300)
    assert spool.trouble is None
    assert spool.dropped_lines == 0
    take(1000)
    fill()
    add(1000)  # the oldest makes room
    assert spool.dropped_lines > 0
    rest, position = drained(spool, position, 1000)
    seen += rest
    assert seen == sorted(set(seen))
    assert seen[-1] == appended - 1
    missing = set(range(appended)) - set(seen)
    assert spool.dropped_lines == sum(number % 3 + 1 for number in missing)
    spool.release(position)
    spool.close()
    assert segments_in(tmpfs) == []


def full(spool: Spool, monkeypatch: pytest.MonkeyPatch, code: int = errno.ENOSPC) -> None:
    """From now on the disk takes nothing."""

    def put(_: bytes) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(spool, "_put", put)


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the disk is full, and what is dropped is counted."""
    monkeypatch.setattr(spool_module, "MEMORY_BYTES", 2000)
    spool = begun(tmp_path)
    full(spool, monkeypatch)
    for number in range(300):
        spool.append(numbered(number))
        assert sum(map(len, spool._tail)) <= 2000 + len(HEAD) + 100
    found, position = drained(spool)
    assert found == list(range(found[0], 300))
    assert spool.dropped_lines == sum(number % 3 + 1 for number in range(found[0]))
    monkeypatch.undo()
    spool.append(numbered(300))
    assert drained(spool, position)[0] == [300]
    spool.close()


def test_positions_are_stable_from_memory_to_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader in the middle of what waits in memory goes on from the disk."""
    spool = begun(tmp_path)
    spool.append(numbered(0))
    with monkeypatch.context() as patch:
        full(spool, patch)
        for number in range(1, 30):
            spool.append(numbered(number))
        found, position = drained(spool)
        data, middle = spool.read(0, 1)
        while numbers_in(data)[-1:] < [15]:
            data, middle = spool.read(middle, 1)
    spool.append(numbered(30))
    assert not spool._tail
    assert found[-1] == 29
    assert drained(spool, middle)[0] == list(range(16, 31))
    assert drained(spool, position)[0] == [30]
    spool.close()


@pytest.mark.parametrize("code", [errno.EIO, errno.EROFS, errno.EDQUOT])
def test_other_troubles_of_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """A disk that went bad or read-only does not end the watch: what comes waits in memory."""
    spool = begun(tmp_path, segment=150)
    for number in range(4):
        spool.append(numbered(number))
    _, position = drained(spool)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        full(spool, patch, code)
        patch.setattr(Path, "unlink", refuse)
        patch.setattr(os, "truncate", refuse)
        patch.setattr(os, "fsync", refuse)
        spool.append(numbered(4))
        spool.append(numbered(5))
        assert spool.trouble == f"the journal cannot be written: {os.strerror(code)}"
        assert drained(spool, position)[0] == [4, 5]
        spool.release(position)
        spool.tidy()
    spool.append(numbered(6))
    assert drained(spool, position)[0] == [4, 5, 6]
    spool.close()


def test_what_a_full_disk_does_not_take_at_the_end_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing loses what only stands in memory: that is said."""
    spool = begun(tmp_path)
    with monkeypatch.context() as patch:
        full(spool, patch)
        spool.append(numbered(2) + numbered(5))
        spool.close()
    assert spool.dropped_lines == 6


@pytest.mark.parametrize("end", ["killed", "closed, and the note was not written"])
@pytest.mark.parametrize("begin", ["on a good disk", "on a full disk"])
def test_positions_that_were_stored_from_memory_are_not_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begin: str, end: str
) -> None:
    """The database has stored what stood in memory only: what comes then is behind it."""

    def no_room(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    begun(tmp_path).close()
    with monkeypatch.context() as patch:
        if begin == "on a full disk":
            patch.setattr(Path, "write_text", no_room)
        spool = begun(tmp_path)
        spool.append(numbered(0))
        full(spool, patch)
        for number in range(1, 10):
            spool.append(numbered(number))
        _, stored = drained(spool)
        spool.release(stored)
        if end == "killed":
            killed(spool)
        else:
            patch.setattr(Path, "write_text", no_room)
            spool.close()
    again = begun(tmp_path)
    assert again.id == spool.id
    again.release(stored)  # what the follower does first
    again.append(numbered(10))
    assert again.waiting_bytes > 0
    assert drained(again, stored)[0] == [10]
    again.close()


def test_a_file_that_was_cut_from_outside_does_not_hang_the_reader(tmp_path: Path) -> None:
    """What is gone is gone; reading goes on behind it, or raises, but never stands."""
    spool = begun(tmp_path, segment=100)
    for number in range(6):
        spool.append(numbered(number))
    first, *_ = sorted(tmp_path.glob(f"journal-*{PLAIN}"))
    os.truncate(first, 10)
    found: list[int] = []
    thread = Thread(target=lambda: found.extend(drained(spool)[0]), daemon=True)
    thread.start()
    thread.join(2)
    assert not thread.is_alive()
    assert found
    assert found[-1] == 5
    spool.close()


def test_a_file_that_was_removed_from_outside(tmp_path: Path) -> None:
    """The rest is still read."""
    spool = begun(tmp_path, segment=100)
    for number in range(6):
        spool.append(numbered(number))
    first, *_ = sorted(tmp_path.glob(f"journal-*{PLAIN}"))
    first.unlink()
    found, _ = drained(spool)
    assert found[-1] == 5
    spool.close()


# -- who may use it ------------------------------------------------------------------------------


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    """In a sentence; and what the first one writes is not touched."""
    spool = begun(tmp_path)
    spool.append(numbered(0))
    code = (
        "import sys, pathlib; from monitor.journal.spool import Spool\n"
        "try: Spool(pathlib.Path(sys.argv[1]), limit_bytes=99).open()\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[3],
    )  # fmt: skip
    told = f"StoreError Another monitor uses the journal in {tmp_path}: stop it first."
    assert done.stdout.strip() == told
    spool.append(numbered(1))
    assert drained(spool)[0] == [0, 1]
    spool.close()
    begun(tmp_path).close()


def test_refused_and_let_go(tmp_path: Path) -> None:
    """A refusal keeps no file open, and the same object can be opened later."""
    spool = begun(tmp_path)
    second = Spool(tmp_path, limit_bytes=LIMIT)
    with pytest.raises(StoreError, match="stop it first"):
        second.open()
    spool.close()
    second.open()
    second.close()


def test_a_file_in_the_place_of_the_directory(tmp_path: Path) -> None:
    """A sentence that names the directory and the reason."""
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StoreError, match=r"The journal cannot be kept in .*file.*: .*\.$"):
            Spool(place, limit_bytes=LIMIT).open()


def test_a_directory_that_may_not_be_written() -> None:
    """As another user, for root may write everywhere."""
    home = Path(tempfile.mkdtemp(prefix="spool-"))
    home.chmod(0o755)
    place = home / "mine"
    place.mkdir(mode=0o555)
    code = (
        "import os, sys, pathlib; from monitor.journal.spool import Spool\n"
        "os.geteuid() or os.setuid(65534)\n"
        "try: Spool(pathlib.Path(sys.argv[1]), limit_bytes=99).open()\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, place], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parents[3],
    )  # fmt: skip
    shutil.rmtree(home)
    if "monitor" in done.stderr:
        pytest.skip("another user cannot read the program here")
    assert done.stdout.strip() == (
        f"StoreError The journal cannot be kept in {place}: Permission denied."
    )


def test_a_missing_directory_is_made(tmp_path: Path) -> None:
    """With all its parents."""
    spool = begun(tmp_path / "a" / "b" / "c")
    spool.append(numbered(0))
    assert drained(spool)[0] == [0]
    spool.close()
