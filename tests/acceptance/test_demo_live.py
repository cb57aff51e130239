"""``monitor demo --live``, as somebody new tries it: ships move and an alert comes in a minute."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest

from monitor.store.cluster import Cluster
from tests.acceptance.browser import DRAWN, SOURCE, opened, shot, until
from tests.acceptance.demo_watch import NEW, QUEUE, demo
from tests.program import run_monitor

CLOCK = "() => document.querySelector('.bar .clocks .quiet').innerText"
SAID = "() => document.getElementById('said').innerText"
PASSWORD = "nine horses over the mole"  # noqa: S105 - of nothing


def test_ships_move_and_an_alert_comes_within_a_minute(
    browser: Any, cluster: Cluster, tmp_path: Path
) -> None:
    """In the time of the recording; by the link that was told one acts in his own name."""
    with demo(cluster) as found:
        link = re.search(r"http://\S+/invitation/\S+", found.greeting)
        assert link is not None
        with opened(browser, found.url) as page:
            until(page, DRAWN)
            assert until(page, CLOCK) == "2024-12-09"
            first = where(page)
            rows = until(page, QUEUE, lambda rows: NEW in rows)
            assert time.monotonic() - found.begun_s < 60
            assert len(rows) > 3
            now = where(page)
            assert sum(now[mmsi] != place for mmsi, place in first.items()) > 3
            shot(page, tmp_path, "demo")
            page.goto(link[0])
            page.fill("input[type=password]", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url("**/login")
            page.fill("input[name=name]", "officer")
            page.fill("input[type=password]", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url("**/console*")
            page.click(f"text={NEW}")
            page.keyboard.press("a")
            until(page, SAID, lambda words: words.endswith("Acknowledged."))


def where(page: Any) -> dict[int, list[float]]:
    """Where each ship is drawn."""
    return {each["id"]: each["geometry"]["coordinates"] for each in page.evaluate(SOURCE)}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--live", "--listen", "0.0.0.0:9"), "on loopback alone"),
        (("--live", "--speed", "0"), "from 1 to 3600"),
        (("--speed", "60"), "--live"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(words: tuple[str, ...], said: str) -> None:
    """Before anything is started."""
    done = run_monitor("demo", *words)
    assert done.returncode == 2
    assert said in done.stderr.decode()


def test_the_demo_ends_with_how_to_see_it_live(cluster: Cluster, tmp_path: Path) -> None:
    """One command and one address."""
    env = {"MONITOR_HOME": str(cluster.home)}
    done = run_monitor("demo", "--output", tmp_path / "demo.png", env=env)
    assert done.returncode == 0, done.stderr
    end = done.stdout.decode().splitlines()[-5:]
    assert any(line.strip() == ".venv/bin/monitor demo --live" for line in end)
    assert any("http://127.0.0.1:8080/console" in line for line in end)
    cluster.drop_database("monitor_demo")
