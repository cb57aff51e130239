"""Six-bit payloads: recorded messages with published values, and pyais on drawn ones."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest
from pyais import decode

from monitor.decode.nmea import sixbit
from monitor.model import FIX

ALPHABET = "0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVW`abcdefghijklmnopqrstuvw"
"""IEC 61162-1, six-bit field characters in the order of their values."""


def packed(*fields: tuple[int, int]) -> bytes:
    """Return the payload of (value, bits) fields, filled up to whole characters."""
    text = "".join(format(value & ((1 << bits) - 1), f"0{bits}b") for value, bits in fields)
    text += "0" * (-len(text) % 6)
    return "".join(ALPHABET[int(text[i : i + 6], 2)] for i in range(0, len(text), 6)).encode()


def rows_of(*payloads: bytes) -> tuple[Any, Any]:
    """Decode payloads as one batch: rows of dtype FIX and the mask of bad ones."""
    data = b"".join(payloads)
    buffer = np.frombuffer(data + b"\0" * sixbit.WIDTH, dtype=np.uint8)
    length = np.array([len(payload) for payload in payloads])
    begin = np.concatenate(([0], np.cumsum(length)[:-1]))
    chars = sixbit.gather(buffer, begin, length)
    out = np.zeros(len(payloads), dtype=FIX)
    bad = sixbit.decode_positions(chars, sixbit.message_type(buffer, begin), out)
    return out, bad


def class_a(**changed: int) -> bytes:
    """Return a type 1 by M.1371-5 table 45, in raw units."""
    raw = {
        "type": 1, "repeat": 0, "mmsi": 211_000_001, "status": 0, "turn": 0, "speed": 0,
        "accuracy": 0, "lon": 0, "lat": 0, "course": 0, "heading": 0, "second": 0, **changed,
    }  # fmt: skip
    width = {
        "type": 6, "repeat": 2, "mmsi": 30, "status": 4, "turn": 8, "speed": 10, "accuracy": 1,
        "lon": 28, "lat": 27, "course": 12, "heading": 9, "second": 6,
    }  # fmt: skip
    return packed(*((raw[name], width[name]) for name in width), (0, 25))


def test_the_armour_is_the_alphabet_of_the_standard() -> None:
    """64 characters are 0..63; all others are none."""
    assert sixbit.armour(ALPHABET.encode()).tolist() == list(range(64))
    others = bytes(c for c in range(256) if chr(c) not in ALPHABET)
    assert len(others) == 192
    assert set(sixbit.armour(others).tolist()) == {255}


def test_bits_are_read_across_characters() -> None:
    """111111 000001 100000: unsigned and two's complement."""
    six = sixbit.armour(b"w1P")[:, None]
    assert six[:, 0].tolist() == [63, 1, 32]
    assert sixbit.bits(six, 0, 6).tolist() == [63]
    assert sixbit.bits(six, 4, 4).tolist() == [0b1100]
    assert sixbit.bits(six, 11, 2).tolist() == [0b11]
    assert sixbit.bits(six, 0, 18).tolist() == [0b111111_000001_100000]
    assert sixbit.signed(six, 0, 6).tolist() == [-1]
    assert sixbit.signed(six, 4, 4).tolist() == [-4]
    assert sixbit.signed(six, 6, 6).tolist() == [1]


@pytest.mark.parametrize(
    ("payload", "mmsi", "lon", "lat", "sog", "cog", "heading", "status"),
    [
        (b"177KQJ5000G?tO`K>RA1wUbN0TKH", 477_553_000, -122.345833, 47.582833, 0.0, 51.0, 181, 5),
        (b"B52K>;h00Fc>jpUlNV@ikwpUoP06", 338_087_471, -74.072132, 40.684540, 0.1, 79.6, None, -1),
        (
            b"C5N3SRgPEnJGEBT>NhWAwwo862PaLELTBJ:V00000000S0D:R220",
            367_059_850, -88.810392, 29.543695, 8.7, 335.9, None, -1,
        ),
        (b"KC5E2b@U19PFdLbMuc5=ROv62<7m", 206_914_217, 137.023333, 4.84, 57.0, 167.0, None, 2),
    ],
)  # fmt: skip
def test_recorded_messages_have_their_published_values(
    payload: bytes, mmsi: int, lon: float, lat: float, sog: float, cog: float,
    heading: int | None, status: int,
) -> None:  # fmt: skip
    """Types 1, 18, 19 and 27, as documented with gpsd and pyais."""
    (row,), (bad,) = rows_of(payload)
    assert not bad
    assert (row["mmsi"], row["status"]) == (mmsi, status)
    assert row["lon"] == pytest.approx(lon, abs=1e-6)
    assert row["lat"] == pytest.approx(lat, abs=1e-6)
    assert row["sog_kn"] == pytest.approx(sog, abs=1e-4)
    assert row["cog_deg"] == pytest.approx(cog, abs=1e-4)
    assert math.isnan(row["heading_deg"]) if heading is None else row["heading_deg"] == heading


