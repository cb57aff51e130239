"""Global Fishing Watch's track lines, as its own tests hold them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from monitor.decode.gfw import GfwDecoder
from monitor.model import Lines, Reports, Static
from monitor.units import to_iso

DATA = Path(__file__).parents[3].parent / "shared" / "data"


def decoded(data: bytes) -> Reports:
    return GfwDecoder().decode(Lines(data=data, source="log"), final=True)


def recorded(name: str) -> bytes:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the recorded log is not there: {path}")
    return path.read_bytes()


def refused(reports: Reports) -> dict[str, int]:
    return {reason: count for (_, reason), count in reports.refusals.items()}


def same(row: np.void, **expected: object) -> None:
    """Compare fields of a position; None stands for NaN, instants for their ISO form."""
    for name, value in expected.items():
        found = row[name].item()
        if value is None:
            assert math.isnan(found), (name, found)
        elif name in {"at", "received_at"}:
            assert to_iso(found) == value, (name, to_iso(found))
        elif isinstance(value, float):
            assert found == pytest.approx(value, abs=1e-5), name
        else:
            assert found == value, name


@pytest.mark.parametrize(
    ("name", "count", "refusals"),
    [
        ("gfwseg_338013000", 1253, {}),
        ("gfwseg_416000000", 1668, {}),
        ("gfwseg_segmented-416000000", 1665, {"clock_nonsense": 3}),
    ],
)
def test_every_line_is_a_position(name: str, count: int, refusals: dict[str, int]) -> None:
    reports = decoded(recorded(f"gfw_json/{name}.json"))
    assert len(reports.positions) == count
    assert refused(reports) == refusals
    assert reports.statics == []


def test_a_line() -> None:
    reports = decoded(recorded("gfw_json/gfwseg_338013000.json"))
    same(
        reports.positions[0], mmsi=338013000, at="2017-07-18T00:07:20Z", lon=-170.6182098389,
        lat=-14.3350553513, sog_kn=10.8000001907, cog_deg=0.0, heading_deg=None, status=-1, type=0,
        line=1,
    )  # fmt: skip


def test_nulls_names_and_lines_that_say_nothing() -> None:
    log = (
        b'{"ssvid":"338013000","timestamp":"2017-07-18T00:07:20Z","lat":null,"lon":null}\n'
        b'{"ssvid":338013000,"timestamp":"2017-07-18T00:08:20Z","type":"AIS.5","shipname":"A@@"}\n'
        b'{"ssvid":338013000,"timestamp":"never","lat":1,"lon":2}\n'
        b'{"timestamp":"2017-07-18T00:08:20Z","lat":1,"lon":2}\n'
    )
    reports = decoded(log)
    assert refused(reports) == {"garbled": 2}
    same(reports.positions[0], mmsi=338013000, lon=None, lat=None, sog_kn=None)
    assert reports.statics[0].static == Static(mmsi=338013000, name="A")
