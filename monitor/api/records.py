"""What the database holds: events, port calls, vessels and their histories, as JSON."""

from __future__ import annotations

from aiohttp import web

from monitor.api.lists import answer, mmsi_of, words_of
from monitor.report.records import plain_record, vessel_record
from monitor.store import reader
from monitor.store.findings import call_record, event_record, voyage_record


def add(app: web.Application) -> None:
    """GET /events, /port-calls, /voyages, /vessels and /vessels/{mmsi}/history."""
    app.router.add_get("/events", get_events)
    app.router.add_get("/port-calls", get_port_calls)
    app.router.add_get("/voyages", get_voyages)
    app.router.add_get("/vessels", get_vessels)
    app.router.add_get("/vessels/{mmsi}/history", get_history)


async def get_events(request: web.Request) -> web.StreamResponse:
    """Events, oldest first; ``mmsi``, ``port``, ``kind``, ``since``, ``until``."""
    words = words_of(request, "mmsi", "port", "kind", "since", "until")
    return await answer(request, lambda c, n: reader.events(c, **words, page_rows=n), event_record)


async def get_port_calls(request: web.Request) -> web.StreamResponse:
    """Port calls, oldest first; ``mmsi``, ``port``, ``since``, ``until``."""
    words = words_of(request, "mmsi", "port", "since", "until")
    return await answer(
        request, lambda c, n: reader.port_calls(c, **words, page_rows=n), call_record
    )


async def get_voyages(request: web.Request) -> web.StreamResponse:
    """Voyages, oldest first; ``mmsi``, ``from``, ``to``, ``since``, ``until``."""
    words = words_of(request, "mmsi", "from", "to", "since", "until")
    words["from_"] = words.pop("from", None)
    return await answer(
        request, lambda c, n: reader.voyages(c, **words, page_rows=n), voyage_record
    )


async def get_vessels(request: web.Request) -> web.StreamResponse:
    """Vessels with their last fix; ``mmsi``, ``name``."""
    words = words_of(request, "mmsi", "name")
    return await answer(
        request, lambda c, n: reader.vessels(c, **words, page_rows=n), vessel_record
    )


async def get_history(request: web.Request) -> web.StreamResponse:
    """Positions of a vessel, oldest first; ``since``, ``until``."""
    mmsi = mmsi_of(request.match_info["mmsi"])
    words = words_of(request, "since", "until")
    return await answer(
        request, lambda c, n: reader.history(c, mmsi, **words, page_rows=n), plain_record
    )
