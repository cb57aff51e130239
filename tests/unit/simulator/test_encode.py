"""The packed payloads are those of pyais, bit by bit."""

from __future__ import annotations

import numpy as np
import pyais
import pytest

from monitor.simulator.encode import (
    LAYOUTS,
    garbled,
    payloads,
    sentences,
    static_payloads,
    tagged,
)
from monitor.simulator.ship import Particulars

ROWS = 200
SHIP = Particulars(
    mmsi=273_990_001,
    name="FJORD LANTERN",
    callsign="X01001",
    imo=9_900_007,
    ship_type=70,
    length_m=121,
    beam_m=17,
    draught_m=6.4,
    destination="TOBRUK",
)


def _columns() -> dict[str, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    rng = np.random.default_rng(0)
    return {
        "mmsi": rng.integers(1, 999_999_999, ROWS),
        "status": rng.integers(0, 16, ROWS),
        "turn": rng.integers(-128, 128, ROWS),
        "sog": rng.integers(0, 63, ROWS),
        "accuracy": rng.integers(0, 2, ROWS),
        "lon": rng.integers(-100_000, 100_000, ROWS),
        "lat": rng.integers(-50_000, 50_000, ROWS),
        "cog": rng.integers(0, 360, ROWS),
        "heading": rng.integers(0, 360, ROWS),
        "second": rng.integers(0, 60, ROWS),
        "radio": rng.integers(0, 1 << 19, ROWS),
    }


@pytest.mark.parametrize("kind", LAYOUTS)
def test_pyais_reads_what_was_packed(kind: int) -> None:
    """Every type, two hundred rows, negative numbers among them."""
    columns = _columns() | {"type": np.full(ROWS, kind)}
    scale, per_kn = (600.0, 1.0) if kind == 27 else (600_000.0, 10.0)
    for row, payload in enumerate(payloads(columns, LAYOUTS[kind])):
        (sentence,) = sentences(payload, fill=0, channel="A", group=0)
        message = pyais.decode(sentence).asdict()
        assert message["msg_type"] == kind
        assert message["mmsi"] == columns["mmsi"][row]
        assert message["lon"] == pytest.approx(columns["lon"][row] / scale, abs=1e-4)
        assert message["lat"] == pytest.approx(columns["lat"][row] / scale, abs=1e-4)
        assert message["speed"] == pytest.approx(columns["sog"][row] / per_kn)
        assert message["course"] == pytest.approx(columns["cog"][row] / per_kn)
        if kind != 27:
            assert message["heading"] == columns["heading"][row]
            assert message["second"] == columns["second"][row]
            assert message["radio"] == columns["radio"][row]
        if kind != 18:
            assert message["status"] == columns["status"][row]


def test_packing_equals_pyais_encoder() -> None:
    """One report of each encoder, symbol for symbol."""
    report: dict[str, str | int | float | bytes | bool] = {
        "type": 1,
        "mmsi": 273_990_001,
        "lon": 35.5,
        "lat": 34.25,
        "speed": 12.3,
    }
    report |= {"course": 123.4, "heading": 120, "second": 17, "status": 5, "radio": 99}
    report |= {"turn": 0, "maneuver": 0}
    (theirs,) = pyais.encode_dict(report, talker_id="AI", radio_channel="A")
    columns = {
        "type": 1, "mmsi": 273_990_001, "lon": 21_300_000, "lat": 20_550_000, "sog": 123,
        "cog": 1234, "heading": 120, "second": 17, "status": 5, "radio": 99,
    }  # fmt: skip
    packed = payloads({k: np.array([v]) for k, v in columns.items()}, LAYOUTS[1])
    assert packed[0].decode() == theirs.split(",")[5]


def test_static_report_of_class_a_is_two_sentences() -> None:
    """Type 5 carries the name and where she goes."""
    ((payload, fill),) = static_payloads(SHIP)
    parts = sentences(payload, fill=fill, channel="B", group=7)
    assert [part.split(b",")[1:4] for part in parts] == [[b"2", b"1", b"7"], [b"2", b"2", b"7"]]
    assert all(len(part) <= 80 for part in parts)
    message = pyais.decode(*parts).asdict()
    assert (message["shipname"], message["imo"]) == (SHIP.name, SHIP.imo)
    assert (message["to_bow"], message["to_stern"]) == (61, 60)


def test_static_reports_of_class_b_are_two_messages() -> None:
    """Type 24, parts A and B."""
    small = Particulars(
        mmsi=271_990_002, name="CORAL GULL", callsign="X02", imo=0, ship_type=36,
        length_m=15, beam_m=4, draught_m=2.0, destination="", is_class_b=True,
    )  # fmt: skip
    messages = [
        pyais.decode(*sentences(payload, fill=fill, channel="A", group=0)).asdict()
        for payload, fill in static_payloads(small)
    ]
    assert [message["partno"] for message in messages] == [0, 1]
    assert messages[0]["shipname"] == "CORAL GULL"
    assert messages[1]["ship_type"] == 36


def test_tag_block_and_a_checksum_that_does_not_fit() -> None:
    """Station and second in front; the damage is in the last digit only."""
    line = tagged(b"!AIVDM,1,1,,A,15M,0*00", station="SAT-A", at_s=1_736_899_200)
    assert line.startswith(b"\\s:SAT-A,c:1736899200*")
    bad = garbled(line)
    assert bad[:-1] == line[:-1]
    assert bad[-1:] == b"1"
