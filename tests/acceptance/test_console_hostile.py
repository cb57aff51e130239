"""The console with what AIS may bring: names are anybody's words, and a desk may have no WebGL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.browser import (
    DRAWN,
    NO_WEBGL,
    TABLET,
    UPRIGHT,
    Page,
    browsing,
    opened,
    shot,
    until,
)
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
    vessel,
    why,
)

MARKUP = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
TURNED = "SAFE\u202eEVIL\u2066\u0007"
EVIL = f"{MARKUP}{TURNED}"
SHOWN = "SAFE\\u202eEVIL\\u2066\\u0007"
ID = "e" * 32

ROW = "() => document.querySelector('.row .headline')?.innerText ?? ''"
WIDE = "() => document.documentElement.scrollWidth - innerWidth"
LABELS = "() => monitorConsole.signs.features.map((each) => each.properties.label)"
OUTSIDE = """() => [...document.querySelectorAll('button, select, input')].filter((each) => {
  const {left, right, width} = each.getBoundingClientRect();
  return width > 0 && (left < -0.5 || right > innerWidth + 0.5);
}).map((each) => each.innerText)"""


def hostile() -> Peer:
    """A sea in which every word that anybody may choose is an attack."""
    peer = Peer()
    told = alert(ID, "critical", headline=EVIL, name=EVIL, place=EVIL, assignee=EVIL, note=EVIL,
                 flag_text=EVIL)  # fmt: skip
    told["reasons"][0].update(why=EVIL, lists=[EVIL], possible=[EVIL])
    whole = why(
        told, not_proved=[EVIL], rules=[{"name": EVIL, "title": EVIL, "sentence": EVIL}],
        told=[{"channel": EVIL, "word": EVIL, "state": EVIL, "revision": 1, "attempts": 1,
               "made_at": told["raised_at"], "ended_at": None, "last_error": EVIL}],
        history=[{"made_at": told["raised_at"], "what": "close", "actor": EVIL, "note": EVIL}],
    )  # fmt: skip
    berthed = whole["events"][0]
    berthed["revision"] = EVIL
    berthed["evidence"]["figures"] = {EVIL: EVIL, "list": [EVIL]}
    berthed["evidence"]["fixes"][0].update(sentence=EVIL, source=EVIL, status_text=EVIL)
    span = {"earliest": None, "at": told["raised_at"], "latest": None}
    feed = {
        "name": EVIL, "kind": EVIL, "where": EVIL, "state": "down", "since": told["raised_at"],
        "why": EVIL, "next_try_at": None, "connections": 1, "lines": 1, "messages": 1,
        "last_message_at": None, "dropped": 1, "refused": {EVIL: 1}, "left_out": {}, "late": 0,
        "clock_slow_s": 0,
    }  # fmt: skip
    seen = sighting(
        1, title=EVIL, seen_by=EVIL, name=EVIL, hull=EVIL, port=EVIL, source=EVIL, note=EVIL,
        link=f"javascript:{EVIL}", reliability=EVIL, credibility=EVIL, added_by=EVIL,
        ais_words=EVIL,
    )  # fmt: skip
    port = {"port": EVIL, "words": EVIL, "vessels": 1, "heard_at": None, "usual": None, "feeds": []}
    peer.answers |= {
        "/alerts": [told], f"/alerts/{ID}": whole,
        "/vessels": [vessel(1, 35.8, 34.9, name=EVIL, callsign=EVIL, ship_type_text=EVIL,
                            flag_text=EVIL, status_text=EVIL, destination=EVIL,
                            destination_at=told["raised_at"])],
        "/vessels/1/history": [
            {**vessel(1, 35.8, 34.9), "track": 0, "heading_deg": 9},
        ],
        "/port-calls": [{"id": "1", "mmsi": 1, "name": EVIL, "port": EVIL, "arrived": span,
                         "departed": None, "state": "in port", "confidence": 4}],
        "/voyages": [{"id": "2", "mmsi": 1, "name": EVIL, "from": "x", "to": None, "why": EVIL,
                      "departed": span, "destination": EVIL, "contradiction": False}],
        "/status": status(feeds=[feed], ports=[port]),
        f"/alerts/{ID}/messages": [
            {**whole["told"][0], "headline": EVIL, "text": f"{EVIL}\n{EVIL}"},
        ],
        "/collections/sightings/items": {
            "type": "FeatureCollection", "features": [sighting_feature(seen)],
        },
        "/sightings/1": seen,
        "/ask/identity": [said(each, EVIL, ago(hours=2), ago(hours=1)) for each in SAID],
        "/ask/hulls": [hull(name=EVIL, flag=EVIL, other_name=EVIL, words=EVIL, verdict=EVIL)],
        "/events": [
            event("ShipsMet", 1, {"since": EVIL, "nearest_m": 9, "other_name": EVIL}, why=EVIL,
                  other_mmsi=2, other_track=0),
            event("GateCrossed", 1, {"gate_name": EVIL, "direction": EVIL}, why=EVIL),
            event("WentDark", 1, {"silent_since": EVIL, "grade": EVIL, "with": [EVIL]}, why=EVIL),
            event("IdentityDoubted", 1, {}, why=EVIL),
        ],
        "/ask/fleets": [{"fleet": "own", "entries": 1}],
        "/ask/fleet": [member(1, "not known", name=EVIL, listed=EVIL, reason=EVIL, port=EVIL,
                              flag_text=EVIL, may_be=[EVIL])],
        "/ask/activity": [{"port": EVIL, "day": EVIL, "arrivals": 1, "departures": 0, "ships": 1,
                           "hours_heard": 3}],
        "/ask/reception": [{"port": EVIL, "feed": EVIL, "furthest_nm": 20, "messages": 1}],
    }  # fmt: skip
    return peer


def harmless(page: Page) -> str:
    """Nothing of it became an element; what the page says."""
    assert page.evaluate("() => document.querySelectorAll('img, #console script').length") == 0
    assert page.title().startswith("Watch")
    words: str = page.inner_text("#console")
    assert "\u202e" not in words
    return words


@pytest.mark.parametrize(
    ("view", "times"),
    [
        (f"alert={ID}", 14),
        ("ship=1&tab=ships", 24),
        ("tab=ports", 4),
        ("tab=feeds", 5),
        ("tab=fleets", 4),
        ("seen=1", 9),
    ],
)
def test_hostile_words_stay_text(browser: Any, view: str, times: int) -> None:
    """In the queue, in cards, panels, dialogs and on the map; signs that turn words are shown."""
    peer = hostile()
    with peer.running(), opened(browser, f"{peer.url}#map=34.9,35.8,9&{view}") as page:
        until(page, DRAWN)
        until(page, "() => document.querySelector('#console').innerText", lambda t: SHOWN in t)
        if "alert" in view:
            until(page, "() => document.querySelectorAll('.not-proved').length")
        page.evaluate("() => document.querySelectorAll('details').forEach((d) => { d.open = 1 })")
        until(page, "() => document.querySelector('#console').innerText",
              lambda words: words.count(SHOWN) >= times)  # fmt: skip
        words = harmless(page)
        assert "<script>document.title" in words
        if "ship" in view:
            labels = page.evaluate(LABELS)
            assert [label.splitlines()[0] for label in labels] == [EVIL.replace(TURNED, SHOWN)]


def test_an_address_is_no_way_in(browser: Any) -> None:
    """What stands in it is a word of the view, or nothing."""
    peer = hostile()
    evil = "#q=%3Cimg%20src%3Dx%3E&tab=%3Cscript%3E&pal=javascript:1&ship=1;x&map=a,b,c"
    with peer.running(), opened(browser, peer.url + evil) as page:
        until(page, "() => document.querySelector('.link b').innerText", lambda w: "Asking" in w)
        until(page, "() => monitorConsole.map.getLayer('ship-signs') !== undefined")
        harmless(page)
        assert page.get_attribute("html", "data-palette") == "day"
        assert page.input_value("#search") == "<img src=x>"


@pytest.mark.parametrize(("size", "name"), [(TABLET, "tablet"), (UPRIGHT, "upright")])
def test_it_fits_a_tablet(browser: Any, tmp_path: Path, size: dict[str, int], name: str) -> None:
    """Nothing stands outside, also with a card open and words without a gap; fingers find rows."""
    peer = hostile()
    peer.answers["/alerts"][0]["headline"] = "W" * 120
    url = f"{peer.url}#map=34.9,35.8,9&alert={ID}"
    with peer.running(), opened(browser, url, size) as page:
        until(page, DRAWN)
        until(page, "() => document.querySelectorAll('.not-proved').length")
        assert page.evaluate(WIDE) <= 0
        assert page.evaluate(OUTSIDE) == []
        assert page.evaluate("() => document.querySelector('.row').clientHeight") >= 40
        assert page.evaluate("() => document.querySelector('.map').clientHeight") > 250
        assert shot(page, tmp_path, f"hostile-{name}").stat().st_size > 20_000


def test_without_webgl_the_queue_and_the_list_are_there(play: Any) -> None:
    """It is said, and a ship is found without a map."""
    peer = hostile()
    with (
        peer.running(),
        browsing(play, *NO_WEBGL) as poor,
        opened(poor, f"{peer.url}#tab=alerts") as page,
    ):
        until(page, ROW, lambda words: SHOWN in words)
        assert "no WebGL" in page.inner_text("#no-map")
        page.keyboard.press("2")
        until(page, "() => document.querySelectorAll('[data-mmsi]').length", lambda n: n == 1)
        page.click("[data-mmsi='1']")
        until(page, "() => document.querySelector('.ship-card h2')?.innerText ?? ''")
