"""Ships that meet at sea: two that lie together for hours, away from all watched ports.

    state     the two at an instant               next
    none      may be together by the next one  -> nearing  (when they were apart is remembered)
    nearing   not near any more, or not heard  -> none
    any       within MEETING_M                 -> together
    together  within MEETING_M                 -> together (after TOGETHER_US: ShipsMet)
    together  further off, nothing told yet    -> none     (a passing)
    together  further off, told                -> parted   (they may come back)
    parted    within MEETING_M                 -> together (the same meeting)
    together, parted   PAUSE_US behind the last instant together -> none (ShipsParted, if told)

Only ships that are slower than SLOW_KN, and not in or near a port, meet; and it is a meeting only
if the median of their speeds is below MEDIAN_KN: a tow is none. Two that both say to be moored lie
at a quay that nobody drew. A silence is no parting: as long as both are heard together before and
behind it, it is a gap within the meeting, and told.

The begin is between the last fixes by which they were further apart and the first by which they
were together, the end accordingly; where they were not heard it is not bounded. What a meeting
is for is not known: tankers pass on cargo so, and so do tugs, pilots and bunker barges their
trade. Who the ships say they are stands in the sentence (``party.py``).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from monitor.engine.detect.abreast import Abreast, abreast, near_pairs
from monitor.engine.detect.detector import Detector, Fact, Found, Seen
from monitor.engine.detect.picture import SLOT_US
from monitor.engine.geofence import distance_m, near_distance_m
from monitor.model import EventKind, Fix, ShipPair, Span
from monitor.units import HOUR_US, KNOT_MPS, MINUTE_US, NAUTICAL_MILE_M, SECOND_US, to_iso
from monitor.words import MOORED

MEETING_M = 500.0
"""Global Fishing Watch's distance of encounters: two tankers side by side are within 100 m, but
their antennas may be 300 m from each other, and positions of AIS 100 m off."""

NEARING_M, HASTE = 3 * NAUTICAL_MILE_M, 1.5
"""Who may be together by the next instant: at their speeds and half as much more, and from no
further off, from where a ship needs 18 kn. Whoever comes is seen to come."""

TOGETHER_US = 2 * HOUR_US
"""Global Fishing Watch's time of encounters; Skylight's and Starboard's are alike."""

HEARD_SLOTS = 4
"""Instants at which they are heard together, at least: two glimpses hours apart are no meeting."""

SLOW_KN = 5.0
"""Nobody hands anything over at more; ships that replenish under way are a convoy."""

MEDIAN_KN = 2.0
"""Global Fishing Watch's median speed of encounters: ships adrift make a knot or two."""

PAUSE_US = 12 * HOUR_US
"""Who meets again within it goes on (research, section 4.2): ships cast off for weather."""

EVERY_US = SLOT_US


class Stand(enum.StrEnum):
    """See the module."""

    NEARING = "nearing"
    TOGETHER = "together"
    PARTED = "parted"


@dataclass(slots=True)
class Meeting:
    """Two ships that are near each other, or were."""

    state: Stand
    seen_at: int  # us; the last instant at which they stood so
    apart_at: int | None = None  # us; they were heard to be apart, before
    since: int = 0  # us; the first instant together: by it this meeting is told from others
    sure_at: int = 0  # us; the first at which they said so, and were not only carried on so
    last_at: int = 0  # us; the last instant together
    heard_at: int = 0  # us; by fixes no older than that
    gone_at: int | None = None  # us; the first instant since then at which they were apart
    slots: int = 0  # instants together
    gap_us: int = 0  # the longest time between two of them
    nearest_m: float = 0.0
    speeds: dict[int, int] = field(default_factory=dict)  # tenths of knots -> how often
    first: tuple[Fix, ...] = ()  # by which they were known at ``since``
    last: tuple[Fix, ...] = ()
    told: bool = False

    @property
    def median_kn(self) -> float:
        """Of the speeds of both at all instants together; the higher of two in the middle."""
        half, seen = sum(self.speeds.values()) // 2, 0
        for tenths, count in sorted(self.speeds.items()):
            seen += count
            if seen > half:
                return tenths / 10
        return 0.0


class Meetings(Detector[ShipPair, Meeting, Abreast]):
    """The detector of ships that meet."""

    NAME: ClassVar[str] = "meeting"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[type[Any]] = ShipPair
    STATE: ClassVar[type[Any]] = Meeting

    def rows(
        self, seen: Seen, states: Mapping[ShipPair, Meeting]
    ) -> Iterator[tuple[ShipPair, Abreast]]:
        """Ships that are slow and near each other, and those that were."""
        picture = seen.picture
        if picture is None or not len(picture):
            return
        out = ~picture.in_port
        slow, speed = picture.sog_kn <= SLOW_KN, picture.sog_kn
        close = near_pairs(picture, out & slow, MEETING_M)
        one, two = near_pairs(picture, out, NEARING_M)
        away = distance_m(*(c[i] for i in (one, two) for c in (picture.lon, picture.lat)))
        comes = (slow[one] | slow[two]) & (away <= _reach_m(speed[one] + speed[two]))
        near = np.append(close[0], one[comes]), np.append(close[1], two[comes])
        for key, moment in abreast(picture, states, near, EVERY_US):
            if key in states or _is_together(moment) or _is_nearing(moment):
                yield key, moment

    def step(self, state: Meeting | None, moment: Abreast) -> tuple[Meeting | None, list[Found]]:
        """Take how two ships stand at the next instant; see Detector."""
        if _is_together(moment):
            return _together(state, moment)
        if state is None or state.state is Stand.NEARING or not state.told:
            return _apart(state, moment)
        apart = min(moment.away_m, _said_m(*moment.fixes)) > MEETING_M
        if apart and state.gone_at is None:
            state.state, state.gone_at = Stand.PARTED, moment.at
        return state, []

    def deadline(self, state: Meeting) -> int | None:
        """When nothing more is expected of them; see Detector."""
        if state.state is Stand.NEARING:
            return state.seen_at + EVERY_US
        return state.last_at + PAUSE_US

    def wake(self, key: ShipPair, state: Meeting, at: int) -> tuple[Meeting | None, list[Found]]:
        """They did not come together again; see Detector."""
        del key
        return None, [_parted(state, at)] if state.told else []


