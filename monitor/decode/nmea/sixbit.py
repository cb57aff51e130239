"""Six-bit payloads to position columns, for a whole batch with numpy (ITU-R M.1371-5 annex 8).

Types 1, 2, 3, 18, 19 and 27 only; the layouts are the table POSITION_BITS. Everything else, and
the proof that this file is right, is pyais (``message.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.model import FIX

WIDTH = 32  # payload characters looked at: 28 hold 168 bits; whole 8-byte words for the hash

_ARMOUR = np.full(256, 255, dtype=np.uint8)  # IEC 61162-1 table: character -> six bits
for _code in range(48, 88):
    _ARMOUR[_code] = _code - 48
for _code in range(96, 120):
    _ARMOUR[_code] = _code - 56

TYPE_OF: tuple[int, ...] = tuple(_ARMOUR.tolist())
"""First character of a payload -> message type; 255: no armour."""

_MIX = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93],
    dtype=np.uint64,
)  # odd constants of splitmix64 and xxHash64: spread the words of a payload


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the fields of a position report lie: (first bit, bits). None: not in this type."""

    need_chars: int  # shortest payload that holds them all
    status: tuple[int, int] | None
    turn: tuple[int, int] | None
    speed: tuple[int, int]
    lon: tuple[int, int]
    lat: tuple[int, int]
    course: tuple[int, int]
    heading: tuple[int, int] | None
    speed_na: int  # raw value that means not available
    course_na: int
    speed_unit: float  # knots
    course_unit: float  # degrees
    angle_unit: float  # raw units a degree


_CLASS_A = Layout(
    need_chars=23, status=(38, 4), turn=(42, 8), speed=(50, 10), lon=(61, 28), lat=(89, 27),
    course=(116, 12), heading=(128, 9), speed_na=1023, course_na=3600, speed_unit=0.1,
    course_unit=0.1, angle_unit=600_000.0,
)  # fmt: skip
_CLASS_B = Layout(
    need_chars=23, status=None, turn=None, speed=(46, 10), lon=(57, 28), lat=(85, 27),
    course=(112, 12), heading=(124, 9), speed_na=1023, course_na=3600, speed_unit=0.1,
    course_unit=0.1, angle_unit=600_000.0,
)  # fmt: skip
_LONG_RANGE = Layout(
    need_chars=16, status=(40, 4), turn=None, speed=(79, 6), lon=(44, 18), lat=(62, 17),
    course=(85, 9), heading=None, speed_na=63, course_na=511, speed_unit=1.0, course_unit=1.0,
    angle_unit=600.0,
)  # fmt: skip

POSITION_BITS: tuple[tuple[tuple[int, ...], Layout], ...] = (
    ((1, 2, 3), _CLASS_A),  # table 45: class A position report
    ((18, 19), _CLASS_B),  # tables 70 and 71: class B, standard and extended
    ((27,), _LONG_RANGE),  # table 95: long-range broadcast
)

POSITION_TYPES = tuple(kind for kinds, _ in POSITION_BITS for kind in kinds)
"""Types that hold a position."""

NEED_CHARS = np.full(64, 2**31, dtype=np.int64)
"""Message type -> characters a position report must have; 2^31: not a position report."""
for _types, _layout in POSITION_BITS:
    NEED_CHARS[list(_types)] = _layout.need_chars


def gather(buffer: NDArray[np.uint8], begin: NDArray[np.int64], length: NDArray[np.int64]) -> Any:
    """Take the first WIDTH characters of each payload: (n, WIDTH) uint8, zero behind its end.

    ``buffer`` must be padded by WIDTH bytes.
    """
    chars = np.lib.stride_tricks.sliding_window_view(buffer, WIDTH)[begin]
    short = np.flatnonzero(length < WIDTH)
    if len(short):
        chars[short] *= np.arange(WIDTH) < length[short, None]
    return chars


