"""Mys Zhelaniya and Sparta IV, January 2026: a convoy parts, and one is at Tobruk by satellite.

Published (maritimecareer.gr, united24media, plawiuk.blogspot): both left Baltiysk with the
destroyer Severomorsk and declared Port Said; off Portugal they sailed in parallel, and parted; Mys
Zhelaniya was photographed at Tobruk on 16 January, just docked; Sparta IV switched off her AIS that
day and was believed to be bound for Tartus. Drawn: the ways, that they parted in the Ionian Sea,
and that Mys Zhelaniya was not heard from there to Tobruk and back. She bears no IMO number here.
"""

from __future__ import annotations

from tests.scenario.cases.chart import CARGO, Case, Ship, sailed, traffic

MYS, SPARTA_IV = 273_999_051, 273_999_052
BACK = "2026-01-20 06:00"

_TOGETHER = [
    (-9.9, 38.6, 12.0), (-9.6, 36.7, 12.0), (-6.3, 35.93, 12.0), (-5.4, 35.95, 12.0),
    (-2.0, 36.2, 12.0), (3.0, 37.3, 12.0), (9.8, 37.7, 12.0), (11.4, 37.2, 12.0),
    (13.0, 36.3, 12.0), (15.5, 35.9, 12.0),
]  # fmt: skip
_START = "2026-01-08 12:00"


def _with(lon: float, lat: float) -> list[tuple[float, float, float]]:
    """The common way, so many degrees off."""
    return [(east + lon, north + lat, knots) for east, north, knots in _TOGETHER]


_WHO = {"ship_type": CARGO, "destination": "PORT SAID", "draught": 7.4}
_MYS_WAY = sailed(_START, -10.0, 40.0, *_with(0.0, 0.0), (19.5, 34.2, 12.0), (21.0, 33.6, 12.0))
_SPARTA_WAY = sailed(
    _START, -10.03, 40.02, *_with(-0.03, 0.02), (20.5, 34.9, 12.0), (33.0, 34.0, 12.0)
)

CASE = Case(
    name="mys-zhelaniya",
    ships=[
        Ship(
            mmsi=MYS,
            way=[*_MYS_WAY, *sailed(BACK, 23.6, 33.4, (21.0, 34.3, 11.0))],
            silent=[(_MYS_WAY[-1][0], BACK)],
            says={
                "2026-01-01 00:00": {
                    **_WHO, "name": "MYS ZHELANIYA", "callsign": "UXMZ", "a": 110, "b": 28,
                    "c": 10, "d": 11,
                },
                "2026-01-20 00:00": {"draught": 4.9},
            },
        ),
        Ship(
            mmsi=SPARTA_IV,
            way=_SPARTA_WAY,
            says={
                "2026-01-01 00:00": {
                    **_WHO, "name": "SPARTA IV", "callsign": "UXS4", "imo": 9743033, "a": 95,
                    "b": 26, "c": 9, "d": 10,
                },
            },
        ),
        traffic(237_999_053, "2026-01-11 12:02", "2026-01-20 18:00", (20.6, 33.8), (22.4, 33.6)),
        traffic(642_999_054, "2026-01-11 12:04", "2026-01-20 18:00", (24.3, 32.4), (22.9, 33.2)),
        traffic(212_999_055, "2026-01-11 12:06", "2026-01-20 18:00", (35.4, 34.8), (32.5, 34.2)),
    ],
    sightings=[
        ("--seen-by", "satellite", "--mmsi", str(MYS), "--name", "MYS ZHELANIYA", "--port",
         "tobruk", "--since", "2026-01-16T08:00Z", "--until", "2026-01-16T16:00Z", "--source",
         "SONARROW, 17 January 2026", "--reliability", "B", "--credibility", "1"),
        ("--seen-by", "press", "--name", "SEVEROMORSK", "--hull", "destroyer", "--length", "163",
         "--lon", "-9.9", "--lat", "39.0", "--within", "50000", "--since", "2026-01-09T00:00Z",
         "--until", "2026-01-09T06:00Z", "--source", "maritimecareer.gr", "--reliability", "C",
         "--credibility", "2"),
    ],
)  # fmt: skip
