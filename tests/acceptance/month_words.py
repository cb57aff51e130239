"""What ought to be told of what ships of a simulated month say: by their words, and the log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from monitor.destinations import Destinations
from monitor.engine.detect.vessel.changed import FIELDS
from monitor.engine.geofence import distance_m
from monitor.model import EventKind
from monitor.simulator.said import SaidTruth
from monitor.simulator.truth import CallTruth, VesselTruth
from monitor.units import DAY_US, HOUR_US, MINUTE_US, NAUTICAL_MILE_M, SECOND_US
from monitor.words import flag_of, imo_holds
from tests.acceptance.month_truth import Heard, Month, Wanted

K = EventKind
WORDS = {"name": "name", "callsign": "callsign", "imo": "imo", "ship_type": "ship_type",
         "destination": "destination", "draught_m": "draught_m"}  # fmt: skip
TYPED_US = 12 * HOUR_US
COPY_US = 5 * SECOND_US
"""A second station's copy is a second or two later."""

UNDER_WAY_KN, AT_REST_KN = 2.5, 1.0
LEAST_NM, SURE_NM = 55.0, 110.0
"""Farther by the crow than she was: by sea it is some miles more or less."""


def words(month: Month) -> Iterator[Wanted]:
    """All of it."""
    for vessel, heard, track in month.tracks():
        by_field = defaultdict(list)
        for one in vessel.said:
            by_field[one.what].append(one)
        for name in set(FIELDS) & by_field.keys():
            yield from _identity(vessel.mmsi, by_field[name], heard)
        if flag_of(vessel.mmsi) is None and len(heard.statics) > 1:
            ships = frozenset({vessel.mmsi})
            yield Wanted(kind=K.IDENTITY_DOUBTED, ships=ships, at=heard.statics[0].at, note="MID")
        yield from _destinations(vessel, by_field["destination"], heard, month)
        yield from _away(vessel, by_field["destination"], heard, track, month.fences.destinations)
        yield from _draughts(vessel, by_field["draught_m"], heard)


def _away(
    vessel: VesselTruth, said: list[SaidTruth], heard: Heard, track: Any, meant: Destinations
) -> Iterator[Wanted]:
    """She left a port, and comes farther and farther from the one that she declares."""
    at = (track[:, 0] * SECOND_US).astype(np.int64)
    known = [(one, _twice(heard, one, _ends(said, place))) for place, one in enumerate(said)]
    said = [one for one, twice in known if twice is not None]
    for place, one in enumerate(said):
        haven, twice = meant.of(one.new).haven, _twice(heard, one, _ends(said, place))
        if haven is None or haven.place is None or twice is None:
            continue
        for call, then in zip(vessel.calls, [*vessel.calls[1:], None], strict=True):
            left, came = call.departed_at or 2**62, (then and then.arrived_at) or 2**62
            begin, end = max(one.at, left), min(came, _ends(said, place))
            pick = (at >= begin) & (at < end)
            if call.port == haven.port or not pick.any():
                continue
            far = distance_m(track[pick, 1], track[pick, 2], *haven.place) / NAUTICAL_MILE_M
            farther = far - np.minimum.accumulate(far)
            if farther.max() < LEAST_NM:
                continue
            when = int(at[pick][np.argmax(farther > SURE_NM)])
            surely = farther.max() > SURE_NM and heard.hours(when, 8) == 8
            yield Wanted(
                kind=K.DESTINATION_DOUBTED, ships=frozenset({vessel.mmsi}), at=begin,
                until=int(at[pick][-1]), must=bool(surely and twice < when),
                note=f"{farther.max():.0f} NM from {one.new}",
            )  # fmt: skip


def _twice(heard: Heard, said: SaidTruth, until: int) -> int | None:
    """When it was heard for the second time before ``until``, us; None: it was not."""
    at = [one.at for one in heard.statics if said.at <= one.at < until
          and str(getattr(one.static, said.what)) == said.new]  # fmt: skip
    later = [one for one in at if one >= at[0] + 2 * MINUTE_US]
    return later[0] if later else None


def _ends(said: list[SaidTruth], place: int) -> int:
    """When she says something else than that."""
    return said[place + 1].at if place + 1 < len(said) else 2**62


def _identity(mmsi: int, said: list[SaidTruth], heard: Heard) -> Iterator[Wanted]:
    """Changes that hold; by turns: the first two, and that it is by turns."""
    ships, turns = frozenset({mmsi}), 0
    values = [one.new for one in said if one.holds]
    flaps = len(values) > 2 and len(set(values)) < len(values)
    for place, one in enumerate(said):
        if not one.holds:
            continue
        known = _twice(heard, one, _ends(said, place)) is not None
        turns += 1
        if flaps and turns == 3:
            yield Wanted(kind=K.IDENTITY_FLAPPED, ships=ships, at=said[0].at, until=said[-1].at)
        if flaps and turns > 2:
            continue
        note = f"{one.what} {one.old} -> {one.new}"
        yield Wanted(kind=K.IDENTITY_CHANGED, ships=ships, at=one.at, must=known, note=note)
        if one.what == "imo" and not imo_holds(int(one.new)):
            first = next((s.at for s in heard.statics if str(s.static.imo) == one.new), one.at)
            yield Wanted(kind=K.IDENTITY_DOUBTED, ships=ships, at=first, must=known, note=note)


