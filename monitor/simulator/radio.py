"""What a ship's transponder sends, and when: true motion to columns of position reports.

Intervals are those of ITU-R M.1371-5 annex 1, tables 1 and 2, thinned by a factor: real logs of
coast stations are thinned too, and a test has no use for 8,640 reports a day. Near the ports coast
stations hear everything but a few; elsewhere satellites pass and hear a little.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from monitor.simulator.falsify import Flags, Ints, added, falsify, within
from monitor.simulator.sea import PORTS, Floats, metres_east
from monitor.simulator.ship import Habits, Rounding, Ship, Window
from monitor.units import DEGREE_M, NAUTICAL_MILE_M

STATIONARY_S = 180.0  # at anchor or moored, class A and B (tables 1 and 2)
CLASS_A_S = 10.0  # under way, 0 to 14 kn (table 1); no ship here is faster
CLASS_B_S = 30.0  # faster than 2 kn (table 2)
COVERAGE_NM = 45.0  # reach of a coast station with a good antenna
LOST_SHARE = 0.04  # reports that a coast station misses
PASS_EVERY_S, PASS_S = 5_700.0, 540.0  # a low orbit's period; how long a ship is in view
PASS_MISSED_SHARE = 0.15  # passes in which message collisions leave nothing
SATELLITE_SHARE = 0.4  # reports heard of those sent during a pass
SATELLITE_LONG_RANGE_SHARE = 0.3  # of them, type 27
LONG_RANGE_EVERY_S = 600.0  # type 27 is sent every 3 minutes (section 3.3 of annex 4), thinned
SOG_NOISE_KN = 0.05
FALSE_SOG_KN = (0.4, 6.8)  # as seen of a moored ship in a recorded log
ANTENNA_TURN_S = 3_600.0  # each of two antennas has its hour
ROUNDED_TO: dict[Rounding, int] = {"none": 1, "tenth_minute": 1_000, "three_decimals": 600}
"""In the unit of a position, 1/10,000 minute: a tenth of a minute of latitude is 185 m."""
BAD_LON_BITS, BAD_LAT_BITS = (20, 21, 22), (20, 21)  # 1.7 to 7.0 degrees

UNDER_WAY, AT_ANCHOR, MOORED = 0, 1, 5  # navigational status (table 48)
SOG_MISSING, COG_MISSING, TURN_MISSING = 1023, 3600, -128

GROUPS = (*(port.name for port in PORTS), "satellite", "far", "chain")
"""Who hears a report: the coast stations of a port, satellites, a coast far away, or a chain of
receivers on islands, ships and rigs."""
SATELLITE, FAR, CHAIN = (GROUPS.index(name) for name in ("satellite", "far", "chain"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Thinning:
    """One report in so many is kept."""

    moving: float = 6.0  # class A: one a minute
    stationary: float = 4.0  # one in 12 minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The position reports of one ship, in order of time; ``columns`` are raw fields."""

    at_s: Ints
    group: Ints  # index into GROUPS
    is_false: Flags  # the position is not hers
    columns: dict[str, Ints]
    faults: dict[str, int] = field(default_factory=dict)  # how many, by what is wrong


def transmit(ship: Ship, *, window: Window, thinning: Thinning, rng: np.random.Generator) -> Sent:
    """Return what is sent and heard of a ship within a window."""
    habits, motion = ship.habits, ship.motion
    at = _instants(ship, window, thinning, rng)
    moving = motion.is_moving(at)
    lon, lat = motion.value(motion.lon, at), motion.value(motion.lat, at)
    group = groups(habits, lon, lat)
    long_range = within(at, habits.long_range)
    keep = rng.random(at.size) >= LOST_SHARE
    passed = (rng.random(at.size) < SATELLITE_SHARE) & _in_view(at, rng)
    keep &= within(at, habits.heard) if habits.heard else (group != SATELLITE) | passed
    keep &= ~long_range | _spaced(at, long_range)
    keep &= ~within(at, habits.dark)
    long_range |= (group == SATELLITE) & (rng.random(at.size) < SATELLITE_LONG_RANGE_SHARE)
    group = np.where(long_range, SATELLITE, group)
    if ship.particulars.is_class_b:
        long_range[:] = False
    at, group, moving = at[keep], group[keep], moving[keep]
    columns = _columns(ship, at, moving, long_range[keep], rng)
    is_false = _teleports(columns, habits, rng)
    faults = {"teleports": int(is_false.sum())}
    is_false |= falsify(habits, at, columns, faults, rng)
    sent = Sent(at_s=at.astype(np.int64), group=group, is_false=is_false, columns=columns)
    return _with_added(sent, habits, moving, faults, rng)


