"""Journals of edges, written by hand and cut into parcels."""

from __future__ import annotations

from itertools import count

from monitor.journal.blocks import block, header, tick
from monitor.journal.parcel import Parcel
from monitor.units import SECOND_US

AT = 1_700_000_000 * SECOND_US
"""2023-11-14T22:13:20Z."""

FORMS = {"roof": "nmea"}
STREAM = b"\x05" * 16


class EdgeJournal:
    """What an edge keeps: blocks with their numbers, and where each begins."""

    def __init__(self, edge: str = "north", number: int = 1, **forms: str) -> None:
        """``number`` tells journals of one edge apart."""
        self.edge, self.id = edge, f"{number:032x}"
        self.header = header(forms or FORMS, lateness_s=5.0, journal=self.id)
        self.data = self.header
        self.lines = 0

    def add(self, second: float, *lines: bytes, feed: str = "roof") -> EdgeJournal:
        """Receive lines; none: nothing came."""
        at = AT + round(second * SECOND_US)
        body = b"".join(line + b"\n" for line in lines)
        self.data += block(at, feed, body, self.lines) if body else tick(at, self.lines)
        self.lines += len(lines)
        return self

    def lose(self, lines: int) -> EdgeJournal:
        """Lines that were dropped for lack of room."""
        self.lines += lines
        return self

    @property
    def end(self) -> int:
        """Position behind the last byte."""
        return len(self.data)

    def parcel(
        self, begin: int | None = None, end: int | None = None, *,
        sequence: int = 1, stored_s: float = 1e6,
    ) -> Parcel:  # fmt: skip
        """A part of it; None: from the first block, to the end."""
        begin = len(self.header) if begin is None else begin
        stored_at = AT + round(stored_s * SECOND_US)
        data = self.data[begin:end]
        return Parcel(self.edge, self.id, begin, self.header, data, sequence, stored_at)

    def blocks(self) -> list[int]:
        """Where each block begins, and where the last ends."""
        found = [len(self.header)]
        for place in count(len(self.header)):
            if place >= len(self.data):
                return [*found, len(self.data)]
            if place > found[-1] and self.data[place - 1 : place + 1] == b"\n@":
                found.append(place)
        return found
