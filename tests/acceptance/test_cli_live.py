"""What an officer asks a live watch: feeds, one feed tried, its status, and whether it would start.

No secret may stand in any answer: each run of the program here is searched for them.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import threading
import time
import tomllib
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pyais import encode_dict

from monitor.cli.app import main
from monitor.cli.feeds import OPTIONAL, secrets_of
from monitor.errors import FeedError
from monitor.feed import FEEDS
from monitor.feed.configured import make_feed
from monitor.simulator import simulation as simulator
from tests.helpers import PROJECT, run_monitor
from tests.integration.feed.collect import Collected
from tests.live import Sender, Watch, free_port, tcp_feed

SECRET = "sesam-open-4711"  # noqa: S105 - of nothing
TABLE = '[[feeds]]\nname = "harbour"\nkind = "nmea-tcp"\nhost = "127.0.0.1"\nport = {port}\n'
AISSTREAM = '[[feeds]]\nname = "world"\nkind = "aisstream"\n'
CATCHER = '[[feeds]]\nname = "catcher"\nkind = "aiscatcher-http"\n'
KEY = {"MONITOR_FEED_WORLD_API_KEY": SECRET}
TOKEN = {"MONITOR_FEED_CATCHER_TOKEN": SECRET}
SENTENCE = b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\r\n"


class Desk:
    """A folder with settings, and the program run in it."""

    def __init__(
        self, folder: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
    ) -> None:
        """Nothing is set yet but a home in the folder."""
        self.folder, self._patch, self._capture = folder, patch, capture
        self.file = folder / "monitor.toml"
        self.env = {"MONITOR_HOME": str(folder / "home"), "MONITOR_CONFIG": str(self.file)}
        self.write("")

    def write(self, text: str) -> None:
        """Write the settings file."""
        self.file.write_text(text)

    def run(self, *words: str, **env: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error; a failure is one sentence."""
        done = run_monitor(*words, env={**self.env, **env})
        return self._looked_at(done.returncode, done.stdout.decode(), done.stderr.decode())

    def ask(self, *words: str, **env: str) -> tuple[int, str, str]:
        """Do the same in this process, which is quicker."""
        code = 0
        with self._patch.context() as patch:
            patch.setattr(sys, "argv", ["monitor", *words])
            for name, value in {**self.env, **env}.items():
                patch.setenv(name, value)
            try:
                main()
            except SystemExit as end:
                code = int(end.code or 0)
        return self._looked_at(code, *self._capture.readouterr())

    def _looked_at(self, code: int, out: str, errors: str) -> tuple[int, str, str]:
        assert SECRET not in out + errors
        assert "Traceback" not in errors
        if code:
            assert errors.startswith("monitor: "), errors
            assert errors.count("\n") == 1, errors
        return code, out, errors


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """A folder of this test's own."""
    return Desk(tmp_path, monkeypatch, capsys)


@contextmanager
def sender(*parts: bytes, then_close: bool = False) -> Iterator[int]:
    """A TCP server that sends these to each client; its port."""
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        server.settimeout(0.1)
        while not over.is_set():
            try:
                client, _ = server.accept()
            except TimeoutError:
                continue
            with client:
                for part in parts:
                    client.sendall(part)
                if not then_close:
                    over.wait()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield int(server.getsockname()[1])
    finally:
        over.set()
        thread.join()
        server.close()


@contextmanager
def answering(answer: Callable[[], bytes]) -> Iterator[tuple[str, Callable[[], None]]]:
    """An HTTP server that gives this to every question: its address, and how to stop it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = answer()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    stopped = threading.Event()

    def stop() -> None:
        if not stopped.is_set():
            stopped.set()
            server.shutdown()
            server.server_close()
            thread.join()

    try:
        yield f"127.0.0.1:{server.server_address[1]}", stop
    finally:
        stop()


def in_terminal(
    words: list[str],
    env: dict[str, str],
    *,
    columns: int = 80,
    look: Callable[[bytes, subprocess.Popen[bytes]], None] = lambda *_: None,
) -> tuple[int, str]:
    """Run the program in a terminal of so many columns; ``look`` sees what was shown so far."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    own = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", *words], cwd=PROJECT, stdin=theirs, stdout=theirs,
        stderr=theirs, env={**own, "TERM": "xterm", **env}, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown, deadline = b"", time.monotonic() + 30
    while time.monotonic() < deadline:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                part = os.read(ours, 65_536)
            except OSError:
                break
            if not part:
                break
            shown += part
        look(shown, process)
    os.close(ours)
    code = process.wait(timeout=10)
    return code, re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode())


