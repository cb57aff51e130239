"""``monitor serve``."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from monitor.cli.options import Geofences
from monitor.errors import UsageError
from monitor.settings import Settings, channel_secret, config_file, feed_secret, read_settings

if TYPE_CHECKING:
    from ssl import SSLContext

    from monitor.api.app import Place
    from monitor.cli.stored import WatchedStore
    from monitor.deliver.channel import AnyChannel
    from monitor.model import Event, PortCall
    from monitor.service.edge import NoStore
    from monitor.service.live import Companion, Live
    from monitor.service.outbox import Deliverer


def serve(
    *,
    record: Annotated[
        Path | None, Parameter(help="Keep all that is received in this folder; it can be replayed.")
    ] = None,
    listen: Annotated[
        str | None, Parameter(help="Where to answer, host:port; else what the settings say.")
    ] = None,
    geofences: Geofences = None,
    role: Annotated[
        Literal["all", "edge", "engine"] | None,
        Parameter(help="Hear feeds and send to a broker (edge), take from it (engine), or all."),
    ] = None,
    edge: Annotated[str | None, Parameter(help="Name of this edge.")] = None,
    broker: Annotated[
        str | None, Parameter(help="NATS servers of edges and engines, commas between them.")
    ] = None,
) -> None:
    """Watch the live feeds: the same engine as replay, until it is told to stop (SIGTERM, Ctrl-C).

    Feeds are [[feeds]] tables of monitor.toml; `monitor feeds list` shows the kinds. While PostGIS
    is away, what comes is kept on disk and stored later, in order. With --role edge and engine the
    two halves are processes of their own, with NATS JetStream between them.
    """
    settings = read_settings(
        record=record, listen=listen, geofences=geofences, role=role, edge=edge, broker=broker
    )
    if listen is not None and settings.listen_pushers and settings.listen_readers:
        message = "--listen says nothing where listen_pushers and listen_readers are set: omit it."
        raise UsageError(message)
    watch(settings)


def watch(settings: Settings, *beside: Companion) -> None:
    """Watch as the settings say, until told to stop; companions run beside."""
    from monitor import logs
    from monitor.cli.serve_parts import make_engine, watch_edge
    from monitor.cli.stored import WatchedStore
    from monitor.deliver.configured import make_channels
    from monitor.exposure import check_exposure, tls_of
    from monitor.feed.configured import make_feeds
    from monitor.gatefile import load_watched
    from monitor.service.alerting import desk_of
    from monitor.service.live import Live, LiveOptions
    from monitor.service.newsroom import keep_a_day
    from monitor.service.outbox import Deliverer
    from monitor.service.parts import check_role
    from monitor.service.tally import keep_tally

    check_exposure(settings)
    check_role(settings)
    tls = tls_of(settings)
    if settings.role == "edge":
        watch_edge(settings, tls, _Run)
        return
    feeds = make_feeds(settings.feeds, feed_secret)
    channels = make_channels(settings.channels, channel_secret)
    fences = load_watched(settings.geofences)
    for channel in channels:
        channel.sees(fences)
    logs.set_up()
    store = WatchedStore(settings)
    deliverer = Deliverer(channels, store.for_writing)

    def on_findings(findings: list[Event | PortCall]) -> None:
        _tell(findings)
        deliverer.wake()

    options = LiveOptions(
        spool=settings.spool_directory, spool_bytes=settings.spool_mb << 20, record=settings.record,
        lateness_s=settings.lateness_s, keep_positions_days=settings.keep_positions_days,
        on_findings=on_findings, desk=desk_of(settings, fences, deliverer.names),
    )  # fmt: skip
    live: Live
    if settings.role == "engine":
        live = make_engine(settings, fences, store.for_writing, options)
    else:
        live = Live(feeds, fences, store.for_writing, options)
    telling = _telling(live, channels, deliverer) if channels else []
    live.status.channels = deliverer.status
    counting: Companion = lambda watch: keep_tally(watch.status, store.for_asking)  # noqa: E731
    forgetting: Companion = lambda _: keep_a_day(store.for_acting)  # noqa: E731
    active = [live.while_leading(each) for each in (*telling, counting, forgetting, *beside)]
    _Run(settings, live, store, active, tls).go()


class _Run:
    """Signals, the server, the watch."""

    def __init__(
        self, settings: Settings, live: Live, store: WatchedStore | NoStore,
        telling: list[Companion],
        tls: SSLContext | None,
    ) -> None:  # fmt: skip
        self.settings = settings
        self.live = live
        self.store = store
        self.telling = telling
        self.tls = tls

    def go(self) -> None:
        asyncio.run(self._go())

    async def _go(self) -> None:
        from monitor.api import EDGES
        from monitor.api.access import Access
        from monitor.api.app import make_app, places, serve
        from monitor.api.keys import NEWSROOM, Desk
        from monitor.exposure import exposure_of
        from monitor.rulefile import rules_of
        from monitor.service.mishaps import Mishaps

        loop = asyncio.get_running_loop()
        loop.set_exception_handler(Mishaps())
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.live.stop.set)
        _greet(self.live)

        rules = {rule.name: rule for rule in rules_of(self.settings.rules)}
        desk = Desk(self.store.for_acting, self.settings.alerts_token, rules)
        exposure = exposure_of(self.settings)
        cluster = self.live.status.cluster
        is_edge = cluster is not None and cluster.role == "edge"
        knows = None if is_edge else self.store.for_acting  # an edge lets in those of its token
        access = Access(knows, self.settings.alerts_token, exposure)

        def at(place: Place) -> list[Companion]:
            hosts = self.settings.hosts
            groups = [each for each in place.groups if not is_edge or each in EDGES]
            app = make_app(
                self.live, self.store.for_asking, groups, hosts, desk, access,
                reading=self.store.for_reading,
            )  # fmt: skip
            door: Companion = lambda _: serve(app, place.listen, place.setting, self.tls)  # noqa: E731
            telling: Companion = lambda _: app[NEWSROOM].run()  # noqa: E731
            return [door] if is_edge else [door, self.live.while_leading(telling)]

        doors = [each for place in places(self.settings) for each in at(place)]
        asking_in = [] if exposure.local or is_edge else [self.live.while_leading(self._ask_in)]
        try:
            await self.live.run(*doors, *asking_in, *self.telling)
        finally:
            await self.store.close()

    async def _ask_in(self, _: Live) -> None:
        """Tell whoever started it how the first one is let in."""
        from monitor.exposure import address_of
        from monitor.service.first_link import offer_first_link

        await offer_first_link(self.store.for_acting, address_of(self.settings), sys.stderr.write)


def _telling(live: Live, channels: list[AnyChannel], deliverer: Deliverer) -> list[Companion]:
    """What empties the outbox, and what keeps the dead man's switches from falling."""
    from monitor.deliver.heartbeat import Heartbeat
    from monitor.service.heartbeat import Pulse

    def well() -> str | None:
        stored = live.status.store
        if not stored.ready:
            return stored.why
        return None if deliverer.ready else deliverer.why

    def beside(task: Deliverer | Pulse) -> Companion:
        return lambda _: task.run()

    pulses = [Pulse(channel, well) for channel in channels if isinstance(channel, Heartbeat)]
    return [beside(deliverer), *map(beside, pulses)]


