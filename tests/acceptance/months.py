"""Judges simulated months: what is found, missed, invented or outside of its bounds, by kind.

Two figures stand apart: ports that a dark ship reached before the earliest instant that was told,
and silences that were told as dark though the transponder was on, by why nobody heard it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np

from monitor.engine.detect.evidence import Finding
from monitor.engine.detect.feasible import UNHEARD
from monitor.engine.pipeline import Pipeline
from monitor.gatefile import load_watched
from monitor.model import Event, EventKind, EventState, Lines, Ship, ShipAtPort, ShipPair
from monitor.settings import bundled_geofences
from monitor.simulator import simulation as simulator
from monitor.simulator.truth import VesselTruth
from monitor.units import DAY_US, HOUR_US, MINUTE_US, NAUTICAL_MILE_M, from_iso, to_iso
from tests.acceptance.fleets import Score, hold, true_fences
from tests.acceptance.month_truth import PROVISIONAL, Month, Wanted, all_of, came_to
from tests.acceptance.month_words import heard_of, voyages, words
from tests.pipe import decoder_for

K = EventKind
KINDS: tuple[str, ...] = (
    PROVISIONAL, K.WENT_DARK, K.REAPPEARED, K.MAY_HAVE_REACHED, K.GATE_CROSSED, K.WAIT_BEGUN,
    K.WAIT_ENDED, K.SHIPS_MET, K.SHIPS_PARTED, K.CONVOY_FORMED, K.CONVOY_PARTED,
    K.IDENTITY_CHANGED, K.IDENTITY_FLAPPED, K.IDENTITY_DOUBTED, K.DESTINATION_CHANGED,
    K.DESTINATION_VARIED, K.DESTINATION_DOUBTED, K.DECLARED_ELSEWHERE, K.DRAUGHT_CHANGED,
    K.VOYAGE_MADE,
)  # fmt: skip
"""In the order of the table; port calls stand below it."""

CLOCK_US = 2 * MINUTE_US
"""The truth is looked at once a minute."""

ROOM_US = {K.CONVOY_FORMED: HOUR_US, K.CONVOY_PARTED: HOUR_US, K.VOYAGE_MADE: MINUTE_US}
"""Convoys are looked at every half an hour, and who is 5 NM off is hardly another than at 4 NM."""

OTHER_FALSE = ("hole", "outage", "satellite", "other")
"""Why a ship with her transponder on was not heard."""


@dataclass(slots=True)
class Tally:
    """Figures of many months."""

    true: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    either: Counter[str] = field(default_factory=Counter)  # told, and might have been left out
    wrong: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    violated: list[str] = field(default_factory=list)
    reaches: int = 0
    false_dark: Counter[str] = field(default_factory=Counter)
    false_told: Counter[str] = field(default_factory=Counter)  # those taken back within 6 h, too
    days: float = 0.0
    days_at_sea: float = 0.0
    months: int = 0
    lines: int = 0
    calls: Score = field(default_factory=Score)

    def add(self, what: str, kind: str, words: str) -> None:
        """Take down what is missed, invented or outside."""
        self.wrong[f"{what} {kind}"].append(words)

    def count(self, what: str, kind: str) -> int:
        """How many are missed, invented or outside."""
        return len(self.wrong[f"{what} {kind}"])


def judge_month(seed: int, tally: Tally) -> None:
    """Simulate, detect, compare."""
    fences = load_watched(bundled_geofences())
    made = simulator.simulate("month", seed=seed, fences=true_fences(fences))
    data = b"".join(line + b"\n" for line in made.lines)
    reports = decoder_for(data).decode(Lines(data=data, source="log"), final=True)
    heard = heard_of(reports.positions.copy(), list(reports.statics))
    pipeline = Pipeline(fences)
    told = [*pipeline.take("log", reports).findings, *pipeline.finish().findings]
    month = Month(truth=made.truth, fences=fences, heard=heard)
    tally.months += 1
    tally.lines += len(made.lines)
    hold(made, told, tally.calls)
    events, first_told = _last(told)
    wanted = all_of(month, [*words(month), *voyages(month)])
    _match(seed, wanted, events, first_told, tally)
    _reaches(seed, month, events, tally)
    _false_dark(seed, month, wanted, events, first_told, tally)


def _last(told: list[Finding]) -> tuple[list[Event], list[Event]]:
    """Events as they stand at the end, and silences as they were told first."""
    first: dict[str, Event] = {}
    last: dict[str, Event] = {}
    for one in told:
        if isinstance(one, Event):
            first.setdefault(one.id, one)
            last[one.id] = one
    standing = [one for one in last.values() if one.state is not EventState.WITHDRAWN]
    return standing, [one for one in first.values() if one.kind is K.WENT_DARK]


def ships_of(event: Event) -> frozenset[int]:
    """Whom an event is about."""
    subject = event.subject
    if isinstance(subject, ShipPair):
        return frozenset({subject.mmsi, subject.other_mmsi})
    return frozenset({subject.mmsi}) if isinstance(subject, Ship | ShipAtPort) else frozenset()


def where_of(event: Event) -> str:
    """Port or gate, where a wanted event names one."""
    if event.kind is K.GATE_CROSSED:
        return f"{event.evidence.figures['gate']} {event.evidence.figures['direction']}"
    named = {K.MAY_HAVE_REACHED, K.WAIT_BEGUN, K.WAIT_ENDED, K.DECLARED_ELSEWHERE}
    return getattr(event.subject, "port", "") if event.kind in named else ""


def _match(
    seed: int, wanted: list[Wanted], events: list[Event], first_told: list[Event], tally: Tally
) -> None:
    free: dict[tuple[str, frozenset[int], str], list[Event]] = defaultdict(list)
    for event in sorted(events, key=lambda one: one.decided_at):
        if event.kind in KINDS and event.kind is not K.WENT_DARK:
            free[event.kind, ships_of(event), where_of(event)].append(event)
    for event in _dark(first_told):
        free[PROVISIONAL, ships_of(event), ""].append(event)
    for event in events:
        if event.kind is K.WENT_DARK and event.state is EventState.CONFIRMED:
            free[K.WENT_DARK, ships_of(event), ""].append(event)
    for one in sorted(wanted, key=lambda want: not want.must):
        tally.true[one.kind] += one.must
        known = free[one.kind, one.ships, one.where]
        fitting = [event for event in known if _fits(one, event)]
        label = f"{seed} {_numbers(one.ships)} {one.kind} {one.where} {_when(one.at)} {one.note}"
        if not fitting:
            if one.must:
                near = min(known, key=lambda e: abs(e.decided_at - one.at), default=None)
                more = (
                    ""
                    if near is None or abs(near.decided_at - one.at) > DAY_US
                    else (f" (told {_span(near)})")
                )
                tally.add("missed", one.kind, label + more)
            continue
        event = fitting[0]
        known.remove(event)
        (tally.found if one.must else tally.either)[one.kind] += 1
    for (kind, ships, where), rest in free.items():
        if kind in {PROVISIONAL, K.WENT_DARK, K.REAPPEARED, K.MAY_HAVE_REACHED}:
            continue  # see _false_dark and _reaches
        for event in rest:
            words_ = f"{seed} {_numbers(ships)} {kind} {where} {_span(event)} {event.why}"
            tally.add("invented", kind, words_)


def _fits(one: Wanted, event: Event) -> bool:
    """Whether the bounds of an event hold the truth."""
    room = ROOM_US.get(EventKind(event.kind), CLOCK_US)
    begin, end = one.at - room, (one.until or one.at) + room
    if one.kind == K.MAY_HAVE_REACHED:
        return from_iso(event.evidence.figures["silent_since"]) <= one.at
    span = event.span
    early = span.earliest is None or span.earliest <= end
    return early and (span.latest is None or span.latest >= begin)


def _reaches(seed: int, month: Month, events: list[Event], tally: Tally) -> None:
    """Bounds that do not hold, and what was told while she was heard."""
    tracks = {vessel.mmsi: track for vessel, _, track in month.tracks()}
    for event in events:
        subject = event.subject
        if event.kind is not K.MAY_HAVE_REACHED or not isinstance(subject, ShipAtPort):
            continue
        tally.reaches += 1
        since = from_iso(event.evidence.figures["silent_since"])
        came = came_to(month, subject.port, tracks[subject.mmsi], since)
        _, again = month.heard[subject.mmsi].around(since + MINUTE_US)
        label = f"{seed} {subject.mmsi} {subject.port} silent since {_when(since)}"
        if (
            came is not None
            and event.span.earliest is not None
            and (came < event.span.earliest - MINUTE_US)
        ):
            hours = (event.span.earliest - came) / HOUR_US
            figures = event.evidence.figures
            tally.violated.append(
                f"{label}: told {_when(event.span.earliest)}, came {_when(came)}, {hours:.1f} h"
                f" earlier; {figures['way_m'] / NAUTICAL_MILE_M:.0f} NM at"
                f" {figures['greatest_kn']} kn"
            )
        if again is not None and event.decided_at > again + CLOCK_US:
            tally.add("invented", K.MAY_HAVE_REACHED, f"{label}: heard again {_when(again)}")


def _false_dark(
    seed: int, month: Month, wanted: list[Wanted], events: list[Event], first_told: list[Event],
    tally: Tally,
) -> None:  # fmt: skip
    """Silences that were told and were none of the ship's: by why nobody heard her."""
    vessels = {vessel.mmsi: vessel for vessel in month.truth.vessels}
    for vessel, heard, track in month.tracks():
        tally.days += np.ptp(heard.fixes) / DAY_US
        since, until = heard.fixes[[0, -1]] / 1e6
        sails = (track[:, 3] > 0.5) & (track[:, 0] >= since) & (track[:, 0] <= until)
        tally.days_at_sea += float(sails.sum()) / 1440
        del vessel
    standing = [e for e in events if e.kind is K.WENT_DARK and e.state is EventState.CONFIRMED]
    for counts, told in ((tally.false_dark, standing), (tally.false_told, first_told)):
        for event in _dark(told):
            (mmsi,) = ships_of(event)
            since = from_iso(event.evidence.figures["silent_since"])
            _, again = month.heard[mmsi].around(since + MINUTE_US)
            until = month.truth.until_at if again is None else again
            why = _why(vessels[mmsi], since, until)
            if why is None:
                continue
            counts[why] += 1
            kind = K.WENT_DARK if counts is tally.false_dark else PROVISIONAL
            hours = (until - since) / HOUR_US
            words_ = f"{seed} {mmsi} {_when(since)} {hours:.1f} h: {why}. {event.why}"
            tally.add("invented", kind, words_)
    dark = {one.ships for one in wanted if one.kind == K.WENT_DARK}
    for event in events:
        if event.kind is K.REAPPEARED and ships_of(event) not in dark:
            (mmsi,) = ships_of(event)
            if event.evidence.figures["silent_s"] < 6 * 3600:
                tally.add("invented", K.REAPPEARED, f"{seed} {mmsi} {_span(event)}")


