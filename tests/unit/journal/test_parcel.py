"""A parcel by its words and its body: what was sent is read, anything else is said."""

from __future__ import annotations

import pytest

from monitor.errors import InputError, UnfitError
from monitor.journal.blocks import header
from monitor.journal.parcel import LAYOUT_WORD, header_before, parcel_of
from tests.parcels import EdgeJournal

ONE = EdgeJournal().add(0, b"a", b"b").add(1).parcel()


def test_it_is_read_as_it_was_sent() -> None:
    assert parcel_of(ONE.words, ONE.body, ONE.sequence, ONE.stored_at) == ONE
    assert ONE.end - ONE.begin == len(ONE.blocks)
    assert ONE.id == f"north:{ONE.journal}:{ONE.begin}"


@pytest.mark.parametrize(
    ("words", "body", "why"),
    [
        ({"Monitor-Edge": "North Pole"}, ONE.body, "cannot be read"),
        ({"Monitor-Journal": "1"}, ONE.body, "cannot be read"),
        ({"Monitor-Begin": "-3"}, ONE.body, "cannot be read"),
        ({"Monitor-Begin": "\u0663"}, ONE.body, "cannot be read"),
        ({}, b"", "cannot be read"),
        ({}, ONE.body.replace(b"roof", b"root"), "cannot be read"),
        ({LAYOUT_WORD: None}, ONE.body, "none of an edge's"),
    ],
)
def test_what_is_none_is_said(words: dict[str, str | None], body: bytes, why: str) -> None:
    changed = {name: word for name, word in {**ONE.words, **words}.items() if word is not None}
    with pytest.raises(InputError, match=f"Message 7 of the stream .*{why}"):
        parcel_of(changed, body, 7, 0)


def test_another_layout_is_not_read_at_all() -> None:
    """Whatever follows it may be of that layout, too."""
    with pytest.raises(UnfitError, match="of layout 2, and this program reads layout 1"):
        parcel_of({**ONE.words, LAYOUT_WORD: "2"}, ONE.body, 7, 0)


def test_the_header_that_blocks_end_under() -> None:
    first, second = (header({name: "nmea"}, lateness_s=0.0) for name in ("a", "b"))
    text = EdgeJournal().add(0, b"x").data
    assert header_before(first + b"@x\n" + second + b"@y\n") == second
    assert header_before(text) == EdgeJournal().header
    assert header_before(b"@x\n") == b""
    assert header_before(b"?" + first) == b"", "a feed's line that looks like one"
    assert header_before(second.replace(b"nmea", b"nmeb")) == b"", "damaged"
