"""AISHub: the same vessel in its two formats, and what stands around the records."""

from __future__ import annotations

import math

from monitor.decode.aishub import AisHubDecoder, lon_lat
from monitor.model import Lines, Reports, Static
from monitor.units import to_iso

HEAD = b'{"ERROR":false,"USERNAME":"AH_TEST","FORMAT":"%s","RECORDS":1}'
ON_AIR = (
    b'{"MMSI":244750034,"TIME":"1625826523","LONGITUDE":3022815,"LATITUDE":31476144,"COG":3598,'
    b'"SOG":104,"HEADING":358,"ROT":-5,"NAVSTAT":8,"IMO":9118824,"NAME":"CHATEAUROUX",'
    b'"CALLSIGN":"PH7002","TYPE":69,"A":24,"B":6,"C":0,"D":6,"DRAUGHT":12,"DEST":"ROTTERDAM",'
    b'"ETA":477504}'
)
HUMAN = (
    b'{"MMSI":244750034,"TIME":"2021-07-09 10:28:43 GMT","LONGITUDE":5.038025,'
    b'"LATITUDE":52.46024,"COG":359.8,"SOG":10.4,"HEADING":358,"ROT":-5,"NAVSTAT":8,'
    b'"IMO":9118824,"NAME":"CHATEAUROUX","CALLSIGN":"PH7002","TYPE":69,"A":24,"B":6,"C":0,"D":6,'
    b'"DRAUGHT":1.2,"DEST":"ROTTERDAM","ETA":"07-09 05:00"}'
)
NOTHING = (
    b'{"MMSI":244750034,"TIME":"1625826523","LONGITUDE":108600000,"LATITUDE":54600000,"COG":3600,'
    b'"SOG":1024,"HEADING":511,"ROT":128,"NAVSTAT":15,"IMO":0,"NAME":"","CALLSIGN":"","TYPE":0,'
    b'"A":0,"B":0,"C":0,"D":0,"DRAUGHT":0,"DEST":"","ETA":1596}'
)
NOTHING_HUMAN = (
    b'{"MMSI":244750034,"TIME":"2021-07-09 10:28:43 GMT","LONGITUDE":181,"LATITUDE":91,"COG":360,'
    b'"SOG":102.4,"HEADING":511,"ROT":128,"NAVSTAT":15,"IMO":0,"NAME":"","CALLSIGN":"","TYPE":0,'
    b'"A":0,"B":0,"C":0,"D":0,"DRAUGHT":0,"DEST":"","ETA":"00-00 24:60"}'
)
SHIP = Static(
    mmsi=244750034, name="CHATEAUROUX", callsign="PH7002", imo=9118824, ship_type=69, to_bow_m=24,
    to_stern_m=6, to_port_m=0, to_starboard_m=6, draught_m=1.2, destination="ROTTERDAM",
    eta="07-09T05:00",
)  # fmt: skip


def decoded(data: bytes) -> Reports:
    return AisHubDecoder().decode(Lines(data=data, source="hub"), final=True)


def test_both_formats_say_the_same() -> None:
    reports = decoded(ON_AIR + b"\n" + HUMAN + b"\n")
    assert not reports.refusals
    assert [report.static for report in reports.statics] == [SHIP, SHIP]
    air, human = reports.positions
    assert to_iso(air["at"].item()) == "2021-07-09T10:28:43Z"
    assert (air["mmsi"], air["status"], air["type"]) == (244750034, 8, 0)
    assert (air["lon"], air["lat"]) == (5.038025, 52.46024)
    assert round(air["sog_kn"].item(), 3) == 10.4
    assert round(air["turn_deg_min"].item(), 3) == -1.116
    for name in ("at", "lon", "lat", "sog_kn", "cog_deg", "heading_deg", "turn_deg_min", "content"):
        assert air[name] == human[name], name


def test_what_is_not_available() -> None:
    reports = decoded(NOTHING + b"\n" + NOTHING_HUMAN + b"\n")
    assert not reports.statics
    for row in reports.positions:
        for name in ("lon", "lat", "sog_kn", "cog_deg", "heading_deg", "turn_deg_min"):
            assert math.isnan(row[name]), name


def test_a_whole_answer_as_it_comes() -> None:
    log = b"[%s,[%s,%s]]\n" % (HEAD % b"AIS", ON_AIR, NOTHING)
    assert AisHubDecoder.recognises(log)
    assert AisHubDecoder.recognises(HUMAN)
    reports = decoded(log)
    assert (len(reports.positions), len(reports.statics), reports.lines) == (2, 1, 1)
    assert not reports.refusals


def test_errors_and_other_objects() -> None:
    log = (
        b'[{"ERROR":true,"USERNAME":"A","FORMAT":"HUMAN","ERROR_MESSAGE":"Too frequent requests!"}]'
        b'\nToo frequent requests!\n{"mmsi":1}\n{"MMSI":1,"TI\n{"MMSI":"x","TIME":null}\n'
    )
    reports = decoded(log + ON_AIR + b"\n")
    assert reports.positions["mmsi"].tolist() == [0, 244750034]
    refusals = {reason: count for (_, reason), count in reports.refusals.items()}
    assert refusals.pop("not_ais") == 1
    assert refusals.pop("garbled") == 2
    assert not AisHubDecoder.recognises(b'{"mmsi":1,"msgtime":"x"}\n')


def test_fields_of_other_types_are_not_available() -> None:
    lon, lat = lon_lat({"TIME": None, "LONGITUDE": "x", "LATITUDE": []})
    assert math.isnan(lon)
    assert math.isnan(lat)
    (row,) = decoded(b'{"MMSI":"244750034","TIME":"1625826523","SOG":-1,"ETA":"x"}\n').positions
    assert row["mmsi"] == 244750034
    assert math.isnan(row["sog_kn"])
