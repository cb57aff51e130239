"""Layers of vector tiles: what each shows, how far out and for how long it may be asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta
from typing import Any, NamedTuple

from monitor.errors import UnknownError, UsageError
from monitor.report.features.instants import DAY, TICK, interval
from monitor.store import tiles
from monitor.store.tiles import Tile

MVT = "application/vnd.mapbox-vector-tile"

Made = Callable[[Any, Tile, datetime, datetime], Awaitable[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What a tile shows."""

    id: str
    words: str
    made: Made
    zooms: tuple[int, int]
    most: timedelta  # of time in one tile
    usual: timedelta  # up to now, in whole days
    fields: dict[str, str]  # of each of its features


class Span(NamedTuple):
    """A time: from an instant, before another."""

    since: datetime
    before: datetime


LAYERS = (
    Layer(
        id="tracks", made=tiles.tracks, zooms=(4, 18), most=timedelta(days=8),
        usual=timedelta(days=2),
        words="Ways of ships, cut where they were not heard for an hour; straight between fixes.",
        fields={
            "mmsi": "As claimed.", "track": "0; 1… where several ships use one number.",
            "name": "As the ship said.", "ship_type": "ITU-R M.1371, table 53.",
            "fixes": "That the line is made of.", "begun_at": "Of its first fix, UTC.",
            "ended_at": "Of its last.",
        },
    ),
    Layer(
        id="density", made=tiles.density, zooms=(0, 8), most=timedelta(days=366),
        usual=timedelta(days=30),
        words="Traffic density: on how many days how many ships were heard, in cells of a quarter"
        " of a degree. A day is counted some hours after positions of it came last.",
        fields={"ship_days": "Each ship once a day for each quarter of a degree in the cell."},
    ),
)  # fmt: skip
"""What maps can be made of."""


def tile_of(layer: Layer, zoom: str, x: str, y: str) -> Tile:
    """A tile by its words; UnknownError where the layer has none such."""
    numbers = [int(each) if _is_number(each) else -1 for each in (zoom, x, y)]
    least, most = layer.zooms
    if not (
        least <= numbers[0] <= most and all(0 <= each < 2 ** numbers[0] for each in numbers[1:])
    ):
        message = (
            f"There is no such tile of {layer.id}: zoom {least} to {most}, x and y below 2^zoom."
        )
        raise UnknownError(message)
    return Tile(*numbers)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 8


def span_of(layer: Layer, text: str | None, now: datetime) -> Span:
    """The time that is asked for, the usual one if none is; UsageError where it is too long."""
    if text is None:
        tomorrow = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + DAY
        return Span(tomorrow - layer.usual, tomorrow)
    since, until = interval(text)
    if since is None or until is None or until.year == MAXYEAR:
        message = "Of tiles a time has two ends: write datetime=2024-12-01/2024-12-07."
        raise UsageError(message)
    if until - since > layer.most:
        message = (
            f"{layer.id} are shown for {layer.most.days} days at most: ask for a shorter time."
        )
        raise UsageError(message)
    return Span(since, until + TICK)


def tile_json(base: str, layer: Layer) -> dict[str, Any]:
    """TileJSON 3.0: how maps ask for a layer."""
    return {
        "tilejson": "3.0.0", "name": layer.id, "description": layer.words, "scheme": "xyz",
        "tiles": [f"{base}/tiles/{layer.id}/{{z}}/{{x}}/{{y}}.mvt"],
        "minzoom": layer.zooms[0], "maxzoom": layer.zooms[1],
        "vector_layers": [{"id": layer.id, "description": layer.words, "fields": layer.fields}],
    }  # fmt: skip
