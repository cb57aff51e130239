"""Is it alive, and is it ready: for those that start and stop services."""

from __future__ import annotations

from aiohttp import web

from monitor.api.keys import LIVE
from monitor.api.routes import Answer, Route
from monitor.report.status_forms import LiveForm, ReadyForm
from monitor.service.status import FeedState
from monitor.units import to_iso


async def is_live(_: web.Request) -> web.Response:
    """200 as long as the loop that receives goes round."""
    return web.json_response({"live": True})


async def is_ready(request: web.Request) -> web.Response:
    """200 when batches are committed; 503 with the reason when they only wait on disk.

    Of an edge: when the broker has them. An engine that stands by is not ready, and says so.

    Feeds that are silent or down, and channels that are, do not make it unready: nothing that
    restarts could help, and a mail server that is broken must not end what still watches.
    """
    status = request.app[LIVE].status
    feeds = {name: feed.state.value for name, feed in status.feeds.items()}
    down = [channel for channel in status.channels if not channel.works]
    cluster = status.cluster
    answer = {
        "role": "all" if cluster is None else cluster.role,
        "leads": cluster is None or cluster.role != "engine" or cluster.leads,
        "ready": status.store.ready,
        "store": status.store.why,
        "feeds": feeds,
        "feeds_heard": sum(
            feed.state in {FeedState.LIVE, FeedState.DEGRADED} for feed in status.feeds.values()
        ),
        "channels": {
            channel.name: "works" if channel.works else "down" for channel in status.channels
        },
        "channels_down": [
            {"name": channel.name, "since": to_iso(channel.since), "why": channel.why}
            for channel in down
        ],
    }
    return web.json_response(answer, status=200 if status.store.ready else 503)


ROUTES = (
    Route(
        method="GET", path="/health/live", handler=is_live, needs=None,
        summary="Is it alive: the loop that receives goes round.",
        answer=Answer(words="It is.", form=LiveForm),
    ),
    Route(
        method="GET", path="/health/ready", handler=is_ready, needs=None,
        summary="Is it ready: batches are committed, and do not only wait on disk.",
        answer=Answer(words="It is.", form=ReadyForm),
        also={503: Answer(words="It is not, and why.", form=ReadyForm)},
        more="Feeds that are silent or down do not make it unready: no restart could help.",
    ),
)  # fmt: skip
"""What a service manager asks."""
