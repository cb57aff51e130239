"""History mode: what was shown at an instant is what is shown of it later, but what came late."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Any, NamedTuple

import pyais
import pytest

from monitor.clock import now_us
from monitor.store.cluster import Cluster
from monitor.units import SECOND_US
from tests.acceptance.browser import DRAWN, SOURCE, TABLET, Page, opened, shot, until
from tests.acceptance.console_watch import ROWS, SAID, TOKEN, at, voyage, voyaged
from tests.live import Watch

LATE, LIVE = 273_990_099, 273_990_187
"""Of the voyage: a ship whose last fixes came late, and one that was heard on."""

WITHHELD = 20
SAYS = "() => document.getElementById('past-says')?.innerText ?? ''"
READY = "() => document.getElementById('past-says')?.dataset.ready ?? ''"
PORTS = """() => [...document.querySelectorAll('[data-port]')].map((port) => [port.dataset.port,
  [...port.querySelectorAll('h3')].map((each) => each.innerText),
  [...port.querySelectorAll('li button')].map((each) => each.innerText)])"""
CHARTS = """() => [...document.querySelectorAll('[data-port]')].map((port) =>
  port.querySelector('.chart') !== null)"""
FEED = '\n[[feeds]]\nname = "logger"\nkind = "tail"\npath = {}\nlateness_s = 0\n'


def mmsi_of(line: bytes) -> int | None:
    """Whose position a line is; None: it is none."""
    try:
        found = pyais.decode(line.rpartition(b"\\")[2])
    except (pyais.exceptions.AISBaseException, ValueError):
        return None
    return int(found.mmsi) if found.msg_type in {1, 3, 18} else None


def stamped(line: bytes, seconds: int) -> bytes:
    """The same, said at another time."""
    words = b"s:NOW,c:%d" % seconds
    return b"\\%s*%02X\\%s" % (words, reduce(xor, words), line.rpartition(b"\\")[2])


class Heard(NamedTuple):
    """A watch of a voyage, and what was not heard at once."""

    watch: Watch
    log: Path
    late: Sequence[bytes]
    template: bytes  # a position of the ship that is heard on

    def add(self, *lines: bytes) -> None:
        """Let the logger write."""
        with self.log.open("ab") as log:
            log.write(b"".join(line + b"\n" for line in lines))


@pytest.fixture(scope="module")
def heard(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heard]:
    """The voyage, but for the last positions of a ship, and a feed that follows a file."""
    folder = tmp_path_factory.mktemp("past")
    lines = voyage()
    hers = [place for place, line in enumerate(lines) if mmsi_of(line) == LATE][-WITHHELD:]
    others = [line for line in lines if mmsi_of(line) == LIVE]
    log = folder / "logger.nmea"
    log.touch()
    kept = [line for place, line in enumerate(lines) if place not in set(hers)]
    feed = FEED.format(json.dumps(str(log)))
    with voyaged(cluster, folder, "past", lines=kept, feeds=feed) as watch:
        yield Heard(watch, log, [lines[place] for place in hers], others[-1])


class Shown(NamedTuple):
    """What a page shows: ships by number, the queue, and the ports."""

    ships: dict[int, Any]
    late: set[int]
    queue: list[Any]
    ports: Any


def shown(page: Page) -> Shown:
    """Without the words of ages, which are not of a second."""
    ships, late = {}, set()
    for each in page.evaluate(SOURCE):
        words = each["properties"]
        ships[each["id"]] = (each["geometry"]["coordinates"], words["glyph"], words["age"])
        late |= {each["id"]} if words["late"] else set()
    page.keyboard.press("3")
    until(page, CHARTS, lambda drawn: bool(drawn) and all(drawn))
    ports = until(page, PORTS)
    page.keyboard.press("1")
    return Shown(ships, late, until(page, ROWS), ports)


def places(ships: Sequence[Any]) -> dict[int, Any]:
    """Where ships are drawn, by number."""
    return {each["id"]: each["geometry"]["coordinates"] for each in ships}


def acknowledge(watch: Watch, id_: str) -> None:
    """As an officer does."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{watch.http}/alerts/{id_}/ack", data=b'{"by": "ann"}', method="POST",
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - the same
        assert json.load(answer)["changed"]


