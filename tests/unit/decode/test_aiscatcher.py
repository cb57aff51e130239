"""AIS-catcher's JSON: a real HTTP POST body, and the forms of its documents."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from monitor.decode.aiscatcher import AisCatcherDecoder
from monitor.model import Lines, Reports, Static
from monitor.units import to_iso

DATA = Path(__file__).parents[3].parent / "shared" / "data"


def decoded(data: bytes) -> Reports:
    return AisCatcherDecoder().decode(Lines(data=data, source="log"), final=True)


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


def test_the_envelope_of_an_http_post_gives_all_its_messages() -> None:
    reports = decoded(recorded("aiscatcher_json/http_post_v070_20260926.json"))
    assert (reports.lines, len(reports.positions), refused(reports)) == (1, 2, {})
    same(
        reports.positions[0], mmsi=316001269, at="2026-09-26T23:59:57.359632Z",
        received_at="2026-09-27T00:00:00.518870Z", lon=-123.132683, lat=49.006222, sog_kn=0.0,
        cog_deg=264.6, heading_deg=52.0, turn_deg_min=0.0, status=0, type=1, line=1,
    )  # fmt: skip
    same(
        reports.positions[1], mmsi=316011408, at="2026-09-27T00:00:00.518870Z", sog_kn=18.0, line=1
    )


def test_the_documented_forms() -> None:
    reports = decoded(recorded("aiscatcher_json/docs_examples.txt"))
    assert len(reports.positions) == 1
    same(
        reports.positions[0], mmsi=230907000, at="2022-07-29T19:16:10Z", lon=24.915239,
        lat=60.148106, sog_kn=8.8, cog_deg=231.0, heading_deg=230.0, turn_deg_min=18.0, type=3,
    )  # fmt: skip
    assert refused(reports) == {"undecodable": 1, "not_ais": 1}


def test_what_the_sparse_form_leaves_out_is_not_available() -> None:
    line = (
        b'{"class":"AIS","rxuxtime":1790467197.5,"type":1,"mmsi":235102667,"second":5,'
        b'"speed":102.300003,"heading":511,"turn":-128}\n'
    )
    reports = decoded(line)
    same(
        reports.positions[0], lon=None, lat=None, sog_kn=None, cog_deg=None, heading_deg=None,
        turn_deg_min=None, status=-1,
    )  # fmt: skip


def test_a_static_message() -> None:
    line = (
        b'{"class":"AIS","rxtime":"20260926235957","type":5,"mmsi":235102667,"imo":9134270,'
        b'"callsign":"3FOF8","shipname":"EVER DIADEM","shiptype":70,"to_bow":225,"to_stern":70,'
        b'"to_port":1,"to_starboard":31,"eta":"00-00T24:60Z","draught":12.2,"destination":""}\n'
    )
    (report,) = decoded(line).statics
    assert to_iso(report.at) == "2026-09-26T23:59:57Z"
    assert report.static == Static(
        mmsi=235102667, name="EVER DIADEM", callsign="3FOF8", imo=9134270, ship_type=70,
        to_bow_m=225, to_stern_m=70, to_port_m=1, to_starboard_m=31, draught_m=12.2,
    )  # fmt: skip


def test_a_message_from_the_future_does_not_carry_its_envelope_away() -> None:
    one = b'{"class":"AIS","rxuxtime":%d,"type":1,"mmsi":235102667,"lon":1.0,"lat":2.0,"speed":1}'
    times = (1790467197, 1790467198, 1990467198)
    body = b'{"protocol":"jsonaiscatcher","msgs":[' + b",".join(one % t for t in times) + b"]}\n"
    reports = decoded(body)
    assert refused(reports) == {"clock_nonsense": 1}
    assert len(reports.positions) == 2
    same(reports.positions[0], received_at="2026-09-26T23:59:58Z")


def test_odd_messages_are_refused_each() -> None:
    body = b'{"msgs":[3,{"class":"GPS"},{"class":"AIS","type":99}]}\n'
    good = b'{"class":"AIS","rxuxtime":1790467197,"type":1,"mmsi":1,"lon":1.0,"lat":2.0}\n'
    reports = decoded(good + body + b'{"class":"AIS","rx')
    assert refused(reports) == {"garbled": 2, "not_ais": 1, "unknown_type": 1}
