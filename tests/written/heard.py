"""What is heard of a simulated sea, report by report: what writers of other forms begin with."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import cache

from monitor.decode.nmea.decoder import NmeaDecoder
from monitor.model import Fix, Lines, Static
from monitor.simulator.simulation import Simulation, simulate
from tests.acceptance.fleets import true_fences
from tests.ports import ports

CLASS_B, LONG_RANGE = 18, 27


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A position report (with its fix) or a static report (without)."""

    at: int  # us
    mmsi: int
    type: int  # of the message; 5 and 24 are static reports
    fix: Fix | None
    known: Static  # all that she has said of herself so far
    sentence: bytes  # the line without its tag block; of two parts the second


@cache
def simulation(scenario: str, seed: int = 1) -> Simulation:
    """A simulated sea at the ports that come along."""
    return simulate(scenario, seed=seed, fences=true_fences(ports()))


def log(scenario: str, seed: int = 1) -> bytes:
    """Its lines as the receivers' log has them."""
    return b"".join(line + b"\n" for line in simulation(scenario, seed).lines)


@cache
def heard(scenario: str, seed: int = 1) -> tuple[Heard, ...]:
    """Its reports in order of arrival."""
    lines = simulation(scenario, seed).lines
    reports = NmeaDecoder().decode(Lines(data=log(scenario, seed), source="log"), final=True)
    fixes = [Fix._make(row) for row in reports.positions.tolist()]
    small = {fix.mmsi for fix in fixes if fix.type == CLASS_B}
    known: dict[int, Static] = {}
    found: list[Heard] = []
    both = [(fix.seq, fix, None) for fix in fixes]
    both += [(report.seq, None, report) for report in reports.statics]
    for seq, fix, report in sorted(both, key=lambda one: one[0]):
        mmsi = report.static.mmsi if fix is None else fix.mmsi
        if report is not None:
            new = {
                name: value for name, value in asdict(report.static).items() if value is not None
            }
            known[mmsi] = replace(known.get(mmsi, report.static), **new)
        found.append(
            Heard(
                at=report.at if fix is None else fix.at, mmsi=mmsi, fix=fix,
                type=fix.type if fix is not None else 24 if mmsi in small else 5,
                known=known.get(mmsi, Static(mmsi=mmsi)),
                sentence=lines[seq].rpartition(b"\\")[2],
            )
        )  # fmt: skip
    return tuple(found)


def two_ships(scenario: str) -> list[Heard]:
    """The first position reports of two ships."""
    first: dict[int, Heard] = {}
    for report, _ in at_sea(heard(scenario)):
        first.setdefault(report.mmsi, report)
    return list(first.values())[:2]


def at_sea(reports: tuple[Heard, ...]) -> list[tuple[Heard, Fix]]:
    """The position reports, with their fixes."""
    return [(report, report.fix) for report in reports if report.fix is not None]
