"""``python -m tests.bench.alerts [FLEETS] [SEED]``: how often an officer would be told.

Dirty fleets of the simulator, one after the other, with the rules that ship and every tenth ship on
a watchlist, until so many ship-days are seen; the figures are those of 200 ships and a week. False:
of a call, a voyage or a berth that never was, by the truth of the simulator. Printed, too: what was
told of silences that the feed or the coverage explains, and what was told twice.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass, field

from monitor.alert.rules import read_rules
from monitor.alert.story import Alert
from monitor.model import Event, EventKind
from monitor.rulefile import DEFAULTS
from monitor.simulator import simulation as simulator
from monitor.simulator.truth import VesselTruth
from monitor.units import DAY_US, SECOND_US
from tests.acceptance.fleets import true_fences
from tests.alerted import Officer
from tests.pipe import findings
from tests.ports import ports

SHIPS, WEEK_DAYS, LISTED = 200, 7.0, 10

OF_CALLS = frozenset({EventKind.PORT_ARRIVED.value, EventKind.PORT_DEPARTED.value,
                      EventKind.BERTHED.value})  # fmt: skip

EXPLAINED = frozenset({"feed", "coverage", "jamming-suspected"})
"""Causes of silences that are no act of a ship's."""


@dataclass(slots=True)
class Tally:
    """What was told of fleets."""

    fleets: int = 0
    ship_days: float = 0.0
    alerts: Counter[str] = field(default_factory=Counter)  # by severity
    messages: Counter[str] = field(default_factory=Counter)  # by word
    false: list[str] = field(default_factory=list)
    outages: int = 0
    doubled: int = 0

    def a_week(self, count: float) -> float:
        """Of 200 ships in a week."""
        return count / self.ship_days * SHIPS * WEEK_DAYS


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.alerts")
    parser.add_argument("fleets", type=int, nargs="?", default=300)
    parser.add_argument("seed", type=int, nargs="?", default=20_000)
    given = parser.parse_args()
    report(told_of(range(given.seed, given.seed + given.fleets)))


def told_of(seeds: range) -> Tally:
    """Fleet after fleet."""
    tally, fences = Tally(), ports()
    rules = read_rules(DEFAULTS.read_text(), "the rules that ship")
    for seed in seeds:
        made = simulator.simulate("dirty-fleet", seed=seed, fences=true_fences(fences))
        data = b"".join(line + b"\n" for line in made.lines)
        events = [found for found in findings([data], fences) if isinstance(found, Event)]
        ships = sorted({vessel.mmsi for vessel in made.truth.vessels})
        listed = set(ships[::LISTED])
        officer = Officer(
            rules, fences,
            lambda event, those=listed: {"run": "Listed."} if event.mmsi in those else {},
        ).take(events)  # fmt: skip
        _count(tally, officer, made.truth.vessels)
        span = made.truth.until_at - made.truth.from_at
        tally.ship_days += len(ships) * span / (DAY_US if span > DAY_US else DAY_US / SECOND_US)
        tally.fleets += 1
    return tally


def _count(tally: Tally, officer: Officer, vessels: tuple[VesselTruth, ...]) -> None:
    calls = {(vessel.mmsi, call.port) for vessel in vessels for call in vessel.calls}
    for alert in officer.alerts.values():
        if alert.state.value == "withdrawn":
            continue
        tally.alerts[alert.severity.value] += 1
        if _claims_a_call(alert) and (alert.mmsi, alert.place) not in calls:
            tally.false.append(alert.headline)
    tally.messages += Counter(one.word.value for one in officer.told if one.word is not None)
    keys = Counter((one.alert.id, one.alert.revision) for one in officer.told)
    tally.doubled += sum(count - 1 for count in keys.values())
    for alert in officer.alerts.values():
        told = [reason.event for reason in alert.reasons if reason.rules]
        tally.outages += any(officer.causes[event] in EXPLAINED for event in told)


def _claims_a_call(alert: Alert) -> bool:
    return any(reason.holds and reason.kind in OF_CALLS for reason in alert.reasons)


def report(tally: Tally) -> None:
    """Print."""
    alerts, messages = tally.alerts.total(), tally.messages.total()
    print(f"{tally.fleets} dirty fleets, {tally.ship_days:,.0f} ship-days")
    print(f"alerts: {alerts} ({_words(tally.alerts)}), {tally.a_week(alerts):.1f} a week")
    print(f"messages: {messages} ({_words(tally.messages)}), {tally.a_week(messages):.1f} a week")
    print(f"false: {len(tally.false)}, {tally.a_week(len(tally.false)):.2f} a week")
    print(f"of outages: {tally.outages}; told twice: {tally.doubled}")
    for line in tally.false[:20]:
        print(f"  {line}")


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


if __name__ == "__main__":
    main()
