"""A little chart of where it happened: polygons of the port, fixes, a scale. Nothing is fetched.

A picture of PNG, for mail programs show no other that comes with a letter. Not for navigation.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

import shapely
from PIL import Image, ImageDraw, ImageFont

from monitor.alert.message import Message
from monitor.alert.telling import degrees
from monitor.engine.geofence import FenceKind, FenceSet, Port, near_distance_m
from monitor.units import DEGREE_M, NAUTICAL_MILE_M, to_datetime
from monitor.words import plain

COLOURS = {
    FenceKind.APPROACH: "#cfe3f2", FenceKind.ROADS: "#a9cbe4", FenceKind.ANCHORAGE: "#84b3d6",
    FenceKind.HARBOUR: "#f3d9a4", FenceKind.BERTH: "#d98f3d",
}  # fmt: skip
"""Those of the pictures of ``monitor geofences show``."""

WIDTH, HEIGHT = 1200, 900
"""Pixels; a letter shows it half as wide, so that it is sharp on a telephone."""

SHOWN_WIDTH = WIDTH // 2
HEAD, FOOT = 104, 96
FINER = 2
"""It is drawn so many times as large, and made smaller: lines are smooth."""

FIXES_M, PORT_M = 15_000.0, 60_000.0
"""Fixes and ports that are farther from where it happened are left out: all would be a dot."""

LEAST_M = 500.0
"""From the middle to the edge at least: a berth is not seen closer than the fixes are good."""

MARGIN = 1.15
GRID_MIN = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
SCALES_NM = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
INK, MARK, TRACK, LINE = "#222222", "#b3122b", "#7a2233", "#555555"
GRID, GRID_INK = "#9a9a9a", "#666666"
NOTE = "Polygons, and fixes of AIS. Not for navigation."


class Place(NamedTuple):
    """A position on the picture, pixels."""

    x: float
    y: float


class View:
    """Which part of the sea is shown: a local plane around where it happened."""

    def __init__(self, *, lon: float, lat: float, shown: Iterable[tuple[float, float]]) -> None:
        """Hold all that is ``shown`` (lon, lat) around a middle."""
        self._lon, self._lat = lon, lat
        self._squeeze = max(0.05, math.cos(math.radians(lat)))
        found = [self._plane(one, other) for one, other in shown]
        xs, ys = [x for x, _ in found], [y for _, y in found]
        self._x, self._y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        wide, high = max(xs) - min(xs), max(ys) - min(ys)
        room = HEIGHT - HEAD - FOOT
        half = max(LEAST_M, MARGIN * max(wide, high * WIDTH / room) / 2)
        self.pixel_m = 2 * half / WIDTH
        self.half_lon = half / DEGREE_M / self._squeeze
        self.half_lat = half * room / WIDTH / DEGREE_M

    def _plane(self, lon: float, lat: float) -> tuple[float, float]:
        """Metres east and north of where it happened; also across 180 degrees."""
        east = (lon - self._lon + 540.0) % 360.0 - 180.0
        return east * self._squeeze * DEGREE_M, (lat - self._lat) * DEGREE_M

    def at(self, lon: float, lat: float) -> Place:
        """Where a position stands."""
        x, y = self._plane(lon, lat)
        middle = HEAD + (HEIGHT - HEAD - FOOT) / 2
        return Place(
            WIDTH / 2 + (x - self._x) / self.pixel_m, middle - (y - self._y) / self.pixel_m
        )

    @property
    def middle(self) -> tuple[float, float]:
        """Longitude and latitude of the middle."""
        return (
            self._lon + self._x / DEGREE_M / self._squeeze, self._lat + self._y / DEGREE_M,
        )  # fmt: skip


def chart(message: Message, fences: FenceSet) -> bytes | None:
    """A picture of where a message says that it happened; None: no polygon is near, or no place."""
    lon, lat = message.lon, message.lat
    if lon is None or lat is None:
        return None
    named = fences.by_id.get(message.place or "")
    ports = [named, *fences.ports] if named is not None else fences.ports
    port = next((port for port in ports if _is_near(port, lon, lat)), None)
    if port is None:
        return None
    fixes = [
        (float(fix["lon"]), float(fix["lat"]))
        for fix in message.fixes
        if near_distance_m(lon, lat, float(fix["lon"]), float(fix["lat"])) < FIXES_M
    ]
    view = View(lon=lon, lat=lat, shown=[(lon, lat), *fixes, *_corners(port, lon, lat)])
    sheet = Sheet(view)
    sheet.polygons(port)
    sheet.grid()
    sheet.track(fixes)
    sheet.mark(lon, lat)
    sheet.words(message, port)
    return sheet.png()


def _is_near(port: Port, lon: float, lat: float) -> bool:
    """Whether a part of a port would be seen."""
    west, south, east, north = shapely.union_all(list(port.shapes)).bounds
    reach = PORT_M / DEGREE_M
    wide = reach / max(0.05, math.cos(math.radians(lat)))
    return bool(west - wide < lon < east + wide and south - reach < lat < north + reach)


def _corners(port: Port, lon: float, lat: float) -> list[tuple[float, float]]:
    """Of the harbour, and of the anchorage in which it happened; not of the wide approach."""
    point = shapely.Point(lon, lat)
    shapes = [
        fence.shape
        for fence in port.fences
        if fence.kind in {FenceKind.HARBOUR, FenceKind.BERTH}
        or (fence.kind is not FenceKind.APPROACH and fence.shape.contains(point))
    ]
    found = []
    for shape in shapes:
        west, south, east, north = shape.bounds
        if near_distance_m(lon, lat, (west + east) / 2, (south + north) / 2) < PORT_M:
            found += [(west, south), (east, north)]
    return found


class Sheet:
    """What is drawn on."""

    def __init__(self, view: View) -> None:
        """Blank sea."""
        self._view = view
        self._image = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), "#eef4f8")
        self._draw = ImageDraw.Draw(self._image)

    def polygons(self, port: Port) -> None:
        """The fences of a port, the smallest on top."""
        order = list(COLOURS)
        for fence in sorted(port.fences, key=lambda one: order.index(one.kind)):
            for part in shapely.get_parts(fence.shape):
                ring = [self._at(lon, lat) for lon, lat in part.exterior.coords]
                self._draw.polygon(ring, fill=COLOURS[fence.kind], outline=LINE, width=FINER)

    def grid(self) -> None:
        """Meridians and parallels, each with its degrees and minutes."""
        view, font = self._view, _font(20)
        step = next((s for s in GRID_MIN if 2 * view.half_lon * 60 / s <= 6), GRID_MIN[-1]) / 60
        lon, lat = view.middle
        for each in _steps(lon - view.half_lon, lon + view.half_lon, step):
            x = self._at(each, lat)[0]
            self._line((x, HEAD * FINER), (x, (HEIGHT - FOOT) * FINER), GRID, 1)
            words = degrees((each + 540) % 360 - 180, lat).split(" ", 2)[2]
            if x < (WIDTH - 130) * FINER:
                self._text((x + 8, (HEIGHT - FOOT - 30) * FINER), words, font, GRID_INK)
        for each in _steps(lat - view.half_lat, lat + view.half_lat, step):
            y = self._at(lon, each)[1]
            self._line((0, y), (WIDTH * FINER, y), GRID, 1)
            words = " ".join(degrees(lon, each).split(" ")[:2])
            if y > (HEAD + 30) * FINER:
                self._text((8 * FINER, y - 26 * FINER), words, font, GRID_INK)

    def track(self, fixes: list[tuple[float, float]]) -> None:
        """The fixes, in order, and the way between them."""
        places = [self._at(lon, lat) for lon, lat in fixes]
        if len(places) > 1:
            self._draw.line(places, fill=TRACK, width=2 * FINER, joint="curve")
        for x, y in places:
            self._dot(x, y, 5, TRACK)

    def mark(self, lon: float, lat: float) -> None:
        """Where it happened."""
        x, y = self._at(lon, lat)
        for size, colour in ((20, "#ffffff"), (17, MARK), (10, "#ffffff"), (6, MARK)):
            self._dot(x, y, size, colour)

    def words(self, message: Message, port: Port) -> None:
        """What it is, where and when; the scale, and what the colours are."""
        band = (WIDTH * FINER, HEAD * FINER)
        self._draw.rectangle(((0, 0), band), fill="#ffffff")
        foot = (HEIGHT - FOOT) * FINER
        self._draw.rectangle(((0, foot), (WIDTH * FINER, HEIGHT * FINER)), fill="#ffffff")
        self._text((16 * FINER, 10 * FINER), plain(message.headline)[:70], _font(36), INK)
        lon, lat = message.lon or 0.0, message.lat or 0.0
        when = "" if message.happened_at is None else _minute(to_datetime(message.happened_at))
        where = f"{degrees(lon, lat)}{when}"
        self._text((16 * FINER, 60 * FINER), where, _font(28), INK)
        self._scale(foot)
        x = 330
        kinds = {fence.kind for fence in port.fences}
        for kind in [each for each in COLOURS if each in kinds]:
            box = ((x * FINER, foot + 16 * FINER), ((x + 26) * FINER, foot + 42 * FINER))
            self._draw.rectangle(box, fill=COLOURS[kind], outline=LINE, width=FINER)
            self._text(((x + 34) * FINER, foot + 14 * FINER), kind.value, _font(24), INK)
            x += 170
        self._text((330 * FINER, foot + 54 * FINER), NOTE, _font(22), LINE)

    def _scale(self, foot: float) -> None:
        """A length in nautical miles that is about a fifth of the width."""
        mile_px = NAUTICAL_MILE_M / self._view.pixel_m
        fit = [miles for miles in SCALES_NM if miles * mile_px <= WIDTH / 4]
        miles = fit[-1] if fit else SCALES_NM[0]
        y, left, right = foot + 30 * FINER, 20 * FINER, (20 + miles * mile_px) * FINER
        self._line((left, y), (right, y), INK, 3)
        for x in (left, right):
            self._line((x, y - 8 * FINER), (x, y + 8 * FINER), INK, 3)
        self._text((left, foot + 46 * FINER), f"{miles:g} NM, north is up", _font(24), INK)

    def png(self) -> bytes:
        """The picture, small: it goes out with each letter."""
        small = self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        packed = io.BytesIO()
        small.quantize(128, Image.Quantize.MAXCOVERAGE).save(packed, "PNG", optimize=True)
        return packed.getvalue()

    def _at(self, lon: float, lat: float) -> tuple[float, float]:
        place = self._view.at(lon, lat)
        return place.x * FINER, place.y * FINER

    def _line(
        self, begin: tuple[float, float], end: tuple[float, float], colour: str, width: int
    ) -> None:
        self._draw.line((begin, end), fill=colour, width=width * FINER)

    def _dot(self, x: float, y: float, size: float, colour: str) -> None:
        around = size * FINER
        self._draw.ellipse((x - around, y - around, x + around, y + around), fill=colour)

    def _text(
        self, at: tuple[float, float], words: str, font: ImageFont.FreeTypeFont, colour: str
    ) -> None:
        self._draw.text(at, words, font=font, fill=colour)


def _font(size: int) -> ImageFont.FreeTypeFont:
    """The letters that come with Pillow: no file of the system is asked for."""
    found = ImageFont.load_default(size * FINER)
    assert isinstance(found, ImageFont.FreeTypeFont)  # noqa: S101 - it is, if FreeType is there
    return found


def _steps(begin: float, end: float, step: float) -> Iterator[float]:
    for number in range(math.ceil(begin / step), math.floor(end / step) + 1):
        yield number * step


def _minute(at: datetime) -> str:
    return f"   {at:%d %b %Y %H:%M} UTC"
