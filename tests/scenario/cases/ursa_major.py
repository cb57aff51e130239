"""Ursa Major: July 2024 to Tartus with an escort, December 2024 lost off Cartagena.

Published (itamilradar, 5 July and 23 December 2024; vesseltracker): in July she declared Port Said,
stopped south-east of Sicily, and a warship joined her. On 22 December she slowed, from 23 December
03:00Z on she drifted south at 1 kn between Aguilas and Oran; rescue ships lay within a mile of her,
and on the 24th she sank. Drawn: all places but these, her call at Tartus, and the escort: warships
send no AIS, so it is a sighting, as the loss is.
"""

from __future__ import annotations

from tests.scenario.cases.chart import CARGO, Case, Ship, sailed, traffic

URSA, RESCUE = 273_999_041, 224_999_042
STOPPED, LOST = "2024-07-05 06:00", "2024-12-23 20:00"
UNTIL = "2025-01-20 00:00"

CASE = Case(
    name="ursa-major",
    ships=[
        Ship(
            mmsi=URSA,
            way=[
                *sailed("2024-07-04 12:00", 13.30, 36.30, (15.90, 36.20, 8.0)),
                *sailed(STOPPED, 15.92, 36.19, (16.00, 36.17, 0.4)),
                *sailed("2024-07-05 20:00", 16.10, 36.15, (22.5, 34.4, 12.0), (24.5, 34.0, 12.0),
                        (35.70, 34.90, 12.0)),
                ("2024-07-09 07:30", 35.838, 34.923),
                ("2024-07-09 08:00", 35.8567, 34.9099),
                ("2024-07-09 08:20", 35.8635, 34.9118),
                ("2024-07-16 04:00", 35.8635, 34.9118),
                ("2024-07-16 04:20", 35.8567, 34.9099),
                ("2024-07-16 04:50", 35.838, 34.923),
                *sailed("2024-07-16 06:00", 35.60, 34.93, (30.0, 34.2, 11.0)),
                *sailed("2024-12-21 12:00", -4.2, 36.2, (-1.6, 36.75, 10.0)),
                *sailed("2024-12-23 03:00", -1.50, 36.95, (-1.50, 36.65, 1.0)),
            ],
            silent=[("2024-07-17 06:00", "2024-12-21 12:00"), (LOST, "2025-12-31 00:00")],
            says={
                "2024-07-04 00:00": {
                    "name": "URSA MAJOR", "imo": 9538892, "callsign": "UXUM", "ship_type": CARGO,
                    "a": 112, "b": 30, "c": 11, "d": 12, "draught": 7.0, "destination": "PORT SAID",
                },
                "2024-12-21 00:00": {"destination": "VLADIVOSTOK"},
            },
        ),
        Ship(
            mmsi=RESCUE, every_min=10,
            way=[
                *sailed("2024-12-23 08:00", -0.99, 37.58, (-1.49, 36.78, 11.0)),
                ("2024-12-24 10:00", -1.49, 36.66),
            ],
            says={"2024-12-23 00:00": {"name": "SALVAMAR", "ship_type": 51}},
        ),
        traffic(237_999_043, "2024-07-04 12:02", "2024-07-09 12:00", (23.0, 34.3), (24.0, 34.0)),
        traffic(212_999_044, "2024-12-21 12:02", "2025-01-20 00:00", (35.5, 34.8), (33.9, 34.5)),
    ],
    sightings=[
        ("--seen-by", "observer", "--hull", "escort, landing ship", "--lon", "16.0", "--lat",
         "36.17", "--within", "10000", "--since", "2024-07-05T14:00Z", "--source",
         "itamilradar, 5 July 2024", "--reliability", "B", "--credibility", "2"),
        ("--seen-by", "press", "--imo", "9538892", "--lon", "-1.5", "--lat", "36.65", "--within",
         "20000", "--since", "2024-12-24T00:00Z", "--until", "2024-12-24T23:59Z", "--source",
         "itamilradar, 24 December 2024", "--reliability", "B", "--credibility", "1", "--note",
         "sank"),
    ],
)  # fmt: skip
