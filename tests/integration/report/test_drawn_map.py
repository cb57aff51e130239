"""Maps: dashed where nobody was heard, boxes that hold what is told, labels that do not pile up."""

from __future__ import annotations

from typing import Any

import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from monitor.report.drawn_map import Line, box_of, draw_lines, is_far, legend, whole_box
from monitor.report.page_html import png
from monitor.report.whereabouts import Whereabouts
from tests.integration.report.found import way
from tests.unit.report.sailed import AWAY, HOME, at_sea

PORTS = (HOME, AWAY)
BOX = (20.0, 30.0, 40.0, 38.0)


def line(last: Whereabouts | None = None, label: str | None = None, rows: Any = ()) -> Line:
    return Line(rows=rows, last=last, colour="#b3122b", label=label)


def drawn(*lines: Line) -> Any:
    axes = Figure().subplots()
    draw_lines(axes, lines, PORTS, BOX)
    return axes


def test_a_leg_of_more_than_four_hours_is_dashed() -> None:
    rows = way((0, 35, 34), (1, 34, 34), (5, 33, 34), (10, 30, 34), (11, 29, 34))
    counts = {"plain": 0, "dashed": 0}
    for found in drawn(line(rows=rows)).collections:
        if isinstance(found, LineCollection) and found.get_zorder() == 3:
            style = "dashed" if found.get_linestyle()[0][1] else "plain"
            counts[style] += len(found.get_segments())
    assert counts == {"plain": 3, "dashed": 1}


def test_ships_near_each_other_have_their_names_together() -> None:
    names = [f"SHIP {number}" for number in range(9)]
    near = [line(at_sea(1, 30 + number / 100), name) for number, name in enumerate(names)]
    (label, *rest) = [t.get_text() for t in drawn(*near).texts if "SHIP" in t.get_text()]
    assert rest == []
    assert label.splitlines() == [*names[:5], "and 4 more"]
    apart = drawn(line(at_sea(1, 28), "ONE"), line(at_sea(1, 32), "TWO"), line(at_sea(1), None))
    assert {"ONE", "TWO"} <= {text.get_text() for text in apart.texts}


def test_what_lies_outside_has_no_label() -> None:
    assert not any(
        "FAR" in text.get_text() for text in drawn(line(at_sea(1, -60), "FAR")).texts
    )  # fmt: skip


def test_names_from_the_air_are_no_formulas() -> None:
    """A dollar would begin one, and fail."""

    def draw(figure: Any) -> None:
        draw_lines(figure.subplots(), [line(at_sea(1), "A $^ B$ \\x")], PORTS, BOX)

    assert png(draw, 4, 3, dpi=40).startswith(b"\x89PNG")


@pytest.mark.parametrize("ratio", [0.9, 2.0])
def test_a_box_holds_the_ports_and_who_is_near_them(ratio: float) -> None:
    lines = [line(at_sea(1, 30)), line(at_sea(1, -60)), line()]
    west, south, east, north = box_of(PORTS, lines, ratio)
    assert (west < 25, east > 35, south < 34 < north) == (True, True, True)
    assert west > -60
    assert is_far(PORTS, -60, 34)
    assert not is_far(PORTS, 30, 34)
    assert whole_box(PORTS, [line(rows=way((0, -60, 50)))], ratio)[0] < -60


def test_the_legend_has_the_colours_and_what_lines_mean() -> None:
    figure = Figure(layout="constrained")
    figure.subplots()
    legend(figure, {"moved": "#b3122b"})
    (found,) = figure.legends
    assert [text.get_text() for text in found.get_texts()] == [
        "moved", "not heard for over 4 h: straight, not her way", "heard last",
    ]  # fmt: skip
