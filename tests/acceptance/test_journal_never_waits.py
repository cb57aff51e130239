"""The journal of a watch goes on whatever else stands still, and what is answered 200 is in it."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path

import pytest

from monitor.decode.journal import lines_in
from monitor.feed.logfile import LogFile
from monitor.journal.segment import segments_in
from monitor.store.cluster import Cluster
from tests.live import Sender, Watch, sentences, tcp_feed

FROZEN_S = 20.0
STOOD_STILL_S = 2.0
"""So long the journal may not grow at most though something was sent, and as many times as long as
the watch waited for processors: a machine that runs other tests, too, has pauses."""

POSTED = '[[feeds]]\nname = "roof"\nkind = "aiscatcher-http"\n'
TOKEN = {"MONITOR_FEED_ROOF_TOKEN": "s3cret"}


@pytest.fixture
def home() -> Iterator[Path]:
    """Where a private cluster may live, whoever runs it."""
    home = Path(tempfile.mkdtemp(prefix="mmm-waits-", dir="/tmp"))
    home.chmod(0o755)
    yield home
    Cluster(home=home).stop()
    shutil.rmtree(home, ignore_errors=True)


@contextmanager
def frozen(first: int) -> Iterator[None]:
    """The server and all that it began stand still."""
    every = [first]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == first:
                every.append(int(stat.parent.name))
    for pid in every:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in reversed(every):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def size_of(journal: Path) -> int:
    """Bytes in its files."""
    return sum(path.stat().st_size for path in journal.glob("journal-*"))


def lines_on_disk(journal: Path) -> bytes:
    """All that stands in it."""
    found = []
    for path in segments_in(journal):
        log = LogFile(str(path))
        log.open()
        found += [piece for piece, _ in log.pieces()]
        log.close()
    return b"".join(found)


def post(watch: Watch, body: bytes, patience_s: float = 30) -> int:
    """Status of the answer; 0: there was none."""
    client = http.client.HTTPConnection("127.0.0.1", watch.http, timeout=patience_s)
    try:
        client.request("POST", "/feeds/roof", body, {"Authorization": "Bearer s3cret"})
        return client.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        client.close()


def test_a_private_cluster_that_is_frozen_while_sixty_ask(home: Path, tmp_path: Path) -> None:
    """What comes is on disk within moments all the while, and posts are answered."""
    journal, over = home / "record", threading.Event()
    with Sender(1000) as sender:
        watch = Watch(
            tmp_path, "", tcp_feed("harbour", sender.port) + POSTED, home=str(home),
            record=str(journal),
        )  # fmt: skip
        watch.start(**TOKEN)
        try:
            watch.until(lambda s: s["lines"] > 1000, 90)
            pid = Cluster(home=home).status().pid
            assert pid is not None

            def ask() -> None:
                while not over.is_set():
                    with suppress(OSError, HTTPException):  # cut off, to make room for others
                        watch.get("/events?limit=1")
                    over.wait(0.1)

            clients = [threading.Thread(target=ask, daemon=True) for _ in range(60)]
            still, posts = 0.0, list[int]()
            with frozen(pid):
                for client in clients:
                    client.start()
                size, sent, grown = size_of(journal), sender.sent, time.monotonic()
                began, posted = grown, grown
                while time.monotonic() - began < FROZEN_S:
                    time.sleep(0.05)
                    now = time.monotonic()
                    new, found = sender.sent, size_of(journal)
                    if found > size or new == sent:
                        size, sent, grown = found, new, now
                    still = max(still, now - grown)
                    if now - posted > 2:
                        posted = now
                        posts.append(post(watch, b"!AIVDM,1,1,,A,%d,0*24\n" % len(posts)))
                        grown += time.monotonic() - now  # nobody looked meanwhile
                over.set()
                crowded = watch.crowded()
            sender.stop()
            watch.until(lambda s: s["store"]["ready"] and s["spool"]["waiting_bytes"] < 1000, 60)
        finally:
            watch.kill()
    print(f"stood still for {still:.2f} s, crowded {crowded:.2f}, posts {posts}")
    assert still < STOOD_STILL_S * crowded
    assert len(posts) > 3
    assert set(posts) == {200}
    assert lines_in(lines_on_disk(journal)) == sender.sent + len(posts)


def test_posts_that_were_answered_200_are_there_after_kill_9(database: str, tmp_path: Path) -> None:
    """Whenever it dies: a sender who heard 200 need not send again."""
    journal, lines = tmp_path / "journal", sentences(1000)
    watch = Watch(tmp_path, database, POSTED, record=str(journal))
    taken: list[bytes] = []
    try:
        for kill in range(5):
            watch.start(**TOKEN)
            watch.until(lambda s: s["feeds"][0]["state"] == "starting")
            killing = threading.Timer(0.5 + 0.3 * kill, watch.kill)
            killing.start()
            heard = 200
            while heard:
                line = b"".join(next(lines) for _ in range(5))
                heard = post(watch, line, 5)
                taken += [line] * (heard == 200)
            killing.join()
        assert len(taken) > 50
        written = lines_on_disk(journal)
        print(f"{len(taken)} posts were answered 200")
        assert [body for body in taken if body not in written] == []
    finally:
        watch.kill()