def _greet(live: Live) -> None:
    """Say what is watched, and how to add a feed."""
    import structlog

    log = structlog.get_logger()
    ports = ", ".join(port.id for port in live.fences.ports)
    file = config_file()
    where = f"to {file}" if file else "to a file monitor.toml here"
    cluster = live.status.cluster
    if cluster is not None and cluster.role == "engine":
        log.info(f"Watching {ports} by the stream {cluster.stream} at {cluster.where}")
        return
    if not live.feeds:
        log.warning(
            f"No feeds are configured: nothing will be heard. Add [[feeds]] tables {where};"
            f" `monitor feeds list` shows the kinds.",
            ports=ports,
        )
        return
    names = ", ".join(feed.config.name for feed in live.feeds)
    if cluster is not None:
        log.info(f"Hearing {names} for the stream {cluster.stream} at {cluster.where}")
        return
    log.info(f"Watching {ports} through {names}", lateness_s=live.lateness_s)


def _tell(findings: list[Event | PortCall]) -> None:
    """Log events as they are committed."""
    import structlog

    from monitor.model import Event
    from monitor.units import to_iso

    log = structlog.get_logger()
    for item in findings:
        if isinstance(item, Event):
            log.info(
                f"{item.kind.value} ({item.state.value}): {_about(item)}. {item.why}",
                event_id=item.id, kind=item.kind.value, state=item.state.value, mmsi=item.mmsi,
                port=item.port, decided_at=to_iso(item.decided_at), confidence=item.confidence,
            )  # fmt: skip


def _about(event: Event) -> str:
    """Whom or what an event is about, in a few words."""
    if event.mmsi is None:
        return ", ".join(str(part) for part in event.subject)
    who = event.name or f"MMSI {event.mmsi:09d}"
    return who if event.port is None else f"{who} at {event.port}"
