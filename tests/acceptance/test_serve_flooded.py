"""``monitor serve`` beside a feed that floods: the good one loses nothing, its lag stays under 1 s.

The lag is that of its rows: from the reception of a line to the commit that PostgreSQL keeps. On a
machine that others use as well half of the lines may be as many times as late as the watch waited
for processors, and one of a hundred thrice that: the wait is a mean, and PostgreSQL waits besides.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from monitor.service.supervisor import TELL_S
from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate
from tests.acceptance.test_faults import rows
from tests.clusters import COMMIT_TIMES, start_tuned
from tests.live import Sender, Watch, free_port, sentences, tcp_feed
from tests.sizes import sized

FLOOD_S = sized(8.0, 15.0)
RATE = 100
LAG_S = 1.0
QUIET = 1.1
ONE_OF_A_HUNDRED = 3

LAGS = """
    SELECT extract(epoch FROM pg_xact_commit_timestamp(p.xmin) - p.received_at)::float8 AS lag
    FROM position_recent p JOIN source s ON s.id = p.source WHERE s.name LIKE '%good'
"""
Flood = Callable[[int, threading.Event], int]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A PostGIS that keeps the time of each commit."""
    home = Path(tempfile.mkdtemp(prefix="mmm-flood-", dir="/tmp"))
    home.chmod(0o755)
    cluster = Cluster(home=home)
    try:
        start_tuned(cluster, COMMIT_TIMES)
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(home, ignore_errors=True)


def blanks(port: int, over: threading.Event) -> int:
    """50 MB of blank lines, as fast as they are taken."""
    return _stream(port, over, b"\n" * 65536, 50 << 20)


def junk_lines(port: int, over: threading.Event) -> int:
    """Lines without end that say nothing."""
    return _stream(port, over, b"x\n" * 32768, 1 << 40)


def one_line_without_end(port: int, over: threading.Event) -> int:
    return _stream(port, over, b"x" * 65536, 1 << 40)


def _stream(port: int, over: threading.Event, piece: bytes, most: int) -> int:
    sent = 0
    with socket.create_connection(("127.0.0.1", port)) as line, suppress(OSError):
        line.settimeout(0.2)
        while sent < most and not over.is_set():
            with suppress(TimeoutError):
                sent += line.send(piece)
    return sent


def many_sentences(port: int, over: threading.Event) -> int:
    """Good sentences of other ships, from twelve devices at once."""
    piece = b"".join(islice(sentences(20_000, seed=3), 60_000))
    sent = [0] * 12

    def send(number: int) -> None:
        sent[number] = _stream(port, over, piece, 1 << 40)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(sent)


def two_million_lines_a_second(port: int, over: threading.Event) -> int:
    """In datagrams: 30,000 lines each, 70 a second."""
    return _datagrams(port, over, [b"x\n" * 30_000], 70)


def datagrams_of_sentences(port: int, over: threading.Event) -> int:
    """Good sentences of other ships, one each, as fast as this thread can."""
    return _datagrams(port, over, list(islice(sentences(20_000, seed=5), 60_000)), 30_000)


def _datagrams(port: int, over: threading.Event, all_: list[bytes], rate: int) -> int:
    began, sent = time.monotonic(), 0
    with socket.socket(type=socket.SOCK_DGRAM) as radio:
        while not over.is_set():
            radio.sendto(all_[sent % len(all_)], ("127.0.0.1", port))
            sent += 1
            if not sent % 50:
                time.sleep(max(0.0, began + sent / rate - time.monotonic()))
    return sent


@pytest.mark.parametrize(
    "flood",
    [
        blanks, junk_lines, one_line_without_end, many_sentences, two_million_lines_a_second,
        datagrams_of_sentences,
    ],
)  # fmt: skip
def test_a_flood_costs_itself(cluster: Cluster, tmp_path: Path, flood: Flood) -> None:
    """Beside 100 good lines a second."""
    url = cluster.create_database(f"flood_{flood.__name__}"[:60])
    migrate(url)
    port = free_port()
    udp = flood in {two_million_lines_a_second, datagrams_of_sentences}
    kind = "nmea-udp" if udp else "nmea-tcp-server"
    feeds = f'[[feeds]]\nname = "flood"\nkind = "{kind}"\nport = {port}\nlateness_s = 0\n'
    over, sent = threading.Event(), list[int]()
    began = time.monotonic()
    with Sender(RATE) as good:
        feeds += tcp_feed("good", good.port, lateness_s=0)
        with Watch(tmp_path, url, feeds) as watch:
            watch.until(lambda s: s["lines"] > RATE)
            thread = threading.Thread(target=lambda: sent.append(flood(port, over)))
            thread.start()
            thread.join(FLOOD_S)
            over.set()
            thread.join()
            good.stop()
            crowded = watch.crowded()
            late_s = LAG_S if crowded < QUIET else ONE_OF_A_HUNDRED * LAG_S * crowded
            watch.until(lambda s: s["feeds"][1]["lines"] == good.sent, 2 * late_s)
            status = watch.until(lambda s: s["spool"]["waiting_bytes"] < 500, 20)
            assert watch.stop()[0] == 0
        told = [entry["event"] for entry in watch.log if "lines were left out" in entry["event"]]
    lags = np.array([row["lag"] for row in rows(url, LAGS)])
    p50, p99 = np.percentile(lags, 50), np.percentile(lags, 99)
    flooded, heard = status["feeds"]
    print(
        f"\n{flood.__name__}: sent {sent[0]:,}, lines taken {flooded['lines']:,}, left out"
        f" {flooded['left_out']}, refused {flooded['refused']}, made to wait"
        f" {flooded['slowed_s']:.1f} s, crowded {crowded:.2f}; good:"
        f" {good.sent:,} sent, lag p50 {p50:.3f} s, p99 {p99:.3f} s, most {lags.max():.3f} s; of"
        f" all p99 {status['store']['lag_p99_s']} s"
    )
    assert len(lags) > good.sent * 0.95
    assert p50 < LAG_S * crowded
    assert p99 < late_s
    assert (heard["dropped"], heard["left_out"], status["spool"]["dropped_lines"]) == (0, {}, 0)
    assert heard["held_up_s"] < late_s
    assert len([words for words in told if "good" in words]) == 0
    assert len(told) <= 1 + (time.monotonic() - began) // TELL_S
