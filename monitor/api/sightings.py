"""Sightings over HTTP: who may read sees them beside AIS, an analyst enters and removes them.

A user acts in his own name, a token in its owner's or its own. What is sent again changes nothing.
"""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from monitor.api.bodies import read_body, understood
from monitor.api.connections import acting
from monitor.api.keys import CALLER, LIVE
from monitor.api.lists import LIST_PROBLEMS, in_turn, words_of
from monitor.api.parameters import MMSI, PORT, SINCE, UNTIL
from monitor.api.routes import Answer, Parameter, Route
from monitor.clock import now_us
from monitor.errors import UnknownError, UsageError
from monitor.report.sighted import looked_at, placed, sighted, sighted_record, sighting_record
from monitor.report.sighting_forms import EnteredForm, SightedForm
from monitor.sighting.sighting import sighting_of
from monitor.store import sightings as store
from monitor.units import to_datetime

MOST_BYTES = 16 << 10
BODY_S = 20.0
"""How long a body may take."""

NO_NAME = "A sighting is entered in somebody's name: log in, or show a token of your own."

Word = Annotated[str, StringConstraints(max_length=1000)]


class Seen(BaseModel):
    """A sighting as it is entered, each word as a person writes it."""

    model_config = ConfigDict(extra="forbid")

    seen_by: Word
    mmsi: Word | int | None = None
    imo: Word | int | None = None
    name: Word | None = None
    hull: Word | None = None
    length_m: Word | float | None = None
    port: Word | None = None
    lon: Word | float | None = None
    lat: Word | float | None = None
    within_m: Word | float | None = None
    area: Word | None = None
    since: Word
    until: Word | None = None
    source: Word
    link: Word | None = None
    reliability: Word
    credibility: Word | int
    note: Word | None = None


class Removed(BaseModel):
    """Nothing is said with it."""

    model_config = ConfigDict(extra="forbid")


async def get_sightings(request: web.Request) -> web.Response:
    """Those that stand, with what AIS tells of each."""
    words, fences = words_of(request), request.app[LIVE].fences
    async with in_turn(request) as connection:
        return web.json_response(await sighted(connection, fences, **words))


async def get_sighting(request: web.Request) -> web.Response:
    """One, removed or not."""
    words_of(request)
    number = _number(request)
    async with in_turn(request) as connection:
        found = await store.sighting(connection, number)
        if found is None:
            raise UnknownError(_unknown(number))
        (seen,) = await looked_at(connection, [found], request.app[LIVE].fences)
    return web.json_response(sighted_record(seen))


async def post_sighting(request: web.Request) -> web.Response:
    """Enter one."""
    words_of(request)
    wish = understood(await read_body(request, MOST_BYTES, BODY_S), Seen)
    said = {name: None if value is None else str(value) for name, value in wish}
    found, faults = sighting_of(said, recorded_at=now_us(), added_by=_actor(request))
    if found is None:
        raise UsageError(" ".join(faults))
    found = placed(found, request.app[LIVE].fences)
    async with acting(request) as connection:
        ((saved, is_new),) = await store.save_sightings(connection, [found])
        stored = await store.sighting(connection, saved.id or 0)
    return web.json_response({"changed": is_new, "sighting": sighting_record(stored or saved)})


async def post_remove(request: web.Request) -> web.Response:
    """Remove one: it stands no longer, and stays readable."""
    words_of(request)
    understood(await read_body(request, MOST_BYTES, BODY_S) or b"{}", Removed)
    number, by = _number(request), _actor(request)
    async with acting(request) as connection:
        gone = await store.remove_sightings(
            connection, [number], removed_at=to_datetime(now_us()), removed_by=by
        )
        found = await store.sighting(connection, number)
    if found is None:
        raise UnknownError(_unknown(number))
    return web.json_response({"changed": bool(gone), "sighting": sighting_record(found)})


def _number(request: web.Request) -> int:
    text = request.match_info["id"]
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        message = f"{text!r} is no number of a sighting: /sightings lists them."
        raise UnknownError(message)
    return int(text)


def _unknown(number: int) -> str:
    return f"There is no sighting {number}: /sightings lists them."


def _actor(request: web.Request) -> str:
    """Who enters it, as he is known."""
    actor = request[CALLER].actor
    if actor is None:
        raise UsageError(NO_NAME)
    return actor


ID = Parameter(
    name="id", words="Its number.", place="path", required=True,
    form={"type": "string", "pattern": "^[0-9]+$"},
)  # fmt: skip
WRITE_PROBLEMS = (400, 401, 403, 404, 408, 413, 503)
ENTERED = Answer(words="How it stands now.", form=EnteredForm)

ROUTES = (
    Route(
        method="GET", path="/sightings", handler=get_sightings, needs="read",
        summary="What people and satellites saw, never AIS, with what AIS tells of each.",
        parameters=(PORT, MMSI, SINCE, UNTIL), problems=LIST_PROBLEMS,
        answer=Answer(words="Sightings, oldest first.", form=list[SightedForm]),
    ),
    Route(
        method="GET", path="/sightings/{id}", handler=get_sighting, needs="read",
        summary="A sighting, removed or not.", parameters=(ID,), problems=(400, 404, 503),
        answer=Answer(words="The sighting.", form=SightedForm),
    ),
    Route(
        method="POST", path="/sightings", handler=post_sighting, needs="analyst",
        summary="Enter a sighting.", body=Seen, answer=ENTERED, problems=WRITE_PROBLEMS,
    ),
    Route(
        method="POST", path="/sightings/{id}/remove", handler=post_remove, needs="analyst",
        summary="Remove a sighting: it stands no longer, and stays readable.", parameters=(ID,),
        body=Removed, answer=ENTERED, problems=WRITE_PROBLEMS,
    ),
)  # fmt: skip
"""What analysts enter, and everybody reads."""
