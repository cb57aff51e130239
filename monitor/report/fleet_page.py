"""The page on a fleet: where everyone is, how sure that is, since when, and what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from monitor.alert.kinds import happened
from monitor.engine.geofence import FenceSet
from monitor.model import Event, EventState
from monitor.report import parts
from monitor.report.drawn_map import Line, draw_lines, legend, whole_box
from monitor.report.fleet import Fleet, Member, Standing
from monitor.report.gathered import Gathered, told_at
from monitor.report.page import Drawing, Grid, Page, Points, Prose, Section, grid
from monitor.report.relocation import HERE_US
from monitor.report.sighted import sightings_section
from monitor.report.whereabouts import Reach
from monitor.report.wording import Places, interval, lasting, listed, minute, ships
from monitor.store.findings import Record

WIDE_IN, MAP_IN = 10.6, 5.4
COLOURS = {
    Standing.IN_PORT: "#1f4e79", Standing.OFF_PORT: "#3d8a58", Standing.AT_SEA: "#7a4fa3",
    Standing.UNKNOWN: "#d07a00", Standing.UNHEARD: "#6b7785",
}  # fmt: skip

MOST = 200
"""Events that a page lists, the newest: more are read in a table."""


def fleet_page(
    fleet: Fleet, found: Gathered, fences: FenceSet, *, since: int, made_at: int,
    sightings: Sequence[Record] = (),
) -> Page:  # fmt: skip
    """All of it; instants are us. ``sightings`` stand apart, in no count."""
    places, until = Places(fences), fleet.at
    vessels = [one.vessel for one in fleet.members if one.vessel is not None]
    lead: list[Prose | Points | Drawing] = [Prose(text=answer(fleet, places), is_answer=True)]
    points = _points(fleet, found, until)
    lead += [Points(items=tuple(points))] if points else []
    sections = [
        Section(title="The ships, one by one", blocks=(_grid(fleet.members, until, places),))
    ]
    if fleet.perhaps:
        sections.append(
            Section(title="Perhaps of this fleet", blocks=(_grid(fleet.perhaps, until, places),))
        )
    return Page(
        title=f"Fleet {fleet.name}: where it is",
        about=parts.about(since, until, found.heard_to, made_at),
        lead=(*lead, _map(fleet, found, fences)),
        sections=(
            *sections,
            Section(title="What happened in this time", blocks=_happened(found.events, places)),
            sightings_section(list(sightings)),
            parts.dark_section(
                vessels, [Reach(port=port) for port in fences.ports], found.ears, until, places
            ),
            parts.reception_section(list(found.ears.values()), found.heard_to, until, places),
            Section(title="What this does not prove", blocks=(Points(items=parts.LIMITS),)),
        ),
    )  # fmt: skip


def answer(fleet: Fleet, places: Places) -> str:
    """How many stand how, in a sentence."""
    count = len(fleet.members)
    if not count:
        return "No ship that is heard is surely of this fleet: where it is is not known."
    ports = Counter(one.port for one in fleet.standing(Standing.IN_PORT))
    told = [f"{many} at {places.name(port or '')}" for port, many in sorted(ports.items(), key=str)]
    off = Counter(one.port for one in fleet.standing(Standing.OFF_PORT))
    told += [
        f"{many} off {places.name(port or '')} without a known stop"
        for port, many in sorted(off.items(), key=str)
    ]
    for standing, words in (
        (Standing.AT_SEA, "at sea"), (Standing.UNKNOWN, "not known"),
        (Standing.UNHEARD, "never heard"),
    ):  # fmt: skip
        many = len(fleet.standing(standing))
        told += [f"{many} {words}"] if many else []
    return f"Of {ships(count)}: {listed(told)}."


def _points(fleet: Fleet, found: Gathered, until: int) -> list[str]:
    told = []
    if fleet.perhaps:
        told.append(f"Not counted: {ships(len(fleet.perhaps))} that an entry may mean.")
    if found.heard_to is None or until - found.heard_to > HERE_US:
        told.append(
            f"Nothing at all was received after {minute(found.heard_to)}: how things stand now is"
            " not known."
        )
    return told


def _grid(members: Sequence[Member], until: int, places: Places) -> Grid:
    columns = (
        ("ship", 2.2), ("stands", 2.2), ("since (UTC)", 2.6), ("sure", 1.0),
        ("last heard (UTC)", 2.2), ("on the list for", 1.8),
    )  # fmt: skip
    rows = [
        (
            one.title, standing_words(one, places), _since(one), _sure(one, until),
            _last(one, places), one.entry.reason,
        )
        for one in members
    ]  # fmt: skip
    return grid(columns, rows, empty="No ship is surely of this fleet.")


def standing_words(one: Member, places: Places) -> str:
    """How a ship stands, in words that claim no more than is known."""
    if one.standing is Standing.IN_PORT:
        return f"at {places.name(one.port or '')}"
    if one.standing is Standing.OFF_PORT:
        return f"off {places.name(one.port or '')}, without a known stop"
    if one.standing is Standing.AT_SEA:
        return "at sea" if one.left is None else f"at sea, from {places.name(one.left)}"
    if one.standing is Standing.UNHEARD:
        return "never heard"
    if one.vessel is not None and one.vessel.mixed_at is not None:
        return "not known: two use her number, or positions are false"
    ports = listed([f"at {places.name(port)}" for port in one.may_be], "or")
    return f"not known; may be {ports}, or elsewhere" if ports else "not known; at no watched port"


def _since(one: Member) -> str:
    if one.standing is Standing.UNKNOWN:
        last = None if one.vessel is None else one.vessel.last
        return "" if last is None else f"not heard since {minute(last.at)}"
    return "" if one.since is None else interval(one.since)


def _sure(one: Member, until: int) -> str:
    """Confidence of a stay; else how long ago she was heard."""
    if one.confidence is not None:
        return f"{one.confidence}/4"
    last = None if one.vessel is None else one.vessel.last
    if last is None or one.standing is Standing.UNKNOWN:
        return ""
    return f"heard {lasting(until - last.at)} before"


def _last(one: Member, places: Places) -> str:
    last = None if one.vessel is None else one.vessel.last
    return "" if last is None else f"{minute(last.at)}, {places.of(last)}"


def _happened(events: Sequence[Event], places: Places) -> tuple[Grid | Prose, ...]:
    """What was told of them; nothing of private areas, for a page is handed on."""
    told = [one for one in events if one.evidence.figures.get("shared") is not False]
    rows = [
        (
            minute(told_at(one)), one.name or f"{one.mmsi:09d}",
            happened(one.kind.value) + _doubt(one), _place(one, places), one.why,
            f"{one.confidence}/4",
        )
        for one in told[-MOST:]
    ]  # fmt: skip
    columns = (
        ("when (UTC)", 1.6), ("ship", 1.6), ("what", 1.8), ("where", 1.2), ("how it is known", 4.0),
        ("sure", 0.6),
    )  # fmt: skip
    table = grid(columns, rows, empty="Nothing was told of these ships.")
    if len(told) <= MOST:
        return (table,)
    return table, Prose(text=f"The newest {MOST} of {len(told):,}: `monitor events` has all.")


def _doubt(event: Event) -> str:
    return "" if event.state is EventState.CONFIRMED else " (not confirmed)"


def _place(event: Event, places: Places) -> str:
    figures = event.evidence.figures
    known = (event.port, figures.get("to"), figures.get("from"), figures.get("gate_name"))
    return places.name(next((one for one in known if isinstance(one, str)), ""))


def _map(fleet: Fleet, found: Gathered, fences: FenceSet) -> Drawing:
    lines = [
        Line(
            rows=found.ways.get((one.vessel.mmsi, one.vessel.track), ()), last=one.vessel.last,
            colour=COLOURS[one.standing], label=one.vessel.name or str(one.vessel.mmsi),
        )
        for one in fleet.members
        if one.vessel is not None
    ]  # fmt: skip
    there = {one.standing for one in fleet.members if one.vessel is not None}

    def draw(figure: Any) -> None:
        axes = figure.subplots()
        draw_lines(axes, lines, fences.ports, whole_box(fences.ports, lines, 2.0))
        legend(figure, {name.value: colour for name, colour in COLOURS.items() if name in there})

    return Drawing(
        draw=draw, width=WIDE_IN, height=MAP_IN,
        caption="Where they were heard last, and their ways in this time.",
    )  # fmt: skip
