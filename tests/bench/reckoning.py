"""What became of what was sent: the journal against the stations, the tables against the journal.

Of TCP the lines that stand in the journal must be the first of each connection, in their order:
a watch that dies has not read all that was written to its socket, and that is nobody's loss, but it
may not miss a line and take a later one. Of UDP the same holds within one life of the watch, from
its first datagram to its last. A push that was answered with 200 must be there, and none more often
than it was sent. Whatever is there must be in the tables once: they are held against a replay of
the journal into an empty database, and against the journal itself as it is read in one go. Of them
may differ when things were decided and marks of revision, for ships are taken again at other times
(``late.py``); by less than the hour to which it is true, when an identity was claimed last; and the
evidence lacks sentences of fixes far from all ports, which are not stored, if the ship was taken
again before they were told.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import numpy as np
import zstandard

from monitor.decode.journal import JournalDecoder
from monitor.decode.journal_parts import parts_in
from monitor.journal.segment import begin_of, segments_in
from monitor.journal.spool import AFTER_A_CRASH
from monitor.model import Lines, Refusal, Reports
from monitor.service.runner import Runner
from monitor.store.claims import STANDS_US
from monitor.store.database import connected
from monitor.units import NO_TIME
from tests.bench.stations import Push, kept
from tests.integration.service.late import TABLES, differences, held
from tests.ports import ports

JUDGED = (
    Refusal.MMSI_INVALID, Refusal.NOT_A_VESSEL, Refusal.POSITION_UNAVAILABLE,
    Refusal.POSITION_OUT_OF_RANGE, Refusal.NULL_ISLAND, Refusal.DUPLICATE, Refusal.SAME_INSTANT,
    Refusal.LATE, Refusal.FROZEN, Refusal.IMPOSSIBLE_JUMP,
)  # fmt: skip
"""Why a position that could be read is no fix."""


Streams = Sequence[list[bytes]]
"""Lines, of each connection or datagram."""


Tables = dict[str, list[Any]]
STANDS = timedelta(microseconds=STANDS_US)


class Block(NamedTuple):
    """What was received in one go, in which life of the watch, and from whom."""

    life: int
    feed: str
    body: bytes
    at: int | None = None  # when, us: no two receptions of one life have the same


@dataclass(slots=True)
class Toll:
    """How many are missing, how many are there too often, and a word on each."""

    lost: int = 0
    doubled: int = 0
    words: list[str] = field(default_factory=list)

    def lose(self, many: int, words: str) -> None:
        """So many are missing."""
        self._note(many, f"lost: {many} {words}")
        self.lost += many

    def double(self, many: int, words: str) -> None:
        """So many are there once too often."""
        self._note(many, f"doubled: {many} {words}")
        self.doubled += many

    def _note(self, many: int, words: str) -> None:
        assert many >= 0, words
        if many:
            self.words.append(words[:900])


def journal(folder: Path) -> tuple[bytes, list[Block]]:
    """A recorded journal in one piece, and its blocks."""
    data, blocks = [], []
    for path in segments_in(folder):
        part = plain(path)
        data.append(part)
        blocks += blocks_of(begin_of(path), part)
    return b"".join(data), blocks


def plain(path: Path) -> bytes:
    """What a segment holds."""
    part = path.read_bytes()
    if path.suffix == ".zst":
        return zstandard.ZstdDecompressor().decompressobj().decompress(part)
    return part


def blocks_of(begin: int, part: bytes) -> list[Block]:
    """The blocks of a segment that begins there."""
    return [
        Block(begin // AFTER_A_CRASH, found.name, part[found.begin : found.end], found.received_at)
        for found in parts_in(part, whole=True, summed=True)
        if found.received_at != NO_TIME and found.begin < found.end
    ]


def of_streams(toll: Toll, name: str, streams: Streams, blocks: Iterable[Block]) -> int:
    """Hold a feed's lines against what was written to each connection; how many were taken."""
    taken = [line for block in blocks if block.feed == name for line in _lines(block.body)]
    place = 0
    for stream in streams:
        for line in kept(stream):
            if place == len(taken) or taken[place] != line:
                break
            place += 1
    twice = len(taken) - len(set(taken))
    toll.double(twice, f"lines of {name}")
    out_of_place = len(taken) - place
    if out_of_place:
        toll.lose(1, f"place in {name}, before {taken[place]!r}, {out_of_place} from the end")
    return len(taken)


