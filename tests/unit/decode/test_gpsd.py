"""gpsd's JSON: which units it is in, and what is refused."""

from __future__ import annotations

import math

import pytest

from monitor.decode.gpsd import GpsdDecoder
from monitor.model import Lines, Reports, Static
from monitor.units import to_iso
from tests.pipe import by_kind
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return GpsdDecoder().decode(Lines(data=data, source="log"), final=True)


TPV = b'{"class":"TPV","mode":3,"time":"2020-04-07T21:39:50.000Z","lat":52.8,"lon":5.7}\n'


def test_a_type_that_is_none_and_a_broken_line_are_refused() -> None:
    reports = decoded(TPV + b'{"class":"AIS","type":0,"mmsi":1}\n{"class":"AIS","ty\n' + TPV)
    assert refused(reports) == {"not_ais": 2, "unknown_type": 1, "garbled": 1}


SCALED = (
    b'{"class":"AIS","device":"stdin","type":1,"repeat":0,"mmsi":371990001,"scaled":true,"status":0'
    b',"status_text":"Under way using engine","turn":%s,"speed":12.3,"accuracy":true,'
    b'"lon":-123.3953833,"lat":48.3816333,"course":224.0,"heading":215,"second":33}\n'
)
UNSCALED = (
    b'{"class":"AIS","device":"stdin","type":1,"repeat":0,"mmsi":371990001,"scaled":false,'
    b'"status":0,"turn":%s,"speed":123,"accuracy":true,"lon":-74037230,"lat":29028980,'
    b'"course":2240,"heading":215,"second":33}\n'
)
STATIC = (
    b'{"class":"AIS","type":5,"repeat":0,"mmsi":351990001,"scaled":%s,"imo":9134001,'
    b'"ais_version":0,"callsign":"3FXX8","shipname":"EVER SO","shiptype":70,"to_bow":225,'
    b'"to_stern":70,"to_port":1,"to_starboard":31,"eta":"05-15T14:00Z","draught":%s,'
    b'"destination":"NEW YORK"}\n'
)


def test_ais_takes_the_time_of_the_gps_in_the_same_stream() -> None:
    """Sentences and all else that stands between are not AIS; what came before it is dated too."""
    log = (
        b"$GPRMC,213950.00,A,5250.53669,N,00542.34920,E,0.020,,070420,,,A*7D\n"
        + SCALED % b'"0.00"' + TPV + b'{"class":"SKY","hdop":1.03}\n'
        + b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n" + SCALED % b'"0.00"'
        + TPV.replace(b"39:50", b"42:33") + STATIC % (b"true", b"12.2")
    )  # fmt: skip
    reports = decoded(log)
    assert GpsdDecoder.recognises(log)
    assert by_kind(reports) == {"position": 2, "static": 1}
    assert (reports.lines, refused(reports)) == (8, {"not_ais": 5})
    for position in reports.positions:
        same(position, at="2020-04-07T21:39:50Z", received_at="2020-04-07T21:39:50Z")
    assert to_iso(reports.statics[0].at) == "2020-04-07T21:42:33Z"


def test_ais_takes_that_time_as_well_where_logs_are_put_in_order() -> None:
    decoder, log = GpsdDecoder(), TPV + SCALED % b"0" + TPV.replace(b":50.", b":40.")
    decoder.in_order = False
    reports = decoder.decode(Lines(data=log + SCALED % b"0", source="log"), final=True)
    assert [to_iso(int(at)) for at in reports.positions["received_at"]] == [
        "2020-04-07T21:39:50Z",
        "2020-04-07T21:39:40Z",
    ]


def test_without_a_gps_nothing_is_dated() -> None:
    reports = decoded(SCALED % b'"n/a"' + STATIC % (b"true", b"12.2"))
    assert refused(reports) == {"undated": 2}
    assert (len(reports.positions), reports.statics) == (0, [])


