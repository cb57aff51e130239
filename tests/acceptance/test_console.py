"""The console of a real watch: what it draws is what the API says, and officers work with keys."""

from __future__ import annotations

import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.store.cluster import Cluster
from tests.acceptance.browser import DRAWN, SOURCE, TABLET, UPRIGHT, Page, opened, shot, until
from tests.acceptance.console_watch import ROWS, SAID, TOKEN, at, voyaged
from tests.live import Watch

HERO = 273_999_410
CARD = "() => document.querySelector('.card')?.innerText ?? ''"
PROBLEM = "() => document.querySelector('dialog .problem')?.innerText ?? ''"


@pytest.fixture(scope="module")
def watch(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """One for these stories."""
    with voyaged(cluster, tmp_path_factory.mktemp("console"), "console") as found:
        yield found


def colours(page: Page, path: Path) -> int:
    """How many colours a screenshot of the map has: one that is empty has next to none."""
    page.locator("#map").screenshot(path=path)
    return len(path.read_bytes()) // 1000


def test_each_ship_is_drawn_where_the_api_says(browser: Any, watch: Watch, tmp_path: Path) -> None:
    """No ship drawn is a failure; one that is dark is a cross, and has no heading."""
    with opened(browser, at(watch)) as page:
        assert until(page, DRAWN) > 0
        truth = {each["mmsi"]: each for each in watch.get("/vessels")}
        shown = {each["id"]: each for each in page.evaluate(SOURCE)}
        assert len(shown) == len(truth) > 3
        for mmsi, each in shown.items():
            assert each["geometry"]["coordinates"] == [truth[mmsi]["lon"], truth[mmsi]["lat"]]
        dark = {mmsi for mmsi, each in shown.items() if each["properties"]["age"] == "dark"}
        assert 0 < len(dark) < len(shown)
        for mmsi in dark:
            words = shown[mmsi]["properties"]
            assert (words["glyph"], words["bow"]) == ("gone", 0)
            assert "last heard" in words["label"]
        assert HERO not in dark
        assert colours(page, tmp_path / "map.png") > 15
        shot(page, tmp_path, "day")


def test_an_officer_works_the_queue_with_keys(browser: Any, watch: Watch, tmp_path: Path) -> None:
    """Down to the gravest, acknowledged, closed with a verdict; a wrong token is said."""
    with opened(browser, at(watch)) as page:
        rows = until(page, ROWS)
        assert [row[1] for row in rows] == sorted((row[1] for row in rows), key=_grave)
        first = rows[0][0]
        page.keyboard.press("j")
        until(page, CARD, lambda words: "does not prove" in words)
        assert "!AIVDM" in page.evaluate("() => document.querySelector('.card').textContent")
        until(page, DRAWN)
        shot(page, tmp_path, "alert")
        page.keyboard.press("a")
        sign_in(page, "ann", "wrong")
        until(page, PROBLEM, lambda words: "token" in words)
        sign_in(page, "ann", TOKEN)
        until(page, SAID, lambda words: words.endswith("Acknowledged."))
        assert watch.get(f"/alerts/{first}")["state"] == "acknowledged"
        assert watch.get(f"/alerts/{first}")["history"][-1]["actor"] == "ann"
        until(page, ROWS, lambda rows: {r[0]: r[2] for r in rows}[first] == "acknowledged")
        page.keyboard.press("c")
        page.check("dialog input[value=true]")
        page.fill("dialog textarea", "seen from the mole")
        time.sleep(2.2)  # the page is drawn anew twice: what was written and chosen stays
        page.keyboard.press("Tab")
        page.click("dialog button.main")
        until(page, SAID, lambda words: words.endswith("Closed."))
        until(page, ROWS, lambda rows: first not in [row[0] for row in rows])
        closed = watch.get(f"/alerts/{first}")
        assert (closed["verdict"], closed["note"]) == ("true", "seen from the mole")
        page.keyboard.press("Escape")
        until(page, CARD, lambda words: not words)


def sign_in(page: Page, by: str, token: str) -> None:
    """Fill the dialog in, and send it."""
    page.fill("dialog input[name=by]", by)
    if not page.is_checked("dialog input[name=with-token]"):
        page.check("dialog input[name=with-token]")
    page.fill("dialog input[name=token]", token)
    page.keyboard.press("Enter")


def _grave(severity: str) -> int:
    return ["critical", "warning", "info"].index(severity)


def test_two_officers_see_each_other_and_mute(browser: Any, watch: Watch) -> None:
    """What one assigns and mutes, the other sees by himself."""
    with opened(browser, at(watch)) as ann, opened(browser, at(watch)) as bob:
        rows = until(ann, ROWS)
        last = rows[-1][0]
        until(bob, ROWS)
        ann.click(f"[data-alert='{last}']")
        ann.keyboard.press("s")
        sign_in(ann, "ann", TOKEN)
        ann.fill("dialog input[name=to]", "bob")
        ann.keyboard.press("Enter")
        until(ann, SAID, lambda words: words.endswith("Assigned."))
        mark = f"() => document.querySelector(\"[data-alert='{last}']\").innerText"
        until(bob, mark, lambda words: "for bob" in words)
        ann.keyboard.press("m")
        ann.check("dialog input[value='4']")
        ann.fill("dialog input[name=reason]", "known to us")
        time.sleep(1.2)  # the page is drawn anew
        assert ann.is_checked("dialog input[value='4']")
        ann.keyboard.press("Enter")
        until(ann, SAID, lambda words: "Muted: what happens from now on" in words)


def test_a_ship_card_has_her_track_and_the_address_holds_it(
    browser: Any, watch: Watch, tmp_path: Path
) -> None:
    """The slider goes through her track, and says where nobody heard her; a copy is the same."""
    with opened(browser, at(watch, f"#ship={HERO}&tab=ships&days=7")) as page:
        until(page, CARD, lambda words: "Tobruk" in words and "shorter than 4 h" in words)
        words = page.inner_text(".ship-card")
        for wanted in ("MMSI", str(HERO), "Russia", "Tartus → Tobruk", "Last fix"):
            assert wanted in words
        until(page, DRAWN)
        span = "() => { const s = document.getElementById('slider'); return [+s.min, +s.max]; }"
        low, high = page.evaluate(span)
        history = watch.get(f"/vessels/{HERO}/history")
        page.evaluate(
            f"() => {{ location.hash = location.hash + '&at={low + (high - low) // 2}' }}"
        )
        said = until(page, "() => document.querySelector('.slider').innerText")
        assert len(history) > 100
        assert "at=" in page.url
        shot(page, tmp_path, "ship")
        with opened(browser, page.url) as copy:
            until(copy, "() => document.querySelector('.slider')?.innerText ?? ''",
                  lambda words: _settled(words) == _settled(said))  # fmt: skip
        page.fill("#search", str(HERO))
        until(page, "() => document.querySelectorAll('[data-mmsi]').length", lambda n: n == 1)
        assert "q=273999410" in urllib.parse.unquote(page.url)


CONSOLE = "() => document.querySelector('#console').innerText"


def _settled(words: str) -> list[str]:
    """Without ages, which grow."""
    return [line.split(" UTC")[0] for line in words.splitlines()]


@pytest.mark.parametrize(
    ("name", "view", "size"),
    [
        ("night", "#pal=night&tab=ports", None),
        ("dusk-feeds", "#pal=dusk&tab=feeds&map=32.07,24.0,12", None),
        ("tablet", f"#tab=ships&ship={HERO}", TABLET),
        ("upright", "#pal=night&map=34.9,35.86,12", UPRIGHT),
    ],
)
def test_it_is_looked_at(
    browser: Any, watch: Watch, tmp_path: Path, name: str, view: str, size: dict[str, int] | None
) -> None:
    """Screenshots by night and on tablets; in red-safe night no pixel is green or blue."""
    with opened(browser, at(watch, view), **({"size": size} if size else {})) as page:
        until(page, DRAWN)
        if "night" in view:  # ports are told of when the watch has said how it stands
            until(page, CONSOLE, lambda words: "Tartus" in words)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        path = shot(page, tmp_path, name)
        assert path.stat().st_size > 20_000
        if "night" in view:
            assert brightest_other(path) <= 150


def brightest_other(path: Path) -> int:
    """Of a screenshot, the most green or blue of any pixel (0…255), as matplotlib reads it."""
    import matplotlib.image  # noqa: PLC0415 - heavy

    pixels = matplotlib.image.imread(path)
    return int(pixels[:, :, 1:3].max() * 255)
