"""Ships that wait off a port: hardly moving for hours, in no anchorage, harbour or berth of any.

A fix *holds* where she makes less than SLOW_KN, the nearest port is OFFING_M away at most, and no
fence in which ships stop has her, nor its margin.

    state     event of the ship's fix                       next
    none      it holds                                   -> slow
    slow      it holds, and she was heard meanwhile      -> slow      (else it begins with this one)
    slow      WAIT_US after the first, by the deadline   -> waiting   WaitBegun, if she is afloat
    slow      the same, and she is made fast             -> slow      (it begins with the last fix)
    waiting   it holds                                   -> waiting   (how near, how far, adrift)
    both      it does not hold                           -> leaving   (one fix proves nothing)
    leaving   it holds                                   -> as before
    leaving   another does not, a minute on              -> none      WaitEnded, if it was told

Who is made fast is no ship that waits: she stays within AFLOAT_M, or mostly says she is moored.
Neither is a fisher at work: by what she says of herself, or mostly of her status. A ship that is
not heard for HEARD_US is not known to have stayed: what was not told yet begins anew, and what was
told goes on only if she is found where she can have drifted to. Silence ends nothing.

She is *adrift* if in most fixes with way on her course is DRIFT_DEG or more off her heading.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.engine.detect.detector import Detector, Fact, Found, Seen, ordered
from monitor.engine.detect.port.step import CONFIRMING_FIXES, CONFIRMING_US
from monitor.engine.geofence import Port, distance_m, near_distance_m
from monitor.engine.reach import away_m, needed_kn
from monitor.engine.sphere import turned_deg
from monitor.model import EventKind, Fix, ShipAtPort, Span, Static
from monitor.units import HOUR_US, KNOT_MPS, NAUTICAL_MILE_M, NO_TIME, SECOND_US, to_iso
from monitor.words import FISHING, MOORED

SLOW_KN, WAIT_US = 2.0, 4 * HOUR_US
"""Global Fishing Watch's loitering (below 2 kn), and Starboard's hours."""

OFFING_M = 30 * NAUTICAL_MILE_M
"""So far off ships waited for Tartus (5 to 16 NM), and farther than any roads."""

LIMIT_M = 12 * NAUTICAL_MILE_M
"""Within and beyond: as far as territorial waters go, but from the port, not from baselines."""

HEARD_US = 2 * HOUR_US
"""Satellites hear a ship about once an hour: after two she was missed, or silent."""

AFLOAT_M, AFLOAT_SHARE = 60.0, 0.25
"""A ship made fast shows the noise of her receiver (some 10 m, on bad days 30, and a few bad
fixes); at anchor even a small one swings by her chain and her length."""

STRAY_M = 500.0
"""What a silence may add besides the drift: a swing to the other end of the chain."""

DRIFT_DEG, DRIFT_KN, DRIFT_FIXES = 45.0, (0.25, 20.0), 3
"""AMSA's and Starboard's drift: course and heading so far apart, with way on; one fix is noise."""

FISHER = 30
"""Ship type, ITU-R M.1371-5 table 53."""


@dataclass(slots=True)
class Wait:
    """A ship that makes no way off a port."""

    first: Fix  # by it this wait is told from her others
    last: Fix  # the last that holds
    drawing: str  # of the port's fences
    before: Fix | None = None  # the fix before the first
    due: bool = False  # it has lasted long enough
    told: bool = False
    fixes: int = 0
    lon: float = 0.0  # their middle, degrees
    lat: float = 0.0
    beyond: int = 0  # of them, those farther than AFLOAT_M from the middle as it was then
    moored: int = 0  # by their status
    fishing: int = 0
    fisher: bool = False  # she says that she is one
    steered: int = 0  # of which course and heading are known, with way on
    adrift: int = 0  # of these, far apart
    nearest_m: float = math.nan  # to the port; NaN: no fix was taken yet
    farthest_m: float = 0.0
    gone: Fix | None = None  # the first since that does not hold

    @property
    def counts(self) -> bool:
        """Whether it is a wait, as far as can be told: neither made fast nor at work."""
        afloat = self.beyond >= CONFIRMING_FIXES and self.beyond >= AFLOAT_SHARE * self.fixes
        working = self.fisher or 2 * self.fishing > self.fixes
        return afloat and not working and 2 * self.moored <= self.fixes

    @property
    def is_adrift(self) -> bool:
        """Whether she drifts, in most fixes that can say it."""
        return self.adrift >= DRIFT_FIXES and 2 * self.adrift > self.steered

    def take(self, fix: Fix, off_m: float) -> None:
        """Take a fix that holds."""
        self.last, self.gone = fix, None
        self.beyond += bool(
            self.fixes and near_distance_m(self.lon, self.lat, fix.lon, fix.lat) > AFLOAT_M
        )
        self.fixes += 1
        self.lon += ((fix.lon - self.lon + 180.0) % 360.0 - 180.0) / self.fixes
        self.lat += (fix.lat - self.lat) / self.fixes
        self.moored += fix.status == MOORED
        self.fishing += fix.status == FISHING
        self.nearest_m = off_m if math.isnan(self.nearest_m) else min(self.nearest_m, off_m)
        self.farthest_m = max(self.farthest_m, off_m)
        if DRIFT_KN[0] <= fix.sog_kn <= DRIFT_KN[1]:
            apart = turned_deg(fix.heading_deg, fix.cog_deg)
            self.steered += not math.isnan(apart)
            self.adrift += apart >= DRIFT_DEG


class Off(NamedTuple):
    """A fix of a ship with regard to a port, or what she says of herself."""

    port: Port
    now: int  # us; the instant at which this was known
    fix: Fix | None = None
    prev: Fix | None = None  # None: the ship was never seen before, or leapt here
    off_m: float | None = None  # from the port; None: another is nearer, too far, or in a fence
    static: Static | None = None


class Waits(Detector[ShipAtPort, Wait, Off]):
    """The detector of ships that wait off a port."""

    NAME: ClassVar[str] = "wait"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[type[Any]] = ShipAtPort
    STATE: ClassVar[type[Any]] = Wait

    def rows(
        self, seen: Seen, states: Mapping[ShipAtPort, Wait]
    ) -> Iterator[tuple[ShipAtPort, Off]]:
        """Slow fixes off a port, and all fixes and reports of those that are watched there."""
        whose, off_m = self._offings(seen)
        with np.errstate(invalid="ignore"):
            perhaps = np.flatnonzero(~np.isnan(off_m) & ~(seen.tracks.fixes["sog_kn"] >= SLOW_KN))
        concerned: dict[tuple[int, int], set[str]] = {}
        for key in states:
            concerned.setdefault((key.mmsi, key.track), set()).add(key.port)
        for row, track in zip(perhaps.tolist(), seen.track_of(perhaps).tolist(), strict=True):
            port = self.fences.ports[whose[row]].id
            concerned.setdefault(seen.tracks.heads[track], set()).add(port)
        found = [*self._fixes(seen, concerned, whose, off_m), *self._statics(seen, concerned)]
        for _, _, key, off in sorted(found, key=lambda item: item[:3]):
            if off.off_m is not None or key in states:
                yield key, off

    def _offings(self, seen: Seen) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Of each row the nearest port, and how far off it she is outside of fences; NaN: not."""
        fixes, ports = seen.tracks.fixes, self.fences.ports
        whose = np.zeros(len(fixes), dtype=np.int64)
        off_m = np.full(len(fixes), np.nan)
        rows = seen.near[0].candidates if seen.near else np.zeros(0, dtype=np.int64)
        if not len(rows):
            return whose, off_m
        lon, lat = fixes["lon"][rows], fixes["lat"][rows]
        far = np.stack([distance_m(lon, lat, *port.centre) for port in ports])
        whose[rows] = far.argmin(axis=0)
        held = np.zeros(len(rows), dtype=np.bool_)
        for each in seen.near:
            port = each.port
            held |= each.near[rows] & (port.waiting_bits | port.harbour_bits) != 0
        least = far.min(axis=0)
        off_m[rows] = np.where((least <= OFFING_M) & ~held, least, np.nan)
        return whose, off_m

    def _fixes(
        self, seen: Seen, concerned: Mapping[tuple[int, int], set[str]],
        whose: NDArray[np.int64], off_m: NDArray[np.float64],
    ) -> Iterator[tuple[int, int, ShipAtPort, Off]]:  # fmt: skip
        """All fixes of these ships, for the ports that they concern."""
        tracks, ports = seen.tracks, self.fences.ports
        for track, head in enumerate(tracks.heads):
            for name in sorted(concerned.get(head, ())):
                place = next((i for i, port in enumerate(ports) if port.id == name), None)
                if place is None:
                    continue
                begin, end = tracks.bounds(track)
                links, key = tracks.links[begin:end], ShipAtPort(*head, name)
                off = np.where(whose[begin:end] == place, off_m[begin:end], np.nan).tolist()
                before = seen.before(begin, track)
                columns = zip(
                    links["decided_at"].tolist(), links["prev_at"].tolist(), off, strict=True
                )
                for row, (decided_at, prev_at, away) in enumerate(columns, start=begin):
                    fix = seen.fix(row)
                    now, prev = max(fix.at, decided_at), None if prev_at == NO_TIME else before
                    yield now, 1, key, Off(
                        ports[place], now, fix, prev, None if math.isnan(away) else away
                    )  # fmt: skip
                    before = fix

    def _statics(
        self, seen: Seen, concerned: Mapping[tuple[int, int], set[str]]
    ) -> Iterator[tuple[int, int, ShipAtPort, Off]]:
        """What these ships say of themselves."""
        numbers: dict[int, list[ShipAtPort]] = {}
        for head, names in concerned.items():
            for name in names & self.fences.by_id.keys():
                numbers.setdefault(head[0], []).append(ShipAtPort(*head, name))
        for report in seen.statics:
            for key in numbers.get(report.static.mmsi, ()):
                now = report.known_at
                yield now, 0, key, Off(self.fences.by_id[key.port], now, static=report.static)

    def step(self, state: Wait | None, moment: Off) -> tuple[Wait | None, list[Found]]:
        """Take what comes next; see Detector."""
        if moment.fix is None:
            if state is not None and moment.static is not None:
                state.fisher |= moment.static.ship_type == FISHER
            return state, []
        fix, prev, off_m = moment.fix, moment.prev, moment.off_m
        state = None if prev is None else state  # she leapt here, or another has the number now
        if off_m is None or not _is_slow(fix, prev):
            return _gone(state, fix, moment)
        if state is None:
            return _begun(moment.port, fix, prev, off_m), []
        told: list[Found] = []
        if fix.at - state.last.at > HEARD_US and not (state.told and _is_within(state.last, fix)):
            if state.told:
                told.append(_ended(moment.port, state, fix, moment.now))
            fisher = state.fisher
            state = _begun(moment.port, fix, prev, off_m)
            state.fisher = fisher
            return state, told
        state.take(fix, off_m)
        if state.due and state.counts and not state.told:
            told.append(_waits(moment.port, state, moment.now))
        return state, told

    def deadline(self, state: Wait) -> int | None:
        """When it has lasted long enough."""
        return None if state.due else state.first.at + WAIT_US

    def wake(self, key: ShipAtPort, state: Wait, at: int) -> tuple[Wait | None, list[Found]]:
        """It has, if she was heard; what is found is stamped with it."""
        if at - state.last.at > HEARD_US:
            return None, []
        if not state.counts:
            last = state.last
            anew = Wait(first=last, last=last, drawing=state.drawing, lon=last.lon, lat=last.lat)
            anew.fisher, anew.gone = state.fisher, state.gone
            return anew, []
        state.due = True
        if state.gone is not None:
            return state, []
        return state, [_waits(self.fences.by_id[key.port], state, at)]

    def admit(self, key: ShipAtPort, state: Wait) -> str | None:
        """A port that is watched no more, or was drawn otherwise, tells nothing of her."""
        port = self.fences.by_id.get(key.port)
        if port is None or port.drawing != state.drawing:
            return f"the port {key.port} is not watched any more, or was drawn otherwise"
        return None


