"""DataFrames and GeoDataFrames of what is stored, with the same columns and types whatever came.

Instants are ``datetime64[us, UTC]``; text is ``str``; whole numbers that may be missing are the
nullable ``Int…``; places are degrees, EPSG:4326. geopandas is loaded with this module.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import geopandas
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from monitor.engine.detect.port.step import SILENCE_US
from monitor.engine.geofence import distance_m
from monitor.engine.reception import RINGS_NM
from monitor.model import Event, PortCall, Span
from monitor.report.alerted import alert_record
from monitor.store.alerts import Stored
from monitor.store.findings import event_record, standing, voyage_record
from monitor.units import NO_TIME, from_datetime, from_iso, to_datetime
from monitor.words import flag_of, ship_type_text

CRS = "EPSG:4326"
TIME = "datetime64[us, UTC]"
Schema = Mapping[str, str]
"""Column -> dtype, in the order of the frame."""

POSITIONS: Schema = {
    "mmsi": "int32", "at": TIME, "lon": "float64", "lat": "float64", "sog_kn": "float32",
    "cog_deg": "float32", "heading_deg": "float32", "status": "Int8", "type": "int8",
    "track": "int16", "source": "category", "received_at": TIME, "line": "int64",
}  # fmt: skip
TRACKS: Schema = {
    "mmsi": "int32", "track": "int16", "begin_at": TIME, "end_at": TIME, "fixes": "int32",
    "length_m": "float64",
}  # fmt: skip
EVENTS: Schema = {
    "id": "str", "kind": "str", "state": "str", "mmsi": "Int32", "track": "Int16",
    "other_mmsi": "Int32", "other_track": "Int16", "name": "str", "imo": "Int32", "port": "str",
    "area": "str", "feed": "str", "geofence": "str", "earliest": TIME, "at": TIME, "latest": TIME,
    "decided_at": TIME, "confidence": "int8", "why": "str", "episode": "str", "revised": "str",
    "figures": "str",
}  # fmt: skip
PORT_CALLS: Schema = {
    "id": "str", "mmsi": "int32", "track": "int16", "name": "str", "port": "str",
    "arrived_earliest": TIME, "arrived_at": TIME, "arrived_latest": TIME,
    "departed_earliest": TIME, "departed_at": TIME, "departed_latest": TIME, "left": "bool",
    "standing": "str", "confidence": "int8", "decided_at": TIME, "revised": "str",
}  # fmt: skip
VOYAGES: Schema = {
    "id": "str", "mmsi": "int32", "track": "int16", "name": "str", "from": "str", "to": "str",
    "departed_earliest": TIME, "departed_at": TIME, "departed_latest": TIME,
    "arrived_earliest": TIME, "arrived_at": TIME, "arrived_latest": TIME,
    "sailed_heard_m": "float64", "sailed_least_m": "float64", "needed_kn": "float64",
    "unheard_s": "float64", "last_heard_at": TIME, "heard_again_at": TIME, "destination": "str",
    "draught_before_m": "float64", "draught_after_m": "float64", "contradiction": "bool",
    "confidence": "int8", "why": "str",
}  # fmt: skip
VESSELS: Schema = {
    "mmsi": "int32", "name": "str", "callsign": "str", "imo": "Int32", "ship_type": "Int16",
    "ship_type_text": "str", "flag": "str", "at": TIME, "sog_kn": "float32", "cog_deg": "float32",
    "status": "Int8",
}  # fmt: skip
ALERTS: Schema = {
    "id": "str", "mmsi": "Int32", "track": "Int16", "name": "str", "place": "str", "feed": "str",
    "state": "str", "severity": "str", "headline": "str", "rules": "str", "revision": "int32",
    "raised_at": TIME, "changed_at": TIME, "happened_at": TIME, "assignee": "str",
    "verdict": "str", "note": "str",
}  # fmt: skip
RECEPTION: Schema = {
    "port": "str", "source": "str", "at": TIME, "messages": "int64", "vessels": "int32",
    "disturbed": "int32", "heard_at": TIME,
    **{f"within_{ring:.0f}_nm": "int64" for ring in RINGS_NM},
}  # fmt: skip


def times(at_us: NDArray[np.int64]) -> pd.DatetimeIndex:
    """Aware instants of microseconds since 1970, without an object for each."""
    return pd.DatetimeIndex(at_us.view("datetime64[us]")).tz_localize("UTC")


def frame(rows: Iterable[Mapping[str, Any]], schema: Schema) -> pd.DataFrame:
    """Rows as a frame of these columns and types; other members of rows are left out."""
    columns: dict[str, list[Any]] = {name: [] for name in schema}
    for row in rows:
        for name, column in columns.items():
            column.append(row[name])
    return pd.DataFrame({name: _column(columns[name], kind) for name, kind in schema.items()})


def _column(values: list[Any], kind: str) -> Any:
    if kind == TIME:
        return times(np.array([_instant(value) for value in values], dtype=np.int64))
    return pd.Series(values, dtype=kind)


def _instant(value: datetime | str | None) -> int:
    """Microseconds of an instant as rows and records have it; None is NO_TIME, numpy's NaT."""
    if value is None:
        return NO_TIME
    return from_iso(value) if isinstance(value, str) else from_datetime(value)


def _located(made: pd.DataFrame, geometry: Any) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(made, geometry=geopandas.GeoSeries(geometry, crs=CRS))


