"""The page on one port: who is there, who came and went, and when it was heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from monitor.engine.detect.port.step import SILENCE_US
from monitor.engine.geofence import FenceSet, Port
from monitor.model import Event
from monitor.report import parts
from monitor.report.drawn_map import Line
from monitor.report.drawn_port import draw_port_plan
from monitor.report.drawn_time import KIND_COLOURS, draw_occupancies
from monitor.report.gathered import Gathered
from monitor.report.interfered import interference_section
from monitor.report.occupancy import occupancy
from monitor.report.page import Block, Drawing, Grid, Page, Points, Prose, Section, grid
from monitor.report.renumbered import renumbered_section
from monitor.report.sighted import sightings_section
from monitor.report.whereabouts import SURE, Reach, Vessel
from monitor.report.wording import Places, interval, minute, ships
from monitor.store.findings import Record
from monitor.units import HOUR_US

NOBODY_ELSE = "That nobody else was at {}. Ships that send no AIS are in no figure."

WIDE_IN, PLAN_IN, TIME_IN = 10.6, 5.4, 3.6


def port_page(
    port: Port, found: Gathered, fences: FenceSet, *, since: int, until: int, made_at: int,
    sightings: Sequence[Record] = (),
) -> Page:  # fmt: skip
    """All of it; instants are us. ``sightings`` stand apart, in no count."""
    reach, places = Reach(port=port), Places(fences)
    there = present(found.vessels, port.id, until)
    callers = [one for one in found.vessels if any(call.port == port.id for call in one.calls)]
    silent = [one for one in callers if one not in there and _may_be_there(one, port.id)]
    return Page(
        title=f"{port.name}: who was there",
        about=parts.about(since, until, found.heard_to, made_at),
        lead=(
            Prose(text=answer(port, found, there, silent, until), is_answer=True),
            Points(items=tuple(_figures(port, found, places, since, until))),
            _plan(port, there, silent),
            _times(port, reach, found, since, until),
        ),
        sections=(
            Section(title="At the end", blocks=(_present_grid(port, there, silent, places),)),
            sightings_section(list(sightings)),
            Section(title="Calls in this time", blocks=(_calls_grid(port, callers),)),
            Section(title="Where they came from, where they went",
                    blocks=_flows(port, found.voyages, places)),
            parts.dark_section(callers, [reach], found.ears, until, places),
            parts.reception_section(list(found.ears.values()), found.heard_to, until, places),
            parts.odd_section(found),
            interference_section(found),
            renumbered_section(found),
            parts.evidence_section(
                [one for one in found.events if one.port in {port.id, None}], places
            ),
            Section(
                title="What this does not prove",
                blocks=(Points(items=(NOBODY_ELSE.format(port.name), *parts.LIMITS)),),
            ),
        ),
    )  # fmt: skip


def present(vessels: Sequence[Vessel], port: str, until: int) -> list[Vessel]:
    """Ships that were heard at their call there within 4 hours of the end."""
    return [
        one
        for one in vessels
        if one.last is not None and one.last.port == port and until - one.last.at <= SILENCE_US
        and one.mixed_at is None
        and any(c.port == port and c.departed is None and c.confidence >= SURE for c in one.calls)
    ]  # fmt: skip


def _may_be_there(vessel: Vessel, port: str) -> bool:
    """Whether a call of hers there has no known end."""
    return any(call.port == port and call.departed is None for call in vessel.calls)


def answer(
    port: Port, found: Gathered, there: Sequence[Vessel], silent: Sequence[Vessel], until: int
) -> str:
    """Who is there, in two sentences."""
    if found.heard_to is None or until - found.heard_to > SILENCE_US:
        return (
            f"How things stand at {port.name} at {minute(until)} UTC is not known: the last message"
            f" of all was received at {minute(found.heard_to)}."
        )
    deaf = [one for one in found.ears[port.id].deaf if one[1] >= until]
    if deaf:
        return (
            f"How things stand at {port.name} at {minute(until)} UTC is not known: it was not heard"
            f" since {minute(deaf[0][0])}."
        )
    whether = "she left" if len(silent) == 1 else "they left"
    more = f" Of {ships(len(silent))} more it is not known whether {whether}." if silent else ""
    return f"{_capital(ships(len(there)))} at {port.name} at {minute(until)} UTC.{more}"


def _capital(text: str) -> str:
    return "No ship" if text.startswith("0 ") else text


def _figures(port: Port, found: Gathered, places: Places, since: int, until: int) -> list[str]:
    calls = [call for one in found.vessels for call in one.calls if call.port == port.id]
    came = sum(since <= (call.arrived.latest or since - 1) < until and
               call.arrived.earliest is not None for call in calls)  # fmt: skip
    went = sum(
        call.departed is not None and since <= (call.departed.latest or until) < until
        for call in calls
    )
    lines = [f"Arrivals in this time: {came}. Departures: {went}."]
    watched = [one for one in found.vessels if one.lists]
    if watched:
        lines.append(f"On a watchlist: {ships(len(watched))} of those that called.")
    ear = found.ears[port.id]
    if ear.deaf:
        lines.append(parts.deaf_sentence(ear, places))
    if found.heard_to is not None and until - found.heard_to > HOUR_US:
        lines.append(f"Nothing at all was received after {minute(found.heard_to)}.")
    return lines


def _present_grid(
    port: Port, there: Sequence[Vessel], silent: Sequence[Vessel], places: Places
) -> Grid:
    rows = []
    for vessel in (*there, *silent):
        call = next(c for c in reversed(vessel.calls) if c.port == port.id and c.departed is None)
        last = vessel.last
        heard = "" if last is None else minute(last.at)
        where = "" if last is None else places.of(last)
        state = "there" if vessel in there else f"not known since {heard}"
        rows.append(
            (vessel.title, vessel.kind, ", ".join(vessel.lists), state, interval(call.arrived),
             f"{heard}, {where}", f"{call.confidence}/4")
        )  # fmt: skip
    columns = (
        ("ship", 2.4), ("class", 1.1), ("watchlist", 1.2), ("stands", 1.8),
        ("arrived (UTC)", 2.3), ("last heard (UTC)", 2.0), ("sure", 0.75),
    )  # fmt: skip
    return grid(columns, rows, empty="No ship is known to be there.")


def _calls_grid(port: Port, vessels: Sequence[Vessel]) -> Grid:
    calls = sorted(
        ((call, one) for one in vessels for call in one.calls if call.port == port.id),
        key=lambda pair: (pair[0].arrived.latest or 0, pair[0].id),
    )
    rows = [
        (
            one.title, one.kind, interval(call.arrived),
            "not known to have left" if call.departed is None else interval(call.departed),
            f"{call.confidence}/4",
        )
        for call, one in calls
    ]  # fmt: skip
    columns = (
        ("ship", 2.6), ("class", 1.1), ("arrived (UTC)", 2.6), ("left (UTC)", 2.6), ("sure", 0.75),
    )  # fmt: skip
    return grid(columns, rows, empty="No call is known.")


def _flows(port: Port, voyages: Sequence[Event], places: Places) -> tuple[Block, ...]:
    ends = [(one.evidence.figures["from"], one.evidence.figures.get("to")) for one in voyages]
    here = [pair for pair in ends if port.id in pair]

    def name(port_id: str | None) -> str:
        return "not known yet" if port_id is None else places.name(port_id)

    counts = Counter(here)
    rows = [(name(a), name(b), str(count)) for (a, b), count in sorted(counts.items(), key=str)]
    told = [one for one, pair in zip(voyages, ends, strict=True) if port.id in pair]
    columns = (("from", 2.0), ("to", 2.0), ("voyages", 1.0))
    return (
        grid(columns, rows, empty="No voyage is known."),
        Prose(text="A voyage whose end is not known yet may have ended at a port that is not"
              " watched, or is not over."),
        parts.voyages_grid(told, places),
    )  # fmt: skip


def _plan(port: Port, there: Sequence[Vessel], silent: Sequence[Vessel]) -> Drawing:
    lines = [_mark(one, KIND_COLOURS[one.kind]) for one in there]
    lines += [_mark(one, "#d07a00", " ?") for one in silent]

    def draw(figure: Any) -> None:
        draw_port_plan(figure, port, lines)

    return Drawing(
        draw=draw, width=WIDE_IN, height=PLAN_IN,
        caption="Where ships were heard last. Orange, with a question mark: not heard since, and"
        " not known to have left.",
    )  # fmt: skip


def _mark(vessel: Vessel, colour: str, doubt: str = "") -> Line:
    label = f"{vessel.name or vessel.mmsi}{doubt}"
    return Line(rows=(), last=vessel.last, colour=colour, label=label)


def _times(port: Port, reach: Reach, found: Gathered, since: int, until: int) -> Drawing:
    ear = found.ears[port.id]
    counts = occupancy(found.vessels, reach, ear.deaf, since=since, until=until)
    return Drawing(
        draw=lambda figure: draw_occupancies(figure, [counts], [ear]), width=WIDE_IN,
        height=TIME_IN,
        caption=parts.COUNTED,
    )  # fmt: skip
