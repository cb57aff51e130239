"""Pictures: ports, tracks and events on them (matplotlib and geopandas, loaded by few commands).

No base map is fetched: the fences and tracks carry the picture. Not for navigation.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas
import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from monitor.engine.geofence import FenceKind, Port
from monitor.errors import UsageError
from monitor.report.tables import when
from monitor.store.findings import Record

COLOURS = {
    FenceKind.APPROACH: "#cfe3f2",
    FenceKind.ROADS: "#a9cbe4",
    FenceKind.ANCHORAGE: "#84b3d6",
    FenceKind.HARBOUR: "#f3d9a4",
    FenceKind.BERTH: "#d98f3d",
}
TRACK_COLOURS = ("#b3122b", "#3b5b7a", "#5f7f4f", "#7a5a86", "#8a6d3b", "#4d8b8b", "#777777")
DARK = timedelta(hours=4)  # detect's SILENCE_US: legs longer than this are dashed
NEAR_DEG = 0.1  # events this near are shown with the harbour
FORMS = ("png", "jpg", "pdf", "svg")
MARKS = {
    "PortArrived": ("v", "#b3122b"),
    "PortDeparted": ("^", "#1b6e3c"),
    "Berthed": ("s", "#5a3410"),
    "Anchored": ("P", "#1f4e79"),
    "WentDarkInside": ("X", "#222222"),
    "ReappearedElsewhere": ("o", "#222222"),
    "ReappearedInside": ("o", "#222222"),
}
"""Event kinds that are drawn: marker and colour."""


def draw_port(port: Port, path: Path) -> None:
    """Draw the fences of one port."""
    figure, axes = plt.subplots(1, 2, figsize=(13, 6.5), layout="constrained")
    _fences(axes[0], port)
    _fences(axes[1], port)
    _zoom(axes[1], port)
    axes[0].set_title(port.name)
    axes[1].set_title(f"{port.name}: harbour and berths")
    _legend(axes[0], [])
    _save(figure, path)


def draw_voyage(
    ports: list[Port], tracks: dict[int, list[Any]], names: dict[int, str | None],
    events: list[Record], path: Path,
) -> None:  # fmt: skip
    """Draw the sea between the ports above, each port below, with tracks and events.

    ``tracks``: MMSI -> rows with lon, lat, at; the first is drawn in front.
    """
    figure = plt.figure(figsize=(14, 9), layout="constrained")
    grid = figure.add_gridspec(2, len(ports), height_ratios=[1, 1.15])
    sea = figure.add_subplot(grid[0, :])
    for port in ports:
        _fences(sea, port)
        sea.annotate(
            port.name, port.centre, xytext=(8, 8), textcoords="offset points", weight="bold"
        )
    _tracks(sea, tracks)
    sea.set_title("AIS tracks between the ports; a dashed stretch was not heard for over 4 h")
    for column, port in enumerate(ports):
        axes = figure.add_subplot(grid[1, column])
        _fences(axes, port)
        _tracks(axes, tracks)
        here = [
            event
            for event in events
            if event["port"] == port.id and event["kind"] in MARKS and event["state"] != "withdrawn"
        ]
        _zoom(axes, port, margin=0.012, also=[(event["lon"], event["lat"]) for event in here])
        _events(axes, here)
        axes.set_title(f"{names.get(next(iter(tracks))) or ''} at {port.name}, UTC")
    _legend(sea, [(TRACK_COLOURS[min(i, 6)], f"{names.get(m) or ''} {m:09d}".strip())
                  for i, m in enumerate(tracks)])  # fmt: skip
    _save(figure, path)


def _save(figure: Any, path: Path) -> None:
    """Write a file of exactly this name; without a suffix it is a PNG."""
    form = path.suffix[1:].lower() or "png"
    try:
        if form not in FORMS:
            message = (
                f"{path} cannot be written: pictures are {', '.join(FORMS[:-1])} or {FORMS[-1]}."
            )
            raise UsageError(message)
        figure.savefig(path, dpi=110, format=form)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror or error}."
        raise UsageError(message) from error
    finally:
        plt.close(figure)


def _fences(axes: Any, port: Port) -> None:
    frame = geopandas.GeoDataFrame(
        {"colour": [COLOURS[fence.kind] for fence in port.fences]},
        geometry=[fence.shape for fence in port.fences],
        crs="EPSG:4326",
    )
    frame.plot(ax=axes, color=frame["colour"], edgecolor="#555555", linewidth=0.5)
    axes.set_xlabel("longitude, degrees east")
    axes.set_ylabel("latitude, degrees north")


def _zoom(
    axes: Any, port: Port, margin: float = 0.004, also: Sequence[tuple[float, float]] = ()
) -> None:
    inner = [fence.shape for i, fence in enumerate(port.fences) if port.harbour_bits >> i & 1]
    inner = inner or [fence.shape for fence in port.fences]
    west, south, east, north = geopandas.GeoSeries(inner).total_bounds
    near = [(x, y) for x, y in also if abs(x - west) < NEAR_DEG and abs(y - south) < NEAR_DEG]
    west, east = min([west, *(x for x, _ in near)]), max([east, *(x for x, _ in near)])
    south, north = min([south, *(y for _, y in near)]), max([north, *(y for _, y in near)])
    axes.set_xlim(west - margin, east + margin)
    axes.set_ylim(south - margin, north + margin)


def _tracks(axes: Any, tracks: dict[int, list[Any]]) -> None:
    for index, rows in reversed(list(enumerate(tracks.values()))):
        legs = [
            ([(one["lon"], one["lat"]), (two["lon"], two["lat"])], two["at"] - one["at"] > DARK)
            for one, two in pairwise(rows)
        ]
        wide = 1.6 if index == 0 else 0.8
        for dark, style in ((False, "-"), (True, "--")):
            axes.add_collection(
                LineCollection(
                    [leg for leg, was_dark in legs if was_dark == dark],
                    colors=TRACK_COLOURS[min(index, 6)], linestyles=style,
                    linewidths=wide * (0.7 if dark else 1), zorder=3,
                )
            )  # fmt: skip
    axes.autoscale_view()


def _events(axes: Any, events: list[Record]) -> None:
    shown: dict[tuple[float, float], int] = {}
    for event in events:
        marker, colour = MARKS[event["kind"]]
        axes.scatter([event["lon"]], [event["lat"]], marker=marker, color=colour, s=60, zorder=5,
                     edgecolor="white", linewidth=0.6)  # fmt: skip
        place = (round(event["lon"], 2), round(event["lat"], 2))
        row = shown.get(place, 0)
        shown[place] = row + 1
        axes.annotate(
            f"{event['kind']} {when(event)[5:] if event['at'] else when(event)}",
            (event["lon"], event["lat"]), xytext=(9, 7 - 11 * row), textcoords="offset points",
            fontsize=7.5, color=colour, zorder=6,
            bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "alpha": 0.7, "lw": 0},
        )  # fmt: skip


def _legend(axes: Any, tracks: list[tuple[str, str]]) -> None:
    handles = [
        Line2D([], [], marker="s", linestyle="", color=colour, label=kind.value, markersize=9)
        for kind, colour in COLOURS.items()
    ]
    handles += [Line2D([], [], color=colour, label=label) for colour, label in tracks]
    axes.legend(handles=handles, fontsize=8, loc="lower right", framealpha=0.9)
