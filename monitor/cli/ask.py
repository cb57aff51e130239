"""``monitor ask``: questions by name, as ``/ask`` answers them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from monitor.cli.options import Format, Geofences, PortId, Since, Until, Wide, moment
from monitor.cli.printed import emit
from monitor.cli.stored import run
from monitor.settings import read_settings
from monitor.store.findings import Record

if TYPE_CHECKING:
    from monitor.report.columns import Sheet

app = App(name="ask", help="Ask who is in port, who was there, where a ship was, what is known.")

Ship = Annotated[int, Parameter(help="Her MMSI.")]
NOTHING = "Nothing is known of that: replay a log first, or ask for more."


@app.command(name="in-port")
def in_port(
    *, port: PortId = None, geofences: Geofences = None, format_: Format = "table",
    wide: Wide = False,
) -> None:  # fmt: skip
    """Who is in port now, since when, how sure that is, and when each was heard last.

    What was sighted there in the last two weeks stands apart: it is no AIS.
    """
    from monitor.fencefile import load_fences
    from monitor.report import questions
    from monitor.report.sighted import sightings_table

    settings = read_settings()
    fences = load_fences(geofences or settings.geofences)
    rows: list[Record] = run(
        settings, lambda c: questions.in_port(c, port=port, fences=fences), asks=True
    )
    empty = "Nobody is known to be in port."
    if format_ != "table":
        emit(rows, format_, questions.in_port_table, wide=wide, empty=empty)
        return
    heard = [row for row in rows if row["by"] == "ais"]
    emit(heard, format_, questions.in_port_table, wide=wide, empty=empty)
    if len(heard) < len(rows):
        seen = [row for row in rows if row["by"] != "ais"]
        emit(seen, format_, sightings_table, wide=wide, empty=empty)


@app.command
def inside(
    *,
    since: Annotated[str, Parameter(help="From this time on: RFC 3339, a date, or 2h, 3d ago.")],
    bbox: Annotated[str | None, Parameter(help="west,south,east,north in degrees.")] = None,
    area: Annotated[str | None, Parameter(help="Or an area, as `areas list` calls it.")] = None,
    until: Until = None,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """Who was heard in a box or an area, in a month at most; until now by default."""
    from monitor.box import box_of
    from monitor.cli.alerts import officer
    from monitor.report import questions

    box = None if bbox is None else box_of(bbox, across=False)
    begin, end = moment(since), moment(until or "0s")
    _show(
        lambda c: questions.inside(
            c, box=box, area=area, since=begin, until=end, caller=officer(None)
        ),
        questions.inside_table, format_, wide=wide, empty="Nobody was heard there.",
    )  # fmt: skip


@app.command
def where(
    mmsi: Ship,
    at: Annotated[str, Parameter(help="The instant: RFC 3339, a date, or 2h, 3d ago.")],
    *,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """Where a ship was at an instant, and what that is worth."""
    from monitor.report import questions

    instant = moment(at)
    _show(lambda c: questions.where(c, mmsi=mmsi, at=instant), questions.where_table, format_,
          wide=wide, empty=NOTHING)  # fmt: skip


@app.command
def story(
    mmsi: Annotated[int | None, Parameter(help="Her MMSI; or say her IMO number.")] = None,
    *,
    imo: Annotated[str | None, Parameter(help="Under each MMSI that said this IMO number.")] = None,
    since: Since = None,
    until: Until = None,
    geofences: Geofences = None,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """All that is known of a ship, on one time line; where she was sighted, too."""
    from monitor.fencefile import load_fences
    from monitor.report.story import story as asked
    from monitor.report.story import story_table

    begin, end = moment(since), moment(until)
    fences = load_fences(geofences or read_settings().geofences)

    async def work(connection: Any) -> list[Record]:
        return await asked(connection, mmsi=mmsi, imo=imo, since=begin, until=end, fences=fences)

    _show(work, story_table, format_, wide=wide, empty=NOTHING)


@app.command
def identity(
    mmsi: Ship, *, geofences: Geofences = None, format_: Format = "table", wide: Wide = False
) -> None:
    """What a ship said of herself, each thing from when to when: names, numbers, destinations."""
    from monitor.fencefile import load_fences
    from monitor.report.identities import identities, identities_table

    fences = load_fences(geofences or read_settings().geofences)
    _show(lambda c: identities(c, mmsi=mmsi, fences=fences), identities_table, format_, wide=wide,
          empty=NOTHING)  # fmt: skip


@app.command
def fleets(*, format_: Format = "table", wide: Wide = False) -> None:
    """Watchlists: the ships of each are a fleet."""
    from monitor.report import fleet as report

    _show(report.fleets, report.fleets_table, format_, wide=wide, empty="There is no watchlist.")


@app.command
def fleet(
    name: Annotated[str, Parameter(name="NAME", help="A watchlist: its ships are the fleet.")],
    /,
    *,
    at: Annotated[str | None, Parameter(help="At this time: RFC 3339; by default now.")] = None,
    geofences: Geofences = None,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """Where the ships of a watchlist are, how sure that is, and since when."""
    from monitor.fencefile import load_fences
    from monitor.report.fleet import fleet_records, fleet_table

    instant = moment(at)
    fences = load_fences(geofences or read_settings().geofences)
    _show(lambda c: fleet_records(c, name=name, at=instant, fences=fences), fleet_table, format_,
          wide=wide, empty="No ship is of this fleet.")  # fmt: skip


@app.command
def activity(
    port: Annotated[str, Parameter(help="Id of the port, such as tobruk.")],
    *,
    since: Since = None,
    until: Until = None,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """Arrivals and departures at a port, day by day; by default of the last week."""
    from monitor.report import questions

    begin, end = moment(since), moment(until)
    _show(lambda c: questions.activity(c, port=port, since=begin, until=end),
          questions.activity_table, format_, wide=wide, empty=NOTHING)  # fmt: skip


@app.command
def traffic(
    *,
    from_: Annotated[str | None, Parameter(name="--from", help="Only from this port.")] = None,
    to: Annotated[str | None, Parameter(help="Only to this port.")] = None,
    since: Since = None,
    until: Until = None,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """Voyages made, counted by where from and where to."""
    from monitor.report import questions

    begin, end = moment(since), moment(until)
    _show(lambda c: questions.traffic(c, from_=from_, to=to, since=begin, until=end),
          questions.traffic_table, format_, wide=wide, empty="No voyages are known.")  # fmt: skip


@app.command
def hulls(
    *,
    imo: Annotated[str | None, Parameter(help="Of this IMO number alone.")] = None,
    mmsi: Annotated[int | None, Parameter(help="Of this ship alone.")] = None,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """IMO numbers that were said under two MMSIs, and whether that can be one ship."""
    from monitor.report.hulls import hulls as asked
    from monitor.report.hulls import hulls_table

    _show(lambda c: asked(c, imo=imo, mmsi=mmsi), hulls_table, format_, wide=wide,
          empty="No IMO number was said under two MMSIs.")  # fmt: skip


@app.command
def distance(
    *,
    from_: Annotated[str, Parameter(name="--from", help="A port's id, or lon,lat in degrees.")],
    to: Annotated[str, Parameter(help="A port's id, or lon,lat in degrees.")],
    geofences: Geofences = None,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """How far it is by sea, at least, and the shortest way; no database is asked."""
    from monitor.fencefile import load_fences
    from monitor.report.distance import distance as how_far
    from monitor.report.distance import distance_table
    from monitor.seafile import seaway

    fences = load_fences(geofences or read_settings().geofences)
    emit(how_far(seaway(), fences, from_=from_, to=to), format_, distance_table, wide=wide,
         empty="No water joins the two.")  # fmt: skip


@app.command
def reach(
    mmsi: Ship,
    *,
    at: Annotated[str | None, Parameter(help="At this instant; without it now.")] = None,
    geofences: Geofences = None,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """Where a ship that is not heard can be, at most: the sea that she can have come to."""
    from monitor.fencefile import load_fences
    from monitor.report.reach import reach as asked
    from monitor.report.reach import reach_table
    from monitor.seafile import reached

    when, fences = moment(at), load_fences(geofences or read_settings().geofences)
    _show(lambda c: asked(c, reached, fences, mmsi=mmsi, at=when), reach_table, format_, wide=wide,
          empty="She was not heard before.")  # fmt: skip


def _show(
    work: Callable[[Any], Coroutine[Any, Any, list[Record]]],
    table: Callable[[list[Record]], Sheet],
    form: str,
    *,
    wide: bool,
    empty: str,
) -> None:
    records: list[Record] = run(read_settings(), work, asks=True)
    emit(records, form, table, wide=wide, empty=empty)
