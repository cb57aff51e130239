"""Stations that send drawn seas to a watch, dirty lines among them, and note what they sent.

Each report is sent when it came, by the hastened clock. Each line has a number of its station, so
that no two are alike. A station does not wait for a watch that is gone: what comes meanwhile is
sent to nobody. Only what is pushed is sent again until it is answered.
"""

from __future__ import annotations

import gzip
import heapq
import http.client
import json
import random
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

from monitor.decode.nmea.sentence import checksum_of
from monitor.simulator.cast import EPOCH_S
from monitor.simulator.encode import garbled
from monitor.simulator.simulation import simulate
from tests.bench.hastened import Haste

DIRTY_SHARE = 0.08
LOOK_S = 0.05
"""A station looks so often for what is due."""

MARK = b"#monitor-journal "
_TAGGED = re.compile(rb"\\s:([^,]+),c:(\d+)\*..\\(.+)")


class Said(NamedTuple):
    """A sentence, when it came (s), when it was sent, and who heard it."""

    came_s: float
    at_s: int
    station: bytes
    sentence: bytes


def sea(scenario: str, seed: int, lanes: int) -> Iterator[Said]:
    """Sentences of so many fleets at a time, for ever, in order of arrival."""
    return heapq.merge(*(_lane(scenario, count(seed + lane, lanes)) for lane in range(lanes)))


def _lane(scenario: str, seeds: Iterator[int]) -> Iterator[Said]:
    """One fleet after the other."""
    begin, came = 0, EPOCH_S
    for seed in seeds:
        for line in simulate(scenario, seed=seed).lines:
            found = _TAGGED.fullmatch(line)
            assert found is not None, line
            at = int(found[2]) + begin
            came = max(came, at + 0.5)
            yield Said(came, at, found[1], found[3])
        begin = round(came - EPOCH_S)


def tagged(sentence: bytes, *fields: bytes) -> bytes:
    """A sentence behind a tag block."""
    tag = b",".join(fields)
    return b"\\%s*%02X\\%s" % (tag, checksum_of(tag), sentence)


def dirty(said: Said, number: int, draw: random.Random) -> bytes:
    """A line that is none, or a damaged one. It has no end within."""
    tag = b"n:%d" % number
    place = draw.randrange(1, len(said.sentence))
    head, tail = said.sentence[:place], said.sentence[place:]
    when = time.gmtime(draw.choice((said.at_s, said.at_s - 40_000, 0, 2**31)))
    lone = b"AIVDM,2,%d,%d,A,53l8I5P2G4@5S333OT04l8E:0h4q@E8p%06d,0" % (
        draw.randrange(1, 3), draw.randrange(10), number % 10**6,
    )  # fmt: skip
    return draw.choice((
        tagged(garbled(said.sentence), tag),
        tagged(head + b"\0" * draw.randrange(1, 4) + tail, tag),
        tagged(head + draw.choice((b"\xff\xfe", b"\xc3", b"\xe2\x80\xa8", b"\x85")) + tail, tag),
        tagged(head, tag),
        tagged(b"!%s*%02X" % (lone, checksum_of(lone)), tag),
        b"$PGHP,1,%d,%d,%d,%d,%d,%d,0,219,,%d,1,2E*5E" % (*when[:6], number),
        draw.choice((b"", b" \t", b"\0\0\0", b"\v")),  # blank
        draw.choice((b"GET /%d HTTP/1", b'{"a":%d,', b"\\s:\\%d", b"$GPRMC,%d,V", b"%d")) % number,
        b"%s%d\x1b[2J" % (draw.randbytes(9).translate(None, b"\r\n\\"), number),
        b'%s{"version":1,"feeds":{},"lateness_s":%d}' % (MARK, number),
        b"@%d roof 49 c8a3f2d1 %d" % (said.at_s * 10**6, number),
    ))  # fmt: skip


def kept(lines: list[bytes]) -> list[bytes]:
    """Lines as a journal has them: without blank ones, and none that seems to be its own header."""
    return [line.replace(MARK, b"?" + MARK[1:]) for line in lines if line.strip(b" \t\r\v\f\0")]


class Station(threading.Thread):
    """Sends what is due, until it is told to stop."""

    def __init__(self, name: str, said: Iterator[Said], haste: Haste, seed: int) -> None:
        """Begin with ``start``."""
        super().__init__(name=name, daemon=True)
        self.sent = 0  # lines
        self.unheard = 0  # lines, for nobody was there
        self.error: Exception | None = None
        self.draw = random.Random(seed)
        self._said, self._haste = said, haste
        self._next = next(said)
        self._number = 0
        self._ending, self._over = threading.Event(), threading.Event()

    def stop(self) -> None:
        """Send no more; connections stay."""
        self._ending.set()

    def close(self) -> None:
        """Let go of connections."""
        self._ending.set()
        self._over.set()
        self.join(15)

    def run(self) -> None:
        """See Thread; what goes wrong is kept."""
        try:
            self._send()
        except Exception as error:  # noqa: BLE001 - the campaign raises it
            self.error = error

    def _send(self) -> None:
        raise NotImplementedError

    def _due(self) -> list[bytes]:
        """Lines that came since, dirty ones among them."""
        found: list[bytes] = []
        now_s = self._haste.time_ns() / 1e9
        while self._next.came_s <= now_s:
            said, self._next = self._next, next(self._said)
            self._number += 1
            found.append(self._line(said))
            if self.draw.random() < DIRTY_SHARE:
                self._number += 1
                found.append(dirty(said, self._number, self.draw))
        return found

    def _line(self, said: Said) -> bytes:
        number = b"n:%d" % self._number
        return tagged(said.sentence, b"s:" + said.station, number, b"c:%d" % said.at_s)


