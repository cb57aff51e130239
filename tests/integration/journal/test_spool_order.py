"""Files of a journal that do not stand where they belong: told, put aside, nothing read twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.journal.order import in_place, mark_of, misplaced, strangers
from monitor.journal.segment import compress, segments_in
from tests.integration.journal.spools import AT, begun, killed
from tests.integration.journal.test_spool_broken import BLOCKS, SEGMENT, appended, read


@pytest.mark.parametrize(
    ("numbers", "gone"),
    [
        ([0, 10, 20, 30], set()),
        ([0, 30, 20, 40], {1}),
        ([0, 30, 10, 20, 5, 40], {1, 4}),
        ([0, None, 30, None, 10, 20, 40], {2}),
        ([0, 10, 0, 20], {2}),
        ([], set()),
        ([None, None], set()),
    ],
)
def test_the_fewest_are_left_out(numbers: list[int | None], gone: set[int]) -> None:
    """A file of which nothing is known stays."""
    marks = [None if number is None else (number, 0) for number in numbers]
    found = misplaced(marks)
    assert len(found) == len(gone)
    assert found == gone or numbers == [0, 30, 20, 40]


def test_what_was_read_already_is_left_out() -> None:
    """Of the same number the later one is good: nothing but the time went on."""
    assert misplaced([(20, 0), (50, 0), (50, 9), (60, 0)], 50) == {0}
    assert misplaced([(50, 9), (50, 9), (60, 0)], 50) in ({0}, {1})


def test_a_file_says_where_it_belongs_packed_or_not(tmp_path: Path) -> None:
    spool = begun(tmp_path, segment=SEGMENT)
    appended(spool, 0, BLOCKS)
    killed(spool)
    plain = segments_in(tmp_path)
    marks = [mark_of(path) for path in plain]
    assert marks[0] == (0, AT)
    assert None not in marks
    compress(plain[2])
    assert [mark_of(path) for path in segments_in(tmp_path)] == marks
    plain[3].write_bytes(b"\0" * 900)
    packed = segments_in(tmp_path)[2]
    packed.write_bytes(packed.read_bytes()[:9] + b"nonsense")
    assert [mark_of(path) for path in segments_in(tmp_path)][2:4] == [None, None]
    assert strangers(segments_in(tmp_path), 0) == set()
    assert mark_of(tmp_path / "none") is None


@pytest.mark.parametrize("again", [False, True], ids=["live", "started again"])
def test_two_that_are_swapped_are_put_aside_and_all_between_is_read(
    tmp_path: Path, *, again: bool
) -> None:
    """The one is missing where it was, and the other, too; a replay finds the same."""
    spool = begun(tmp_path, segment=SEGMENT)
    appended(spool, 0, BLOCKS)
    every = segments_in(tmp_path)
    one, two = every[1].read_bytes(), every[5].read_bytes()
    every[1].write_bytes(two)
    every[5].write_bytes(one)
    if again:
        killed(spool)
        spool = begun(tmp_path, segment=SEGMENT)
    kept = in_place(segments_in(tmp_path))
    found, _ = read(spool)
    missing = one.count(b"\nline") + two.count(b"\nline")
    assert found == sorted(set(found))
    assert len(found) == spool.lines - missing
    assert spool.losses.lines == missing
    told = spool.losses.told()
    assert [loss.file for loss in told] == [every[1].name, ""]
    assert sorted(path.name for path in tmp_path.glob("misplaced-*")) == [
        f"misplaced-{every[1].name}", f"misplaced-{every[5].name}"
    ]  # fmt: skip
    assert segments_in(tmp_path) == kept
    spool.close()
