"""What an officer may trust: a mute that was answered holds, and all faces show the same alerts."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from monitor.alert.life import Act, Verdict
from monitor.store import acts, alerts
from monitor.store.alerts import alert_row
from monitor.store.database import connected
from monitor.store.sql import query
from tests.acceptance.alerted import (
    TOKEN,
    good,
    listed,
    posted,
    silence_is_told,
)
from tests.acceptance.desk import Desk, terminal
from tests.integration.store.desks import K, commit, desk, fresh, told
from tests.live import Watch
from tests.program import run_monitor
from tests.unit.alert.drawn import rule as drawn_rule
from tests.unit.alert.stories import alert_of, berthed, rule


def test_9_a_mute_that_was_answered_outlives_kill_9(env: dict[str, str], tmp_path: Path) -> None:
    """Behaviour 9: killed right after each answer, and what it covers is told to nobody."""
    url = env["MONITOR_DATABASE_URL"]
    with Watch(tmp_path / "watch", url, "") as watch:
        watch.kill()
        watch.start(MONITOR_ALERTS_TOKEN=TOKEN)
        watch.until(lambda s: s["store"]["ready"])
        ids = [row["id"] for row in watch.get("/alerts")]
        assert len(ids) == 3
        for id_ in ids:
            code, answer = posted(watch, f"/alerts/{id_}/mute", TOKEN, by="ann", reason="a drill")
            watch.kill()
            assert (code, answer["changed"]) == (200, True)
            watch.start(MONITOR_ALERTS_TOKEN=TOKEN)
            watch.until(lambda s: s["store"]["ready"])
            code, again = posted(watch, f"/alerts/{id_}/mute", TOKEN, by="ann", reason="a drill")
            assert (code, again["changed"], again["mute"]) == (200, False, answer["mute"])
    swallowed = asyncio.run(_what_comes_next(url, ids))
    assert swallowed == [1, 1, 1]


async def _what_comes_next(url: str, ids: list[str]) -> list[int]:
    """Something graver of each of these stories: nobody is told, and each mute has counted it."""
    watch = desk(drawn_rule("leaves", "critical", kind=["PortDeparted"]))
    async with connected(url) as db:
        for number, id_ in enumerate(ids):
            await commit(db, watch, await fresh(db, 70 + number, K.PORT_DEPARTED, episode=id_))
        assert await told(db) == []
        return [row["swallowed"] for row in await alerts.mutes(db)]


def test_20_a_shift_of_a_watch_that_has_never_seen_anything(desk: Desk, database: str) -> None:
    """Behaviour 20: a page that is there says that somebody looked."""
    env = {"MONITOR_DATABASE_URL": database}
    out = good(desk, env, "alerts", "report", "--shift", "8h")
    assert out.startswith("Shift from ")
    for words in ("Raised: none.", "Open: none", "Closed: none", "Told:\n  nothing", "Muted: none"):
        assert words in out


def test_21_closing_needs_a_verdict(desk: Desk, env: dict[str, str]) -> None:
    """Behaviour 21: the command without one does nothing, and says what is missing."""
    (first, *_) = listed(desk, env, "alerts", "list")
    done = run_monitor("alerts", "close", first["id"][:8], env=env)
    assert done.returncode != 0
    assert "VERDICT" in (done.stdout + done.stderr).decode().upper()
    assert first in listed(desk, env, "alerts", "list")


def test_21_precision_is_told_from_twenty_verdicts_on(desk: Desk, database: str) -> None:
    """Nineteen say nothing of a rule; what is not relevant is not right either."""
    env = {"MONITOR_DATABASE_URL": database}

    async def close(numbers: range, verdict: Verdict) -> None:
        async with connected(database) as db:
            for number in numbers:
                one = alert_of([(berthed(), [rule()])], id=f"{number:032x}")
                await db.execute(query("save_alert"), *alert_row(one))
                await acts.do(db, one.id, Act.CLOSE, "ann", verdict=verdict)

    asyncio.run(close(range(15), Verdict.TRUE))
    asyncio.run(close(range(15, 19), Verdict.FALSE))
    (row,) = listed(desk, env, "alerts", "stats")
    assert (row["verdicts"], row["precision"]) == (19, None)
    asyncio.run(close(range(19, 20), Verdict.NOT_RELEVANT))
    (row,) = listed(desk, env, "alerts", "stats")
    assert (row["verdicts"], row["true"], row["precision"]) == (20, 15, 0.75)


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ([], ""), (["--severity", "critical"], "?severity=critical"),
        (["--port", "tobruk"], "?port=tobruk"), (["--all"], "?all=true"),
    ],
)  # fmt: skip
def test_22_all_faces_show_the_same_alerts(
    desk: Desk, env: dict[str, str], tmp_path: Path, words: list[str], asked: str
) -> None:
    """Behaviour 22: the list, HTTP, `show`, the page of a shift and the queue of the night."""
    with Watch(tmp_path / "watch", env["MONITOR_DATABASE_URL"], "") as watch:
        watch.until(lambda s: s["store"]["ready"] and silence_is_told(watch))
        listed_ = listed(desk, env, "alerts", "list", *words)
        ids = [row["id"] for row in listed_]
        assert ids
        assert watch.get(f"/alerts{asked}") == listed_
        for id_ in ids:
            told_: dict[str, Any] = json.loads(
                good(desk, env, "alerts", "show", id_, "--format", "json")
            )
            found_ = watch.get(f"/alerts/{id_}")
            assert told_["id"] == id_
            assert found_.keys() == told_.keys()
            assert {n: (v, told_[n]) for n, v in found_.items() if v != told_[n]} == {}
    page = good(desk, env, "alerts", "report")
    assert all(id_[:8] in page for id_ in ids)
    with terminal(["alerts", "watch", *words], {**desk.env, **env}) as night:
        night.until(lambda screen: "> " in screen)
        found = {_selected(night.screen)}
        while len(found) < len(ids):
            before = _selected(night.screen)
            night.type("j")
            found.add(_selected(night.until(lambda screen, was=before: _selected(screen) != was)))
        night.type("q")
        assert night.ended() == 0
    assert found == {id_[:8] for id_ in ids}


def _selected(screen: str) -> str:
    """The alert that stands in the foot of the queue."""
    return screen.splitlines()[-4][:8] if len(screen.splitlines()) > 4 else ""
