"""Draws seas: a grid of letters becomes fences and fixes, and the real pipe tells what happened.

    . . A  A  A  A .
    a b Ac Ad He A .
    . . A  A  A  A .

Cells are CELL_M wide and parted by blanks. A capital draws a fence: A approach, N anchorage, R
roads, H harbour, B berth, Q quay (a second berth); H, N and R lie in A, B and Q in H and A, so the
deepest is written. Z draws an area of ann's. Small letters are fixes, one every ``minutes``, in the
order of the alphabet; several may share a cell. ``stay`` sends a fix several times (e, e2, e3 …),
at rest from the second on; ``wait`` sets the minutes between a fix and the one before it.

Each story is run in one batch, in batches of three and one line at a time with the clock told in
between: what is found must not differ.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely

from monitor.engine.detect.port.step import PortStep
from monitor.engine.geofence import Area, Fence, FenceKind, FenceSet, Port, area_id
from monitor.engine.outcome import Outcome
from monitor.engine.pipeline import Pipeline
from monitor.model import FIX, Event, EventKind, Fix, PortCall, Reports, Span
from monitor.units import DAY_US, DEGREE_M, KNOT_MPS, MINUTE_US, NAUTICAL_MILE_M, SECOND_US
from tests.sizes import lone

CELL_M = 300.0
"""One cell beyond a harbour is within its exit margin (200 m), two are not; beyond an approach
(500 m) it takes three. A cell in two minutes is 4.9 kn."""

LON, LAT = 10.0, 5.0
"""The north-west corner of the first map; the second lies as far south of the equator, so that
cells are as wide there and the way from one to the other is a meridian."""

MILES = 600.0
"""From a cell of the first map to the same cell of the second: 10 h at 60 kn, 50 h at 12 kn."""

START = 1_700_000_000 * SECOND_US
"""2023-11-14T22:13:20Z, when the first fix is sent."""

MMSI = 211_000_001

VOYAGES = frozenset({EventKind.VOYAGE_BEGUN, EventKind.VOYAGE_MADE})

_FENCES = {
    "A": ("approach", FenceKind.APPROACH, "A"),
    "N": ("anchorage", FenceKind.ANCHORAGE, "NA"),
    "R": ("roads", FenceKind.ROADS, "RA"),
    "H": ("harbour", FenceKind.HARBOUR, "HA"),
    "B": ("berth", FenceKind.BERTH, "BHA"),
    "Q": ("quay", FenceKind.BERTH, "QHA"),
}
"""Capital -> id, kind, and the capitals of all the fences that such a cell lies in."""

AREA = "Z"

_TOKEN = re.compile(r"([ANRHBQZ]?)([a-z]*)")


@dataclass(frozen=True, kw_only=True)
class Sea:
    """A drawn sea: its fences, the fixes in time order, and what each is called."""

    fences: FenceSet
    fixes: Any  # dtype FIX
    labels: list[str]

    def only(self, letters: str) -> Any:
        """Rows of the fixes drawn with these letters."""
        return self.fixes[[label[0] in letters for label in self.labels]]

    def where(self, letter: str) -> Any:
        """Mask of the rows of one letter."""
        return np.array([label[0] == letter for label in self.labels])

    def in_force(self, since: str | None = None, until: str | None = None) -> Sea:
        """The same with its area in force from the instant of a fix to that of another."""
        words = {
            name: self.at(label) for name, label in (("since", since), ("until", until)) if label
        }
        areas = tuple(replace(area, **words) for area in self.fences.areas)
        return replace(self, fences=self.fences.with_areas(areas))

    def at(self, label: str) -> int:
        """Return the instant of a fix, us."""
        return int(self.fixes["at"][self.labels.index(label)])

    def name_of(self, instant: int | None) -> str:
        """Call an instant by the fix sent then, or by the last fix before it: ``d2+4h``."""
        if instant is None:
            return "?"
        index = int(np.searchsorted(self.fixes["at"], instant, side="right")) - 1
        if index < 0:
            return "before"
        over = instant - int(self.fixes["at"][index])
        return self.labels[index] + (f"+{_duration(over)}" if over else "")

    def span(self, span: Span | None) -> str:
        """Call a span by its bounds."""
        return (
            "-" if span is None else f"[{self.name_of(span.earliest)}..{self.name_of(span.latest)}]"
        )


@dataclass(frozen=True, kw_only=True)
class Story:
    """What the pipe told of a sea."""

    sea: Sea
    events: list[Event]  # at the ports
    calls: list[PortCall]  # the last that was said of each call, none that was withdrawn
    voyages: list[Event] = field(default_factory=list)  # that begin and end with the calls
    refusals: Counter[str] = field(default_factory=Counter)

    @property
    def told(self) -> list[str]:
        """Every event at the ports in order: ``GeofenceEntered harbour [c..d]``."""
        return [self._line(event) for event in self.events]

    @property
    def decided(self) -> list[str]:
        """When each event could first be said: ``GeofenceEntered harbour @ e``."""
        return [
            f"{event.kind} {event.geofence} @ {self.sea.name_of(event.decided_at)}"
            for event in self.events
        ]

    @property
    def port_calls(self) -> list[str]:
        """Every port call that was not withdrawn: ``[c..d] to [h..i] 4``, confidence last."""
        many = len(self.sea.fences.ports) > 1
        return [
            f"{f'{call.port} ' if many else ''}{self.sea.span(call.arrived)}"
            f" to {self.sea.span(call.departed)} {call.confidence}"
            for call in self.calls
        ]

    def one(self, kind: EventKind) -> Event:
        """Return the last event of a kind."""
        told = [*self.events, *self.voyages]
        return [event for event in told if event.kind is kind][-1]

    def _line(self, event: Event) -> str:
        call = event.kind in {EventKind.PORT_ARRIVED, EventKind.PORT_DEPARTED}
        words = [str(event.kind)]
        if len(self.sea.fences.ports) > 1:
            words.append(event.port or "-")
        if call or event.geofence is not None:
            words.append(str(event.state) if call else str(event.geofence))
        words.append(self.sea.span(event.span))
        if event.track:
            words.append(f"track {event.track}")
        return " ".join(words)


def draw(
    home: str,
    away: str = "",
    *,
    minutes: float = 2,
    stay: Mapping[str, int] | None = None,
    wait: Mapping[str, float] | None = None,
) -> Sea:
    """Draw the port ``home`` and, MILES to the south, perhaps another, ``away``."""
    places: dict[str, tuple[float, float]] = {}
    maps = [("home", home, LAT), ("away", away, LAT - MILES * NAUTICAL_MILE_M / DEGREE_M)]
    drawn = [_port(name, text, lat, places) for name, text, lat in maps]
    ports = [port for port, _ in drawn]
    squares = [square for _, squares in drawn for square in squares]
    labels: list[str] = []
    instants = [START]
    for letter in sorted(places):
        pause = (wait or {}).get(letter, minutes)
        for number in range((stay or {}).get(letter, 1)):
            if labels:
                instants.append(instants[-1] + round((minutes if number else pause) * MINUTE_US))
            labels.append(letter + (str(number + 1) if number else ""))
    fixes = np.zeros(len(labels), dtype=FIX)
    fixes["at"] = fixes["received_at"] = instants
    fixes["mmsi"], fixes["type"], fixes["raw"] = MMSI, 1, [label.encode() for label in labels]
    fixes["lon"] = [places[label[0]][0] for label in labels]
    fixes["lat"] = [places[label[0]][1] for label in labels]
    fixes["seq"] = np.arange(len(labels))
    fixes["line"], fixes["content"] = fixes["seq"] + 1, fixes["seq"] + 1
    fixes["sog_kn"] = CELL_M / (minutes * 60) / KNOT_MPS
    fixes["sog_kn"][[len(label) > 1 for label in labels]] = 0.0
    fixes["cog_deg"] = fixes["heading_deg"] = 90.0
    watched = tuple(port for port in ports if port.fences)
    areas = (area_of(shapely.union_all(squares), START - DAY_US),) if squares else ()
    return Sea(fences=FenceSet(ports=watched, areas=areas), fixes=fixes, labels=labels)


def tell(
    sea: Sea,
    rows: Any = None,
    *,
    sources: Sequence[str] | None = None,
    then_minutes: float = 0,
) -> Story:
    """Send rows (all, as drawn) in order of their ``received_at``; then wait, and finish."""
    rows = sea.fixes.copy() if rows is None else rows
    order = np.argsort(rows["received_at"], kind="stable")
    rows = rows[order]
    names = ["station"] * len(rows) if sources is None else [sources[i] for i in order.tolist()]
    found, refusals = _run(sea, rows, names, len(rows), then_minutes)
    for size, ticks in ((3, False), (lone(len(rows)), True)):
        again, refused = _run(sea, rows, names, size, then_minutes, ticks=ticks)
        assert again == found, f"cut into batches of {size} it is another story"
        assert refused == refusals
    calls = {finding.id: finding for finding in found if isinstance(finding, PortCall)}
    events = [finding for finding in found if isinstance(finding, Event)]
    return Story(
        sea=sea,
        events=[event for event in events if event.kind not in VOYAGES],
        calls=[call for call in calls.values() if not call.withdrawn],
        voyages=[event for event in events if event.kind in VOYAGES],
        refusals=refusals,
    )


def _run(
    sea: Sea, rows: Any, names: list[str], size: int, then_minutes: float, *, ticks: bool = False
) -> tuple[list[Event | PortCall], Counter[str]]:
    pipeline = Pipeline(sea.fences)
    outcomes: list[Outcome] = []
    begin = 0
    while begin < len(rows):
        end = begin + 1
        while end < min(begin + size, len(rows)) and names[end] == names[begin]:
            end += 1
        batch = rows[begin:end].copy()
        batch["seq"] = np.arange(len(batch))
        if ticks:
            outcomes.append(pipeline.advance(int(batch["received_at"][0])))
        reports = Reports(positions=batch, lines=len(batch), clock=batch["received_at"].copy())
        outcomes.append(pipeline.take(names[begin], reports))
        begin = end
    if then_minutes:
        outcomes.append(pipeline.advance(int(rows["received_at"][-1] + then_minutes * MINUTE_US)))
    outcomes.append(pipeline.finish())
    refusals: Counter[str] = Counter()
    for outcome in outcomes:
        for (_, reason), count in outcome.refusals.items():
            refusals[reason] += count
    return [finding for outcome in outcomes for finding in outcome.findings], refusals


def _port(
    name: str, text: str, lat: float, places: dict[str, tuple[float, float]]
) -> tuple[Port, list[Any]]:
    """A port of what is drawn, and the cells of areas."""
    cells: dict[str, list[Any]] = {}
    down = CELL_M / DEGREE_M
    right = down / math.cos(math.radians(LAT))
    rows = [line.split() for line in text.splitlines() if line.strip()]
    assert len({len(row) for row in rows}) <= 1, "all rows of a map have as many cells"
    for y, row in enumerate(rows):
        for x, token in enumerate(row):
            match = _TOKEN.fullmatch(token.replace(".", ""))
            assert match is not None, f"no cell is written {token!r}"
            west, north = LON + x * right, lat - y * down
            for capital in _FENCES[match[1]][2] if match[1] not in {"", AREA} else match[1]:
                box = shapely.box(west, north - down, west + right, north)
                cells.setdefault(capital, []).append(shapely.set_precision(box, 1e-9))
            for letter in match[2]:
                assert letter not in places, f"{letter} was drawn twice"
                places[letter] = (west + right / 2, north - down / 2)
    fences = tuple(
        Fence(id=fence, kind=kind, name=fence, shape=shapely.union_all(cells[capital]))
        for capital, (fence, kind, _) in _FENCES.items()
        if capital in cells
    )
    return Port(id=name, name=name.capitalize(), fences=fences, hash="0" * 64), cells.get(AREA, [])


def area_of(shape: Any, since: int, **words: Any) -> Area:
    """An area that ann drew, and shares."""
    known: dict[str, Any] = {"owner": "ann", "name": "Gate", "shared": True, "tells": False}
    known |= words
    id_ = area_id(known["owner"], known["name"], since, shape)
    return Area(id=id_, shape=shape, since=since, **known)


def _duration(micros: int) -> str:
    """Write a duration as 2h, 1h30m, 4m10s or 1us; to the millisecond where it is longer."""
    if micros < SECOND_US:
        return f"{micros}us"
    seconds = round(micros / SECOND_US, 3)
    hours, minutes = int(seconds // 3600), int(seconds // 60 % 60)
    parts = ((hours, "h"), (minutes, "m"), (round(seconds % 60, 3), "s"))
    return "".join(f"{number:g}{unit}" for number, unit in parts if number)


# -- single fixes and a square port, for the tests of the parts ----------------------------------


def at_m(east_m: float, north_m: float) -> tuple[float, float]:
    """Longitude and latitude of a point so far from LON, LAT."""
    lon = LON + east_m / DEGREE_M / math.cos(math.radians(LAT))
    return lon, LAT + north_m / DEGREE_M


def fix_at(minute: float, east_m: float = 0, north_m: float = 0, **fields: Any) -> Fix:
    """Return a fix so many minutes after START, so far from LON, LAT; 5 kn east unless told."""
    lon, lat = at_m(east_m, north_m)
    at = START + round(minute * MINUTE_US)
    row = Fix(
        mmsi=MMSI, at=at, received_at=at, seq=round(minute * 60), lon=lon, lat=lat, sog_kn=5.0,
        cog_deg=90.0, heading_deg=90.0, turn_deg_min=0.0, status=0, type=1,
        content=round(minute * 60) + 1, source=0, line=1, raw=b"!AIVDM",
    )  # fmt: skip
    return row._replace(**fields)


def as_fixes(rows: Any) -> list[Fix]:
    """Rows of dtype FIX as plain values."""
    return [Fix._make(row) for row in rows.tolist()]


def square(east_m: float, north_m: float, half_m: float) -> Any:
    """Return a square polygon around a point, ``half_m`` to each side."""
    return shapely.Polygon(
        [
            at_m(east_m + x * half_m, north_m + y * half_m)
            for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]
    )


def square_port() -> Port:
    """Approach 4 km, anchorage 1 km around (-2500, 0), harbour 1 km, berth 200 m to each side."""
    fences = (
        Fence(id="approach", kind=FenceKind.APPROACH, name="approach", shape=square(0, 0, 4000)),
        Fence(
            id="anchorage", kind=FenceKind.ANCHORAGE, name="anchorage", shape=square(-2500, 0, 1000)
        ),
        Fence(id="harbour", kind=FenceKind.HARBOUR, name="harbour", shape=square(0, 0, 1000)),
        Fence(id="berth", kind=FenceKind.BERTH, name="berth", shape=square(0, 0, 200)),
    )
    return Port(id="home", name="Home", fences=fences, hash="0" * 64)


def step_of(port: Port, fix: Fix, prev: Fix | None, decided_at: int | None = None) -> PortStep:
    """Return what the detectors are given of a fix."""
    inside, near = port.masks(np.array([fix.lon]), np.array([fix.lat]))
    return PortStep(
        port=port, fix=fix, prev=prev, inside=int(inside[0]), near=int(near[0]),
        decided_at=fix.at if decided_at is None else decided_at,
    )  # fmt: skip


def steps_of(port: Port, fixes: Sequence[Fix], before: Fix | None = None) -> list[PortStep]:
    """Return the steps of fixes that follow one another."""
    return [step_of(port, fix, prev) for fix, prev in zip(fixes, [before, *fixes], strict=False)]
