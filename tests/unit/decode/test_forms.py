"""Which form a log is of: found by its first bytes, or named, and refused in one sentence."""

from __future__ import annotations

import pytest

from monitor.decode.danish import DanishDecoder
from monitor.decode.forms import form_names, form_of, make_decoder, recognise
from monitor.decode.nmea.decoder import NmeaDecoder
from monitor.errors import InputError, UsageError
from monitor.model import Lines
from monitor.units import MINUTE_US, NO_TIME, SECOND_US

BEGIN = 1_700_000_000 * SECOND_US
SENTENCE = b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24"


def test_the_names_that_can_be_given() -> None:
    """The order is that of trying: strict forms first, those that take almost any table last."""
    assert form_names() == [
        "journal", "gpsd-json", "aiscatcher-json", "aisstream-json", "digitraffic-json",
        "barentswatch-json", "signalk-json", "aishub-json", "gfw-json", "danish-csv", "noaa-csv",
        "nmea", "csv",
    ]  # fmt: skip


def test_no_name_stands_for_two_forms() -> None:
    assert len(set(form_names())) == len(form_names())


@pytest.mark.parametrize("name", form_names())
def test_each_name_leads_to_its_form(name: str) -> None:
    assert name == form_of(name).NAME


@pytest.mark.parametrize("name", ["", "NMEA", "nmea ", "ais"])
def test_a_name_that_is_none_is_answered_with_those_there_are(name: str) -> None:
    with pytest.raises(UsageError) as refusal:
        form_of(name)
    assert str(refusal.value) == (
        f"There is no input format {name!r}: use one of journal, gpsd-json, aiscatcher-json,"
        " aisstream-json, digitraffic-json, barentswatch-json, signalk-json, aishub-json, gfw-json,"
        " danish-csv, noaa-csv, nmea, csv."
    )
    assert refusal.value.exit_code == 2


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (SENTENCE + b"\n", "nmea"),
        (b"$GPRMC,213950.00,A,5250.5,N,00542.3,E,0.010,,070420,,,A*70\n" * 9 + SENTENCE, "nmea"),
        (b"1733788800 " + SENTENCE, "nmea"),
        (b'#monitor-journal {"feeds":{},"lateness_s":5.0}\n@1733788800123456 a 0\n', "journal"),
        (b'{"class":"AIS","type":1,"mmsi":230108610,"scaled":true}\n', "gpsd-json"),
        (b'{"ssvid":"1","timestamp":"2017-07-18T00:07:20Z","lat":1,"lon":2}\n', "gfw-json"),
        (b"# Timestamp,Type of mobile,MMSI,Latitude,Longitude,SOG\n", "danish-csv"),
        (b"MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading\n", "noaa-csv"),
        (b"mmsi;time;lat;lon\n", "csv"),
    ],
)
def test_a_log_is_known_by_its_first_bytes(head: bytes, name: str) -> None:
    assert name == recognise(head, "watch.log").NAME


@pytest.mark.parametrize("head", [b"\x1f\x8b\x08\0", b"\x89PNG\r\n\x1a\n\0\0", b"\0"])
def test_what_is_binary_is_said_to_be(head: bytes) -> None:
    with pytest.raises(InputError) as refusal:
        recognise(head, "tartus.png")
    assert str(refusal.value) == "tartus.png is binary, not an AIS log."


@pytest.mark.parametrize("head", [b"", b"Dear sirs,\n", b'{"port":"tartus"}\n'])
def test_an_unknown_log_is_answered_with_what_was_looked_for(head: bytes) -> None:
    with pytest.raises(InputError) as refusal:
        recognise(head, "letter.txt")
    assert str(refusal.value) == (
        "letter.txt is not a known AIS log: no VDM sentence, CSV heading or AIS JSON was found in"
        " its first lines; name its form with --input-format."
    )


def test_a_log_that_tells_no_time_begins_when_it_is_told() -> None:
    """Sentences without a tag: at BEGIN, or in the second of the minute behind it that she says."""
    decoder = make_decoder(NmeaDecoder, start=BEGIN)
    (fix,) = decoder.decode(Lines(data=SENTENCE + b"\n", source="log"), final=True).positions
    assert 0 <= fix["received_at"] - BEGIN < MINUTE_US


def test_a_log_begins_without_a_time_otherwise() -> None:
    decoder = make_decoder(DanishDecoder)
    assert isinstance(decoder, DanishDecoder)
    assert decoder.clock.at == NO_TIME


def test_two_logs_of_one_form_do_not_share_a_decoder() -> None:
    assert make_decoder(NmeaDecoder) is not make_decoder(NmeaDecoder)
