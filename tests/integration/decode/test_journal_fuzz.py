"""A journal cut at every byte and anywhere, damaged anywhere, and words in any order."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.decode.journal import MAGIC
from monitor.errors import InputError
from monitor.journal.blocks import block, tick
from tests.unit.decode.journals import AT, HEAD, MORE, ONE, TWO, cut, decoded, journal, web

QUICK = settings(max_examples=120, deadline=None)


@QUICK
@given(st.lists(st.integers(0, 10**6), max_size=12), st.booleans())
def test_cut_anywhere(places: list[int], restarts: bool) -> None:  # noqa: FBT001
    """Within heads, blocks and headers, and with restarts between."""
    assert decoded(cut(journal(), places), restarts=restarts) == decoded([journal()])


def test_cut_at_every_byte() -> None:
    """Into single bytes, and into two pieces at every seventh."""
    data = journal()
    whole = decoded([data])
    for place in range(1, len(data), 7):
        assert decoded([data[:place], data[place:]]) == whole
    assert decoded([data[i : i + 1] for i in range(len(data))], restarts=True) == whole


TOKENS = st.sampled_from(
    [
        HEAD, MORE, MAGIC, b"@", b"\n", b" ", b"-", b"harbour", b"web", b"#", b"0", b"3", b"48",
        b"99999999999999999999", b"-5", b"\x00", b"\xff\xfe", b"{", ONE, TWO[0], TWO[1], web(1),
        tick(AT), block(AT, "harbour", ONE), block(AT, "web", web(2)), b"@%d harbour 9\n" % AT,
        b"@%d web 400\n" % AT, b"\r\n", b"@5 - 48\n", b"1e9", b"@%d north 5\nab\n\n\n" % AT,
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(TOKENS | st.binary(max_size=12), max_size=40),
    st.lists(st.integers(0, 10**6), max_size=5),
)
def test_anything_at_all(words: list[bytes], places: list[int]) -> None:
    """Nothing but InputError, and cuts change nothing."""
    data = HEAD + b"".join(words)
    whole = outcome_of([data])
    again = outcome_of(cut(data, places))
    if isinstance(whole, dict) and isinstance(again, dict):
        for name in ("positions", "statics", "kinds", "clock", "lines"):
            assert again[name] == whole[name]


def outcome_of(pieces: list[bytes]) -> dict[str, Any] | str:
    """What it says, or that it refuses."""
    try:
        return decoded(pieces)
    except InputError as error:
        return str(error)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_journal(data: st.DataObject) -> None:
    """Bytes changed, removed and put in anywhere."""
    good = bytearray(journal())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(good) - 1))
        width = data.draw(st.integers(0, 5))
        good[place : place + width] = data.draw(st.binary(max_size=5))
    found = outcome_of([bytes(good)])
    if isinstance(found, dict):
        assert found["clock"] == sorted(found["clock"])
        assert all(0 <= at < 253_402_300_800_000_000 for at in found["clock"])
