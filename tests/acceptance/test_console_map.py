"""The map: vectors, marks of watchlists, several tracks, the ruler, and what is not heard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyproj
import pytest

from monitor.fencefile import load_fences
from monitor.report.fences import fences_record
from tests.acceptance.browser import (
    DRAWN,
    SHIP,
    SOURCE,
    UPRIGHT,
    Faults,
    Page,
    inked,
    opened,
    shot,
    until,
)
from tests.acceptance.console_peer import Peer, ago, status, vessel
from tests.sizes import sized

FENCES = fences_record(load_fences(Path(__file__).parents[2] / "geofences"))
HERO, OTHER, DARK, OLD, SLOW = 273_999_410, 273_990_099, 255_990_390, 248_990_233, 271_990_457
NEAR = "#map=34.85,35.75,11"
WIDE = {"width": 1920, "height": 1080}
GEOD = pyproj.Geod(ellps="WGS84")


def drawn(page: Page, source: str) -> list[Any]:
    """What the map was given to draw."""
    code = f"async () => (await monitorConsole.map.getSource('{source}').getData()).features"
    found: list[Any] = page.evaluate(code)
    return found


def features(source: str) -> str:
    """The same, for ``until``."""
    return f"async () => (await monitorConsole.map.getSource('{source}').getData()).features"


def fix(mmsi: int, minutes: float, lon: float, lat: float) -> dict[str, Any]:
    """A row of a ship's history."""
    return {**vessel(mmsi, lon, lat), "at": ago(minutes=minutes), "track": 0, "heading_deg": 90}


def sea() -> Peer:
    """Off Tartus, where nobody hears anybody at Tobruk."""
    peer = Peer()
    peer.answers |= {
        "/geofences": FENCES,
        "/vessels": [
            vessel(HERO, 35.70, 34.85, name="SEVERNYY VETER", heading_deg=92),
            vessel(OTHER, 35.80, 34.95, name="DELTA DAWN", cog_deg=180.0, sog_kn=6.0, ship_type=80,
                   ship_type_text="tanker"),
            vessel(DARK, 35.60, 34.80, name="HELIOS CREST", at=ago(hours=9)),
            vessel(OLD, 35.65, 34.90, name="BORA", at=ago(minutes=90)),
            vessel(SLOW, 35.78, 34.88, name="AT ANCHOR", sog_kn=0.1, at=ago(minutes=40)),
        ],
        "/watched": [
            {"match": grade, "may_page": grade == "sure", "mmsi": mmsi, "list": "own", "entry": 1,
             "reason": "sailed dark", "why": "Her MMSI is listed.", "source": "our log"}
            for mmsi, grade in ((HERO, "sure"), (OTHER, "possible"))
        ],
        "/status": status(ports=[
            {"port": "tartus", "words": "heard", "vessels": 5, "heard_at": ago(minutes=1),
             "usual": None, "feeds": []},
            {"port": "tobruk", "words": "not heard", "vessels": 0, "heard_at": ago(hours=30),
             "usual": None, "feeds": []},
        ]),
        f"/vessels/{HERO}/history": [fix(HERO, 90 - 3 * n, 35.4 + n / 100, 34.85)
                                     for n in range(30)],
        f"/vessels/{OTHER}/history": [fix(OTHER, 300 - n, 35.8, 34.99 - n / 1000)
                                      for n in (0, 10, 20, 200, 210)],
    }  # fmt: skip
    return peer


def test_vectors_are_as_long_as_she_comes(browser: Any, tmp_path: Path) -> None:
    """By speed and minutes; none of one that lies, or was not heard for an hour."""
    with sea().running() as peer, opened(browser, peer.url + NEAR, WIDE) as page:
        until(page, DRAWN)
        found = {each["properties"]["mmsi"]: each for each in until(page, features("vectors"))}
        assert set(found) == {HERO, OTHER}
        for mmsi, minutes, course, speed in ((HERO, 15, 90.0, 12.0), (OTHER, 15, 180.0, 6.0)):
            (lon, lat), end = found[mmsi]["geometry"]["coordinates"]
            way, _, away = GEOD.inv(lon, lat, *end)
            assert away / 1852 == pytest.approx(speed * minutes / 60, rel=0.01)
            assert way % 360 == pytest.approx(course, abs=0.2)
        page.keyboard.press("v")
        until(page, "() => location.hash", lambda words: "vec=30" in words)
        until(page, features("vectors"),
              lambda them: them[0]["geometry"] != found[HERO]["geometry"])  # fmt: skip
        shot(page, tmp_path, "map-day")


