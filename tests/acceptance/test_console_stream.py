"""The console on a stream: what is told is what is shown, also when the watch goes away."""

from __future__ import annotations

import random
from typing import Any

from tests.acceptance.browser import DRAWN, SHIP, SOURCE, inked, opened, until
from tests.acceptance.console_peer import Peer, ago, alert, status, vessel, why

SHIPS = 200
UPDATES = 10_000
PIECE = 100
"""Positions in a frame, as a thinned stream sends them."""

SEA = "#map=33.5,30.0,5"
QUEUE = "() => [...document.querySelectorAll('#panel-alerts .headline')].map((e) => e.innerText)"
LINK = "() => document.querySelector('.link b').innerText"


PLACES = """() => monitorConsole.signs.features.map((each) => {
  const {x, y} = monitorConsole.map.project(each.geometry.coordinates);
  return [x, y];
})"""
APART_PX = 30
"""Signs of ships that are so far from each other do not touch."""


def apart(places: list[list[float]]) -> list[tuple[float, float]]:
    """Those that no other is near to, inside of what is seen of the map."""
    return [
        (x, y)
        for x, y in places
        if 150 < x < 600 and 100 < y < 550
        and sum(max(abs(x - a), abs(y - b)) < APART_PX for a, b in places) == 1
    ]  # fmt: skip


def sea(rng: random.Random) -> Peer:
    peer = Peer()
    peer.streams = True
    peer.answers["/vessels"] = [
        vessel(200_000_000 + i, rng.uniform(26, 34), rng.uniform(32, 35)) for i in range(SHIPS)
    ]
    return peer


