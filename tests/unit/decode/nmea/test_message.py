"""Who a vessel says it is: recorded static reports with published values, and their limits."""

from __future__ import annotations

import pytest

from monitor.decode.decoder import KINDS
from monitor.decode.nmea.message import STATIC_TYPES, base_station_time, decode_static
from monitor.model import Static
from monitor.units import NO_TIME, to_iso
from tests.unit.decode.nmea.test_sixbit import packed

EVER_DIADEM = b"55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp888888888880"
"""Two sentences joined; as documented with gpsd."""


def six(text: str, length: int) -> list[tuple[int, int]]:
    """Return six-bit text (M.1371-5 table 47): '@' is 0, 'A' 1, blank 32, '0' 48."""
    return [(ord(c) % 64, 6) for c in text.ljust(length, "@")]


def static_a(**changed: int | str) -> bytes:
    """Return a type 5 by M.1371-5 table 52."""
    raw: dict[str, int | str] = {
        "imo": 9_134_270, "callsign": "3FOF8", "name": "EVER DIADEM", "type": 70, "bow": 225,
        "stern": 70, "port": 1, "starboard": 31, "month": 5, "day": 15, "hour": 14, "minute": 0,
        "draught": 122, "destination": "NEW YORK", **changed,
    }  # fmt: skip

    def number(name: str, bits: int) -> tuple[int, int]:
        return int(raw[name]), bits

    return packed(
        (5, 6), (0, 2), (351_759_000, 30), (0, 2), number("imo", 30),
        *six(str(raw["callsign"]), 7), *six(str(raw["name"]), 20), number("type", 8),
        number("bow", 9), number("stern", 9), number("port", 6), number("starboard", 6), (1, 4),
        number("month", 4), number("day", 5), number("hour", 5), number("minute", 6),
        number("draught", 8), *six(str(raw["destination"]), 20), (0, 1), (0, 1),
    )  # fmt: skip


def known(payload: bytes) -> Static:
    static = decode_static(payload, 2)
    assert static is not None
    return static


def test_a_recorded_static_report_has_its_published_values() -> None:
    """EVER DIADEM, bound for New York."""
    assert known(EVER_DIADEM) == Static(
        mmsi=351_759_000, name="EVER DIADEM", callsign="3FOF8", imo=9_134_270, ship_type=70,
        to_bow_m=225, to_stern_m=70, to_port_m=1, to_starboard_m=31, draught_m=12.2,
        destination="NEW YORK", eta="05-15T14:00",
    )  # fmt: skip


def test_a_made_report_is_the_recorded_one() -> None:
    """So that its fields can be changed one by one."""
    assert known(static_a()) == known(EVER_DIADEM)


@pytest.mark.parametrize(
    ("changed", "field", "value"),
    [
        ({"imo": 0}, "imo", None),
        ({"imo": 123}, "imo", None),  # not seven digits
        ({"imo": 1_000_000}, "imo", 1_000_000),
        ({"callsign": ""}, "callsign", None),
        ({"name": ""}, "name", None),
        ({"name": "   "}, "name", None),
        ({"name": "ST. ANNA   "}, "name", "ST. ANNA"),
        ({"type": 0}, "ship_type", None),
        ({"type": 99}, "ship_type", 99),
        ({"draught": 0}, "draught_m", None),
        ({"draught": 255}, "draught_m", 25.5),  # or greater
        ({"destination": ""}, "destination", None),
        ({"month": 0}, "eta", None),
        ({"day": 0}, "eta", None),
        ({"hour": 24}, "eta", None),
        ({"minute": 60}, "eta", None),
        ({"month": 13}, "eta", None),
        ({"month": 12, "day": 31, "hour": 23, "minute": 59}, "eta", "12-31T23:59"),
        ({"bow": 0, "stern": 0, "port": 0, "starboard": 0}, "to_bow_m", None),
        ({"bow": 0}, "to_bow_m", 0),  # the others are told: the antenna stands at the bow
    ],
)
def test_what_is_not_available_is_none(
    changed: dict[str, int | str], field: str, value: object
) -> None:
    """M.1371-5 table 52: each default, and its neighbours that are values."""
    assert getattr(known(static_a(**changed)), field) == value