def test_ships_are_drawn_again_after_the_card_was_lost(browser: Any) -> None:
    """Drivers crash, and tablets sleep: what draws itself is put back with the rest."""
    with sea().running() as peer, opened(browser, f"{peer.url}{NEAR}&vec=0") as page:
        until(page, DRAWN)
        at = page.evaluate(
            "() => { const p = monitorConsole.map.project([35.70, 34.85]); return [p.x, p.y]; }"
        )
        assert inked(page, [at], SHIP) == [True]
        page.evaluate("""() => new Promise((done) => {
          const {map} = monitorConsole;
          const card = map.getCanvas().getContext('webgl2').getExtension('WEBGL_lose_context');
          map.once('webglcontextlost', () => setTimeout(() => card.restoreContext(), 200));
          map.once('webglcontextrestored', () => setTimeout(done, 200));
          card.loseContext();
        })""")
        assert until(page, DRAWN) > 0
        assert inked(page, [at], SHIP) == [True]
        page.evaluate("() => { location.hash = location.hash + '&pal=dusk' }")
        until(page, "() => document.documentElement.dataset.palette", lambda now: now == "dusk")
        until(page, DRAWN)
        assert inked(page, [at], SHIP) == [False]


def test_the_land_comes_when_the_watch_is_back(browser: Any) -> None:
    """It was gone when the land was asked for."""
    gone = []

    def once(route: Any) -> None:
        gone.append(route.request.url)
        if len(gone) > 1:
            route.continue_()
        else:
            route.abort()

    context = browser.new_context()
    try:
        with sea().running() as peer:
            context.route("**/coast.json", once)
            page = context.new_page()
            faults = Faults(page)
            page.goto(f"{peer.url}{NEAR}")
            until(page, DRAWN)
            land = "() => monitorConsole.map.queryRenderedFeatures({layers: ['land']}).length"
            until(page, land, lambda count: count > 0)
            assert len(gone) == 2
            assert faults.said == []
    finally:
        context.close()


def test_what_changes_while_the_card_is_lost_is_drawn_when_it_is_back(browser: Any) -> None:
    """Nothing is told to a map that has no style, also while it is being put back."""
    with sea().running() as peer, opened(browser, f"{peer.url}{NEAR}&vec=0") as page:
        until(page, DRAWN)
        colour = "() => monitorConsole.map.getPaintProperty('vectors', 'line-color')"
        day = page.evaluate(colour)
        page.evaluate("""() => new Promise((done) => {
          const {map} = monitorConsole;
          globalThis.card = map.getCanvas().getContext('webgl2').getExtension('WEBGL_lose_context');
          map.once('webglcontextlost', () => done());
          card.loseContext();
        })""")
        page.evaluate("() => { location.hash = location.hash + '&pal=dusk' }")
        until(page, "() => document.documentElement.dataset.palette", lambda now: now == "dusk")
        page.evaluate(f"() => {{ location.hash = location.hash + '&ship={HERO}' }}")
        page.get_by_role("heading", name="SEVERNYY VETER").wait_for()
        page.evaluate("""() => new Promise((done) => {
          monitorConsole.map.once('webglcontextrestored', () => done());
          setTimeout(() => card.restoreContext(), 0);
        })""")
        assert until(page, DRAWN) > 0
        until(page, features("ship-chosen"), lambda found: len(found) == 1)
        until(page, colour, lambda now: now != day)


def test_names_give_way_while_the_map_moves_and_frames_are_slow(browser: Any) -> None:
    """Letters cost most; when it stands they are there again."""
    with sea().running() as peer, opened(browser, peer.url + NEAR) as page:
        until(page, DRAWN)
        seen = page.evaluate("""async () => {
          const {map} = monitorConsole;
          const shown = () => map.getPaintProperty('ship-names', 'text-opacity') ?? 1;
          const during = new Set();
          map.on('render', () => {
            const end = performance.now() + 80;
            while (performance.now() < end);
            during.add(shown());
          });
          map.panBy([200, 0], {duration: 5000});
          await map.once('moveend');
          return [[...during], shown()];
        }""")
        assert seen == [[1, 0], 1]


