"""``monitor serve`` under attack: the journal goes on, memory and log stay small."""

from __future__ import annotations

import gzip
import http.client
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from tests.live import Watch, free_port, sentences

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
TOKEN = {"MONITOR_FEED_ROOF_TOKEN": "s3cret"}
HALF = b"GET /status HTTP/1.1\r\nHost: watch\r\nX-Half: "


@contextmanager
def watching(folder: Path, **settings: str) -> Iterator[tuple[Watch, int]]:
    """A watch without a store, with a feed that is pushed and a device's port."""
    port = free_port()
    feeds = (
        f'[[feeds]]\nname = "harbour"\nkind = "nmea-tcp-server"\nport = {port}\n'
        '[[feeds]]\nname = "roof"\nkind = "aiscatcher-http"\n'
    )
    watch = Watch(folder, NOWHERE, feeds, **settings)
    try:
        watch.start(**TOKEN).until(lambda status: len(status["feeds"]) == 2)
        yield watch, port
    finally:
        watch.kill()


def memory_bytes(watch: Watch) -> int:
    """The most that it ever held."""
    assert watch.process is not None
    status = Path(f"/proc/{watch.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) << 10


def posted(watch: Watch, body: bytes, port: int | None = None, **headers: str) -> tuple[int, str]:
    """Status and words of the answer to a body."""
    port = port or watch.http
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request("POST", "/feeds/roof", body, named)
        answer = line.getresponse()
        return answer.status, answer.read().decode()


def test_1100_half_requests(tmp_path: Path) -> None:
    """More than there are descriptors: what a device sends is on disk, and a reader is heard."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, hard), hard))
    try:
        with watching(tmp_path) as (watch, port), ExitStack() as held:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
            for _ in range(1100):
                guest = held.enter_context(socket.create_connection(("127.0.0.1", watch.http)))
                guest.sendall(HALF)
            device = held.enter_context(socket.create_connection(("127.0.0.1", port)))
            source = sentences(1000)
            device.sendall(b"".join(next(source) for _ in range(500)))
            status = watch.until(lambda status: status["spool"]["waiting_bytes"] > 500 * 40)
            assert status["feeds"][0]["lines"] == 500
            assert status["spool"]["trouble"] is None
            assert watch.process is not None
            assert len(list(Path(f"/proc/{watch.process.pid}/fd").iterdir())) < 300
            assert watch.stop()[0] == 0
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert (tmp_path / "serve.log").stat().st_size < 10_000


def test_a_megabyte_that_unpacks_to_a_gigabyte(tmp_path: Path) -> None:
    """With the token and without, ten times each: nothing of it is held."""
    bomb = gzip.compress(b"\0" * (1 << 30), 1)
    with watching(tmp_path) as (watch, _):
        before = memory_bytes(watch)
        for _ in range(10):
            code, words = posted(watch, bomb, Content_Encoding="gzip")
            assert (code, "The token is missing" in words) == (401, True)
        assert memory_bytes(watch) - before < 10 << 20
        login = {"Authorization": "Bearer s3cret", "Content_Encoding": "gzip"}
        for _ in range(10):
            code, words = posted(watch, bomb, **login)
            assert (code, "The body is longer than 8388608" in words) == (413, True)
        nested = gzip.compress(b"[" * (8 << 20))
        assert posted(watch, nested, **login)[0] == 413
        assert memory_bytes(watch) - before < 50 << 20
        assert watch.status()["feeds"][1]["refused"] == {"too_long": 11}
    assert (tmp_path / "serve.log").stat().st_size < 10_000
    assert "Traceback" not in (tmp_path / "serve.log").read_text()


def test_300_that_speak_no_http_are_not_in_the_log(tmp_path: Path) -> None:
    """Each sends 60 KB of anything after an answer: the log would have had all of it."""
    with watching(tmp_path) as (watch, _):
        before = (tmp_path / "serve.log").stat().st_size
        for _ in range(300):
            with socket.create_connection(("127.0.0.1", watch.http), timeout=5) as guest:
                guest.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n")
                assert guest.recv(999).startswith(b"HTTP/1.1 200")
                guest.sendall(b"x" * 60_000)
                assert guest.recv(9).startswith(b"HTTP/1.")
        time.sleep(0.2)
        assert (tmp_path / "serve.log").stat().st_size == before
        assert watch.stop()[0] == 0


def test_those_who_push_do_not_stand_in_the_way_of_those_who_read(tmp_path: Path) -> None:
    """A door each: 200 who hold the one hold none of the other, and neither does the other's."""
    apart = free_port()
    login = {"Authorization": "Bearer s3cret"}
    sentence = b"!AIVDM,1,1,,A,14eG;u@000o<Ev:L2bEbEQah08QS,0*4A\n"
    slow = b"POST /feeds/roof HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer s3cret\r\n"
    with watching(tmp_path, listen_pushers=f"127.0.0.1:{apart}") as (watch, _):
        assert posted(watch, sentence, apart, **login)[0] == 200
        assert posted(watch, sentence, **login)[0] == 404
        with closing(http.client.HTTPConnection("127.0.0.1", apart, timeout=5)) as line:
            line.request("GET", "/status")
            assert line.getresponse().status == 404
        with ExitStack() as held:
            for _ in range(200):
                guest = held.enter_context(socket.create_connection(("127.0.0.1", apart)))
                guest.sendall(slow + b"Content-Length: 99\r\n\r\n")
            assert posted(watch, sentence, apart)[0] in {401, 503}  # room was made for it, or none
            assert watch.status()["feeds"][1]["messages"] == 1
        watch.until(lambda _: posted(watch, sentence, apart, **login)[0] == 200)
        assert watch.stop()[0] == 0
    assert (tmp_path / "serve.log").stat().st_size < 10_000


def test_an_unknown_host_is_refused(tmp_path: Path) -> None:
    """Of the program as it is run, by its setting."""
    with watching(tmp_path) as (watch, _):
        assert posted(watch, b"", Host="evil.example")[0] == 401
        watch.stop()
        watch.start(**TOKEN, MONITOR_HOSTS='["watch.example"]').until(bool)
        assert posted(watch, b"", Host="watch.example")[0] == 401
        code, words = posted(watch, b"", Host="evil.example")
    assert (code, "not known as 'evil.example'" in words) == (421, True)
