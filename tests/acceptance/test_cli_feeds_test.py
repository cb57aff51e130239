"""``monitor feeds test``: one feed is tried, and what came and what went wrong is told."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest
from pyais import encode_dict

from monitor.simulator import simulation as simulator
from tests.acceptance.desk import (
    AISSTREAM,
    CATCHER,
    SECRET,
    SENTENCE,
    TABLE,
    TOKEN,
    Desk,
    in_terminal,
)
from tests.acceptance.other_side import sender
from tests.live import free_port
from tests.program import PROJECT


def test_a_good_feed_is_shown_and_read(desk: Desk) -> None:
    """What comes, and what it says; exit 0."""
    lines = b"".join(line.rpartition(b"\\")[2] + b"\n" for line in simulator.simulate("call").lines)
    with sender(lines) as port:
        desk.write(TABLE.format(port=port))
        code, out, errors = desk.run("feeds", "test", "harbour", "--count", "8")
    assert code == 0
    assert errors == ""
    shown = out.splitlines()
    assert shown[0] == f"connected to 127.0.0.1:{port}"
    assert sum(line.startswith("!AIVDM") for line in shown) >= 8
    assert re.search(r"position \(type \d+\): MMSI \d{9}.*, \d+\.\d{4} N \d+\.\d{4} E", out)
    assert re.fullmatch(r"8 messages in \d+\.\d s, all readable\.", shown[-1])


def test_parts_and_names(desk: Desk) -> None:
    """A message in two parts is one message, and names the ship from then on."""
    parts = (
        b"!AIVDM,2,1,3,B,55P5TL01VIaAL@7WKO@mBplU@<PDhh000000001S;AJ::4A80?4i@E53,0*3E\n"
        b"!AIVDM,2,2,3,B,1@0000000000000,2*55\n"
    )
    positions = [
        encode_dict({"type": 1, "mmsi": 369190000, "lat": lat, "lon": lon, "speed": 102.3})[0]
        for lat, lon in ((-34.5, -35.25), (91, 181))
    ]
    with sender(parts, "".join(f"{line}\n" for line in positions).encode()) as port:
        desk.write(TABLE.format(port=port))
        code, out, _ = desk.run("feeds", "test", "harbour", "--count", "3")
    assert code == 0
    assert "position (type 1): MMSI 369190000 MT.MITCHELL, 34.5000 S 35.2500 W\n" in out
    assert "position (type 1): MMSI 369190000 MT.MITCHELL, position not available\n" in out
    assert "part 1 of 2 of a message" in out
    assert "static: MMSI 369190000, MT.MITCHELL" in out
    assert out.splitlines()[-1].startswith("3 messages in ")


def test_what_cannot_be_read_is_told(desk: Desk) -> None:
    """Wrong checksums among good ones; then nothing but those: exit 1."""
    bad = SENTENCE.replace(b"*24", b"*25")
    with sender(SENTENCE + bad + b"$GPGGA,1,2\r\n") as port:
        desk.write(TABLE.format(port=port))
        code, out, _ = desk.ask("feeds", "test", "harbour", "--count", "2")
    assert code == 0
    assert "its checksum is wrong" in out
    assert ", 1 of them not readable." in out
    with sender(bad * 3) as port:
        desk.write(TABLE.format(port=port))
        code, _, errors = desk.ask("feeds", "test", "harbour", "--count", "3")
    assert code == 1
    assert "none can be read" in errors


def test_no_letter_of_a_sender_moves_the_terminal(desk: Desk) -> None:
    """Escape sequences in what comes are not handed on."""
    with sender(b"\x1b]0;owned\x07\x1b[2J nonsense\r\n") as port:
        desk.write(TABLE.format(port=port))
        code, out, errors = desk.ask("feeds", "test", "harbour", "--seconds", "0.5")
    assert code == 1
    assert "\x1b" not in out
    assert "no AIS message in what came within 0.5 s: 1 line; it was read as nmea" in errors


@pytest.mark.parametrize(
    ("parts", "close", "wanted"),
    [
        ([], False, "Connected, but nothing came within 0.5 s"),
        ([], True, "closed the connection before a message came"),
        ([SENTENCE[:20]], True, "closed the connection before a message came"),
    ],
)
def test_nothing_came(desk: Desk, parts: list[bytes], close: bool, wanted: str) -> None:  # noqa: FBT001
    """Silent, or closed: a sentence and exit 1."""
    with sender(*parts, then_close=close) as port:
        desk.write(TABLE.format(port=port))
        code, _, errors = desk.ask("feeds", "test", "harbour", "--seconds", "0.5")
    assert code == 1
    assert wanted in errors


def test_feeds_that_cannot_be_tried(desk: Desk) -> None:
    """Not there, unknown, without its key, used wrongly."""
    assert "shows how to add one" in desk.ask("feeds", "test", "harbour")[2]
    desk.write(TABLE.format(port=free_port()) + AISSTREAM)
    code, _, errors = desk.ask("feeds", "test", "harbour")
    assert (code, "cannot be reached: Connection refused" in errors) == (1, True)
    code, _, errors = desk.ask("feeds", "test", "harbor")
    assert (code, "use one of harbour, world" in errors) == (2, True)
    code, _, errors = desk.ask("feeds", "test", "world")
    assert (code, "MONITOR_FEED_WORLD_API_KEY" in errors) == (1, True)
    code, _, errors = desk.ask("feeds", "test", "harbour", "--seconds", "0")
    assert (code, "--seconds" in errors) == (2, True)


def test_a_feed_that_is_posted_to_us(desk: Desk) -> None:
    """It is listened for as serve would; a post with the token is shown."""
    desk.write(CATCHER)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "feeds", "test", "catcher", "--count", "1", "--listen",
         f"127.0.0.1:{port}"], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, **desk.env, **TOKEN},
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}/feeds/catcher"
    post = urllib.request.Request(
        url,
        data=SENTENCE.strip() + f" {SECRET}\n".encode(),
        headers={"Authorization": f"Bearer {SECRET}"},
        method="POST",
    )
    for _ in range(100):
        try:
            urllib.request.urlopen(post, timeout=5).close()  # noqa: S310 - http
            break
        except OSError:
            time.sleep(0.1)
    out, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors
    assert f"ready: POST {url}" in out.decode()
    assert b"1 message in " in out
    assert b"0*24 ***" in out
    assert SECRET.encode() not in out + errors


def test_where_a_watch_listens_nobody_else_can(desk: Desk) -> None:
    """The sentence says that it may be the watch."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        desk.write(CATCHER)
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        code, _, errors = desk.run("feeds", "test", "catcher", "--listen", where, **TOKEN)
    assert code == 1
    assert "Address already in use" in errors
    assert "`monitor status`" in errors


@pytest.fixture(params=[signal.default_int_handler, signal.SIG_IGN], ids=["before", "behind"])
def of_a_shell(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run as what stands in a shell's foreground does, and as what it runs behind it."""
    usual = signal.signal(signal.SIGINT, request.param)
    yield
    signal.signal(signal.SIGINT, usual)


@pytest.mark.usefixtures("of_a_shell")
def test_ctrl_c_ends_a_try(desk: Desk) -> None:
    """Without a trace, and not when the try would have ended."""
    with sender() as port:
        desk.write(TABLE.format(port=port))
        sent: list[None] = []

        def look(shown: bytes, process: subprocess.Popen[bytes]) -> None:
            if b"connected to" in shown and not sent:
                sent.append(process.send_signal(signal.SIGINT))

        words = ["feeds", "test", "harbour", "--seconds", "3600"]
        code, shown = in_terminal(words, desk.env, look=look)
    assert code == 130
    assert "Traceback" not in shown
