"""Links to satellite pictures of a place and a time."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.sighting.imagery import links
from tests.unit.sighting.seen import NOON


def test_a_place_and_a_day_on_each_side() -> None:
    found = links(lon=35.86, lat=34.91, wide_m=600, since=NOON, until=NOON)
    assert found.light == (
        "https://browser.dataspace.copernicus.eu/?zoom=14&lat=34.91000&lng=35.86000"
        "&fromTime=2024-12-13T00%3A00%3A00.000Z&toTime=2024-12-15T23%3A59%3A59.999Z"
        "&datasetId=S2_L2A_CDAS"
    )
    words = parse_qs(urlsplit(found.radar).query)
    assert words["datasetId"] == ["S1_CDAS_IW_VVVH"]


@pytest.mark.parametrize(("wide_m", "zoom"), [(0, 14), (5_000, 14), (5_001, 13), (1e9, 3)])
def test_what_is_wide_is_shown_whole(wide_m: float, zoom: int) -> None:
    found = links(lon=0, lat=0, wide_m=wide_m, since=NOON, until=NOON)
    assert parse_qs(urlsplit(found.radar).query)["zoom"] == [str(zoom)]