def _is_together(moment: Abreast) -> bool:
    if moment.away_m > MEETING_M or max(moment.speeds_kn) > SLOW_KN or not moment.at_sea:
        return False
    one, two = moment.fixes
    return not one.status == two.status == MOORED


def _is_nearing(moment: Abreast) -> bool:
    speeds = moment.speeds_kn
    near = MEETING_M < moment.away_m <= min(NEARING_M, _reach_m(sum(speeds)))
    return near and min(speeds) <= SLOW_KN and moment.at_sea


def _reach_m(speeds_kn: Any) -> Any:
    """From how far two ships may be together by the next instant; of the sum of their speeds."""
    return MEETING_M + HASTE * speeds_kn * KNOT_MPS * EVERY_US / SECOND_US


def _apart(state: Meeting | None, moment: Abreast) -> tuple[Meeting | None, list[Found]]:
    """Nothing is told of them: all that counts is when they were apart, should they meet."""
    if moment.away_m <= MEETING_M and state is not None:
        state.seen_at = moment.at  # near, but too fast, moored or in a port just now
        return state, []
    if not _is_nearing(moment):
        return None, []
    apart_at = None if state is None else state.apart_at
    if _said_m(*moment.fixes) > MEETING_M:
        apart_at = min(fix.at for fix in moment.fixes)
    return Meeting(Stand.NEARING, moment.at, apart_at=apart_at), []


def _together(state: Meeting | None, moment: Abreast) -> tuple[Meeting, list[Found]]:
    if state is None:
        state = Meeting(Stand.NEARING, moment.at)
    if state.state is Stand.NEARING:
        state.since = state.last_at = moment.at
        state.nearest_m, state.first = moment.away_m, moment.fixes
    state.state, state.gone_at = Stand.TOGETHER, None
    state.gap_us = max(state.gap_us, moment.at - state.last_at)
    state.nearest_m = min(state.nearest_m, moment.away_m)
    state.seen_at = state.last_at = moment.at
    state.last, state.slots = moment.fixes, state.slots + 1
    state.heard_at = min(fix.at for fix in state.last)
    if not state.sure_at and _said_m(*state.last) <= MEETING_M:
        state.sure_at = moment.at
    for speed in moment.speeds_kn:
        tenths = round(speed * 10)
        state.speeds[tenths] = state.speeds.get(tenths, 0) + 1
    long = moment.at - state.since >= TOGETHER_US and state.slots >= HEARD_SLOTS
    if state.told or not long or state.median_kn >= MEDIAN_KN:
        return state, []
    state.told = True
    return state, [_met(state, moment.at)]


def _said_m(one: Fix, two: Fix) -> float:
    """Between the places that two fixes say."""
    return near_distance_m(one.lon, one.lat, two.lon, two.lat)


def _met(state: Meeting, at: int) -> Fact:
    apart = state.apart_at
    why = (
        f"Within {MEETING_M:.0f} m of each other for {(at - state.since) / HOUR_US:.1f} h, at"
        f" {state.median_kn:.1f} kn by median, away from all watched ports."
    )
    if apart is None:
        why += " When they came together is not known."
    return Fact(
        kind=EventKind.SHIPS_MET,
        span=Span(earliest=apart, at=state.since, latest=state.sure_at or at),
        decided_at=at, place=state.first[0], fixes=(*state.first, *state.last),
        why=why + _silent(state), figures=_figures(state), key_at=state.since,
    )  # fmt: skip


def _parted(state: Meeting, at: int) -> Fact:
    gone = state.gone_at
    lasted = (state.last_at - state.since) / HOUR_US
    why = f"Together for {lasted:.1f} h at least, and not again within {PAUSE_US / HOUR_US:.0f} h."
    if gone is None:
        why += " They were not heard to part."
    return Fact(
        kind=EventKind.SHIPS_PARTED,
        span=Span(earliest=state.heard_at, at=state.last_at, latest=gone),
        decided_at=at, place=state.last[0], fixes=(*state.first, *state.last),
        why=why + _silent(state), figures=_figures(state), key_at=state.since,
    )  # fmt: skip


def _silent(state: Meeting) -> str:
    if state.gap_us <= HOUR_US:
        return ""
    return f" For {state.gap_us / HOUR_US:.1f} h in between they were not heard together."


def _figures(state: Meeting) -> dict[str, Any]:
    return {
        "since": to_iso(state.since), "together_s": (state.last_at - state.since) // SECOND_US,
        "together_least_s": TOGETHER_US // SECOND_US, "limit_m": MEETING_M,
        "nearest_m": round(state.nearest_m), "median_kn": state.median_kn,
        "median_limit_kn": MEDIAN_KN, "heard_together": state.slots,
        "gap_min": state.gap_us // MINUTE_US,
    }  # fmt: skip
