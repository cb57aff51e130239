"""What comes packed: bounded before it is unpacked, and each fault told apart."""

from __future__ import annotations

import gzip

import pytest

from monitor.feed.packed import MOST_MEMBERS, PackingError, TooLongError, unpacked

WORDS = b"what a ship says, and says again\n" * 9


def test_gzip_is_unpacked_whether_it_was_said_or_not() -> None:
    packed = gzip.compress(WORDS)
    assert unpacked(packed, 999, packed=True) == WORDS
    assert unpacked(packed, 999, packed=False) == WORDS
    assert unpacked(packed + b"\0\0", 999, packed=True) == WORDS


def test_what_is_not_packed_stays_as_it_is_unless_it_says_it_is() -> None:
    assert unpacked(WORDS, 999, packed=False) == WORDS
    with pytest.raises(PackingError, match=r"^The body is not gzip, though its Content-Encoding"):
        unpacked(WORDS, 999, packed=True)


@pytest.mark.parametrize("kept", [2, 9, 10, 20, -9, -8, -1])
def test_gzip_that_was_cut_anywhere(kept: int) -> None:
    """In its head, its data or its checksum."""
    with pytest.raises(PackingError, match=r"^The gzip of this body was cut: send it again, whole"):
        unpacked(gzip.compress(WORDS)[:kept], 999, packed=True)


def test_gzip_that_is_damaged() -> None:
    packed = gzip.compress(WORDS)
    for damaged in (packed[:-6] + b"wrong.", packed[:12] + b"\xff\xff\xff" + packed[15:]):
        with pytest.raises(PackingError, match=r"^The gzip of this body is damaged: send it again"):
            unpacked(damaged, 999, packed=True)


def test_the_longest_is_the_longest_packed_or_not() -> None:
    size = len(WORDS)
    for body in (WORDS, gzip.compress(WORDS), gzip.compress(WORDS[:9]) + gzip.compress(WORDS[9:])):
        assert unpacked(body, size, packed=False) == WORDS
        with pytest.raises(TooLongError):
            unpacked(body, size - 1, packed=False)


def test_members_without_end_are_not_unpacked_to_the_last() -> None:
    """Each costs a copy of what follows it: 8 MB of empty ones took hours."""
    empty = gzip.compress(b"")
    assert unpacked(empty * MOST_MEMBERS, 999, packed=True) == b""
    with pytest.raises(PackingError, match=r"has more than 100 members: send one\."):
        unpacked(empty * (MOST_MEMBERS + 1), 999, packed=True)
