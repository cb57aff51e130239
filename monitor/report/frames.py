"""GeoParquet for analysts, through geopandas (loaded by this command only)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd

from monitor.errors import UsageError
from monitor.words import digits, status_text


def write_parquet(rows: list[Any], path: Path) -> None:
    """Write positions as GeoParquet (EPSG:4326), one row a fix; UsageError if that cannot be."""
    frame = pd.DataFrame([_plain(row) for row in rows])
    if frame.empty:
        frame = pd.DataFrame({"mmsi": [], "at": [], "lon": [], "lat": []})
    points = geopandas.points_from_xy(frame.pop("lon"), frame.pop("lat"), crs="EPSG:4326")
    try:
        geopandas.GeoDataFrame(frame, geometry=points).to_parquet(path)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        message = f"{path} cannot be written: {reason}."
        raise UsageError(message) from error


def _plain(row: Any) -> dict[str, Any]:
    """A fix with the digits that it deserves, and its status in words."""
    fix = {name: digits(name, value) for name, value in row.items()}
    return {**fix, "status_text": status_text(fix["status"])} if "status" in fix else fix
