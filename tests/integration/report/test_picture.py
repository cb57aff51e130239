"""Pictures: what is drawn where, and a file that can be opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.image import imread

from monitor.engine.geofence import Fence, FenceKind, Port
from monitor.errors import UsageError
from monitor.report import picture
from monitor.report.picture import COLOURS, MARKS, draw_port, draw_voyage

AT = datetime(2024, 12, 13, tzinfo=UTC)
WEST, SOUTH = 35.8, 34.9


def fence(kind: FenceKind, size: float) -> Fence:
    """A square about the middle of the harbour."""
    shape = shapely.box(WEST - size, SOUTH - size, WEST + size, SOUTH + size)
    return Fence(id=f"home-{kind}", kind=kind, name=kind, shape=shape)


HOME = Port(
    id="home", name="Home",
    fences=(fence(FenceKind.APPROACH, 0.2), fence(FenceKind.HARBOUR, 0.02),
            fence(FenceKind.BERTH, 0.005)),
    hash="",
)  # fmt: skip


def fix(hours: float, lon: float, lat: float = SOUTH) -> dict[str, Any]:
    return {"at": AT + timedelta(hours=hours), "lon": lon, "lat": lat}


def event(kind: str = "PortArrived", **words: Any) -> dict[str, Any]:
    return {
        "kind": kind, "state": "confirmed", "port": "home", "lon": WEST + 0.021, "lat": SOUTH,
        "at": "2024-12-13T04:05:06Z", "earliest": None, "latest": None, **words,
    }  # fmt: skip


TRACK = [fix(0, WEST + 0.3), fix(1, WEST + 0.2), fix(5.5, WEST + 0.02), fix(6, WEST)]
"""A leg of one hour, one of four and a half, one of half an hour."""


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[plt.Figure]]:
    """The figures that were drawn, to be looked at."""
    figures: list[plt.Figure] = []
    monkeypatch.setattr(picture.plt, "close", figures.append)
    yield figures
    monkeypatch.undo()
    plt.close("all")


def voyage(path: Path, events: list[dict[str, Any]] | None = None) -> None:
    tracks = {230_108_610: TRACK, 2_301_086: TRACK[:2]}
    draw_voyage([HOME], tracks, {230_108_610: "AURORA"}, events or [], path)


def marks(axes: Axes) -> list[tuple[float, float]]:
    """Where events are marked."""
    return [
        tuple(place)
        for mark in axes.collections
        if isinstance(mark, PathCollection)
        for place in mark.get_offsets().tolist()
    ]


def test_a_port_is_a_png_that_can_be_opened(tmp_path: Path) -> None:
    draw_port(HOME, tmp_path / "home.png")
    assert imread(tmp_path / "home.png").shape[:2] == (715, 1430)


def test_a_fence_has_the_colour_of_its_kind(tmp_path: Path, kept: list[plt.Figure]) -> None:
    draw_port(HOME, tmp_path / "home.png")
    for axes in kept[0].axes:
        (fences,) = [drawn for drawn in axes.collections if isinstance(drawn, PatchCollection)]
        assert [to_hex(colour) for colour in fences.get_facecolor()] == [
            "#cfe3f2", "#f3d9a4", "#d98f3d",
        ]  # fmt: skip


def test_no_figure_is_left_open(tmp_path: Path) -> None:
    """A watch that draws for weeks would run out of memory."""
    draw_port(HOME, tmp_path / "home.png")
    voyage(tmp_path / "voyage.png")
    assert plt.get_fignums() == []


def test_the_port_stands_beside_its_harbour(tmp_path: Path, kept: list[plt.Figure]) -> None:
    draw_port(HOME, tmp_path / "home.png")
    whole, inner = kept[0].axes
    assert [axes.get_title() for axes in (whole, inner)] == ["Home", "Home: harbour and berths"]
    assert whole.get_xlim()[0] < WEST - 0.2
    assert inner.get_xlim() == pytest.approx((WEST - 0.024, WEST + 0.024))
    assert inner.get_ylim() == pytest.approx((SOUTH - 0.024, SOUTH + 0.024))
    legend = whole.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [
        "approach", "roads", "anchorage", "harbour", "berth",
    ]  # fmt: skip


def test_every_kind_of_fence_has_a_colour_of_its_own() -> None:
    assert set(COLOURS) == set(FenceKind)
    assert len(set(COLOURS.values())) == len(FenceKind)


def test_a_leg_of_more_than_four_hours_is_dashed(tmp_path: Path, kept: list[plt.Figure]) -> None:
    """Where she went meanwhile nobody heard, and a plain line would say that it is known."""
    voyage(tmp_path / "voyage.png")
    legs: dict[str, int] = {}
    for lines in kept[0].axes[0].collections:
        if isinstance(lines, LineCollection):
            style = "dashed" if lines.get_linestyle()[0][1] else "plain"
            legs[style] = legs.get(style, 0) + len(lines.get_segments())
    assert legs == {"plain": 3, "dashed": 1}


def test_the_voyage_has_the_sea_above_and_each_port_below(
    tmp_path: Path, kept: list[plt.Figure]
) -> None:
    voyage(tmp_path / "voyage.png")
    sea, port = kept[0].axes
    assert port.get_title() == "AURORA at Home, UTC"
    legend = sea.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()][-2:] == [
        "AURORA 230108610", "002301086",
    ]  # fmt: skip


def test_events_are_marked_at_their_port_with_their_time(
    tmp_path: Path, kept: list[plt.Figure]
) -> None:
    told = [event(), event("Berthed", lon=WEST), event(port="elsewhere")]
    voyage(tmp_path / "voyage.png", told)
    _, port = kept[0].axes
    assert marks(port) == [(WEST + 0.021, SOUTH), (WEST, SOUTH)]
    assert [text.get_text() for text in port.texts] == [
        "PortArrived 12-13 04:05", "Berthed 12-13 04:05",
    ]  # fmt: skip


@pytest.mark.parametrize("words", [{"state": "withdrawn"}, {"kind": "GeofenceEntered"}])
def test_what_was_withdrawn_or_is_a_mere_crossing_is_not_drawn(
    tmp_path: Path, kept: list[plt.Figure], words: dict[str, Any]
) -> None:
    assert "GeofenceEntered" not in MARKS
    voyage(tmp_path / "voyage.png", [{**event(), **words}])
    assert marks(kept[0].axes[1]) == []


def test_an_event_without_a_best_time_has_its_bound(tmp_path: Path, kept: list[plt.Figure]) -> None:
    voyage(tmp_path / "voyage.png", [event(at=None, latest="2024-12-13T04:05:06Z")])
    assert [text.get_text() for text in kept[0].axes[1].texts] == [
        "PortArrived before 2024-12-13 04:05",
    ]


def test_words_of_events_at_one_place_stand_below_each_other(
    tmp_path: Path, kept: list[plt.Figure]
) -> None:
    voyage(tmp_path / "voyage.png", [event(), event("Anchored"), event("PortDeparted", lon=WEST)])
    assert [text.get_position()[1] for text in kept[0].axes[1].texts] == [7, -4, 7]


def test_an_event_near_the_harbour_widens_the_view_and_a_far_one_does_not(
    tmp_path: Path, kept: list[plt.Figure]
) -> None:
    voyage(tmp_path / "a.png", [event(lon=WEST + 0.05)])
    voyage(tmp_path / "b.png", [event("ReappearedElsewhere", lon=WEST + 20)])
    near, far = (figure.axes[1].get_xlim() for figure in kept)
    assert near == pytest.approx((WEST - 0.032, WEST + 0.062))
    assert far == pytest.approx((WEST - 0.032, WEST + 0.032))


def test_a_port_without_a_harbour_is_shown_whole(tmp_path: Path, kept: list[plt.Figure]) -> None:
    """Roads alone make a port: a place to wait for a canal."""
    roads = Port(id="roads", name="Roads", fences=(fence(FenceKind.ROADS, 0.2),), hash="")
    draw_port(roads, tmp_path / "roads.png")
    assert kept[0].axes[1].get_xlim() == pytest.approx((WEST - 0.204, WEST + 0.204))


@pytest.mark.parametrize("name", ["home", "home.PNG", "home.svg", "v1.2.png"])
def test_the_file_has_the_name_that_was_given(tmp_path: Path, name: str) -> None:
    draw_port(HOME, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    begin = (tmp_path / name).read_bytes()[:5]
    assert begin == (b"<?xml" if name == "home.svg" else b"\x89PNG\r")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nowhere/home.png", "No such file or directory"),
        ("folder", "Is a directory"),
        ("home.docx", "pictures are png, jpg, pdf or svg"),
    ],
)
def test_a_picture_that_cannot_be_written(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "folder").mkdir()
    path = tmp_path / name
    with pytest.raises(UsageError) as refusal:
        draw_port(HOME, path)
    assert str(refusal.value) == f"{path} cannot be written: {reason}."
    assert plt.get_fignums() == []
    assert [found.name for found in tmp_path.iterdir()] == ["folder"]
