"""Beirut, 4 April 2024: 117 ships "at" the airport.

Published (Lloyd's data after silencejammer and Kuehne + Nagel): that day some 117 cargo ships had
positions at Beirut-Rafic Hariri airport, 74 the day before, 45 at Cairo airport. Drawn: who they
are. Twenty lie at Tartus's quays, the others sail in the open sea; from 06:00 to 09:00 UTC all
positions are on the runway, then they are true again.
"""

from __future__ import annotations

import math

from tests.scenario.cases.chart import CARGO, Case, Ship

AIRPORT = (35.488, 33.821)
FALSE = ("2024-04-04 06:00", "2024-04-04 09:00")
SHIPS = 117
AT_TARTUS = 20
"""The first of them lie at quays."""

FIRST = 271_990_000


def _ship(number: int) -> Ship:
    """One of them: at a quay, or sailing past on her own way."""
    if number < AT_TARTUS:
        lon, lat = 35.8645 + 0.0006 * (number % 10), 34.9060 + 0.0012 * (number // 10)
        true = [("2024-04-02 00:00", lon, lat), ("2024-04-04 18:00", lon, lat)]
    else:
        angle = math.radians(37 * number % 360)
        lon, lat = 33.4 + 0.8 * math.cos(angle), 33.6 + 0.5 * math.sin(angle)
        true = [
            ("2024-04-03 18:00", lon, lat),
            ("2024-04-04 18:00", lon - 3.0, lat + 0.01 * (number % 7)),
        ]
    return Ship(
        mmsi=FIRST + number, way=true,
        says={"2024-04-01 00:00": {"name": f"CARGO {number:03d}", "ship_type": CARGO}},
        false=(FALSE, AIRPORT[0] + 0.0004 * (number % 5), AIRPORT[1]), every_min=20,
    )  # fmt: skip


CASE = Case(name="beirut", ships=[_ship(number) for number in range(SHIPS)])
