"""What a sighting opens, closes or contradicts of what AIS told of that ship; AIS stays as it is.

Pure, and worked out whenever it is read: a sighting that is removed, or a report that comes late,
leaves nothing behind. With P for where she was seen, and Q for another port:

    she was silent then, and could be at P by its time     closes the gap: she was at P in it
    the same, and AIS has no call at P then                opens a call at P
    the same, and AIS had her call at Q not ended by then  closes the call: she had left Q
    the same, and AIS has it end later for certain         contradicts it: she left and came back
    the same, and AIS has no end of her voyage from Q      closes the voyage: it ended at P
    she was silent, and no ship is so fast                 contradicts the gap
    AIS has a call at P then                               bears out the call
    AIS has her for certain at Q then                      contradicts the call
    AIS has a voyage from Q to R in that time              contradicts it: she was at P between
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from monitor.engine.detect.port.step import SILENCE_US
from monitor.engine.geofence import FenceSet, distance_m
from monitor.engine.reach import MAX_SPEED_KN, PLACE_SLACK_M, TIME_SLACK_S
from monitor.model import Event, PortCall
from monitor.report.whereabouts import FAR_AHEAD, LONG_AGO, SURE, Reach, Whereabouts, place_of
from monitor.report.wording import Places, interval, minute, somewhere, stretch
from monitor.sighting.matching import Spot
from monitor.sighting.sighting import Sighting
from monitor.units import KNOT_MPS, NAUTICAL_MILE_M, SECOND_US, from_iso


class Does(StrEnum):
    """What it does to what AIS told."""

    OPENS = "opens"
    CLOSES = "closes"
    CONTRADICTS = "contradicts"
    BEARS_OUT = "bears out"


Of = Literal["call", "gap", "voyage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """One of them, in words too."""

    does: Does
    of: Of
    words: str
    mmsi: int
    id: str | None = None  # of the call, or of the event that tells the voyage; of a gap: None


class Known(NamedTuple):
    """What AIS told of the ship that was seen."""

    mmsi: int
    calls: tuple[PortCall, ...]  # of that track, at whatever port, oldest first
    voyages: tuple[Event, ...]  # VoyageMade, else VoyageBegun
    before: Whereabouts | None  # her last fix before the time of the sighting
    behind: Whereabouts | None  # and the first after it


def consequences(
    one: Sighting, spot: Spot, known: Known, fences: FenceSet
) -> tuple[Consequence, ...]:
    """Of a sighting of a ship that is known by AIS, at a spot."""
    said = _Said(one, spot, known, fences)
    return tuple(sorted(said.all(), key=lambda each: (each.of, each.does, each.words)))


class _Said:
    """A sighting beside what AIS told."""

    def __init__(self, one: Sighting, spot: Spot, known: Known, fences: FenceSet) -> None:
        self.one, self.spot, self.known, self.fences = one, spot, known, fences
        self.places = Places(fences)
        self.port = one.port or place_of(fences.ports, spot.lon, spot.lat)
        at = None if self.port is None else f"at {self.places.name(self.port)}"
        self.there = at or f"near {somewhere(spot.lon, spot.lat)}"

    def all(self) -> list[Consequence]:
        """All that follows."""
        found = [*self._contradicted(), *self._borne_out()]
        if not self._silent():
            return found
        if (too_fast := self._too_fast()) is not None:
            return [*found, too_fast]
        return [*found, self._gap(), *self._opened(), *self._left(), *self._voyages()]

    def _silent(self) -> bool:
        """Whether she was not heard for long then; who was never heard before tells nothing."""
        before, behind = self.known.before, self.known.behind
        if before is None or before.at >= self.one.since:
            return False
        end = self.one.until if behind is None else behind.at
        return end - before.at > SILENCE_US

    def _too_fast(self) -> Consequence | None:
        """No ship can have come here from where she was heard, or gone on to where she was."""
        for fix, elapsed in (
            (self.known.before, self.one.until - self._at(self.known.before)),
            (self.known.behind, self._at(self.known.behind) - self.one.since),
        ):
            if fix is None:
                continue
            away = float(distance_m(fix.lon, fix.lat, self.spot.lon, self.spot.lat))
            least = away - self.spot.within_m - PLACE_SLACK_M
            if least > MAX_SPEED_KN * KNOT_MPS * (elapsed / SECOND_US + TIME_SLACK_S):
                words = (
                    f"AIS had her {away / NAUTICAL_MILE_M:.0f} NM away at {minute(fix.at)} UTC: no"
                    " ship is so fast. One of the two is false, or of another ship."
                )
                return self._of(Does.CONTRADICTS, "gap", words)
        return None

    @staticmethod
    def _at(fix: Whereabouts | None) -> int:
        return 0 if fix is None else fix.at

    def _gap(self) -> Consequence:
        before, behind = self.known.before, self.known.behind
        since = minute(self._at(before))
        again = "not heard since" if behind is None else f"heard again {minute(behind.at)}"
        words = f"Seen {self.there} while dark since {since} UTC ({again})."
        return self._of(Does.CLOSES, "gap", words)

    def _overlapping(self) -> list[PortCall]:
        """Calls that may have been going on at the time."""
        return [
            call
            for call in self.known.calls
            if _or(call.arrived.earliest, LONG_AGO) <= self.one.until
            and (call.departed is None or _or(call.departed.latest, FAR_AHEAD) >= self.one.since)
        ]

    def _borne_out(self) -> list[Consequence]:
        return [
            self._of(
                Does.BEARS_OUT, "call",
                f"AIS has a call of hers {self.there}, since {interval(call.arrived)}.", call.id,
            )
            for call in self._overlapping()
            if call.port == self.port
        ]  # fmt: skip

    def _contradicted(self) -> list[Consequence]:
        """Calls elsewhere at which AIS had her for certain."""
        if self._silent():
            return []
        found = []
        for call in self._elsewhere():
            begin, left = call.arrived.latest, self._surely_until(call)
            if begin is None or not begin <= self.one.since <= self.one.until <= left:
                continue
            words = f"AIS has her at {self.places.name(call.port)} at that time"
            found.append(
                self._of(Does.CONTRADICTS, "call", f"{words} ({stretch(begin, left)}).", call.id)
            )
        return found

    def _surely_until(self, call: PortCall) -> int:
        """Until when she was at a call for certain, as far as the time of the sighting asks."""
        if call.departed is not None:
            return _or(call.departed.earliest, LONG_AGO)
        fixes = (self.known.before, self.known.behind)
        return max((fix.at for fix in fixes if fix and fix.port == call.port), default=LONG_AGO)

    def _elsewhere(self) -> list[PortCall]:
        """Calls at ports where she cannot be that was seen."""
        return [
            call
            for call in self._overlapping()
            if call.port != self.port and call.confidence >= SURE and self._is_apart(call.port)
        ]

    def _is_apart(self, name: str) -> bool:
        """Whether the spot, as far as it is known, is none of a port's waters."""
        port = self.fences.by_id.get(name)
        if port is None:
            return True
        away = float(distance_m(self.spot.lon, self.spot.lat, *port.centre))
        return away > self.spot.within_m + Reach(port=port).radius_m

    def _opened(self) -> list[Consequence]:
        if self.port is None or any(call.port == self.port for call in self._overlapping()):
            return []
        words = f"AIS has no call of hers {self.there} at that time: here is one."
        return [self._of(Does.OPENS, "call", words)]

    def _left(self) -> list[Consequence]:
        """Calls elsewhere that AIS did not see end before she was seen."""
        found = []
        for call in self._elsewhere():
            arrived = call.arrived.latest
            if arrived is not None and arrived <= self.one.since:
                name, by = self.places.name(call.port), minute(self.one.until)
                left = None if call.departed is None else call.departed.earliest
                does = Does.CLOSES if left is None or left < self.one.until else Does.CONTRADICTS
                words = f"She had left {name} by {by} UTC, which AIS did not show."
                found.append(self._of(does, "call", words, call.id))
        return found

    def _voyages(self) -> list[Consequence]:
        found = []
        for event in self.known.voyages if self.port is not None else ():
            figures = event.evidence.figures
            from_, to = figures["from"], figures.get("to")
            begun = _us(figures.get("departed_earliest")) or _us(figures.get("departed_latest"))
            if begun is None or begun > self.one.until or self.port == from_:
                continue
            name = self.places.name(from_)
            if to is None:
                words = f"Her voyage from {name} had ended {self.there} by then."
                found.append(self._of(Does.CLOSES, "voyage", words, event.id))
            elif self.port != to and self.one.until <= (_us(figures["arrived_latest"]) or LONG_AGO):
                words = f"Her voyage from {name} to {self.places.name(to)} was not straight:"
                words += f" she was {self.there} between."
                found.append(self._of(Does.CONTRADICTS, "voyage", words, event.id))
        return found

    def _of(self, does: Does, of: Of, words: str, id_: str | None = None) -> Consequence:
        return Consequence(does=does, of=of, words=words, mmsi=self.known.mmsi, id=id_)


def _or(at: int | None, otherwise: int) -> int:
    return otherwise if at is None else at


def _us(text: Any) -> int | None:
    return from_iso(text) if isinstance(text, str) else None


def in_words(found: Sequence[Consequence]) -> str:
    """All of them in a line, each with what it does."""
    return " ".join(f"{each.does.value.capitalize()} a {each.of}: {each.words}" for each in found)
