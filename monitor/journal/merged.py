"""Makes one journal of what several edges kept: their blocks, in the order of the stream.

A block keeps the instant at which its edge received it, but none later than the broker had it: an
edge whose clock is fast moves nobody's time. Feeds bear their edge's name (``north/roof``), and
lines are numbered anew; what an edge lost shows in those numbers, too. The text depends on nothing
but the messages: taken again from any place it is the same, and a replay of it is the same run.

What was taken of each edge is known by its journal and the position there, which is kept with what
came of it. So a message that comes twice, or overlaps another, is taken once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple

from monitor.decode.journal_parts import (
    HEADER,
    MAGIC,
    NOBODY,
    header_of,
    parts_in,
)
from monitor.errors import InputError
from monitor.journal.blocks import block, header
from monitor.journal.parcel import Parcel

BETWEEN = "/"
"""Between an edge's name and a feed's; neither may have it."""


@dataclass(slots=True)
class Mark:
    """How far an edge was taken."""

    journal: str  # which one of that edge, hex
    end: int  # position in it
    number: int | None = None  # lines that it had up to there; None: it does not say
    feeds: dict[str, str] = field(default_factory=dict)  # feed -> form
    lateness_s: float = 0.0
    received_at: int = 0  # us; of its newest block


class Taken(NamedTuple):
    """A piece of the merged journal, and how far its edge is taken with it."""

    data: bytes
    begins: bool  # it is a header: a segment begins
    until: int  # lines that the merged journal has with it
    edge: str
    mark: Mark  # a copy


class Merger:
    """One journal of many."""

    def __init__(self, stream: bytes) -> None:
        """``stream`` names the journal that is made."""
        self._stream = stream
        self.lines = 0  # that the merged journal has, with those that edges lost
        self.marks: dict[str, Mark] = {}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Go on from ``lines`` and ``marks`` as they were kept."""
        self.lines = int(kept["lines"])
        self.marks = {name: Mark(**mark) for name, mark in kept["edges"].items()}

    @property
    def header(self) -> bytes:
        """First line of a segment: all feeds of all edges that were heard of, with its LF."""
        feeds = {
            f"{edge}{BETWEEN}{feed}": form
            for edge, mark in sorted(self.marks.items())
            for feed, form in mark.feeds.items()
        }
        lateness_s = max((mark.lateness_s for mark in self.marks.values()), default=0.0)
        return header(feeds, lateness_s=lateness_s, journal=self._stream.hex(), merged=1)

    def take(self, parcel: Parcel) -> Iterator[Taken]:
        """Yield what is new of a parcel, block by block; it may be left off after any."""
        mark = self.marks.get(parcel.edge)
        if mark is None or mark.journal != parcel.journal:
            mark = Mark(parcel.journal, parcel.begin)  # its first, or its disk was made anew
        if parcel.end <= mark.end:
            return
        self.marks[parcel.edge] = mark
        yield from self._headed(parcel.edge, mark, parcel.header)
        data, summed = parcel.blocks, b'"crc"' in parcel.header
        for part in parts_in(data, whole=True, summed=summed):
            position = parcel.begin + part.end
            if position <= mark.end:
                continue
            mark.end = position
            if part.name == HEADER:
                yield from self._headed(parcel.edge, mark, data[part.begin : part.end])
                continue
            lines = data[part.begin : part.end]
            if not part.name:  # damaged on the edge's disk: the next number says how much that was
                continue
            count = lines.count(b"\n")
            if part.number is not None and mark.number is not None:
                # less: the edge's machine crashed, and its disk had fewer than were sent
                self.lines += max(0, part.number - mark.number)
            mark.number = None if part.number is None else part.number + count
            at = min(part.received_at, parcel.stored_at)
            mark.received_at = max(mark.received_at, at)
            feed = NOBODY if part.name == NOBODY else f"{parcel.edge}{BETWEEN}{part.name}"
            text = block(at, feed, lines, self.lines)
            self.lines += count
            yield self._taken(parcel.edge, mark, text)

    def _headed(self, edge: str, mark: Mark, line: bytes) -> Iterator[Taken]:
        """Go on under an edge's header; a header of ours, if that changes anything."""
        try:
            words = header_of(line)
        except InputError:  # damaged, or of a release to come: those of the one before hold
            return
        if mark.feeds == words["feeds"] and mark.lateness_s == words["lateness_s"]:
            return
        mark.feeds, mark.lateness_s = words["feeds"], words["lateness_s"]
        yield self._taken(edge, mark, self.header)

    def _taken(self, edge: str, mark: Mark, data: bytes) -> Taken:
        return Taken(data, data.startswith(MAGIC), self.lines, edge, replace(mark))


def merged(stream: bytes, parcels: list[Parcel]) -> bytes:
    """All that these parcels hold as one journal, from their first on."""
    merger = Merger(stream)
    return b"".join(taken.data for parcel in parcels for taken in merger.take(parcel))


def kept_of(lines: int, marks: Mapping[str, Mark]) -> dict[str, Any]:
    """What is committed with each batch: see ``Merger.restore``."""
    return {"lines": lines, "edges": {edge: asdict(mark) for edge, mark in marks.items()}}
