"""Pictures over time: how many ships were in port, and when the port was not heard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from monitor.report.gathered import Ear
from monitor.report.occupancy import Occupancy
from monitor.report.whereabouts import KINDS
from monitor.units import to_datetime

KIND_COLOURS = dict(
    zip(KINDS, ("#3b6ea5", "#a5562d", "#5f9b6b", "#7d6aa8", "#8d8d8d", "#dba6c3"), strict=True)
)
DEAF = "#c9c9c9"
PERHAPS = "#d9c48a"
WATCHED = "#111111"


def draw_occupancies(figure: Any, counts: Sequence[Occupancy], ears: Sequence[Ear]) -> None:
    """One panel a port on one time axis; the counts of all panels have one scale."""
    rooms = figure.subplots(len(counts), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    for axes, one, ear in zip(rooms, counts, ears, strict=True):
        draw_occupancy(axes, one, ear)
    rooms[0].set_ylim(0, max(1, *(int(one.most.max()) for one in counts)) * 1.12)
    figure.legend(
        handles=_handles(counts, ears),
        loc="outside lower center",
        ncols=4,
        fontsize=8,
        frameon=False,
    )


def draw_occupancy(axes: Any, counts: Occupancy, ear: Ear) -> None:
    """Ships in one port: at least, by class, and above it at most."""
    at = np.array([to_datetime(int(us)) for us in counts.at])
    floor = np.zeros(at.size)
    for kind, count in counts.least.items():
        if not np.nansum(count):
            continue
        top = floor + count
        axes.fill_between(at, floor, top, color=KIND_COLOURS[kind], step="post", linewidth=0)
        floor = top
    axes.fill_between(
        at, np.nan_to_num(counts.total), counts.most, facecolor=PERHAPS, alpha=0.55, step="post",
        hatch="///", edgecolor="#a58b3c", linewidth=0,
    )  # fmt: skip
    if np.nansum(counts.watched):
        axes.step(at, counts.watched, where="post", color=WATCHED, linewidth=1.6)
    for begin, end in ear.deaf:
        axes.axvspan(to_datetime(begin), to_datetime(end), facecolor=DEAF, zorder=4, linewidth=0)
        axes.annotate(
            "not heard", (to_datetime((begin + end) // 2), 0.5), xycoords=("data", "axes fraction"),
            rotation=90, ha="center", va="center", fontsize=8, zorder=5,
        )  # fmt: skip
    axes.set_title(
        f"In port at {counts.port.capitalize()}", loc="left", fontsize=10.5, weight="bold"
    )
    axes.set_ylabel("ships")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlim(to_datetime(ear.since), to_datetime(ear.until))
    locator: Any = AutoDateLocator()  # type: ignore[no-untyped-call]  # matplotlib's
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.grid(visible=True, axis="y", linewidth=0.4, color="#d5dbe3", zorder=0)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _handles(counts: Sequence[Occupancy], ears: Sequence[Ear]) -> list[Any]:
    """Of what is there, in the order of the classes."""
    shown = [kind for kind in KINDS if any(np.nansum(one.least[kind]) for one in counts)]
    handles = [Patch(color=KIND_COLOURS[kind], label=f"{kind}, at least") for kind in shown]
    handles.append(
        Patch(facecolor=PERHAPS, alpha=0.55, hatch="///", edgecolor="#a58b3c",
              label="may have been there (at most)")
    )  # fmt: skip
    if any(np.nansum(one.watched) for one in counts):
        handles.append(Patch(color=WATCHED, label="on a watchlist, at least"))
    if any(ear.deaf for ear in ears):
        handles.append(Patch(color=DEAF, label="not heard: nothing is known"))
    return handles
