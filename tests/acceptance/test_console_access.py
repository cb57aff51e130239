"""Everybody can work with it: axe finds no serious fault, and every control is reached by keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.browser import DRAWN, UPRIGHT, Page, opened, shot, until
from tests.acceptance.console_peer import (
    SAID,
    Peer,
    ago,
    alert,
    event,
    hull,
    member,
    said,
    sighting,
    sighting_feature,
    status,
    unix,
    vessel,
    why,
)
from tests.npm import AXE, package
from tests.sizes import sized

ID = "a" * 32
PALETTES = ("day", "dusk", "night")
VIEWS = {
    "alerts": ("tab=alerts", ".row"),
    "alert": (f"tab=alerts&alert={ID}", ".not-proved li"),
    "ship": ("tab=ships&ship=1&tracks=1,2", "#said-over-time li"),
    "past": (f"tab=ships&alert={ID}&t=THEN", ".not-proved li"),
    "ports": ("tab=ports&seen=7", ".chart canvas"),
    "feeds": ("tab=feeds", ".feed"),
    "fleets": ("tab=fleets&ship=2", ".fleet-part li"),
}
"""By what is open in each, and what is there when all of it is read."""

DIALOGS = {"help": "?", "sign-in": "a", "sound": "text=Sound", "areas": "text=Areas"}
"""By the key that opens each, or what is clicked."""

RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations', 'passes']});
  const grave = found.violations.filter((each) => ['serious', 'critical'].includes(each.impact));
  return {passed: found.passes.length, grave: grave.map((each) =>
    [each.id, each.nodes.map((node) => `${node.html.slice(0, 160)} ${node.failureSummary}`)])};
}"""
LEAST_PASSED = 15
"""Rules that hold something of the page: fewer, and it was not looked at."""

CONTROLS = """() => [...document.querySelectorAll('a[href],button,input,select,textarea,summary')]
  .filter((each) => !each.disabled && each.tabIndex >= 0 && each.checkVisibility()
    && !each.closest('.maplibregl-map') && !each.closest('details:not([open]) > :not(summary)'))"""
KEYS = """() => [...document.querySelectorAll('dialog th kbd')]
  .flatMap((each) => each.innerText.split(/  (?:or  )?| /))"""
PRESSED = """() => {
  const now = document.activeElement;
  window.reached ??= new Set();
  window.unseen ??= [];
  window.reached.add(now);
  if (now !== document.body && getComputedStyle(now).outlineStyle === 'none') {
    window.unseen.push(now.outerHTML.slice(0, 120));
  }
}"""