def of_datagrams(toll: Toll, name: str, datagrams: Streams, blocks: Iterable[Block]) -> int:
    """Hold datagrams against those that were sent; how many lines were taken."""
    begins: dict[bytes, list[tuple[int, list[bytes]]]] = {}
    for number, sent in enumerate(datagrams):
        if known := kept(sent):
            begins.setdefault(known[0], []).append((number, known))
    seen: Counter[int] = Counter()
    last: dict[int, int] = {}
    lines = 0
    for block in blocks:
        if block.feed != name:
            continue
        body = _lines(block.body)
        lines += len(body)
        while body:  # what waited was taken at once: several datagrams are one block
            at = [each for each in begins.get(body[0], ()) if body[: len(each[1])] == each[1]]
            if not at:
                toll.lose(1, f"datagram of {name} was changed: {body!r}")
                break
            after = last.get(block.life, -1)
            number, known = next((each for each in at if each[0] > after), at[0])
            body = body[len(known) :]
            seen[number] += 1
            if number > last.get(block.life, number):
                missed = number - last[block.life] - 1
                toll.lose(missed, f"datagrams of {name} before number {number}")
            last[block.life] = number
    toll.double(seen.total() - len(seen), f"datagrams of {name}")
    return lines


def of_pushes(toll: Toll, name: str, pushes: Sequence[Push], blocks: Iterable[Block]) -> int:
    """Hold pushes against their answers; how many lines were taken."""
    bodies = _bodies(block for block in blocks if block.feed == name)
    found = Counter(bodies)
    for push in pushes:
        whole = b"".join(line + b"\n" for line in push.lines)
        times = found.pop(whole, 0)
        toll.lose(int(push.answered and not times), f"push that was answered: {push.body!r}")
        if times < push.attempts:  # of one that is long, a first part may be all that was written
            for part in [body for body in found if whole.startswith(body)]:
                times += found.pop(part)
        toll.double(max(0, times - push.attempts), f"of a push that was sent {push.attempts} times")
    toll.double(found.total(), f"bodies that nobody pushed: {list(found)[:2]}")
    return sum(body.count(b"\n") for body in bodies)


def _bodies(blocks: Iterable[Block]) -> list[bytes]:
    """What was received in one go: of a long body the journal has several blocks."""
    bodies: list[bytes] = []
    last: tuple[int, int] | None = None
    for block in blocks:
        place = None if block.at is None else (block.life, block.at)
        if place is not None and place == last:
            bodies[-1] += block.body
        else:
            bodies.append(block.body)
        last = place
    return bodies


def read(data: bytes) -> Reports:
    """All that a journal holds, read in one go, whatever feeds it has by turns."""
    decoder = JournalDecoder()
    parts = [decoder.decode(Lines(data=data, source="journal"))]
    while decoder.more:
        parts.append(decoder.decode(Lines(data=b"", source="journal")))
    whole = parts[0]
    for part in parts[1:]:
        new = [name for name in part.sources if name not in whole.sources]
        whole.sources += new
        numbers = np.array([whole.sources.index(name) for name in part.sources], dtype=np.uint16)
        part.positions["source"] = numbers[part.positions["source"]]
        whole.positions = np.concatenate((whole.positions, part.positions))
        whole.lines += part.lines
        whole.kinds.update(part.kinds)
    return whole


def of_tables(toll: Toll, url: str, reports: Reports) -> dict[str, int]:
    """Hold the tables against the journal: reports are fixes or refusals; the figures."""
    found = asyncio.run(_stored(url))
    _held_against(toll, "lines", reports.lines, found.lines)
    for kind in reports.kinds | found.kinds:
        _held_against(toll, f"reports of {kind}", reports.kinds[kind], found.kinds[kind])
    many = Counter(reports.sources[number] for number in reports.positions["source"].tolist())
    for feed, positions in many.items():
        known = found.fixes[feed] + found.refused[feed] + found.waiting[feed]
        _held_against(toll, f"positions of {feed}", positions, known)
    return {
        "positions read": many.total(), "fixes stored": found.fixes.total(),
        "refused": found.refused.total(), "not decided on": found.waiting.total(),
    }  # fmt: skip