def content_hash(chars: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Hash the payloads: equal reports have equal hashes, whoever received them."""
    words = np.ascontiguousarray(chars).view("<u8").copy()
    words ^= words >> np.uint64(32)  # bring high bytes down before each product spreads them up
    words *= _MIX
    words ^= words >> np.uint64(29)
    words *= _MIX[::-1]
    value: NDArray[np.uint64] = words[:, 0] ^ words[:, 1] ^ words[:, 2] ^ words[:, 3]
    return value ^ (value >> np.uint64(32))


def message_type(buffer: NDArray[np.uint8], begin: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the type of each payload (bits 0-5); 255 where the first character is no armour."""
    types: NDArray[np.uint8] = _ARMOUR[buffer[begin]]
    return types


def bits(six: NDArray[np.uint8], first: int, count: int) -> NDArray[np.int64]:
    """Unsigned integer of ``count`` bits from bit ``first``; ``six`` is (characters, n)."""
    begin, end = first // 6, (first + count - 1) // 6 + 1
    value = six[begin].astype(np.int64)
    for row in six[begin + 1 : end]:
        value <<= 6
        value |= row
    value >>= end * 6 - first - count
    value &= (1 << count) - 1
    result: NDArray[np.int64] = value
    return result


def signed(six: NDArray[np.uint8], first: int, count: int) -> NDArray[np.int64]:
    """Two's complement integer of ``count`` bits from bit ``first``."""
    value = bits(six, first, count)
    half = 1 << (count - 1)
    value ^= half
    value -= half
    return value


def decode_positions(chars: NDArray[np.uint8], types: NDArray[np.uint8], out: Any) -> Any:
    """Fill mmsi … status of ``out`` (dtype FIX, n rows) from the payloads ``chars`` (n, WIDTH).

    Returns a mask of the rows whose payload holds a character outside the armouring alphabet.
    """
    six = _ARMOUR[chars.T]
    bad = np.zeros(len(types), dtype=np.bool_)
    for kinds, layout in POSITION_BITS:
        pick = np.flatnonzero(np.isin(types, kinds))
        if not len(pick):
            continue
        columns = six if len(pick) == len(types) else np.ascontiguousarray(six[:, pick])
        bad[pick] = (columns[: layout.need_chars] == 255).any(axis=0)
        _fill(columns, layout, pick, out)
    return bad


def _fill(six: NDArray[np.uint8], layout: Layout, pick: NDArray[np.int64], out: Any) -> None:
    out["mmsi"][pick] = bits(six, 8, 30)
    out["lon"][pick] = signed(six, *layout.lon) / layout.angle_unit
    out["lat"][pick] = signed(six, *layout.lat) / layout.angle_unit
    speed = bits(six, *layout.speed)
    out["sog_kn"][pick] = np.where(speed == layout.speed_na, np.nan, speed * layout.speed_unit)
    course = bits(six, *layout.course)
    out["cog_deg"][pick] = np.where(
        course >= layout.course_na if layout.course_na == 3600 else course >= 360,
        np.nan,
        course * layout.course_unit,
    )
    out["heading_deg"][pick] = np.nan
    if layout.heading is not None:
        heading = bits(six, *layout.heading)
        out["heading_deg"][pick] = np.where(heading >= 360, np.nan, heading)
    out["status"][pick] = -1 if layout.status is None else bits(six, *layout.status)
    out["turn_deg_min"][pick] = np.nan
    if layout.turn is not None:
        turn = signed(six, *layout.turn).astype(np.float64)
        rate = np.copysign((turn / 4.733) ** 2, turn)  # ROT_AIS = 4.733 sqrt(ROT), table 45
        out["turn_deg_min"][pick] = np.where(turn == -128, np.nan, rate)


def position_of(payload: bytes, kind: int) -> Any:
    """Decode one position report: a row of dtype FIX as an array; None if it is torn or garbled."""
    if len(payload) < NEED_CHARS[kind]:
        return None
    padded = np.frombuffer(payload + b"\0" * WIDTH, dtype=np.uint8)
    chars, out = gather(padded, np.array([0]), np.array([len(payload)])), np.zeros(1, dtype=FIX)
    if decode_positions(chars, np.array([kind], dtype=np.uint8), out)[0]:
        return None
    out["type"], out["content"] = kind, content_hash(chars)
    return out


def second_of(buffer: NDArray[np.uint8], begin: int) -> int:
    """UTC second of a position report whose payload begins there; -1: none, or not available.

    Bits 137 (types 1 to 3) and 133 (18, 19); at least 24 characters must follow ``begin``.
    """
    six = armour(buffer[begin : begin + 24])[:, None]
    kind = int(six[0, 0])
    if kind not in {1, 2, 3, 18, 19}:
        return -1
    second = int(bits(six, 137 if kind < 4 else 133, 6)[0])
    return second if second < 60 else -1


def armour(characters: bytes | NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Six-bit values of payload characters; 255 where a character is not of the alphabet."""
    codes = (
        np.frombuffer(characters, dtype=np.uint8) if isinstance(characters, bytes) else characters
    )
    values: NDArray[np.uint8] = _ARMOUR[codes]
    return values