def calm() -> Peer:
    """A sea with something in each panel, and nothing that moves."""
    peer = Peer()
    told = alert(ID, "critical", headline="SHIP 1 berthed at Tartus", assignee="bob")
    quiet = alert("b" * 32, "info", state="acknowledged", muted=True, headline="A quiet story")
    span = {"earliest": None, "at": ago(days=1), "latest": None}
    sent = {
        "channel": "officers", "word": "raised", "state": "sent", "revision": 1, "attempts": 1,
        "made_at": ago(hours=1), "ended_at": ago(hours=1), "last_error": None,
    }  # fmt: skip
    feed = {
        "name": "harbour", "kind": "nmea-tcp", "where": "192.0.2.7:10110", "since": ago(hours=2),
        "why": "messages come", "next_try_at": None, "connections": 1, "lines": 1, "messages": 1,
        "last_message_at": ago(seconds=9), "dropped": 1, "refused": {"bad_checksum": 1},
        "left_out": {"blank": 3}, "late": 0, "clock_slow_s": 0,
    }  # fmt: skip
    seen = sighting(7, lon=35.9, lat=34.8, within_m=2000, ais_ships=[1], note="Two masts.")
    port = {"vessels": 1, "heard_at": ago(minutes=1), "usual": 3, "feeds": ["harbour"]}
    peer.answers |= {
        "/alerts": [told, quiet],
        f"/alerts/{ID}": why(told, told=[sent]),
        f"/alerts/{ID}/messages": [{**sent, "headline": "A headline", "text": "Two\nlines"}],
        "/vessels": [
            vessel(1, 35.8, 34.9, destination="TOBRUK", destination_at=ago(hours=3), draught_m=6.1,
                   draught_at=ago(hours=3), length_m=120, beam_m=16),
            vessel(2, 35.7, 34.8, at=ago(hours=9)),
        ],
        "/vessels/1/history": [
            {**vessel(1, 35.8 + i / 100, 34.9, at=ago(hours=3 - i)), "track": 0, "heading_deg": 9}
            for i in range(3)
        ],
        "/port-calls": [
            {"id": str(i), "mmsi": 1, "name": "SHIP 1", "port": "tartus", "arrived": span,
             "departed": None, "state": state, "confidence": 4}
            for i, state in enumerate(("in port", "leaving", "dark"))
        ],
        "/voyages": [{"id": "9", "mmsi": 1, "name": "SHIP 1", "from": "tobruk", "to": None,
                      "why": "Left.", "departed": span, "destination": "TARTUS",
                      "contradiction": True}],
        "/status": status(
            feeds=[{**feed, "state": "live"}, {**feed, "name": "roof", "state": "down"}],
            ports=[{**port, "port": "tartus", "words": "heard"},
                   {**port, "port": "tobruk", "words": "not heard"}],
            channels=[{"name": "officers", "kind": "email", "where": "mail.example.org", "sent": 1,
                       "works": False, "failed": 1, "dead": 0, "why": "It was refused."}],
        ),
        "/collections/sightings/items": {
            "type": "FeatureCollection", "features": [sighting_feature(seen)],
        },
        "/sightings/7": seen,
        "/ask/identity": [
            said("name", "OLD NAME", ago(days=9), ago(days=4), stands=False, by_turns=True),
            *(said(each, each.upper(), ago(days=5), ago(hours=1)) for each in SAID),
        ],
        "/ask/hulls": [hull()],
        "/events": [
            event("WentDark", 2, {"silent_since": ago(hours=9), "grade": "dark", "with": ["turned"],
                                  "greatest_kn": 12.0}),
            event("MayHaveReached", 2, {"silent_since": ago(hours=9), "likely_at": ago(hours=2)},
                  port="tartus", earliest=ago(hours=5)),
            event("ShipsMet", 1, {"since": ago(days=2), "nearest_m": 120, "gap_min": 90,
                                  "other_name": "SHIP 2"}, other_mmsi=2, other_track=0),
            event("GateCrossed", 1, {"gate_name": "Kithira", "direction": "in"}),
            event("IdentityFlapped", 1, {}),
        ],
        "/ask/fleets": [{"fleet": "own", "entries": 2}],
        "/ask/fleet": [
            member(1, "in port", port="tartus", confidence=3,
                   since={"earliest": None, "at": ago(days=1), "latest": None}),
            member(2, "not known", may_be=["tartus"]), member(4, "at sea", match="possible"),
        ],
        "/ask/activity": [
            {"port": "tartus", "day": ago(days=9 - i)[:10], "arrivals": i, "departures": 9 - i,
             "ships": 3, "hours_heard": 3 * i}
            for i in range(9)
        ],
        "/ask/reception": [{"port": "tartus", "feed": "harbour", "furthest_nm": 20}],
        "/watched": [
            {"mmsi": 1, "match": grade, "may_page": grade == "sure", "list": "own", "entry": i,
             "reason": "sailed dark", "why": "Her MMSI is listed.", "source": "our log"}
            for i, grade in enumerate(("sure", "possible"))
        ],
    }  # fmt: skip
    late = {"late": True, "received_at": ago(minutes=1)}
    peer.answers |= {
        "/past/alerts": [{**each, "late": True} for each in peer.answers["/alerts"]],
        f"/past/alerts/{ID}": peer.answers[f"/alerts/{ID}"],
        "/past/vessels": [{**each, **late} for each in peer.answers["/vessels"]],
        "/past/port-calls": [{**each, "late": True} for each in peer.answers["/port-calls"]],
        "/past/voyages": peer.answers["/voyages"],
        "/past/ports": peer.answers["/status"]["ports"],
    }
    return peer


def shown_of(view: str) -> tuple[str, str]:
    """The words of an address, and what is there when all is read."""
    words, there = VIEWS[view]
    return words.replace("THEN", str(unix(minutes=10))), there


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    """One for these stories."""
    found = calm()
    with found.running():
        yield found


