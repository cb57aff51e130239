"""What was gathered of drawn ships, for tests of pages."""

from __future__ import annotations

from typing import Any

from monitor.model import Event, EventKind, EventState, Evidence, ShipAtPort
from monitor.report.gathered import Ear, Gathered
from monitor.report.page import Drawing, Grid, Page, Points, Prose
from monitor.report.whereabouts import Interval, Vessel
from monitor.units import to_datetime
from tests.unit.report.sailed import hour, span


def gathered(*vessels: Vessel, until: float = 100, **words: Any) -> Gathered:
    """Of ships alone, all ports heard all the time."""
    ears = {port: ear(port, until=until) for port in ("home", "away")}
    return Gathered(
        **{
            "vessels": vessels, "ways": {}, "events": (), "voyages": (), "ears": ears, "odd": (),
            "heard_to": hour(until), **words,
        }
    )  # fmt: skip


def ear(port: str, *deaf: Interval, until: float = 100) -> Ear:
    return Ear(port=port, deaf=deaf, since=hour(0), until=hour(until))


def way(*places: tuple[float, float, float]) -> list[dict[str, Any]]:
    """Rows of a way: hour, lon, lat."""
    return [{"at": to_datetime(hour(at)), "lon": lon, "lat": lat} for at, lon, lat in places]


def event(kind: EventKind, port: str, at: float, **words: Any) -> Event:
    """Something that happened to the ship of ``sailed``."""
    return Event(
        **{
            "id": f"{abs(hash((kind, port, at))):032x}"[-32:], "kind": kind,
            "state": EventState.CONFIRMED, "subject": ShipAtPort(273_999_410, 0, port),
            "name": "SEVERNYY VETER", "geofence": None, "span": span(at - 0.1, at, at + 0.1),
            "decided_at": hour(at), "confidence": 4, "lon": 35.0, "lat": 34.0,
            "why": "She stopped.", "evidence": Evidence(), **words,
        }
    )  # fmt: skip


def made(**figures: Any) -> Event:
    """A voyage from Home to Away."""
    known = {
        "voyage": "v", "from": "home", "to": "away", "unheard_s": 36_000, "needed_kn": 11.97,
        "sailed_least_m": 922_000, "contradiction": False,
        "departed_earliest": "2024-12-01T09:00:00Z", "departed_at": "2024-12-01T10:00:00Z",
        "departed_latest": "2024-12-01T11:00:00Z", "arrived_earliest": None, "arrived_at": None,
        "arrived_latest": "2024-12-03T04:00:00Z", **figures,
    }  # fmt: skip
    return event(EventKind.VOYAGE_MADE, "away", 52, evidence=Evidence(figures=known))


def words_of(page: Page) -> str:
    """All that is written on a page."""
    parts = [page.title, page.about]
    for block in [*page.lead, *(one for section in page.sections for one in section.blocks)]:
        if isinstance(block, Prose):
            parts.append(block.text)
        elif isinstance(block, Points):
            parts += block.items
        elif isinstance(block, Grid):
            parts += (
                [" | ".join(row) for row in (block.head, *block.rows)]
                if block.rows
                else [block.empty]
            )
        elif isinstance(block, Drawing):
            parts.append(block.caption)
    return "\n".join(parts).replace("\N{NO-BREAK SPACE}", " ")


def grid_of(page: Page, title: str) -> list[tuple[str, ...]]:
    """Rows of the table under a heading."""
    (section,) = (one for one in page.sections if one.title == title)
    (table,) = (one for one in section.blocks[:1] if isinstance(one, Grid))
    return [tuple(cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row) for row in table.rows]
