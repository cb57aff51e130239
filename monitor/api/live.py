"""What is new, as it happens: Server-Sent Events, which browsers resume by themselves.

A listener that comes back says what he had last (``Last-Event-ID``) and misses nothing; one who was
away for too long is told to load all anew.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from monitor.api.connections import actor_of
from monitor.api.keys import ACCESS, LIVE, NEWSROOM
from monitor.api.routes import Answer, Parameter, Route
from monitor.box import box_of
from monitor.clock import monotonic_s
from monitor.engine.detect.evidence import known
from monitor.errors import StoreError, UsageError
from monitor.model import Event, Fix, PortCall
from monitor.report.alerted import alert_record
from monitor.report.feeds import feed_record
from monitor.service.newsroom import MORE_TOPICS, TOPICS, Press
from monitor.store.findings import Record, call_record, event_record
from monitor.store.news import Changed, Mark
from monitor.units import to_iso

EVENT_STREAM = "text/event-stream"

KEEP_S = 15.0
"""A line that says nothing goes out so often: what stands between lets go of quiet connections."""

ASK_S = 1.0
"""While something is told it is asked so often whether he may still hear it: as the guard does."""

RETRY_MS = (2_000, 6_000)
"""How long a listener waits before he comes back, each his own time: not all at once."""

ALL_TOPICS = (*TOPICS, *MORE_TOPICS)

POSITION = ("mmsi", "at", "lon", "lat", "sog_kn", "cog_deg", "heading_deg", "status")
"""The columns of a position."""


async def get_live(request: web.Request) -> web.StreamResponse:
    """Send what is new until either side ends it."""
    topics, bbox = topics_of(request), request.query.get("bbox")
    box = None if bbox is None else box_of(bbox, across=True)
    last = request.headers.get("Last-Event-ID") or request.query.get("last_event_id")
    headers = {"Content-Type": EVENT_STREAM, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    response, caller = web.StreamResponse(headers=headers), actor_of(request)
    async with request.app[NEWSROOM].join(topics, box, last, caller) as listener:
        await response.prepare(request)
        if request.method == "HEAD":
            return response
        pause = random.randint(*RETRY_MS)  # noqa: S311 - jitter
        await response.write(f"retry: {pause}\n\n".encode())
        asked_s = monotonic_s()
        while not listener.lost:
            data = await listener.next(KEEP_S)
            if monotonic_s() - asked_s >= ASK_S:
                asked_s = monotonic_s()
                if not await may_still(request):
                    break
            await response.write(b": still here\n\n" if data is None else data)
    if request.transport is not None:
        request.transport.abort()  # he did not take it: what is in between is let go, too
    return response


async def may_still(request: web.Request) -> bool:
    """Whether who listens may: what he came with may be revoked, or at its end."""
    try:
        await request.app[ACCESS].caller(request, "read")
    except web.HTTPException:
        return False
    except StoreError:
        return True  # nobody was let out meanwhile: it cannot be known
    return True


def topics_of(request: web.Request) -> list[str]:
    """What is to be told; all, if nothing is said."""
    given = request.query.getall("topics", [",".join(ALL_TOPICS)])
    topics = [word.strip() for text in given for word in text.split(",")]
    for word in topics:
        if word not in ALL_TOPICS:
            message = f"There is no topic {word!r}: use {', '.join(ALL_TOPICS)}."
            raise UsageError(message)
    return topics


def press(app: web.Application) -> Press:
    """How messages are written here."""

    def feeds() -> bytes:
        known = app[LIVE].status.feeds.values()
        return message("feeds", [feed_record(feed) for feed in known])

    return Press(
        news=lambda piece, changed: message(piece.topic, record_of(changed), piece.mark),
        positions=lambda fixes: message("positions", [position(fix) for fix in fixes]),
        feeds=feeds,
        begin=lambda mark: message("begin", {}, mark),
        reset=lambda mark: message("reset", {}, mark),
    )


def message(name: str, data: Any, mark: Mark | None = None) -> bytes:
    """One message as it goes over the line; JSON has no line breaks of its own."""
    number = "" if mark is None else f"id: {mark}\n"
    return f"{number}event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def record_of(changed: Changed) -> Record:
    """What changed, in the words of the lists."""
    if isinstance(changed, Event):
        return event_record(changed)
    return call_record(changed) if isinstance(changed, PortCall) else alert_record(changed)


def position(fix: Fix) -> Sequence[Any]:
    """A position, by the columns of POSITION; null: not available."""
    values = (fix.sog_kn, fix.cog_deg, fix.heading_deg)
    return [
        fix.mmsi, to_iso(fix.at), round(fix.lon, 6), round(fix.lat, 6),
        *map(known, values),
        fix.status if fix.status >= 0 else None,
    ]  # fmt: skip


ROUTES = (
    Route(
        method="GET", path="/live", handler=get_live, needs="read",
        summary="What is new, as it happens (Server-Sent Events).",
        answer=Answer(words="Messages, until either side ends it.", media=(EVENT_STREAM,)),
        parameters=(
            Parameter(
                name="topics", words="What to tell of; all, if it is left out.", exploded=False,
                form={"type": "array", "items": {"type": "string", "enum": list(ALL_TOPICS)}},
            ),
            Parameter(
                name="bbox", words="Tell positions of there alone: west, south, east, north.",
                form={"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
                exploded=False,
            ),
            Parameter(
                name="last_event_id", words="What was had last, where no header can be sent.",
                form={"type": "string"},
            ),
            Parameter(
                name="Last-Event-ID", words="What was had last: browsers send it by themselves.",
                form={"type": "string"}, place="header",
            ),
        ),
        problems=(400, 503),
        more=(
            "Messages `event`, `alert` and `call` bear the records of the lists, each as it stands"
            f" now; `positions` rows of {', '.join(POSITION)}, the newest of each ship, once a"
            " second; `feeds` what `/status` says of them. `begin` comes first; `reset` says: load"
            " anew what you show."
        ),
    ),
)  # fmt: skip
"""What is told as it happens."""
