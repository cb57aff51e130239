"""What ought to be told of a simulated month: of silences, ports in reach, gates, waits and pairs.

What ships say of themselves stands in ``month_words``. A *wanted* event must be told, or may be: it
may where the truth lies so near a threshold, or so little of it was heard, that either is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from monitor.engine.geofence import FenceSet, Gate, distance_m
from monitor.model import EventKind
from monitor.simulator.together import TogetherTruth, together
from monitor.simulator.truth import Truth, VesselTruth
from monitor.units import HOUR_US, MINUTE_US, NAUTICAL_MILE_M, SECOND_US

K = EventKind
PROVISIONAL = "WentDark, first told"
"""Of a silence of two hours, whatever became of it."""

DARK_US, FIRST_US = 6 * HOUR_US, 2 * HOUR_US
MUST_WAIT_S, MAY_WAIT_S = 4.75 * 3600, 3.5 * 3600
"""Waits are told from 4 h on; half an hour to either side is how well ships are heard."""

MUST_MEET_S, MAY_MEET_S = 2.75 * 3600, 1.25 * 3600
"""Meetings from 2 h on."""

CONVOY_M, CONVOY_S = 4 * NAUTICAL_MILE_M, 5.5 * 3600
"""Convoys within 5 NM, for 4 h."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An event that ought to be told, or may be."""

    kind: str
    ships: frozenset[int]
    at: int  # us; when it truly was
    must: bool = True
    until: int | None = None  # us; it was between ``at`` and this
    where: str = ""  # port or gate
    note: str = ""
    ends: int | None = None  # us; of a silence: when she was heard again


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard of one ship: instants of fixes, us, and her static reports, by time."""

    fixes: NDArray[np.int64]
    sog_kn: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    statics: list[Any] = field(default_factory=list)

    def around(self, at: int) -> tuple[int | None, int | None]:
        """The last fix before an instant, and the first behind it; None: there is none."""
        place = int(np.searchsorted(self.fixes, at, side="right"))
        before = int(self.fixes[place - 1]) if place else None
        return before, int(self.fixes[place]) if place < len(self.fixes) else None

    def hours(self, until: int, count: int) -> int:
        """In how many of the hours up to an instant she was heard; it counts as one."""
        hour = until // HOUR_US
        seen = np.unique(self.fixes[self.fixes <= until] // HOUR_US)
        return int(((seen > hour - count) & (seen <= hour)).sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month, its truth, and what was heard of each number."""

    truth: Truth
    fences: FenceSet
    heard: dict[int, Heard]

    def tracks(self) -> Iterator[tuple[VesselTruth, Heard, NDArray[np.float64]]]:
        """Each ship that was heard, with her true track, a row a minute."""
        for vessel in self.truth.vessels:
            if vessel.mmsi in self.heard:
                yield vessel, self.heard[vessel.mmsi], vessel.track()


def silences(month: Month) -> Iterator[Wanted]:
    """Transponders that were off at sea; how long, and how well she was heard before."""
    for vessel, heard, track in month.tracks():
        for dark in vessel.dark:
            last, first = heard.around(dark.began_at)
            if last is None:
                continue
            end = month.truth.until_at if first is None else first
            lasts = end - last
            row = int(np.searchsorted(heard.fixes, last))
            in_port = _in_waters(month.fences, heard.lon[row], heard.lat[row])
            routine = in_port or heard.sog_kn[row] < 0.6
            cut = last < dark.began_at - HOUR_US or any(
                one.began_at < end and one.until > last for one in vessel.unheard
            )
            words = f"dark {lasts / HOUR_US:.1f} h"
            ships = frozenset({vessel.mmsi})
            common = {"ships": ships, "at": dark.began_at, "note": words, "ends": end}
            well = heard.hours(last, 12) >= 10 and not cut and not routine
            if lasts > FIRST_US + 5 * MINUTE_US:
                must = well and heard.hours(last, 7) == 7
                yield Wanted(kind=PROVISIONAL, must=must, **common)
            if lasts > DARK_US:
                yield Wanted(kind=K.WENT_DARK, must=well and lasts > DARK_US + MINUTE_US, **common)
                if first is not None:
                    yield Wanted(
                        kind=K.REAPPEARED, ships=ships, at=min(dark.until, first), note=words,
                        must=well and lasts > DARK_US + MINUTE_US,
                    )  # fmt: skip
                yield from _reached(month, vessel, track, (last, end), must=well)


def _reached(
    month: Month, vessel: VesselTruth, track: NDArray[np.float64], silence: tuple[int, int],
    *, must: bool,
) -> Iterator[Wanted]:  # fmt: skip
    """Ports in whose waters a dark ship truly came."""
    for port in month.fences.ports:
        came = came_to(month, port.id, track, silence[0])
        if came is not None and came < silence[1]:
            yield Wanted(
                kind=K.MAY_HAVE_REACHED, ships=frozenset({vessel.mmsi}), at=came, where=port.id,
                must=must,
            )  # fmt: skip


