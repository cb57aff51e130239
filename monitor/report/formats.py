"""Output formats: from a list of records to text. The registry is FORMATS.

They may be looked at in a terminal or opened in a spreadsheet, and ships say what they like: JSON
has escapes for what cannot be printed, and a text in CSV is never a formula.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

from monitor.store.findings import Record
from monitor.words import FORMULAS, plain

_BEYOND = re.compile(r"[^\x00-\x7e]")


def json_text(value: Any, *, indent: int | None = None) -> str:
    """JSON whose letters can be read; what cannot be printed is escaped, as JSON can."""
    return _BEYOND.sub(_escaped, json.dumps(value, indent=indent, ensure_ascii=False))


def _escaped(found: re.Match[str]) -> str:
    mark = found[0]
    return mark if mark.isprintable() else json.dumps(mark)[1:-1]


def to_json(records: list[Record]) -> str:
    """One JSON array."""
    return json_text(records, indent=2) + "\n"


def to_jsonl(records: list[Record]) -> str:
    """One JSON object a line."""
    return "".join(json_text(record) + "\n" for record in records)


def to_csv(records: list[Record]) -> str:
    """RFC 4180 with a heading; nested objects become ``outer_inner``, lists JSON.

    A text that would be taken for a formula has an apostrophe before it; numbers stay numbers.
    """
    flat = [{name: safe(value) for name, value in flatten(record).items()} for record in records]
    names = list(dict.fromkeys(name for record in flat for name in record))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\r\n")
    if names:
        writer.writeheader()
    writer.writerows(flat)
    return text.getvalue()


def to_geojson(records: list[Record]) -> str:
    """RFC 7946 FeatureCollection: an area, a way or a place each; others have no geometry."""
    features = []
    for record in records:
        shown = {"lon", "lat", "way", "shape"}
        properties = {name: value for name, value in record.items() if name not in shown}
        geometry: dict[str, Any] | None = None
        if record.get("shape") is not None:
            geometry = record["shape"]
        elif len(record.get("way") or ()) > 1:
            geometry = {"type": "LineString", "coordinates": record["way"]}
        elif record.get("lon") is not None and record.get("lat") is not None:
            geometry = {"type": "Point", "coordinates": [record["lon"], record["lat"]]}
        feature: dict[str, Any] = {"type": "Feature"}
        if "id" in record:
            feature["id"] = properties.pop("id")
        features.append({**feature, "geometry": geometry, "properties": properties})
    return json_text({"type": "FeatureCollection", "features": features}) + "\n"


def safe(value: Any) -> Any:
    """A cell that neither steers a terminal nor is a formula in a spreadsheet."""
    if not isinstance(value, str):
        return value
    led = value.startswith(("\t", "\r", "\n")) or value.lstrip().startswith(FORMULAS)
    return f"'{plain(value)}" if led else plain(value)


def flatten(record: Record) -> dict[str, Any]:
    """Columns of a record for a flat file."""
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict) and name not in {"evidence", "shape"}:
            flat.update({f"{name}_{inner}": item for inner, item in value.items()})
        elif name == "departed" and value is None:
            flat.update({f"departed_{inner}": None for inner in ("earliest", "at", "latest")})
        elif isinstance(value, dict | list):
            flat[name] = json_text(value)
        else:
            flat[name] = value
    return flat


FORMATS: dict[str, Callable[[list[Record]], str]] = {
    "json": to_json,
    "jsonl": to_jsonl,
    "csv": to_csv,
    "geojson": to_geojson,
}
