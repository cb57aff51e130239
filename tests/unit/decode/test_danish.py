"""Danish daily logs: rows of 2018 as recorded, the 26 columns, tabs and commas."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from monitor.decode.danish import DanishDecoder
from monitor.model import Lines, Reports, Static
from monitor.units import to_iso
from tests.helpers import by_kind

DATA = Path(__file__).parents[3].parent / "shared" / "data"


def decoded(data: bytes) -> Reports:
    return DanishDecoder().decode(Lines(data=data, source="log"), final=True)


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


HEADER_26 = (
    b"# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational status,ROT,SOG,COG,Heading,"
    b"IMO,Callsign,Name,Ship type,Cargo type,Width,Length,Type of position fixing device,Draught,"
    b"Destination,ETA,Data source type,A,B,C,D\n"
)


def test_the_recorded_log_gives_its_positions_and_static_reports() -> None:
    reports = decoded(recorded("csv_danish/aisdk_header.csv"))
    assert reports.lines == 139
    assert by_kind(reports) == {"position": 118, "static": 8, "base_station": 8, "aton": 4}
    assert refused(reports) == {}
    assert len(reports.positions) == 118
    same(
        reports.positions[0], mmsi=215810000, at="2018-06-01T00:00:00Z", lon=17.320418,
        lat=55.921028, sog_kn=12.5, cog_deg=255.5, heading_deg=256.0, turn_deg_min=0.0, status=4,
        type=0, line=2, seq=1,
        raw=b"01/06/2018 00:00:00,Class A,215810000,55.921028,17.320418,Constrained by",
    )  # fmt: skip
    (turning,) = reports.positions[reports.positions["mmsi"] == 273457420]
    same(turning, turn_deg_min=251.1, status=0, sog_kn=10.6)
    (unknown,) = reports.positions[reports.positions["mmsi"] == 266358000]
    same(unknown, status=-1, turn_deg_min=None, heading_deg=None, sog_kn=4.8)


def test_a_row_without_position_is_a_static_report() -> None:
    statics = {
        r.static.mmsi: r.static for r in decoded(recorded("csv_danish/aisdk_header.csv")).statics
    }
    assert statics[266220000] == Static(
        mmsi=266220000, name="ASTINA", callsign="SHZA", imo=9320063, ship_type=81, draught_m=5.9,
        destination="FREDERICIA", eta="05-31T04:00",
    )  # fmt: skip
    assert statics[265518830] == Static(
        mmsi=265518830, name="SUVI-SIRKKA", callsign="SA9908", ship_type=36
    )
    assert statics[219007101] == Static(mmsi=219007101, name="HENRIETTE RS101", ship_type=30)
    assert statics[250515000].ship_type == 70


def test_the_form_of_26_columns_has_the_sides() -> None:
    row = (
        b"13/12/2024 23:59:59,Class A,219024175,56.1,10.2,Moored,0.0,0.0,12.0,,9701267,OVJO2,"
        b"VESSEL,Passenger,No additional information,16,100,GPS,3.2,Aarhus,,AIS,50,50,8,8\n"
    )
    reports = decoded(HEADER_26 + row)
    same(reports.positions[0], status=5, lon=10.2, lat=56.1, at="2024-12-13T23:59:59Z")
    assert reports.statics[0].static == Static(
        mmsi=219024175, name="VESSEL", callsign="OVJO2", imo=9701267, ship_type=60, to_bow_m=50,
        to_stern_m=50, to_port_m=8, to_starboard_m=8, draught_m=3.2, destination="Aarhus",
    )  # fmt: skip


def test_the_form_of_2014_has_tabs_and_decimal_commas() -> None:
    log = (
        b"Timestamp\tType of mobile\tMMSI\tLatitude\tLongitude\tNavigational status\tSOG\r\n"
        b"01-02-2014 12.30.05\tClass A\t219024175\t56,123\t10,25\tMoored\t0,1\r\n"
    )
    reports = decoded(log)
    same(
        reports.positions[0], at="2014-02-01T12:30:05Z", lon=10.25, lat=56.123, sog_kn=0.1,
        status=5, heading_deg=None,
    )  # fmt: skip


def test_a_position_that_is_not_available_without_any_name_stays_a_position() -> None:
    row = b"01/06/2018 00:00:00,Class A,219024175,91.0,181.0,Unknown value,,,,,Unknown"
    reports = decoded(HEADER_26 + row + b"," * 15 + b"\n")
    same(reports.positions[0], lon=None, lat=None, sog_kn=None, cog_deg=None)


@pytest.mark.parametrize(
    "row",
    [
        b"01/06/2018 00:00:00,Class A,219024175\n",
        b"soon,Class A,219024175,56.1,10.2" + b"," * 21 + b"\n",
        b"01/06/2018 00:00:00,Class A,none,56.1,10.2" + b"," * 21 + b"\n",
        b"01/06/2018 00:00:00,Class A,219024175,north,10.2" + b"," * 21 + b"\n",
    ],
)
def test_a_row_that_cannot_be_read_is_refused(row: bytes) -> None:
    good = b"01/06/2018 00:00:00,Class A,219024175,56.1,10.2" + b"," * 21 + b"\n"
    reports = decoded(HEADER_26 + good + row + good)
    assert refused(reports) == {"garbled": 1}
    assert reports.positions["line"].tolist() == [2, 4]
