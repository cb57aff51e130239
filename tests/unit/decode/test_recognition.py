"""A head longer than what is looked at is claimed; what is no decoded log is claimed by no form."""

from __future__ import annotations

import pytest

from tests.unit.decode.claims import HEAD, claims


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
