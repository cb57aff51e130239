"""A simulated sea written in the form of each log: it is found what the receivers' own log tells.

A form is right as far as its digits and seconds go: crossings, stops and silences are the same
ones, between the same fixes.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any

import pytest

from monitor.decode.forms import form_names, recognise
from monitor.model import Lines
from tests.pipe import decoder_for, events
from tests.ports import ports
from tests.written.forms import GUISES, TYPED, WRITERS, Writer
from tests.written.heard import heard, log

FENCES = ports()
SECONDS = 5.0
"""gpsd's messages are dated by the second of the receiver's clock. And a start is bounded by how
widely a ship lay, at half a knot: the metre that five decimals round off is four seconds."""

NAMED = {"name"}
BUILT = {"to_bow_m", "to_stern_m", "to_port_m", "to_starboard_m"}
ALL = {"name", "callsign", "imo", "ship_type", "draught_m", "destination"} | BUILT
SAID: dict[str, set[str]] = {
    "digitraffic-json digitraffic_answers": set(),
    "barentswatch-json barentswatch_features": NAMED,
    "signalk-json signalk": NAMED,
    "gfw-json gfw": NAMED,
    "danish-csv danish": ALL - BUILT - {"ship_type"},  # its words are in test_danish.py
    "danish-csv danish_26": ALL - {"ship_type"},
    "danish-csv danish_2014": ALL - BUILT - {"ship_type"},
    "noaa-csv noaa": ALL - BUILT - {"destination"},
    "noaa-csv noaa_2025": ALL - BUILT - {"destination"},
    "csv plain": NAMED,
    "csv plain_continental": ALL - {"ship_type", "destination"},
}
"""What a guise says of who a ship is, as written here; one that is not named says all."""


@cache
def told(scenario: str) -> list[dict[str, Any]]:
    """What the receivers' log of a scenario tells, in a fixed order."""
    return ordered(events([log(scenario)], FENCES))


BESIDES = {"DeclaredElsewhere", "MayHaveReached"}
"""What a form without a destination cannot tell, and what follows from the last digit of speeds."""


def ordered(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = [event for event in found if event["kind"] not in BESIDES]
    return sorted(found, key=lambda event: (*what(event), event["latest"]))


def what(event: dict[str, Any]) -> tuple[Any, ...]:
    """The event but for its times."""
    return tuple(str(event[name]) for name in ("kind", "mmsi", "port", "geofence", "state"))


def apart_s(one: str | None, two: str | None) -> float:
    """Seconds between two times; none of both is 0."""
    if one is None or two is None:
        assert one is two is None
        return 0.0
    return abs((datetime.fromisoformat(one) - datetime.fromisoformat(two)).total_seconds())


def test_every_form_that_others_write_is_written_here() -> None:
    """The journal is our own, and sentences are what the simulator writes."""
    assert set(WRITERS) == set(form_names()) - {"journal", "nmea"}


@pytest.mark.parametrize("scenario", ["call", "class-b", "dark-alongside"])
@pytest.mark.parametrize("guise", GUISES)
def test_the_same_events_are_found(guise: str, scenario: str) -> None:
    form, write = GUISES[guise]
    hold_the_same(guise, form, write, scenario)


@pytest.mark.parametrize("guise", TYPED)
def test_the_same_events_are_found_of_reports_by_satellite(guise: str) -> None:
    """Type 27 says a tenth of a minute: where the form tells the type, that is known of it."""
    form, write = GUISES[guise]
    hold_the_same(guise, form, write, "long-range")


def hold_the_same(guise: str, form: str, write: Writer, scenario: str) -> None:
    data = write(heard(scenario))
    assert form == recognise(data[: 64 << 10], "log").NAME
    theirs, ours = told(scenario), ordered(events([data], FENCES))
    assert {event["kind"] for event in theirs} >= {"PortArrived", "PortDeparted", "Berthed"}
    assert [what(event) for event in ours] == [what(event) for event in theirs]
    for one, two in zip(ours, theirs, strict=True):
        assert max(apart_s(one[at], two[at]) for at in ("earliest", "at", "latest")) <= SECONDS
    names = [event["name"] if "name" in SAID.get(guise, ALL) else None for event in theirs]
    assert [event["name"] for event in ours] == names


@pytest.mark.parametrize("scenario", ["call", "class-b"])
@pytest.mark.parametrize("guise", GUISES)
def test_the_same_is_said_of_who_they_are(guise: str, scenario: str) -> None:
    """As far as the form has a place for it: all that a ship said of herself, in one or many."""
    _, write = GUISES[guise]
    said = SAID.get(guise, ALL)
    theirs = {
        mmsi: {name: value for name, value in ship.items() if name in said}
        for mmsi, ship in ships(log(scenario)).items()
    }
    ours = {
        mmsi: {name: value for name, value in ship.items() if name in ALL - {"ship_type"} | said}
        for mmsi, ship in ships(write(heard(scenario))).items()
    }
    assert len(theirs) == 3
    assert ours == (theirs if said else {})


def ships(data: bytes) -> dict[int, dict[str, Any]]:
    """What the static reports of a log say of each ship, put together."""
    found: dict[int, dict[str, Any]] = {}
    decoder = decoder_for(data)
    for report in decoder.decode(Lines(data=data, source="log"), final=True).statics:
        said = {name: value for name, value in asdict(report.static).items() if value is not None}
        found.setdefault(report.static.mmsi, {}).update(said)
    return found