def test_class_b_tells_its_name_and_its_sides_apart() -> None:
    """Type 24 in two messages; what is not in one is None."""
    assert decode_static(b"H42O55i18tMET00000000000000", 2) == Static(
        mmsi=271_041_815, name="PROGUY"
    )
    assert decode_static(b"H42O55lt0000000D3nink000?050", 0) == Static(
        mmsi=271_041_815, callsign="TC6163", ship_type=60, to_bow_m=0, to_stern_m=15, to_port_m=0,
        to_starboard_m=5,
    )  # fmt: skip


def test_a_craft_has_a_mother_ship_where_others_have_sides() -> None:
    """98MIDXXXX: those 30 bits are an MMSI, not metres."""
    payload = packed(
        (24, 6), (0, 2), (982_111_234, 30), (1, 2), (31, 8), (0, 42), *six("CRAFT1", 7),
        (211_234_560, 30), (0, 6),
    )  # fmt: skip
    static = known(payload)
    assert (static.callsign, static.ship_type) == ("CRAFT1", 31)
    assert (static.to_bow_m, static.to_stern_m) == (None, None)


def test_an_extended_class_b_report_is_static_too() -> None:
    """Type 19: CAPT.J.RIMES."""
    payload = b"C5N3SRgPEnJGEBT>NhWAwwo862PaLELTBJ:V00000000S0D:R220"
    static = known(payload)
    assert (static.mmsi, static.name, static.ship_type) == (367_059_850, "CAPT.J.RIMES", 70)
    assert (static.to_bow_m, static.to_stern_m, static.to_port_m, static.to_starboard_m) == (
        5, 21, 4, 4,
    )  # fmt: skip


@pytest.mark.parametrize("payload", [b"5", b"", b"H4"])
def test_what_pyais_cannot_read_is_none(payload: bytes) -> None:
    """And raises nothing."""
    assert decode_static(payload, 0) is None


# -- base stations -------------------------------------------------------------------------------


def station(kind: int, mmsi: int, *parts: int) -> bytes:
    """Return a type 4 or 11 by M.1371-5 table 50."""
    widths = (14, 4, 5, 5, 6, 6)
    fields = zip(parts, widths, strict=True)
    return packed((kind, 6), (0, 2), (mmsi, 30), *fields, (0, 90))


def test_a_recorded_base_station_tells_the_time() -> None:
    """As documented with gpsd."""
    at = base_station_time(b"403OviQuMGCqWrRO9>E6fE700@GO", 0)
    assert to_iso(at) == "2007-05-14T19:57:39Z"


@pytest.mark.parametrize(
    ("payload", "at"),
    [
        (station(4, 2_111_234, 2024, 12, 31, 23, 59, 59), "2024-12-31T23:59:59Z"),
        (station(11, 2_111_234, 2024, 12, 31, 23, 59, 59), None),  # a vessel's answer
        (station(4, 211_000_001, 2024, 12, 31, 23, 59, 59), None),  # a vessel that says it
        (station(4, 0, 2024, 12, 31, 23, 59, 59), None),
        (station(4, 2_111_234, 0, 0, 0, 24, 60, 60), None),  # not available
        (station(4, 2_111_234, 2023, 2, 29, 0, 0, 0), None),
        (b"4", None),
        (b"", None),
    ],
)
def test_only_a_coast_station_with_a_date_is_a_clock(payload: bytes, at: str | None) -> None:
    """All others are NO_TIME."""
    found = base_station_time(payload, 0)
    assert (None if found == NO_TIME else to_iso(found)) == at


def test_every_type_of_the_standard_is_counted_as_something() -> None:
    """Positions and statics by their kind; the link's own messages are the rest."""
    assert {kind for kind, word in KINDS.items() if word == "position"} == {1, 2, 3, 18, 19, 27}
    assert frozenset({5, 19, 24}) == STATIC_TYPES
    assert set(KINDS) <= set(range(1, 29))
