"""A parcel: whole blocks of an edge's journal, on their way to the engine as one message.

Its words say whose it is and where in that journal it stands; its body is the header that the
blocks stand under, and the blocks, as they are on the edge's disk. So each can be read by itself,
and what was taken already is known by its place, however often and in whatever cuts it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from monitor.decode.journal_parts import MAGIC, header_holds
from monitor.errors import InputError, UnfitError

LAYOUT = 1
"""Of messages and of the stream: another one is not read, and nothing is sent there."""

LAYOUT_WORD = "Monitor-Layout"
_EDGE, _JOURNAL, _BEGIN = "Monitor-Edge", "Monitor-Journal", "Monitor-Begin"
EDGE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


class Parcel(NamedTuple):
    """See the module; ``sequence`` and ``stored_at`` are the stream's word on it."""

    edge: str
    journal: str  # which journal of that edge, hex
    begin: int  # position of the first block in it
    header: bytes  # with its LF
    blocks: bytes
    sequence: int = 0
    stored_at: int = 0  # us; nothing in it was received later

    @property
    def end(self) -> int:
        """Position behind the last block."""
        return self.begin + len(self.blocks)

    @property
    def id(self) -> str:
        """Of the message: the broker stores what is sent twice once."""
        return f"{self.edge}:{self.journal}:{self.begin}"

    @property
    def words(self) -> dict[str, str]:
        """The message's headers."""
        return {
            LAYOUT_WORD: str(LAYOUT), _EDGE: self.edge, _JOURNAL: self.journal,
            _BEGIN: str(self.begin),
        }  # fmt: skip

    @property
    def body(self) -> bytes:
        """The message's payload."""
        return self.header + self.blocks


def parcel_of(words: Mapping[str, str], body: bytes, sequence: int, stored_at: int) -> Parcel:
    """Read a message; InputError if it is none of ours, UnfitError if it is of another layout."""
    layout = words.get(LAYOUT_WORD)
    where = f"Message {sequence:,} of the stream"
    if layout is None:
        message = f"{where} is none of an edge's: nobody else may write there."
        raise InputError(message)
    if layout != str(LAYOUT):
        message = (
            f"{where} is of layout {layout}, and this program reads layout {LAYOUT}: use a program"
            " of its release."
        )
        raise UnfitError(message)
    end = body.find(b"\n") + 1
    begin = words.get(_BEGIN, "")
    edge, journal = words.get(_EDGE, ""), words.get(_JOURNAL, "")
    good = EDGE_NAME.fullmatch(edge) and re.fullmatch(r"[0-9a-f]{32}", journal)
    good = good and re.fullmatch(r"[0-9]{1,18}", begin)
    if not (good and header_holds(body[: max(0, end - 1)])):
        message = f"{where} cannot be read: its words or its header are damaged."
        raise InputError(message)
    return Parcel(edge, journal, int(begin), body[:end], body[end:], sequence, stored_at)


def header_before(data: bytes) -> bytes:
    """The last header in some blocks, with its LF; b"" if there is none."""
    found = data.rfind(MAGIC)
    while found > 0 and data[found - 1 : found] != b"\n":
        found = data.rfind(MAGIC, 0, found)
    if found < 0:
        return b""
    line = data[found : data.find(b"\n", found) + 1]
    return line if header_holds(line[:-1]) else b""