def _held_against(toll: Toll, what: str, wanted: int, found: int) -> None:
    toll.lose(max(0, wanted - found), f"of {wanted} {what}")
    toll.double(max(0, found - wanted), f"of {wanted} {what}")


def of_replay(toll: Toll, live: str, replayed: str) -> dict[str, int]:
    """Hold all tables against those of a replay; how many rows each has."""
    got, wanted = held(live), held(replayed)
    toll.lose(*_until_when(got, wanted))
    untold = _untold(got, wanted)
    for words in differences(got, wanted):
        table, verb, _ = words.split(" ", 2)
        (toll.lose if verb == "lacks" else toll.double)(1, f"row of {table}: {words}")
    lines = [asyncio.run(fetch(url, ARRIVED)) for url in (live, replayed)]
    if lines[0] != lines[1]:
        toll.lose(1, "order of arrival: positions are not told apart by it as in the replay")
    rows = {name: len(wanted[name]) for name in TABLES}
    return {**rows, "sentences told on one side only": untold}


def _untold(got: Tables, wanted: Tables) -> int:
    """Take sentences off the evidence that the other side has not, of fixes far from all ports.

    The store keeps none of those (``position_rows``): what is told after a ship was taken again
    lacks them. How many.
    """
    fences = ports()
    both, count = [{row[0]: row for row in tables["event"]} for tables in (got, wanted)], 0
    for key in both[0].keys() & both[1].keys():
        said = [json.loads(rows[key][-1]) for rows in both]
        for pair in zip(*(one["fixes"] for one in said), strict=False):
            lon, lat = np.array([pair[0]["lon"]]), np.array([pair[0]["lat"]])
            if not all(fix["sentence"] for fix in pair) and not fences.near_any(lon, lat).any():
                count += pair[0].pop("sentence") != pair[1].pop("sentence")
        for rows, one in zip(both, said, strict=True):
            rows[key] = (*rows[key][:-1], json.dumps(one, sort_keys=True))
    got["event"], wanted["event"] = (list(rows.values()) for rows in both)
    return count


def _until_when(got: Tables, wanted: Tables) -> tuple[int, str]:
    """Take ``last_at`` off the identities, which is true to an hour; how many are not."""
    found = [{row[:-1]: row[-1] for row in tables["identity"]} for tables in (got, wanted)]
    for tables, known in zip((got, wanted), found, strict=True):
        tables["identity"] = list(known)
    far = [
        row
        for row in found[0].keys() & found[1].keys()
        if abs(datetime.fromisoformat(found[0][row]) - datetime.fromisoformat(found[1][row]))
        >= STANDS
    ]
    return len(far), f"identities stand to another hour: {far[:3]}"


ARRIVED = """
    SELECT mmsi, at, received_at, s.name, line FROM position JOIN source s ON s.id = source
    ORDER BY mmsi, at
"""
KINDS = "SELECT source, kind, count FROM report_count"
FIXES = "SELECT s.name, count(*) FROM position JOIN source s ON s.id = source GROUP BY s.name"
REFUSED = "SELECT source, sum(count)::int FROM refusal WHERE reason = ANY($1) GROUP BY source"
LINES = "SELECT sum(lines)::int FROM source_offset"


@dataclass(slots=True)
class Stored:
    """What a database holds, by feed."""

    kinds: Counter[tuple[str, str]]
    fixes: Counter[str]
    refused: Counter[str]
    waiting: Counter[str]
    lines: int


async def _stored(url: str) -> Stored:
    async with connected(url) as connection:
        pipeline = (await Runner.open(ports(), connection)).pipeline
        undecided = [pipeline.held(set(pipeline.tracker.odd)), pipeline._order.pending]
        reasons = [reason.value for reason in JUDGED]
        return Stored(
            kinds=Counter({(r[0], r[1]): r[2] for r in await connection.fetch(KINDS)}),
            fixes=Counter(dict(await connection.fetch(FIXES))),
            refused=Counter(dict(await connection.fetch(REFUSED, reasons))),
            waiting=Counter(pipeline.sources[n] for part in undecided for n in part["source"]),
            lines=await connection.fetchval(LINES),
        )


async def fetch(url: str, query: str) -> list[Any]:
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(query))
    finally:
        await connection.close()


def _lines(body: bytes) -> list[bytes]:
    return body.split(b"\n")[:-1]
