"""Tables that an officer reads: times to the minute, bounds in words, nothing cut off."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.report.columns import Sheet, fitted, show
from monitor.report.tables import (
    calls_table,
    cell,
    events_table,
    history_table,
    numbers,
    odd_table,
    place,
    plain_table,
    second,
    short,
    spread,
    tenths,
    vessel,
    vessels_table,
    voyages_table,
    when,
)

EARLY, AT, LATE = "2024-12-13T04:05:06Z", "2024-12-13T04:07:30.123456Z", "2024-12-13T06:35:06Z"


def span(earliest: str | None, at: str | None, latest: str | None) -> dict[str, Any]:
    return {"earliest": earliest, "at": at, "latest": latest}


def event(**words: Any) -> dict[str, Any]:
    return {
        **span(EARLY, AT, LATE), "mmsi": 2_301_086, "track": 0, "name": "AURORA", "flag_text": None,
        "port": "tartus", "kind": "PortArrived", "geofence": "tartus-harbour",
        "state": "confirmed", **words,
    }  # fmt: skip


def call(**words: Any) -> dict[str, Any]:
    return {
        "mmsi": 230_108_610, "track": 0, "name": "AURORA", "flag_text": "Finland",
        "port": "tartus", "arrived": span(EARLY, AT, LATE), "departed": None,
        "state": "in port", "confidence": 3, "stages": [{"kind": "Berthed"}], **words,
    }  # fmt: skip


def voyage(**words: Any) -> dict[str, Any]:
    return {
        "mmsi": 230_108_610, "track": 0, "name": "AURORA", "flag_text": "Finland",
        "from": "tartus", "to": "tobruk",
        "departed": span(EARLY, AT, LATE), "arrived": span(None, None, "2024-12-16T10:00:00Z"),
        "sailed_least_m": 1_111_200.0, "unheard_s": 100_800, "destination": "PORT SAID",
        "draught_before_m": 6.1, "draught_after_m": 5.0, "contradiction": False, **words,
    }  # fmt: skip


def odd(**words: Any) -> dict[str, Any]:
    return {
        "mmsi": 2_301_086, "first_at": EARLY, "last_at": LATE, "fixes": 12, "lon": 35.86412,
        "lat": -34.9, "away_m": 3_704_000.0, "became": "refused", "track": None, **words,
    }  # fmt: skip


def seen(**words: Any) -> dict[str, Any]:
    """A vessel as ``vessel_record`` gives her."""
    return {
        "mmsi": 230_108_610, "flag": "FI", "flag_text": "Finland", "name": "AURORA",
        "callsign": "OJAB", "imo": 9134270, "ship_type": 70, "ship_type_text": "cargo", "at": EARLY,
        "lon": 24.9, "lat": 60.1, "sog_kn": 11.5, "cog_deg": 277.1, "status": 0,
        "status_text": "under way using engine", **words,
    }  # fmt: skip


def rows(sheet: Sheet) -> list[list[str]]:
    """What stands in the cells."""
    return sheet.rows()


def headings(sheet: Sheet, width: int | None = None) -> list[str]:
    """Which columns stand in the table."""
    return [str(column.header) for column in fitted(sheet, width).table.columns]


@pytest.mark.parametrize(
    ("at", "text"), [(AT, "2024-12-13 04:07"), (EARLY, "2024-12-13 04:05"), (None, "?")]
)
def test_a_time_to_the_minute(at: str | None, text: str) -> None:
    assert short(at) == text


def test_a_time_to_the_second() -> None:
    assert (second(AT), second(None)) == ("2024-12-13 04:07:30", "?")


def test_speeds_and_courses_stand_below_each_other() -> None:
    assert [tenths(value) for value in (0.0, 13.95, 277.10001, None)] == [
        "0.0", "13.9", "277.1", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("earliest", "latest", "words"),
    [
        ("2024-12-13T04:00:00Z", "2024-12-13T04:00:00Z", "within 0 s"),
        ("2024-12-13T04:00:00Z", "2024-12-13T04:00:59.4Z", "within 59 s"),
        ("2024-12-13T04:00:00Z", "2024-12-13T04:01:00Z", "within 1 min"),
        ("2024-12-13T04:00:00Z", "2024-12-13T05:59:00Z", "within 119 min"),
        ("2024-12-13T04:00:00Z", "2024-12-13T06:00:00Z", "within 2.0 h"),
        ("2024-12-13T04:00:00Z", "2024-12-15T05:30:00Z", "within 49.5 h"),
        (None, LATE, "not bounded"),
        (EARLY, None, "not bounded"),
    ],
)
def test_how_wide_an_interval_is(earliest: str | None, latest: str | None, words: str) -> None:
    assert spread(span(earliest, None, latest)) == words


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        (span(EARLY, AT, LATE), "2024-12-13 04:07"),
        (span(None, None, LATE), "before 2024-12-13 06:35"),
        (span(EARLY, None, None), "after 2024-12-13 04:05"),
        (span(EARLY, None, LATE), "2024-12-13 04:05 to 06:35"),
        (span(EARLY, None, "2024-12-14T00:10:00Z"), "2024-12-13 04:05 to 2024-12-14 00:10"),
        (span(None, None, None), "not known"),
    ],
)
def test_the_best_that_is_known_of_a_time(interval: dict[str, Any], words: str) -> None:
    assert when(interval) == words


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"mmsi": 1, "name": "AURORA", "track": 0}, "AURORA"),
        ({"mmsi": 1, "name": "AURORA", "track": 1}, "AURORA #1"),
        ({"mmsi": 1, "name": None}, "(no name yet)"),
        ({"mmsi": None, "name": None}, ""),
        ({"mmsi": 1, "name": "", "track": 2}, "(no name yet) #2"),
    ],
)
def test_a_vessel_by_name_and_by_track_where_several_share_a_number(
    record: dict[str, Any], words: str
) -> None:
    assert vessel(record) == words


def test_an_event_is_a_row() -> None:
    """MMSI in nine digits; the fence without its port; a state only where it is not final."""
    assert rows(events_table([event()])) == [
        ["2024-12-13 04:07", "within 2.5 h", "002301086", "AURORA", "", "PortArrived", "tartus",
         "harbour", ""],
    ]  # fmt: skip


def test_what_is_not_final_says_so() -> None:
    provisional = events_table([event(state="provisional", geofence=None)])
    assert rows(provisional)[0][-2:] == ["", "provisional"]
    assert rows(events_table([event(state="withdrawn")]))[0][-1] == "withdrawn"


def test_a_call_is_a_row() -> None:
    left = call(departed=span(EARLY, None, None), confidence=4)
    assert rows(calls_table([call(), left])) == [
        ["230108610", "AURORA", "Finland", "tartus", "2024-12-13 04:07", "in port", "3 good",
         "Berthed"],
        ["230108610", "AURORA", "Finland", "tartus", "2024-12-13 04:07", "after 2024-12-13 04:05",
         "4 best", "Berthed"],
    ]  # fmt: skip


def test_a_ship_that_was_not_seen_to_depart_is_where_she_was_last() -> None:
    """And one that is silent is not said to be there: since when, instead."""
    went_dark = [
        {"kind": "WentDarkInside", **span(EARLY, None, LATE)},
        {"kind": "ReappearedInside", **span(EARLY, AT, AT)},
        {"kind": "WentDarkInside", **span(LATE, None, None)},
    ]
    dark = call(state="dark", stages=went_dark)
    states = [call(state=state) for state in ("entered", "leaving", "away")]
    assert [row[5] for row in rows(calls_table([*states, dark]))] == [
        "entered", "leaving", "away", "dark since 2024-12-13 06:35",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("confidence", "words"), [(1, "1 unbounded"), (2, "2 wide"), (3, "3 good"), (4, "4 best")]
)
def test_a_grade_has_a_word(confidence: int, words: str) -> None:
    assert rows(calls_table([call(confidence=confidence)]))[0][6] == words


def test_of_many_stages_the_middle_is_counted() -> None:
    """A tug berths forty times between two departures."""
    six = [{"kind": f"S{number}"} for number in range(6)]
    forty = [{"kind": f"S{number}"} for number in range(40)]
    assert rows(calls_table([call(stages=six)]))[0][7] == "S0, S1, S2, S3, S4, S5"
    assert rows(calls_table([call(stages=forty)]))[0][7] == "S0, S1, S2, S3, … 35 more …, S39"


def test_a_voyage_from_port_to_port() -> None:
    """Its two ends, how far at least, how long not heard, where she said to, and her draught."""
    table = voyages_table([voyage()])
    assert headings(table) == [
        "MMSI", "vessel", "flag", "from", "departed", "to", "arrived", "sailed", "not heard",
        "bound for", "draught",
    ]  # fmt: skip
    assert rows(table) == [[
        "230108610", "AURORA", "Finland", "tartus", "2024-12-13 04:07", "tobruk",
        "before 2024-12-16 10:00", "≥ 600 NM", "28 h", "PORT SAID", "6.1 m to 5 m",
    ]]  # fmt: skip


def test_a_voyage_that_is_not_made_yet() -> None:
    """What is not known is blank, or said to be."""
    row = voyage(
        to=None, arrived=span(None, None, None), sailed_least_m=None, unheard_s=None,
        destination=None, draught_before_m=None, draught_after_m=None,
    )  # fmt: skip
    assert rows(voyages_table([row]))[0][4:] == [
        "2024-12-13 04:07", "", "not yet", "", "", "", "",
    ]  # fmt: skip
    known = voyage(draught_before_m=None)
    assert rows(voyages_table([known]))[0][-1] == "? to 5 m"


def test_a_voyage_that_no_ship_can_have_made() -> None:
    """It stands in the table, and no time of it is given."""
    row = voyage(contradiction=True, sailed_least_m=None, unheard_s=0)
    assert rows(voyages_table([row]))[0][3:9] == [
        "tartus", "no ship is so fast", "tobruk", "not known", "", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("became", "track", "words"),
    [
        ("refused", None, "refused: the track went on"),
        ("second_ship", 1, "a second ship, track 1"),
        ("leapt", 2, "the number leapt there, track 2"),
    ],
)
def test_a_position_that_no_ship_could_have_reached(
    became: str, track: int | None, words: str
) -> None:
    """How long and where it was heard, how far from her track, and what came of it."""
    assert rows(odd_table([odd(became=became, track=track)])) == [[
        "002301086", "2024-12-13 04:05", "2024-12-13 06:35", "12", "34.9000 S 35.8641 E",
        "2,000 NM", words,
    ]]  # fmt: skip


def test_any_records_are_a_table_of_their_members() -> None:
    table = plain_table("Vessels", [{"mmsi": 1, "sog_kn": 11.5}, {"mmsi": 2, "sog_kn": None}])
    assert headings(table) == ["mmsi", "sog kn"]
    assert rows(table) == [["1", "11.5"], ["2", ""]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (0, "0"), (11.5, "11.5"), (12.0, "12"), (0.0, "0"), (-35.864001234, "-35.864"),
        (0.000123456, "0.00012346"), (True, "True"), ("Æ", "Æ"), (120.0, "120"),
    ],
)  # fmt: skip
def test_a_value_in_a_cell(value: Any, text: str) -> None:
    assert cell(value) == text


def test_a_name_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Brackets and colons are no markup: names on the air hold anything."""
    odd = "[bold]X :ship: [/bold]"
    show(events_table([event(name=odd)]), empty="No events.")
    assert odd in capsys.readouterr().out