def test_a_dark_ship_is_never_drawn_where_she_was(browser: Any) -> None:
    """A cross without bow, name of a ship or vector; an old one is hollow, a fading one fades."""
    with sea().running() as peer, opened(browser, peer.url + NEAR) as page:
        until(page, DRAWN)
        ships = {each["id"]: each["properties"] for each in until(page, SOURCE)}
        assert (ships[DARK]["glyph"], ships[DARK]["bow"], ships[DARK]["age"]) == ("gone", 0, "dark")
        assert "last heard 9 h" in ships[DARK]["label"]
        assert ships[OLD]["glyph"] == "arrow-hollow"
        assert 0.5 < ships[SLOW]["opacity"] < 1 == ships[HERO]["opacity"]
        assert ships[HERO]["bow"] == 92
        assert all(each["properties"]["mmsi"] != DARK for each in drawn(page, "vectors"))


def test_watched_ships_are_marked_on_the_map_and_in_the_list(browser: Any) -> None:
    """Filled where it is sure; with list and reason; a class that is hidden is in neither."""
    with sea().running() as peer, opened(browser, f"{peer.url}{NEAR}&tab=ships") as page:
        until(page, DRAWN)
        marks = until(page, features("marks"))
        signs = {each["properties"]["mmsi"]: each["properties"]["sign"] for each in marks}
        assert signs == {HERO: "sure", OTHER: "possible"}
        stars = until(page, "() => [...document.querySelectorAll('.star')].map((e) => e.title)")
        assert stars == ["own: sailed dark"] * 2
        page.select_option("[aria-label='Class of ships']", "tanker")
        until(page, SOURCE, lambda them: [each["id"] for each in them] == [OTHER])
        until(page, features("marks"), lambda them: len(them) == 1)
        assert page.evaluate("() => document.querySelectorAll('[data-mmsi]').length") == 1
        page.click(f"[data-mmsi='{OTHER}']")
        until(page, "() => document.querySelector('.watched')?.innerText ?? ''",
              lambda words: "Perhaps on a watchlist: own" in words)  # fmt: skip


def test_several_tracks_each_with_a_colour(browser: Any, tmp_path: Path) -> None:
    """By shift and click, or by a key; the address keeps them; gaps are not drawn as heard."""
    with sea().running() as peer, opened(browser, peer.url + NEAR) as page:
        until(page, DRAWN)
        box = page.locator("#map").bounding_box()
        x, y = page.evaluate(
            "() => { const p = monitorConsole.map.project([35.70, 34.85]); return [p.x, p.y]; }"
        )
        page.keyboard.down("Shift")
        page.mouse.click(box["x"] + x, box["y"] + y)
        page.keyboard.up("Shift")
        until(page, "() => location.hash", lambda words: f"tracks={HERO}" in words)
        page.evaluate(f"() => {{ location.hash = location.hash + '&ship={OTHER}' }}")
        page.keyboard.press("t")
        until(page, "() => location.hash", lambda words: f"tracks={HERO},{OTHER}" in words)
        lines = until(page, features("kept"), lambda them: len({e["properties"]["place"]
                      for e in them}) == 2)  # fmt: skip
        heard = [(each["properties"]["place"], each["properties"]["heard"]) for each in lines]
        assert heard == [(0, True), (1, True), (1, False), (1, True)]
        legend = page.inner_text(".kept")
        assert "SEVERNYY VETER" in legend
        assert "DELTA DAWN" in legend
        shot(page, tmp_path, "map-tracks")
        page.click("[aria-label='Drop the track of SEVERNYY VETER']")
        until(page, "() => location.hash", lambda words: f"tracks={OTHER}" in words)


