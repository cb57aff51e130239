"""Features as GeoParquet 1.1, a row group at a time: the file only grows, without a seek."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from monitor.report.features.collections import Collection
from monitor.report.features.downloads import Csv, Download, GeoJson, GeoJsonSeq, Gpx, Kml
from monitor.report.features.feature import Row
from monitor.store.conditions import Kind
from monitor.store.items import GEOMETRY

GROUP_ROWS = 20_000
"""Rows of a group: some megabytes in memory; readers skip those whose box is elsewhere."""

TYPES: dict[Kind, pa.DataType] = {
    "integer": pa.int64(), "number": pa.float64(), "text": pa.string(),
    "time": pa.timestamp("us", tz="UTC"), "boolean": pa.bool_(), "uuid": pa.string(),
}  # fmt: skip

CORNERS = ("xmin", "ymin", "xmax", "ymax")
BOX = pa.struct([(name, pa.float64()) for name in CORNERS])

GEO = {
    "version": "1.1.0", "primary_column": "geometry",
    "columns": {
        "geometry": {
            "encoding": "WKB", "geometry_types": [],
            "covering": {"bbox": {name: ["bbox", name] for name in CORNERS}},
        }
    },
}  # fmt: skip


class _Sink:
    """Takes what is written, and gives it on."""

    def __init__(self) -> None:
        self.closed = False
        self._data = bytearray()
        self._told = 0

    def write(self, data: Any) -> int:
        self._data += data
        self._told += len(data)
        return len(data)

    def tell(self) -> int:
        return self._told

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        self.closed = True

    def taken(self) -> bytes:
        data = bytes(self._data)
        self._data.clear()
        return data


class Parquet(Download):
    """See the module."""

    MEDIA: ClassVar[str] = "application/vnd.apache.parquet"
    ENDING: ClassVar[str] = "parquet"
    WORDS: ClassVar[str] = "columns for analysts (GeoParquet 1.1)"

    def __init__(self, collection: Collection) -> None:
        """See Download."""
        self._of = collection
        fields = [(each.name, TYPES[each.kind]) for each in collection.properties]
        schema = pa.schema([*fields, ("geometry", pa.binary()), ("bbox", BOX)])
        self._schema = schema.with_metadata({"geo": json.dumps(GEO)})
        self._sink = _Sink()
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self._sink, mode="w"), self._schema, compression="zstd"
        )
        self._rows: list[Row] = []

    def begin(self) -> bytes:
        """See Download."""
        return self._sink.taken()

    def row(self, row: Row) -> bytes:
        """Nothing, until a group is full."""
        self._rows.append(row)
        return self._group() if len(self._rows) >= GROUP_ROWS else b""

    def end(self) -> bytes:
        """The last group, and where all of them stand."""
        group = self._group()
        self._writer.close()
        return group + self._sink.taken()

    def _group(self) -> bytes:
        rows, self._rows = self._rows, []
        if rows:
            shapes = shapely.from_geojson([row[GEOMETRY] for row in rows])
            arrays = [
                pa.array([_plain(row[each.name], each.kind) for row in rows], TYPES[each.kind])
                for each in self._of.properties
            ]
            bounds = shapely.bounds(shapes)
            nowhere = np.isnan(bounds[:, 0])
            box = pa.StructArray.from_arrays(
                [pa.array(bounds[:, place]) for place in range(4)],
                names=list(CORNERS), mask=pa.array(nowhere),
            )  # fmt: skip
            place = pa.array(shapely.to_wkb(shapes), pa.binary())
            self._writer.write_table(
                pa.Table.from_arrays([*arrays, place, box], schema=self._schema)
            )
        return self._sink.taken()


def _plain(value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    return str(value) if kind in {"uuid", "text"} else value


DOWNLOADS: dict[str, type[Download]] = {
    each.ENDING: each for each in (Csv, GeoJson, GeoJsonSeq, Parquet, Gpx, Kml)
}
"""The forms, by what their files' names end with."""
