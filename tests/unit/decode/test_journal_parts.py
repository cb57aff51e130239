"""Parts of a journal: what holds is told from what is damaged, header and block alike."""

from __future__ import annotations

import pytest

from monitor.decode.journal_parts import (
    HEADER,
    first_head,
    header_holds,
    header_of,
    is_summed,
    parts_in,
)
from monitor.errors import InputError
from monitor.journal.blocks import block, header, tick

HEAD = header({"a": "nmea"}, lateness_s=2.5, journal="ab")
AT = 1_700_000_000_000_000


def lines_of(data: bytes, *, summed: bool = False) -> list[bytes]:
    """Lines of the blocks that hold."""
    parts = parts_in(data, whole=True, summed=summed)
    return [data[part.begin : part.end] for part in parts if part.name not in {"", HEADER}]


def test_a_header_ends_with_its_checksum() -> None:
    """As a word of its JSON: whoever does not know it reads on."""
    assert header_of(HEAD)["crc"] in HEAD.decode()
    assert header_holds(HEAD[:-1])
    assert is_summed(HEAD)


@pytest.mark.parametrize("place", range(len(HEAD) - 1))
def test_no_byte_of_a_header_can_change_unseen(place: int) -> None:
    """But for the name of the checksum, without which all else is still as it was."""
    data = bytearray(HEAD[:-1])
    data[place] ^= 1
    if not header_holds(bytes(data)):
        return
    words = header_of(bytes(data) + b"\n")
    assert {name: words[name] for name in ("feeds", "lateness_s", "journal")} == {
        "feeds": {"a": "nmea"}, "lateness_s": 2.5, "journal": "ab"
    }  # fmt: skip


def test_an_earlier_release_wrote_none() -> None:
    old = b'#monitor-journal {"version":1,"feeds":{"a":"nmea"},"lateness_s":5.0}'
    assert header_holds(old)
    assert not is_summed(old)
    assert not header_holds(old.replace(b"5.0}", b'5.0,"crc":"12345678"}'))
    assert not header_holds(old.replace(b"5.0}", b'5.0,"crc":"1234567"}'))


def test_what_looks_like_a_block_without_a_checksum_is_none_among_those_that_have() -> None:
    """A blank that became the end of a line: the checksum would be a line of the feed."""
    good = block(AT, "a", b"one\n", 0) + block(AT, "a", b"two\n", 1)
    crc_at = good.index(b" ", good.index(b"a 4") + 2)
    broken = good[:crc_at] + b"\n" + good[crc_at + 1 :]
    assert lines_of(HEAD + broken) == [b"two\n"]
    assert lines_of(broken, summed=True) == [b"two\n"]
    old = b"@%d a 4\none\n@%d a 4\ntwo\n" % (AT, AT)
    assert lines_of(old) == [b"one\n", b"two\n"]
    assert lines_of(good + old) == [b"one\n", b"two\n"]


def test_the_first_block_of_a_file_says_where_it_belongs() -> None:
    """Though its lines are not there."""
    data = HEAD + block(AT + 5, "a", b"one\n", 70)
    assert first_head(data) == first_head(data[:-3]) == (70, AT + 5)
    assert first_head(HEAD + tick(AT, 3)) == (3, AT)
    for none in (b"", HEAD, data[1:], HEAD + b"@%d a 4\none\n" % AT, HEAD + b"x\n", data[:-30]):
        assert first_head(none) is None


def test_a_header_of_another_release_is_no_header_here() -> None:
    with pytest.raises(InputError, match="damaged or of another release"):
        header_of(b'#monitor-journal {"version":2,"feeds":{},"lateness_s":5.0}\n')