def _dark(told: list[Event]) -> list[Event]:
    """Silences that were told as hers, and not as those of who hears her."""
    return [one for one in told if one.evidence.figures["grade"] != UNHEARD]


def _why(vessel: VesselTruth, since: int, until: int) -> str | None:
    """Why she was not heard; None: she had switched off."""
    off = sum(_shared(one.began_at, one.until, since, until) for one in vessel.dark)
    if off > 0.25 * (until - since):
        return None
    unheard = Counter[str]()
    for one in vessel.unheard:
        unheard[one.why] += _shared(one.began_at, one.until, since, until)
    if unheard and max(unheard.values()) > 0.25 * (until - since):
        return unheard.most_common(1)[0][0]
    return "satellite" if "by_satellite" in vessel.faults else "other"


def _shared(begin: int, end: int, since: int, until: int) -> int:
    return max(0, min(end, until) - max(begin, since))


def table(tally: Tally) -> str:
    """The figures, for people."""
    rows = [f"{'event':<22}{'true':>7}{'found':>7}{'missed':>7}{'invented':>9}{'either':>7}"]
    rows += [
        f"{kind:<22}{tally.true[kind]:>7}{tally.found[kind]:>7}"
        f"{tally.count('missed', kind):>7}{tally.count('invented', kind):>9}"
        f"{tally.either[kind]:>7}"
        for kind in KINDS
    ]
    calls = tally.calls
    rows.append(
        f"{'port calls':<22}{calls.calls:>7}{calls.calls - len(calls.missed):>7}"
        f"{len(calls.missed):>7}{len(calls.invented):>9}   ({len(calls.outside)} of"
        f" {calls.bounds} instants outside)"
    )
    rows.append(
        f"{tally.months} months, {tally.days:,.0f} ship-days, {tally.days_at_sea:,.0f} of them at"
        f" sea. MayHaveReached: {tally.reaches} told, {len(tally.violated)} bounds violated."
    )
    for name, counts in (("dark", tally.false_dark), ("first told", tally.false_told)):
        parts = [
            f"{why} {1000 * counts[why] / tally.days:.2f} ({1000 * counts[why] / at_sea:.2f})"
            for why in OTHER_FALSE if (at_sea := tally.days_at_sea)
        ]  # fmt: skip
        rows.append(f"False {name} per 1,000 ship-days (at sea): {', '.join(parts)}.")
    return "\n".join(rows)


def wrongs(tally: Tally) -> list[str]:
    """All that is wrong, a line each."""
    found = [f"{what}: {line}" for what, lines in sorted(tally.wrong.items()) for line in lines]
    found += [f"violated: {line}" for line in tally.violated]
    calls = tally.calls
    for word in ("missed", "invented", "outside"):
        found += [f"{word} call: {line}" for line in getattr(calls, word)]
    return found


def _numbers(ships: frozenset[int]) -> str:
    return "+".join(str(number) for number in sorted(ships))


def _when(at: int | None) -> str:
    return "-" if at is None else to_iso(at)[5:16]


def _span(event: Event) -> str:
    span = event.span
    return f"[{_when(span.earliest)}..{_when(span.at)}..{_when(span.latest)}]"
