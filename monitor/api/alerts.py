"""Alerts over HTTP: the queue, why one fired, and what officers do with it.

A user acts in his own name; whoever bears the token of the setting ``alerts_token`` says who he
is. What is sent again because an answer was lost changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from aiohttp import web
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    StringConstraints,
)

from monitor.alert.life import Act, State, Verdict
from monitor.alert.message import Severity
from monitor.api.bodies import read_body, storable, understood
from monitor.api.connections import acting
from monitor.api.keys import CALLER, DESK
from monitor.api.lists import LIMIT, LIST_PROBLEMS, answer, at_length, words_of
from monitor.api.parameters import MMSI, PORT, SINCE
from monitor.api.routes import Answer, Parameter, Route
from monitor.clock import now_us
from monitor.errors import UsageError
from monitor.report.alerted import alert_record
from monitor.report.forms import AlertForm, DoneForm, MessageForm, MutedForm, WhyForm
from monitor.report.records import plain_record
from monitor.report.why import why_record
from monitor.roles import Caller
from monitor.store import acts, alerts
from monitor.units import to_datetime

MOST_BYTES = 16 << 10
"""Of a body: a note of a page."""

BODY_S = 20.0
"""How long a body may take."""

FIRST_YEAR, LAST_YEAR = 1990, 2200
"""Of times of events that are muted."""


async def get_alerts(request: web.Request) -> web.StreamResponse:
    """Alerts, the one that changed last first; ``severity``, ``mmsi``, ``port``, ``since``.

    Those that are open or acknowledged, unless ``all`` is true.
    """
    words = words_of(request)
    every = _one_of("all", words.pop("all", "false"), ("true", "false")) == "true"
    severity = _one_of("severity", words.pop("severity", "info"), tuple(Severity))
    words["place"] = words.pop("port", None)
    words["states"] = None if every else [State.OPEN, State.ACKNOWLEDGED]
    words["severity"] = Severity(severity)
    return await answer(request, lambda c, n: alerts.alerts(c, **words, page_rows=n), alert_record)


async def get_alert(request: web.Request) -> web.Response:
    """All that ``monitor alerts show`` knows; the id may be its begin."""
    words_of(request)
    async with at_length(request) as connection:
        found = await alerts.whole(connection, request.match_info["id"])
    record = why_record(
        found.stored, found.events, request.app[DESK].rules, found.history, found.told
    )
    return web.json_response(record)


async def get_messages(request: web.Request) -> web.Response:
    """What was told of it, word for word, and to whom; the newest first."""
    words_of(request)
    async with at_length(request) as connection:
        found = await alerts.messages(connection, request.match_info["id"])
    return web.json_response([plain_record(row) for row in found])


def _believable(at: datetime) -> datetime:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        message = f"is no time between the years {FIRST_YEAR} and {LAST_YEAR}"
        raise ValueError(message)
    return at


Word = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(storable),
]  # fmt: skip
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000),
    AfterValidator(storable),
]  # fmt: skip
Instant = Annotated[AwareDatetime, AfterValidator(_believable)]


class Body(BaseModel):
    """What every request that writes says."""

    model_config = ConfigDict(extra="forbid", strict=True)

    by: Word | None = None
    """Who does it; a user, and a token, need not say it."""


class Ack(Body):
    """Nothing but a note."""

    note: Text | None = None


class Assign(Ack):
    """To whom."""

    to: Word


class Close(Ack):
    """With which verdict."""

    verdict: Literal["true", "false", "not-relevant"]


class Mute(Body):
    """Why, and until when; unset: until the episode ends. Both are times of events."""

    reason: Text
    since: Instant | None = None
    until: Instant | None = None


AnyBody = TypeVar("AnyBody", bound=Body)


async def post_ack(request: web.Request) -> web.Response:
    """Acknowledge."""
    wish = await _said(request, Ack)
    return await _do(request, Act.ACK, wish)


async def post_assign(request: web.Request) -> web.Response:
    """Assign, or hand over."""
    wish = await _said(request, Assign)
    return await _do(request, Act.ASSIGN, wish, assignee=wish.to)


async def post_close(request: web.Request) -> web.Response:
    """Close with a verdict."""
    wish = await _said(request, Close)
    return await _do(request, Act.CLOSE, wish, verdict=Verdict(wish.verdict))


async def post_mute(request: web.Request) -> web.Response:
    """Mute this alert."""
    wish = await _said(request, Mute)
    since = wish.since or to_datetime(now_us())
    async with acting(request) as connection:
        muted = await acts.mute_alert(
            connection, request.match_info["id"], wish.reason, wish.by or "", since, wish.until
        )
    return _done(muted.stored, changed=muted.changed, mute=muted.number)


async def _do(request: web.Request, what: Act, wish: Ack, **words: Any) -> web.Response:
    async with acting(request) as connection:
        done = await acts.do(
            connection, request.match_info["id"], what, wish.by or "", note=wish.note, **words
        )
    return _done(done.stored, changed=done.changed)


def _done(stored: alerts.Stored, *, changed: bool, **words: Any) -> web.Response:
    return web.json_response({"changed": changed, **words, "alert": alert_record(stored)})


async def _said(request: web.Request, form: type[AnyBody]) -> AnyBody:
    """What one who may write says."""
    words_of(request)
    wish = understood(await read_body(request, MOST_BYTES, BODY_S), form)
    return wish.model_copy(update={"by": _actor(request[CALLER], wish.by)})


def _actor(caller: Caller, by: str | None) -> str:
    """Who acts: as he is known, else as he says; nobody acts in the name of another."""
    if caller.actor is None:
        if by is None:
            raise UsageError("by: is missing.")
        return by
    if by not in {None, caller.actor}:
        message = f"by: you are {caller.actor}, and act for nobody else: leave it out."
        raise UsageError(message)
    return caller.actor


def _one_of(name: str, text: str, known: Sequence[str]) -> str:
    if text not in known:
        message = f"{text!r} cannot stand for {name}: use one of {', '.join(known)}."
        raise UsageError(message)
    return text


ALL = Parameter(
    name="all", words="Those that are closed or withdrawn, too.",
    form={"type": "string", "enum": ["true", "false"], "default": "false"},
)  # fmt: skip
SEVERITY = Parameter(
    name="severity", words="So severe at least.",
    form={"type": "string", "enum": [each.value for each in Severity], "default": "info"},
)  # fmt: skip
ID = Parameter(
    name="id", words="Its id, or the begin of it.", place="path", required=True,
    form={"type": "string", "pattern": "^[0-9a-f-]+$"},
)  # fmt: skip

DONE = Answer(words="How the alert stands now.", form=DoneForm)
WRITE_PROBLEMS = (400, 401, 403, 404, 408, 413, 503)

ROUTES = (
    Route(
        method="GET", path="/alerts", handler=get_alerts, needs="read",
        summary="Alerts that stand, the one that changed last first.",
        parameters=(ALL, SEVERITY, MMSI, PORT, SINCE, LIMIT), problems=LIST_PROBLEMS,
        answer=Answer(words="Alerts.", form=list[AlertForm]),
    ),
    Route(
        method="GET", path="/alerts/{id}", handler=get_alert, needs="read",
        summary="An alert, why it is one, and what it does not prove.", parameters=(ID,),
        answer=Answer(words="The alert.", form=WhyForm), problems=(400, 404, 503),
    ),
    Route(
        method="GET", path="/alerts/{id}/messages", handler=get_messages, needs="read",
        summary="What was told of an alert, word for word, and to whom.", parameters=(ID,),
        answer=Answer(words="The last 200 messages, the newest first.", form=list[MessageForm]),
        problems=(400, 404, 503),
    ),
    Route(
        method="POST", path="/alerts/{id}/ack", handler=post_ack, needs="officer",
        summary="Acknowledge an alert.", parameters=(ID,), body=Ack, answer=DONE,
        problems=WRITE_PROBLEMS,
    ),
    Route(
        method="POST", path="/alerts/{id}/assign", handler=post_assign, needs="officer",
        summary="Assign an alert, or hand it over.", parameters=(ID,), body=Assign, answer=DONE,
        problems=WRITE_PROBLEMS,
    ),
    Route(
        method="POST", path="/alerts/{id}/close", handler=post_close, needs="officer",
        summary="Close an alert with a verdict.", parameters=(ID,), body=Close, answer=DONE,
        problems=WRITE_PROBLEMS,
    ),
    Route(
        method="POST", path="/alerts/{id}/mute", handler=post_mute, needs="officer",
        summary="Mute an alert, until its episode ends or for a while.", parameters=(ID,),
        body=Mute, answer=Answer(words="How it stands, and the mute.", form=MutedForm),
        problems=WRITE_PROBLEMS,
    ),
)  # fmt: skip
"""What officers ask and do."""
