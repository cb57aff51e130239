"""``monitor sighting``: what people and satellites saw, beside AIS and never mixed with it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from monitor.cli.entering import bytes_of, hold, instant, put, who
from monitor.cli.options import Format, Geofences, Since, Until, Wide, moment
from monitor.cli.printed import emit, prose
from monitor.cli.stored import run
from monitor.clock import now_us
from monitor.errors import UnknownError, UsageError
from monitor.settings import read_settings
from monitor.units import to_datetime
from monitor.words import plain

if TYPE_CHECKING:
    from monitor.engine.geofence import FenceSet
    from monitor.sighting.sighting import Sighting
    from monitor.store.findings import Record

app = App(name="sighting", help="Enter and see what people and satellites saw: never AIS.")

By = Annotated[str | None, Parameter(help="Who enters it; without it, whoever is logged in.")]
Text = str | None
NOBODY = "Nothing was sighted: enter it with `monitor sighting add`, or import a CSV file."


@app.command
def add(  # noqa: PLR0913 - an option each
    *,
    seen_by: Annotated[str, Parameter(help="satellite, press, observer or port-authority.")],
    mmsi: Annotated[Text, Parameter(name="--mmsi", help="Of the ship, if she was named.")] = None,
    imo: Annotated[Text, Parameter(help="Her IMO number.")] = None,
    name: Annotated[Text, Parameter(help="Her name, in Latin letters.")] = None,
    hull: Annotated[Text, Parameter(help="Her class in words: landing ship, frigate.")] = None,
    length_m: Annotated[Text, Parameter(name="--length", help="Her length, metres.")] = None,
    port: Annotated[Text, Parameter(help="Id of the port where it was.")] = None,
    lon: Annotated[Text, Parameter(help="Where it was, degrees east.")] = None,
    lat: Annotated[Text, Parameter(help="Where it was, degrees north.")] = None,
    within_m: Annotated[Text, Parameter(name="--within", help="And how far off, metres.")] = None,
    area: Annotated[Text, Parameter(help="Or west,south,east,north in degrees.")] = None,
    since: Annotated[str, Parameter(help="When: RFC 3339, a date, or 2h, 3d ago.")],
    until: Annotated[Text, Parameter(help="And until when; without it, at that instant.")] = None,
    source: Annotated[str, Parameter(help="Who says so: a page, a picture's number, a person.")],
    link: Annotated[Text, Parameter(help="Where it can be read: https://…")] = None,
    reliability: Annotated[str, Parameter(help="Of the source: A (reliable) to E; F: unknown.")],
    credibility: Annotated[str, Parameter(help="Of what it says: 1 (confirmed) to 5; 6: unknown.")],
    note: Annotated[Text, Parameter(help="Whatever else is to be known.")] = None,
    by: By = None,
    geofences: Geofences = None,
) -> None:
    """Enter a sighting: of a ship, or of a hull by class and length; somewhere, at some time.

    The same again adds nothing. A place within a port's waters is at that port.
    """
    from monitor.report.sighted import placed
    from monitor.sighting.sighting import sighting_of

    said = {
        "seen_by": seen_by, "mmsi": mmsi, "imo": imo, "name": name, "hull": hull,
        "length_m": length_m, "port": port, "lon": lon, "lat": lat, "within_m": within_m,
        "area": area, "since": instant(since), "until": instant(until), "source": source,
        "link": link, "reliability": reliability, "credibility": credibility, "note": note,
    }  # fmt: skip
    found, faults = sighting_of(said, recorded_at=now_us(), added_by=who(by))
    if found is None:
        raise UsageError(" ".join(faults))
    ((saved, is_new),) = _save([placed(found, _fences(geofences))])
    words = "is entered, as sighting" if is_new else "was entered before, as sighting"
    sys.stdout.write(f"{plain(saved.title)} {words} {saved.id}.\n")


@app.command(name="import")
def import_(
    file: Annotated[Path, Parameter(help="CSV file; - reads standard input.")],
    *,
    by: By = None,
    geofences: Geofences = None,
) -> None:
    """Take sightings from a CSV file, all of them or, where one is bad, none.

    Its heading names columns: those that `monitor sighting export` writes, each of which may be
    missing. The same file again adds nothing.
    """
    from monitor.report.sighted import placed
    from monitor.sighting.sighting_csv import read

    found = read(bytes_of(file), recorded_at=now_us(), added_by=who(by))
    hold(found.faults, file.name, "correct what is named")
    fences = _fences(geofences)
    saved = _save([placed(one, fences) for one in found.sightings])
    new = sum(is_new for _, is_new in saved)
    words = f"{len(saved)} sightings: {new} added, {len(saved) - new} there before"
    sys.stdout.write(f"{plain(file.name)}: {words}.\n")


@app.command
def export(
    *,
    output: Annotated[
        Path | None, Parameter(name=["--output", "-o"], help="File to write; without it, print.")
    ] = None,
) -> None:
    """Write the sightings that stand as CSV, as import takes it."""
    from monitor.sighting.sighting_csv import written
    from monitor.store.sightings import sightings

    found = run(read_settings(), sightings, asks=True)
    text = written(found)
    put(text, output, f"{len(found)} sightings")


@app.command(name="list")
def list_(
    *,
    port: Annotated[Text, Parameter(help="Only at this port: its id.")] = None,
    mmsi: Annotated[int | None, Parameter(name="--mmsi", help="Only of this ship.")] = None,
    since: Since = None,
    until: Until = None,
    removed: Annotated[
        bool, Parameter(negative=(), help="Also what was removed; AIS is not asked then.")
    ] = False,
    geofences: Geofences = None,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """List what was sighted, and what AIS tells of each: matched, dark, elsewhere or unknown."""
    from monitor.report.sighted import sighted, sighting_record, sightings_table
    from monitor.store.sightings import sightings

    words = {"port": port, "mmsi": mmsi, "since": moment(since), "until": moment(until)}
    fences = _fences(geofences)

    async def work(connection: Any) -> list[Record]:
        if removed:
            found = await sightings(connection, **words, removed=True)  # type: ignore[arg-type]
            return [sighting_record(one) for one in found]
        return await sighted(connection, fences, **words)  # type: ignore[arg-type]

    records = run(read_settings(), work, asks=True)
    emit(records, format_, sightings_table, wide=wide, empty=NOBODY)


@app.command
def show(
    number: Annotated[int, Parameter(help="Its number, as `list` shows it.")],
    *,
    geofences: Geofences = None,
    format_: Format = "table",
) -> None:
    """Show all of a sighting, what AIS tells of it, and where to look at satellite pictures."""
    from monitor.report.sighted import looked_at, sighted_record, sightings_table
    from monitor.store.sightings import sighting

    fences = _fences(geofences)

    async def work(connection: Any) -> list[Record]:
        found = await sighting(connection, number)
        seen = await looked_at(connection, [] if found is None else [found], fences)
        return [sighted_record(one) for one in seen]

    records = run(read_settings(), work, asks=True)
    if not records:
        message = f"There is no sighting {number}: `monitor sighting list` shows them."
        raise UnknownError(message)
    if format_ == "table":
        rows = [(name.replace("_", " "), value) for name, value in records[0].items()]
        prose("\n".join(f"{name}: {value}" for name, value in rows if value not in (None, [])))
        return
    emit(records, format_, sightings_table, empty=NOBODY)


@app.command
def remove(
    *numbers: Annotated[int, Parameter(help="Numbers of sightings, as `list` shows them.")],
    by: By = None,
) -> None:
    """Remove sightings. Nothing is deleted: `list --removed` still shows them."""
    from monitor.store.sightings import remove_sightings

    if not numbers:
        message = "Say which: the numbers that `monitor sighting list` shows."
        raise UsageError(message)
    at = to_datetime(now_us())

    async def work(connection: Any) -> list[int]:
        return await remove_sightings(connection, numbers, removed_at=at, removed_by=who(by))

    gone = run(read_settings(), work)
    for number in gone:
        sys.stdout.write(f"Sighting {number} is removed.\n")
    missing = sorted(set(numbers) - set(gone))
    if missing:
        message = f"There is no sighting {missing[0]} that stands: `monitor sighting list`."
        raise UnknownError(message)


def _fences(geofences: Path | None) -> FenceSet:
    from monitor.fencefile import load_fences

    return load_fences(geofences or read_settings().geofences)


def _save(found: Sequence[Sighting]) -> list[tuple[Sighting, bool]]:
    from monitor.store.sightings import save_sightings

    async def work(connection: Any) -> list[Any]:
        return await save_sightings(connection, found)

    return run(read_settings(), work)