def _is_slow(fix: Fix, prev: Fix | None) -> bool:
    """By what she says; where she does not, by her way since the fix before."""
    if not math.isnan(fix.sog_kn):
        return fix.sog_kn < SLOW_KN
    return prev is not None and needed_kn(prev, fix) < SLOW_KN


def _is_within(last: Fix, fix: Fix) -> bool:
    """Whether she can have come here from the last fix without making way."""
    drift_m = SLOW_KN * KNOT_MPS * (fix.at - last.at) / SECOND_US
    return away_m(last, fix) <= drift_m + STRAY_M


def _begun(port: Port, fix: Fix, prev: Fix | None, off_m: float) -> Wait:
    state = Wait(first=fix, last=fix, drawing=port.drawing, before=prev, lon=fix.lon, lat=fix.lat)
    state.take(fix, off_m)
    return state


def _gone(state: Wait | None, fix: Fix, moment: Off) -> tuple[Wait | None, list[Found]]:
    """She makes way, or is elsewhere: another fix proves it."""
    if state is None:
        return None, []
    if state.gone is None:
        state.gone = fix
        return state, []
    if fix.at - state.gone.at < CONFIRMING_US:
        return state, []
    return None, [_ended(moment.port, state, state.gone, moment.now)] if state.told else []


def _waits(port: Port, state: Wait, at: int) -> Fact:
    state.told = True
    before, first = state.before, state.first
    adrift = ", adrift" if state.is_adrift else ""
    why = f"Below {SLOW_KN:.0f} kn for {_hours(state, at)} h, {_miles(state)} NM off {port.name}"
    return _fact(
        EventKind.WAIT_BEGUN, state, place=first, fixes=(before, first, state.last),
        span=Span(
            earliest=None if before is None else before.at, at=first.at, latest=first.at
        ),
        decided_at=at, why=f"{why}, in none of its anchorages and berths{adrift}.",
    )  # fmt: skip