def _points(rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    return [
        None if row["lon"] is None or row["lat"] is None else shapely.Point(row["lon"], row["lat"])
        for row in rows
    ]


def positions_frame(
    columns: Mapping[str, NDArray[Any]], sources: Mapping[int, str], *, points: bool
) -> Any:
    """Fixes of ``store.columnar``, column by column; without ``points`` there is no geometry."""
    made = {}
    for name, kind in POSITIONS.items():
        column = columns[name]
        if kind == TIME:
            made[name] = times(column)
        elif name == "status":
            made[name] = pd.arrays.IntegerArray(column, column < 0)
        elif name == "source":
            known = sorted(sources)
            codes = np.searchsorted(np.array(known, dtype=column.dtype), column)
            names = pd.Index([sources[number] for number in known], dtype="str")
            made[name] = pd.Categorical.from_codes(codes, names)
        else:
            made[name] = column
    found = pd.DataFrame(made, copy=False)
    return _located(found, shapely.points(found["lon"], found["lat"])) if points else found


def tracks_frame(columns: Mapping[str, NDArray[Any]]) -> geopandas.GeoDataFrame:
    """Lines of fixes, one a stretch without a silence of more than four hours."""
    order = np.lexsort((columns["at"], columns["track"], columns["mmsi"]))
    mmsi, track, at, lon, lat = (
        columns[name][order] for name in ("mmsi", "track", "at", "lon", "lat")
    )
    new = np.ones(len(at), dtype=np.bool_)
    new[1:] = (
        (mmsi[1:] != mmsi[:-1])
        | (track[1:] != track[:-1])
        | (at[1:] - at[:-1] > SILENCE_US)
        | (np.abs(lon[1:] - lon[:-1]) > 180.0)
    )
    piece = np.cumsum(new) - 1
    counts = np.bincount(piece, minlength=0)
    kept = counts[piece] > 1 if len(piece) else new
    firsts = np.flatnonzero(new)[counts > 1]
    lasts = firsts + counts[counts > 1] - 1
    legs = distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:]) * ~new[1:] if len(at) else np.empty(0)
    sailed = np.append(0.0, np.cumsum(legs))
    numbered = np.repeat(np.arange(len(firsts)), counts[counts > 1])
    lines = shapely.linestrings(np.column_stack([lon, lat])[kept], indices=numbered)
    made = pd.DataFrame(
        {
            "mmsi": mmsi[firsts], "track": track[firsts], "begin_at": times(at[firsts]),
            "end_at": times(at[lasts]), "fixes": counts[counts > 1].astype(np.int32),
            "length_m": (sailed[lasts] - sailed[firsts]) if len(at) else np.empty(0),
        }
    )  # fmt: skip
    return _located(made, lines)


def events_frame(events: Sequence[Event]) -> geopandas.GeoDataFrame:
    """Events as they stand."""
    rows = []
    for event in events:
        about = {name: getattr(event.subject, name, None)
                 for name in ("track", "other_mmsi", "other_track", "area", "feed")}  # fmt: skip
        record = event_record(event)
        figures = json.dumps(record["evidence"]["figures"])
        rows.append({"revised": None, **about, **record, "figures": figures})
    return _located(frame(rows, EVENTS), _points(rows))


def calls_frame(calls: Sequence[PortCall]) -> pd.DataFrame:
    """Port calls as they stand."""
    rows = [
        {
            "id": str(UUID(call.id)), "mmsi": call.mmsi, "track": call.track, "name": call.name,
            "port": call.port, **_ends("arrived", call.arrived),
            **_ends("departed", call.departed), "left": call.departed is not None,
            "standing": standing(call), "confidence": call.confidence,
            "decided_at": to_datetime(call.decided_at),
            "revised": None if call.revised is None else call.revised.word.value,
        }
        for call in calls
    ]  # fmt: skip
    return frame(rows, PORT_CALLS)


def _ends(name: str, span: Span | None) -> dict[str, datetime | None]:
    known = (None,) * 3 if span is None else (span.earliest, span.at, span.latest)
    return {
        f"{name}_{key}": None if at is None else to_datetime(at)
        for key, at in zip(("earliest", "at", "latest"), known, strict=True)
    }


def voyages_frame(events: Sequence[Event]) -> geopandas.GeoDataFrame:
    """Voyages; the geometry is straight between the fixes that each rests on."""
    rows, lines = [], []
    for event in events:
        record = voyage_record(event)
        ends = {
            f"{name}_{key}": at
            for name in ("departed", "arrived")
            for key, at in record.pop(name).items()
        }
        rows.append({**record, **ends})
        way = record["way"]
        lines.append(shapely.LineString(way) if len(way) > 1 else None)
    return _located(frame(rows, VOYAGES), lines)


def vessels_frame(rows: Sequence[Mapping[str, Any]]) -> geopandas.GeoDataFrame:
    """Vessels with their last fix."""
    found = []
    for row in rows:
        flag = flag_of(row["mmsi"])
        words = ship_type_text(row["ship_type"])
        named = None if flag is None else flag.name
        found.append({**row, "ship_type_text": words, "flag": named})
    return _located(frame(found, VESSELS), _points(rows))


def alerts_frame(alerts: Sequence[Stored]) -> geopandas.GeoDataFrame:
    """Alerts as they stand."""
    rows = [alert_record(stored) for stored in alerts]
    for row in rows:
        named = dict.fromkeys(rule for reason in row["reasons"] for rule in reason["rules"])
        row["rules"] = ", ".join(named)
    return _located(frame(rows, ALERTS), _points(rows))


def reception_frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """What was heard near ports, a row each ten minutes of a feed."""
    names = [f"within_{ring:.0f}_nm" for ring in RINGS_NM]
    return frame([{**row, **dict(zip(names, row["rings"], strict=False))} for row in rows],
                 RECEPTION)  # fmt: skip
