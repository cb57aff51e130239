"""Takes regular lines apart with numpy, a whole batch at once.

A regular line is ``!ttVDM,…*hh`` or the same behind one tag block with ``c:`` in seconds or
milliseconds. Whatever is odd about a line leaves it to ``sentence.py``, which must agree with this
file on the regular ones.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from monitor.decode.nmea.lines import (
    BACKSLASH,
    BANG,
    COLON,
    COMMA,
    CR,
    LF,
    SENTENCE,
    STAR,
    ZERO,
    LineTable,
    Rank,
)
from monitor.units import NO_TIME, SECOND_US

V, D, M, O = b"VDMO"  # noqa: E741 - the letters of VDM and VDO
FIRST, LAST = b" ~"  # the printable characters
C, G = b"cG"  # of "c:" and of "1G2:"

_HEX = np.full(256, 255, dtype=np.uint8)
for _digit, _character in enumerate("0123456789ABCDEF"):
    _HEX[ord(_character)] = _HEX[ord(_character.lower())] = _digit


def find_regular(table: LineTable) -> NDArray[np.bool_]:
    """Take the regular lines apart, into the table; returns which lines they are."""
    buffer, starts = table.buffer, table.starts
    regular = np.zeros(len(table), dtype=np.bool_)
    if not len(table):
        return regular
    ends = table.ends - (buffer[table.ends - 1] == CR)
    bangs = np.flatnonzero(buffer == BANG)
    first = np.searchsorted(bangs, starts)
    padded = np.concatenate((bangs, [len(buffer), len(buffer)]))
    bang, next_bang = padded[first], padded[first + 1]
    tagged = buffer[starts] == BACKSLASH
    candidate = (bang < ends - 12) & (next_bang > ends)
    candidate &= np.where(tagged, buffer[bang - 1] == BACKSLASH, bang == starts)
    lines = np.flatnonzero(candidate)
    b, star = bang[lines], ends[lines] - 3
    ok = (buffer[b + 3] == V) & (buffer[b + 4] == D)
    ok &= (buffer[b + 5] == M) | (buffer[b + 5] == O)
    ok &= (buffer[b + 6] == COMMA) & (buffer[b + 8] == COMMA) & (buffer[b + 10] == COMMA)
    total, number = buffer[b + 7] - ZERO, buffer[b + 9] - ZERO
    ok &= (total >= 1) & (total <= 9) & (number >= 1) & (number <= total)
    no_sequence = buffer[b + 11] == COMMA
    third = b + 12 - no_sequence
    ok &= no_sequence | (buffer[third] == COMMA)
    no_channel = buffer[third + 1] == COMMA
    fourth = third + 2 - no_channel
    ok &= no_channel | (buffer[fourth] == COMMA)
    payload, fill = fourth + 1, buffer[star - 1] - ZERO
    ok &= (buffer[star] == STAR) & (buffer[star - 2] == COMMA) & (fill <= 9)
    length = star - 2 - payload
    high, low = _HEX[buffer[star + 1]], _HEX[buffer[star + 2]]
    ok &= (length >= 0) & (high < 16) & (low < 16)
    ok &= _next(buffer, COMMA, payload) == star - 2  # none within the payload
    ok &= _next(buffer, STAR, b) == star
    ok &= (buffer[b + 1] != COMMA) & (buffer[b + 2] != COMMA)
    ok &= ~_unprintable(table, b, star + 3)
    stamp, plain = _tag_stamps(buffer, starts[lines], b, tagged[lines])
    ok &= plain
    pick = np.flatnonzero(ok)
    lines, b, star = lines[pick], b[pick], star[pick]
    rows = np.zeros(len(pick), dtype=SENTENCE)
    rows["line"], rows["begin"], rows["end"] = lines, b, star + 3
    rows["payload"], rows["length"], rows["fill"] = payload[pick], length[pick], fill[pick]
    rows["total"], rows["number"] = total[pick], number[pick]
    rows["stamp"] = stamp[pick]
    if len(pick):
        pairs = np.stack([b + 1, star], axis=1).ravel()
        rows["ok"] = np.bitwise_xor.reduceat(buffer, pairs)[::2] == (high[pick] << 4 | low[pick])
    regular[lines] = True
    table.sentences = rows
    table.stamps[lines] = rows["stamp"]
    table.ranks[lines] = np.where(rows["stamp"] != NO_TIME, Rank.STAMP, Rank.NONE)
    return regular


def _tag_stamps(
    buffer: NDArray[np.uint8],
    starts: NDArray[np.int64],
    bangs: NDArray[np.int64],
    tagged: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Read ``c:`` of ten or thirteen digits; the mask says where nothing else was seen."""
    stamp = np.full(len(starts), NO_TIME, dtype=np.int64)
    plain = np.ones(len(starts), dtype=np.bool_)
    if not tagged.any():
        return stamp, plain
    keys = np.flatnonzero((buffer[1:-1] == C) & (buffer[2:] == COLON)) + 1
    keys = keys[(buffer[keys - 1] == BACKSLASH) | (buffer[keys - 1] == COMMA)]
    padded = np.concatenate((keys, [len(buffer)]))
    key = padded[np.searchsorted(keys, starts)]
    has = tagged & (key < bangs)
    for digits, scale in ((10, SECOND_US), (13, 1000)):
        after = buffer[np.minimum(key + 2 + digits, len(buffer) - 1)]
        rows = np.flatnonzero(has & ((after == COMMA) | (after == STAR)))
        if not len(rows):
            continue
        window = np.lib.stride_tricks.sliding_window_view(buffer, digits)[key[rows] + 2] - ZERO
        fine = (window < 10).all(axis=1)
        powers = 10 ** np.arange(digits - 1, -1, -1, dtype=np.int64)
        stamp[rows[fine]] = (window[fine].astype(np.int64) * powers).sum(axis=1) * scale
    hybrid = tagged & (buffer[starts + 2] == G)  # "1G2:id"
    odd = tagged & (_next(buffer, BACKSLASH, starts + 1) != bangs - 1)  # several blocks, or half
    odd |= has & (_next(buffer, STAR, starts) < key)  # no field of the block
    plain &= ~(has & (stamp == NO_TIME)) & ~hybrid & ~odd
    return stamp, plain


def _unprintable(
    table: LineTable, begin: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether anything but printable characters stands between two places of a line."""
    buffer = table.buffer[: len(table.data)]
    odd = np.flatnonzero(buffer - np.uint8(FIRST) > LAST - FIRST)
    odd = odd[buffer[odd] != LF]
    if not len(odd):
        return np.zeros(len(begin), dtype=np.bool_)
    following = np.append(odd, len(buffer))[np.searchsorted(odd, begin)]
    within: NDArray[np.bool_] = following < end
    return within


def _next(buffer: NDArray[np.uint8], byte: int, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where a byte stands next, from each place on; 0 where it stands nowhere."""
    found = np.flatnonzero(buffer == byte)
    return np.append(found, 0)[np.searchsorted(found, places)]