def last_of(watch: Watch, mmsi: int) -> str:
    """When a ship was heard last."""
    return str(next(each["at"] for each in watch.get("/vessels") if each["mmsi"] == mmsi))


def test_the_past_is_what_was_shown_but_for_what_came_late(
    browser: Any, heard: Heard, tmp_path: Path
) -> None:
    """A ship sailed on, another's fixes came late, an alert was acknowledged: none of that then."""
    watch = heard.watch
    with opened(browser, at(watch)) as page:
        until(page, DRAWN)
        before = shown(page)
        then = now_us() // SECOND_US
        first = before.queue[0][0]
        assert before.late == set()
        shot(page, tmp_path, "past-live")

        time.sleep(1.5)
        acknowledge(watch, first)
        was = last_of(watch, LATE), last_of(watch, LIVE)
        heard.add(*heard.late, stamped(heard.template, now_us() // SECOND_US))
        until(page, ROWS, lambda rows: {r[0]: r[2] for r in rows}[first] == "acknowledged")
        deadline = time.monotonic() + 90
        while last_of(watch, LATE) == was[0] or last_of(watch, LIVE) == was[1]:
            assert time.monotonic() < deadline, "what came late was not taken"
            time.sleep(0.5)

        page.evaluate(f"() => {{ location.hash = location.hash + '&t={then}' }}")
        until(page, READY, lambda word: word == "true")
        assert re.fullmatch(r"You see \d{4}-\d\d-\d\d \d\d:\d\d UTC, not now", page.evaluate(SAYS))
        until(page, SOURCE, lambda ships: any(each["properties"]["late"] for each in ships))
        after = shown(page)
        shot(page, tmp_path, "past-then")
        assert after.late == {LATE}
        assert "came later" in page.evaluate("() => JSON.stringify(monitorConsole.signs.features)")
        for ships in (before.ships, after.ships):
            ships.pop(LATE)
        assert after.ships == before.ships
        assert (after.queue, after.ports) == (before.queue, before.ports)

        page.click(f"[data-alert='{first}']")
        until(page, "() => document.querySelector('.not-proved')?.innerText ?? ''")
        assert page.query_selector("#act-ack") is None
        assert "acknowledged" not in page.inner_text(".alert-card")
        page.keyboard.press("a")
        until(page, SAID, lambda words: "in the past" in words)
        page.keyboard.press("h")
        until(page, ROWS, lambda rows: {r[0]: r[2] for r in rows}[first] == "acknowledged")
        assert page.query_selector(".past") is None


def test_the_past_is_played_and_the_address_holds_it(
    browser: Any, heard: Heard, tmp_path: Path
) -> None:
    """By keys back and on; at speed; whoever opens the address sees the same."""
    begin = now_us() // SECOND_US - 3 * 86_400
    with opened(browser, at(heard.watch, f"#t={begin}&tab=ships"), size=TABLET) as page:
        until(page, READY, lambda word: word == "true")
        until(page, DRAWN)
        first = page.evaluate(SOURCE)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        page.keyboard.press("}")
        until(page, "() => location.hash", lambda words: f"t={begin + 3600}" in words)
        page.keyboard.press("[")
        until(page, "() => location.hash", lambda words: f"t={begin + 3000}" in words)
        page.select_option("[aria-label='How fast it is played']", "3600")
        page.keyboard.press("p")
        until(page, "() => Number(/t=(\\d+)/.exec(location.hash)?.[1])",
              lambda t: t >= begin + 3000 + 3 * 3600)  # fmt: skip
        page.keyboard.press("p")
        shot(page, tmp_path, "past-played")
        wanted = page.evaluate("() => Number(/t=(\\d+)/.exec(location.hash)[1]) * 1000")
        until(page, "() => monitorConsole.past.at", lambda t: t == wanted)
        until(page, SOURCE, lambda ships: places(ships) != places(first))
        with opened(browser, page.url) as copy:
            until(copy, "() => monitorConsole.past.at", lambda t: t == wanted)
            until(copy, SOURCE, lambda ships: places(ships) == places(page.evaluate(SOURCE)))
        page.fill("#past-field", "2030-01-01T00:00")
        until(page, "() => !location.hash.includes('t=')")