def _with_added(
    sent: Sent, habits: Habits, moving: Flags, faults: dict[str, int], rng: np.random.Generator
) -> Sent:
    """Return what is sent with the reports that are none of hers, in order of time."""
    more = added(habits, sent.at_s, sent.columns, sent.is_false, ~moving, faults, rng)
    group = np.where(more.source >= 0, sent.group[more.source], FAR) if sent.at_s.size else FAR
    at_s = np.append(sent.at_s, more.at_s)
    order = np.argsort(at_s, kind="stable")
    return Sent(
        at_s=at_s[order],
        group=np.append(sent.group, group)[order],
        is_false=np.append(sent.is_false, more.at_s >= 0)[order],
        columns={
            name: np.append(column, more.columns[name])[order]
            for name, column in sent.columns.items()
        },
        faults=faults,
    )


def _instants(ship: Ship, window: Window, thinning: Thinning, rng: np.random.Generator) -> Floats:
    """Whole seconds at which a thinned transponder sends, with some unrest in the interval."""
    motion = ship.motion
    edges: list[tuple[float, float, float]] = []
    interval = CLASS_A_S * thinning.moving
    if ship.particulars.is_class_b:
        interval = CLASS_B_S * max(1.0, thinning.moving / 2)
    at_rest = ship.habits.at_rest_every_s or STATIONARY_S * thinning.stationary
    begin = float(motion.at_s[0])
    for stay in motion.stays:
        edges.append((begin, stay.from_s, interval))
        edges.append((stay.from_s, stay.until_s, at_rest))
        begin = stay.until_s
    edges.append((begin, float(motion.at_s[-1]), interval))
    parts = []
    for first, last, step in edges:
        low, high = max(first, window[0]), min(last, window[1])
        count = int((high - low) / step)
        if count > 0:
            unrest = rng.uniform(0.0, 0.4, size=count)
            parts.append(low + (np.arange(count) + 0.3 + unrest) * step)
    return np.unique(np.ceil(np.concatenate(parts))) if parts else np.empty(0)


def groups(habits: Habits, lon: Floats, lat: Floats) -> Ints:
    """Tell who would hear a ship at places (degrees): indices into GROUPS."""
    beyond = CHAIN if habits.by_chain else SATELLITE
    group = np.full(lon.size, FAR if habits.is_clone else beyond)
    if habits.by_satellite:
        return group
    for k, port in enumerate(PORTS):
        away = np.hypot(metres_east(lon - port.lon, port.lat), (lat - port.lat) * DEGREE_M)
        group[away < COVERAGE_NM * NAUTICAL_MILE_M] = k
    return group


