"""Reads what AIS told of ships that were sighted, each ship once, for ``consequences``."""

from __future__ import annotations

from typing import Any

from monitor.engine.geofence import FenceSet
from monitor.model import Event, EventState, PortCall
from monitor.report.consequences import Consequence, Known, consequences
from monitor.report.gathered import voyages_of
from monitor.report.whereabouts import LONG_AGO, Whereabouts, place_of
from monitor.sighting.matching import Matched, Spot
from monitor.sighting.sighting import Sighting
from monitor.store import questions
from monitor.store import whereabouts as store
from monitor.units import from_datetime, to_datetime


class Voices:
    """What AIS told of ships, as it is asked for."""

    def __init__(self, connection: Any, fences: FenceSet) -> None:
        """Nothing was read."""
        self._connection = connection
        self._fences = fences
        self._told: dict[int, tuple[list[PortCall], list[Event]]] = {}

    async def follows(self, one: Sighting, spot: Spot, verdict: Matched) -> tuple[Consequence, ...]:
        """What follows of a sighting of a ship that is named, and known by AIS."""
        found: list[Consequence] = []
        for mmsi in await self._numbers(one, verdict):
            known = await self._known(one, mmsi)
            found += consequences(one, spot, known, self._fences)
        return tuple(found)

    async def _numbers(self, one: Sighting, verdict: Matched) -> list[int]:
        """MMSIs of the ship; none where it is not known which she is."""
        if one.mmsi is not None:
            return [one.mmsi]
        if one.imo is not None:
            return await store.ships_of_imo(self._connection, one.imo)
        return list(verdict.ships) if one.is_named and len(verdict.ships) == 1 else []

    async def _known(self, one: Sighting, mmsi: int) -> Known:
        """Of the track that she was heard on last before."""
        before, _ = await questions.around(self._connection, mmsi, to_datetime(one.since))
        _, behind = await questions.around(self._connection, mmsi, to_datetime(one.until))
        last = before[0] if before else None
        track = 0 if last is None else last["track"]
        first = next((row for row in behind if row["track"] == track), None)
        calls, voyages = await self._of(mmsi)
        return Known(
            mmsi=mmsi, before=self._heard(last), behind=self._heard(first),
            calls=tuple(call for call in calls if call.track == track),
            voyages=tuple(event for event in voyages if event.track == track),
        )  # fmt: skip

    def _heard(self, row: Any) -> Whereabouts | None:
        if row is None:
            return None
        port = place_of(self._fences.ports, row["lon"], row["lat"])
        return Whereabouts(at=from_datetime(row["at"]), lon=row["lon"], lat=row["lat"], port=port)

    async def _of(self, mmsi: int) -> tuple[list[PortCall], list[Event]]:
        """All calls and voyages of a number."""
        if mmsi not in self._told:
            calls = await store.calls_of(self._connection, [mmsi])
            calls.sort(key=lambda call: (call.arrived.latest or LONG_AGO, call.id))
            events = [
                event
                for event in await store.events_of(self._connection, [mmsi])
                if event.state is not EventState.WITHDRAWN
            ]
            self._told[mmsi] = calls, voyages_of(events)
        return self._told[mmsi]
