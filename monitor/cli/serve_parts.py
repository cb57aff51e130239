"""``monitor serve --role edge`` and ``--role engine``: what they need beside what all need."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

from monitor.settings import Settings, feed_secret

if TYPE_CHECKING:
    from monitor.broker.link import Link
    from monitor.engine.geofence import FenceSet
    from monitor.service.engine import Engine
    from monitor.service.follow import Connect
    from monitor.service.live import LiveOptions


def watch_edge(settings: Settings, tls: ssl.SSLContext | None, run: Callable[..., Any]) -> None:
    """Hear feeds, and send what they bring, until told to stop."""
    from monitor import logs
    from monitor.broker.stream import MESSAGE_BYTES
    from monitor.feed.configured import make_feeds
    from monitor.gatefile import load_watched
    from monitor.service.edge import Edge, NoStore
    from monitor.service.live import LiveOptions
    from monitor.service.parts import cluster_status

    feeds = make_feeds(settings.feeds, feed_secret)
    fences = load_watched(settings.geofences)
    logs.set_up()
    options = LiveOptions(
        spool=settings.spool_directory, spool_bytes=settings.spool_mb << 20, record=settings.record,
        lateness_s=settings.lateness_s, block_bytes=MESSAGE_BYTES * 3 // 4,
    )  # fmt: skip
    name = f"monitor edge {settings.edge}"
    edge = Edge(feeds, fences, _link(settings, name), options, cluster_status(settings))
    run(settings, edge, NoStore(), [], tls).go()


def make_engine(
    settings: Settings, fences: FenceSet, connect: Connect, options: LiveOptions
) -> Engine:
    """One that leads or stands by."""
    from monitor.service.engine import Engine
    from monitor.service.parts import cluster_status

    link = _link(settings, "monitor engine")
    return Engine(fences, connect, link, options, cluster_status(settings))


def _link(settings: Settings, name: str) -> Callable[[], AbstractAsyncContextManager[Link]]:
    from monitor.broker.link import linked
    from monitor.service.parts import place_of

    place = place_of(settings)
    return lambda: linked(place, name)
