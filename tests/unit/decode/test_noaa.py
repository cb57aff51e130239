"""MarineCadastre logs: rows of 2023 as recorded, and the names used since 2025."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from monitor.decode.noaa import NoaaDecoder
from monitor.model import Lines, Reports, Static
from monitor.units import to_iso

DATA = Path(__file__).parents[3].parent / "shared" / "data"


def decoded(data: bytes) -> Reports:
    return NoaaDecoder().decode(Lines(data=data, source="log"), final=True)


def recorded(name: str) -> bytes:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the recorded log is not there: {path}")
    return path.read_bytes()


def refused(reports: Reports) -> dict[str, int]:
    return {reason: count for (_, reason), count in reports.refusals.items()}


def same(row: np.void, **expected: object) -> None:
    """Compare fields of a position; None stands for NaN, instants for their ISO form."""
    for name, value in expected.items():
        found = row[name].item()
        if value is None:
            assert math.isnan(found), (name, found)
        elif name in {"at", "received_at"}:
            assert to_iso(found) == value, (name, to_iso(found))
        elif isinstance(value, float):
            assert found == pytest.approx(value, abs=1e-5), name
        else:
            assert found == value, name


HEADER = (
    b"MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,"
    b"Width,Draft,Cargo,TransceiverClass\n"
)


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


def test_the_names_of_2025_with_longitude_first() -> None:
    log = (
        b"mmsi,base_date_time,longitude,latitude,sog,cog,heading,vessel_name,imo,call_sign,"
        b"vessel_type,status,length,width,draft,cargo,transceiver\n"
        b"338120000,2026-01-01 00:00:07,-122.5,37.8,0.1,360,511,A,IMO0000000,,1012,,0,0,0,,B\n"
    )
    reports = decoded(log)
    same(
        reports.positions[0], at="2026-01-01T00:00:07Z", lon=-122.5, lat=37.8, cog_deg=None,
        heading_deg=None, status=-1,
    )  # fmt: skip
    assert reports.statics[0].static == Static(mmsi=338120000, name="A")


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (b'RAY "CHIEF" TONEY', 'RAY "CHIEF" TONEY'),
        (b'"RAY, CHIEF"', "RAY, CHIEF"),
        (b'"RAY', '"RAY'),
    ],
)
def test_quotes_in_a_name_are_tolerated(field: bytes, name: str) -> None:
    row = b"367004050,2023-01-11T00:00:01,29.3,-94.9,0.0,264.3,88.0,%s,,WDF2405,31,12.0,,,,52,A\n"
    reports = decoded(HEADER + row % field)
    assert reports.statics[0].static.name == name
    assert refused(reports) == {}


def test_status_in_words_and_a_blank_position() -> None:
    row = b"367004050,2016-01-11T00:00:01,,,0.0,-49.6,88.0,,,,,under way using engine,,,,,\n"
    reports = decoded(HEADER + row)
    same(reports.positions[0], status=0, lon=None, lat=None, cog_deg=-49.6)


def test_rows_that_cannot_be_read_are_refused() -> None:
    good = b"367004050,2023-01-11T00:00:01,29.3,-94.9,,,,,,,,,,,,,A\n"
    reports = decoded(HEADER + good + b"367004050,2023-01-11T0\n" + b"x" + good + b"\n" + good)
    assert refused(reports) == {"garbled": 2}
    assert reports.positions["line"].tolist() == [2, 6]
