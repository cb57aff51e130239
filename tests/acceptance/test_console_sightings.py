"""Sightings on the console: beside AIS, with what each is worth, and counted with no ship."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.acceptance.browser import DRAWN, SOURCE, opened, shot, until
from tests.acceptance.console_peer import Peer, ago, sighting, sighting_feature, unix, vessel

SHIP, SEEN, AREA = 273_999_410, 7, 8
TITLES = ["SPARTA IV, IMO 9743033", "landing ship, 120 m long"]
VIEW = "#map=34.9,35.6,9&tab=ships"
EYES = """async () => (await monitorConsole.map.getSource('sightings').getData()).features"""
SHOWN = """() => monitorConsole.map.loaded()
  && monitorConsole.map.queryRenderedFeatures({layers: ['sightings']}).length"""
CARD = "() => document.querySelector('.card')?.innerText ?? ''"


def sea() -> Peer:
    """A ship that is heard, and two sightings: at a place, and in an area by a source unknown."""
    peer = Peer()
    seen = sighting(SEEN, lon=35.4, lat=34.95, within_m=4000, ais_ships=[SHIP])
    area = sighting(
        AREA, name=None, imo=None, mmsi=None, hull="landing ship", length_m=120, lon=None, lat=None,
        within_m=None, area=[35.5, 34.7, 35.7, 34.8], seen_by="press", reliability="F",
        credibility=6, recorded_at=ago(minutes=5), title="landing ship, 120 m long",
    )  # fmt: skip
    peer.answers |= {
        "/vessels": [vessel(SHIP, 35.7, 34.9, name="SEVERNYY VETER", at=ago(hours=3))],
        "/collections/sightings/items": {
            "type": "FeatureCollection",
            "features": [sighting_feature(seen), sighting_feature(area)],
        },
        f"/sightings/{SEEN}": seen, f"/sightings/{AREA}": area,
        "/past/vessels": [], "/past/alerts": [], "/past/port-calls": [], "/past/voyages": [],
        "/past/ports": [],
    }  # fmt: skip
    return peer


def test_a_sighting_is_an_eye_and_no_ship(browser: Any, tmp_path: Path) -> None:
    """A click on it opens its card: who says so, how far he is believed, what AIS tells of it."""
    with sea().running() as peer, opened(browser, peer.url + VIEW) as page:
        until(page, DRAWN)
        found = until(page, EYES, lambda them: len(them) == 4)
        labels = [each["properties"].get("label", "").split("\n")[0] for each in found]
        assert sorted(filter(None, labels)) == TITLES
        assert [each["id"] for each in page.evaluate(SOURCE)] == [SHIP]
        assert "1 of 1 ships" in page.inner_text("#panel-ships")
        until(page, SHOWN)
        shot(page, tmp_path, "sightings")
        box = page.locator("#map").bounding_box()
        x, y = page.evaluate(
            "() => { const p = monitorConsole.map.project([35.4, 34.95]); return [p.x, p.y]; }"
        )
        page.mouse.click(box["x"] + x, box["y"] + y)
        words = until(page, CARD, lambda text: "What AIS tells of it" in text)
        for said in (
            "SPARTA IV, IMO 9743033", "Seen by: satellite. Not heard by AIS", "B: usually reliable",
            "2: probably true", "4000 m of there", "Nobody who fits was heard there.",
        ):  # fmt: skip
            assert said in words
        assert page.get_attribute(".card .files a", "href").startswith("https://browser.")
        shot(page, tmp_path, "sighting-card")
        page.click(".card button:has-text('SEVERNYY VETER')")
        until(page, CARD, lambda text: "LAST FIX" in text.upper() or "LAST HEARD" in text.upper())
        assert page.evaluate("() => monitorConsole.view.seen") == ""


def test_sightings_are_listed_apart_and_only_when_they_were_entered(browser: Any) -> None:
    """Keys reach them as clicks do; in the past those are not there that nobody had entered."""
    with sea().running() as peer, opened(browser, f"{peer.url}{VIEW}&tab=ports") as page:
        until(page, DRAWN)
        rows = "() => [...document.querySelectorAll('#sightings button')].map((e) => e.innerText)"
        assert until(page, rows) == TITLES
        page.focus("#sightings li:last-child button")
        page.keyboard.press("Enter")
        words = until(page, CARD, lambda text: "landing ship" in text)
        assert "F: cannot be judged" in words
        page.keyboard.press("Escape")
        until(page, CARD, lambda text: text == "")
        then = unix(hours=1)
        page.evaluate(f"() => {{ location.hash = location.hash + '&t={then}' }}")
        until(page, rows, lambda those: those == TITLES[:1])