def test_a_vessel_in_words() -> None:
    """Flag, type and status are words, not codes; what is not known is blank."""
    unknown = seen(
        name=None, flag_text=None, ship_type_text=None, sog_kn=None, cog_deg=None,
        status_text=None, imo=None, callsign=None,
    )  # fmt: skip
    assert rows(vessels_table([seen(), unknown])) == [
        ["230108610", "AURORA", "Finland", "cargo", "2024-12-13 04:05", "60.1000 N 24.9000 E",
         "11.5", "277.1", "under way using engine", "9134270", "OJAB"],
        ["230108610", "(no name yet)", "", "", "2024-12-13 04:05", "60.1000 N 24.9000 E", "", "",
         "", "", ""],
    ]  # fmt: skip


def test_a_position_of_a_history() -> None:
    """To the second; her track only where several share the number."""
    fix = {
        "mmsi": 230_108_610, "at": AT, "lon": 24.9, "lat": 60.1, "sog_kn": 0.0, "cog_deg": 277.1,
        "heading_deg": 93, "status": 5, "status_text": "moored", "type": 3, "track": 0,
        "received_at": LATE, "source": "roof", "line": 17,
    }  # fmt: skip
    sheet = history_table("History of 230108610, Finland", [fix, {**fix, "track": 1}])
    assert rows(sheet) == [
        ["2024-12-13 04:07:30", "60.1000 N 24.9000 E", "0.0", "277.1", "93", "moored", track, "3",
         "roof", "17", "2024-12-13 06:35:06"]
        for track in ("", "1")
    ]  # fmt: skip
    assert sheet.title == "History of 230108610, Finland"


