"""Baltic Leader, 28 January 2025: nearly stopped on the way to Tartus, and somebody came near.

Published (usm.media after Crimean Wind): on the evening of 28 January she slowed to 0.8 kn, then an
unknown vessel approached her; IMO 9220639, built 2000, "maximum speed 10.5 kn"; before, seven names
(Fleet Leader, Ocean Pride, Rio Kusan, BBC Kusan, BBC Germania, Rickmers Germania, Scan Germania)
under the flags of Germany, Liberia, the United Kingdom and the Isle of Man. Drawn: the place, a day
at sea for each name, and its year; which flag went with which name was not published.
"""

from __future__ import annotations

from tests.scenario.cases.chart import CARGO, Case, Ship, sailed, traffic

LEADER = 273_999_031
IMO = 9_220_639
SLOW = ("2025-01-28 17:00", "2025-01-28 22:00")

NAMES = (
    (211_999_031, 2008, "SCAN GERMANIA"), (211_999_031, 2009, "RICKMERS GERMANIA"),
    (636_999_032, 2010, "BBC GERMANIA"), (636_999_032, 2011, "BBC KUSAN"),
    (232_999_033, 2012, "RIO KUSAN"), (232_999_033, 2013, "OCEAN PRIDE"),
    (235_999_034, 2014, "FLEET LEADER"),
)  # fmt: skip
"""MMSI, year, name: the Isle of Man's ships bear numbers of the United Kingdom, 232 to 235."""

_WHO = {"imo": IMO, "ship_type": CARGO, "a": 100, "b": 27, "c": 10, "d": 10, "draught": 4.9}

CASE = Case(
    name="baltic-leader",
    ships=[
        *(
            Ship(
                mmsi=mmsi,
                way=sailed(f"{year}-06-01 00:00", 20.0, 34.8, (23.9, 34.4, 9.0)),
                says={f"{year}-06-01 00:00": {**_WHO, "name": name, "callsign": f"X{year}"}},
            )
            for mmsi, year, name in NAMES
        ),
        Ship(
            mmsi=LEADER,
            way=[
                *sailed("2025-01-26 12:00", 22.0, 34.4, (31.0, 34.2, 8.7)),
                *sailed(SLOW[0], 31.05, 34.2, (31.11, 34.22, 0.8))[:2],
                *sailed("2025-01-28 22:20", 31.13, 34.22, (35.5, 34.8, 9.5)),
            ],
            says={
                "2025-01-26 12:00": {
                    **_WHO, "name": "BALTIC LEADER", "callsign": "UBEW6", "destination": "TARTUS",
                },
            },
        ),
        traffic(212_999_035, "2025-01-26 12:02", "2025-01-29 21:00", (31.4, 34.4), (30.6, 34.0)),
        traffic(212_999_036, "2025-01-26 12:04", "2025-01-29 21:00", (35.5, 34.9), (33.9, 34.5)),
    ],
)  # fmt: skip
