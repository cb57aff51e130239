"""The page on one vessel: who she says she is, where she was, and where she may have been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from monitor.engine.geofence import FenceSet
from monitor.report import parts
from monitor.report.drawn_map import Line, draw_lines, legend, whole_box
from monitor.report.gathered import Gathered
from monitor.report.interfered import interference_section
from monitor.report.page import Drawing, Grid, Page, Points, Prose, Section, grid
from monitor.report.renumbered import renumbered_section
from monitor.report.sighted import sightings_section
from monitor.report.whereabouts import Reach, Vessel
from monitor.report.wording import Places, interval, listed, minute, ships, stretch
from monitor.store.findings import Record
from monitor.units import from_datetime
from monitor.words import flag_of, ship_type_text

WIDE_IN, MAP_IN = 10.6, 5.4
COLOURS = ("#b3122b", "#1f4e79", "#5f9b6b", "#7a4fa3", "#a5562d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What was said under one MMSI, and from when to when."""

    mmsi: int
    name: str | None
    callsign: str | None
    imo: int | None
    ship_type: int | None  # ITU-R M.1371 table 53
    first_at: int  # us
    last_at: int

    @classmethod
    def of(cls, mmsi: int, row: Any) -> Self:
        """Of a row of ``claims``."""
        return cls(
            mmsi=mmsi, name=row["name"], callsign=row["callsign"], imo=row["imo"],
            ship_type=row["ship_type"], first_at=from_datetime(row["first_at"]),
            last_at=from_datetime(row["last_at"]),
        )  # fmt: skip


def vessel_page(
    number: str, found: Gathered, claims: Sequence[Claimed], fences: FenceSet, *, since: int,
    until: int, made_at: int, sightings: Sequence[Record] = (),
) -> Page:  # fmt: skip
    """All of it; ``number`` is what was asked for, instants are us. ``sightings`` stand apart."""
    vessels = found.vessels
    reaches, places = [Reach(port=port) for port in fences.ports], Places(fences)
    claims = sorted(claims, key=lambda one: (one.first_at, one.mmsi))
    names = list(dict.fromkeys(one.name for one in claims if one.name))
    return Page(
        title=f"{listed(names) or 'A ship without a name'}: {number}",
        about=parts.about(since, until, found.heard_to, made_at),
        lead=(
            Prose(text=answer(vessels, reaches, places, until), is_answer=True),
            Points(items=tuple(_figures(vessels, claims))),
            _map(vessels, found, fences),
        ),
        sections=(
            Section(title="Who she says she is", blocks=(_claims_grid(claims),)),
            Section(title="Port calls", blocks=(_calls_grid(vessels, places),)),
            sightings_section(list(sightings)),
            Section(title="Voyages", blocks=(parts.voyages_grid(found.voyages, places),)),
            parts.dark_section(vessels, reaches, found.ears, until, places),
            parts.odd_section(found),
            interference_section(found),
            renumbered_section(found),
            parts.reception_section(list(found.ears.values()), found.heard_to, until, places),
            parts.evidence_section(found.events, places),
            Section(title="What this does not prove", blocks=(Points(items=parts.LIMITS),)),
        ),
    )  # fmt: skip


def answer(vessels: Sequence[Vessel], reaches: Sequence[Reach], places: Places, until: int) -> str:
    """Where she is as far as it is known."""
    heard = [one for one in vessels if one.last is not None]
    if not heard:
        return "No position of hers is stored in this time: where she is is not known."
    latest = max(heard, key=lambda one: one.last.at if one.last else 0)
    last = latest.last
    assert last is not None  # noqa: S101 - of those that were heard
    told = f"She was heard last at {minute(last.at)} UTC, {places.of(last)}."
    if latest.mixed_at is not None:
        return (
            f"Her number was heard last at {minute(last.at)} UTC, {places.of(last)}. Since"
            f" {minute(latest.mixed_at)} two ships use it, or positions are false: where she is is"
            " not known."
        )
    may = [
        reach.port.name
        for reach in reaches
        if last.at + reach.least_us(last, latest.fastest_kn) <= until
    ]
    if not latest.all_silences(until)[len(latest.silences) :]:
        return told
    where = "she had no time to come to a watched port"
    if may:
        where = f"she may be at {listed(may, 'or')}, or elsewhere"
    return f"{told} Since then where she is is not known: {where}."


def _figures(vessels: Sequence[Vessel], claims: Sequence[Claimed]) -> list[str]:
    lines = []
    lists = list(dict.fromkeys(name for one in vessels for name in one.lists))
    if lists:
        lines.append(f"On the watchlist {listed(lists)}.")
    numbers = [one.mmsi for one in claims] or [one.mmsi for one in vessels]
    flags = list(dict.fromkeys(flag.name for one in numbers if (flag := flag_of(one)) is not None))
    if flags:
        before = f", before {listed(flags[:-1], 'and')}" if len(flags) > 1 else ""
        lines.append(f"Her MMSI bears the flag of {flags[-1]}{before}.")
    if len({one.mmsi for one in claims}) > 1:
        lines.append("Her IMO number was said with several MMSIs: she changed it, or two ships.")
    if any(one.is_shared for one in vessels):
        told = listed([f"#{one.track}" for one in vessels])
        lines.append(
            f"{ships(len(vessels))} use the number ({told}), told apart by where they are: which of"
            " them says what of herself is not known."
        )
    return lines or ["She is on no watchlist."]


def _claims_grid(claims: Sequence[Claimed]) -> Grid:
    rows = [
        (
            f"{one.mmsi:09d}", one.name or "", one.callsign or "",
            "" if one.imo is None else str(one.imo), ship_type_text(one.ship_type) or "",
            stretch(one.first_at, one.last_at),
        )
        for one in claims
    ]  # fmt: skip
    columns = (
        ("MMSI", 1.1), ("name", 2.2), ("call sign", 1.0), ("IMO", 1.0), ("type", 1.4),
        ("said (UTC)", 3.0),
    )  # fmt: skip
    return grid(columns, rows, empty="She said nothing of herself.")


def _calls_grid(vessels: Sequence[Vessel], places: Places) -> Grid:
    calls = sorted(
        ((call, one) for one in vessels for call in one.calls),
        key=lambda pair: (pair[0].arrived.latest or 0, pair[0].id),
    )
    rows = [
        (
            one.number, places.name(call.port), interval(call.arrived),
            "not known to have left" if call.departed is None else interval(call.departed),
            f"{call.confidence}/4",
        )
        for call, one in calls
    ]  # fmt: skip
    columns = (
        ("MMSI", 1.3), ("port", 1.2), ("arrived (UTC)", 2.6), ("left (UTC)", 2.6), ("sure", 0.7),
    )  # fmt: skip
    return grid(columns, rows, empty="No call of hers is known.")


def _map(vessels: Sequence[Vessel], found: Gathered, fences: FenceSet) -> Drawing:
    colours = {one.number: COLOURS[index % len(COLOURS)] for index, one in enumerate(vessels)}
    lines = [
        Line(
            rows=found.ways.get((one.mmsi, one.track), ()), last=one.last,
            colour=colours[one.number],
            label=None if one.last is None else f"heard last {minute(one.last.at)}",
        )
        for one in vessels
    ]  # fmt: skip

    def draw(figure: Any) -> None:
        axes = figure.subplots()
        draw_lines(axes, lines, fences.ports, whole_box(fences.ports, lines, 2.0))
        legend(figure, colours)

    return Drawing(draw=draw, width=WIDE_IN, height=MAP_IN, caption="Where she was heard.")
