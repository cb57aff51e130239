"""What is heard: alerts of severities and of ships that were chosen in this browser."""

from __future__ import annotations

from typing import Any

from tests.acceptance.browser import opened, until
from tests.acceptance.console_peer import Peer, ago, alert, vessel

LINK = "() => document.querySelector('.link b').innerText"
QUEUE = "() => [...document.querySelectorAll('#panel-alerts .headline')].map((e) => e.innerText)"
PLAYED = """async () => {
  const main = document.querySelector('script[type=module]').src;
  return (await import(main.replace('main.js', 'sound.js'))).played.times;
}"""


def test_a_ship_is_heard_that_was_chosen_on_her_card(browser: Any) -> None:
    """However slight her alert is, and after the page was loaded anew; others are not heard."""
    peer = Peer()
    peer.streams = True
    peer.answers["/vessels"] = [vessel(1, 30, 34, name="CHOSEN"), vessel(2, 31, 34)]
    with peer.running(), opened(browser, f"{peer.url}#tab=ships&ship=1") as page:
        page.click("#her-sound")
        page.reload()
        until(page, LINK, lambda words: words == "Live")
        assert page.is_checked("#her-sound")
        page.keyboard.press("1")
        peer.send("alert", alert("b" * 32, "critical", mmsi=2, headline="Of another"))
        until(page, QUEUE, lambda rows: rows == ["Of another"])
        assert page.evaluate(PLAYED) == 0
        hers = alert("c" * 32, "info", mmsi=1, headline="Of her", changed_at=ago(seconds=1))
        peer.send("alert", hers)
        until(page, QUEUE, lambda rows: "Of her" in rows)
        assert page.evaluate(PLAYED) == 1
        page.click("text=Sound")
        page.click("dialog label:has-text('CHOSEN') input")
        page.click("dialog button.main")
        peer.send("alert", {**hers, "state": "closed", "revision": 2})
        peer.send("alert", {**hers, "id": "d" * 32, "headline": "Of her again"})
        until(page, QUEUE, lambda rows: "Of her again" in rows)
        assert page.evaluate(PLAYED) == 1