def test_the_ruler(browser: Any, tmp_path: Path) -> None:
    """Miles and bearing along clicks; what is measured chooses no ship; Escape ends it."""
    with sea().running() as peer, opened(browser, peer.url + NEAR, UPRIGHT) as page:
        until(page, DRAWN)
        page.keyboard.press("r")
        box = page.locator("#map").bounding_box()
        places = []
        for place in ([35.70, 34.85], [35.80, 34.88], [35.80, 34.83]):
            x, y = page.evaluate(
                f"() => {{ const p = monitorConsole.map.project({place}); return [p.x, p.y]; }}"
            )
            page.mouse.click(box["x"] + x, box["y"] + y)
            places.append(place)
        found = until(page, features("measure"), lambda them: len(them) == 5)
        labels = [each["properties"]["label"] for each in found if "label" in each["properties"]]
        way, _, away = GEOD.inv(*places[0], *places[1])
        miles, degrees = labels[0].removesuffix("°").split(" NM  ")
        assert float(miles) == pytest.approx(away / 1852, rel=0.02)
        assert float(degrees) == pytest.approx(way, abs=1.5)
        assert "in all" in page.inner_text(".ruler")
        assert "ship=" not in page.url
        shot(page, tmp_path, "map-ruler")
        page.keyboard.press("Escape")
        until(page, "() => document.querySelector('.ruler') === null")


@pytest.mark.parametrize("palette", sized(["dusk"], ["day", "dusk", "night"]))
def test_a_port_that_is_not_heard_is_hatched(browser: Any, tmp_path: Path, palette: str) -> None:
    """One that is heard is not; the line of twelve miles is drawn, and is said to be no limit."""
    view = f"#map=32.08,24.0,10&pal={palette}"
    with sea().running() as peer, opened(browser, peer.url + view) as page:
        until(page, "() => monitorConsole.map.getLayer('unheard') !== undefined")
        labels = [each["properties"].get("label") for each in until(page, features("unheard"))]
        assert labels == [None, "Tobruk: not heard"]
        code = """() => monitorConsole.map.loaded()
          && monitorConsole.map.queryRenderedFeatures({layers: ['limit']}).length"""
        until(page, code)
        assert "not the legal limit" in page.inner_text(".maplibregl-ctrl-attrib")
        shot(page, tmp_path, f"map-unheard-{palette}")


def disturbed(number: int, ships: int, **words: Any) -> dict[str, Any]:
    """An area of interference, as /collections/interference has it."""
    ring = [GEOD.fwd(35.6, 34.8, way, 27_780)[:2] for way in range(360, -1, -15)]
    told = {"ships": ships, "begun_at": ago(hours=3), "decided_at": ago(hours=2), "ended_at": None}
    return {
        "type": "Feature",
        "id": f"{number:032x}",
        "properties": {**told, **words},
        "geometry": {"type": "Polygon", "coordinates": [[list(at) for at in ring]]},
    }


@pytest.mark.parametrize("palette", sized(["dusk"], ["day", "dusk", "night"]))
def test_where_interference_is_the_sea_is_hatched(
    browser: Any, tmp_path: Path, palette: str
) -> None:
    """While it lasts, with how many ships it concerns; what is over is not shown."""
    peer = sea()
    peer.answers["/collections/interference/items"] = {
        "type": "FeatureCollection",
        "features": [disturbed(1, 6), disturbed(2, 9, ended_at=ago(hours=1))],
    }
    with peer.running(), opened(browser, f"{peer.url}#map=34.8,35.6,8&pal={palette}") as page:
        found = until(page, features("disturbed"), lambda them: len(them) == 2)
        assert [each["geometry"]["type"] for each in found] == ["Polygon", "Point"]
        words = found[1]["properties"]["label"]
        assert words.startswith("Interference since ")
        assert words.endswith(": 6 ships")
        until(
            page,
            """() => monitorConsole.map.loaded()
          && monitorConsole.map.queryRenderedFeatures({layers: ['disturbed']}).length""",
        )
        shot(page, tmp_path, f"map-disturbed-{palette}")


def test_both_moles_are_seen(browser: Any, tmp_path: Path) -> None:
    """The basemap has them: at Tartus and at Tobruk, points of land some 100 m apart."""
    with sea().running() as peer:
        for name, view in (("tartus", "#map=34.9,35.865,13.5"), ("tobruk", "#map=32.07,23.99,13")):
            with opened(browser, peer.url + view) as page:
                until(
                    page,
                    """() => monitorConsole.map.getLayer('land') && monitorConsole.map.loaded()
                  && monitorConsole.map.queryRenderedFeatures({layers: ['land']}).length""",
                )
                shot(page, tmp_path, f"mole-{name}")
