"""``monitor alerts watch``: an officer at night hears the bell, looks, acts by keys, and leaves."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import sys
import termios
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from monitor.cli.alerts_watch import _keyboard
from monitor.store.cluster import Cluster
from tests.acceptance.alerted import good, id_of, refused
from tests.acceptance.desk import Desk, terminal
from tests.program import run_monitor

BELL = b"\x07"
LEFT = b"\x1b[?1049l"
"""The screen of its own is left: what stood there before is seen again."""


def test_a_night(desk: Desk, database: str, tmp_path: Path) -> None:
    """Nothing stands; a ship comes, the bell rings; read, acknowledged, closed with a verdict."""
    env = {**desk.env, "MONITOR_DATABASE_URL": database, "MONITOR_OFFICER": "ann"}
    log = tmp_path / "voyage.nmea"
    assert run_monitor("simulate", "voyage", "--output", log).returncode == 0
    with terminal(["alerts", "watch", "--severity", "critical"], env) as night:
        night.until(lambda screen: "No alerts are open." in screen)
        assert BELL not in night.shown
        assert run_monitor("replay", log, env=env).returncode == 0
        shown = night.until(lambda screen: "SEVERNYY VETER" in screen and "New: " in screen)
        assert night.shown.count(BELL) == 1
        assert "> critical open" in shown
        assert max(map(len, shown.splitlines())) <= 80
        assert len(shown.splitlines()) == 24
        night.type("\r")
        night.until(lambda screen: "tartus-to-tobruk: Critical, to all channels" in screen)
        night.type("qa")
        night.until(lambda screen: "> critical ack" in screen and "acknowledged." in screen)
        night.type("ct")
        night.until(lambda screen: "What should be remembered of it?" in screen)
        night.type("seen by a pilöt\r")
        night.until(lambda screen: ": closed." in screen and "No alerts are open." in screen)
        night.type("q")
        assert night.ended() == 0
        assert night.given_back
        assert LEFT in night.shown
    shown = good(desk, env, "alerts", "show", id_of(desk, env, 273_999_410))
    for words in (
        "verdict true; seen by a pilöt", "acknowledged by ann (open to acknowledged)",
        "closed by ann (acknowledged to closed): true; seen by a pilöt",
    ):  # fmt: skip
        assert words in shown


def test_assigned_and_muted(desk: Desk, env: dict[str, str]) -> None:
    """What is asked before is asked in the last line but one."""
    with terminal(["alerts", "watch", "--bell", "none"], {**desk.env, **env}, columns=100) as night:
        night.until(lambda screen: "3 open (1 critical, 2 warning); no bell" in screen)
        night.type("s\r")
        night.until(lambda screen: ": open, for ann." in screen)
        night.type("ma drill\r2\r")
        night.until(lambda screen: "Muted, as number 1: " in screen)
        night.type("q")
        assert night.ended() == 0
    assert "a drill (ann; nothing swallowed)" in good(desk, env, "alerts", "mutes")


def test_who_reads_why_reads_what_others_do(desk: Desk, env: dict[str, str]) -> None:
    """The text is that of `alerts show`, and goes on with the story."""
    id_ = id_of(desk, env, 273_999_410)
    with terminal(["alerts", "watch"], {**desk.env, **env}, rows=200) as night:
        night.until(lambda screen: "3 open" in screen)
        night.type("\r")
        shown = night.until(lambda screen: "What was done (UTC)" in screen)
        good(desk, env, "alerts", "ack", id_, "--by", "bob")
        night.until(lambda screen: "acknowledged by bob (open to acknowledged)" in screen)
        night.type("qq")
        assert night.ended() == 0
    for words in ("What this does not prove", "figures: arrived_at 2025-01-17T17:37:13Z"):
        assert words in shown


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_whoever_ends_it_gets_his_terminal_back(
    desk: Desk, env: dict[str, str], how: signal.Signals
) -> None:
    """In the midst of a question, too."""
    with terminal(["alerts", "watch"], {**desk.env, **env}) as night:
        night.until(lambda screen: "3 open" in screen)
        assert not night.given_back
        night.type("m")
        night.until(lambda screen: "Why shall nobody be told?" in screen)
        night.process.send_signal(how)
        assert night.ended() == 0
        assert night.given_back
        assert LEFT in night.shown
        assert "Traceback" not in night.shown.decode()


async def test_an_error_gives_the_terminal_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong within."""
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    with os.fdopen(theirs, "rb", buffering=0) as keyboard:
        monkeypatch.setattr(sys, "stdin", keyboard)
        with suppress(ZeroDivisionError), _keyboard() as keys:
            assert termios.tcgetattr(theirs) != before
            os.write(ours, "é\x1b[Bj".encode())
            async with asyncio.timeout(60):
                while list(keys.typed) != ["é", "down", "j"]:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            _ = 1 / 0
        assert termios.tcgetattr(theirs) == before
    os.close(ours)


def test_a_database_that_goes_away_is_said_and_comes_back(
    desk: Desk, env: dict[str, str], cluster: Cluster
) -> None:
    """What is shown stays, and is called old; an act is refused in a sentence."""

    async def doors(*, open_: bool) -> None:
        name = env["MONITOR_DATABASE_URL"].partition("?")[0].rpartition("/")[2]
        connection = await asyncpg.connect(cluster.url())
        await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {open_}")
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
        )
        await connection.close()

    with terminal(["alerts", "watch"], {**desk.env, **env}) as night:
        night.until(lambda screen: "3 open" in screen)
        asyncio.run(doors(open_=False))
        night.until(lambda screen: "NO ANSWER for" in screen and "> critical open" in screen)
        night.type("a")
        night.until(lambda screen: "\nThe database cannot be reached" in screen)
        asyncio.run(doors(open_=True))
        night.until(lambda screen: "3 open" in screen and "cannot be" not in screen)
        night.type("a")
        night.until(lambda screen: "2 open" in screen and "1 acknowledged" in screen)
        night.type("q")
        assert night.ended() == 0


def test_where_there_is_no_terminal(desk: Desk, env: dict[str, str]) -> None:
    sentence = "This is no terminal that can be drawn on: use `monitor alerts list` here."
    assert refused(desk, env, "alerts", "watch") == sentence
    with terminal(["alerts", "watch"], {**desk.env, **env, "TERM": "dumb"}) as dumb:
        assert dumb.ended() == 2
        assert sentence in " ".join(dumb.shown.decode().split())


def test_nobody_may_watch_without_a_name(desk: Desk, env: dict[str, str]) -> None:
    with terminal(["alerts", "watch", "--by", " "], {**desk.env, **env}) as night:
        assert night.ended() == 2
        assert "Say who you are: --by, or MONITOR_OFFICER." in night.shown.decode()
