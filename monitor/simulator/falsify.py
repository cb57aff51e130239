"""Positions that are not hers: sent in her name, by her own set, by a jammer, or by strangers.

A position is false where the ship was not: nobody can know her whereabouts by it, so the truth
does not count it as a fix. A coarse or noisy position is poor, and true.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.simulator.sea import PORTS, Floats, Place
from monitor.simulator.ship import Habits, Spoof, Window
from monitor.units import DEGREE_M, KNOT_MPS

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

UNITS_PER_DEGREE = 600_000  # a position is in 1/10,000 minute (ITU-R M.1371-5 table 48)
SPOOF_NOISE_M = 2.0  # a generator of false signals is steadier than the sky
BAD_FIX_M = (800.0, 2_000.0)  # as in reports of trackers: too near to be a leap, too far to be true
BAD_FIX_AGAIN_S = 2  # the second provider is later, and has four decimals
FOUR_DECIMALS = 60  # of a degree, in units of a position
STRANGER_FIXES, STRANGER_EVERY_S = 3, 20
STRANGER_LAT = 60.0  # strangers sail between these latitudes, north and south
STRANGER_OFF_DEG = 8.0  # and no nearer to the ports, or they might seem to call there


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """Reports that are sent besides her own; ``source`` is the row they repeat, or -1."""

    at_s: Ints
    source: Ints
    columns: dict[str, Ints]


def within(at: Floats | Ints, spans: tuple[Window, ...]) -> Flags:
    """Tell which instants lie in one of the spans."""
    flags = np.zeros(at.size, dtype=np.bool_)
    for begin, end in spans:
        flags |= (at >= begin) & (at < end)
    return flags


def falsify(
    habits: Habits,
    at: Floats,
    columns: dict[str, Ints],
    faults: dict[str, int],
    rng: np.random.Generator,
) -> Flags:
    """Make positions false where her habits say so; count the kinds, and tell which rows."""
    is_false = np.zeros(at.size, dtype=np.bool_)
    for spoof in habits.spoofed:
        rows = within(at, (spoof.window,))
        _spoof(spoof, at, columns, rows, rng)
        is_false |= _count(faults, "spoofed", rows)
    rows = within(at, habits.swapped)
    columns["lon"], columns["lat"] = (
        np.where(rows, columns["lat"], columns["lon"]),
        np.where(rows, columns["lon"], columns["lat"]),
    )
    is_false |= _count(faults, "swapped", rows)
    rows = within(at, habits.zero_latitude)
    columns["lat"][rows] = 0
    is_false |= _count(faults, "zero_latitude", rows)
    for span in habits.frozen:
        first, *rest = np.flatnonzero(within(at, (span,))).tolist() or [0]
        for name in ("lon", "lat"):
            columns[name][rest] = columns[name][first : first + 1]
        rows = np.isin(np.arange(at.size), rest)
        is_false |= _count(faults, "frozen", rows)
    return is_false


def _count(faults: dict[str, int], name: str, rows: Flags) -> Flags:
    faults[name] = faults.get(name, 0) + int(rows.sum())
    return rows


def _spoof(
    spoof: Spoof, at: Floats, columns: dict[str, Ints], rows: Flags, rng: np.random.Generator
) -> None:
    """At the place, at rest; or around it, with the speed and the course of the circle."""
    count, place = int(rows.sum()), spoof.place
    if not count:
        return
    since = at[rows] - spoof.window[0]
    turn = since * spoof.speed_kn * KNOT_MPS / spoof.radius_m if spoof.radius_m else 0.0 * since
    east, north = spoof.radius_m * np.sin(turn), spoof.radius_m * np.cos(turn)
    noise = rng.normal(0.0, SPOOF_NOISE_M, (2, count))
    _put(columns, rows, place, east + noise[0], north + noise[1])
    columns["sog"][rows] = round(spoof.speed_kn * 10)
    if spoof.radius_m:
        columns["cog"][rows] = np.rint(np.degrees(turn) * 10 + 900).astype(np.int64) % 3600


def _put(
    columns: dict[str, Ints], rows: Flags | Ints, place: Place, east_m: Floats, north_m: Floats
) -> None:
    per_degree = DEGREE_M * np.cos(np.radians(place.lat))
    lon, lat = place.lon + east_m / per_degree, place.lat + north_m / DEGREE_M
    columns["lon"][rows] = np.rint(lon * UNITS_PER_DEGREE).astype(np.int64)
    columns["lat"][rows] = np.rint(lat * UNITS_PER_DEGREE).astype(np.int64)


def added(
    habits: Habits,
    at_s: Ints,
    columns: dict[str, Ints],
    is_false: Flags,
    at_rest: Flags,
    faults: dict[str, int],
    rng: np.random.Generator,
) -> Added:
    """Return the reports that come on top: bad fixes told again, and those of strangers."""
    again = _bad_fixes(habits, columns, is_false, at_rest, rng)
    faults["bad_fixes"] = again.size
    strangers = habits.strangers if at_s.size else 0
    faults["strangers"] = strangers
    source = np.append(again, np.full(strangers * STRANGER_FIXES, -1))
    more = {name: column[source] for name, column in columns.items()}
    at = at_s[source] + BAD_FIX_AGAIN_S
    for name in ("lon", "lat"):
        told = more[name][: again.size]
        more[name][: again.size] = np.rint(told / FOUR_DECIMALS).astype(np.int64) * FOUR_DECIMALS
    if strangers:
        _strangers(at, more, again.size, (int(at_s[0]), int(at_s[-1])), rng)
    more["second"] = at % 60
    return Added(at_s=at, source=source, columns=more)


def _bad_fixes(
    habits: Habits,
    columns: dict[str, Ints],
    is_false: Flags,
    at_rest: Flags,
    rng: np.random.Generator,
) -> Ints:
    """Put some single fixes of a ship at rest 0.8 to 2 km off; return their rows."""
    able = np.flatnonzero(at_rest & ~is_false & (columns["type"] != 27))[4:-4]
    if not habits.bad_fixes or able.size < 6 * habits.bad_fixes:
        return np.empty(0, dtype=np.int64)
    slots = np.array_split(able, habits.bad_fixes)
    rows = np.array([rng.choice(slot[1:-1]) for slot in slots], dtype=np.int64)  # never in a row
    for row in rows.tolist():
        off_m, bearing = rng.uniform(*BAD_FIX_M), rng.uniform(0.0, 2 * np.pi)
        here = Place(
            lon=float(columns["lon"][row] / UNITS_PER_DEGREE),
            lat=float(columns["lat"][row] / UNITS_PER_DEGREE),
        )
        there = np.array([row])
        _put(columns, there, here, off_m * np.sin(bearing), off_m * np.cos(bearing))
        is_false[row] = True
    return rows


def _strangers(
    at: Ints, more: dict[str, Ints], begin: int, span: tuple[int, int], rng: np.random.Generator
) -> None:
    """Fill rows from ``begin`` on with ships somewhere in the world, three fixes of each."""
    places = (at.size - begin) // STRANGER_FIXES
    lon, lat = rng.uniform(-180, 180, places), rng.uniform(-STRANGER_LAT, STRANGER_LAT, places)
    for port in PORTS:
        near = np.hypot(lon - port.lon, lat - port.lat) < STRANGER_OFF_DEG
        lat = np.where(near, -lat, lat)
    first = rng.integers(span[0], max(span[0] + 1, span[1] - 60), places)
    each = np.repeat(np.arange(places), STRANGER_FIXES)
    at[begin:] = first[each] + np.tile(np.arange(STRANGER_FIXES), places) * STRANGER_EVERY_S
    more["lon"][begin:] = np.rint(lon[each] * UNITS_PER_DEGREE).astype(np.int64)
    more["lat"][begin:] = np.rint(lat[each] * UNITS_PER_DEGREE).astype(np.int64)
    more["type"][begin:] = np.where(more["type"][begin:] == 27, 1, more["type"][begin:])
