"""The story of a ship on the console: where she may be, whom she met, who she said she was."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.browser import DRAWN, opened, shot, until
from tests.acceptance.console_peer import (
    Clock,
    Peer,
    ago,
    event,
    hull,
    member,
    said,
    vessel,
)
from tests.acceptance.test_console import brightest_other
from tests.acceptance.test_console_map import FENCES, GEOD, WIDE
from tests.sizes import sized

DARK, OTHER = 1, 2
HOURS, KNOTS = 20, 14.5
CARD = "() => document.querySelector('.card')?.innerText ?? ''"
PANEL = "() => document.querySelector('#panel-fleets')?.innerText ?? ''"


def source(name: str) -> str:
    """What a layer was given."""
    return f"async () => (await monitorConsole.map.getSource('{name}').getData()).features"


def sea() -> Peer:
    """A ship that is dark at sea, and was once before; another that she met."""
    peer, last = Peer(), ago(hours=HOURS)
    before = {"silent_since": ago(days=9)}
    back = {
        **before, "away_m": 240_760, "needed_kn": 5.5, "unexplained_s": 9 * 3600,
        "feasible_calls": [{"port": "tobruk", "since": ago(days=8), "until": ago(days=7.5)}],
    }  # fmt: skip
    span = {"earliest": None, "at": ago(days=1), "latest": None}
    peer.answers |= {
        "/geofences": FENCES,
        "/vessels": [
            vessel(DARK, 33.5, 34.4, name="HELIOS CREST", at=last),
            vessel(OTHER, 35.7, 34.85, name="SEVERNYY VETER"),
        ],
        f"/vessels/{DARK}/history": [{**vessel(DARK, 33.5, 34.4, at=last), "track": 0}],
        f"/vessels/{OTHER}/history": [],
        "/events": [
            event("WentDark", DARK, {**before, "grade": "likely deliberate",
                                     "with": ["turned by 70 degrees"]}),
            event("Reappeared", DARK, back, at=ago(days=7)),
            event("WentDark", DARK, {"silent_since": last, "grade": "dark", "with": [],
                                     "greatest_kn": KNOTS}),
            event("WentDark", DARK, {"silent_since": ago(days=3), "grade": "dark"},
                  state="withdrawn", why="WITHDRAWN"),
            event("MayHaveReached", DARK, {"silent_since": last, "likely_at": ago(hours=2)},
                  port="tartus", earliest=ago(hours=11)),
            event("ShipsMet", DARK, {"since": ago(days=2), "nearest_m": 300,
                                     "other_name": "SEVERNYY VETER", "gap_min": 0},
                  other_mmsi=OTHER, other_track=0, lon=34.0, lat=34.2),
            event("ShipsParted", DARK, {"since": ago(days=2), "nearest_m": 120,
                                        "other_name": "SEVERNYY VETER", "gap_min": 200},
                  other_mmsi=OTHER, other_track=0, at=ago(days=1.8), why="Together for 5 h."),
            event("GateCrossed", DARK, {"gate_name": "Kasos", "direction": "unknown"},
                  state="provisional", lon=32.5, lat=34.0),
            event("IdentityFlapped", DARK, {}, why="By turns she says name A and B."),
            event("DestinationChanged", DARK, {}, why="Under way she declares TOBRUK."),
        ],
        "/ask/identity": [
            said("name", "BALTIC DAWN", ago(days=40), ago(days=12), stands=False),
            said("name", "HELIOS CREST", ago(days=12), last),
            said("destination", "PORT SAID", ago(days=5), ago(days=3), stands=False),
            said("destination", "LYTOB (Tobruk)", ago(days=3), last),
        ],
        "/ask/hulls": [hull(mmsi=OTHER, name="SEVERNYY VETER", other_mmsi=DARK)],
        "/ask/fleets": [{"fleet": "empty", "entries": 1}, {"fleet": "own", "entries": 4}],
        "/ask/fleet": [
            member(OTHER, "in port", port="tartus", since=span, confidence=3,
                   name="SEVERNYY VETER", heard_at=ago(minutes=2)),
            member(DARK, "not known", name="HELIOS CREST", heard_at=last,
                   unheard_s=HOURS * 3600, may_be=["tartus"]),
            member(9, "not heard", name=None, listed="IMO 9268710", heard_at=None, lon=None,
                   lat=None, unheard_s=None),
            member(8, "at sea", match="possible", name="PERHAPS SHE"),
        ],
    }  # fmt: skip
    return peer


def test_what_is_known_of_a_ship_that_is_dark(browser: Any, tmp_path: Path) -> None:
    """How far she can be, ports from when on, silences and calls that fit, whom she met."""
    view = f"#ship={DARK}&tab=ships&map=34.0,32.5,6"
    with sea().running() as peer, opened(browser, peer.url + view, WIDE) as page:
        until(page, DRAWN)
        words = until(page, CARD, lambda text: "BALTIC DAWN" in text and "BY TURNS" in text.upper())
        reached = f"{Clock.begun - timedelta(hours=11):%Y-%m-%d %H:%M} UTC"
        for told in (
            f"20 h at {KNOTS} kn", f"Tartus: she can be there from {reached} on",
            "Tobruk: she cannot be there yet", "That she went to any of them is not known.",
            "likely deliberate, not proved", "With it, shortly before: turned by 70 degrees.",
            "130 NM from there; she needed 5.5 kn", "Tobruk, within", "9 h of it the way there",
            "nearest 120 m; not heard together for 3 h 20 min", "Together for 5 h.",
            "Kasos: not known whether she passed", "Maybe the same hull: SEVERNYY VETER",
            "By turns she says name A and B.", "Under way she declares TOBRUK.", "PORT SAID",
        ):  # fmt: skip
            assert told in words, told
        assert "WITHDRAWN" not in words
        assert words.count("nearest") == 1, "a meeting that ended is told once"
        (circle,) = until(page, source("reach"))
        far = [GEOD.inv(33.5, 34.4, *at)[2] / 1852 for at in circle["geometry"]["coordinates"][0]]
        # No nearer than she comes, on the spheroid: it is a bound; and the page is minutes old.
        assert min(far) >= HOURS * KNOTS
        assert max(far) <= (HOURS + 0.2) * KNOTS * 1.012
        labels = [each["properties"]["label"] for each in until(page, source("told"))]
        assert ", 120 m" in labels[0]
        assert [label.split("\n")[0] for label in labels] == [
            "Met SEVERNYY VETER", "Kasos: not known whether she passed",
        ]  # fmt: skip
        page.wait_for_timeout(300)
        shot(page, tmp_path, "story")
        page.evaluate("() => { location.hash += '&pal=night' }")
        until(page, "() => document.documentElement.dataset.palette", lambda now: now == "night")
        until(page, DRAWN)
        assert brightest_other(shot(page, tmp_path, "story-night")) <= 150
        page.focus("#company button")
        page.keyboard.press("Enter")
        until(page, "() => monitorConsole.view.ship", lambda now: now == str(OTHER))
        until(page, source("reach"), lambda them: them == [])


def test_a_dark_ship_is_somewhere_in_the_sea_that_the_watch_reckons(browser: Any) -> None:
    """It is bounded by land and drawn instead of the ring, as of a few minutes ahead."""
    peer, shape = (
        sea(),
        {"type": "Polygon", "coordinates": [[[33, 34], [34, 34], [34, 35], [33, 34]]]},
    )
    peer.answers["/ask/reach"] = [
        {"heard_at": ago(hours=90), "shape": None},
        {"heard_at": ago(hours=HOURS), "shape": shape},
    ]
    with peer.running(), opened(browser, f"{peer.url}#ship={DARK}&map=34.0,32.5,6") as page:
        until(page, source("reach"), lambda them: [one["geometry"] for one in them] == [shape])
        assert peer.asked.count("/ask/reach") <= 2  # the ten minutes may have turned


def test_her_story_is_read_again_when_something_happens(browser: Any) -> None:
    """To her, or to her and another; what happens to others asks nothing."""
    peer = sea()
    peer.streams = True
    with peer.running(), opened(browser, f"{peer.url}#ship={DARK}") as page:
        until(page, CARD, lambda text: "BALTIC DAWN" in text)
        until(page, "() => document.querySelector('.link b').innerText", lambda w: w == "Live")
        until(page, CARD, lambda text: "BALTIC DAWN" in text)
        page.wait_for_timeout(1500)  # it was asked again when the stream began
        asked = peer.asked.count("/events")
        peer.send("event", event("PortArrived", 77, {}))
        page.wait_for_timeout(1500)
        assert peer.asked.count("/events") == asked
        peer.answers["/events"].append(event("DestinationVaried", DARK, {}, why="NEW OF HER."))
        peer.send("event", event("ShipsMet", OTHER, {}, other_mmsi=DARK))
        until(page, CARD, lambda text: "NEW OF HER." in text)


@pytest.mark.parametrize("palette", sized(["night"], ["day", "night"]))
def test_a_fleet_says_how_each_ship_stands(browser: Any, tmp_path: Path, palette: str) -> None:
    """Those that are dark since when, and what they may have reached; a click leads to each."""
    view = f"#tab=fleets&fleet=own&pal={palette}&map=34.4,33.5,6"
    with sea().running() as peer, opened(browser, peer.url + view) as page:
        until(page, DRAWN)
        words = until(page, PANEL, lambda text: "HELIOS CREST" in text)
        assert page.input_value("#fleet") == "own"
        for told in (
            "3 ships: 1 in port, 1 not known, 1 never heard", "Tartus, arrived",
            f"dark since {Clock.begun - timedelta(hours=HOURS):%Y-%m-%d %H:%M} UTC (20 h)",
            "Not excluded, as fast as such ships are: Tartus", "IMO 9268710", "Perhaps of it",
        ):  # fmt: skip
            assert told in words, told
        page.focus(f"[data-ship='{DARK}']")
        page.keyboard.press("Enter")
        until(page, CARD, lambda text: "Where she may be now".upper() in text.upper())
        path = shot(page, tmp_path, f"fleet-{palette}")
        if palette == "night":
            assert brightest_other(path) <= 150
        page.select_option("#fleet", "empty")
        until(page, "() => location.hash", lambda now: "fleet=empty" in now)
