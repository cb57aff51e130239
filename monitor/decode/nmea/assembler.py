"""Joins the parts of multi-sentence messages (IEC 61162-1 section 7.3.4), without mixing ships.

pyais's queue keys parts by sequence id and channel only, so two ships heard by two stations at
once become one valid-looking message. Here the key is (station, talker, sequence id, channel,
total); a part without a station (group tags: part 2 often has none) joins the only message that
waits for it; parts age in the log's own time and in sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from monitor.units import NO_TIME, SECOND_US

MAX_AGE_US = 10 * SECOND_US
"""Parts of one message leave a ship within 0.2 s; receivers buffer for some seconds."""

GROUPED_AGE_US = 30 * 60 * SECOND_US
"""Parts that name the same station and the same group wait longer: satellites deliver late."""

MAX_DISTANCE = 200
"""Parts further apart than this many sentences are not of one message (undated feeds)."""

EARLY_DISTANCE = 20
"""How far part 2 may come before part 1 in a shuffled log: beyond it, it belongs to another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One sentence of a message. ``at`` NO_TIME: the sentence has no stamp of its own."""

    station: bytes
    group: bytes
    talker: bytes
    total: int
    number: int
    sequence: bytes
    channel: bytes  # empty: as in the part before
    payload: bytes
    fill: int
    at: int
    clock: int  # received_at, us
    order: int  # number of the sentence within the source
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A whole message: payload of all parts, time and sentence of the first that has one."""

    payload: bytes
    fill: int
    at: int
    raw: bytes


class Assembler:
    """Waits for the missing parts. ``missing`` and ``repeated`` count what was refused."""

    def __init__(self) -> None:
        """Nothing waits."""
        self._waiting: list[list[Part]] = []
        self.missing = 0
        self.repeated = 0

    @property
    def idle(self) -> bool:
        """Whether nothing waits."""
        return not self._waiting

    def add(self, part: Part) -> Message | None:
        """Take a part; return the message if it was the last one missing."""
        self._expire(part)
        chosen = None
        for parts in reversed(self._waiting):
            if _fits(parts, part):
                chosen = parts
                break
        if chosen is not None and any(p.number == part.number for p in chosen):
            if any(p.number == part.number and p.payload == part.payload for p in chosen):
                self.repeated += 1
                return None
            self.missing += len(chosen)
            self._waiting.remove(chosen)
            chosen = None
        if chosen is None:
            self._waiting.append([part])
            return None
        chosen.append(part)
        if len(chosen) < part.total:
            return None
        self._waiting.remove(chosen)
        chosen.sort(key=lambda p: p.number)
        dated = [p.at for p in chosen if p.at != NO_TIME]
        return Message(
            payload=b"".join(p.payload for p in chosen),
            fill=chosen[-1].fill,
            at=dated[0] if dated else NO_TIME,
            raw=chosen[0].raw,
        )

    def flush(self) -> None:
        """Give up what still waits: nothing more will come."""
        self.missing += sum(len(parts) for parts in self._waiting)
        self._waiting.clear()

    def _expire(self, part: Part) -> None:
        kept = []
        for parts in self._waiting:
            first = parts[0]
            old = part.order - first.order > MAX_DISTANCE
            age = GROUPED_AGE_US if first.station and first.group else MAX_AGE_US
            if _elapsed(first, part) > age:
                old = True
            if old:
                self.missing += len(parts)
            else:
                kept.append(parts)
        self._waiting = kept

    def state(self) -> list[list[dict[str, Any]]]:
        """What waits, as JSON would hold it."""
        return [
            [
                {
                    name: value.decode("latin-1") if isinstance(value, bytes) else value
                    for name in Part.__slots__
                    for value in (getattr(part, name),)
                }
                for part in parts
            ]
            for parts in self._waiting
        ]

    def restore(self, state: list[list[dict[str, Any]]]) -> None:
        """Go on from ``state()``."""
        binary = ("station", "group", "talker", "sequence", "channel", "payload", "raw")
        self._waiting = [
            [
                Part(**{k: v.encode("latin-1") if k in binary else v for k, v in part.items()})
                for part in parts
            ]
            for parts in state
        ]


def _elapsed(first: Part, part: Part) -> int:
    """Time between two parts: by their own stamps where both have one, else by reception."""
    if NO_TIME not in (first.at, part.at):
        return abs(part.at - first.at)
    return part.clock - first.clock if first.clock != NO_TIME else 0


def _fits(parts: list[Part], part: Part) -> bool:
    first = parts[0]
    if (first.talker, first.total, first.sequence) != (part.talker, part.total, part.sequence):
        return False
    if first.channel and part.channel and first.channel != part.channel:
        return False
    if first.station and part.station and first.station != part.station:
        return False
    named = bool(part.station and part.group and first.group == part.group)
    if not named and _elapsed(first, part) > MAX_AGE_US:
        return False
    if part.number == 1 and part.order - first.order > EARLY_DISTANCE:
        return False
    same_station = bool(first.station) == bool(part.station)
    return same_station or not (first.group and part.group) or first.group == part.group