def came_to(month: Month, port_id: str, track: NDArray[np.float64], since: int) -> int | None:
    """When a ship was in the waters of a port for the first time since then, us; None: never."""
    port = month.fences.by_id[port_id]
    rows = track[track[:, 0] >= since / SECOND_US]
    west, south, east, north = port.area.bounds
    box = (rows[:, 1] >= west) & (rows[:, 1] <= east) & (rows[:, 2] >= south)
    near = np.flatnonzero(box & (rows[:, 2] <= north))
    inside = near[shapely.contains_xy(port.area, rows[near, 1], rows[near, 2])]
    return round(rows[inside[0], 0]) * SECOND_US if len(inside) else None


def _in_waters(fences: FenceSet, lon: float, lat: float) -> bool:
    place = np.array([lon]), np.array([lat])
    return any(bool(port.masks(*place)[1][0]) for port in fences.ports)


def gates(month: Month) -> Iterator[Wanted]:
    """Lines that ships truly passed; where nobody heard it, that it is not known."""
    for vessel, heard, track in month.tracks():
        for gate in month.fences.gates:
            ways = _passed(gate, track)
            for at_s, way in ways:
                at = round(at_s * SECOND_US)
                before, after = heard.around(at)
                if before is None or after is None:
                    continue
                ships = frozenset({vessel.mmsi})
                seen = after - before <= HOUR_US
                alone = [w for s, w in ways if before <= s * SECOND_US <= after] == [way]
                if seen:
                    yield Wanted(
                        kind=K.GATE_CROSSED, ships=ships, at=at, where=f"{gate.id} {way}",
                        must=alone, note=f"{(after - before) / MINUTE_US:.0f} min",
                    )  # fmt: skip
                elif alone:
                    yield Wanted(
                        kind=K.GATE_CROSSED, ships=ships, at=at, where=f"{gate.id} unknown",
                        note=f"silent {(after - before) / HOUR_US:.1f} h",
                    )  # fmt: skip
            yield from _other_side(gate, vessel.mmsi, heard, [at_s for at_s, _ in ways])


def _other_side(gate: Gate, mmsi: int, heard: Heard, passed_s: list[float]) -> Iterator[Wanted]:
    """Silences behind which she is on another side, without having passed there: by another gate.

    That she may have passed here is right.
    """
    if gate.waters is None:
        return
    held = gate.holds(heard.lon, heard.lat).astype(int)
    long = np.diff(heard.fixes) > HOUR_US
    for row in np.flatnonzero(long & (np.diff(held) != 0)).tolist():
        before, after = heard.fixes[row : row + 2].tolist()
        if not any(before <= at * SECOND_US <= after for at in passed_s):
            yield Wanted(
                kind=K.GATE_CROSSED, ships=frozenset({mmsi}), at=before, until=after, must=False,
                where=f"{gate.id} unknown",
            )  # fmt: skip


def _passed(gate: Gate, track: NDArray[np.float64]) -> list[tuple[float, str]]:
    """When a track crosses the line, s since the epoch, and whether in or out."""
    flat = np.cos(np.radians(gate.line[0].lat))
    x, y = track[:, 1] * flat, track[:, 2]
    found: list[tuple[float, str]] = []
    for one, two in zip(gate.line, gate.line[1:], strict=False):
        ax, ay, bx, by = one.lon * flat, one.lat, two.lon * flat, two.lat
        side = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        turns = np.flatnonzero((side[1:] >= 0) != (side[:-1] >= 0))
        for row in turns.tolist():
            dx, dy = x[row + 1] - x[row], y[row + 1] - y[row]
            ends = [dx * (py - y[row]) - dy * (px - x[row]) for px, py in ((ax, ay), (bx, by))]
            if (ends[0] >= 0) != (ends[1] >= 0):
                share = side[row] / (side[row] - side[row + 1])
                at_s = float(track[row, 0] + share * (track[row + 1, 0] - track[row, 0]))
                found.append((at_s, "in" if side[row + 1] >= 0 else "out"))
    return sorted(found)


