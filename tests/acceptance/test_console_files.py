"""What is seen is taken home: files of a ship, and of all that is in view of the map."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.store.cluster import Cluster
from tests.acceptance.browser import DRAWN, Page, opened, until
from tests.acceptance.console_watch import TOKEN, at, voyaged
from tests.live import Watch

HERO = 273_999_410
TOBRUK = "#tab=ships&heard=any&map=32.07,24.0,10"


@pytest.fixture(scope="module")
def watch(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """One for these stories."""
    with voyaged(cluster, tmp_path_factory.mktemp("files"), "console_files") as found:
        yield found


def downloaded(page: Page, link: str, folder: Path) -> str:
    """What comes of a click on a link that is called so."""
    with page.expect_download() as coming:
        page.click(f"a[aria-label='{link}']")
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path.read_text()


@pytest.mark.parametrize("by_token", [False, True])
def test_her_track_is_taken_home(
    browser: Any, watch: Watch, tmp_path: Path, *, by_token: bool
) -> None:
    """As long as it is shown, hers alone; whoever works by a token shows it for files, too."""
    with opened(browser, at(watch, f"#ship={HERO}&days=7")) as page:
        until(page, "() => document.querySelector('.ship-card .files') !== null")
        if by_token:
            page.click(".tools button:last-child")
            page.fill("dialog input[name=by]", "ann")
            page.check("dialog input[name=with-token]")
            page.fill("dialog input[name=token]", TOKEN)
            page.keyboard.press("Enter")
            until(page, "() => document.querySelector('dialog') === null")
        page.click(".ship-card .files summary")
        assert "<gpx" in downloaded(page, "Tracks, a line a day as GPX", tmp_path)
        rows = list(csv.DictReader(downloaded(page, "Fixes as CSV", tmp_path).splitlines()))
        assert len(rows) == len(watch.get(f"/vessels/{HERO}/history"))
        assert {row["mmsi"] for row in rows} == {str(HERO)}


def test_what_is_in_view_is_taken_home(browser: Any, watch: Watch, tmp_path: Path) -> None:
    """The box of the map, as it is now."""
    with opened(browser, at(watch, TOBRUK)) as page:
        until(page, DRAWN)
        page.wait_for_timeout(1500)  # the list is drawn anew with the map's box
        page.click("#panel-ships .files summary")
        found = downloaded(page, "Fixes as CSV", tmp_path)
        west, south, east, north = page.evaluate(
            "() => monitorConsole.map.getBounds().toArray().flat()"
        )
        rows = list(csv.DictReader(found.splitlines()))
        assert len(rows) > 50
        for row in rows:
            assert west - 1e-3 <= float(row["lon"]) <= east + 1e-3
            assert south - 1e-3 <= float(row["lat"]) <= north + 1e-3
