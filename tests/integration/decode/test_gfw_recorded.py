"""Global Fishing Watch's track lines, as its own tests hold them."""

from __future__ import annotations

import pytest

from monitor.decode.gfw import GfwDecoder
from monitor.model import Lines, Reports
from tests.integration.decode.recordings import recorded
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return GfwDecoder().decode(Lines(data=data, source="log"), final=True)


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