@pytest.mark.parametrize(
    ("field", "raw", "column", "value"),
    [
        ("speed", 1023, "sog_kn", None),  # not available
        ("speed", 1022, "sog_kn", 102.2),  # 102.2 kn or more
        ("speed", 1, "sog_kn", 0.1),
        ("course", 3600, "cog_deg", None),
        ("course", 4095, "cog_deg", None),  # 3601-4095 should not be used
        ("course", 3599, "cog_deg", 359.9),
        ("heading", 511, "heading_deg", None),
        ("heading", 360, "heading_deg", None),  # illegal
        ("heading", 359, "heading_deg", 359.0),
        ("turn", -128, "turn_deg_min", None),
        ("turn", 0, "turn_deg_min", 0.0),
        ("turn", 126, "turn_deg_min", 708.7),  # (126 / 4.733)^2
        ("turn", -126, "turn_deg_min", -708.7),
        ("lon", 181 * 600_000, "lon", 181.0),
        ("lat", 91 * 600_000, "lat", 91.0),
        ("lon", -180 * 600_000, "lon", -180.0),
        ("lat", -90 * 600_000, "lat", -90.0),
        ("lon", 1, "lon", 1 / 600_000),
        ("status", 15, "status", 15),
        ("mmsi", 999_999_999, "mmsi", 999_999_999),
        ("mmsi", 2**30 - 1, "mmsi", 2**30 - 1),
    ],
)
def test_each_field_of_class_a_has_its_limits(
    field: str, raw: int, column: str, value: float | None
) -> None:
    """M.1371-5 table 45: not available is NaN, but for the position, which quality refuses."""
    (row,), _ = rows_of(class_a(**{field: raw}))
    found = row[column]
    assert math.isnan(found) if value is None else found == pytest.approx(value, abs=0.05)


@pytest.mark.parametrize(
    ("speed", "course", "sog_kn", "cog_deg"), [(62, 359, 62.0, 359.0), (63, 511, None, None)]
)
def test_a_long_range_report_has_whole_knots_and_degrees(
    speed: int, course: int, sog_kn: float | None, cog_deg: float | None
) -> None:
    """M.1371-5 table 95: a tenth of a minute, 63 and 511 are not available."""
    payload = packed(
        (27, 6), (0, 2), (211_000_001, 30), (1, 1), (0, 1), (5, 4), (-6_000, 18), (600, 17),
        (speed, 6), (course, 9), (0, 1), (0, 1),
    )  # fmt: skip
    assert len(payload) == sixbit.NEED_CHARS[27]
    (row,), _ = rows_of(payload)
    assert (row["lon"], row["lat"], row["status"]) == (-10.0, 1.0, 5)
    assert math.isnan(row["sog_kn"]) if sog_kn is None else row["sog_kn"] == sog_kn
    assert math.isnan(row["cog_deg"]) if cog_deg is None else row["cog_deg"] == cog_deg


def _close(found: float, expected: float | None) -> bool:
    return math.isnan(found) if expected is None else math.isclose(found, expected, abs_tol=2e-5)


