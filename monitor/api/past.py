"""The past over HTTP: the lists as they stood at an instant, and what of it was known later."""

from __future__ import annotations

from aiohttp import web

from monitor.api.keys import DESK, LIVE
from monitor.api.lists import (
    LIMIT,
    LIST_PROBLEMS,
    answer,
    at_length,
    in_turn,
    words_of,
)
from monitor.api.parameters import AT, SINCE
from monitor.api.routes import Answer, Parameter, Route
from monitor.report.forms import VoyageForm, WhyForm
from monitor.report.past import past_alert, past_call, past_ports, past_vessel
from monitor.report.past_forms import PastAlertForm, PastCallForm, PastVesselForm
from monitor.report.status_forms import PortForm
from monitor.report.why import why_record
from monitor.store import past
from monitor.store.findings import voyage_record


async def get_past_vessels(request: web.Request) -> web.StreamResponse:
    """Where vessels were heard last by then; ``since``: what is new after another instant."""
    words = words_of(request)
    return await answer(request, lambda c, n: past.vessels(c, **words, page_rows=n), past_vessel)


async def get_past_alerts(request: web.Request) -> web.StreamResponse:
    """Alerts that stood."""
    words = words_of(request)
    return await answer(request, lambda c, n: past.standing(c, **words, page_rows=n), past_alert)


async def get_past_alert(request: web.Request) -> web.Response:
    """An alert, and why it was one, by what was known then; the id may be its begin."""
    words = words_of(request)
    async with at_length(request) as connection:
        found = await past.whole(connection, request.match_info["id"], words["at"])
    record = why_record(
        found.stored, found.events, request.app[DESK].rules, found.history, found.told
    )
    return web.json_response(record)


async def get_past_calls(request: web.Request) -> web.StreamResponse:
    """Port calls as they stood."""
    words = words_of(request)
    return await answer(request, lambda c, n: past.calls(c, **words, page_rows=n), past_call)


async def get_past_voyages(request: web.Request) -> web.StreamResponse:
    """Voyages as they were known."""
    words = words_of(request)
    return await answer(request, lambda c, n: past.voyages(c, **words, page_rows=n), voyage_record)


async def get_past_ports(request: web.Request) -> web.Response:
    """What was heard near each port in the hour before."""
    words = words_of(request)
    async with in_turn(request) as connection:
        rows = await past.ports(connection, **words)
    ports = [port.id for port in request.app[LIVE].fences.ports]
    return web.json_response(past_ports(ports, rows))


ID = Parameter(
    name="id", words="Its id, or the begin of it.", place="path", required=True,
    form={"type": "string", "pattern": "^[0-9a-f-]+$"},
)  # fmt: skip

ROUTES = (
    Route(
        method="GET", path="/past/vessels", handler=get_past_vessels, needs="read",
        summary="Vessels with their last fix at an instant, by MMSI.",
        parameters=(AT, SINCE, LIMIT), problems=LIST_PROBLEMS,
        answer=Answer(words="Vessels.", form=list[PastVesselForm]),
    ),
    Route(
        method="GET", path="/past/alerts", handler=get_past_alerts, needs="read",
        summary="Alerts that stood at an instant, as they stood then.", parameters=(AT, LIMIT),
        answer=Answer(words="Alerts, in no order.", form=list[PastAlertForm]),
        problems=LIST_PROBLEMS,
        more="Those that had happened by then and were known later are `late`.",
    ),
    Route(
        method="GET", path="/past/alerts/{id}", handler=get_past_alert, needs="read",
        summary="An alert, and why it was one, by what was known at an instant.",
        parameters=(ID, AT), problems=(400, 404, 503),
        answer=Answer(words="The alert.", form=WhyForm),
    ),
    Route(
        method="GET", path="/past/port-calls", handler=get_past_calls, needs="read",
        summary="Port calls as they stood at an instant.", parameters=(AT, LIMIT),
        answer=Answer(words="Port calls of the month before, in no order.",
                      form=list[PastCallForm]),
        problems=LIST_PROBLEMS,
    ),
    Route(
        method="GET", path="/past/voyages", handler=get_past_voyages, needs="read",
        summary="Voyages as they were known at an instant.", parameters=(AT, LIMIT),
        answer=Answer(words="Voyages of the month before, oldest first.", form=list[VoyageForm]),
        problems=LIST_PROBLEMS,
    ),
    Route(
        method="GET", path="/past/ports", handler=get_past_ports, needs="read",
        summary="What was heard near each port in the hour before an instant.", parameters=(AT,),
        answer=Answer(words="Ports that are watched.", form=list[PortForm]),
        problems=LIST_PROBLEMS,
    ),
)  # fmt: skip
"""What the console asks in history mode; of feeds nothing is kept but their events."""
