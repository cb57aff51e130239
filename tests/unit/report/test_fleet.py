"""How each ship of a fleet stands, by what was heard of her and how long ago."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.alert.entry import Entry
from monitor.alert.watchlist import Grade
from monitor.model import PortCall
from monitor.report.fleet import Fleet, Standing, fleet, fleet_table, member_record
from monitor.report.fleet_forms import FleetForm
from monitor.report.whereabouts import Vessel, Whereabouts
from tests.unit.report.sailed import TO_AWAY, TO_HOME, at_home, at_sea, call, hour, ship, span

MMSI = 273_999_410
IN = call("home", span(8, 9, 10))
OUT = call("home", span(8, 9, 10), span(19, 20, 21))


def entry(number: int = 1, **words: Any) -> Entry:
    """Of the drawn ship."""
    known: dict[str, Any] = {
        "id": number, "list": "run", "mmsi": MMSI, "reason": "sailed dark", "source": "log",
        "recorded_at": 0, "added_by": "ann",
    }  # fmt: skip
    return Entry(**(known | words))


def of(*vessels: Vessel, grade: Grade = Grade.SURE, entries: Any = None, at: float = 100) -> Fleet:
    """The fleet of these ships, at an hour."""
    listed = [entry()] if entries is None else entries
    met = {vessel.mmsi: (listed[0], grade) for vessel in vessels}
    return fleet("run", listed, met, vessels, (TO_HOME, TO_AWAY), hour(at))


@pytest.mark.parametrize(
    ("calls", "last", "standing", "port"),
    [
        ((IN,), at_home(99), Standing.IN_PORT, "home"),
        ((IN,), at_home(96), Standing.IN_PORT, "home"),
        ((IN,), at_home(95.9), Standing.UNKNOWN, "home"),
        ((), at_home(99), Standing.OFF_PORT, "home"),
        ((call("home", span(8, 9, 10), confidence=1),), at_home(99), Standing.OFF_PORT, "home"),
        ((OUT,), at_home(99), Standing.OFF_PORT, "home"),
        ((OUT,), at_sea(99), Standing.AT_SEA, None),
        ((IN,), at_sea(99), Standing.AT_SEA, None),
        ((OUT,), at_sea(90), Standing.UNKNOWN, None),
        ((), None, Standing.UNHEARD, None),
    ],
)
def test_how_she_stands(
    calls: tuple[PortCall, ...], last: Whereabouts | None, standing: Standing, port: str | None
) -> None:
    """By her last fix, and the stops that are known."""
    (one,) = of(ship(*calls, last=last)).members
    assert (one.standing, one.port) == (standing, port)


def test_since_when() -> None:
    """In port since she came, with its confidence; at sea since she left, and from where."""
    (there,) = of(ship(IN, last=at_home(99))).members
    assert (there.since, there.confidence, there.left) == (IN.arrived, 3, None)
    (gone,) = of(ship(OUT, last=at_sea(99))).members
    assert (gone.since, gone.confidence, gone.left) == (OUT.departed, None, "home")
    (doubtful,) = of(
        ship(call("home", span(8, 9), span(19, 20), confidence=1), last=at_sea(99))
    ).members
    assert (doubtful.since, doubtful.left) == (None, None)


def test_where_she_may_be_is_where_she_can_have_come_to() -> None:
    """Away is 16.6 h from Home at 30 kn."""
    assert of(ship(IN, last=at_home(90))).members[0].may_be == ("home",)
    assert of(ship(IN, last=at_home(80))).members[0].may_be == ("home", "away")
    (mixed,) = of(ship(IN, last=at_home(99), mixed_at=hour(50))).members
    assert (mixed.standing, mixed.may_be) == (Standing.UNKNOWN, ("home", "away"))


def test_an_entry_that_no_ship_was_heard_of_is_a_member() -> None:
    """But not a class of ships."""
    entries = [entry(), entry(2, mmsi=None, name="SPARTA"), entry(3, mmsi=None, flag="RU")]
    found = of(ship(IN, last=at_home(99)), entries=entries)
    assert [(one.title, one.standing) for one in found.members] == [
        ("SEVERNYY VETER (273999410)", Standing.IN_PORT), (entries[1].title, Standing.UNHEARD),
    ]  # fmt: skip
    assert found.standing(Standing.IN_PORT, "home") == [found.members[0]]
    assert found.standing(Standing.IN_PORT, "away") == []


def test_who_is_only_perhaps_meant_stands_apart() -> None:
    """The entry stays without a ship that is surely hers."""
    found = of(ship(IN, last=at_home(99)), grade=Grade.POSSIBLE)
    assert [one.standing for one in found.members] == [Standing.UNHEARD]
    assert [one.standing for one in found.perhaps] == [Standing.IN_PORT]


def test_records_have_their_form_and_a_table() -> None:
    """Of one in port, one unheard without a number, and one that is not known."""
    entries = [entry(), entry(2, mmsi=None, name="SPARTA")]
    records = []
    for last in (at_home(99), at_home(60)):
        found = of(ship(IN, last=last), entries=entries)
        records += [member_record(one, found) for one in found.members]
    for record in records:
        FleetForm.model_validate(record)
    assert [record["standing"] for record in records] == [
        "in port", "not heard", "not known", "not heard",
    ]  # fmt: skip
    assert (records[0]["confidence"], records[0]["unheard_s"]) == (3, 3600)
    assert records[1]["mmsi"] is None
    table = fleet_table(records)
    names = [column.heading for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows()]
    assert (rows[0]["vessel"], rows[0]["where"], rows[0]["sure"]) == (
        "SEVERNYY VETER", "home", "3/4",
    )  # fmt: skip
    assert rows[0]["since (UTC)"] == "2024-12-01 09:00"
    assert rows[1]["MMSI"] == rows[1]["last heard (UTC)"] == ""
    assert rows[2]["may be at"] == "home, away"
