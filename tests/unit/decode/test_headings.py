"""Headings: whatever the separator, the quotes and the marks."""

from __future__ import annotations

import pytest

from monitor.decode.headings import header_in, key_of, separator_of


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("MMSI", "mmsi"),
        ("# Timestamp", "timestamp"),
        ("Ship type", "shiptype"),
        ("vessel_name", "vesselname"),
        ('"Base-Date.Time"', "basedatetime"),
        ("Draught (m)", "draughtm"),
        ("\ufeffwhen", "when"),
        ("Speed [km/h]", "speedkmh"),
        ("Lat (\u00b0)", "lat"),
        ("", ""),
    ],
)
def test_a_columns_name_is_its_letters(name: str, key: str) -> None:
    assert key_of(name) == key


@pytest.mark.parametrize(
    ("header", "separator"),
    [
        (b"a,b,c", b","),
        (b"a;b;c", b";"),
        (b"a\tb\tc", b"\t"),
        (b"a|b,c|d", b"|"),
        (b"lat, deg;lon, deg;t;u", b";"),
    ],
)
def test_the_most_frequent_mark_separates(header: bytes, separator: bytes) -> None:
    assert separator_of(header) == separator


@pytest.mark.parametrize(
    ("head", "keys"),
    [
        (b"When,MMSI,Lon\n1,2,3\n", ["when", "mmsi", "lon"]),
        (b"\xef\xbb\xbfWhen;MMSI;Lon\r\n", ["when", "mmsi", "lon"]),
        (b"\n\n  When\tMMSI\tLon", ["when", "mmsi", "lon"]),
        (b'"When", "MMSI", "Lon"\n', ["when", "mmsi", "lon"]),
        (b"Positions of x, y, z\n\nWhen,Lat,Lon\n", ["when", "lat", "lon"]),
        (b"When,MMSI,Y\n1,2,3\n", ["when", "mmsi", "y"]),
        (b'"sep=;"\nWhen;Lat;Lon\n', ["when", "lat", "lon"]),
        (b"When,MMSI\n", []),
        (b"{a,b,c}\n", []),
        (b"[a,b,c]\n", []),
        (b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n", []),
        (b"$GPRMC,1,2,3\n", []),
        (b"\\s:a,c:1*00\\!AIVDM,1\n", []),
        (b"a,b,\0c\n", []),
        (b"a," * 4096 + b"b\n", []),
        (b"", []),
    ],
)
def test_a_heading_is_told_from_other_first_lines(head: bytes, keys: list[str]) -> None:
    assert header_in(head) == keys