def checked(page: Page) -> list[Any]:
    """What axe finds that is serious or worse; that it looked at the page at all is held, too."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate((package(AXE) / "axe.min.js").read_text())
    found = page.evaluate(RUN)
    assert found["passed"] >= LEAST_PASSED
    grave: list[Any] = found["grave"]
    return grave


def test_axe_would_find_a_fault(browser: Any, peer: Peer) -> None:
    """Of a control without a name, and of words that are hard to read."""
    with opened(browser, peer.url) as page:
        until(page, DRAWN)
        page.evaluate("""() => {
          const [bar, faint] = [document.querySelector('.bar'), document.createElement('p')];
          faint.textContent = 'hard to read';
          faint.style.color = '#ddd';
          bar.append(document.createElement('button'), faint);
        }""")
        assert {each[0] for each in checked(page)} >= {"button-name", "color-contrast"}


def painted(page: Page, palette: str) -> None:
    """Turn to a palette."""
    code = "(to) => { location.hash = location.hash.replace(/&pal=[^&]*/, '') + `&pal=${to}` }"
    page.evaluate(code, palette)
    until(page, "() => document.documentElement.dataset.palette", lambda now: now == palette)


@pytest.mark.parametrize("view", VIEWS)
def test_no_serious_fault_in_any_panel_and_palette(
    browser: Any, peer: Peer, tmp_path: Path, view: str
) -> None:
    """Contrast, names of controls, roles, order: with all that is folded open."""
    words, there = shown_of(view)
    with opened(browser, f"{peer.url}#map=34.9,35.8,9&{words}") as page:
        until(page, DRAWN)
        until(page, f"() => document.querySelectorAll('{there}').length")
        page.evaluate("() => document.querySelectorAll('details').forEach((d) => { d.open = 1 })")
        for palette in PALETTES:
            painted(page, palette)
            page.wait_for_timeout(300)
            shot(page, tmp_path, f"axe-{view}-{palette}")
            assert checked(page) == [], palette


def test_no_serious_fault_in_dialogs(browser: Any, peer: Peer) -> None:
    """In each palette; each is left by Escape, and gives the keys back."""
    with opened(browser, f"{peer.url}#alert={ID}") as page:
        until(page, "() => document.querySelectorAll('.not-proved li').length")
        for palette in PALETTES:
            painted(page, palette)
            for key in DIALOGS.values():
                if len(key) == 1:
                    page.keyboard.press(key)
                else:
                    page.click(key)
                until(page, "() => document.querySelector('dialog[open]') !== null")
                assert checked(page) == [], (palette, key)
                page.keyboard.press("Escape")
                until(page, "() => document.querySelector('dialog') === null")


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("size", sized([None], [None, UPRIGHT]))
def test_every_control_is_reached_by_the_tab_key(
    browser: Any, peer: Peer, view: str, size: dict[str, int] | None
) -> None:
    """Those of the map too, in any panel; what is pressed by Tab can be seen to have the focus."""
    words, there = shown_of(view)
    with opened(browser, f"{peer.url}#{words}", **({"size": size} if size else {})) as page:
        until(page, f"() => document.querySelectorAll('{there}').length")
        count = page.evaluate(f"{CONTROLS.replace('() =>', '() => (')}).length")
        for _ in range(count + 25):
            page.keyboard.press("Tab")
            page.evaluate(PRESSED)
        left = page.evaluate(
            f"() => ({CONTROLS})().filter((each) => !window.reached.has(each))"
            ".map((each) => each.outerHTML.slice(0, 120))"
        )
        assert left == []
        assert page.evaluate("() => window.unseen") == []


def test_keys_do_what_the_list_of_keys_says(browser: Any, peer: Peer) -> None:
    """Without a mouse: lists, cards, palettes, time zones, search, and each dialog."""
    with opened(browser, peer.url) as page:
        until(page, "() => document.querySelectorAll('.row').length", lambda n: n == 2)
        for number, tab in enumerate(("alerts", "ships", "ports", "feeds", "fleets"), 1):
            page.keyboard.press(str(number))
            until(page, "() => monitorConsole.view.tab", lambda now, tab=tab: now == tab)
        for palette in ("dusk", "night", "day"):
            page.keyboard.press("n")
            until(page, "() => monitorConsole.view.pal", lambda now, pal=palette: now == pal)
        for zone in ("local", "utc"):
            page.keyboard.press("u")
            until(page, "() => monitorConsole.view.tz", lambda now, zone=zone: now == zone)
        page.keyboard.press("/")
        page.keyboard.type("SHIP 2")
        until(page, "() => document.querySelectorAll('[data-mmsi]').length", lambda n: n == 1)
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        until(page, "() => monitorConsole.view.alert", lambda now: now == ID)
        page.keyboard.press("j")
        until(page, "() => monitorConsole.view.alert", lambda now: now == "b" * 32)
        page.keyboard.press("k")
        for key in "ascm":
            page.keyboard.press(key)
            until(page, "() => document.querySelector('dialog[open] input[name=by]') !== null")
            page.keyboard.press("Escape")
            until(page, "() => document.querySelector('dialog') === null")
        for key in "gf":
            before = page.evaluate("() => monitorConsole.map.getCenter().lng")
            page.keyboard.press(key)
            if key == "g":
                until(page, "() => monitorConsole.map.getCenter().lng", lambda x, b=before: x != b)
        page.keyboard.press("t")
        until(page, "() => monitorConsole.view.tracks", lambda now: now == "1")
        page.keyboard.press("v")
        until(page, "() => monitorConsole.view.vec", lambda now: now == "30")
        page.keyboard.press("r")
        until(page, "() => document.querySelector('.ruler') !== null")
        page.keyboard.press("Escape")
        until(page, "() => document.querySelector('.ruler') === null")
        page.keyboard.press("Escape")
        until(page, "() => monitorConsole.view.alert", lambda now: now == "")
        page.keyboard.press("h")
        until(page, "() => monitorConsole.past.at !== null")
        for key in ("[", "]", "{", "}"):
            before = page.evaluate("() => monitorConsole.view.t")
            page.keyboard.press(key)
            until(page, "() => monitorConsole.view.t", lambda now, before=before: now != before)
        page.keyboard.press("h")
        until(page, "() => monitorConsole.past.at === null")
        page.keyboard.press("?")
        keys = until(page, KEYS)
        assert len(keys) > 20
        assert len(set(keys)) == len(keys), "a key does one thing"
