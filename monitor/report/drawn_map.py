"""Maps: where ships went, where they were not heard, and where each was heard last."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from monitor.engine.detect.port.step import SILENCE_US
from monitor.engine.geofence import Port
from monitor.report.coast import CREDIT, draw_coast
from monitor.report.whereabouts import Whereabouts
from monitor.units import SECOND_US

PAD_DEG = 1.2
FAR_DEG = 14.0
"""What is farther from both ports is on a map of its own."""

TOGETHER_DEG = 0.7
"""Labels of ships so near to each other stand in one place."""

MOST_NAMES = 6

Box = tuple[float, float, float, float]
"""West, south, east, north."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One ship on a map."""

    rows: Sequence[Any]  # with at, lon, lat, in order
    last: Whereabouts | None
    colour: str
    label: str | None  # at her last position; None: none


def box_of(ports: Sequence[Port], lines: Sequence[Line], ratio: float) -> Box:
    """What holds the ports and where ships near them were heard last; so wide to so high."""
    places = [port.centre for port in ports]
    ends = [(line.last.lon, line.last.lat) for line in lines if line.last is not None]
    places += [end for end in ends if not is_far(ports, *end)]
    return _stretched(places, ratio)


def is_far(ports: Sequence[Port], lon: float, lat: float) -> bool:
    """Whether a place belongs onto the map of what is far."""
    return all(
        max(abs(lon - x) * math.cos(math.radians(lat)), abs(lat - y)) > FAR_DEG
        for x, y in (port.centre for port in ports)
    )


def whole_box(ports: Sequence[Port], lines: Sequence[Line], ratio: float) -> Box:
    """What holds all of it, ways included."""
    places = [port.centre for port in ports]
    places += [(row["lon"], row["lat"]) for line in lines for row in line.rows]
    return _stretched(places, ratio)


def _stretched(places: Sequence[tuple[float, float]], ratio: float) -> Box:
    west, east = min(x for x, _ in places) - PAD_DEG, max(x for x, _ in places) + PAD_DEG
    south, north = min(y for _, y in places) - PAD_DEG, max(y for _, y in places) + PAD_DEG
    middle = (south + north) / 2
    wide, tall = (east - west) * math.cos(math.radians(middle)), north - south
    more_tall = max(0.0, wide / ratio - tall) / 2
    more_wide = max(0.0, tall * ratio - wide) / 2 / math.cos(math.radians(middle))
    return west - more_wide, south - more_tall, east + more_wide, north + more_tall


def draw_lines(axes: Any, lines: Sequence[Line], ports: Sequence[Port], box: Box) -> None:
    """Draw coast, ways and last positions in a box."""
    west, south, east, north = box
    draw_coast(axes, west=west, south=south, east=east, north=north)
    for line in lines:
        _way(axes, line)
    ends = [line for line in lines if line.label is not None and line.last is not None]
    for group in _groups(ends, box):
        _label(axes, group, box)
    for port in ports:
        lon, lat = port.centre
        axes.plot([lon], [lat], marker="s", color="black", markersize=5, zorder=6)
        side, align = (-8, "right") if lon > (west + east) / 2 else (8, "left")
        axes.annotate(
            port.name, (lon, lat), xytext=(side, -13), textcoords="offset points", ha=align,
            weight="bold", fontsize=9.5, zorder=7,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )  # fmt: skip
    axes.tick_params(labelsize=7.5)
    axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):g}°{'E' if value >= 0 else 'W'}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}°{'N' if value >= 0 else 'S'}")
    axes.text(
        0.995, 0.008, CREDIT, transform=axes.transAxes, ha="right", va="bottom", fontsize=6,
        color="#6b6b6b", zorder=8,
    )  # fmt: skip


def _way(axes: Any, line: Line) -> None:
    legs: dict[bool, list[Any]] = {False: [], True: []}
    for one, two in pairwise(line.rows):
        dark = (two["at"] - one["at"]).total_seconds() * SECOND_US > SILENCE_US
        legs[dark].append([(one["lon"], one["lat"]), (two["lon"], two["lat"])])
    for dark, style, wide in ((False, "-", 1.1), (True, (0, (4, 3)), 0.8)):
        axes.add_collection(
            LineCollection(legs[dark], colors=line.colour, linestyles=[style], linewidths=wide,
                           alpha=0.85, zorder=3)
        )  # fmt: skip


def _groups(lines: Sequence[Line], box: Box) -> list[list[Line]]:
    """Ships within the box, those that are near each other together."""
    west, south, east, north = box
    found: list[list[Line]] = []
    for line in lines:
        last = line.last
        if last is None or not (west < last.lon < east and south < last.lat < north):
            continue
        for group in found:
            head = group[0].last
            assert head is not None  # noqa: S101 - none without is in a group
            if max(abs(head.lon - last.lon), abs(head.lat - last.lat)) < TOGETHER_DEG:
                group.append(line)
                break
        else:
            found.append([line])
    return found


def _label(axes: Any, group: Sequence[Line], box: Box) -> None:
    """A mark for each ship, and their words together."""
    west, south, east, north = box
    for line in group:
        last = line.last
        assert last is not None  # noqa: S101 - see _groups
        axes.plot([last.lon], [last.lat], marker="X", color=line.colour, markersize=7,
                  markeredgecolor="white", markeredgewidth=0.6, zorder=6)  # fmt: skip
    words = [line.label or "" for line in group]
    if len(words) > MOST_NAMES:
        words = [*words[: MOST_NAMES - 1], f"and {len(words) - MOST_NAMES + 1} more"]
    head = group[0].last
    assert head is not None  # noqa: S101 - see _groups
    leftward, up = head.lon > (west + east) / 2, head.lat < (south + north) / 2
    axes.annotate(
        "\n".join(words), (head.lon, head.lat),
        xytext=(-26 if leftward else 26, 22 if up else -22), textcoords="offset points",
        ha="right" if leftward else "left", va="bottom" if up else "top", fontsize=7, zorder=7,
        parse_math=False,
        bbox={"boxstyle": "round,pad=0.25", "facecolor": "white", "alpha": 0.85, "lw": 0},
        arrowprops={"arrowstyle": "-", "color": "#666666", "lw": 0.6},
    )  # fmt: skip


def legend(figure: Any, colours: Mapping[str, str]) -> None:
    """What the colours and the lines mean, below the maps."""
    handles = [Line2D([], [], color=colour, label=label) for label, colour in colours.items()]
    dashed = "not heard for over 4 h: straight, not her way"
    handles += [
        Line2D([], [], color="#555555", linestyle=(0, (4, 3)), label=dashed),
        Line2D([], [], color="#555555", linestyle="", marker="X", label="heard last"),
    ]
    figure.legend(
        handles=handles, fontsize=8, loc="outside lower center", ncols=len(handles), frameon=False,
        columnspacing=1.2, handlelength=1.6,
    )  # fmt: skip
