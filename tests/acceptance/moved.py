"""The relocation report of simulated Decembers against their truth.

``python -m tests.acceptance.moved N [FIRST_SEED]`` judges more of them.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import shapely

from monitor.engine.geofence import FenceSet, Port
from monitor.model import Span
from monitor.report.gathered import Gathered, callers, gather
from monitor.report.occupancy import occupancy
from monitor.report.relocation import HERE_US, Answer, Member, Range, Standing, relocation
from monitor.report.whereabouts import Reach, Vessel, certain, holds, possible
from monitor.simulator.simulation import Simulation
from monitor.simulator.truth import CallTruth, VesselTruth
from monitor.store.cluster import Cluster
from monitor.store.database import connected
from monitor.store.migrate import migrate
from monitor.units import SECOND_US, to_iso
from tests.ports import ports
from tests.replayed import replayed

FROM, TO = "tartus", "tobruk"


@dataclass(slots=True)
class Judged:
    """What was held against the truth, and what of it is false."""

    held: int = 0
    false: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)  # the figures, for people

    def hold(self, what: str, *, true: bool) -> None:
        """Take a claim down."""
        self.held += 1
        if not true:
            self.false.append(what)


@dataclass(frozen=True, slots=True)
class Sea:
    """A truth that can be asked."""

    made: Simulation
    fences: FenceSet

    def at_port(self, ship: VesselTruth, port: str, at: int) -> bool:
        """Whether she is truly in the approach of a port; false where her way is not drawn."""
        at_s = at / SECOND_US
        motion = ship.motion
        if not motion.at_s[0] <= at_s <= motion.at_s[-1]:
            return False
        lon, lat = (float(np.interp(at_s, motion.at_s, column)) for column in
                    (motion.lon, motion.lat))  # fmt: skip
        area = self.fences.by_id[port].area
        return bool(shapely.intersects_xy(area, lon, lat))

    def calls(self, ship: VesselTruth, port: str) -> Iterator[CallTruth]:
        """Her true calls there."""
        return (call for call in ship.calls if call.port == port)

    def called(self, ship: VesselTruth, port: str, at: int) -> bool:
        """Whether she truly lies at a call there."""
        return any(
            (call.arrived_at or 0) <= at <= (call.departed_at or 2**62)
            for call in self.calls(ship, port)
        )


def answered(url: str, fences: FenceSet, since: int, until: int) -> tuple[Answer, Gathered]:
    """The answer of the store."""
    first, second = (fences.by_id[port] for port in (FROM, TO))

    async def go() -> tuple[Answer, Gathered]:
        async with connected(url) as connection:
            ships = await callers(connection, (FROM, TO), since, until)
            found = await gather(connection, fences, ships, (FROM, TO), since=since, until=until)
        reaches = Reach(port=first), Reach(port=second)
        return relocation(found.vessels, *reaches, since=since, until=until), found

    return asyncio.run(go())


def judge(url: str, made: Simulation, judged: Judged) -> Answer:
    """Hold all that the report claims against the truth."""
    fences = ports()
    sea = Sea(made, fences)
    since, until = made.truth.from_at, made.truth.until_at
    answer, found = answered(url, fences, since, until)
    ships = _ships(answer, sea)
    for member in answer.members:
        _judge_member(member, ships[id(member)], sea, answer, judged)
    fleet = [ship for ship in made.truth.vessels if any(sea.calls(ship, FROM))]
    known = list(ships.values())
    judged.missed += [
        f"{made.truth.seed} {ship.name}" for ship in fleet if not any(ship is one for one in known)
    ]
    _judge_ranges(answer, fleet, sea, judged)
    for port in fences.ports:
        _judge_occupancy(port, found, sea, judged)
    judged.lines.append(
        f"seed {made.truth.seed}: fleet {answer.fleet} (true {len(fleet)}); at {TO} {answer.moved}"
        f" (true {_count(fleet, lambda s: sea.at_port(s, TO, until))}); at {FROM} {answer.stayed}"
        f" (true {_count(fleet, lambda s: sea.at_port(s, FROM, until))});"
        f" {len(answer.standing(Standing.UNKNOWN))} not known"
    )
    return answer


def _ships(answer: Answer, sea: Sea) -> dict[int, VesselTruth]:
    """The true ship of each member: of two that share a number, the one that was at the port."""
    found = {}
    for member in answer.members:
        same = [ship for ship in sea.made.truth.vessels if ship.mmsi == member.vessel.mmsi]
        there = [ship for ship in same if any(sea.calls(ship, FROM))]
        found[id(member)] = (there or same)[0]
    return found


def _judge_member(
    member: Member, ship: VesselTruth, sea: Sea, answer: Answer, judged: Judged
) -> None:
    label = f"{sea.made.truth.seed} {member.vessel.title}"
    if member.is_sure:
        judged.hold(f"{label}: was at {FROM}", true=any(sea.calls(ship, FROM)))
    ways = {
        Standing.STAYED: (FROM,), Standing.BACK: (FROM,), Standing.MOVED: (TO,),
        Standing.ELSEWHERE: (), Standing.UNKNOWN: (FROM, TO),
    }  # fmt: skip
    there = [port for port in (FROM, TO) if sea.at_port(ship, port, answer.until)]
    judged.hold(
        f"{label}: {member.standing}, truly at {there}",
        true=set(there) <= set(ways[member.standing]),
    )
    if member.standing in {Standing.STAYED, Standing.BACK, Standing.MOVED}:
        (port,) = ways[member.standing]
        last = member.vessel.last
        judged.hold(
            f"{label}: last heard at {port}",
            true=last is not None and sea.called(ship, port, last.at),
        )
        if member.standing is Standing.BACK:
            left = any(call.departed_at is not None for call in sea.calls(ship, FROM))
            judged.hold(f"{label}: left before", true=left)
    judged.hold(f"{label}: may be at {there}", true=set(there) <= set(member.may_be))
    if member.left is not None:
        true = [call.departed_at for call in sea.calls(ship, FROM)]
        judged.hold(
            f"{label}: left {_words(member.left.span)}", true=_any_within(true, member.left.span)
        )
    true = [call.arrived_at for call in sea.calls(ship, TO)]
    if member.reached is not None:
        judged.hold(
            f"{label}: came {_words(member.reached.span)}",
            true=_any_within(true, member.reached.span),
        )
    judged.hold(f"{label}: may have reached", true=member.may_have_reached or not true)


def _any_within(instants: list[int | None], span: Span) -> bool:
    return any(
        at is not None
        and (span.earliest is None or span.earliest <= at)
        and (span.latest is None or at <= span.latest)
        for at in instants
    )


def _words(span: Span) -> str:
    return " .. ".join("-" if at is None else to_iso(at) for at in (span.earliest, span.latest))


def _count(fleet: list[VesselTruth], is_so: Callable[[VesselTruth], bool]) -> int:
    return sum(is_so(ship) for ship in fleet)


def _judge_ranges(answer: Answer, fleet: list[VesselTruth], sea: Sea, judged: Judged) -> None:
    """At least is never more, and at most never less, than is true."""
    until = answer.until
    at_from = _count(fleet, lambda ship: sea.at_port(ship, FROM, until))
    at_to = _count(fleet, lambda ship: sea.at_port(ship, TO, until))
    reached = _count(fleet, lambda ship: any(sea.calls(ship, TO)))
    figures: tuple[tuple[str, Range, int], ...] = (
        ("fleet", answer.fleet, len(fleet)), ("moved", answer.moved, at_to),
        ("stayed", answer.stayed, at_from), ("reached", answer.reached, reached),
        ("elsewhere", answer.elsewhere, len(fleet) - at_from - at_to),
    )  # fmt: skip
    for name, told, true in figures:
        judged.hold(
            f"{sea.made.truth.seed} {name}: {told}, truly {true}",
            true=told.least <= true <= told.most,
        )


def _judge_occupancy(port: Port, found: Gathered, sea: Sea, judged: Judged) -> None:
    """Of each ship that was heard there: certain stays are true, and no true one is impossible."""
    reach = Reach(port=port)
    since, until = sea.made.truth.from_at, sea.made.truth.until_at
    instants = range(since + HERE_US, until - HERE_US, HERE_US)
    for vessel in found.vessels:
        ships = [one for one in sea.made.truth.vessels if one.mmsi == vessel.mmsi]
        ships = [one for one in ships if _is_she(vessel, one, sea)] or ships
        sure = certain(vessel, port.id, until)
        perhaps = possible(vessel, reach, until)
        for at in instants:
            label = f"{sea.made.truth.seed} {vessel.title} at {port.id} {to_iso(at)}"
            there = any(sea.called(ship, port.id, at) for ship in ships)
            if holds(sure, at):
                judged.hold(f"{label}: certain", true=there)
            elif there and any(sea.calls(ships[0], port.id)):
                judged.hold(f"{label}: not possible", true=holds(perhaps, at))
    counts = occupancy(found.vessels, reach, found.ears[port.id].deaf, since=since, until=until)
    for place, at in enumerate(counts.at.tolist()):
        true = _count(list(sea.made.truth.vessels), lambda s, at=at: sea.called(s, port.id, at))
        least = counts.total[place]
        judged.hold(
            f"{sea.made.truth.seed} {port.id} {to_iso(at)}: {least} to {counts.most[place]}, truly"
            f" {true}",
            true=bool(np.isnan(least) or least <= true) and true <= counts.most[place],
        )


def _is_she(vessel: Vessel, ship: VesselTruth, sea: Sea) -> bool:
    """Whether the last fix of a track is that of a true ship."""
    last = vessel.last
    if last is None:
        return False
    lon = float(np.interp(last.at / SECOND_US, ship.motion.at_s, ship.motion.lon))
    return abs(lon - last.lon) < 0.5 and bool(sea.made.lines)


def main() -> None:
    """Judge so many seeds."""
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.moved")
    parser.add_argument("seeds", type=int)
    parser.add_argument("first_seed", type=int, nargs="?", default=0)
    given = parser.parse_args()
    judged = Judged()
    with tempfile.TemporaryDirectory(prefix="mmm-moved-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        home.mkdir(mode=0o755)
        cluster = Cluster(home=home)
        cluster.start()
        try:
            migrate(cluster.create_database("template_monitor"))
            for seed in range(given.first_seed, given.first_seed + given.seeds):
                name = f"december_{seed}"
                url, made = replayed(cluster, name, "december", Path(folder), seed=seed)
                judge(url, made, judged)
                print(judged.lines[-1], flush=True)
                cluster.drop_database(name)
        finally:
            cluster.stop()
    print(*judged.false, *(f"missed {one}" for one in judged.missed), sep="\n")
    print(f"{judged.held} claims, {len(judged.false)} false, {len(judged.missed)} ships missed")


if __name__ == "__main__":
    main()
