"""A plan of a port: its coast, its fences, and where ships were heard last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely
from matplotlib.collections import PathCollection
from matplotlib.patches import Patch
from matplotlib.path import Path

from monitor.engine.geofence import FenceKind, Port
from monitor.report.coast import CREDIT, draw_coast
from monitor.report.drawn_map import Box, Line

FENCES = {
    FenceKind.APPROACH: "#4a90c2", FenceKind.ROADS: "#2f6f9f", FenceKind.ANCHORAGE: "#1f4e79",
    FenceKind.HARBOUR: "#c98a1b", FenceKind.BERTH: "#a5501c",
}  # fmt: skip
PAD = 0.08  # of the height
MOST_NAMES = 14


def draw_port_plan(figure: Any, port: Port, lines: Sequence[Line]) -> None:
    """The approach to the left, the harbour to the right."""
    rooms = figure.subplots(1, 2)
    inner = [fence.shape for i, fence in enumerate(port.fences) if port.harbour_bits >> i & 1]
    outer = [fence.shape for fence in port.fences]
    for axes, shapes, title in (
        (rooms[0], outer, "The approach"), (rooms[1], inner or outer, "The harbour"),
    ):  # fmt: skip
        _plan(axes, port, _square(shapes))
        _marks(axes, lines)
        axes.set_title(title, loc="left", fontsize=10)
    _names(rooms[1], lines)
    kinds = {fence.kind for fence in port.fences}
    handles = [Patch(facecolor="none", edgecolor=colour, label=kind.value)
               for kind, colour in FENCES.items() if kind in kinds]  # fmt: skip
    rooms[0].legend(handles=handles, fontsize=7.5, loc="upper left", framealpha=0.92)


def _square(shapes: Sequence[Any]) -> Box:
    """A box about shapes, with room to all sides."""
    west, south, east, north = shapely.total_bounds(list(shapes))
    pad = PAD * max(north - south, east - west)
    return west - pad, south - pad, east + pad, north + pad


def _plan(axes: Any, port: Port, box: Box) -> None:
    west, south, east, north = box
    draw_coast(axes, west=west, south=south, east=east, north=north)
    for fence in port.fences:
        paths = [
            Path(shapely.get_coordinates(part.exterior), closed=True)
            for part in shapely.get_parts(fence.shape)
        ]
        colour = FENCES[fence.kind]
        axes.add_collection(
            PathCollection(paths, facecolors=f"{colour}14", edgecolors=colour, linewidths=0.9)
        )
    axes.tick_params(labelsize=7)
    axes.text(
        0.995, 0.008, CREDIT, transform=axes.transAxes, ha="right", va="bottom", fontsize=5.5,
        color="#6b6b6b", zorder=8,
    )  # fmt: skip


def _marks(axes: Any, lines: Sequence[Line]) -> None:
    for line in lines:
        if line.last is not None:
            axes.plot(
                [line.last.lon], [line.last.lat], marker="o", color=line.colour, markersize=5.5,
                markeredgecolor="white", markeredgewidth=0.6, zorder=6, clip_on=True,
            )  # fmt: skip


def _names(axes: Any, lines: Sequence[Line]) -> None:
    """The ships of the harbour from north to south, each with a line to her place."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    inside = [
        line
        for line in lines
        if line.last is not None and line.label
        and west < line.last.lon < east and south < line.last.lat < north
    ]  # fmt: skip
    inside.sort(key=lambda line: -(line.last.lat if line.last else 0.0))
    for number, line in enumerate(inside[:MOST_NAMES]):
        assert line.last is not None  # noqa: S101 - none without is inside
        axes.annotate(
            line.label, (line.last.lon, line.last.lat), xytext=(0.02, 0.96 - 0.065 * number),
            textcoords="axes fraction", va="center", fontsize=7, zorder=7, parse_math=False,
            bbox={"boxstyle": "round,pad=0.2", "facecolor": "white", "alpha": 0.85, "lw": 0},
            arrowprops={"arrowstyle": "-", "color": line.colour, "lw": 0.6},
        )  # fmt: skip
