"""``python -m tests.bench.attackers NAME PLACE``: one who attacks a watch, as a process of its own.

An attack is a generator. Up to its first ``yield`` it prepares, and tells what the watch must know;
it is sent for how many seconds to attack, and tells then what it did. A line of JSON is printed for
each of the two; the process stays, and its connections with it, until its input ends.
"""

from __future__ import annotations

import asyncio
import http.client
import itertools
import json
import random
import socket
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np
from pyais import encode_dict

from monitor.clock import now_us
from monitor.decode.nmea.sentence import checksum_of
from monitor.simulator.encode import CLASS_A, payloads, tagged
from monitor.simulator.encode import sentences as sentences_of
from monitor.units import SECOND_US
from tests.integration.store.proxy import Proxy, proxied
from tests.live import Sender, sentences
from tests.ports import ports

Attack = Generator[dict[str, Any], float, None]

GOOD_RATE = 50
BAD_RATE, SLOW_RATE, NAME_RATE, JUMP_RATE, GUEST_RATE = 500, 200, 200, 500, 200
POST_RATE, POSTERS, POLLERS, POLL_S = 20, 4, 60, 0.1
SLOW_S = 3 * 3600
HALF_REQUESTS, READERS = 300, 8
SHIPS = 2000
HISTORY_MMSI, HISTORY_ROWS, HISTORY_DAYS = 271_000_001, 100_000, 23
BOMB_BYTES = 1 << 30
TOKEN = "s3cret"  # noqa: S105 - nobody else is there
LOGIN = {"Authorization": f"Bearer {TOKEN}"}
HALF = b"GET /status HTTP/1.1\r\nHost: watch\r\nX-Half: "
NO_MMSI = "time,lat,lon,name\n"
SILENT_AFTER_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a watch can be reached."""

    http: int
    door: int  # devices dial in there
    mast: int  # datagrams go there
    table: str  # a file that it follows
    url: str  # its database


def steadily(rate: float, seconds: float) -> Iterator[int]:
    """Count so many a second, for so long."""
    began = time.monotonic()
    for number in range(round(rate * seconds)):
        pause = began + number / rate - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        yield number


def sealed(body: bytes) -> bytes:
    """A sentence whose checksum is right, whatever stands in it."""
    return b"!%s*%02X\n" % (body, checksum_of(body))


def good(_: Place) -> Attack:
    """No attack: the feed that must not suffer from any."""
    with Sender(GOOD_RATE) as sender:
        yield {"port": sender.port}
        sender.stop()
        time.sleep(0.2)
        yield {"sent": sender.sent}


def none(_: Place) -> Attack:
    """Nobody attacks: the floor."""
    seconds = yield {}
    time.sleep(seconds)
    yield {}


def bad_lines(place: Place) -> Attack:
    """Lines that are none, each with a right checksum where there is one, and a table of nobody."""
    draw, source = random.Random(15), sentences(BAD_RATE, seed=15)
    pghp = b"$PGHP,1,2026,11,26,12,%d,%d,0,219,,2190047,1,2E*5E"
    table = Path(place.table)
    table.write_text(NO_MMSI)
    seconds = yield {}
    sent = Counter[str]()
    with socket.create_connection(("127.0.0.1", place.door)) as device, table.open("a") as rows:
        for number in steadily(BAD_RATE, seconds):
            head, _, tail = next(source)[1:-4].partition(b",A,")
            kind = ("NUL", "no ASCII", "$PGHP", "torn", "no MMSI")[number % 5]
            sent[kind] += 1
            if kind == "NUL":
                device.sendall(sealed(head + b",\0," + tail))
            elif kind == "no ASCII":
                odd = draw.choice((b"\xff\xfe", b"\xc3", b"\xe2\x80\xa8", b"\x85"))
                device.sendall(sealed(head + b"," + odd + b"," + tail))
            elif kind == "$PGHP":
                line = pghp % (draw.choice((59, 60, 10**18)), number)
                device.sendall(line[: draw.randrange(6, len(line))] + b"\n")
            elif kind == "torn":
                part = b"AIVDM,2,%d,%d,A,53l8I5P2G4@5S333OT04l8E:0h4q@E8p%06d,0"
                device.sendall(sealed(part % (draw.randrange(1, 3), draw.randrange(10), number)))
            else:
                rows.write(f"2026-11-26T12:00:{number % 60:02}Z,34.9,{number % 180},NOBODY\n")
                rows.flush()
        yield dict(sent)


def posts_and_polls(place: Place) -> Attack:
    """Posts that are answered when they are on disk, while sixty poll."""
    seconds = yield {}
    did, over = Counter[str](), threading.Event()

    def ask(number: int) -> None:
        path = ("/status", "/vessels")[number % 2]
        while not over.is_set():
            did[f"{path} {_answer(place, 'GET', path)}"] += 1
            over.wait(POLL_S)

    def post(number: int) -> None:
        lines = sentences(POST_RATE, seed=1600 + number)
        for _ in steadily(POST_RATE / POSTERS, seconds):
            did[f"posts {_answer(place, 'POST', '/feeds/roof', next(lines), LOGIN)}"] += 1

    posters = [threading.Thread(target=post, args=(number,)) for number in range(POSTERS)]
    pollers = [threading.Thread(target=ask, args=(number,)) for number in range(POLLERS)]
    for thread in (*pollers, *posters):
        thread.start()
    for thread in posters:
        thread.join()
    over.set()
    for thread in pollers:
        thread.join()
    yield dict(did)


def _answer(
    place: Place, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> int:
    """Status of an answer that was read to its end; 0: there was none."""
    client = http.client.HTTPConnection("127.0.0.1", place.http, timeout=30)
    try:
        client.request(method, path, body, headers or {})
        answer = client.getresponse()
        while answer.read(1 << 16):
            pass
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        client.close()
    return answer.status


def silence(place: Place) -> Attack:
    """The connections to the database die, and neither side is told; new ones are served."""
    ready, over = threading.Event(), asyncio.Event()
    found: list[tuple[Proxy, asyncio.AbstractEventLoop]] = []

    async def lead() -> None:
        async with proxied(place.url) as proxy:
            found.append((proxy, asyncio.get_running_loop()))
            ready.set()
            await over.wait()

    def fall_silent(proxy: Proxy) -> None:
        proxy.open.clear()
        proxy.forget()

    threading.Thread(target=lambda: asyncio.run(lead()), daemon=True).start()
    ready.wait()
    ((proxy, loop),) = found
    seconds = yield {"url": proxy.url}
    time.sleep(SILENT_AFTER_S)
    callers = proxy.callers
    loop.call_soon_threadsafe(fall_silent, proxy)
    time.sleep(max(0.0, seconds - SILENT_AFTER_S))
    yield {"connections lost": callers, "made anew": proxy.callers - callers}
    loop.call_soon_threadsafe(over.set)


def slow_clock(place: Place) -> Attack:
    """A station whose clock is three hours slow."""
    return _dated(place, lambda: SLOW_S)


def wandering_clock(place: Place) -> Attack:
    """A station whose stamps are up to three hours old, as it comes: each report is late."""
    draw = random.Random(18)
    return _dated(place, lambda: draw.randrange(60, SLOW_S))


def _dated(place: Place, late_s: Callable[[], int]) -> Attack:
    source = sentences(SLOW_RATE, seed=18)
    seconds = yield {}
    with socket.create_connection(("127.0.0.1", place.door)) as device:
        for number in steadily(SLOW_RATE, seconds):
            at_s = now_us() // SECOND_US - late_s()
            line = tagged(next(source).rstrip(), station=f"s{number % 9}", at_s=at_s)
            device.sendall(line + b"\n")
        yield {"lines": number + 1}


def hungry_guests(place: Place) -> Attack:
    """Half requests, bodies that unpack to a gigabyte with a token and without, long histories."""
    asyncio.run(_remember(place.url))
    bomb = _bomb()
    seconds = yield {}
    did, over = Counter[str](), threading.Event()

    def throw(name: str, headers: dict[str, str]) -> None:
        while not over.is_set():
            packed = {"Content-Encoding": "gzip", **headers}
            did[f"{name} {_answer(place, 'POST', '/feeds/roof', bomb, packed)}"] += 1

    def read() -> None:
        while not over.is_set():
            did[f"histories {_answer(place, 'GET', f'/vessels/{HISTORY_MMSI}/history')}"] += 1

    threads = [threading.Thread(target=throw, args=("bombs", {}))]
    threads += [threading.Thread(target=throw, args=("bombs with token", LOGIN))]
    threads += [threading.Thread(target=read) for _ in range(READERS)]
    with ExitStack() as held:
        for _ in range(HALF_REQUESTS):
            guest = held.enter_context(socket.create_connection(("127.0.0.1", place.http)))
            with suppress(OSError):  # turned away
                guest.sendall(HALF)
        for thread in threads:
            thread.start()
        over.wait(seconds)
        over.set()
        yield {"half requests": HALF_REQUESTS, **did}
        for thread in threads:
            thread.join()


async def _remember(url: str) -> None:
    """Store a long history of a vessel that is not heard."""
    connection = await asyncpg.connect(url)
    try:
        source = await connection.fetchval(
            "INSERT INTO source (name) VALUES ('archive') RETURNING id"
        )
        for month in ("2025-01-01", "2025-02-01"):
            await connection.fetchval(
                "SELECT make_position_partition($1::text::timestamptz)", month
            )
        await connection.execute(
            "INSERT INTO position_recent SELECT $1, at, ST_SetSRID(ST_MakePoint(35.8, 34.9), 4326),"
            " 1, 2, 3, 0, 1, 0, at, $2, 1 FROM generate_series('2025-01-02'::timestamptz,"
            " '2025-01-02'::timestamptz + $3::int * interval '1 day', $4::int * interval '1 s') at",
            HISTORY_MMSI, source, HISTORY_DAYS, HISTORY_DAYS * 86_400 // HISTORY_ROWS,
        )  # fmt: skip
    finally:
        await connection.close()


def _bomb() -> bytes:
    """A gigabyte of nothing, packed by gzip; made piece by piece, for it is held by nobody."""
    packer = zlib.compressobj(1, wbits=31)
    piece = bytes(1 << 20)
    return b"".join(packer.compress(piece) for _ in range(BOMB_BYTES >> 20)) + packer.flush()


def blank_lines(place: Place) -> Attack:
    """As fast as they are taken."""
    seconds = yield {}
    piece, sent = b"\n" * 65536, 0
    until = time.monotonic() + seconds
    with socket.create_connection(("127.0.0.1", place.door)) as device:
        device.settimeout(0.2)
        while time.monotonic() < until:
            with suppress(TimeoutError):
                sent += device.send(piece)
        yield {"lines": sent}


def datagrams(place: Place) -> Attack:
    """Good sentences of other ships, one each, as fast as one process can."""
    said = list(islice(sentences(20_000, seed=5), 60_000))
    seconds = yield {}
    sent, until = 0, time.monotonic() + seconds
    with socket.socket(type=socket.SOCK_DGRAM) as radio:
        while time.monotonic() < until:
            for line in said[sent % len(said) :][:100]:
                radio.sendto(line, ("127.0.0.1", place.mast))
                sent += 1
    yield {"datagrams": sent}


def new_names(place: Place) -> Attack:
    """Ships that call themselves otherwise each time."""
    seconds = yield {}
    with socket.create_connection(("127.0.0.1", place.door)) as device:
        for number in steadily(NAME_RATE, seconds):
            fields = {
                "type": 24, "partno": 0, "mmsi": f"{400_000_000 + number % SHIPS}",
                "shipname": f"NAME {number:09d}",
            }  # fmt: skip
            (line,) = encode_dict(fields, talker_id="AI")
            device.sendall(line.encode() + b"\n")
        yield {"names": number + 1}


def jumps(place: Place) -> Attack:
    """Ships that are somewhere else each time, farther than any could have come."""
    source = _jumping(np.random.default_rng(21))
    seconds = yield {}
    with socket.create_connection(("127.0.0.1", place.door)) as device:
        for _ in steadily(JUMP_RATE / 10, seconds):
            device.sendall(b"".join(islice(source, 10)))
        yield {"positions": 10 * round(JUMP_RATE / 10 * seconds), "ships": SHIPS}


def _jumping(rng: np.random.Generator) -> Iterator[bytes]:
    ships = 500_000_000 + np.arange(SHIPS)
    for round_ in itertools.count():
        columns = {
            "type": np.full(SHIPS, 1), "mmsi": ships, "sog": np.full(SHIPS, 100),
            "turn": np.full(SHIPS, -128), "heading": np.full(SHIPS, 511),
            "lon": np.round(rng.uniform(-170, 170, SHIPS) * 600_000).astype(np.int64),
            "lat": np.round(rng.uniform(-60, 60, SHIPS) * 600_000).astype(np.int64),
            "second": np.full(SHIPS, 60), "cog": np.full(SHIPS, round_ % 3600),
        }  # fmt: skip
        for payload in payloads(columns, CLASS_A):
            yield sentences_of(payload, fill=0, channel="A", group=0)[0] + b"\n"


def guests(place: Place) -> Attack:
    """Numbers that nobody has, each found in the harbour of Tartus once: each is told, and kept."""
    lon, lat = ports().by_id["tartus"].centre
    seconds = yield {}
    with socket.create_connection(("127.0.0.1", place.door)) as device:
        for number in steadily(GUEST_RATE, seconds):
            said = {
                "type": 1, "mmsi": f"{600_000_000 + number}", "lon": lon, "lat": lat, "speed": 0.0,
            }  # fmt: skip
            device.sendall(encode_dict(said, talker_id="AI")[0].encode() + b"\n")
        yield {"numbers": number + 1}


ATTACKS: tuple[Callable[[Place], Attack], ...] = (
    none, bad_lines, posts_and_polls, silence, slow_clock, wandering_clock, hungry_guests,
    blank_lines, datagrams, new_names, jumps, guests,
)  # fmt: skip
BY_NAME = {attack.__name__: attack for attack in (good, *ATTACKS)}


def main() -> None:
    """Prepare, attack when told so, and stay until the input ends."""
    name, place = sys.argv[1:]
    attack = BY_NAME[name](Place(**json.loads(place)))
    print(json.dumps(next(attack)), flush=True)
    told = sys.stdin.readline()
    if told:
        print(json.dumps(attack.send(float(told))), flush=True)
        sys.stdin.read()
    attack.close()


if __name__ == "__main__":
    main()
