"""Questions by name: who is in port, who was there, where was she, what is known of her."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from monitor.api.connections import actor_of
from monitor.api.keys import LIVE
from monitor.api.lists import LIST_PROBLEMS, in_turn, words_of
from monitor.api.parameters import AT, FROM, MMSI, PORT, SINCE, TO, UNTIL
from monitor.api.routes import Answer, Parameter, Route
from monitor.box import box_of
from monitor.report import distance, hulls, identities, questions, reach, story
from monitor.report import question_forms as forms
from monitor.report.fleet import fleet_records, fleets
from monitor.report.fleet_forms import FleetForm, FleetsForm
from monitor.report.sighting_forms import SightedForm
from monitor.seafile import reached, seaway
from monitor.store.findings import Record

BOX = Parameter(
    name="bbox", words="West, south, east, north, in degrees; or name an area.", exploded=False,
    form={"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
)  # fmt: skip
AREA = Parameter(
    name="area", words="An area: its name, OWNER/NAME where several people have one, or its id.",
    form={"type": "string"},
)  # fmt: skip

LIST = Parameter(
    name="name", words="A watchlist: its ships are the fleet.",
    form={"type": "string", "examples": ["syria-run"]},
)  # fmt: skip
AN_INSTANT = Parameter(
    name="at", words="At this instant, by the lists as they stand now; without it now.",
    form={"type": "string", "examples": ["2024-12-13T04:00Z"]},
)  # fmt: skip
HERE = Parameter(
    name="from", words="A port's id, or lon,lat in degrees.", required=True,
    form={"type": "string", "examples": ["tartus"]},
)  # fmt: skip
THERE = Parameter(
    name="to", words="A port's id, or lon,lat in degrees.", required=True,
    form={"type": "string", "examples": ["tobruk"]},
)  # fmt: skip


IMO = Parameter(
    name="imo", words="Of this IMO number alone.", form={"type": "string", "examples": ["9268710"]}
)


def required(parameter: Parameter) -> Parameter:
    """The same, without which there is no answer."""
    return Parameter(name=parameter.name, words=parameter.words, form=parameter.form, required=True)


async def get_in_port(request: web.Request) -> web.Response:
    """Who is in port now."""
    words, fences = words_of(request), request.app[LIVE].fences
    return await _answer(request, lambda c: questions.in_port(c, **words, fences=fences))


async def get_inside(request: web.Request) -> web.Response:
    """Who was heard in a box, or in an area, between two instants."""
    words = words_of(request)
    bbox = words.pop("bbox", None)
    words["box"] = None if bbox is None else box_of(bbox, across=False)
    words["caller"] = actor_of(request)
    return await _answer(request, lambda c: questions.inside(c, **words))


async def get_where(request: web.Request) -> web.Response:
    """Where a ship was at an instant."""
    words = words_of(request)
    return await _answer(request, lambda c: questions.where(c, **words))


async def get_story(request: web.Request) -> web.Response:
    """All that is known of a ship on one time line."""
    words, fences = words_of(request), request.app[LIVE].fences
    return await _answer(request, lambda c: story.story(c, **words, fences=fences))


async def get_activity(request: web.Request) -> web.Response:
    """Arrivals and departures day by day."""
    words = words_of(request)
    return await _answer(request, lambda c: questions.activity(c, **words))


async def get_reception(request: web.Request) -> web.Response:
    """What each feed heard near ports."""
    words = words_of(request)
    return await _answer(request, lambda c: questions.reception(c, **words))


async def get_traffic(request: web.Request) -> web.Response:
    """Voyages, counted by where from and where to."""
    words = words_of(request)
    words["from_"] = words.pop("from", None)
    return await _answer(request, lambda c: questions.traffic(c, **words))


async def get_fleet(request: web.Request) -> web.Response:
    """Where the ships of a watchlist are."""
    words, fences = words_of(request), request.app[LIVE].fences
    return await _answer(request, lambda c: fleet_records(c, **words, fences=fences))


async def get_fleets(request: web.Request) -> web.Response:
    """Which watchlists there are."""
    words = words_of(request)
    return await _answer(request, lambda c: fleets(c, **words))


async def get_distance(request: web.Request) -> web.Response:
    """How far it is by sea; in a thread, for the sea is read at the first question."""
    words = words_of(request)
    fences = request.app[LIVE].fences
    found = await asyncio.to_thread(
        lambda: distance.distance(seaway(), fences, from_=words["from"], to=words["to"])
    )
    return web.json_response(found)


async def get_reach(request: web.Request) -> web.Response:
    """Where a ship that is not heard can be."""
    words, fences = words_of(request), request.app[LIVE].fences
    return await _answer(request, lambda c: reach.reach(c, reached, fences, **words))


async def get_hulls(request: web.Request) -> web.Response:
    """IMO numbers that two MMSIs said."""
    words = words_of(request)
    return await _answer(request, lambda c: hulls.hulls(c, **words))


async def get_identity(request: web.Request) -> web.Response:
    """What a ship said of herself, from when to when."""
    words, fences = words_of(request), request.app[LIVE].fences
    return await _answer(request, lambda c: identities.identities(c, **words, fences=fences))


async def _answer(
    request: web.Request, work: Callable[[Any], Awaitable[list[Record]]]
) -> web.Response:
    """An answer of some rows; who asks waits for a turn, as for a list."""
    async with in_turn(request) as connection:
        return web.json_response(await work(connection))


def _route(
    name: str, handler: Any, summary: str, form: Any, parameters: tuple[Parameter, ...],
    more: str = "", also: tuple[int, ...] = (),
) -> Route:  # fmt: skip
    return Route(
        method="GET", path=f"/ask/{name}", handler=handler, needs="read", summary=summary,
        parameters=parameters, answer=Answer(words="The answer, a row each.", form=list[form]),
        problems=(*LIST_PROBLEMS, *also), more=more or f"The same as `monitor ask {name}`.",
    )  # fmt: skip


ROUTES = (
    _route("in-port", get_in_port, "Who is in port now, since when, how sure that is, and when each"
           " was heard last.", forms.InPortForm | SightedForm, (PORT,), "The same as `monitor ask"
           " in-port`. Behind those that AIS heard (`by` is `ais`) comes what was sighted there in"
           " the last two weeks (`by` is `sighting`), which is in no count of AIS."),
    _route("inside", get_inside, "Who was heard in a box, or in an area that somebody drew, between"
           " two instants, a month at most.", forms.InsideForm,
           (BOX, AREA, required(SINCE), required(UNTIL)), also=(404,)),
    _route("where", get_where, "Where a ship was at an instant, and what that is worth.",
           forms.WhereForm, (required(MMSI), AT)),
    _route("story", get_story, "All that is known of a ship, on one time line: by her MMSI, or by"
           " her IMO number under each MMSI that said it.", forms.StoryForm,
           (MMSI, IMO, SINCE, UNTIL)),
    _route("activity", get_activity, "Arrivals and departures at a port, day by day; by default of"
           " the last week.", forms.ActivityForm, (required(PORT), SINCE, UNTIL)),
    _route("reception", get_reception, "What each feed heard near ports, every ten minutes, and how"
           " far off; by default of the last hour.", forms.ReceptionForm, (PORT, SINCE, UNTIL),
           "A week at most. A port that stands in none of it was not heard."),
    _route("traffic", get_traffic, "Voyages made, counted by where from and where to.",
           forms.TrafficForm, (FROM, TO, SINCE, UNTIL)),
    _route("hulls", get_hulls, "IMO numbers that were said under two MMSIs, and whether that can be"
           " one ship.", hulls.HullForm, (IMO, MMSI)),
    _route("identity", get_identity, "What a ship said of herself, each thing from when to when.",
           identities.IdentityForm, (required(MMSI),)),
    _route("fleets", get_fleets, "Watchlists that hold: the ships of each are a fleet.",
           FleetsForm, (AN_INSTANT,)),
    _route("fleet", get_fleet, "Where the ships of a watchlist are, how sure that is, and since"
           " when.", FleetForm, (required(LIST), AN_INSTANT), also=(404,)),
    _route("distance", get_distance, "How far it is by sea at least, and the shortest way.",
           distance.DistanceForm, (HERE, THERE)),
    _route("reach", get_reach, "Where a ship that is not heard can be, at most: the sea that she"
           " can have come to.", reach.ReachForm, (required(MMSI), AN_INSTANT)),
)  # fmt: skip
"""Why an alert fired is asked at ``/alerts/{id}``."""