def waits(month: Month) -> Iterator[Wanted]:
    """Ships that truly made no way off a port, in none of its fences."""
    for vessel, heard, track in month.tracks():
        far = [distance_m(track[:, 1], track[:, 2], *port.centre) for port in month.fences.ports]
        whose = np.argmin(far, axis=0)
        slow = (track[:, 3] < 2.0) & (np.min(far, axis=0) <= 30 * NAUTICAL_MILE_M)
        for begin, end in stretches(slow):
            if (track[end, 0] - track[begin, 0]) < MAY_WAIT_S:
                continue
            middle = (begin + end) // 2
            port = month.fences.ports[int(whose[middle])]
            if not _is_outside(port, *track[middle, 1:3]):
                continue
            since, until = (round(track[row, 0]) * SECOND_US for row in (begin, end))
            inside = heard.fixes[(heard.fixes >= since) & (heard.fixes <= until)]
            gap = np.diff(np.concatenate([[since], inside, [until]])).max()
            must = until - since > MUST_WAIT_S * SECOND_US and gap < HOUR_US
            note = f"{(until - since) / HOUR_US:.1f} h, gap {gap / HOUR_US:.1f} h"
            common = {"ships": frozenset({vessel.mmsi}), "where": port.id, "note": note}
            yield Wanted(kind=K.WAIT_BEGUN, at=since, until=since + MINUTE_US, must=must, **common)
            if until < month.truth.until_at - HOUR_US:
                yield Wanted(kind=K.WAIT_ENDED, at=until - MINUTE_US, until=until + MINUTE_US,
                             must=must, **common)  # fmt: skip


def _is_outside(port: Any, lon: float, lat: float) -> bool:
    near = port.masks(np.array([lon]), np.array([lat]))[1]
    return not bool(near[0] & (port.waiting_bits | port.harbour_bits))


def pairs(month: Month) -> Iterator[Wanted]:
    """Ships that truly lay together, and those that sailed together on purpose."""
    by_number = {vessel.mmsi: vessel for vessel in month.truth.vessels}
    meetings = together(month.truth, within_m=500, least_s=MAY_MEET_S, fastest_kn=2.0)
    for one in meetings:
        ships = frozenset({one.mmsi, one.other_mmsi})
        here = by_number[one.mmsi].motion
        at = np.array([(one.began_at + one.ended_at) / 2 / SECOND_US])
        lon, lat = (here.value(column, at) for column in (here.lon, here.lat))
        if _in_waters(month.fences, lon[0], lat[0]):
            continue
        must = one.ended_at - one.began_at > MUST_MEET_S * SECOND_US and not _is_cut(
            [by_number[number] for number in ships], one.began_at, one.ended_at
        )
        note = f"{(one.ended_at - one.began_at) / HOUR_US:.1f} h"
        yield Wanted(kind=K.SHIPS_MET, ships=ships, at=one.began_at, must=must, note=note)
        yield Wanted(kind=K.SHIPS_PARTED, ships=ships, at=one.ended_at, must=must, note=note)
    abreast = together(month.truth, within_m=CONVOY_M, least_s=CONVOY_S, slowest_kn=3.0)
    for one in abreast:
        if by_number[one.mmsi].consort != one.other_mmsi:
            continue
        ships = frozenset({one.mmsi, one.other_mmsi})
        since, until = _at_sea(month, [by_number[number] for number in ships], one)
        lasts = until - since
        cut = _is_cut([by_number[number] for number in ships], since, until)
        note = f"{lasts / HOUR_US:.1f} h{' cut' if cut else ''}"
        for must in (not cut, *([False] if cut else [])):  # not heard for hours: perhaps told twice
            yield Wanted(
                kind=K.CONVOY_FORMED, ships=ships, at=since, until=until, note=note, must=must,
            )  # fmt: skip
            yield Wanted(
                kind=K.CONVOY_PARTED, ships=ships, at=since if cut else until, until=until,
                note=note, must=must,
            )  # fmt: skip


def _is_cut(vessels: list[VesselTruth], since: int, until: int) -> bool:
    """Whether nobody heard one of them for a while."""
    return any(
        gone.began_at < until and gone.until > since
        for vessel in vessels for gone in (*vessel.unheard, *vessel.dark)
    )  # fmt: skip


def _at_sea(month: Month, vessels: list[VesselTruth], one: TogetherTruth) -> tuple[int, int]:
    """The part of a stretch in which both were out of the waters of ports, us."""
    at = np.arange(one.began_at, one.ended_at, MINUTE_US) / SECOND_US
    out = np.ones(at.size, dtype=np.bool_)
    for vessel in vessels:
        motion = vessel.motion
        lon, lat = motion.value(motion.lon, at), motion.value(motion.lat, at)
        for port in month.fences.ports:
            out &= ~shapely.contains_xy(port.area, lon, lat)
    first, last = np.flatnonzero(out)[[0, -1]] if out.any() else (0, -1)
    return round(at[first] * SECOND_US), round(at[last] * SECOND_US)


def stretches(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last row of each run of true ones."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True))


def all_of(month: Month, more: Sequence[Wanted] = ()) -> list[Wanted]:
    """All that ought to be told, in order of time."""
    found = [*silences(month), *gates(month), *waits(month), *pairs(month), *more]
    return sorted(found, key=lambda one: (one.at, one.kind))
