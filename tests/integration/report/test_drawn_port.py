"""Plans of ports: fences by their kind, ships by their place, names from north to south."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from monitor.engine.geofence import FenceKind
from monitor.report.drawn_map import Line
from monitor.report.drawn_port import FENCES, MOST_NAMES, draw_port_plan
from monitor.report.page_html import png
from monitor.report.whereabouts import Whereabouts
from tests.unit.report.sailed import HOME, hour


def line(name: str, lat: float) -> Line:
    last = Whereabouts(at=hour(1), lon=35.0, lat=lat, port="home")
    return Line(rows=(), last=last, colour="#3b6ea5", label=name)


def drawn(*lines: Line) -> Any:
    figure = Figure()
    draw_port_plan(figure, HOME, lines)
    return figure


def names(axes: Any) -> list[str]:
    return [text.get_text() for text in axes.texts if "Coast" not in text.get_text()]


def test_the_approach_and_the_harbour_stand_side_by_side() -> None:
    approach, harbour = drawn().axes
    assert approach.get_xlim()[0] < 34.9
    assert 34.95 < harbour.get_xlim()[0] < 34.99
    assert [text.get_text() for text in approach.get_legend().get_texts()] == [
        "approach", "harbour",
    ]  # fmt: skip
    assert set(FENCES) == set(FenceKind)


def test_ships_in_the_harbour_are_named_from_north_to_south() -> None:
    approach, harbour = drawn(line("SOUTH", 33.995), line("NORTH", 34.005), line("OUT", 34.08)).axes
    assert names(harbour) == ["NORTH", "SOUTH"]
    assert names(approach) == []
    assert len(approach.lines) == 3


def test_names_from_the_air_are_no_formulas() -> None:
    """A dollar would begin one, and fail."""
    odd = [line("A $^ B$", 34.0)]
    assert png(lambda figure: draw_port_plan(figure, HOME, odd), 10, 6, dpi=40)


def test_of_very_many_ships_not_all_are_named() -> None:
    many = [line(f"S{number}", 33.995 + number / 10_000) for number in range(MOST_NAMES + 9)]
    assert len(names(drawn(*many).axes[1])) == MOST_NAMES
