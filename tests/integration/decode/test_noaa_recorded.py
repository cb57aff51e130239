"""MarineCadastre logs: rows of 2023 as recorded."""

from __future__ import annotations

import math

from monitor.decode.noaa import NoaaDecoder
from monitor.model import Lines, Reports, Static
from tests.integration.decode.recordings import recorded
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return NoaaDecoder().decode(Lines(data=data, source="log"), final=True)


def test_the_recorded_log_gives_its_positions() -> None:
    reports = decoded(recorded("csv_noaa/aisdb_noaa_20230101.csv"))
    assert (reports.lines, len(reports.positions), refused(reports)) == (1001, 1000, {})
    same(
        reports.positions[0], mmsi=367752440, at="2023-01-11T00:00:00Z", lon=-70.75733,
        lat=43.07917, sog_kn=0.0, cog_deg=None, heading_deg=95.0, status=0, type=0, line=2,
    )  # fmt: skip
    same(reports.positions[4], heading_deg=None, cog_deg=240.1)
    headings, courses = reports.positions["heading_deg"], reports.positions["cog_deg"]
    assert sum(math.isnan(value) for value in headings.tolist()) == 426
    assert sum(math.isnan(value) for value in courses.tolist()) == 90
    assert (reports.positions["status"] == -1).sum() == 46  # class B


def test_the_recorded_log_gives_identities() -> None:
    reports = decoded(recorded("csv_noaa/aisdb_noaa_20230101.csv"))
    assert reports.statics[1].static == Static(
        mmsi=636021061, name="MSC NAISHA III", callsign="5LCB4", imo=9307839, ship_type=70,
        draught_m=8.0,
    )  # fmt: skip
    assert reports.statics[0].static == Static(
        mmsi=367752440, name="SAN JOSE", callsign="WDI9818", ship_type=31
    )
