"""Output formats: from a list of records to text. The registry is FORMATS."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

from monitor.store.findings import Record


def to_json(records: list[Record]) -> str:
    """One JSON array."""
    return json.dumps(records, indent=2, ensure_ascii=False) + "\n"


def to_jsonl(records: list[Record]) -> str:
    """One JSON object a line."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def to_csv(records: list[Record]) -> str:
    """RFC 4180 with a heading; nested objects become ``outer_inner``, lists JSON."""
    flat = [flatten(record) for record in records]
    names = list(dict.fromkeys(name for record in flat for name in record))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\r\n")
    if names:
        writer.writeheader()
    writer.writerows(flat)
    return text.getvalue()


def to_geojson(records: list[Record]) -> str:
    """RFC 7946 FeatureCollection: a way or a place each; records with neither have no geometry."""
    features = []
    for record in records:
        shown = {"lon", "lat", "way"}
        properties = {name: value for name, value in record.items() if name not in shown}
        geometry: dict[str, Any] | None = None
        if len(record.get("way") or ()) > 1:
            geometry = {"type": "LineString", "coordinates": record["way"]}
        elif record.get("lon") is not None and record.get("lat") is not None:
            geometry = {"type": "Point", "coordinates": [record["lon"], record["lat"]]}
        feature: dict[str, Any] = {"type": "Feature"}
        if "id" in record:
            feature["id"] = properties.pop("id")
        features.append({**feature, "geometry": geometry, "properties": properties})
    return (
        json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False) + "\n"
    )


def flatten(record: Record) -> dict[str, Any]:
    """Columns of a record for a flat file."""
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict) and name != "evidence":
            flat.update({f"{name}_{inner}": item for inner, item in value.items()})
        elif name == "departed" and value is None:
            flat.update({f"departed_{inner}": None for inner in ("earliest", "at", "latest")})
        elif isinstance(value, dict | list):
            flat[name] = json.dumps(value, ensure_ascii=False)
        else:
            flat[name] = value
    return flat


FORMATS: dict[str, Callable[[list[Record]], str]] = {
    "json": to_json,
    "jsonl": to_jsonl,
    "csv": to_csv,
    "geojson": to_geojson,
}
