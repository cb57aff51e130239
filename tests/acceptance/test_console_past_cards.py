"""Cards in the past: what was known by then, and what came later is marked or not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.browser import DRAWN, Page, opened, shot, until
from tests.acceptance.console_peer import (
    Peer,
    ago,
    alert,
    event,
    said,
    status,
    unix,
    vessel,
    why,
)
from tests.acceptance.console_watch import SAID
from tests.acceptance.test_console import brightest_other

ID, NEXT = "a" * 32, "b" * 32
THEN = {"minutes": 30}
EARLIER, LATER = {"minutes": 50}, {"minutes": 10}
"""Ago: before the instant that is shown, and after it."""

READY = "() => document.getElementById('past-says')?.dataset.ready ?? ''"
CARD = "() => document.querySelector('.card')?.innerText ?? ''"
SHOWN = "async () => (await monitorConsole.map.getSource('areas').getData()).features.length"


def areas() -> dict[str, Any]:
    """One that was drawn by then, and one that was not."""
    ring = [[35.7, 34.8], [35.9, 34.8], [35.9, 34.9], [35.7, 34.8]]
    return {"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": name, "geometry": {"type": "Polygon", "coordinates": [ring]},
         "properties": {"name": name, "owner": "ann", "shared": True, "since": ago(**since)}}
        for name, since in (("old", EARLIER), ("new", LATER))
    ]}  # fmt: skip


def sea() -> Peer:
    """A ship that berthed, with something that came later of each kind."""
    peer = Peer()
    story = {**alert(ID, happened_at=ago(hours=1)), "late": False}
    coming = alert(NEXT, happened_at=ago(**LATER), raised_at=ago(**LATER))
    sent = {
        "channel": "officers", "word": "raised", "state": "sent", "revision": 1, "attempts": 1,
        "made_at": ago(**EARLIER), "ended_at": ago(**LATER), "last_error": None,
    }  # fmt: skip
    known = why(story, told=[sent])
    (told,) = known["events"]
    told["evidence"]["fixes"][0]["received_at"] = ago(**LATER)
    told |= {"revised_at": ago(**LATER), "revision": "A report came late."}
    hers = {**vessel(1, 35.8, 34.9, at=ago(**EARLIER)), "late": True, "received_at": ago(**LATER)}
    span = {"earliest": None, "at": ago(hours=2), "latest": None}
    peer.answers |= {
        "/areas": areas(), "/alerts": [story, coming], f"/alerts/{ID}": why(story),
        "/vessels": [vessel(1, 35.8, 34.9)],
        "/status": status(feeds=[{
            "name": "harbour", "kind": "nmea-tcp", "where": "192.0.2.7:10110", "state": "live",
            "since": ago(**LATER), "why": "messages come", "next_try_at": None, "connections": 1,
            "lines": 1, "messages": 1, "last_message_at": ago(**LATER), "dropped": 0, "refused": {},
            "left_out": {}, "late": 0, "clock_slow_s": 0,
        }]),
        f"/alerts/{ID}/messages": [
            {**sent, "headline": f"Of {name}", "text": name, "made_at": ago(**made)}
            for name, made in (("later", LATER), ("then", EARLIER))
        ],
        "/ask/identity": [
            said("name", name, ago(**made), ago(**LATER), stands=name == "LATER NAME")
            for name, made in (("NAME THEN", EARLIER), ("LATER NAME", LATER))
        ],
        "/events": [
            event("DestinationChanged", 1, {}, why=f"Told {name}.", decided_at=ago(**made))
            for name, made in (("then", EARLIER), ("later", LATER))
        ],
        "/past/alerts": [story], f"/past/alerts/{ID}": known, f"/past/alerts/{NEXT}": why(coming),
        "/past/vessels": [hers], "/past/voyages": [], "/past/ports": [],
        "/past/port-calls": [{
            "id": "1", "mmsi": 1, "name": "SHIP 1", "port": "tartus", "arrived": span,
            "departed": None, "state": "in port", "confidence": 4, "late": True,
        }],
        "/vessels/1/history": [
            {**vessel(1, 35.8 - i / 100, 34.9, at=ago(minutes=50 + i)), "track": 0}
            for i in (2, 1, 0)
        ],
    }  # fmt: skip
    return peer


@pytest.fixture
def peer() -> Iterator[Peer]:
    """One a story."""
    with sea().running() as found:
        yield found


def then(page: Page) -> None:
    """Wait until the past is shown."""
    until(page, READY, lambda word: word == "true")


def test_an_alert_is_told_as_far_as_it_was_known(browser: Any, peer: Peer, tmp_path: Path) -> None:
    """What was sent later is not sent yet; fixes and sentences that came later say so."""
    with opened(browser, f"{peer.url}#alert={ID}&t={unix(**THEN)}") as page:
        then(page)
        words = until(page, CARD, lambda words: "not sent yet" in words)
        assert "came later: A report came late." in words
        assert page.inner_text(".fixes .mark.late") == "came later"
        assert page.query_selector("#act-ack") is None
        page.click("#messages summary")
        until(page, "() => document.querySelectorAll('.message').length", lambda n: n == 1)
        assert "Of then" in page.inner_text(".message")
        shot(page, tmp_path, "past-alert")
        page.evaluate(f"() => {{ location.hash = 'alert={NEXT}&t={unix(**THEN)}' }}")
        until(page, CARD, lambda words: "had not happened" in words)
        page.keyboard.press("h")
        until(page, "() => document.querySelector('#act-ack') !== null")


def test_a_ship_is_told_as_far_as_she_was_known(browser: Any, peer: Peer, tmp_path: Path) -> None:
    """Her last fix and her call came later; what she said later she had not said."""
    with opened(browser, f"{peer.url}#ship=1&tab=ports&t={unix(**THEN)}") as page:
        then(page)
        words = until(page, CARD, lambda words: "NAME THEN" in words)
        assert "LATER NAME" not in words
        assert "Told then." in words
        assert "Told later." not in words
        assert words.count("came later") == 2
        assert "This fix was received at" in words
        shot(page, tmp_path, "past-ship")


def test_feeds_and_areas_in_the_past(browser: Any, peer: Peer) -> None:
    """Feeds are those of now, by the clock; areas that nobody had drawn are not shown, or drawn."""
    with opened(browser, f"{peer.url}#tab=feeds&t={unix(**THEN)}&map=34.85,35.8,9") as page:
        then(page)
        panel = until(page, "() => document.querySelector('#panel-feeds')?.innerText ?? ''",
                      lambda words: "not kept" in words)  # fmt: skip
        assert re.search(r"live for \d+ min", panel)
        until(page, SHOWN, lambda count: count == 1)
        page.keyboard.press("d")
        until(page, SAID, lambda words: "in the past" in words)
        assert page.query_selector(".drawing.on") is None
        page.keyboard.press("h")
        until(page, SHOWN, lambda count: count == 2)


def test_the_past_by_night_is_red_alone(browser: Any, peer: Peer, tmp_path: Path) -> None:
    """The bar's slider and field, too, which browsers draw as they like."""
    with opened(
        browser, f"{peer.url}#pal=night&ship=1&tracks=1&t={unix(**THEN)}&map=34.85,35.8,9"
    ) as page:
        then(page)
        until(page, DRAWN)
        until(page, "() => document.getElementById('slider') !== null")
        assert brightest_other(shot(page, tmp_path, "past-night")) <= 150