def _ended(port: Port, state: Wait, out: Fix, at: int) -> Fact:
    last = state.last
    silent = out.at - last.at > HEARD_US
    why = f"Waited {_hours(state, last.at)} h, {_miles(state)} NM off {port.name}; under way again."
    if silent:
        why = (
            f"Waited {_hours(state, last.at)} h, {_miles(state)} NM off {port.name}; not heard for"
            f" {(out.at - last.at) / HOUR_US:.1f} h then, and heard elsewhere, or under way."
        )
    return _fact(
        EventKind.WAIT_ENDED, state, place=out, fixes=(state.first, last, out),
        span=Span(earliest=last.at, at=None if silent else out.at, latest=out.at), decided_at=at,
        why=why,
    )  # fmt: skip


def _hours(state: Wait, until: int) -> str:
    return f"{(until - state.first.at) / HOUR_US:.1f}"


def _miles(state: Wait) -> str:
    near, far = (metres / NAUTICAL_MILE_M for metres in (state.nearest_m, state.farthest_m))
    return f"{near:.1f}" if far - near < 0.1 else f"{near:.1f} to {far:.1f}"


def _fact(
    kind: EventKind, state: Wait, *, place: Fix, fixes: tuple[Fix | None, ...], span: Span,
    decided_at: int, why: str,
) -> Fact:  # fmt: skip
    return Fact(
        kind=kind, span=span, decided_at=decided_at, place=place, fixes=ordered(*fixes), why=why,
        figures={
            "wait": to_iso(state.first.at),
            "waited_s": (state.last.at - state.first.at) // SECOND_US,
            "nearest_nm": round(state.nearest_m / NAUTICAL_MILE_M, 1),
            "farthest_nm": round(state.farthest_m / NAUTICAL_MILE_M, 1),
            "band": "within 12 NM" if state.nearest_m <= LIMIT_M else "12 to 30 NM",
            "adrift": state.is_adrift, "fixes": state.fixes, "slow_kn": SLOW_KN,
            "least_s": WAIT_US // SECOND_US,
        },
        key_at=state.first.at,
    )  # fmt: skip
