"""What the database holds: events, port calls, vessels and their histories, as JSON."""

from __future__ import annotations

from aiohttp import web

from monitor.api.lists import LIMIT, LIST_PROBLEMS, answer, mmsi_of, words_of
from monitor.api.parameters import FROM, KIND, MMSI, NAME, PORT, SINCE, TO, UNTIL
from monitor.api.routes import Answer, Parameter, Route
from monitor.report.forms import CallForm, EventForm, PositionForm, VesselForm, VoyageForm
from monitor.report.records import plain_record, vessel_record
from monitor.store import reader
from monitor.store.findings import call_record, event_record, voyage_record


async def get_events(request: web.Request) -> web.StreamResponse:
    """Events, oldest first; ``mmsi``, ``port``, ``kind``, ``since``, ``until``."""
    words = words_of(request)
    return await answer(request, lambda c, n: reader.events(c, **words, page_rows=n), event_record)


async def get_port_calls(request: web.Request) -> web.StreamResponse:
    """Port calls, oldest first; ``mmsi``, ``port``, ``since``, ``until``."""
    words = words_of(request)
    return await answer(
        request, lambda c, n: reader.port_calls(c, **words, page_rows=n), call_record
    )


async def get_voyages(request: web.Request) -> web.StreamResponse:
    """Voyages, oldest first; ``mmsi``, ``from``, ``to``, ``since``, ``until``."""
    words = words_of(request)
    words["from_"] = words.pop("from", None)
    return await answer(
        request, lambda c, n: reader.voyages(c, **words, page_rows=n), voyage_record
    )


async def get_vessels(request: web.Request) -> web.StreamResponse:
    """Vessels with their last fix; ``mmsi``, ``name``."""
    words = words_of(request)
    return await answer(
        request, lambda c, n: reader.vessels(c, **words, page_rows=n), vessel_record
    )


async def get_history(request: web.Request) -> web.StreamResponse:
    """Positions of a vessel, oldest first; ``since``, ``until``."""
    mmsi = mmsi_of(request.match_info["mmsi"])
    words = words_of(request)
    return await answer(
        request, lambda c, n: reader.history(c, mmsi, **words, page_rows=n), plain_record
    )


SHIP = Parameter(
    name="mmsi", words="Of this number.", place="path", required=True,
    form={"type": "string", "pattern": "^[0-9]{1,9}$", "examples": ["273999410"]},
)  # fmt: skip

ROUTES = (
    Route(
        method="GET", path="/events", handler=get_events, needs="read",
        summary="Events, oldest first.", parameters=(MMSI, PORT, KIND, SINCE, UNTIL, LIMIT),
        answer=Answer(words="Events, with all their evidence.", form=list[EventForm]),
        problems=LIST_PROBLEMS,
    ),
    Route(
        method="GET", path="/port-calls", handler=get_port_calls, needs="read",
        summary="Port calls, oldest first.", parameters=(MMSI, PORT, SINCE, UNTIL, LIMIT),
        answer=Answer(words="Port calls, with their stages.", form=list[CallForm]),
        problems=LIST_PROBLEMS,
    ),
    Route(
        method="GET", path="/voyages", handler=get_voyages, needs="read",
        summary="Voyages, oldest first.", parameters=(MMSI, FROM, TO, SINCE, UNTIL, LIMIT),
        answer=Answer(words="Voyages, with what was not heard of them.", form=list[VoyageForm]),
        problems=LIST_PROBLEMS,
    ),
    Route(
        method="GET", path="/vessels", handler=get_vessels, needs="read",
        summary="Vessels with their last fix, by MMSI.", parameters=(MMSI, NAME, LIMIT),
        answer=Answer(words="Vessels.", form=list[VesselForm]), problems=LIST_PROBLEMS,
    ),
    Route(
        method="GET", path="/vessels/{mmsi}/history", handler=get_history, needs="read",
        summary="Positions of a vessel, oldest first.", parameters=(SHIP, SINCE, UNTIL, LIMIT),
        answer=Answer(words="Positions.", form=list[PositionForm]), problems=LIST_PROBLEMS,
    ),
)  # fmt: skip
"""Lists: sent as they are read, with the header Row-Limit."""
