"""Must show 1 on simulated seas: every one replays without a trace, and what is true is found.

Whole, cut off in a line, and with damaged lines; in the receivers' own form and in all others.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.simulator.scenario import SCENARIOS
from monitor.simulator.truth import CallTruth
from monitor.units import to_datetime, to_iso
from tests.acceptance.desk import Desk
from tests.written.forms import WRITERS
from tests.written.heard import at_sea, heard, log, simulation

NAMES = [row.name for row in SCENARIOS if not row.is_dirty]
SEED = 11
SETTLED = timedelta(minutes=10)
"""What was decided so long before the log breaks off does not wait for late reports any more."""

Record = dict[str, Any]
Key = tuple[int, str]


def replayed(desk: Desk, data: bytes, name: str = "log.nmea") -> tuple[list[Record], Record]:
    """What the program prints of a log: its events, and the summary."""
    path = desk.folder / name
    path.write_bytes(data)
    code, out, errors = desk.ask("replay", "--dry-run", "--format", "json", str(path))
    assert (code, errors) == (0, "")
    *events, summary = map(json.loads, out.splitlines())
    assert set(summary) == {
        "lines", "reports", "fixes", "refusals", "vessels", "events", "seconds",
    }  # fmt: skip
    assert summary["reports"] + sum(summary["refusals"].values()) > 0
    return events, summary


def hold_to_the_truth(scenario: str, events: list[Record]) -> None:
    """Each call is found, none is invented, and each true instant lies within our bounds."""
    truths: dict[Key, list[CallTruth]] = defaultdict(list)
    for vessel in simulation(scenario, SEED).truth.vessels:
        for call in vessel.calls:
            truths[vessel.mmsi, call.port].append(call)
    arrivals, departures = confirmed(events, "PortArrived"), confirmed(events, "PortDeparted")
    assert {key: len(found) for key, found in arrivals.items()} == {
        key: len(calls) for key, calls in truths.items()
    }
    for key, calls in truths.items():
        calls.sort(key=lambda call: call.arrived_at or 0)
        for call, event in zip(calls, arrivals[key], strict=True):
            hold_within(call.arrived_at, event)
        gone = [call for call in calls if call.departed_at is not None]
        seen = [call for call in gone if call.left_approach_at and call.observed.approach_exit]
        assert len(seen) <= len(departures[key]) <= len(gone)
        for event in departures[key]:
            assert any(within(call.departed_at, event) for call in gone), event


def confirmed(events: list[Record], kind: str) -> dict[Key, list[Record]]:
    """Confirmed events of a kind, of each ship at each port, in order of time."""
    found: dict[Key, list[Record]] = defaultdict(list)
    for event in events:
        if event["kind"] == kind and event["state"] == "confirmed":
            found[event["mmsi"], event["port"]].append(event)
    for those in found.values():
        those.sort(key=lambda event: event["latest"])
    return found


def hold_within(true_at: int | None, event: Record) -> None:
    """What was before the log began has no begin; all else lies within the bounds."""
    if true_at is None:
        assert event["earliest"] is None, event
    else:
        assert within(true_at, event), (to_iso(true_at), event)


def within(true_at: int | None, event: Record) -> bool:
    at = to_iso(true_at or 0)
    return (event["earliest"] or at)[:19] <= at[:19] <= (event["latest"] or at)[:19]


@pytest.mark.parametrize("scenario", NAMES)
def test_every_scenario_replays_and_its_truth_is_found(scenario: str, desk: Desk) -> None:
    events, summary = replayed(desk, log(scenario, SEED))
    assert summary["lines"] == len(simulation(scenario, SEED).lines)
    hold_to_the_truth(scenario, events)


@pytest.mark.parametrize("scenario", NAMES)
def test_a_log_that_breaks_off_tells_what_was_settled_by_then(scenario: str, desk: Desk) -> None:
    """Two thirds of it, up to the middle of a line: what comes later changes nothing of that."""
    data = log(scenario, SEED)
    part = data[: 2 * len(data) // 3]
    part = part[: part.rindex(b"\n") + 30]
    last = max(fix.at for report, fix in at_sea(heard(scenario, SEED)) if report.sentence in part)
    whole, _ = replayed(desk, data)
    events, _ = replayed(desk, part)
    end = (to_datetime(last) - SETTLED).isoformat()
    settled = [event for event in whole if event["decided_at"] < end]
    assert settled or scenario == "transit"
    assert [event for event in settled if event not in events] == []


@pytest.mark.parametrize("scenario", NAMES)
def test_damaged_lines_are_refused_and_the_truth_is_found(scenario: str, desk: Desk) -> None:
    """One line in thirty has a byte of another; none of them is believed."""
    chance = random.Random(scenario)
    lines = log(scenario, SEED).split(b"\n")
    damaged = 0
    for row, line in enumerate(lines[:-1]):
        if chance.random() < 1 / 30:
            place = chance.randrange(line.index(b"!") + 1, len(line) - 3)
            byte = chance.choice([b"0", b"w", b",", b"\0", b"\xff", b"*"])
            lines[row] = line[:place] + byte + line[place + 1 :]
            damaged += lines[row] != line
    events, summary = replayed(desk, b"\n".join(lines))
    assert damaged / 2 < sum(summary["refusals"].values())
    hold_to_the_truth(scenario, events)


@pytest.mark.parametrize("form", WRITERS)
def test_every_form_replays_and_its_truth_is_found(form: str, desk: Desk) -> None:
    """The form is recognised by the program, and what it tells is as true as the sentences."""
    for write in WRITERS[form]:
        events, _ = replayed(desk, write(heard("anchored-call", SEED)), "log.txt")
        hold_to_the_truth("anchored-call", events)


NO_AIS_LOG = {
    "hashes": b"SHIP_ID,SPEED,LON,LAT,COURSE,HEADING,TIMESTAMP\n"
    b"0x3b62baab6210a8e69d3e,2,15.24722,37.28777,163,511,01-06-15 0:00\n",
    "port pairs": b"#ship_id,depart_port,dest_port\n0xfefec211cc1121cbd932,HAIFA,DAMIETTA\n",
    "an event of an API": b'{\n  "start": "2016-12-17T20:57:49.000Z",\n  "id": "3ca9b73a",\n'
    b'  "type": "fishing",\n  "position": {\n    "lat": 54.9,\n    "lon": -5.5\n  }\n}\n',
    "messages without an envelope": b'{"Cog":221.5,"Latitude":24.7,"Longitude":54.48,"MessageID":1,'
    b'"Sog":0.4,"Timestamp":7,"TrueHeading":149,"UserID":253990001,"Valid":true}\n',
    "gpsd without a receiver's place": b'{"class":"AIS","type":1,"mmsi":371990001,"scaled":true,'
    b'"speed":12.3,"lon":-123.3,"lat":48.3,"course":224.0,"heading":215,"second":33}\n',
    "sentences without a time": b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n",
    "parts in groups without a time": b"\\g:1-2-73874*23\\!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0"
    b"@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C\n\\g:2-2-73874*20\\!AIVDM,2,2,1,A,88888888880,2*25\n",
}
"""What is no AIS log, or has no time in it."""


@pytest.mark.parametrize("what", NO_AIS_LOG)
def test_what_is_no_log_of_positions_is_told_in_a_sentence(what: str, desk: Desk) -> None:
    """Exit 1, one line that begins with the program's name, and no trace (see Desk)."""
    path: Path = desk.folder / "log"
    path.write_bytes(NO_AIS_LOG[what])
    code, out, errors = desk.ask("replay", "--dry-run", "--format", "json", str(path))
    assert (code, out) == (1, "")
    assert str(path) in errors or "The log has no" in errors
