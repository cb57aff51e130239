"""The journal on disk under any sequence of anything: each block is read once, or counted."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from itertools import pairwise
from pathlib import Path

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

from monitor.decode.journal import HEADER, blocks_in, lines_in
from monitor.journal.segment import PACKED, PLAIN, segments_in
from monitor.journal.spool import Spool
from tests.integration.journal.spools import AT, HEAD, killed, numbered, numbers_in, unpacked


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

    recorded = False

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

    @initialize(limit=st.sampled_from([600, 2000, 100_000]), segment=st.sampled_from([1, 200, 900]))
    def begin(self, limit: int, segment: int) -> None:
        """Open it for the first time."""
        self.limit, self.segment = limit, segment
        self.spool = self.opened()
        self.id = self.spool.id

    def opened(self, room: int = -1) -> Disk:
        """The spool, opened anew."""
        spool = Disk(
            self.folder, limit_bytes=self.limit, recorded=self.recorded, segment_bytes=self.segment,
            memory_bytes=700,
        )  # fmt: skip
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
            shutil.rmtree(self.folder)

    def left_on_disk(self) -> None:
        """Nothing is left of what is stored."""
        assert segments_in(self.folder) == []


class AnySequenceRecorded(AnySequence):
    """The same, and the journal is kept."""

    recorded = True

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
