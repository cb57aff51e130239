"""Two officers at a real watch: what one does the other sees at once, and a stop loses nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from monitor.store.cluster import Cluster
from tests.acceptance.browser import Page, opened, until
from tests.acceptance.console_watch import ROWS, SAID, TOKEN, at, voyaged
from tests.live import Watch
from tests.program import run_monitor

SEEN_S = 2.0
"""Within this one officer sees what another did, where others leave the machine to the watch."""

LINK = "() => document.querySelector('.link b').innerText"
STATES = f"() => Object.fromEntries(({ROWS})().map(([id, , state]) => [id, state]))"


@pytest.fixture(scope="module")
def watch(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """One for these stories."""
    with voyaged(cluster, tmp_path_factory.mktemp("officers"), "console_officers") as found:
        yield found


def sign_in(page: Page, by: str) -> None:
    """By the token that officers have in common."""
    page.click(".tools button:last-child")
    page.fill("dialog input[name=by]", by)
    page.check("dialog input[name=with-token]")
    page.fill("dialog input[name=token]", TOKEN)
    page.keyboard.press("Enter")
    until(page, "() => document.querySelector('.tools button:last-child').innerText",
          lambda words: words == by)  # fmt: skip


def test_an_acknowledgement_is_seen_by_the_other_within_two_seconds(
    browser: Any, watch: Watch
) -> None:
    """By the key of the one, in the queue of the other, by himself."""
    with opened(browser, at(watch)) as ann, opened(browser, at(watch)) as bob:
        for page in (ann, bob):
            until(page, LINK, lambda words: words == "Live")
        sign_in(ann, "ann")
        took_s = []
        for each in [row[0] for row in until(ann, ROWS) if row[2] == "open"]:
            ann.click(f"[data-alert='{each}']")
            ann.keyboard.press("a")
            began = time.monotonic()
            until(bob, STATES, lambda states, id_=each: states.get(id_) == "acknowledged")
            took_s.append(time.monotonic() - began)
            until(ann, SAID, lambda words: words.endswith("Acknowledged."))
        crowded = watch.crowded()
        print(
            f"seen by the other after {min(took_s):.2f} s; the machine is {crowded:.1f} times full"
        )
        assert min(took_s) < SEEN_S * crowded


def test_what_was_done_while_the_watch_was_away_is_there_when_it_is_back(
    browser: Any, watch: Watch
) -> None:
    """It is said that nothing is heard; nobody has to ask for anything."""
    env = {"MONITOR_DATABASE_URL": watch.url}
    with opened(browser, at(watch)) as page:
        until(page, LINK, lambda words: words == "Live")
        rows = until(page, ROWS, lambda rows: len(rows) > 1)
        closed, assigned = rows[-1][0], rows[0][0]
        watch.kill()
        until(page, LINK, lambda words: words == "NOT CONNECTED")
        assert page.evaluate(ROWS) == rows, "what is shown stays as it was"
        for words in (
            ("close", closed, "--verdict", "false", "--by", "dan"),
            ("assign", assigned, "--to", "eve", "--by", "dan"),
        ):
            done = run_monitor("alerts", *words, env=env)
            assert done.returncode == 0, done.stderr.decode()
        watch.start(MONITOR_ALERTS_TOKEN=TOKEN)
        watch.until(lambda s: s["store"]["ready"])
        until(page, LINK, lambda words: words == "Live")
        until(page, STATES, lambda states: closed not in states and assigned in states)
        until(page, "() => document.getElementById('panel-alerts').innerText",
              lambda words: "for eve" in words)  # fmt: skip