# -- monitor feeds list ------------------------------------------------------------------------


def test_without_feeds_the_list_shows_how_to_add_one(desk: Desk) -> None:
    """The example can be copied as it stands; with its key it passes the check."""
    code, out, _ = desk.ask("feeds", "list")
    assert code == 0
    assert "No feeds are configured" in out
    assert "monitor feeds test NAME" in out
    example = out[out.index("[[feeds]]\n") : out.index("Kinds of feeds")]
    desk.write(example)
    code, out, _ = desk.ask("feeds", "list", "--format", "json")
    assert [feed["name"] for feed in json.loads(out)] == ["aisstream", "receiver"]
    code, out, _ = desk.ask("config", "check", MONITOR_FEED_AISSTREAM_API_KEY=SECRET)
    assert code == 0, out


def test_the_list_says_which_secret_is_missing(desk: Desk) -> None:
    """Set, missing, not needed; never the secret itself."""
    signalk = '[[feeds]]\nname = "boat"\nkind = "signalk"\n'
    desk.write(TABLE.format(port=10110) + AISSTREAM + CATCHER + signalk)
    code, out, _ = desk.ask("feeds", "list", **KEY)
    assert code == 0
    rows = {line.split("│")[1].strip(): line for line in out.splitlines() if line.count("│") == 5}
    assert "127.0.0.1:10110" in rows["harbour"]
    assert "needs none" in rows["harbour"]
    assert "api_key is set" in rows["world"]
    assert "token is missing: set MONITOR_FEED_CATCHER_TOKEN" in rows["catcher"]
    assert "need not be" in rows["boat"]
    found = json.loads(desk.ask("feeds", "list", "--format", "json", **KEY)[1])
    assert found[1]["secrets"] == [
        {"field": "api_key", "variable": "MONITOR_FEED_WORLD_API_KEY", "needed": True, "set": True}
    ]


def test_all_kinds_are_listed(desk: Desk) -> None:
    """With their one line, in both forms."""
    out = desk.ask("feeds", "list", "--kinds")[1]
    assert "No feeds" not in out
    for kind in FEEDS:
        assert kind.KIND in out
        assert kind.SUMMARY in out
    records = json.loads(desk.ask("feeds", "list", "--kinds", "--format", "json")[1])
    assert [record["kind"] for record in records] == [kind.KIND for kind in FEEDS]


def test_words_are_shown_as_they_are(desk: Desk) -> None:
    """An IPv6 address in brackets is no markup."""
    desk.write('[[feeds]]\nname = "six"\nkind = "nmea-udp"\nbind = "fe80::1"\n')
    assert "[fe80::1]:10110" in desk.ask("feeds", "list")[1]


@pytest.mark.parametrize("kind", [kind for kind in FEEDS if kind.CONFIG.secrets()])
async def test_needed_secrets_are_those_without_which_a_feed_cannot_start(kind: Any) -> None:
    """The table of those that are not needed is true of every kind."""
    table = {"name": "x", "kind": kind.KIND}
    if "client_id" in kind.CONFIG.model_fields:
        table["client_id"] = "a:b"
    if "url" in kind.CONFIG.model_fields:
        scheme = "mqtt" if "mqtt" in kind.KIND else "ws" if kind.KIND != "aishub" else "http"
        table["url"] = f"{'http' if kind.KIND == 'barentswatch' else scheme}://127.0.0.1:1/x"
    feed = make_feed(table, lambda *_: None)
    for secret in secrets_of(feed):
        assert secret["needed"] == ((kind.KIND, secret["field"]) not in OPTIONAL)
        with pytest.raises(FeedError) as failed:
            await feed.run(Collected())
        assert (secret["variable"] in str(failed.value)) == secret["needed"]


# -- monitor feeds test ------------------------------------------------------------------------


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


def test_ctrl_c_ends_a_try(desk: Desk) -> None:
    """Without a trace, at once."""
    with sender() as port:
        desk.write(TABLE.format(port=port))
        sent: list[None] = []

        def look(shown: bytes, process: subprocess.Popen[bytes]) -> None:
            if b"connected to" in shown and not sent:
                sent.append(process.send_signal(signal.SIGINT))

        began = time.monotonic()
        code, shown = in_terminal(["feeds", "test", "harbour"], desk.env, look=look)
    assert code == 130
    assert "Traceback" not in shown
    assert time.monotonic() - began < 10


