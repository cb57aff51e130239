"""``monitor status``: what a watch says of itself, the worst first, at once or as it changes."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.desk import AISSTREAM, CATCHER, SECRET, TOKEN, Desk, in_terminal
from tests.acceptance.other_side import answering, sender
from tests.live import Sender, Watch, free_port, tcp_feed
from tests.program import run_monitor
from tests.unit.report.watch import watch_record


def record(**changes: Any) -> dict[str, Any]:
    """What GET /status says of a watch in which all is well, at an address that styles eat."""
    feeds = changes.pop("feeds", [{}])
    feeds = [{"where": "[fe80::1]:10110", **feed} for feed in feeds]
    return watch_record(feeds=feeds, **changes)


def status_of(desk: Desk, found: dict[str, Any], *words: str) -> str:
    """What ``monitor status`` shows of it."""
    with answering(lambda: json.dumps(found).encode()) as (where, _):
        code, out, errors = desk.ask("status", "--listen", where, *words)
    assert code == 0, errors
    return out


def test_all_is_well(desk: Desk) -> None:
    """One sentence says so; every figure has its words."""
    out = status_of(desk, record(), "--wide")
    assert "All is well" in out
    assert "!" not in out
    row = next(line for line in out.splitlines() if line.startswith("harbour"))
    assert row.split()[:9] == ["harbour", "live", "3", "min", "4", "s", "ago", "1,000", "0.0"]
    assert "3 %" in row
    assert "[fe80::1]:10110" in row
    assert re.search(r"tartus +heard +12 +10 +4 s ago", out)
    assert "half of all lines stored within 0.05 s, 99 % within 0.25 s" in out
    assert "0 of 1,024 MB wait; 0 lines lost" in out
    assert "7 tracked; 2 near a port; 1 silence falls due, the next in 32 min, at 12:32" in out
    assert "3 PortArrived" in out


def test_the_worst_comes_first(desk: Desk) -> None:
    """Losses, the database, feeds that are down, silent, degraded; then ports."""
    feeds = [
        {"name": "fine"},
        {"name": "thin", "state": "degraded", "why": "31 of the last minute's 60 were refused"},
        {"name": "mute", "state": "silent", "why": "no message for more than 300 s",
         "last_message_at": None},
        {"name": "gone", "state": "down", "why": "1.2.3.4:5 cannot be reached.",
         "next_try_at": "2026-01-01T12:00:42Z"},
    ]  # fmt: skip
    ports = [
        {}, {"port": "tobruk", "vessels": 0, "words": "not heard", "feeds": [],
             "heard_at": "2026-01-01T10:30:00Z"},
        {"port": "banias", "vessels": 1, "words": "hardly heard"},
    ]  # fmt: skip
    out = status_of(desk, record(feeds=feeds, ports=ports, spool={"dropped_lines": 12}))
    begins = [
        "!! 12 lines were lost", "!! Feed gone has been down for 3 min: 1.2.3.4:5 cannot",
        "!! Feed mute has been silent", "!  Feed thin has been degraded",
        "!  Port tobruk: not heard since 10:30 (90 min). Ships there are unknown.",
        "!  Port banias: hardly heard, 1 vessel in the last hour where 10 are usual.",
    ]  # fmt: skip
    places = [out.index(begin) for begin in begins]
    assert places[:5] == sorted(places[:5])
    assert "Next try in 42 s." in out
    assert ".." not in out
    assert re.search(r"tobruk +not heard +unknown", out)
    assert "nobody" not in out.lower()
    names = [
        line.split()[0] for line in out.splitlines() if re.match(r"(gone|mute|thin|fine) ", line)
    ]
    assert names == ["gone", "mute", "thin", "fine"]


def test_without_a_database_what_is_old_is_called_so(desk: Desk) -> None:
    """Ports are as they were; what comes is kept."""
    gone_at = "2026-01-01T11:58:00Z"
    why = "The database cannot be reached: no."
    away = {"ready": False, "why": why, "since": gone_at, "committed_to": gone_at}
    ports = [{"vessels": 0, "words": "not heard"}]
    out = status_of(desk, record(store=away, spool={"waiting_bytes": 300 << 20}, ports=ports))
    assert "not heard since" not in out
    assert "!! No database for 2 min: The database cannot be reached: no." in " ".join(out.split())
    assert "kept on disk (300 of 1,024 MB)" in " ".join(out.split())
    assert "As it was at 11:58" in out
    assert "All is well" not in out


def test_no_feeds_and_no_ports_yet(desk: Desk) -> None:
    """Nothing is heard, and nothing is said about ports."""
    out = status_of(desk, {**record(), "feeds": [], "ports": []})
    assert "No feeds are configured: nothing is heard" in out
    assert "Ports: nothing can be said yet" in out


def test_wide_says_where_rows_come_from_and_folds_nothing(desk: Desk) -> None:
    """In a pipe lines are otherwise of 100 columns."""
    long = {"state": "down", "why": "host.example.org cannot be reached: no route " * 4}
    out = status_of(desk, record(feeds=[long]))
    assert max(map(len, out.splitlines())) <= 100
    assert "[fe80::1]:10110" not in out
    wide = status_of(desk, record(feeds=[long]), "--wide")
    assert "[fe80::1]:10110" in wide
    assert long["why"].strip() in wide


def test_what_a_server_said_cannot_steer_the_terminal(desk: Desk) -> None:
    """Its escapes show as question marks, in the notes and in the tables."""
    feed = {"state": "down", "why": "403 \x1b]0;owned\x07\x9b2J", "where": "\u202eevil"}
    out = status_of(desk, record(feeds=[feed]), "--wide")
    assert "403 ?]0;owned??2J" in out
    assert "?evil" in out
    assert out.replace("\n", "").isprintable()


@pytest.mark.parametrize("columns", [80, 120])
def test_it_fits_the_terminal(desk: Desk, columns: int) -> None:
    """No line is longer; nothing is cut but between words, and a state is a word."""
    feeds = [
        {"name": "a-receiver-with-a-rather-long-nam", "messages": 123_456_789, "dropped": 1_000},
        {"name": "gone", "state": "down", "why": "host.example.org cannot be reached: no " * 3},
    ]  # fmt: skip
    found = json.dumps(record(feeds=feeds)).encode()
    with answering(lambda: found) as (where, _):
        words = ["status", "--once", "--listen", where]
        code, shown = in_terminal(words, desk.env, columns=columns)
    assert code == 0
    lines = shown.replace("\r", "").splitlines()
    assert max(map(len, lines)) <= columns
    assert "123,456,789" in shown
    assert "…" not in shown
    assert re.search(r"^gone +down ", shown, re.MULTILINE)
    assert ("where" in shown) == (columns == 120)


def test_live_view_tells_when_the_watch_goes(desk: Desk) -> None:
    """Rates are those of the messages between two looks; without answers it says so and stays."""
    asked: list[float] = []
    seen: dict[int, float] = {}

    def answer() -> bytes:
        asked.append(time.monotonic())
        return json.dumps(record(feeds=[{"messages": 1000 + 50 * len(asked)}])).encode()

    sent: list[None] = []
    with answering(answer) as (where, stop):

        def look(shown: bytes, process: subprocess.Popen[bytes]) -> None:
            looks = len(asked)
            if f"{1000 + 50 * looks:,}".encode() in shown:
                seen.setdefault(looks, time.monotonic())
            if len(asked) >= 3:
                stop()
            if b"NO ANSWER" in shown and not sent:
                sent.append(process.send_signal(signal.SIGINT))

        code, shown = in_terminal(["status", "--listen", where], desk.env, look=look)
    assert code == 0
    assert "NO ANSWER for" in shown
    assert "Traceback" not in shown
    last = shown[shown.rindex("Watch at") :]
    assert "NO ANSWER for" in last
    looks = len(asked)
    rate = re.search(rf"harbour .* {1000 + 50 * looks:,} +(\d+\.\d)", last)
    assert rate is not None
    at_least = 50 * (looks - 1) / (seen[looks] - asked[0])
    assert at_least - 0.05 <= float(rate[1]) <= 50


def test_no_watch_answers(desk: Desk) -> None:
    """Nobody there, somebody else there, no address: a sentence, exit 1 or 2."""
    desk.write(f'listen = "127.0.0.1:{free_port()}"\n')
    code, _, errors = desk.run("status")
    assert (code, "No watch answers at 127.0.0.1:" in errors) == (1, True)
    assert "`monitor serve`" in errors
    for body in (b"<html>", b"{}", b"[]", b"null"):
        with answering(lambda body=body: body) as (where, _):
            code, _, errors = desk.ask("status", "--listen", where)
        assert (code, "is no watch" in errors) == (1, True)
    with sender(b"SSH-2.0-OpenSSH_9\r\n") as port:
        code, _, errors = desk.run("status", "--listen", f"127.0.0.1:{port}")
    assert (code, "is no watch" in errors) == (1, True)
    for where in ("nonsense", "127.0.0.1:70000", ":80", "127.0.0.1:"):
        code, _, errors = desk.ask("status", "--listen", where)
        assert (code, "host:port" in errors) == (2, True)


def test_the_status_of_a_real_watch(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What serve answers is what status shows; no secret stands in any of it."""
    with Sender(100) as heard, sender() as quiet:
        feeds = (
            tcp_feed("harbour", heard.port, lateness_s=1.0)
            + tcp_feed("mute", quiet, silence_s=0.5)
            + tcp_feed("gone", free_port(), retry_s=30.0) + AISSTREAM + CATCHER
        )  # fmt: skip
        for name, value in TOKEN.items():
            monkeypatch.setenv(name, value)
        with Watch(tmp_path / "watch", database, feeds, lateness_s=1) as watch:
            watch.until(
                lambda s: (
                    {f["name"]: f["state"] for f in s["feeds"]}
                    == {"harbour": "live", "mute": "silent", "gone": "down", "world": "down",
                        "catcher": "starting"}
                    and s["vessels"] and s["ports"] and s["ports"][0]["vessels"]
                )
            )  # fmt: skip
            env = {"MONITOR_CONFIG": str(watch.folder / "monitor.toml")}
            shown = run_monitor("status", env=env)
            again = run_monitor("status", "--format", "json", env=env)
        log = (watch.folder / "serve.log").read_text()
    assert shown.returncode == 0, shown.stderr
    out = shown.stdout.decode()
    assert "!! Feed gone has been down for" in out
    assert "MONITOR_FEED_WORLD_API_KEY" in out
    assert "!! Feed mute has been silent for" in out
    assert "-  Feed catcher has been starting for" in out
    rate = re.search(r"^harbour +live .* ([\d.]+) +0 +0\b", out, re.MULTILINE)
    assert rate is not None
    assert 50 < float(rate[1]) < 150
    assert re.search(r"^tartus +heard +\d+", out, re.MULTILINE)
    assert re.search(r"vessels +[1-9]\d* tracked", out)
    assert "database  up for" in out
    assert {"feeds", "store", "spool", "ports"} <= set(json.loads(again.stdout))
    for text in (out, again.stdout.decode(), log):
        assert SECRET not in text
