"""Sparta II, January and February 2025: waiting off Tartus, in, out, dark, and in the Tunis strait.

Published (vesseltracker, usm.media, bimba-news): from 5 to 8 January she circled some 5 NM off
Tartus, then moved to 15.6 NM, beyond the 12 NM line, and closer again; on 21 January she broke from
her drift at about 15:00 and was in at 17:35 UTC (20:35 there); gone by the 27th; that day she was
spotted south of Cyprus and her AIS fell silent; on 4 February she was heard in the Tunis strait,
for Kaliningrad. Libya was guessed meanwhile. Drawn: where exactly, and how she drifted.
"""

from __future__ import annotations

from tests.scenario.cases.chart import CARGO, Case, Ship, sailed, traffic

SPARTA_II = 273_999_002
IN, DARK, BACK = "2025-01-21 17:35", "2025-01-27 12:00", "2025-02-04 00:00"


def _about(lon: float, lat: float, days: tuple[int, int]) -> list[tuple[str, float, float]]:
    """Circles about a place at less than a knot, from 06:00 of a day to 18:00 of another."""
    return [
        (f"2025-01-{day:02d} {hour:02d}:00", lon + east, lat + north)
        for day in range(days[0], days[1] + 1)
        for hour, east, north in (
            (0, 0.0, -0.02), (3, 0.025, 0.0), (6, 0.0, 0.02), (9, -0.025, 0.0),
            (12, 0.0, -0.02), (15, 0.025, 0.0), (18, 0.0, 0.02), (21, -0.025, 0.0),
        )
    ][2:-1]  # fmt: skip


CASE = Case(
    name="sparta-ii",
    ships=[
        Ship(
            mmsi=SPARTA_II,
            way=[
                *sailed("2025-01-03 23:30", 30.0, 34.2, (35.70, 34.80, 10.0), (35.855, 34.84, 6.0)),
                *_about(35.855, 34.822, (5, 7)),  # 5 NM south
                ("2025-01-08 00:00", 35.86, 34.82), ("2025-01-08 02:30", 35.57, 34.86),
                *_about(35.560, 34.870, (8, 13)),  # some 15.5 NM west
                ("2025-01-14 03:00", 35.56, 34.87), ("2025-01-14 05:00", 35.78, 34.79),
                *_about(35.780, 34.790, (14, 21))[:-3],
                ("2025-01-21 15:00", 35.805, 34.79),
                ("2025-01-21 16:50", 35.835, 34.923),
                ("2025-01-21 17:15", 35.8567, 34.9099),
                (IN, 35.8635, 34.9118),
                ("2025-01-26 20:00", 35.8635, 34.9118),
                ("2025-01-26 20:20", 35.8567, 34.9099),
                ("2025-01-26 20:45", 35.838, 34.9235),
                *sailed(
                    "2025-01-26 22:00", 35.65, 34.87, (33.9, 34.40, 9.5), (33.0, 34.20, 9.5)
                ),
                *sailed(BACK, 11.30, 37.30, (10.0, 37.70, 10.0)),
            ],
            silent=[(DARK, BACK)],
            says={
                "2025-01-01 00:00": {
                    "name": "SPARTA II", "imo": 9160994, "callsign": "UXSP2", "ship_type": CARGO,
                    "a": 100, "b": 30, "c": 9, "d": 9, "draught": 5.0, "destination": "TARTUS",
                },
                "2025-01-26 19:00": {"draught": 6.8, "destination": "BALTIYSK"},
                "2025-02-03 00:00": {"destination": "KALININGRAD"},
            },
        ),
        traffic(212_999_011, "2025-01-03 00:02", "2025-02-04 06:00", (35.6, 34.7), (33.6, 34.4)),
        traffic(212_999_012, "2025-01-03 00:04", "2025-02-04 06:00", (34.4, 34.6), (33.0, 34.3)),
        traffic(672_999_013, "2025-02-01 00:04", "2025-02-04 06:00", (11.2, 37.4), (10.6, 37.6)),
    ],
)  # fmt: skip