NAME = "ABCDEFGHIJKLMNOPQRST"
"""As long as a name on the air can be."""

WIDEST: list[Sheet] = [
    events_table([
        event(name=NAME, state="provisional", kind="ReappearedElsewhere", at=None,
              latest="2024-12-14T00:10:00Z", geofence="tartus-berth-logistics-point"),
    ]),
    calls_table([
        call(name=NAME, departed=span(EARLY, None, "2024-12-14T00:10:00Z"),
             arrived=span(EARLY, None, "2024-12-14T00:10:00Z"), flag_text="Saint Kitts and Nevis",
             stages=[{"kind": "ReappearedElsewhere"}] * 9),
    ]),
    voyages_table([
        voyage(name=NAME, departed=span(EARLY, None, "2024-12-14T00:10:00Z"), destination=NAME,
               flag_text="Saint Vincent and the Grenadines"),
    ]),
    vessels_table([
        seen(name=NAME, flag_text="Saint Vincent and the Grenadines", lat=-60.1, lon=-124.9,
             ship_type_text="dredging or underwater work", status_text="constrained by her draught")
    ]),
    odd_table([odd(became="leapt", track=2, lon=-135.5)]),
]  # fmt: skip
IDS = ["events", "calls", "voyages", "vessels", "odd"]