class Tcp(Station):
    """Serves whoever is connected; ``streams`` are the lines that were written to each.

    ``dated``: they say when they were sent, and end with CR LF.
    """

    def __init__(
        self, name: str, said: Iterator[Said], haste: Haste, seed: int, *, dated: bool
    ) -> None:
        """Listen."""
        super().__init__(name, said, haste, seed)
        self.streams: list[list[bytes]] = []
        self._dated, self._end = dated, b"\r\n" if dated else b"\n"
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])

    def _line(self, said: Said) -> bytes:
        if self._dated:
            return super()._line(said)
        return tagged(said.sentence, b"s:" + said.station, b"n:%d" % self._number)

    def _send(self) -> None:
        self._server.settimeout(LOOK_S)
        with self._server:
            while not self._ending.is_set():
                with suppress(TimeoutError):
                    client, _ = self._server.accept()
                    self.streams.append([])
                    with client, suppress(ConnectionError):
                        self._serve(client, self.streams[-1])
                if not self._ending.is_set():
                    self.unheard += len(self._due())

    def _serve(self, client: socket.socket, stream: list[bytes]) -> None:
        client.settimeout(LOOK_S)
        while not self._over.is_set():
            lines = [] if self._ending.is_set() else self._due()
            stream += [line + self._end[:-1] for line in lines]
            self.sent += len(lines)
            client.settimeout(60)
            client.sendall(b"".join(line + self._end for line in lines))
            client.settimeout(LOOK_S)
            with suppress(TimeoutError):
                if not client.recv(1):
                    return


class Udp(Station):
    """Sends datagrams of some lines; ``datagrams`` are those lines."""

    def __init__(self, name: str, said: Iterator[Said], haste: Haste, seed: int, port: int) -> None:
        """Send to a port."""
        super().__init__(name, said, haste, seed)
        self.datagrams: list[list[bytes]] = []
        self._port = port

    def _send(self) -> None:
        with socket.socket(type=socket.SOCK_DGRAM) as radio:
            while not self._ending.wait(LOOK_S):
                lines = self._due()
                while lines:
                    few, lines = lines[:3], lines[3:]
                    self._number += 1
                    few.append(tagged(b"", b"n:%d" % self._number))
                    self.datagrams.append(few)
                    self.sent += len(few)
                    token = b"UdPbC\0" if self.draw.random() < 0.3 else b""
                    data = token + b"".join(line + b"\n" for line in few)
                    radio.sendto(data, ("127.0.0.1", self._port))


@dataclass(slots=True)
class Push:
    """A body, the lines that come of it, how often it was sent, and whether 200 was answered."""

    body: bytes
    lines: list[bytes]
    attempts: int = 0
    answered: bool = False


class Pusher(Station):
    """Posts as AIS-catcher does, each body again until it is answered with 200."""

    def __init__(
        self, name: str, said: Iterator[Said], haste: Haste, seed: int, *, port: int, token: str
    ) -> None:
        """Post to a watch that listens on ``port``."""
        super().__init__(name, said, haste, seed)
        self.pushes: list[Push] = []
        self.answers: Counter[str] = Counter()
        self._port, self._token = port, token
        self._waiting: list[Said] = []

    def _send(self) -> None:
        while not self._ending.wait(6 * LOOK_S):
            push = self._body() if self.draw.random() < 0.5 else self._json()
            if push is None:
                continue
            self.pushes.append(push)
            self.sent += len(push.lines)
            while not push.answered and not self._over.is_set():
                push.attempts += 1
                answer = self._post(push.body)
                self.answers[answer] += 1
                push.answered = answer == "200"
                if not push.answered:
                    time.sleep(LOOK_S)

    def _body(self) -> Push | None:
        """Sentences; an end of line of whatever kind is one, blanks around a line are not of it."""
        lines = self._due()
        if not any(b"VDM," in line for line in lines):
            return None
        body = b"\n".join([b"# push %d" % self._number, *lines])
        found = [line.strip() for line in body.strip(b"\0 \t\r\n").splitlines()]
        return Push(body, kept(found))

    def _json(self) -> Push | None:
        """AIS-catcher's envelope, some messages of which are no AIS, or damaged."""
        messages, lines = [], []
        now_s = self._haste.time_ns() / 1e9
        while self._next.came_s <= now_s:
            said, self._next = self._next, next(self._said)
            self._number += 1
            at = said.at_s + self._number % 8 / 8
            sentence = said.sentence
            if self.draw.random() < DIRTY_SHARE:
                sentence = garbled(sentence)
            messages.append({"class": "AIS", "rxuxtime": at, "nmea": [sentence.decode()]})
            lines.append(tagged(sentence, b"c:%d" % round(at * 1000)))
            if self.draw.random() < DIRTY_SHARE:
                messages.append({"class": "WEATHER", "nmea": ["\u2028"]})
        if not lines:
            return None
        body = json.dumps({"protocol": "jsonaiscatcher", "msgs": messages}).encode()
        return Push(body, kept(lines))

    def _post(self, body: bytes) -> str:
        headers = {"Authorization": f"Bearer {self._token}"}
        if self.draw.random() < 0.3:
            body, headers["Content-Encoding"] = gzip.compress(body, 1), "gzip"
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)) as line:
                line.request("POST", f"/feeds/{self.name}", body, headers)
                answer = line.getresponse()
                answer.read()
                return str(answer.status)
        except (OSError, http.client.HTTPException):
            return "none"
