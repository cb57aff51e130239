"""``monitor areas``: polygons that people draw, to be told who enters them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from monitor.cli.alerts import officer
from monitor.cli.options import Format, Wide, moment
from monitor.cli.printed import emit
from monitor.cli.stored import run
from monitor.clock import now_us
from monitor.errors import GeofenceError, UsageError
from monitor.settings import read_settings
from monitor.units import from_datetime, to_datetime
from monitor.words import plain

if TYPE_CHECKING:
    from monitor.store.areas import Stored

app = App(name="areas", help="Draw areas of your own, and be told who enters them.")

MOST_BYTES = 4 << 20
"""Of a file: a hundred areas with all points that they may have."""

Name = Annotated[str, Parameter(help="Its name, OWNER/NAME where several people have one, or id.")]
File = Annotated[Path, Parameter(help="GeoJSON file; - reads standard input.")]
By = Annotated[
    str | None, Parameter(help="Whose it is; unset: MONITOR_OFFICER, else your login name.")
]
Private = Annotated[bool, Parameter(negative=(), help="Nobody else sees it by the API.")]
Tells = Annotated[bool, Parameter(name="--tell", negative=(), help="Tell whoever enters it.")]
Since = Annotated[
    str | None,
    Parameter(help="In force from this time on, by the time of events; without it, from now on."),
]
Note = Annotated[str | None, Parameter(help="What should be remembered of it.")]
All = Annotated[bool, Parameter(name="--all", negative=(), help="Those that were removed, too.")]


@app.command
def add(
    name: Annotated[str, Parameter(help="A name; no two areas of yours have the same.")],
    file: File,
    *,
    private: Private = False,
    tell: Tells = False,
    since: Since = None,
    note: Note = None,
    by: By = None,
) -> None:
    """Add an area: who enters or leaves it from now on is told as an event.

    The file holds one polygon: closed, simple, with 1,000 points and 10 degrees wide at most. A
    watch that runs takes it up within seconds. With --since what was heard before is looked at too.
    """
    _added([({"name": name, "note": note}, _one(file))], by, since, private=private, tell=tell)


@app.command(name="import")
def import_(
    file: File, *, private: Private = False, tell: Tells = False, since: Since = None, by: By = None
) -> None:
    """Add all areas of a file, each feature by its property name, as export writes them.

    All of them or none.
    """
    from monitor.fencefile import area_features

    features = area_features(file.name, _read(file))
    found = [(properties, shape) for _, properties, shape in features]
    for properties, _ in found:
        if not isinstance(properties.get("name"), str):
            raise UsageError("Each feature needs a property name: what the area is called.")
    _added(found, by, since, private=private, tell=tell)


@app.command(name="list")
def list_(*, every: All = False, format_: Format = "table", wide: Wide = False) -> None:
    """List areas: whose they are, who sees them, and since when they are in force."""
    from monitor.report.areas import area_record, areas_table

    records = [area_record(each) for each in _areas(every=every)]
    emit(records, format_, areas_table, wide=wide,
         empty="No areas: `monitor areas add NAME FILE` adds one.")  # fmt: skip


@app.command
def show(name: Name, *, by: By = None) -> None:
    """Print an area as GeoJSON, with all that is noted of it."""
    from monitor.report.areas import area_feature

    sys.stdout.write(json.dumps(area_feature(_named(name, by))) + "\n")


@app.command
def remove(name: Name, *, by: By = None) -> None:
    """Remove an area: what is told of it stays, and nothing more is told."""
    from monitor.store import areas

    stored, actor, at = _named(name, by), officer(by), to_datetime(now_us())

    async def work(connection: Any) -> list[Any]:
        await areas.remove_area(connection, stored, actor, at)
        return []

    run(read_settings(), work)
    sys.stdout.write(f"{plain(stored.area.name)} is removed: what was told of it stays.\n")


@app.command
def export(*names: Name, by: By = None) -> None:
    """Print areas as one GeoJSON file, for import and for GIS; without a name all that stand."""
    from monitor.report.areas import areas_collection

    found = [_named(name, by) for name in names] if names else _areas()
    sys.stdout.write(json.dumps(areas_collection(found)) + "\n")


def _read(file: Path) -> Any:
    try:
        with file.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise GeofenceError(str(file), "file", f"is larger than {MOST_BYTES >> 20} MB.")
        return json.loads(data)
    except OSError as error:
        raise GeofenceError(str(file), "file", f"cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise GeofenceError(str(file), "file", f"is not JSON: {error}.") from error


def _one(file: Path) -> Any:
    from monitor.fencefile import area_shape

    return area_shape(file.name, _read(file))


def _added(
    found: list[tuple[dict[str, Any], Any]], by: str | None, since: str | None, *,
    private: bool, tell: bool,
) -> None:  # fmt: skip
    from monitor.store import areas
    from monitor.store.lost import transaction

    now, actor = now_us(), officer(by)
    begin = now if since is None else from_datetime(moment(since))
    if begin > now:
        raise UsageError("An area cannot be in force from a time to come: write an earlier since.")
    made = [
        (
            areas.new_area(
                owner=actor, name=properties["name"], shape=shape, since=begin,
                shared=not private, tells=tell,
            ),
            properties.get("note"),
        )
        for properties, shape in found
    ]  # fmt: skip

    async def work(connection: Any) -> list[Any]:
        async with transaction(connection):
            for area, note in made:
                words = None if note is None else str(note)[: areas.MOST_NOTE]
                await areas.add_area(connection, area, actor, words)
        return []

    run(read_settings(), work)
    for area, _ in made:
        seen = "all see it" if area.shared else f"{area.owner} alone sees it by the API"
        sys.stdout.write(f"{plain(area.name)} is in force; {plain(seen)}.\n")


def _areas(*, every: bool = False) -> list[Stored]:
    from monitor.store import areas

    async def work(connection: Any) -> list[Any]:
        return list(await areas.areas(connection, every=every))

    return run(read_settings(), work, asks=True)


def _named(name: str, by: str | None) -> Stored:
    from monitor.store import areas

    async def work(connection: Any) -> list[Any]:
        return [await areas.named(connection, name, officer(by))]

    (found,) = run(read_settings(), work, asks=True)
    stored: Stored = found
    return stored