@pytest.mark.parametrize("sheet", WIDEST, ids=IDS)
@pytest.mark.parametrize("width", [100, 84])
def test_the_widest_rows_fit_with_their_times_whole(sheet: Sheet, width: int) -> None:
    """Columns are left out and texts folded; who, when and where stay."""
    found = fitted(sheet, width)
    assert found.width <= width
    cells = [cell for column in found.table.columns for cell in column.cells]
    text = "\n".join(map(str, cells))
    assert "2024-12-13 04:05" in text
    assert {"MMSI"} <= set(headings(sheet, width))


@pytest.mark.parametrize("sheet", WIDEST, ids=IDS)
def test_wide_is_all_of_it_in_a_line_a_record(sheet: Sheet) -> None:
    found = fitted(sheet, None)
    assert headings(sheet) == [column.heading for column in sheet.columns]
    assert found.left_out == ()
    assert [list(column.cells) for column in found.table.columns] == [
        [cell] for cell in sheet.rows()[0]
    ]


def test_what_says_least_of_an_event_is_left_out_first() -> None:
    """A column that is blank; her flag; how well the time is known; then the state."""
    plain, provisional = event(), event(state="provisional", flag_text="Finland")
    assert {"state", "flag"}.isdisjoint(headings(events_table([plain]), 85))
    assert "known" in headings(events_table([plain]), 85)
    shown = headings(events_table([provisional]), 88)
    assert "state" in shown
    assert {"flag", "known"}.isdisjoint(shown)


def test_an_empty_table_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    show(events_table([]), empty="No events of that ship.")
    assert capsys.readouterr().out == "No events of that ship.\n"


@pytest.mark.parametrize(
    ("about", "mmsi", "where"),
    [
        ({"mmsi": 211000001, "port": "tartus"}, "211000001", "tartus"),
        ({"mmsi": 2110001, "port": None}, "002110001", ""),
        ({"mmsi": 1, "other_mmsi": 2, "port": None}, "000000001, 000000002", ""),
        ({"mmsi": None, "port": None, "area": "off Tobruk"}, "", "off Tobruk"),
        ({"mmsi": None, "port": None, "feed": "harbour"}, "", "harbour"),
    ],
)
def test_an_event_is_about_ships_or_a_place(about: dict[str, Any], mmsi: str, where: str) -> None:
    """Two ships, an area, a feed: whatever it is, the table has it."""
    assert (numbers(about), place(about)) == (mmsi, where)
