"""Counts over time: what is not heard is shaded, and nothing is counted there."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from monitor.report.drawn_time import DEAF, KIND_COLOURS, draw_occupancies
from monitor.report.occupancy import occupancy
from monitor.report.whereabouts import KINDS, Vessel
from tests.integration.report.found import ear
from tests.unit.report.sailed import TO_AWAY, TO_HOME, at_home, call, hour, ship, span

HERE = ship(call("home", span(None, 1)), last=at_home(99), lists=("run",))


def drawn(*vessels: Vessel, deaf: bool = False) -> Any:
    gaps = ((hour(20), hour(30)),) if deaf else ()
    ears = [ear("home", *gaps), ear("away")]
    counts = [
        occupancy(vessels, reach, one.deaf, since=hour(0), until=hour(100))
        for reach, one in zip((TO_HOME, TO_AWAY), ears, strict=True)
    ]
    figure = Figure(layout="constrained")
    draw_occupancies(figure, counts, ears)
    return figure


def labels(figure: Any) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_what_is_not_heard_is_shaded_and_said() -> None:
    home, away = drawn(HERE, deaf=True).axes
    assert [text.get_text() for text in home.texts] == ["not heard"]
    assert [text.get_text() for text in away.texts] == []
    assert any(patch.get_facecolor()[:3] == tuple(int(DEAF[k : k + 2], 16) / 255 for k in (1, 3, 5))
               for patch in home.patches)  # fmt: skip


def test_the_legend_names_what_is_there() -> None:
    assert labels(drawn(HERE, deaf=True)) == [
        "cargo, at least", "may have been there (at most)", "on a watchlist, at least",
        "not heard: nothing is known",
    ]  # fmt: skip
    assert labels(drawn()) == ["may have been there (at most)"]


def test_all_panels_have_one_scale() -> None:
    home, away = drawn(HERE).axes
    assert home.get_ylim() == away.get_ylim()
    assert home.get_title(loc="left") == "In port at Home"
    assert set(KIND_COLOURS) == set(KINDS)
    assert len(set(KIND_COLOURS.values()) | {DEAF}) == len(KINDS) + 1
