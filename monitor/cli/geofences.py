"""``monitor geofences``: check, list and show the files of ports."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from monitor.cli.options import Format, Geofences, Wide
from monitor.cli.printed import emit
from monitor.errors import GeofenceError, UsageError
from monitor.settings import read_settings
from monitor.words import plain

app = App(name="geofences", help="Check, list and show geofence files.")


@app.command
def check(*, geofences: Geofences = None) -> None:
    """Check every file of the folder, gates too; name what is wrong in each."""
    from monitor.fencefile import load_fences, load_port
    from monitor.gatefile import FOLDER, load_gate

    folder = geofences or read_settings().geofences
    wrong = []
    for file in sorted(folder.glob("*.geojson")) if folder.is_dir() else []:
        try:
            port = load_port(file)
        except GeofenceError as problem:
            wrong.append(problem)
        else:
            sys.stdout.write(f"{file.name}: {port.name}, {len(port.fences)} fences, good\n")
    for file in sorted((folder / FOLDER).glob("*.geojson")):
        try:
            gate = load_gate(file)
        except GeofenceError as problem:
            wrong.append(problem)
        else:
            sys.stdout.write(f"{FOLDER}/{file.name}: {gate.name}, a gate, good\n")
    for error in wrong:
        sys.stderr.write(f"{plain(str(error))}\n")
    if wrong:
        sys.exit(1)
    load_fences(folder)


@app.command
def gates(*, geofences: Geofences = None, format_: Format = "table", wide: Wide = False) -> None:
    """List the gates: directed lines across straits and canals."""
    from monitor.gatefile import load_gates
    from monitor.report.tables import plain_table

    records = [
        {
            "gate": gate.id, "name": gate.name, "in": gate.in_words, "out": gate.out_words,
            "way": [list(corner) for corner in gate.line], "hash": gate.hash[:12],
        }
        for gate in load_gates(geofences or read_settings().geofences)
    ]  # fmt: skip
    emit(
        records, format_, lambda rows: plain_table("Gates", [_short(row) for row in rows]),
        empty="There are no gates.", wide=wide,
    )  # fmt: skip


def _short(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "way"}


@app.command(name="list")
def list_(*, geofences: Geofences = None, format_: Format = "table", wide: Wide = False) -> None:
    """List the fences of every port."""
    from monitor.fencefile import load_fences
    from monitor.report.tables import plain_table

    records = [
        {
            "port": port.id,
            "id": fence.id,
            "kind": fence.kind.value,
            "name": fence.name,
            "lon": round(fence.shape.representative_point().x, 5),
            "lat": round(fence.shape.representative_point().y, 5),
            "hash": port.hash[:12],
        }
        for port in load_fences(geofences or read_settings().geofences).ports
        for fence in port.fences
    ]
    emit(records, format_, lambda r: plain_table("Geofences", r), wide=wide, empty="No geofences.")


@app.command
def show(
    port: str,
    *,
    geofences: Geofences = None,
    plot: Annotated[Path | None, Parameter(help="Write a PNG here instead.")] = None,
) -> None:
    """Print the fences of a port as GeoJSON, or draw them."""
    import shapely

    from monitor.fencefile import load_fences

    fences = load_fences(geofences or read_settings().geofences)
    found = fences.by_id.get(port)
    if found is None:
        message = f"There is no port {port!r}: use one of {', '.join(fences.by_id)}."
        raise UsageError(message)
    if plot is not None:
        from monitor.report.picture import draw_port

        draw_port(found, plot)
        sys.stdout.write(f"{plot}\n")
        return
    features = [
        {
            "type": "Feature",
            "id": fence.id,
            "properties": {"kind": fence.kind.value, "name": fence.name},
            "geometry": json.loads(shapely.to_geojson(fence.shape)),
        }
        for fence in found.fences
    ]
    collection = {"type": "FeatureCollection", "port": found.id, "features": features}
    sys.stdout.write(json.dumps(collection) + "\n")