@pytest.mark.parametrize("kind", [1, 2, 3, 18, 19, 27])
def test_drawn_messages_agree_with_pyais(kind: int) -> None:
    """Two hundred random payloads of each type, all in one batch, field by field."""
    chance = random.Random(kind)
    bits = {18: 168, 19: 312, 27: 96}.get(kind, 168)
    payloads = [packed((kind, 6), (chance.getrandbits(bits - 6), bits - 6)) for _ in range(200)]
    rows, bad = rows_of(*payloads)
    assert not bad.any()
    for payload, row in zip(payloads, rows, strict=True):
        message: Any = decode(b"!AIVDM,1,1,,A,%s,0*00" % payload)
        no_speed = 63 if kind == 27 else 102.3
        speed = None if math.isclose(message.speed, no_speed, abs_tol=0.01) else message.speed
        course = None if message.course >= 360 else message.course
        heading = getattr(message, "heading", 511)
        assert row["mmsi"] == message.mmsi
        assert math.isclose(row["lon"], message.lon, abs_tol=1.1e-6)  # pyais rounds
        assert math.isclose(row["lat"], message.lat, abs_tol=1.1e-6)
        assert _close(float(row["sog_kn"]), speed)
        assert _close(float(row["cog_deg"]), course)
        assert _close(float(row["heading_deg"]), None if heading >= 360 else heading)
        assert row["status"] == int(getattr(message, "status", -1))


def test_a_batch_of_all_types_is_that_of_its_rows() -> None:
    """Mixed types in one call, each decoded by its own layout."""
    payloads = [
        b"177KQJ5000G?tO`K>RA1wUbN0TKH",
        b"KC5E2b@U19PFdLbMuc5=ROv62<7m",
        b"B52K>;h00Fc>jpUlNV@ikwpUoP06",
        class_a(lon=600_000),
    ]
    rows, _ = rows_of(*payloads)
    alone = np.concatenate([rows_of(payload)[0] for payload in payloads])
    for name in ("mmsi", "lon", "lat", "sog_kn", "cog_deg", "heading_deg", "status"):
        np.testing.assert_array_equal(rows[name], alone[name])


def test_a_character_outside_the_alphabet_is_told() -> None:
    """Within the fields that are read; 'x' is no armour."""
    good = class_a()
    assert rows_of(good, good[:10] + b"x" + good[11:])[1].tolist() == [False, True]


def test_the_type_is_told_by_the_first_character() -> None:
    """'1' is 1, 'K' 27, '!' none."""
    buffer = np.frombuffer(b"1KBC!", dtype=np.uint8)
    assert sixbit.message_type(buffer, np.arange(5)).tolist() == [1, 27, 18, 19, 255]


def test_only_position_reports_are_read_and_only_whole_ones() -> None:
    """Characters needed: 23 for classes A and B (137 and 133 bits), 16 for type 27 (96 bits)."""
    assert [int(sixbit.NEED_CHARS[kind]) for kind in (1, 2, 3, 18, 19, 27)] == [23] * 5 + [16]
    others = [k for k in range(64) if k not in {1, 2, 3, 18, 19, 27}]
    assert all(int(sixbit.NEED_CHARS[kind]) > 82 for kind in others)  # no sentence is as long


def test_a_payload_ends_where_it_ends() -> None:
    """What follows in the buffer is not read into it."""
    buffer = np.frombuffer(b"ABCDEFGH" + b"\0" * 32, dtype=np.uint8)
    chars = sixbit.gather(buffer, np.array([0, 2]), np.array([3, 6]))
    assert [bytes(row).rstrip(b"\0") for row in chars] == [b"ABC", b"CDEFGH"]
    assert buffer[3] == ord("D")  # the buffer itself is left alone


def test_equal_payloads_have_equal_hashes_and_others_do_not() -> None:
    """A report with each of its characters changed in each way: no two of 1,765 alike."""
    base = class_a()
    payloads = {base} | {
        bytes([*base[:i], ord(c), *base[i + 1 :]]) for i in range(28) for c in ALPHABET
    }
    ordered = sorted(payloads)
    data = b"".join(ordered)
    buffer = np.frombuffer(data + b"\0" * sixbit.WIDTH, dtype=np.uint8)
    begin, length = np.arange(len(ordered)) * 28, np.full(len(ordered), 28)
    hashes = sixbit.content_hash(sixbit.gather(buffer, begin, length))
    assert len(set(hashes.tolist())) == len(ordered) == 28 * 63 + 1
    again = sixbit.content_hash(sixbit.gather(buffer, begin[:1], length[:1]))
    assert again[0] == hashes[0]