def _in_view(at: Floats, rng: np.random.Generator) -> Flags:
    since = at + rng.uniform(0.0, PASS_EVERY_S)
    number = (since // PASS_EVERY_S).astype(np.int64)
    heard = rng.random(int(np.ptp(number)) + 1 if number.size else 1) >= PASS_MISSED_SHARE
    index = number - (number.min() if number.size else 0)
    return (since % PASS_EVERY_S < PASS_S) & heard[index]


def _spaced(at: Floats, chosen: Flags) -> Flags:
    """Keep, of the chosen rows, the first in each LONG_RANGE_EVERY_S."""
    slot = np.where(chosen, at // LONG_RANGE_EVERY_S, -1.0)
    return np.append(True, slot[1:] != slot[:-1])[: at.size]


def _columns(
    ship: Ship, at: Floats, moving: Flags, long_range: Flags, rng: np.random.Generator
) -> dict[str, Ints]:
    motion, habits, size = ship.motion, ship.habits, at.size
    lon, lat = motion.value(motion.lon, at), motion.value(motion.lat, at)
    if habits.antennas_m:
        aft = np.where(at // ANTENNA_TURN_S % 2 == 1, -habits.antennas_m, 0.0)
        ahead = np.radians(motion.value(motion.heading_deg, at))
        lat = lat + aft * np.cos(ahead) / DEGREE_M
        lon = lon + aft * np.sin(ahead) / (DEGREE_M * np.cos(np.radians(lat)))
    grain = ROUNDED_TO[habits.rounding]
    noise = habits.noise_m
    lat_noisy = lat + rng.normal(0.0, noise, size) / DEGREE_M
    lon_noisy = lon + rng.normal(0.0, noise, size) / (DEGREE_M * np.cos(np.radians(lat)))
    unrest = rng.normal(0.0, SOG_NOISE_KN, size)
    sog = np.maximum(motion.value(motion.sog_kn, at) + np.where(moving, unrest, 0.0), 0.0)
    sog = np.where(within(at, habits.false_sog), rng.uniform(*FALSE_SOG_KN, size), sog)
    cog = motion.value(motion.course_deg, at) + rng.normal(0.0, 0.7, size)
    cog = np.where(sog < 0.1, rng.uniform(0.0, 360.0, size), cog) % 360.0
    heading = motion.value(motion.heading_deg, at) + rng.normal(0.0, 0.4, size)
    turn = (motion.value(motion.heading_deg, at + 10.0) - heading) * 6.0  # degrees a minute
    tenths = np.full(size, SOG_MISSING) if habits.sog_missing else np.rint(sog * 10)
    if ship.particulars.is_class_b:
        kind = np.full(size, 18)
    else:
        kind = np.where(long_range, 27, np.where(~moving & (rng.random(size) < 0.5), 3, 1))
    raw = {
        "type": kind,
        "mmsi": np.full(size, ship.particulars.mmsi),
        "status": _status(ship, at, moving),
        "turn": np.where(moving, np.clip(4.733 * np.sqrt(np.abs(turn)), 0, 126), 0) * np.sign(turn),
        "sog": tenths,
        "accuracy": np.ones(size),
        "lon": np.rint(lon_noisy * 600_000 / grain) * grain,
        "lat": np.rint(lat_noisy * 600_000 / grain) * grain,
        "cog": np.rint(cog * 10) % 3600,
        "heading": np.rint(heading) % 360,
        "second": at % 60,
        "unit": np.ones(size),  # class B "CS"
        "dsc": np.ones(size),
        "band": np.ones(size),
        "radio": rng.integers(0, 1 << 19, size),
    }
    return {name: np.asarray(values).astype(np.int64) for name, values in raw.items()}


def _status(ship: Ship, at: Floats, moving: Flags) -> Floats:
    if ship.habits.status != "right":
        return np.full(at.size, MOORED if ship.habits.status == "always_moored" else UNDER_WAY)
    status = np.full(at.size, UNDER_WAY)
    for stay in ship.motion.stays:
        at_rest = (at >= stay.from_s) & (at <= stay.until_s) & ~moving
        status[at_rest] = MOORED if stay.kind == "berthed" else AT_ANCHOR
    return status


def _teleports(columns: dict[str, Ints], habits: Habits, rng: np.random.Generator) -> Flags:
    """Flip one high bit of some single positions, as a bit error under a lucky CRC would."""
    is_false = np.zeros(columns["type"].size, dtype=np.bool_)
    inner = np.flatnonzero(columns["type"] != 27)[5:-5]
    if habits.teleports and inner.size > 8 * habits.teleports:
        for slot in np.array_split(inner, habits.teleports):
            row = int(rng.choice(slot[2:-2]))  # never two in a row
            if rng.random() < 0.5:
                columns["lon"][row] ^= 1 << int(rng.choice(BAD_LON_BITS))
            else:
                columns["lat"][row] ^= 1 << int(rng.choice(BAD_LAT_BITS))
            is_false[row] = True
    return is_false


def long_range_columns(columns: dict[str, Ints]) -> dict[str, Ints]:
    """Return the raw fields of type 27: tenths of a minute, whole knots and degrees (table 85)."""
    sog = columns["sog"]
    return columns | {
        "lon": np.rint(columns["lon"] / 1000).astype(np.int64),
        "lat": np.rint(columns["lat"] / 1000).astype(np.int64),
        "sog": np.where(sog == SOG_MISSING, 63, np.minimum(np.rint(sog / 10), 62)).astype(np.int64),
        "cog": np.rint(columns["cog"] / 10).astype(np.int64) % 360,
    }