# -- monitor status ----------------------------------------------------------------------------


def record(**changes: Any) -> dict[str, Any]:
    """What GET /status says of a watch in which all is well."""
    feed = {
        "name": "harbour", "kind": "nmea-tcp", "where": "[fe80::1]:10110", "state": "live",
        "since": "2026-01-01T11:57:00Z", "why": "messages come", "next_try_at": None,
        "connections": 1, "lines": 1000, "messages": 1000, "dropped": 0, "held_up_s": 0.0,
        "last_message_at": "2026-01-01T11:59:56Z", "refused": {"bad_checksum": 31},
    }  # fmt: skip
    port = {
        "port": "tartus", "words": "heard", "vessels": 12, "heard_at": "2026-01-01T11:59:56Z",
        "usual": 10.0, "feeds": ["harbour"],
    }  # fmt: skip
    store = {
        "ready": True, "since": "2026-01-01T09:00:00Z", "why": "batches are committed",
        "commits": 1234, "rows": 5, "committed_to": "2026-01-01T11:59:56Z", "lag_p50_s": 0.05,
        "lag_p99_s": 0.25,
    }  # fmt: skip
    spool = {
        "directory": "/spool", "recorded": False, "waiting_bytes": 0, "limit_bytes": 1 << 30,
        "dropped_lines": 0, "unrecorded_lines": 0, "trouble": None,
    }  # fmt: skip
    whole = {
        "version": "1", "now": "2026-01-01T12:00:00Z", "started_at": "2026-01-01T09:00:00Z",
        "lines": 1000, "vessels": 7, "watches": 2, "deadlines": 1, "waiting_reports": 0,
        "next_deadline_at": "2026-01-01T12:32:00Z", "events": {"PortArrived": 3}, "feeds": [feed],
        "ports": [port], "store": store, "spool": spool,
    }  # fmt: skip
    for name, change in changes.items():
        base = whole[name]
        if isinstance(base, dict):
            base |= change
        elif isinstance(change, list):
            whole[name] = [{**base[0], **each} for each in change]
    return whole


def status_of(desk: Desk, found: dict[str, Any]) -> str:
    """What ``monitor status`` shows of it."""
    with answering(lambda: json.dumps(found).encode()) as (where, _):
        code, out, errors = desk.ask("status", "--listen", where)
    assert code == 0, errors
    return out


def test_all_is_well(desk: Desk) -> None:
    """One sentence says so; every figure has its words."""
    out = status_of(desk, record())
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
    asked = [0]

    def answer() -> bytes:
        asked[0] += 1
        return json.dumps(record(feeds=[{"messages": 1000 + 50 * asked[0]}])).encode()

    sent: list[None] = []
    with answering(answer) as (where, stop):

        def look(shown: bytes, process: subprocess.Popen[bytes]) -> None:
            if asked[0] >= 3:
                stop()
            if b"NO ANSWER" in shown and not sent:
                sent.append(process.send_signal(signal.SIGINT))

        code, shown = in_terminal(["status", "--listen", where], desk.env, look=look)
    assert code == 0
    assert "NO ANSWER for" in shown
    assert "Traceback" not in shown
    last = shown[shown.rindex("Watch at") :]
    assert "NO ANSWER for" in last
    rate = re.search(r"harbour .* 1,150 +(\d+\.\d)", last)
    assert rate is not None
    assert 35 < float(rate[1]) < 55


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
    rate = re.search(r"^harbour +live .* ([\d.]+) +0 +0 ", out, re.MULTILINE)
    assert rate is not None
    assert 50 < float(rate[1]) < 150
    assert re.search(r"^tartus +heard +\d+", out, re.MULTILINE)
    assert re.search(r"vessels +[1-9]\d* tracked", out)
    assert "database  up for" in out
    assert {"feeds", "store", "spool", "ports"} <= set(json.loads(again.stdout))
    for text in (out, again.stdout.decode(), log):
        assert SECRET not in text


# -- monitor config ----------------------------------------------------------------------------

GOOD = f'listen = "127.0.0.1:8099"\nspool_mb = 64\n{TABLE.format(port=10110)}{AISSTREAM}'


