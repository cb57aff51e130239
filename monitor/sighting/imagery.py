"""Links by which a person looks at a place in the pictures of the Copernicus satellites.

The Copernicus Browser (dataspace.copernicus.eu) takes place, scale, product and time in its
address; looking needs no account. Sentinel-1 (radar) sees through clouds and at night and shows
ships of some 20 m and more; Sentinel-2 (light, 10 m) shows their shape by day in clear weather.
Each comes by every few days only: there may be no picture of an instant, so a day more is asked for
on each side.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from monitor.units import DAY_US, to_datetime

BROWSER = "https://browser.dataspace.copernicus.eu/"
PRODUCTS = {"radar": "S1_CDAS_IW_VVVH", "light": "S2_L2A_CDAS"}
"""What is looked at, by the browser's own names."""

NEAR_ZOOM, PORT_M = 14, 5_000.0
"""At zoom 14 a screen shows a harbour, some 5 km; each step less shows twice as much."""


class Links(NamedTuple):
    """Where to look."""

    radar: str
    light: str


def links(*, lon: float, lat: float, wide_m: float, since: int, until: int) -> Links:
    """Pictures of a place, ``wide_m`` metres across, about a time (us)."""
    zoom, shown_m = NEAR_ZOOM, PORT_M
    while shown_m < wide_m and zoom > 3:
        zoom, shown_m = zoom - 1, shown_m * 2
    begin, end = to_datetime(since - DAY_US), to_datetime(until + DAY_US)
    common = {
        "zoom": zoom, "lat": f"{lat:.5f}", "lng": f"{lon:.5f}",
        "fromTime": f"{begin:%Y-%m-%d}T00:00:00.000Z", "toTime": f"{end:%Y-%m-%d}T23:59:59.999Z",
    }  # fmt: skip
    made = {
        word: f"{BROWSER}?{urlencode({**common, 'datasetId': product})}"
        for word, product in PRODUCTS.items()
    }
    return Links(**made)
