"""Small tools of several tests: run the pipe on bytes, run the program, make fences."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import shapely

from monitor.decode.decoder import Decoder
from monitor.decode.forms import make_decoder, recognise
from monitor.engine.detect.detection import Finding
from monitor.engine.geofence import FenceSet, widen
from monitor.engine.pipeline import Outcome, Pipeline
from monitor.fencefile import load_fences
from monitor.model import Lines, Reports
from monitor.report.records import settle_events
from monitor.settings import bundled_geofences
from monitor.units import MINUTE_US, NO_TIME

PROJECT = Path(__file__).parents[1]


def ports() -> FenceSet:
    """Tartus and Tobruk, from their files."""
    return load_fences(bundled_geofences())


def circle(lon: float, lat: float, radius_m: float) -> dict[str, Any]:
    """GeoJSON geometry of a circle."""
    shape = widen(shapely.Point(lon, lat).buffer(1e-5), radius_m)
    return json.loads(shapely.to_geojson(shape))


def write_port(folder: Path, port: str, features: list[tuple[str, dict[str, Any]]]) -> Path:
    """Write a geofence file: (kind, geometry) each."""
    collection = {
        "type": "FeatureCollection",
        "port": port,
        "features": [
            {
                "type": "Feature",
                "id": f"{port}-{kind}-{index}",
                "properties": {"kind": kind, "name": f"{port} {kind}"},
                "geometry": geometry,
            }
            for index, (kind, geometry) in enumerate(features)
        ],
    }
    path = folder / f"{port}.geojson"
    path.write_text(json.dumps(collection))
    return path


def decoder_for(data: bytes, *, start: int = NO_TIME) -> Decoder:
    """The decoder that recognises these bytes."""
    return make_decoder(recognise(data[: 64 << 10], "log"), start=start)


def outcomes(
    pieces: Iterable[bytes],
    fences: FenceSet,
    *,
    start: int = NO_TIME,
    lateness_us: int = 2 * MINUTE_US,
) -> list[Outcome]:
    """Run the pipe over a log that was cut into these pieces of whole lines."""
    cut = list(pieces)
    decoder = decoder_for(b"".join(cut), start=start)
    pipeline = Pipeline(fences, lateness_us=lateness_us)
    found = []
    for index, piece in enumerate(cut):
        reports = decoder.decode(Lines(data=piece, source="log"), final=index == len(cut) - 1)
        found.append(pipeline.take("log", reports))
    return [*found, pipeline.finish()]


def by_kind(reports: Reports) -> dict[str, int]:
    """How many reports of each kind, of all sources."""
    counts: Counter[str] = Counter()
    for (_, kind), count in reports.kinds.items():
        counts[kind] += count
    return dict(counts)


def findings(pieces: Iterable[bytes], fences: FenceSet, **options: Any) -> list[Finding]:
    """All that the pipe found, in the order it was told."""
    return [
        finding for outcome in outcomes(pieces, fences, **options) for finding in outcome.findings
    ]


def events(pieces: Iterable[bytes], fences: FenceSet, **options: Any) -> list[dict[str, Any]]:
    """Last state of each event, as ``monitor events --format json`` has it."""
    from monitor.model import Event  # noqa: PLC0415

    found = findings(pieces, fences, **options)
    return settle_events(finding for finding in found if isinstance(finding, Event))


def run_monitor(
    *words: str | Path, env: dict[str, str] | None = None, data: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the program as a user would; its output as bytes."""
    return subprocess.run(
        [sys.executable, "-m", "monitor", *map(str, words)],
        env={**os.environ, **(env or {})}, input=data, capture_output=True, check=False,
        cwd=PROJECT, timeout=240,
    )  # fmt: skip
