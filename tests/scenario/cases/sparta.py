"""Sparta, 28 December 2024 to 4 January 2025: dark south of Crete for four days.

Published (itamilradar, 28 December and 2 January): by day Port Said was declared, from the forenoon
of the 28th on "for orders", later "to order"; courses south-east, 184 degrees, north at 6 kn; a
zigzag off her way to the east; last fix 2024-12-29 16:19Z; heard again 2025-01-02 13:13Z, south of
Crete, a few hours' sail from there, at 10 kn on a course of 90. Drawn: all places.
"""

from __future__ import annotations

from tests.scenario.cases.chart import CARGO, Case, Ship, sailed, traffic

SPARTA = 273_999_001
DARK, BACK = "2024-12-29 16:19", "2025-01-02 13:13"

_BEFORE = [
    *sailed(
        "2024-12-27 18:19", 15.60, 35.60,
        (17.20, 34.90, 9.0),  # south-east
        (17.15, 34.50, 6.0),  # 184 degrees
        (17.20, 34.75, 6.0),  # north
        (22.30, 34.15, 10.0),
        (22.45, 34.00, 8.0), (22.40, 34.22, 8.0), (22.60, 34.02, 8.0), (22.50, 34.18, 8.0),
        (22.70, 34.05, 8.0),
    ),
]  # fmt: skip

CASE = Case(
    name="sparta",
    ships=[
        Ship(
            mmsi=SPARTA,
            way=[
                *_BEFORE,
                *sailed(BACK, 23.40, 34.20, (28.6, 34.20, 10.0)),
            ],
            silent=[(DARK, BACK)],
            says={
                "2024-12-27 00:00": {
                    "name": "SPARTA", "imo": 9268710, "callsign": "UXSP1", "ship_type": CARGO,
                    "a": 100, "b": 22, "c": 9, "d": 9, "draught": 5.1, "destination": "PORT SAID",
                },
                "2024-12-28 09:20": {"destination": "TO ORDER"},
            },
        ),
        traffic(237_999_001, "2024-12-27 06:00", "2025-01-03 18:00", (22.6, 33.9), (23.6, 34.3)),
        traffic(237_999_002, "2024-12-27 06:02", "2025-01-03 18:00", (22.2, 34.4), (22.9, 33.8)),
        traffic(212_999_003, "2024-12-27 06:04", "2025-01-03 18:00", (35.0, 34.8), (34.0, 34.6)),
    ],
)  # fmt: skip
