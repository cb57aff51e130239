"""No form claims another's log, and each claims its own: the head of every recorded file."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.decode.aiscatcher import AisCatcherDecoder
from monitor.decode.aisstream import AisStreamDecoder
from monitor.decode.barentswatch import BarentsWatchDecoder
from monitor.decode.danish import DanishDecoder
from monitor.decode.digitraffic import DigitrafficDecoder
from monitor.decode.gfw import GfwDecoder
from monitor.decode.gpsd import GpsdDecoder
from monitor.decode.named_csv import NamedCsvDecoder
from monitor.decode.noaa import NoaaDecoder

DATA = Path(__file__).parents[3].parent / "shared" / "data"
HEAD = 64 * 1024
FORMS = (
    DanishDecoder,
    NoaaDecoder,
    NamedCsvDecoder,
    GpsdDecoder,
    AisCatcherDecoder,
    AisStreamDecoder,
    DigitrafficDecoder,
    BarentsWatchDecoder,
    GfwDecoder,
)
OWN = {
    "aiscatcher_json": "aiscatcher-json",
    "aisstream_json": "aisstream-json",
    "barentswatch_json": "barentswatch-json",
    "csv_danish": "danish-csv",
    "csv_misc": "csv",
    "csv_noaa": "noaa-csv",
    "digitraffic_json": "digitraffic-json",
    "gfw_json": "gfw-json",
    "gpsd_json": "gpsd-json",
}
"""Folder -> the form of its files."""

STRANGERS = {
    "aisstream_json/shimizu_snapshot_20260330.csv": "csv",
    "csv_portvisit/debs18_1000rows.csv": "csv",
    "gfw_json/gfw_api_event_item.json": None,
    "nmea_prefixed/guadeloupe_20170321_decoded_track.csv": "csv",
    "nmea_tagblock/libais_tagblock.json": "gpsd-json",
    "peercases/gfw_track_416000000.csv": "csv",
}
"""Files that are not of their folder's form."""

FILES = sorted(
    path
    for path in DATA.rglob("*")
    if path.is_file() and path.relative_to(DATA).parts[0] != "cases"  # those are made, and odd
)


def claims(head: bytes) -> list[str]:
    return [form.NAME for form in FORMS if form.recognises(head)]


@pytest.mark.skipif(not FILES, reason=f"the recorded logs are not there: {DATA}")
def test_each_recorded_file_is_claimed_by_its_own_form_and_no_other() -> None:
    wrong = {}
    for path in FILES:
        name = path.relative_to(DATA).as_posix()
        own = STRANGERS.get(name, OWN.get(name.split("/")[0]))
        with path.open("rb") as log:
            found = claims(log.read(HEAD))
        if found != ([own] if own else []):
            wrong[name] = found
    assert wrong == {}


@pytest.mark.skipif(not FILES, reason=f"the recorded logs are not there: {DATA}")
def test_a_head_cut_anywhere_is_claimed_by_no_wrong_form() -> None:
    for folder, form in OWN.items():
        path = next(file for file in FILES if file.parent.name == folder)
        own = STRANGERS.get(path.relative_to(DATA).as_posix(), form)
        head = path.read_bytes()[:4096]
        for size in range(0, len(head), 37):
            assert set(claims(head[:size])) <= {own}, (path.name, size)


def test_an_array_longer_than_the_head_is_claimed() -> None:
    one = b'{"type":"Position","mmsi":257166400,"msgtime":"2023-02-28T08:51:15+00:00"}'
    array = b"HTTP/2.0 200 OK\r\n\r\n[" + b",".join([one] * 2000)
    assert claims(array[:HEAD]) == ["barentswatch-json"]


def test_a_feature_collection_longer_than_the_head_is_claimed() -> None:
    one = (
        b'{"mmsi":230108610,"type":"Feature","geometry":{"type":"Point","coordinates":'
        b'[24.9,60.1]},"properties":{"mmsi":230108610,"sog":0.1,"timestampExternal":1659212938646}}'
    )
    answer = b'{"type":"FeatureCollection","features":[' + b",".join([one] * 2000)
    assert claims(answer[:HEAD]) == ["digitraffic-json"]


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\n\n\n",
        b"{",
        b"[]",
        b"{}",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR{\x01\x02",
        bytes(range(256)) * 16,
        b"PMTiles\x03{\0,\0,\0",
        b"The ship left, at a time unknown, for a port (lat. {36}) that no one named.\n",
        b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n",
        b"\\s:2573010,c:1787234980*03\\!BSVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\r\n",
        b"1490075479,!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n",
        b"$GPRMC,213950.00,A,5250.53669,N,00542.34920,E,0.010,,070420,,,A*70\n",
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"A"}}]}',
        b'{"mmsi":1,"lat":2,"lon":3}\n',
        b'{"level":"info","timestamp":"2024-01-01T00:00:00Z","message":"hello"}\n',
        b"name,port,country\nA,B,C\n",
        b"#ship_id,depart_port,dest_port\n0xfefe,HAIFA,DAMIETTA\n",
    ],
)
def test_what_is_no_decoded_log_is_claimed_by_none(head: bytes) -> None:
    assert claims(head) == []


def test_a_table_that_lacks_the_mmsi_is_claimed_to_be_told_so() -> None:
    assert claims(b"time,lat,lon\n2024-01-01,1,2\n") == ["csv"]