def test_good_settings_pass(desk: Desk) -> None:
    """A line a finding, exit 0; nothing was made by it."""
    desk.write(GOOD)
    code, out, errors = desk.run(
        "config", "check", MONITOR_DATABASE_URL=f"postgresql://ann:{SECRET}@db:5432/ais", **KEY
    )
    assert (code, errors) == (0, "")
    assert "fault" not in out
    for words in (
        str(desk.file), "Feed 'harbour': nmea-tcp, 127.0.0.1:10110.", "Feed 'world'",
        "tartus, tobruk", "http://127.0.0.1:8099", "postgresql://ann:***@db:5432/ais",
        "which will be made",
    ):  # fmt: skip
        assert words in out
    assert not (desk.folder / "home").exists()


@pytest.mark.parametrize(
    ("text", "env", "parts"),
    [
        ("listen = \n", {}, ["not valid TOML", "line 1"]),
        ("lisen = 'a:1'\n", {}, ["lisen", "no such setting"]),
        ("feeds = 1\n", {}, ["feeds", "[[feeds]]"]),
        ("spool_mb = 0\n", {}, ["spool_mb", "1"]),
        ("", {"MONITOR_SPOOL_MB": "much"}, ["MONITOR_SPOOL_MB"]),
        ("", {"MONITOR_FEEDS": "[{"}, ["MONITOR_FEEDS", "JSON"]),
        ("", {"MONITOR_CONFIG": "/nowhere/m.toml"}, ["/nowhere/m.toml", "No such file"]),
        ("", {"MONITOR_DATABASE_URL_FILE": "/nowhere/url"}, ["/nowhere/url", "No such file"]),
        ("listen = '127.0.0.1:99999'\n", {}, ["99999", "write host:port"]),
        ("listen = 'a b:80'\n", {}, ["'a b' is no host"]),
        ("listen = '::1:8080'\n", {}, ["[::1]:8080"]),
        ("listen = '8080'\n", {}, ["listen"]),
        (TABLE.format(port=70_000), {}, ["'harbour'", "port", "65535"]),
        (TABLE.format(port=1).replace("nmea-tcp", "morse"), {}, ["'morse'", "nmea-tcp"]),
        (TABLE.format(port=1) + "prot = 1\n", {}, ["'harbour'", "prot"]),
        (2 * TABLE.format(port=1), {}, ["Two feeds are called 'harbour'"]),
        (AISSTREAM, {}, ["'world'", "MONITOR_FEED_WORLD_API_KEY", "api_key_file"]),
        (AISSTREAM, {"MONITOR_FEED_WORLD_API_KEY": " "}, ["MONITOR_FEED_WORLD_API_KEY"]),
        (f"{AISSTREAM}api_key = '{SECRET}'\n", {}, ["must not stand in the file"]),
        (f"{AISSTREAM}api_key_file = '/nowhere/key'\n", {}, ["/nowhere/key", "No such file"]),
        ("spool = '/dev/null/x'\n", {}, ["/dev/null", "not a folder"]),
        ("record = '/dev/null'\n", {}, ["/dev/null", "not a folder"]),
        ("geofences = '/nowhere'\n", {}, ["Geofences", "/nowhere"]),
        (f"database_url = 'postgresql://a:{SECRET}@h/x'\n", {}, ["must not stand in the file"]),
        (f"database_url = 'postgresql://h/x?password={SECRET}'\n", {}, ["must not stand"]),
        ("", {"MONITOR_DATABASE_URL": f"mysql://a:{SECRET}@h/x"}, ["postgresql://"]),
        ("", {"MONITOR_DATABASE_URL": f"postgresql://a:{SECRET}@h:port/x"}, ["postgresql://"]),
        ("", {"MONITOR_DATABASE_URL": f"postgresql://a:1/{SECRET}@h/x"}, ["postgresql://"]),
        ("", {"MONITOR_DATABASE_URL": ""}, ["postgresql://"]),
    ],
)  # fmt: skip
def test_each_fault_is_a_sentence(
    desk: Desk, text: str, env: dict[str, str], parts: list[str]
) -> None:
    """Exit 1, and a line that says what is wrong."""
    desk.write(text)
    code, out, errors = desk.ask("config", "check", **env)
    assert code == 1
    assert "1 fault" in errors
    faults = [line for line in out.splitlines() if line.startswith("fault  ")]
    assert len(faults) == 1
    assert faults[0].endswith(".")
    for part in parts:
        assert part in faults[0]


