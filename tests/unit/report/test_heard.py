"""What a line says, in words for a person who tries a feed: positions, names, and why it is not."""

from __future__ import annotations

import json
from functools import reduce
from operator import xor

import pytest

from monitor.decode.decoder import KINDS
from monitor.errors import UsageError
from monitor.model import Refusal
from monitor.report.heard import OTHERS, REFUSED, Heard, Listener, shortened
from monitor.units import SECOND_US

NOW = 1_700_000_000 * SECOND_US
POSITION = b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24"
STATIC = (
    b"!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C",
    b"!AIVDM,2,2,1,A,88888888880,2*25",
)
"""The example of AIVDM/AIVDO protocol decoding (Raymond): EVER DIADEM, bound for NEW YORK."""


FORM = "aiscatcher-json"


def hear(*lines: bytes, form: str = "nmea") -> list[Heard]:
    listener = Listener(form, "harbour")
    return [listener.hear(line, NOW + number) for number, line in enumerate(lines)]


def sentence(payload: str) -> bytes:
    """A sentence with this payload and a checksum that holds."""
    body = f"AIVDM,1,1,,A,{payload},0".encode()
    return b"!" + body + f"*{reduce(xor, body):02X}".encode()


def catcher(**words: object) -> bytes:
    """A line as AIS-catcher writes it."""
    return json.dumps({"class": "AIS", "rxuxtime": NOW / SECOND_US, **words}).encode()


def at_sea(mmsi: int = 230_108_610, **words: object) -> bytes:
    return catcher(type=1, mmsi=mmsi, lon=24.9, lat=60.1, **words)


def test_a_position() -> None:
    assert hear(POSITION) == [
        Heard(words="position (type 1): MMSI 265547250, 57.6604 N 11.8330 E, 13.9 kn", good=1),
    ]


def test_a_position_whose_speed_is_not_available_has_none() -> None:
    (found,) = hear(at_sea(speed=102.3), form=FORM)
    assert found.words == "position (type 1): MMSI 230108610, 60.1000 N 24.9000 E"


def test_a_message_in_two_parts_is_heard_with_its_last() -> None:
    assert hear(*STATIC) == [
        Heard(words="part 1 of 2 of a message"),
        Heard(
            words="static: MMSI 351759000, EVER DIADEM, IMO 9134270, call sign 3FOF8, bound for"
            " NEW YORK",
            good=1,
        ),
    ]


def test_a_name_that_was_told_stands_with_her_next_positions() -> None:
    who = catcher(type=5, mmsi=230_108_610, shipname="AURORA")
    words = [found.words for found in hear(at_sea(), who, at_sea(), at_sea(265_000_000), form=FORM)]
    assert words == [
        "position (type 1): MMSI 230108610, 60.1000 N 24.9000 E",
        "static: MMSI 230108610, AURORA",
        "position (type 1): MMSI 230108610 AURORA, 60.1000 N 24.9000 E",
        "position (type 1): MMSI 265000000, 60.1000 N 24.9000 E",
    ]


def test_who_she_is_is_not_told_twice_in_one_line() -> None:
    log = b'{"ssvid":"230108610","timestamp":1700000000,"lat":60.1,"lon":24.9,"shipname":"AURORA"}'
    (found,) = hear(log, form="gfw-json")
    assert found.words == (
        "position: MMSI 230108610 AURORA, 60.1000 N 24.9000 E; static: nothing more"
    )


@pytest.mark.parametrize(
    ("count", "end"), [(1, "E"), (3, "230108612, 60.1000 N 24.9000 E"), (4, "; and 2 more")]
)
def test_of_a_line_of_many_the_first_two_are_told(count: int, end: str) -> None:
    many = b"[" + b",".join(at_sea(230_108_610 + number) for number in range(count)) + b"]"
    (found,) = hear(many, form=FORM)
    assert found.good == count
    assert found.words.endswith(end)
    assert found.words.count("MMSI") == min(count, 3 if count < 4 else 2)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (POSITION[:-1] + b"5", "its checksum is wrong"),
        (sentence(""), "it holds nothing"),
        (sentence("1"), "it is too short, or not of its type"),
        (sentence("0"), "there is no such type of message"),
    ],
)
def test_why_a_sentence_is_not_understood(line: bytes, words: str) -> None:
    assert hear(line) == [Heard(words=words, bad=1)]


def test_why_a_record_is_not_understood() -> None:
    assert hear(b'{"class":', form=FORM) == [Heard(words="cannot be read", bad=1)]
    assert hear(at_sea(rxuxtime=5), form=FORM) == [Heard(words="its time is far off", bad=1)]


def test_a_part_that_comes_twice() -> None:
    assert hear(STATIC[0], STATIC[0])[1] == Heard(words="a part came twice", bad=1)


@pytest.mark.parametrize(
    ("line", "words"),
    [(b"$GPRMC,1", "no AIS message"), (b"hello", "no AIS message"), (b"", "no message")],
)
def test_what_is_no_ais_is_neither_good_nor_bad(line: bytes, words: str) -> None:
    """A receiver may send its own position, too."""
    assert hear(line) == [Heard(words=words)]


@pytest.mark.parametrize(
    ("number", "words"),
    [(4, "base station"), (21, "aid to navigation"), (9, "aircraft"), (14, "safety message"),
     (8, "binary message"), (20, "message between stations")],
)  # fmt: skip
def test_a_message_that_is_only_counted(number: int, words: str) -> None:
    (found,) = hear(catcher(type=number, mmsi=2_301_086), form=FORM)
    assert found == Heard(words=words, good=1)


def test_a_static_report_that_says_nothing() -> None:
    (found,) = hear(catcher(type=5, mmsi=230_108_610), form=FORM)
    assert found == Heard(words="static without content", good=1)


def test_every_reason_for_which_a_line_can_be_refused_has_words() -> None:
    """The others are not of a line but of what is made of it; they stand for themselves."""
    assert set(Refusal) - set(REFUSED) == {
        "undated", "mmsi_invalid", "not_a_vessel", "position_unavailable", "position_out_of_range",
        "null_island", "duplicate", "same_instant", "late", "frozen", "lost",
        "impossible_jump",
    }  # fmt: skip
    assert set(OTHERS) | {"position", "static"} == {*KINDS.values(), "other"}


def test_a_form_that_there_is_not() -> None:
    with pytest.raises(UsageError, match="There is no input format 'morse'"):
        Listener("morse", "harbour")


@pytest.mark.parametrize(
    ("text", "width", "shows"),
    [("AURORA", 6, "AURORA"), ("AURORA", 5, "AURO…"), ("AURORA", 1, "…"), ("", 0, "")],
)
def test_a_text_is_cut_where_that_can_be_seen(text: str, width: int, shows: str) -> None:
    assert shortened(text, width) == shows
