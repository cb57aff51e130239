"""The console: areas are drawn by clicks, or by keys alone, and others see what is shared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.store.cluster import Cluster
from tests.acceptance.browser import DRAWN, Page, opened, shot, until
from tests.acceptance.console_watch import SAID, at, voyaged
from tests.live import Watch
from tests.program import run_monitor

PASSWORD = b"nine horses over the mole"
MAP = "#map=32.1,24.0,9.00"
AREAS = "async () => (await monitorConsole.map.getSource('areas').getData()).features"
NAMES = "() => (monitorConsole.picture.areas?.features ?? []).map((each) => each.properties.name)"
CORNERS = "() => document.querySelector('.drawing b')?.innerText ?? ''"


@pytest.fixture(scope="module")
def watch(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """A watch that lets two officers in."""
    with voyaged(cluster, tmp_path_factory.mktemp("console"), "console_areas") as found:
        env = {"MONITOR_DATABASE_URL": found.url}
        for name in ("cara", "dan"):
            added = run_monitor(
                "users", "add", name, "--role", "officer", env=env, data=PASSWORD + b"\n"
            )
            assert added.returncode == 0, added.stderr.decode()
        yield found


def log_in(page: Page, name: str) -> None:
    until(page, "() => document.querySelector('dialog form') !== null")
    page.fill("dialog input[name=by]", name)
    page.fill("dialog input[name=password]", PASSWORD.decode())
    page.keyboard.press("Enter")
    until(page, DRAWN)


def keep(page: Page, name: str, *, to_all: bool) -> None:
    """Fill in what an area is called, and who sees it."""
    page.fill("dialog input[name=name]", name)
    if to_all:
        page.check("dialog input[value=all]")
    page.keyboard.press("Enter")
    until(page, SAID, lambda words: words == f"{name} is in force.")


def test_an_area_is_drawn_and_told_of(browser: Any, watch: Watch, tmp_path: Path) -> None:
    """By clicks, private; by keys, shared: another sees the second alone, and it can be removed."""
    with opened(browser, at(watch, MAP)) as page, opened(browser, at(watch, MAP)) as other:
        log_in(page, "cara")
        page.click(".drawing button")
        page.click("dialog button.main")
        until(page, CORNERS, lambda words: words == "0 corners.")
        box = page.locator("#map").bounding_box()
        assert box is not None
        for x, y in ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6)):
            page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
            page.wait_for_timeout(350)  # two clicks in a moment would zoom
        until(page, CORNERS, lambda words: words == "4 corners.")
        shot(page, tmp_path, "drawing")
        page.click(".drawing button.main")
        keep(page, "mine", to_all=False)
        (drawn,) = until(page, AREAS)
        assert (drawn["properties"]["owner"], drawn["properties"]["tells"]) == ("cara", True)
        (corners,) = drawn["geometry"]["coordinates"]
        assert len(corners) == 5
        assert all(23 < lon < 25 and 31 < lat < 33 for lon, lat in corners)

        page.keyboard.press("d")
        until(page, CORNERS, lambda words: words == "0 corners.")
        page.wait_for_timeout(300)
        for number, arrow in enumerate(("ArrowRight", "ArrowDown", "ArrowLeft"), start=1):
            page.keyboard.press("Enter")
            until(page, CORNERS, lambda words, n=number: words.startswith(f"{n} corner"))
            page.keyboard.press(arrow)
            page.wait_for_timeout(800)  # the map moves
        page.keyboard.press("Backspace")
        until(page, CORNERS, lambda words: words == "2 corners.")
        page.keyboard.press("d")
        until(page, SAID, lambda words: words == "An area has three corners at least.")
        page.keyboard.press("Enter")
        until(page, CORNERS, lambda words: words == "3 corners.")
        page.keyboard.press("d")
        keep(page, "ours", to_all=True)
        assert page.evaluate(NAMES) == ["mine", "ours"]

        log_in(other, "dan")
        assert until(other, NAMES) == ["ours"]
        other.click(".drawing button")
        assert "Remove" not in other.inner_text("dialog")
        page.click(".drawing button")
        shot(page, tmp_path, "areas")
        page.click("dialog tr:has-text('mine') button")
        until(page, SAID, lambda words: words.startswith("mine is removed"))
        assert page.evaluate(NAMES) == ["ours"]