@pytest.mark.parametrize(
    ("scaled", "unscaled", "turn_deg_min"),
    [
        (b'"fastleft"', b"-127", -720.0),
        (b'"fastright"', b"127", 720.0),
        (b'"n/a"', b"-128", None),
        (b'"nan"', b"-128", None),
        (b'"0.00"', b"0", 0.0),
        (b'"-4.46"', b"-10", -4.464),
        (b"-4.46", b"-10", -4.464),
    ],
)
def test_scaled_and_unscaled_say_the_same(
    scaled: bytes, unscaled: bytes, turn_deg_min: float | None
) -> None:
    """Degrees and knots in the one, numbers as on the air in the other."""
    reports = decoded(TPV + SCALED % scaled + UNSCALED % unscaled)
    for position in reports.positions:
        same(
            position, mmsi=371990001, type=1, status=0, lon=-123.3953833, lat=48.3816333,
            sog_kn=12.3, cog_deg=224.0, heading_deg=215.0,
        )  # fmt: skip
    found = reports.positions["turn_deg_min"].tolist()
    wanted = [math.nan if turn_deg_min is None else turn_deg_min] * 2
    assert found == pytest.approx(wanted, abs=0.005, nan_ok=True)


@pytest.mark.parametrize(("scaled", "draught"), [(b"true", b"12.2"), (b"false", b"122")])
def test_a_static_report(scaled: bytes, draught: bytes) -> None:
    (report,) = decoded(TPV + STATIC % (scaled, draught)).statics
    assert report.static == Static(
        mmsi=351990001, name="EVER SO", callsign="3FXX8", imo=9134001, ship_type=70, to_bow_m=225,
        to_stern_m=70, to_port_m=1, to_starboard_m=31, draught_m=12.2, destination="NEW YORK",
        eta="05-15T14:00",
    )  # fmt: skip


def test_long_range_reports_have_units_of_their_own() -> None:
    """Tenths of a minute, whole knots, whole degrees."""
    log = (
        b'{"class":"AIS","type":27,"repeat":0,"mmsi":230990001,"scaled":false,"status":0,'
        b'"accuracy":false,"lon":14978,"lat":36098,"speed":1,"course":30,"raim":false}\n'
    )
    same(
        decoded(TPV + log).positions[0], mmsi=230990001, type=27, lon=24.963333, lat=60.163333,
        sog_kn=1.0, cog_deg=30.0, heading_deg=None,
    )  # fmt: skip


def test_a_long_range_position_to_a_tenth_of_a_degree_is_none() -> None:
    """That is how gpsd writes it scaled: three miles off, she would be in port or out of it."""
    log = (
        b'{"class":"AIS","type":%d,"repeat":0,"mmsi":230990001,"scaled":true,"status":"Moored",'
        b'"accuracy":false,"lon":35.9,"lat":%s,"speed":0,"course":30,"raim":false,"gnss":true}\n'
    )
    on_air = log.replace(b"true", b"false", 1).replace(b"35.9", b"21540")
    coarse, fine, near, whole = decoded(
        TPV + log % (27, b"34.9") + log % (27, b"34.905") + log % (1, b"34.9")
        + on_air % (27, b"20940")
    ).positions  # fmt: skip
    same(coarse, type=27, lon=None, lat=None, status=5, sog_kn=0.0)
    same(fine, type=27, lon=35.9, lat=34.905)
    same(near, type=1, lon=35.9, lat=34.9)
    same(whole, type=27, lon=35.9, lat=34.9)


def test_libais_lines_are_dated_by_their_tag_block() -> None:
    """The same words in any order, and a time of their own."""
    log = (
        b'{"slot_timeout": 3, "tagblock_T": "2014-12-10 00.41.53", "scaled": true, '
        b'"course": 224.60000610351562, "second": 51, "speed": 1.2000000476837158, '
        b'"tagblock_timestamp": "2014-12-10T00:41:53.000000Z", "lon": -161.88265991210938, '
        b'"type": 1, "status": 7, "mmsi": 224990001, "class": "AIS", "lat": -5.277916431427002, '
        b'"turn": 0.0, "heading": 155}\n'
    )
    assert GpsdDecoder.recognises(log)
    same(
        decoded(log).positions[0], mmsi=224990001, at="2014-12-10T00:41:53Z", lon=-161.88266,
        lat=-5.277916, sog_kn=1.2, cog_deg=224.6, heading_deg=155.0, status=7, turn_deg_min=0.0,
    )  # fmt: skip


def test_a_stream_is_known_by_the_receivers_own_words() -> None:
    """Before any ship is heard, and after words that are not gpsd's."""
    assert GpsdDecoder.recognises(b'$GPGSA,A\n{"class":"VERSION","release":"3.25"}\n')
    assert GpsdDecoder.recognises(b'noise {"x":1}\n' + TPV)
    assert not GpsdDecoder.recognises(b'{"class":"AIS","mmsi":1,"rxtime":"20260926235957"}\n')
    assert not GpsdDecoder.recognises(b'{"class":["VERSION"]}\n')
