"""Messages whose sentences stand side by side."""

from __future__ import annotations

import math

import pytest
from pyais.encode import encode_dict

from monitor.decode.nmea.whole import row_of_sentences
from monitor.model import Refusal

POSITION = encode_dict(
    {"type": 1, "mmsi": "211000001", "lon": 10.0, "lat": 5.0, "speed": 7.1, "status": 5},
    talker_id="AI",
)[0].encode()
STATIC = [
    line.encode()
    for line in encode_dict(
        {"type": 5, "mmsi": "211000001", "shipname": "SAMPLE", "destination": "TOBRUK"},
        talker_id="AI", seq_id=1,
    )
]  # fmt: skip


def test_a_position() -> None:
    row = row_of_sentences([POSITION], at=7)
    assert (row.mmsi, row.at, row.type, row.kind, row.status) == (211_000_001, 7, 1, "position", 5)
    assert (row.lon, row.lat, round(row.sog_kn, 1)) == (10.0, 5.0, 7.1)
    assert math.isnan(row.heading_deg) or row.heading_deg >= 0
    assert row.has_position


def test_a_static_report_of_two_sentences() -> None:
    row = row_of_sentences(STATIC)
    assert row.static is not None
    assert (row.mmsi, row.kind, row.static.name) == (211_000_001, "static", "SAMPLE")


@pytest.mark.parametrize(
    ("sentences", "why"),
    [
        ([], Refusal.EMPTY_PAYLOAD),
        ([b"no sentence"], Refusal.GARBLED),
        (STATIC[:1], Refusal.GARBLED),
        (STATIC[::-1], Refusal.GARBLED),
        ([POSITION[:-2] + b"00"], Refusal.BAD_CHECKSUM),
        ([b"!AIVDM,1,1,,A,,0*26"], Refusal.EMPTY_PAYLOAD),
        ([b"!AIVDM,1,1,,A,w,0*51"], Refusal.UNKNOWN_TYPE),
        ([b"!AIVDM,1,1,,A,1,0*17"], Refusal.UNDECODABLE),
        ([b"!AIVDM,1,1,,A,5,0*13"], Refusal.UNDECODABLE),
    ],
)
def test_what_cannot_be_read_is_refused(sentences: list[bytes], why: Refusal) -> None:
    assert row_of_sentences(sentences).refusal is why


def test_other_messages_are_counted_by_their_kind() -> None:
    row = row_of_sentences([b"!AIVDM,1,1,,A,@,0*66"])
    assert (row.kind, row.has_position, row.refusal) == ("other", False, None)
