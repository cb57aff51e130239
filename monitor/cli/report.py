"""``monitor report``: pages for people on a port, a vessel, a fleet, or one that may have moved."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from monitor.cli.options import Geofences, Since, Until, moment
from monitor.errors import UnknownError, UsageError
from monitor.settings import Settings, read_settings

if TYPE_CHECKING:
    from monitor.engine.geofence import FenceSet, Port
    from monitor.report.page import Page
    from monitor.store.findings import Record

Output = Annotated[
    Path, Parameter(name=["--output", "-o"], help="File to write: .html, .pdf, .png or .md.")
]

DAYS = 30
"""How far back a report goes unless it is told."""

NOON_H, SHIFT_H, FLEET_H = 12, 8, 24
"""Hours: of a day, when the noon report ends; a shift, three of which are a day; how far back the
report on a fleet goes unless it is told."""

app = App(name="report", help="Write a report on a port, a vessel or a fleet.")


@app.command
def relocation(
    *,
    from_: Annotated[str, Parameter(name="--from", help="Port that the fleet was at: its id.")],
    to: Annotated[str, Parameter(help="Port that it may have moved to: its id.")],
    since: Since = None,
    until: Until = None,
    output: Output,
    geofences: Geofences = None,
) -> None:
    """Say of each ship that was at a port what is known of her now, and of all of them in numbers.

    Without --since the last 30 days; without --until up to now.
    """
    from monitor.report.gathered import callers, gather
    from monitor.report.relocation import relocation as answered
    from monitor.report.relocation_page import relocation_page
    from monitor.report.whereabouts import Reach
    from monitor.report.written import form_of

    form_of(output)
    settings, fences = _ready(geofences)
    first, second = _port(fences, from_), _port(fences, to)
    if first is second:
        message = "A fleet moves from one port to another: name two in --from and --to."
        raise UsageError(message)
    begin, end, now = _time(since, until)
    ports = (first.id, second.id)

    async def work(connection: Any) -> Page:
        ships = await callers(connection, ports, begin, end)
        found = await gather(connection, fences, ships, ports, since=begin, until=end)
        reaches = Reach(port=first), Reach(port=second)
        answer = answered(found.vessels, *reaches, since=begin, until=end)
        seen = [
            row
            for port_id in ports
            for row in await _sighted(connection, fences, begin, end, port_id)
        ]
        return relocation_page(answer, found, fences, now, seen)

    _write(settings, work, output)


@app.command
def port(
    port_id: Annotated[str, Parameter(name="PORT", help="Its id, such as tobruk.")],
    /,
    *,
    since: Since = None,
    until: Until = None,
    output: Output,
    geofences: Geofences = None,
) -> None:
    """Say who was at a port, since when and how surely, who came and went, and when it was heard.

    Without --since the last 30 days; without --until up to now.
    """
    from monitor.report.gathered import callers, gather
    from monitor.report.port_page import port_page
    from monitor.report.written import form_of

    form_of(output)
    settings, fences = _ready(geofences)
    found_port = _port(fences, port_id)
    begin, end, now = _time(since, until)

    async def work(connection: Any) -> Page:
        ships = await callers(connection, (found_port.id,), begin, end)
        found = await gather(connection, fences, ships, (found_port.id,), since=begin, until=end)
        seen = await _sighted(connection, fences, begin, end, found_port.id)
        return port_page(
            found_port, found, fences, since=begin, until=end, made_at=now, sightings=seen
        )

    _write(settings, work, output)


@app.command
def vessel(
    number: Annotated[str, Parameter(name="VESSEL", help="Her MMSI, or her IMO number.")],
    /,
    *,
    since: Since = None,
    until: Until = None,
    output: Output,
    geofences: Geofences = None,
) -> None:
    """Say who a vessel says she is, where she was, and where she may have been unheard.

    Without --since the last 30 days; without --until up to now.
    """
    from monitor.report.gathered import EVER, gather
    from monitor.report.vessel_page import Claimed, vessel_page
    from monitor.report.written import form_of
    from monitor.store import whereabouts as store

    form_of(output)
    settings, fences = _ready(geofences)
    begin, end, now = _time(since, until)
    wanted = _number(number)

    async def work(connection: Any) -> Page:
        ships = [wanted] if _is_mmsi(number) else await store.ships_of_imo(connection, wanted)
        ports = [one.id for one in fences.ports]
        found = await gather(
            connection, fences, ships, ports, since=begin, until=end, look_back=EVER
        )
        if not found.vessels:
            what = "MMSI" if _is_mmsi(number) else "IMO number"
            message = f"No vessel of {what} {number} was heard: see `monitor vessels`."
            raise UnknownError(message)
        claims = [
            Claimed.of(mmsi, row) for mmsi in ships for row in await store.claims(connection, mmsi)
        ]
        seen = {
            row["id"]: row
            for mmsi in ships
            for row in await _sighted(connection, fences, begin, end, mmsi=mmsi)
        }
        return vessel_page(
            number, found, claims, fences, since=begin, until=end, made_at=now,
            sightings=list(seen.values()),
        )  # fmt: skip

    _write(settings, work, output)


@app.command
def fleet(
    name: Annotated[str, Parameter(name="NAME", help="A watchlist: its ships are the fleet.")],
    /,
    *,
    period: Annotated[
        Literal["noon", "shift"] | None,
        Parameter(help="The day (UTC) that ended at the last noon; or the last 8 hours."),
    ] = None,
    since: Since = None,
    until: Until = None,
    output: Output,
    geofences: Geofences = None,
) -> None:
    """Say of each ship of a watchlist where she is, how sure that is, and what happened.

    Without --since and --period the last 24 hours; without --until up to now.
    """
    from monitor.report.fleet import gathered_fleet
    from monitor.report.fleet_page import fleet_page
    from monitor.report.written import form_of

    form_of(output)
    settings, fences = _ready(geofences)
    begin, end, now = _period(period, since, until)

    async def work(connection: Any) -> Page:
        ports = [one.id for one in fences.ports]
        answer, found = await gathered_fleet(
            connection, fences, name, ports, since=begin, until=end
        )
        seen = {
            row["id"]: row
            for mmsi in {one.vessel.mmsi for one in answer.members if one.vessel is not None}
            for row in await _sighted(connection, fences, begin, end, mmsi=mmsi)
        }
        return fleet_page(
            answer, found, fences, since=begin, made_at=now,
            sightings=sorted(seen.values(), key=lambda row: (row["since"], row["id"])),
        )  # fmt: skip

    _write(settings, work, output)


def _period(period: str | None, since: str | None, until: str | None) -> tuple[int, int, int]:
    """From, until and now, us: of a noon or shift report, or as it is said."""
    from monitor.units import DAY_US, HOUR_US

    if period is None:
        return _time(since, until, FLEET_H / 24)
    if since is not None or until is not None:
        message = "The time is given twice: write --period, or --since and --until."
        raise UsageError(message)
    _, end, now = _time(None, None)
    if period == "noon":
        noon = end - (end - NOON_H * HOUR_US) % DAY_US
        return noon - DAY_US, noon, now
    return end - SHIFT_H * HOUR_US, end, now


async def _sighted(
    connection: Any, fences: FenceSet, begin: int, end: int, port: str | None = None,
    mmsi: int | None = None,
) -> list[Record]:  # fmt: skip
    """What was sighted in the time of a report."""
    from monitor.report.sighted import sighted
    from monitor.units import to_datetime

    since, until = to_datetime(begin), to_datetime(end)
    return await sighted(connection, fences, port=port, mmsi=mmsi, since=since, until=until)


def _ready(geofences: Path | None) -> tuple[Settings, FenceSet]:
    from monitor.fencefile import load_fences

    settings = read_settings() if geofences is None else read_settings(geofences=geofences)
    return settings, load_fences(settings.geofences)


def _port(fences: FenceSet, port_id: str) -> Port:
    found = fences.by_id.get(port_id)
    if found is None:
        known = ", ".join(fences.by_id)
        message = f"There is no port {port_id!r}; choose one of: {known}."
        raise UnknownError(message)
    return found


def _time(since: str | None, until: str | None, days: float = DAYS) -> tuple[int, int, int]:
    """From, until and now, us."""
    from monitor.clock import now_us
    from monitor.units import DAY_US, from_datetime

    now = now_us()
    last, first = moment(until), moment(since)
    end = now if last is None else from_datetime(last)
    begin = end - round(days * DAY_US) if first is None else from_datetime(first)
    if begin >= end:
        message = "The time is empty: --since must be before --until."
        raise UsageError(message)
    return begin, end, now


def _is_mmsi(number: str) -> bool:
    """Whether it has the nine digits of an MMSI; an IMO number has seven."""
    return len(number.strip()) == 9


def _number(number: str) -> int:
    digits = number.strip().upper().removeprefix("IMO").strip()
    if not digits.isdecimal() or len(digits) not in {7, 9}:
        message = f"{number!r} is no MMSI (nine digits) and no IMO number (seven)."
        raise UsageError(message)
    return int(digits)


def _write(settings: Settings, work: Any, output: Path) -> None:
    from monitor.cli.stored import run
    from monitor.report.written import write
    from monitor.store.database import one_moment

    async def one(connection: Any) -> list[Any]:
        async with one_moment(connection, positions=True):
            return [await work(connection)]

    (page,) = run(settings, one, asks=True)
    write(page, output)
    sys.stdout.write(f"{page.title}\n{page.answer}Report: {output.resolve()}\n")