def _destinations(
    vessel: VesselTruth, said: list[SaidTruth], heard: Heard, month: Month
) -> Iterator[Wanted]:
    ships, sure, perhaps = frozenset({vessel.mmsi}), [], []
    meant, held = month.fences.destinations, said[0].old if said else ""
    for place, one in enumerate(said):
        twice = _twice(heard, one, _ends(said, place))
        if twice is None or meant.same(held, one.new):
            continue
        held = one.new
        first = next(s.at for s in heard.statics if s.at >= one.at)
        pick = (heard.fixes >= first - 30 * MINUTE_US) & (heard.fixes <= twice + 30 * MINUTE_US)
        knots = heard.sog_kn[pick]
        if not knots.size or knots.max() < AT_REST_KN:
            continue
        must = bool(knots.min() > UNDER_WAY_KN)
        (sure if must else perhaps).append(one.at)
        yield Wanted(
            kind=K.DESTINATION_CHANGED, ships=ships, at=one.at, must=must,
            note=f"{one.old} -> {one.new}",
        )  # fmt: skip
    yield from _varied(ships, [one.at for one in said], sure, perhaps)
    for call in vessel.calls:
        yield from _elsewhere(vessel, call, said, heard, meant)


def _varied(
    ships: frozenset[int], said: list[int], sure: list[int], perhaps: list[int]
) -> Iterator[Wanted]:
    """More than three changes under way within a week: once, until she says one thing for one."""
    told: int | None = None
    for at in sorted([*sure, *perhaps]):
        week = [one for one in [*sure, *perhaps] if at - 7 * DAY_US < one <= at]
        surely = len([one for one in week if one in sure]) > 3
        if told is not None:
            since = [one for one in said if told <= one <= at]
            if all(later - one < 7 * DAY_US for one, later in pairwise(since)):
                continue  # the same story
        if len(week) > 3:
            yield Wanted(
                kind=K.DESTINATION_VARIED, ships=ships, at=min(week), until=at, must=surely
            )
            told = at if surely else told


def _elsewhere(
    vessel: VesselTruth, call: CallTruth, said: list[SaidTruth], heard: Heard, meant: Destinations
) -> Iterator[Wanted]:
    """She comes and declares another port: before, and when it is known that she came."""
    if call.arrived_at is None:
        return
    came = call.entered_approach_at or call.arrived_at
    before = [one for one in said if one.at <= call.arrived_at]
    if not before or not _is_other(before[-1].new, call.port, meant):
        return
    last = before[-1]
    reports = [one.at for one in heard.statics if last.at <= one.at < came - HOUR_US
               and one.static.destination == last.new]  # fmt: skip
    until = _ends(said, said.index(last))
    must = (
        len(reports) > 1 and until > call.arrived_at + 6 * HOUR_US and call.observed.approach_entry
        and call.fixes_at_rest > 5
    )  # fmt: skip
    yield Wanted(
        kind=K.DECLARED_ELSEWHERE, ships=frozenset({vessel.mmsi}), at=call.arrived_at, must=must,
        where=call.port, note=last.new,
    )  # fmt: skip


def _is_other(text: str, port: str, meant: Destinations) -> bool:
    haven = meant.of(text).haven
    return haven is not None and haven.port != port


def _draughts(vessel: VesselTruth, said: list[SaidTruth], heard: Heard) -> Iterator[Wanted]:
    """Of each trip: whether she declares another draught when she comes than when she left."""
    calls = [call for call in vessel.calls if call.port in {"tartus", "tobruk"}]
    for one, two in pairwise(calls):
        left, came = one.departed_at, two.arrived_at
        if left is None or came is None or one.port == two.port:
            continue
        news = [item for item in said if left - HOUR_US < item.at < came + 3 * HOUR_US]
        if not news:
            continue
        for item in news:  # behind a silence, as it was typed
            yield Wanted(
                kind=K.DRAUGHT_CHANGED, ships=frozenset({vessel.mmsi}), at=item.at, must=False
            )
        old, new = float(news[0].old), float(news[-1].new)
        if abs(new - old) < 0.49 or abs(new - old) < 0.08 * old:
            continue
        at, place = news[-1].at, said.index(news[-1])
        twice = _twice(heard, news[-1], _ends(said, place))
        first = next((s.at for s in heard.statics if s.static.draught_m == new and s.at >= at), at)
        if at < left + TYPED_US - HOUR_US and first < left + TYPED_US:
            continue
        yield Wanted(
            kind=K.DRAUGHT_CHANGED, ships=frozenset({vessel.mmsi}), at=at,
            must=at > left + TYPED_US + HOUR_US and twice is not None and twice < came,
            note=f"{old} -> {new}, typed {(at - left) / HOUR_US:.1f} h after leaving",
        )  # fmt: skip


def voyages(month: Month) -> Iterator[Wanted]:
    """From each call to the next at the other port."""
    for vessel, _, _ in month.tracks():
        for one, two in zip(vessel.calls, vessel.calls[1:], strict=False):
            if two.arrived_at is not None and one.port != two.port:
                must = one.fixes_at_rest > 5 and two.fixes_at_rest > 5
                yield Wanted(
                    kind=K.VOYAGE_MADE, ships=frozenset({vessel.mmsi}), at=two.arrived_at, must=must
                )


def heard_of(positions: Any, statics: list[Any]) -> dict[int, Heard]:
    """What was heard of each number (dtype FIX)."""
    rows = positions[np.lexsort([positions["at"], positions["mmsi"]])]
    again = np.diff(rows["at"], prepend=rows["at"][:1]) < COPY_US
    rows = rows[~(again & (rows["mmsi"] == np.roll(rows["mmsi"], 1)))]
    numbers, begins = np.unique(rows["mmsi"], return_index=True)
    said = defaultdict(list)
    for one in sorted(statics, key=lambda report: report.at):
        said[one.static.mmsi].append(one)
    return {
        number: Heard(
            fixes=part["at"], sog_kn=part["sog_kn"], lon=part["lon"], lat=part["lat"],
            statics=said[number],
        )
        for number, part in zip(numbers.tolist(), np.split(rows, begins[1:]), strict=True)
    }  # fmt: skip