def test_after_ten_thousand_updates_each_ship_is_where_she_was_told_last(browser: Any) -> None:
    """Coalesced to one picture a second, and no update is lost; a late one changes nothing."""
    rng = random.Random(7)
    peer = sea(rng)
    truth = {each["mmsi"]: (each["lon"], each["lat"]) for each in peer.answers["/vessels"]}
    with peer.running(), opened(browser, f"{peer.url}{SEA}&vec=0") as page:
        until(page, DRAWN)
        until(page, LINK, lambda words: words == "Live")
        for sent in range(UPDATES // PIECE):
            rows = []
            for mmsi in rng.sample(sorted(truth), PIECE):
                truth[mmsi] = (round(rng.uniform(26, 34), 6), round(rng.uniform(32, 35), 6))
                at = ago(minutes=1.9 - sent / (UPDATES / PIECE))
                rows.append([mmsi, at, *truth[mmsi], 11.0, 45.0, 50, 0])
            peer.send("positions", rows)
        late = min(truth)
        peer.send("positions", [[late, ago(days=1), 0.0, 0.0, 1.0, 1.0, None, 0]])

        def told(features: list[Any]) -> bool:
            shown = {each["id"]: tuple(each["geometry"]["coordinates"]) for each in features}
            return shown == truth

        features = until(page, SOURCE, told)
        until(page, DRAWN, lambda n: n > 0)
        assert {each["properties"]["glyph"] for each in features} == {"arrow"}
        turned = [each["properties"]["bow"] for each in features]
        assert turned.count(50) > SHIPS * 0.9
        page.evaluate("""() => {
          monitorConsole.map.setLayoutProperty('ship-names', 'visibility', 'none');
          monitorConsole.map.jumpTo({zoom: 8});
        }""")
        until(page, DRAWN)
        alone = apart(page.evaluate(PLACES))
        assert len(alone) > 2
        for _ in range(20):  # a desk that is busy draws the new view later
            drawn = all(inked(page, alone, SHIP))
            if drawn:
                break
            page.wait_for_timeout(500)
        assert drawn, "a ship is not drawn at the place that was told"
        beside = [(x, y + 2 * APART_PX / 3) for x, y in alone]
        assert not any(inked(page, beside, SHIP)), "a ship is drawn where none was told"


def test_an_alert_of_the_stream_is_in_the_queue_and_heard(browser: Any) -> None:
    """By severity; the sound is off until it is chosen; one that is closed goes."""
    peer = sea(random.Random(1))
    peer.answers["/alerts"] = [alert("a" * 32, "info", headline="An old one")]
    with peer.running(), opened(browser, peer.url + SEA) as page:
        until(page, QUEUE, lambda rows: rows == ["An old one"])
        until(page, LINK, lambda words: words == "Live")
        page.click("text=Sound")
        page.click("dialog label:has-text('critical') input")
        page.click("text=Done")
        new = alert("b" * 32, "critical", headline="A new one", changed_at=ago(seconds=1))
        peer.send("alert", new)
        until(page, QUEUE, lambda rows: rows == ["A new one", "An old one"])
        assert "A new one" in page.inner_text("[role=alert].unseen")
        taken = {**new, "state": "acknowledged", "revision": 2, "assignee": "bob"}
        peer.send("alert", taken)
        until(page, QUEUE, lambda rows: rows == ["An old one", "A new one"])
        assert "for bob" in page.inner_text("#panel-alerts")
        peer.send("alert", {**new, "state": "closed", "revision": 3})
        until(page, QUEUE, lambda rows: rows == ["An old one"])


def test_a_list_that_was_asked_for_before_an_alert_does_not_undo_it(browser: Any) -> None:
    """What the stream tells while a list is under way is newer than the list, also its end."""
    peer = sea(random.Random(4))
    first, second = alert("a" * 32, headline="Before"), alert("b" * 32, headline="Meanwhile")
    closed = {**first, "state": "closed", "revision": 2}
    peer.answers["/alerts"] = [first]
    with peer.running(), opened(browser, peer.url + SEA) as page:
        until(page, QUEUE, lambda rows: rows == ["Before"])
        until(page, LINK, lambda words: words == "Live")
        page.wait_for_timeout(4000)  # all is asked for once more when the stream has settled
        with peer.slow("/alerts"):
            before = peer.asked.count("/alerts")
            peer.send("reset", {})
            until(page, "() => true", lambda _: peer.asked.count("/alerts") > before)
            peer.send("alert", second)
            peer.send("alert", closed)
            until(page, QUEUE, lambda rows: rows == ["Meanwhile"])
        page.wait_for_timeout(2000)  # the old list comes, and is shown
        assert page.evaluate(QUEUE) == ["Meanwhile"]
        peer.answers["/alerts"] = [second, first]
        peer.send("reset", {})
        until(page, QUEUE, lambda rows: sorted(rows) == ["Before", "Meanwhile"])


def test_a_watch_that_is_gone_is_said_and_what_was_missed_is_fetched(browser: Any) -> None:
    """What is shown has its age; the queue of the time between is asked for."""
    peer = sea(random.Random(2))
    first, second = alert("a" * 32, headline="Before"), alert("c" * 32, headline="Meanwhile")
    peer.answers["/alerts"] = [first]
    peer.answers[f"/alerts/{'c' * 32}"] = why(second)
    with peer.running(), opened(browser, peer.url + SEA) as page:
        until(page, LINK, lambda words: words == "Live")
        until(page, "() => monitorConsole.map?.loaded()")  # of the land there is a test of its own
        peer.down()
        until(page, LINK, lambda words: words == "NOT CONNECTED")
        assert page.evaluate(QUEUE) == ["Before"]
        age = page.inner_text(".link .quiet")
        assert age.endswith("old")
        peer.answers["/alerts"] = [second, first]
        peer.answers["/status"] = status()
        peer.up()
        until(page, QUEUE, lambda rows: sorted(rows) == ["Before", "Meanwhile"])
        until(page, LINK, lambda words: words == "Live")
        page.click("text=Meanwhile")
        until(page, "() => document.querySelector('.not-proved')?.innerText ?? ''")
        peer.answers["/alerts"] = [first]
        peer.send("reset", {})
        until(page, QUEUE, lambda rows: rows == ["Before"])


def test_without_a_stream_it_asks(browser: Any) -> None:
    """A server that has none is polled, and the page says that it is."""
    peer = sea(random.Random(3))
    peer.streams = False
    with peer.running(), opened(browser, peer.url + SEA) as page:
        until(page, LINK, lambda words: words == "Asking every 5 s")
        peer.answers["/alerts"] = [alert("a" * 32, headline="Found by asking")]
        until(page, QUEUE, lambda rows: rows == ["Found by asking"])