def test_all_faults_are_told_at_once(desk: Desk) -> None:
    """Not the first only; what is good is said as well, and what nobody reads."""
    desk.write(f"listen = 'a b:80'\n{TABLE.format(port=0)}{AISSTREAM}{CATCHER}")
    env = {"MONITOR_LISTENN": "x", "MONITOR_FEED_WORD_API_KEY": SECRET, **TOKEN}
    code, out, errors = desk.ask("config", "check", **env)
    assert (code, "3 faults" in errors) == (1, True)
    assert out.count("fault  ") == 3
    assert "good   Feed 'catcher'" in out
    assert "note   MONITOR_LISTENN is no setting" in out
    assert "note   MONITOR_FEED_WORD_API_KEY is the secret of no feed" in out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_folders_and_files_without_permission(desk: Desk) -> None:
    """Told by name."""
    locked = desk.folder / "locked"
    locked.mkdir(mode=0o500)
    assert (
        f"{locked} cannot be written in"
        in desk.ask("config", "check", MONITOR_SPOOL=str(locked))[1]
    )
    desk.file.chmod(0)
    assert "Permission denied" in desk.ask("config", "check")[1]


def test_show_says_what_is_set_and_where(desk: Desk) -> None:
    """Default, file and environment, as TOML that can be read and as JSON; secrets as ***."""
    assert desk.run("config", "show")[0] == desk.run("feeds", "list")[0] == 0
    desk.write(f'{GOOD}boxes = [[[1, 2.5], [3, 4]]]\nname2 = "é\\u007f\\\\"\n')
    env = {
        "MONITOR_SPOOL_MB": "65", **KEY, "MONITOR_DATABASE_URL": f"postgresql://a:{SECRET}@h/x"
    }  # fmt: skip
    code, out, _ = desk.ask("config", "show", **env)
    assert code == 0
    assert 'listen = "127.0.0.1:8099"  # file, ' in out
    assert "spool_mb = 65  # environment, MONITOR_SPOOL_MB" in out
    assert "# record is not set" in out
    assert re.search(r"geofences = \".*geofences\"  # default", out)
    read = tomllib.loads(out)
    assert read["database_url"] == "postgresql://a:***@h/x"
    assert read["feeds"][0] == tomllib.loads(TABLE.format(port=10110))["feeds"][0]
    assert read["feeds"][1] == {
        "name": "world", "kind": "aisstream", "boxes": [[[1, 2.5], [3, 4]]], "api_key": "***",
        "name2": "é\x7f\\",
    }  # fmt: skip
    found = json.loads(desk.ask("config", "show", "--format", "json", **env)[1])
    assert found["spool_mb"] == {"value": 65, "from": "environment, MONITOR_SPOOL_MB"}
    assert found["spool"] == {"value": None, "from": "default"}
    assert found["feeds"]["value"] == read["feeds"]


@pytest.mark.parametrize(
    "text",
    [
        f"[[feeds]]\nname = 'x'\nkind = 'barentswatch'\nclient_secret = '{SECRET}'\n",
        f"[[feeds]]\nname = 'x'\nkind = 'odd'\napi_token = '{SECRET}'\n",
        f"[[feeds]]\nname = 'x'\nkind = 'odd'\nurl = 'mqtt://joe:{SECRET}@host/a'\n",
        f"[[feeds]]\nname = 'x'\nkind = 'odd'\nurl = 'https://host/a?b=1&apikey={SECRET}'\n",
        f"[[feeds]]\nkind = 'odd'\nurls = ['mqtt://joe:a/b@{SECRET}@host/a']\n",
    ],
)
def test_show_hides_secrets_where_they_should_not_be(desk: Desk, text: str) -> None:
    """In the file against the rules, in addresses, in words that no kind knows."""
    desk.write(text)
    for form in ("toml", "json"):
        code, out, _ = desk.ask("config", "show", "--format", form)
        assert code == 0
        assert "***" in out


@pytest.mark.parametrize("login", [f"a:{SECRET}@h/x", f"h/x?user=a&password={SECRET}"])
def test_a_password_in_the_file_is_refused(desk: Desk, login: str) -> None:
    """Told without showing it."""
    desk.write(f"database_url = 'postgresql://{login}'\n")
    for words in (("config", "show"), ("events",), ("serve",)):
        code, out, errors = desk.ask(*words)
        assert (code, "must not stand in the file" in errors) == (2, True)
        assert SECRET not in out + errors


def test_a_url_from_its_file_is_told_by_that_file(desk: Desk) -> None:
    """The password in it stays there."""
    secret = desk.folder / "url"
    secret.write_text(f"postgresql://ann:{SECRET}@db/ais\n")
    desk.write(f'database_url_file = "{secret}"\n')
    assert f'"postgresql://ann:***@db/ais"  # file, {secret}' in desk.ask("config", "show")[1]
